import marimo

app = marimo.App(
    width="medium",
    app_title="Lesson 4: case, seats and the long stay",
    css_file="lesson.css",
    html_head_file="lesson.html",
)


@app.cell
def _():
    import marimo as mo

    from sim.classroom import course, longstay, screen
    from sim.classroom.controls import Slider, defaults
    from sim.classroom.earlier import Earlier

    lesson = course.lesson_of("four")
    earlier, clear, reset = Earlier(), screen.clear_button(), screen.reset_button()
    screen.heading(lesson)
    return Slider, clear, defaults, earlier, lesson, longstay, mo, reset, screen


@app.cell
def _(mo):
    mo.md(
        """
        So far the length of a stay was simply given. Now it has causes. In this area **10 people a day** are arrested,
        and there are **600 beds**. Four in ten people have an old removal order; for more than half a **judge** has to
        decide, after one to three hearings. Two judges hear 5 cases each per working day. People who are ordered
        removed need a **travel document** and a **seat**: six in ten go by land within days, four in ten wait forty
        days for a document and then for one of 5 seats a day on a plane.

        Not all stays end that way. Some people are released on **bond**, some win their case, some **give up**: the
        longer they are held, the more people accept departure without a decision. People still held 180 days after the
        order are released under supervision.

        Soon all beds are full and people wait in the hold room. What would help?
        """
    )
    return


@app.cell
def _(mo, screen):
    prediction = screen.prediction(
        "With 900 beds instead of 600, how many more people are removed in a year?", "people"
    )
    skip = screen.skip()
    mo.vstack([mo.md("## Before you run it: what do you expect?"), prediction, skip])
    return prediction, skip


@app.cell
def _(Slider):
    controls = (
        Slider(
            key="beds",
            label="Beds",
            unit="beds",
            low=300,
            high=1200,
            step=50,
            value=600,
            sets={"beds.contracted": "{}"},
            believe="That beds, guards and nurses can be found and paid for, every night of the year.",
        ),
        Slider(
            key="judges",
            label="Judges",
            unit="judges",
            low=0.5,
            high=5,
            step=0.5,
            value=2,
            sets={"case.dockets.court.judges": "{}"},
            believe="That judges are hired (742 days each, 2011 to 2016: GAO-17-438) and hear five cases a day well.",
        ),
        Slider(
            key="document",
            label="Wait for a document, far countries",
            unit="days",
            low=5,
            high=120,
            step=5,
            value=40,
            sets={"removal.groups.far.document": "{lognormal: {mean: {} d, sd: {} d}}"},
            believe="That a foreign government answers this quickly. An agreement may give it a reason to, at a price.",
        ),
        Slider(
            key="seats",
            label="Seats on flights",
            unit="a day",
            low=1,
            high=8,
            step=0.5,
            value=5,
            sets={"removal.routes.charter.seats": "{}"},
            believe="That planes and crews for this many can be chartered twice a week, and land where they are sent.",
        ),
        Slider(
            key="bond",
            label="Released on bond",
            unit="% a day",
            low=0,
            high=3,
            step=0.1,
            value=0.5,
            sets={"release.clocks.bond.rate.border": "{} % / d"},
            believe="That judges or officers set bond for this many people outside mandatory custody, who can pay it "
            "and come to their hearings. This world does not show what becomes of a case after release.",
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
def _(controls, longstay, screen, sliders):
    settings = screen.settings(controls, sliders)
    answer = longstay.answer(controls, settings)
    numbers = longstay.numbers(answer)
    return answer, numbers, settings


@app.cell
def _(answer, controls, defaults, longstay, mo, numbers, prediction, screen, settings):
    played_it = settings == defaults(controls) | {"beds": longstay.ASKED}
    mo.vstack(
        [
            screen.cards(numbers, len(answer.replications)),
            screen.written_down(prediction, "more people", longstay.asked(controls))
            if played_it
            else mo.md("To test your prediction, set 900 beds and leave everything else."),
            screen.figure(longstay.drawn(answer, settings), longstay.caption(answer)),
            mo.md(longstay.theory(answer, settings)),
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

                1. Compare 300 more beds with one more judge: removals, people held, people in the hold room. Why do the
                   beds fill up, and why do they add so little?
                2. Fewer people held can mean quicker removals, more bonds, or fewer arrests. Find two settings with
                   about 450 people in beds at the end that differ in who leaves and how. Which one would three readers
                   choose: one who wants more removals, one who wants fewer people held, one who counts dollars?
                3. The longer a court takes, the more people give up and leave before it decides. That shortens their
                   stay. What would you have to know about them to say whether the outcome was right?
                """
            ),
            screen.onward(lesson),
        ]
    )
    return


if __name__ == "__main__":
    app.run()
