"""The analytic twin: simulated values beside what queueing theory says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import altair

from sim.analysis.results import ResultTables
from sim.files.table import Table
from sim.formats import readable
from sim.report import daily_values
from sim.report.bar_chart import Axis, Bar, bars_chart, of_scenarios
from sim.report.figure import Figure, Section
from sim.report.sentences import each
from sim.theory.national_stock import NAME, TOLERANCE
from sim.theory.theory_check import FLUID, LITTLE, QUANTITIES

COVERS: Final = "99.9 % intervals of the simulated value: simulation noise only."
FURTHEST: Final = 250.0
"""Per cent of the theory at which the axis ends at the latest."""
_COLUMNS: Final = ("scenario", "quantity", "unit", "simulated", "low", "high", "theory", "name", "agrees", "why")


def draw(results: Sequence[ResultTables]) -> Figure | None:
    """Draw each simulated value in % of the theory's, with its interval; an upper bound is marked as one.

    None where no theory applies.
    """
    rows = [row for result in results for row in _rows(result) if row["name"] != LITTLE]
    if not rows:
        return None
    return Figure(
        key="twin",
        title="Beside theory",
        says=each(results, _says),
        alternative=f"Points of simulated values in % of the theory's. {each(results, _values)}",
        chart=_chart([_bar(row) for row in rows], [result.name for result in results]),
        data=Table("twin", daily_values.columns([{key: row[key] for key in _COLUMNS} for row in rows])),
        covers=COVERS,
        section=Section.THEORY,
        files="twin.csv",
    )


def _rows(result: ResultTables) -> list[dict[str, Any]]:
    """Return the rows of twin.csv in which something is compared."""
    rows = result["twin"].rows() if "twin" in result else []
    compared = (row for row in rows if row["applies"] == "true" and row["simulated"] is not None and row["theory"])
    return [row | {"scenario": result.name} for row in compared]


def _bar(row: Mapping[str, Any]) -> Bar:
    value, low, high = (row[key] and 100 * row[key] / row["theory"] for key in ("simulated", "low", "high"))
    heading = f"{_words(row)}: {str(row['name']).removesuffix(' stock of the nation')}"
    return Bar(heading, _text(row), value, low, high, row["scenario"])


def _chart(bars: Sequence[Bar], scenarios: Sequence[str]) -> altair.LayerChart:
    known = [end for bar in bars for end in (bar.value, bar.low, bar.high) if end is not None]
    low, high = min([90.0, *known]), min(max([110.0, *known]), FURTHEST)
    axis = Axis("simulated, % of theory", bars=False, zero=100.0, low=low, high=high)
    return bars_chart(of_scenarios(bars, scenarios, len(scenarios) > 1), axis)


def _text(row: Mapping[str, Any]) -> str:
    most = "at most " if row["name"] == FLUID else ""
    return f"{readable(row['simulated'])}; theory {most}{readable(row['theory'])}{_verdict(row)}"


def _verdict(row: Mapping[str, Any]) -> str:
    unjudged = ": lines are why" if row["name"] == NAME else ": not compared"
    return {"true": "", "false": ": differs by more than chance"}.get(str(row["agrees"]), unjudged)


def _words(row: Mapping[str, Any]) -> str:
    return QUANTITIES.get(row["quantity"], ("", str(row["quantity"])))[1]


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
    predicted = [row for row in rows if row["name"] != LITTLE]
    agreeing, identities = sum(row["agrees"] == "true" for row in predicted), len(rows) - len(predicted)
    met = [f"{agreeing} of {len(predicted)} values that theory predicts agree within chance{slack}"] * bool(predicted)
    counted = [f"{identities} identities of counting hold, as they must: no agreement of model and theory"]
    why = dict.fromkeys(str(row["why"]) for row in predicted if not row["agrees"])
    return ". ".join([*met, *why, *counted * bool(identities)]) + "."


def _values(result: ResultTables) -> str:
    return " ".join(f"{_words(row)}, {row['name']}: {_text(row)} {row['unit']}." for row in _rows(result))
