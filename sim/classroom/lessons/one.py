import marimo

app = marimo.App(
    width="medium", app_title="Lesson 1: arrivals and variation", css_file="lesson.css", html_head_file="lesson.html"
)


@app.cell
def _():
    import marimo as mo

    from sim.classroom import course, followed, screen, variation
    from sim.classroom.controls import Slider
    from sim.classroom.earlier import Earlier

    lesson = course.lesson_of("one")
    earlier, clear, reset = Earlier(), screen.clear_button(), screen.reset_button()
    screen.heading(lesson)
    return Slider, clear, earlier, followed, lesson, mo, reset, screen, variation


@app.cell
def _(mo):
    mo.md(
        """
        ## First, one person

        Behind every number held are people. Before we count, follow one of them. The world is invented: one area, ten
        arrests a day, two judges, two removal routes. Go step by step, and guess before each step how long it takes.
        """
    )
    return


@app.cell
def _(followed, mo):
    who = mo.ui.dropdown(list(followed.people()), value="the first person", label="Follow", allow_select_none=False)
    return (who,)


@app.cell
def _(followed, mo, who):
    person = followed.people()[who.value]
    step = mo.ui.slider(1, len(person.steps), 1, 1, show_value=True, full_width=True, label="Step of the stay")
    return person, step


@app.cell
def _(followed, mo, person, step, who):
    mo.vstack([mo.hstack([who, step], widths=[1, 2], wrap=True), followed.shown(person, step.value)])
    return


@app.cell
def _(mo):
    mo.md(
        """
        Four people, four outcomes. Which stage took longest? Hardly ever is it somebody working on the case: it is
        waiting, for a bed, a hearing or a document.

        ## Now many people: average and variation

        Another invented area: **20 people a day** are arrested on average, and each is held **30 days** on average.
        There is a bed for everybody. On average 20 × 30 = **600** people are held.

        But nobody arranges exactly 20 arrests a day. Officers find people one by one (chance alone), fewer are arrested
        at weekends, and one day brings an operation while another brings a broken van: the **day effect**, a factor
        drawn for each day. In national figures the days vary by about 22 % beyond weekday and trend. A day effect of
        0.2, the setting at the start, reproduces this.
        """
    )
    return


@app.cell
def _(mo, screen):
    prediction = screen.prediction("On how many days in 100 are exactly 20 people arrested?", "days in 100")
    skip = screen.skip()
    mo.vstack([mo.md("## Before you run it: what do you expect?"), prediction, skip])
    return prediction, skip


@app.cell
def _(Slider):
    controls = (
        Slider(
            key="arrests",
            label="Arrests, average",
            unit="a day",
            low=2,
            high=60,
            step=1,
            value=20,
            sets={"arrests.sources.border.rate": "{} / d"},
            believe="That for half a year there are enough officers, vehicles and people to find for this many "
            "arrests, and that the average itself does not drift. A goal names a desired average, not the days.",
        ),
        Slider(
            key="day_effect",
            label="Day effect",
            unit="",
            low=0,
            high=1,
            step=0.05,
            value=0.2,
            sets={"arrests.day_effect": "{}"},
            believe="At 0, that days differ only by weekday and chance. At 0.2, that two days in three are within a "
            "fifth of the usual. At 1, that most days are quiet and a few are raids with more than a hundred arrests.",
        ),
    )
    return (controls,)


@app.cell
def _(controls, mo, prediction, reset, screen, skip):
    screen.wait_for(prediction, skip)
    start = screen.start(controls, reset)
    sliders = screen.widgets(controls, start)
    mo.vstack([mo.md("## Playground"), screen.panel(controls, sliders, reset, start)])
    return (sliders,)


@app.cell
def _(controls, screen, sliders, variation):
    settings = screen.settings(controls, sliders)
    answer = variation.answer(controls, settings)
    numbers = variation.numbers(answer, settings)
    return answer, numbers, settings


@app.cell
def _(answer, mo, numbers, prediction, screen, settings, variation):
    mo.vstack(
        [
            screen.cards(numbers, len(answer.replications)),
            screen.written_down(prediction, "days in 100", numbers[0].mean),
            screen.figure(variation.drawn(answer, settings), variation.caption(answer, settings)),
            mo.md(variation.theory(answer, settings)),
            screen.remember(settings),
        ]
    )
    return


@app.cell
def _(clear, controls, earlier, numbers, screen, settings):
    screen.keep(earlier, settings, numbers, clear)
    screen.comparison(earlier, controls, clear)
    return


@app.cell
def _(lesson, mo, screen):
    mo.vstack(
        [
            mo.md(
                """
                ## Discussion

                1. The days vary by two fifths, the number held by a twentieth. Where did the variation go? What would
                   happen to it in a hold room, where people stay for hours instead of a month?
                2. Set the day effect to 1 and leave the average alone. Who notices first: the officers, the hold room,
                   the people who pay for beds, or the people arrested?
                3. A report says "600 held on average". For whom is that number enough, and what would the four people
                   you followed add to it?
                """
            ),
            screen.onward(lesson),
        ]
    )
    return


if __name__ == "__main__":
    app.run()
