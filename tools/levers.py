"""What each lever does, low and high: `python -m tools.levers [REPLICATIONS]`.

Plays `may-2025-1000`, `feb-2025-787` (beds are short) and `border-surge` (hold rooms are full) with and without each
setting, with the same random numbers, and prints the paired differences with their 95 % intervals, which cover
simulation noise only.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Mapping
from typing import Final

import sim
from sim.formats import number
from sim.scenario.loading import load
from sim.scenario.provenance.ranges import ranges

_DAYS: Final = {"feb-2025-787": 90, "may-2025-1000": 90, "border-surge": 200}
_LEAVE: Final = "funding.staff.attrition={{officers: {0} % / yr, judges: {0} % / yr}}"
_THIRTY: Final = "release.atd.diversion={share: 30 %}"
Ends = tuple[tuple[str, ...], tuple[str, ...]]
"""Settings at the low and at the high end."""
_LIMIT: Final[Mapping[str, Ends]] = {
    "intake.hours_limit 12 h, 72 h throughout": (("intake.hours_limit=12 h",), ("intake.hours_limit=72 h",)),
}
STATED: Final[Mapping[str, Mapping[str, Ends]]] = {
    "feb-2025-787": _LIMIT,  # beds are short
    "border-surge": {},  # hold rooms are full
    "may-2025-1000": {
        **_LIMIT,
        "release.atd.diversion 10 %, 30 %": (("release.atd.diversion={share: 10 %}",), (_THIRTY,)),
        "release.atd.slots 184,000, 300,000, with diversion of 30 %": (
            ("release.atd.slots=184000", _THIRTY),
            ("release.atd.slots=300000", _THIRTY),
        ),
        "funding.staff.attrition 10 %, 24 % a year": ((_LEAVE.format(10),), (_LEAVE.format(24),)),
    },
}
RANGES: Final = ("intake.ceiling", "beds.physical")
"""Levers moved over the ranges that a scenario states."""
MEASURES: Final = (
    *("held_mean", "arrests", "arrests_throttled", "hold_room_mean", "releases_no_bed", "releases_diverted"),
    *("docket_pending_end", "over_contract_nights"),
)


def levers(scenario: str) -> dict[str, Ends]:
    """Each lever with the settings that move it low and high."""
    known = {one.path: one for one in ranges(load(scenario))}
    believed = [(f"{path} {known[path].low}, {known[path].high}", known[path]) for path in RANGES]
    return {**STATED[scenario], **{words: (one.at(0), one.at(1)) for words, one in believed}}


def main(reps: int) -> None:
    """Print what each lever moves."""
    warnings.simplefilter("ignore", sim.SettingWarning)  # steps after the window

    def played(scenario: str, name: str, *sets: str) -> sim.Run:
        return sim.run(
            sim.load(scenario, set=(f"days={_DAYS[scenario]}", f"name={name}", *sets)), reps=reps, engine="compiled"
        )

    for scenario in STATED:
        usual = played(scenario, "usual")
        for lever, ends in levers(scenario).items():
            for end, sets in zip(("low", "high"), ends, strict=True):
                rows = sim.compare(usual, played(scenario, end, *sets)).differences.rows()
                found = [row for row in rows if row["measure"] in MEASURES and row["difference"]]
                parts = (f"{row['measure']} {number(row['difference'])} ({_ends(row)})" for row in found)
                print(f"{scenario}: {lever}: {end}: {'; '.join(parts) or 'nothing'}", flush=True)


def _ends(row: Mapping[str, float | None]) -> str:
    low, high = row["ci_low"], row["ci_high"]
    return "no interval" if low is None or high is None else f"{number(low)} to {number(high)}"


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 4)
