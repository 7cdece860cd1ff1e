"""`detsim backtest`."""

from __future__ import annotations

from sim.cli.console import complain, show_result
from sim.experiment.options import BacktestOptions


def backtest(asked: BacktestOptions) -> int:
    """Replay the past and score it against naive forecasts.

    Published book-ins drive the replay.
    """
    from sim.experiment.backtest import backtest_files, origins, run

    if asked.origins:
        folder, scores = origins.backtest_origins(asked)
        if not asked.quiet:
            show_result(folder, [("", table) for table in backtest_files.skill_tables(scores)], f"written to {folder}")
        return 0
    outcome = run.backtest(asked)
    if not asked.quiet:
        show_result(outcome.folder, [("", backtest_files.score_table(outcome))], f"written to {outcome.folder}")
    complain([*outcome.notes, *(failure.line() for failure in outcome.failures)])
    return int(bool(outcome.failures))
