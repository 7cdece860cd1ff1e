"""`detsim backtest`."""

from __future__ import annotations

from sim.cli.console import complain, show_result
from sim.experiment.options import BacktestOptions


def backtest(asked: BacktestOptions) -> int:
    """Replay the past and score it against naive forecasts.

    Published book-ins drive the replay.
    """
    from sim.experiment.backtest import run, score_table

    outcome = run.backtest(asked)
    if not asked.quiet:
        show_result(outcome.folder, [("", score_table.table(outcome))], f"written to {outcome.folder}")
    complain([*outcome.notes, *(failure.line() for failure in outcome.failures)])
    return outcome.status()
