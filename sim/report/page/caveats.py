"""What stands beside the figures: what words mean, and what a result cannot tell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

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
    Section.DIFFERENCES: "Each result compared with the first. Where replications are paired and only inputs differ,"
    " this is what the inputs change; below the chart it says whether they are paired.",
    Section.THEORY: "Where queueing theory says what a run should show, both are shown. Agreement means that the lines"
    " are played right, not that the inputs are.",
}
"""What to know before the figures under a heading."""
_GENERAL: Final = (
    (
        "It is not a forecast.",
        "After the last date of a schedule its last value is held: it says what follows if nothing else changes.",
    ),
    (
        "It is about nobody in particular.",
        "People in it are drawn from published shares. It is no probability for a person, no evidence in a case and no"
        " legal advice.",
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
        "An area is one pool of beds in which all beds are alike, and people move once at most, before their first"
        " bed.",
    ),
    (
        "Intervals cover chance only.",
        "They hold the values of the scenario fixed. Doubt about those is not in them and is usually larger.",
    ),
    (
        "That it adds up does not make it true.",
        "In every run people in are people out and people held, and dollars are the sum of the ledger. That shows that"
        " the counting is right, not that the inputs are.",
    ),
)
FORECAST_ERROR, OF_THE_NAIVE = "3.5 %", "8.4 %"
"""Mean absolute errors of people held by day, April to September 2025, fitted to March (docs/validation.md)."""
_OF_THE_NATION: Final = (
    "How far it was from what happened:",
    "its stays and releases were fitted to published figures up to September 2025. Fitted to March 2025 only and driven"
    f" by published book-ins, the people held by day from April to September were off by {FORECAST_ERROR} on average; a"
    f" naive forecast at a constant rate of leaving by {OF_THE_NAIVE}. That is a test of stays, under the rules"
    " and the numbers of 2025. Arrests, hold rooms, single areas, dollars, and goals or funding not seen before,"
    " are not covered by it.",
)
_ELSE: Final = (
    "It has not been held against the past.",
    "The scenario is not the nation as it was fitted: nothing says how far it is from any place that exists.",
)


def caveats(found: Sequence[Grounds]) -> list[tuple[str, str]]:
    """What the results cannot tell, each a heading and a sentence or two."""
    nation = [one.is_of_the_nation for one in found]
    said = [*([_OF_THE_NATION] if any(nation) else []), *([] if all(nation) else [_ELSE])]
    return [*_GENERAL, *said]
