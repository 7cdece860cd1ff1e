import marimo

app = marimo.App(
    width="medium",
    app_title="Lesson 3: what happens when it is full",
    css_file="lesson.css",
    html_head_file="lesson.html",
)


@app.cell
def _():
    import marimo as mo

    from sim.classroom import course, ladder, screen
    from sim.classroom.controls import Choice, Slider, defaults
    from sim.classroom.earlier import Earlier

    lesson = course.lesson_of("three")
    earlier, clear, reset = Earlier(), screen.clear_button(), screen.reset_button()
    screen.heading(lesson)
    return Choice, Slider, clear, defaults, earlier, ladder, lesson, mo, reset, screen


@app.cell
def _(mo):
    mo.md(
        """
        Two areas. In the **north** 10 people a day are arrested and there are 140 beds; in the **south** 3 a day and 90
        beds. A stay lasts 20 days on average. On the first day all beds in the north are full.

        A rule decides what happens to the next person. The rules form a **ladder**, and each rung is tried in turn:

        1. **wait**: the person stays in the hold room, a room meant for 12 hours, until a bed is free. People under
           mandatory custody (six in ten here) go first, so the others wait longest.
        2. **transfer**, after 4 hours: if the other area has a free bed, the person goes there, far from family and
           lawyer; four seats a day.
        3. **over contract**, after 12 hours: up to 10 % more people than beds under contract.
        4. **displace**, after 12 hours: a person under mandatory custody takes the bed of one who is not, and that
           person is released.
        5. **release**, after 24 hours: a person who is not under mandatory custody is released, for lack of a bed.

        Start with the first rung and add one at a time.
        """
    )
    return


@app.cell
def _(mo, screen):
    prediction = screen.prediction(
        "With the first rung alone, how many are in the hold rooms after 120 days?", "people"
    )
    skip = screen.skip()
    mo.vstack([mo.md("## Before you run it: what do you expect?"), prediction, skip])
    return prediction, skip


@app.cell
def _(Choice, Slider, ladder):
    controls = (
        Choice(
            key="rungs",
            label="Rungs in use, up to",
            value="wait",
            options=ladder.ladders(),
            believe="That the rule is followed each time: that the bus leaves, that the facility takes ten in a "
            "hundred more, that the release is signed. *Nobody can wait* is not a rung but a world in which people who "
            "find no bed are released at once; there, theory is exact.",
        ),
        Choice(
            key="approval",
            label="Releases need headquarters' approval",
            value="no",
            options={
                "no": {},
                "yes, two reviewers": {"release": "{clearance: {reviewers: 2, review: 12 h, approval: 60 %}}"},
                "yes, one reviewer": {"release": "{clearance: {reviewers: 1, review: 12 h, approval: 60 %}}"},
            },
            believe="That each release, for lack of a bed or to free a bed for another person, waits until somebody "
            "far away has read the request: 12 hours each, 60 % approved. Meanwhile the person stays where they are.",
        ),
        Slider(
            key="beds",
            label="Beds in the north",
            unit="beds",
            low=100,
            high=240,
            step=5,
            value=140,
            sets={"beds.contracted.N": "{}"},
            believe="That a site, a contract and staff can be found in the north itself, and that they are paid for "
            "even on nights when beds are empty.",
        ),
        Slider(
            key="arrests",
            label="Arrests in the north",
            unit="a day",
            low=4,
            high=16,
            step=1,
            value=10,
            sets={"arrests.sources.border.rate.N": "{} / d"},
            believe="That officers make this many arrests however full the hold room is. Under some rules arrests stop "
            "while it is full (`throttle`); here they do not.",
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
def _(controls, ladder, screen, sliders):
    settings = screen.settings(controls, sliders)
    answer = ladder.answer(controls, settings)
    numbers = ladder.numbers(answer)
    return answer, numbers, settings


@app.cell
def _(answer, controls, defaults, ladder, mo, numbers, prediction, screen, settings):
    mo.vstack(
        [
            screen.cards(numbers, len(answer.replications)),
            screen.written_down(prediction, "people", numbers[0].mean)
            if settings == defaults(controls)
            else mo.md("To test your prediction, use the first rung alone and leave everything else."),
            screen.figure(ladder.drawn(answer), ladder.caption(answer)),
            mo.md(ladder.theory(answer, settings)),
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

                1. Add the rungs one by one. Each shortens the line and passes the shortage on to somebody else. Who
                   bears it on each rung?
                2. Compare *release* without approval, with two reviewers and with one. Who waits for the signature, and
                   where? What would you need to know before calling the approval too slow, or too quick?
                3. With *release*, raise arrests in the north from 10 to 14 a day. How many more people are removed? How
                   many more are arrested and released? What would three readers conclude: one who wants more removals,
                   one who wants fewer people held, one who counts dollars?
                """
            ),
            screen.onward(lesson),
        ]
    )
    return


if __name__ == "__main__":
    app.run()
