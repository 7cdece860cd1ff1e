"""The analytic twin: simulated values beside what queueing theory says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import altair

from sim import formats
from sim.analysis.results import ResultTables
from sim.files.table import Table
from sim.formats import readable
from sim.report import daily_values
from sim.report.bar_chart import NAMED, Axis, Entry, Group, bars_chart
from sim.report.figure import Figure
from sim.report.sentences import each
from sim.report.theme import colour
from sim.theory.national_stock import NAME, TOLERANCE
from sim.theory.theory_check import FLUID, QUANTITIES

COVERS: Final = "99.9 % intervals of the simulated value. They cover simulation noise only."
FURTHEST: Final = 250.0
"""Per cent of the theory at which the axis ends at the latest."""
_COLUMNS: Final = ("quantity", "unit", "simulated", "low", "high", "theory", "name", "agrees", "why")


def draw(results: Sequence[ResultTables]) -> Figure | None:
    """Each simulated value in % of the theory's, with its interval; an upper bound is marked as one.

    None where no theory applies.
    """
    found = [
        (label, row) for label, one in zip(daily_values.labels(results), results, strict=True) for row in _rows(one)
    ]
    if not found:
        return None
    rows = [{"scenario": label, **{key: row[key] for key in _COLUMNS}} for label, row in found]
    return Figure(
        key="twin",
        title="Beside theory",
        says=each(results, _says),
        alternative=f"Points of simulated values in % of the theory's. {each(results, _values)}",
        chart=_chart(_groups(found, daily_values.labels(results))),
        data=Table("twin", daily_values.columns(rows)),
        covers=COVERS,
    )


def _rows(result: ResultTables) -> list[dict[str, Any]]:
    """Rows of twin.csv in which something is compared."""
    rows = result["twin"].rows() if "twin" in result else []
    return [row for row in rows if row["applies"] == "true" and row["simulated"] is not None and row["theory"]]


def _groups(found: Sequence[tuple[str, Mapping[str, Any]]], labels: Sequence[str]) -> list[Group]:
    groups: dict[str, list[Entry]] = {}
    for label, row in found:
        text = _text(row) if len(labels) == 1 else f"{formats.short(label, NAMED)}: {_text(row)}"
        value, low, high = (row[key] and 100 * row[key] / row["theory"] for key in ("simulated", "low", "high"))
        heading = f"{_words(row)}: {str(row['name']).removesuffix(' stock of the nation')}"
        groups.setdefault(heading, []).append(Entry(text, value, low, high, colour(labels.index(label))))
    return [Group(heading, entries) for heading, entries in groups.items()]


def _chart(groups: Sequence[Group]) -> altair.LayerChart:
    entries = [entry for group in groups for entry in group.entries]
    known = [end for one in entries for end in (one.value, one.low, one.high) if end is not None]
    low, high = min([90.0, *known]), min(max([110.0, *known]), FURTHEST)
    return bars_chart(groups, Axis("simulated, % of theory", bars=False, zero=100.0, low=low, high=high))


def _text(row: Mapping[str, Any]) -> str:
    most = "at most " if row["name"] == FLUID else ""
    return f"{_number(row['simulated'])}; theory {most}{_number(row['theory'])}{_verdict(row)}"


def _verdict(row: Mapping[str, Any]) -> str:
    verdicts = {"true": "", "false": ": differs by more than chance"}
    return verdicts.get(str(row["agrees"]), ": lines are why")


def _words(row: Mapping[str, Any]) -> str:
    return QUANTITIES.get(row["quantity"], ("", str(row["quantity"])))[1]


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 else readable(value)


def _says(result: ResultTables) -> str:
    rows = _rows(result)
    if not rows:
        return ""
    wrong = [_words(row) for row in rows if row["agrees"] == "false"]
    if wrong:
        differing = f"{', '.join(wrong)}: simulated and theory differ by more than chance"
        return f"{differing}; do not trust the rest before it is known why."
    loose = f" and, for the nation's stock, a tolerance of {TOLERANCE:.0%}".replace("%", " %")
    slack = loose if any(row["name"] == NAME for row in rows) else ""
    explained = [row["why"] for row in rows if not row["agrees"]]
    met = f"{len(rows) - len(explained)} of {len(rows)} values that theory knows agree with it within chance{slack}"
    return ". ".join([met, *explained]) + "."


def _values(result: ResultTables) -> str:
    return " ".join(f"{_words(row)}, {row['name']}: {_text(row)} {row['unit']}." for row in _rows(result))
