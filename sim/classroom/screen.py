"""Parts of a lesson's screen: heading, prediction, sliders, numbers, comparison, link to the next lesson.

Lessons are marimo notebooks; their cells show what these functions return. Text from elsewhere (what a student
writes, what a link contains) is escaped.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Final

import marimo as mo

from sim.classroom import course
from sim.classroom.controls import Choice, Control, Settings, from_link, held, link, text_of
from sim.classroom.earlier import Answer, Earlier
from sim.formats import aligned, precise
from sim.scenario.numbers import NUMBER, fraction

_GUESS: Final = re.compile(rf"(?<![\d.,])-?{NUMBER}(?![\d,])", re.ASCII)
SERVED: Final = threading.Event()
"""Set when `detsim classroom` serves the lessons, so that links between lessons work."""
SKIP: Final = "skip"
"""In a link, `skip=yes` shows the playground without a prediction."""
_NOT_SETTINGS: Final = (SKIP, "file")
"""Keys in an address that are not settings, here and in marimo's editor."""


# --- heading -----------------------------------------------------------------------
def heading(lesson: course.Lesson) -> mo.Html:
    """Number, title and idea of the lesson."""
    return mo.Html(
        f'<header class="lesson-head"><p>Lesson {lesson.number} · about '
        f"{lesson.minutes} minutes</p><h1>{escape(lesson.title)}</h1><p class=idea>{escape(lesson.idea)}</p></header>"
    )


# --- prediction -----------------------------------------------------------------------------------
def prediction(question: str, unit: str) -> Any:
    """A form for a number and a reason; its value is None until submitted."""
    guess = mo.ui.text(label=f"{question} ({unit})", placeholder="a number", max_length=20)
    why = mo.ui.text_area(label="Why?", max_length=500, rows=2, full_width=True)
    return (
        mo.md("{guess}\n\n{why}").batch(guess=guess, why=why).form(submit_button_label="Write it down", bordered=False)
    )


def skip() -> Any:
    """A checkbox to skip the prediction; ticked by `skip=yes` in the link, or outside a page."""
    asked = mo.query_params().get(SKIP) == "yes" or mo.app_meta().mode == "script"
    return mo.ui.checkbox(value=asked, label="Go on without a prediction")


def wait_for(written: Any, skipped: Any) -> None:
    """Stops the cell until there is a prediction or the student skips it."""
    ready = bool(skipped.value or guessed(written.value) is not None)
    mo.stop(
        not ready,
        mo.Html('<p class="locked">Write down your prediction, a number, to open the playground.</p>'),
    )


def guessed(written: Mapping[str, str] | None) -> float | None:
    """The number in the prediction; None if there is none."""
    found = _GUESS.search(re.sub(r"(?<=\d)\s(?=\d{3}(?!\d))", "", (written or {}).get("guess", "")))
    return float(fraction(found[0])) if found else None


def written_down(written: Any, unit: str, came: float) -> mo.Html:
    """The prediction next to the result; empty if it was skipped."""
    guess = guessed(written.value)
    if guess is None:
        return mo.Html("")
    why = f" because: <q>{escape(written.value['why'])}</q>" if written.value["why"] else ""
    return mo.Html(
        f'<p class="guess">You predicted <b>{precise(guess)} {escape(unit)}</b>{why}. '
        f"This run gives <b>{aligned(came)} {escape(unit)}</b>.</p>"
    )


# --- controls -------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Start:
    """Initial settings of the controls, and what was wrong with the link."""

    settings: Settings
    notes: Sequence[str]


def reset_button() -> Any:
    """Resets every control to the lesson's default."""
    return mo.ui.button(value=0, on_click=_reset, label="Reset")


def _reset(pressed: int) -> int:
    address = mo.query_params()
    for key in [key for key in address if key not in _NOT_SETTINGS]:
        address.remove(key)
    return pressed + 1


def start(controls: Sequence[Control], reset: Any) -> Start:
    """The settings in the address (a link, or the last ones used here); depends on `reset`, which clears it."""
    del reset
    query = mo.query_params()
    given = {key: str(query.get(key)) for key in query}
    return Start(*from_link(controls, given))


def widgets(controls: Sequence[Control], at: Start) -> Any:
    """A dictionary of marimo controls, whose value is the settings."""
    return mo.ui.dictionary({control.key: _widget(control, at.settings[control.key]) for control in controls})


def _widget(control: Control, value: Any) -> Any:
    if isinstance(control, Choice):
        return mo.ui.dropdown(list(control.options), value=value, label=control.label, allow_select_none=False)
    low, high, step = control.low, control.high, control.step
    label = control.label if control.unit in control.label.lower() else f"{control.label} ({control.unit})"
    return mo.ui.slider(low, high, step, value, debounce=True, include_input=True, full_width=True, label=label)


def settings(controls: Sequence[Control], shown: Any) -> Settings:
    """The settings, each value limited to what its control allows (a program could send any value)."""
    return {control.key: held(control, shown.value[control.key]) for control in controls}


