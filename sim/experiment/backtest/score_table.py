"""What a back-test prints: its scores side by side, a column a method."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from rich.table import Table

from sim.experiment.backtest.naive_bands import BOOK_INS, GIVEN, OPEN
from sim.experiment.backtest.naive_forecasts import METHODS
from sim.experiment.backtest.origins import Score as OriginScore
from sim.experiment.backtest.published_figures import QUANTILES
from sim.experiment.backtest.run import Outcome
from sim.experiment.backtest.scores import OLD_SHARES, SIMULATED

_COLUMNS: Final = {
    SIMULATED: "simulated",
    **{method: method.replace("_", " ") for method in METHODS},
    OLD_SHARES: "shares as they were",
}
_ROWS: Final[Mapping[tuple[str, str], str]] = {
    ("held", "mape"): "people held, mean absolute error",
    ("held", "bias"): "people held, mean error",
    ("held", "worst_day"): "people held, worst day",
    ("held", "coverage_95"): "days inside the 95 % prediction interval",
    ("held", "width_95"): "mean width of that interval",
    ("held", "coverage_80"): "days inside the 80 % prediction interval",
    ("held", "width_80"): "mean width of that interval",
    ("removed_share", "mean_absolute_error"): "removed share of exits, mean absolute error",
    ("removed_share", "worst_period"): "removed share of exits, worst period",
    ("alos", "mean_absolute_error"): "average length of stay, mean absolute error",
    ("alos", "worst_period"): "average length of stay, worst period",
    **{(f"stay_p{p}", "error"): f"stay, p{p}, error" for p in QUANTILES},
    ("held_over_180_d_share", "mean_absolute_error"): "share held over 180 d, mean absolute error",
    ("held_over_180_d_share", "worst_period"): "share held over 180 d, worst date",
    ("held_mean", "error_over_mean_all"): "people held by area, mean absolute error over mean",
}


def table(outcome: Outcome) -> Table:
    """The scores over the whole window; those by month are in scores.csv."""
    found = {(s.series, s.score, s.method): s for s in outcome.scores}
    used = [method for method in _COLUMNS if any(s.method == method for s in outcome.scores)]
    shown = Table(title=f"Back-test: {outcome.title}", title_justify="left")
    shown.add_column("score")
    for method in used:
        shown.add_column(_COLUMNS[method], justify="right")
    shown.add_column("unit")
    for (series, score), name in _ROWS.items():
        cells = [found.get((series, score, method)) for method in used]
        units = [cell.unit for cell in cells if cell]
        if units:
            shown.add_row(name, *("" if cell is None else f"{cell.value:,.1f}" for cell in cells), units[0])
    return shown


_SKILL: Final = {
    "mape": "mean absolute error, %",
    "bias": "mean error, %",
    "wis": "weighted interval score, %",
    "coverage_50": "days in the 50 % band, %",
    "coverage_80": "days in the 80 % band, %",
    "coverage_95": "days in the 95 % band, %",
    "width_95": "width of the 95 % band, %",
    "relative_mape": "error ÷ best naive",
    "relative_wis": "interval score ÷ best naive",
}
_SERIES: Final = {
    GIVEN: "People held, book-ins given",
    OPEN: "People held, book-ins forecast",
    BOOK_INS: "Book-ins a day",
}


def skill(scores: Sequence[OriginScore]) -> Iterator[Table]:
    """Monthly forecasts: a table per series, a column per method, a row per score and horizon."""
    for series, title in _SERIES.items():
        mine = {(s.score, s.horizon, s.method): s.value for s in scores if s.series == series}
        methods = list(dict.fromkeys(method for _, _, method in mine))
        many = ", ".join(f"{n} from {d} d" for d, n in dict.fromkeys((s.horizon, s.origins) for s in scores))
        shown = Table(title=f"{title} (origins: {many})", title_justify="left")
        for name in ("score", "days", *(method.replace("_", " ") for method in methods)):
            shown.add_column(name, justify="left" if name == "score" else "right")
        for score, horizon in dict.fromkeys((score, horizon) for score in _SKILL for _, horizon, _ in mine):
            cells = [mine.get((score, horizon, method)) for method in methods]
            if any(cell is not None for cell in cells):
                name = _SKILL[score]
                shown.add_row(name, str(horizon), *("" if cell is None else f"{cell:,.2f}" for cell in cells))
        yield shown
