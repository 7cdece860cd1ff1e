import marimo

app = marimo.App(
    width="medium", app_title="Lesson 2: one facility and its line", css_file="lesson.css", html_head_file="lesson.html"
)


@app.cell
def _():
    import marimo as mo

    from sim.classroom import course, facility, playing, screen
    from sim.classroom.controls import Slider
    from sim.classroom.earlier import Earlier

    lesson = course.lesson_of("two")
    earlier, clear, reset = Earlier(), screen.clear_button(), screen.reset_button()
    screen.heading(lesson)
    return Slider, clear, earlier, facility, lesson, mo, playing, reset, screen


@app.cell
def _(mo):
    mo.md(
        """
        One facility has **90 beds**. On an average day **2 people** are arrested and brought to it, and a stay in a
        bed lasts **45 days** on average. So on average 2 × 45 = **90 people** need a bed: exactly the number of beds.

        People arrive one by one, at moments nobody plans, and some stays are long. People who find no free bed wait in
        the **hold room**, a room with benches, meant for 12 hours at most. The world below is invented and small, so
        that you can see each part of it move; every run plays four months, person by person.
        """
    )
    return


@app.cell
def _(mo, screen):
    prediction = screen.prediction("How long does a person wait for a bed, on average?", "hours")
    skip = screen.skip()
    mo.vstack([mo.md("## Before you run it: what do you expect?"), prediction, skip])
    return prediction, skip


@app.cell
def _(Slider):
    controls = (
        Slider(
            key="arrests",
            label="Arrests",
            unit="a day",
            low=1,
            high=3,
            step=0.1,
            value=2,
            sets={"arrests.sources.border.rate": "{} / d"},
            believe="That officers find this many people a day for four months, and that all are brought here. "
            "On single days many more or fewer come: this is only the average.",
        ),
        Slider(
            key="beds",
            label="Beds",
            unit="beds",
            low=60,
            high=130,
            step=1,
            value=90,
            sets={"beds.contracted": "{}"},
            believe="That somebody pays for this many beds every night, even when they are empty, and that there are "
            "staff for them. A bed in a contract is not yet a bed with a guard, a nurse and a meal.",
        ),
        Slider(
            key="stay",
            label="Mean stay in a bed",
            unit="days",
            low=15,
            high=75,
            step=1,
            value=45,
            sets={"case.stay": "{exponential: {mean: {} d}}"},
            believe="That hearings, travel documents and flights take this long. A shorter stay takes judges, "
            "documents and seats, or more releases; it is decided outside the facility.",
        ),
        Slider(
            key="desks",
            label="Processing desks",
            unit="desks",
            low=1,
            high=4,
            step=1,
            value=2,
            sets={"intake.desks": "{}"},
            believe="That this many officers sit at desks day and night, four hours per person. Do they wait for "
            "people, or do people wait for them?",
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
def _(controls, facility, mo, prediction, screen, sliders):
    settings = screen.settings(controls, sliders)
    answer = facility.answer(controls, settings)
    numbers = facility.numbers(answer)
    mo.vstack(
        [
            screen.cards(numbers, len(answer.replications)),
            screen.written_down(prediction, "hours", numbers[0].mean),
            mo.md(facility.theory(settings)),
            screen.remember(settings),
        ]
    )
    return answer, numbers, settings


@app.cell
def _(answer, clear, controls, earlier, facility, mo, numbers, playing, screen, settings):
    playing.numbers_first()
    screen.keep(earlier, settings, numbers, clear)
    mo.vstack(
        [
            screen.figure(facility.drawn(answer, settings["beds"]), facility.caption(answer, settings)),
            screen.comparison(earlier, controls, clear),
        ]
    )
    return


@app.cell
def _(facility, mo, screen):
    mo.vstack(
        [
            mo.md(
                """
                ## The process, in Python

                [SimPy](https://simpy.readthedocs.io) plays these runs, with one process per person. This is everything
                that happens to a person here, copied from `sim/pathway/person.py`: each `yield` is a wait, for a turn
                at a desk, for a bed, or for time to pass.
                """
            ),
            screen.code(facility.process()),
        ]
    )
    return


@app.cell
def _(lesson, mo, screen):
    mo.vstack(
        [
            mo.md(
                """
                ## Discussion

                1. With 90 beds for 90 people, why does anybody wait? Set 105 beds: what happens to the wait, and what
                   do the 15 additional beds do on most nights?
                2. Cut the mean stay to 36 days instead of buying beds. Who would have to do what, and what would it
                   mean for the person whose case is decided nine days sooner?
                3. A mean of 40 hours on a bench hides that some people do not wait and some wait a week. Which number
                   would you put in a report, and who would prefer another one?
                """
            ),
            screen.onward(lesson),
        ]
    )
    return


if __name__ == "__main__":
    app.run()