def panel(controls: Sequence[Control], shown: Any, reset: Any, at: Start) -> mo.Html:
    """The controls, each with its question "What would I have to believe?", and the reset button."""
    notes = "".join(f'<p class="note" role="status">{escape(note)}</p>' for note in at.notes)
    rows = "".join(_row(control, shown[control.key]) for control in controls)
    return mo.Html(f'<section class="controls" aria-label="What you can set">{notes}{rows}{reset}</section>')


def _row(control: Control, widget: Any) -> str:
    believe = mo.md(control.believe).text
    return (
        f'<div class="control">{widget}<details><summary>What would I have to believe?</summary>'
        f"{believe}</details></div>"
    )


def remember(settings: Settings) -> mo.Html:
    """Writes the settings to the page's address and shows a link that carries them."""
    address = mo.query_params()
    for key, value in settings.items():
        if address.get(key) != text_of(value):
            address.set(key, text_of(value))
    if not SERVED.is_set():
        return mo.Html("")
    return mo.Html(f'<p class="link"><a href="{escape(link(settings))}">Link that carries these settings</a></p>')


# --- what came out --------------------------------------------------------------------------------
@dataclass(frozen=True)
class Number:
    """A result with its unit and its values, one per replication."""

    label: str
    unit: str
    values: Sequence[float]

    @property
    def mean(self) -> float:
        """Over the replications that have one; nan without any."""
        there = [value for value in self.values if value == value]
        return sum(there) / len(there) if there else float("nan")


def cards(shown: Sequence[Number], replications: int) -> mo.Html:
    """The results of a run as cards: the mean, large, with the lowest and highest replication."""
    covers = "One replication: variation by chance is not shown."
    if replications > 1:
        covers = (
            f"Large: the mean. Small: lowest to highest of {replications} replications, which differ only by chance."
        )
    return mo.Html(
        f'<section class="cards" aria-live="polite" aria-label="What came out">{"".join(map(_card, shown))}</section>'
        f'<p class="covers">{covers}</p>'
    )


def _card(shown: Number) -> str:
    there = [value for value in shown.values if value == value]
    spread = f"{aligned(min(there))} to {aligned(max(there))}" if len(there) > 1 else ""
    return (
        f"<div><span>{escape(shown.label)}</span><b>{aligned(shown.mean)} "
        f"<small>{escape(shown.unit)}</small></b><i>{spread}</i></div>"
    )


def figure(drawn: str, caption: str) -> mo.Html:
    """A picture with its caption, in Markdown."""
    return mo.Html(f'<figure class="drawn">{drawn}<figcaption>{mo.md(caption).text}</figcaption></figure>')


def side_by_side(*shown: mo.Html) -> mo.Html:
    """Elements side by side if there is room, otherwise stacked."""
    return mo.Html(f'<div class="side">{"".join(one.text for one in shown)}</div>')


# --- earlier runs ---------------------------------------------------------------------------------
def clear_button() -> Any:
    """Forgets the earlier runs."""
    return mo.ui.run_button(label="Forget earlier runs")


def keep(earlier: Earlier, settings: Settings, numbers: Sequence[Number], clear: Any) -> None:
    """Add a run to the earlier runs, which the button `clear` forgets first."""
    if clear.value:
        earlier.clear()
    earlier.add(settings, {f"{one.label} ({one.unit})": one.mean for one in numbers})


def comparison(earlier: Earlier, controls: Sequence[Control], clear: Any) -> mo.Html:
    """The student's runs, latest first, with a bar for the first number of each."""
    runs = list(reversed(earlier.runs))
    names = list(runs[0].numbers) if runs else []
    most = max((abs(run.numbers[names[0]]) for run in runs), default=0.0)
    head = "".join(f"<th scope=col>{escape(text)}</th>" for text in ("run", *(c.label for c in controls), *names))
    body = "".join(_run(run, controls, most, " (this)" if run is runs[0] else "") for run in runs)
    return mo.Html(
        f'<section class="earlier"><h2>Your runs so far</h2><div class="wide" tabindex="0" role="region" '
        f'aria-label="Your runs so far"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
        f"{clear}</section>"
    )


def _run(run: Answer, controls: Sequence[Control], most: float, this: str) -> str:
    """A row of the table; the bar shows the first number relative to the largest."""
    first, *rest = run.numbers.values()
    length = 100 * abs(first) / most if most and first == first else 0
    bar = f'<td class="bar"><i style="width: {length:.0f}%"></i>{aligned(first)}</td>'
    cells = [escape(control.shown(run.settings[control.key])) for control in controls]
    plain = [f"<td>{cell}</td>" for cell in cells], [f"<td>{aligned(value)}</td>" for value in rest]
    return f"<tr><th scope=row>{run.number}{this}</th>{''.join(plain[0])}{bar}{''.join(plain[1])}</tr>"
