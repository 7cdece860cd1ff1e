"""Texts beside the figures: what terms mean and what a result cannot tell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sim.measures.intervals import COVERS
from sim.report.figure import Section
from sim.report.page.provenance import Grounds

INTROS: Final[dict[str, str]] = {
    Section.GOALS: "A goal asks for interior arrests: at large and out of local custody. People handed over by the"
    " border agency come on top and follow a schedule of their own.",
    Section.CUSTODY: "Five numbers are called capacity and are kept apart: beds funded by appropriation, beds under"
    " contract, the guaranteed minimum that is paid for even if empty, physical places, and operating beds, the lesser"
    " of contract and places. A hold room has no beds; it is meant for hours.",
    Section.EXITS: "Removals include people returned at intake and people who accepted departure. Releases are by"
    " reason; the case of a released person may go on.",
    Section.COST: "Marginal prices of what is used, and guaranteed minimums: not an agency’s budget.",
    Section.AREAS: "An area is a field office with all beds it uses. Areas cut across states, so each is a tile here,"
    " roughly where it lies.",
    Section.DIFFERENCES: "Each result against the first. If replications are paired, which the note below the chart"
    " says, the difference is the effect of the inputs that differ.",
    Section.THEORY: "Where queueing theory predicts a value, the chart shows both. Agreement means that the queues are"
    " simulated correctly, not that the inputs are right.",
}
"""What to know before the figures under a heading."""
_GENERAL: Final = (
    (
        "It is not a forecast.",
        "After its last date, a schedule keeps its last value: the result shows what follows if nothing else changes.",
    ),
    (
        "It is about nobody in particular.",
        "Its people are drawn from published shares. It gives no probability for a person, no evidence in a case and"
        " no legal advice.",
    ),
    (
        "Conditions and harm are not in it.",
        "It counts hours in hold rooms and people above contract. Health, deaths, families and access to counsel are"
        " not in it.",
    ),
    (
        "Nobody changes what they do because of a rule,",
        "unless the scenario says by how much: nobody stays away, hides or appeals more often.",
    ),
    (
        "Places fill earlier than here.",
        "Unless a scenario has places, an area is one pool of equal beds, and people move at most once, before their"
        " first bed.",
    ),
    (
        "That it adds up does not make it true.",
        "In every run, people in equal people out plus people held, and dollars equal the sum of the ledger. That"
        " proves the counting, not the inputs.",
    ),
)
_CHANCE_ONLY: Final = (
    "Intervals cover chance only.",
    "They take the values of the scenario as given. The uncertainty of those values is usually larger.",
)
_RANGES_TOO: Final = (
    "Intervals cover chance and the ranges of values.",
    "In each replication values were drawn from the ranges that the scenario states. Values without a range were kept.",
)
FORECAST_ERROR, OF_THE_NAIVE = "3.5 %", "8.4 %"
"""Mean absolute errors of people held by day, April to September 2025, fitted to March (docs/validation.md)."""
_OF_THE_NATION: Final = (
    "How far it was from what happened:",
    "its stays and releases were fitted to published figures up to September 2025. Fitted to March 2025 only and driven"
    f" by published book-ins, the people held by day from April to September were off by {FORECAST_ERROR} on average; a"
    f" naive forecast at a constant rate of leaving by {OF_THE_NAIVE}. That is a test of stays, under the rules"
    " and the numbers of 2025. It does not cover arrests, hold rooms, single areas, dollars, or goals and"
    " funding without precedent.",
)
_ELSE: Final = (
    "It has not been tested against the past.",
    "The scenario differs from the fitted nation, so its distance from any real place is unknown.",
)


def caveats(found: Sequence[Grounds]) -> list[tuple[str, str]]:
    """What the results cannot tell, each a heading and a sentence or two."""
    nation = [one.is_of_the_nation for one in found]
    intervals = _CHANCE_ONLY if all(one.result.covers == COVERS for one in found) else _RANGES_TOO
    said = [intervals, *([_OF_THE_NATION] if any(nation) else []), *([] if all(nation) else [_ELSE])]
    return [*_GENERAL, *said]
