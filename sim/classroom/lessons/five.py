import marimo

app = marimo.App(
    width="medium",
    app_title="Lesson 5: the nation, goals and budgets",
    css_file="lesson.css",
    html_head_file="lesson.html",
)


@app.cell
def _():
    import marimo as mo

    from sim.classroom import course, screen
    from sim.classroom.controls import defaults
    from sim.classroom.earlier import Earlier
    from sim.classroom.nation import charts, words, year
    from sim.classroom.nation.sliders import CONTROLS

    lesson = course.lesson_of("five")
    earlier, clear, reset = Earlier(), screen.clear_button(), screen.reset_button()
    screen.heading(lesson)
    return CONTROLS, charts, clear, defaults, earlier, lesson, mo, reset, screen, words, year


@app.cell
def _(mo):
    mo.md(
        """
        It is the evening of 20 May 2025. **48,715 people** are held in 24 of 25 areas. Congress has paid for
        **41,500 beds**, and contracts cover about 63,000. About 1,000 people a day are arrested, 150 more come from
        the border, and a goal of **3,000 arrests a day** is about to be announced.

        Everything from the first four lessons happens here at once: days that differ, lines, the ladder of what to do
        when beds are full, judges, travel documents and seats, in every area, for a year. Each slider changes one thing
        that somebody could decide or pay for. The question is never only "how many?" but **which limit comes first, and
        who bears it**: an officer, a person on a bench, a judge, a taxpayer, a family.

        Each time you let go of a slider, **the whole nation is simulated for a year**: a quarter of a million to 1.3
        million people, one by one, in two to ten seconds. You see **one replication**, not the same year with different
        luck. With no slider moved, ten such years end with 70,200 to 72,200 people held, and with 1,000 to 3,000
        released for lack of a bed. Trust only differences larger than that.
        """
    )
    return


@app.cell
def _(mo, screen):
    prediction = screen.prediction(
        "The goal becomes 3,000 a day and nothing else changes. How many arrests a day are made at the end?", "a day"
    )
    skip = screen.skip()
    mo.vstack([mo.md("## Before you run it: what do you expect?"), prediction, skip])
    return prediction, skip


@app.cell
def _(CONTROLS, mo, prediction, reset, screen, skip):
    screen.wait_for(prediction, skip)
    start = screen.start(CONTROLS, reset)
    sliders = screen.widgets(CONTROLS, start)
    mo.vstack([mo.md("## Playground"), screen.panel(CONTROLS, sliders, reset, start)])
    return (sliders,)


@app.cell
def _(CONTROLS, mo, screen, sliders, words, year):
    settings = screen.settings(CONTROLS, sliders)
    expected = year.theory(settings)
    mo.md(words.endless(expected))
    return expected, settings


@app.cell
def _(CONTROLS, defaults, mo, settings, year):
    with mo.status.spinner("Simulating a year of the nation, person by person …", remove_on_exit=True):
        before = year.year(defaults(CONTROLS))
        played = year.year(settings)
    return before, played


@app.cell
def _(CONTROLS, before, charts, defaults, expected, mo, played, prediction, screen, settings, words):
    played_it = settings == defaults(CONTROLS) | {"goal": 3000}
    numbers = words.numbers(played)
    mo.vstack(
        [
            screen.cards(numbers, 1),
            screen.written_down(prediction, "a day", numbers[0].mean)
            if played_it
            else mo.md("To test your prediction, set a goal of 3,000 a day and leave everything else."),
            screen.side_by_side(
                screen.figure(charts.arrests(played, before), "Arrests by officers per day, mean of the last 28 days."),
                screen.figure(
                    charts.held(played, before, expected),
                    "People in beds at midnight. The theoretical value also counts hold rooms and transit.",
                ),
                screen.figure(
                    charts.areas(played),
                    "People in beds per 100 operating beds on the last night, by area, placed roughly where the "
                    "offices are. Thick: more people than beds. BAL has hold rooms only.",
                ),
                mo.vstack([mo.md("### What binds"), *(mo.md(said) for said in words.story(played))]),
            ),
            screen.remember(settings),
        ]
    )
    return (numbers,)


@app.cell
def _(CONTROLS, clear, earlier, numbers, screen, settings):
    screen.keep(earlier, settings, numbers, clear)
    moved = [c for c in CONTROLS if any(run.settings[c.key] != c.value for run in earlier.runs)]
    screen.comparison(earlier, moved, clear)
    return


@app.cell
def _(lesson, mo, screen):
    mo.vstack(
        [
            mo.md(
                """
                ## Discussion

                1. Set the goal to 3,000 a day and change nothing else. Then add the money of the July 2025 act. What
                   does it buy first, what last, and what happens to people in the months between?
                2. Find two different ways to hold fewer than 60,000 people at the end of the year. Who would want
                   which, who would pay, and what does each mean for a person who has been arrested?
                3. Set officers to 300 % and the goal to 3,000. Which slider then adds the most removals, and which
                   leaves the fewest hold-room stays over the limit? Is it the same one?
                4. On most nights thousands of beds are empty while people in other areas wait on benches. Why? What
                   would you have to move: beds, or people?
                5. Which of the assumptions next to the sliders do you believe least? Move that slider over its range.
                   Does your conclusion hold?
                """
            ),
        ]
    )
    return


if __name__ == "__main__":
    app.run()
