"""What a back-test prints: its scores side by side, a column a method."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from rich.table import Table

from sim.experiment.backtest.naive_forecasts import METHODS
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
