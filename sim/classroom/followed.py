"""The first five minutes: a few people of a small world, each followed from arrest to exit, one stage at a time."""

from __future__ import annotations

from functools import cache
from html import escape
from typing import Final

import marimo as mo

from sim.formats import duration
from sim.notebook import run
from sim.report.journey import SYNTHETIC, Journey, Step, instructive, journey
from sim.report.stages import Stay, sampled

WORLD: Final = "long-stay"
SAMPLED: Final = 600
ENDS: Final = ("exit_removed", "exit_bond", "exit_relief", "exit_post_order_limit")
"""How the stays on offer end, in order."""
_BAR: Final = "display: block; height: 0.5rem; min-width: 1px; background: #56B4E9; "
_NAMES: Final = ("the first person", "the second person", "the third person", "the fourth person")


@cache
def people() -> dict[str, Journey]:
    """Journeys by name, one for each of `ENDS`."""
    tables = run(WORLD, reps=1, engine="compiled", events=SAMPLED).tables
    whole = [stay for stay in sampled(tables) if stay.gone and not stay.held_before]
    found = [journey(tables, _fit(whole, end).person) for end in ENDS]
    return dict(zip(_NAMES, found, strict=True))


def shown(found: Journey, step: int) -> mo.Html:
    """The stay up to this step (from 1): when, what, how long; later steps are hidden."""
    known = found.steps[:step]
    whole = len(known) == len(found.steps)
    items = "".join(_item(found, one, one is known[-1], whole) for one in known)
    rest = f"<p>{escape(found.says()) if whole else _so_far(found, known[-1])}</p>"
    return mo.Html(
        f'<section class="journey" aria-live="polite" aria-label="One person, stage by stage"><ol>{items}</ol>{rest}'
        f'<p class="covers">{SYNTHETIC}</p></section>'
    )


def _fit(stays: list[Stay], end: str) -> Stay:
    """Whom to follow to this exit."""
    return instructive([stay for stay in stays if stay.moves[-1].stage == end])


def _item(found: Journey, step: Step, now: bool, whole: bool) -> str:
    """One step; once the whole stay is known, with a bar for its share of the stay."""
    lasts = f" <b>{escape(step.duration)}</b>" if step.duration and not now else ""
    bar = f'<span style="{_BAR}width: {100 * step.share:.1f}%"></span>' if whole and step.seconds else ""
    current = ' aria-current="step"' if now else ""
    return f"<li{current}><time>{escape(found.when(step))}</time> The person {escape(step.words)}.{lasts}{bar}</li>"


def _so_far(found: Journey, step: Step) -> str:
    since = step.begins - found.steps[0].begins
    return f"{duration(since)} since the arrest. The person does not know what comes next, or when." if since else ""
