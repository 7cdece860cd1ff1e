"""The commands that play a scenario: a run, and studies of many."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.cli.console import complain, say, show, show_result, wrapped
from sim.experiment import options
from sim.experiment.options import dry_run, option

if TYPE_CHECKING:
    from sim.experiment.study import Study


def _ended(study: Study) -> int:
    """Print notices and failed replications; 1 if any failed."""
    complain(study.complaints)
    return int(bool(study.failures))


@dataclass(frozen=True, kw_only=True)
class RunOptions(options.RunOptions):
    """What `run` takes on the command line."""

    table: bool = option("--table", None, "Print a table of the main numbers, with intervals and checks.", False)


def run(asked: RunOptions) -> int:
    """Run a scenario and write the results to a folder."""
    from sim.experiment import headline
    from sim.experiment.run import run

    outcome = run(asked)
    if not asked.quiet:
        tables = [("", headline.table(outcome))] if asked.table else []
        said = headline.footer(outcome) if asked.table else headline.answer(outcome)
        show_result(outcome.folder, tables, *wrapped(said), *headline.following(outcome))
    complain(map(str, outcome.notices))
    unmet = [check.line() for check in outcome.checks if not check.met]
    complain(failure.line() for failure in outcome.failures)
    complain(one.line() for one in outcome.precision if not one.met)
    complain(unmet)
    if unmet and any(not one.startswith("checks.") for one in asked.sets):
        complain(["the checks are for the scenario as written, and --set changed it"])
    complain(row.complaint() for row in outcome.off_theory)
    return outcome.status(asked.strict)


@dataclass(frozen=True, kw_only=True)
class SweepOptions(options.SweepOptions):
    """What `sweep` takes on the command line."""

    dry_run: bool = dry_run()


def sweep(asked: SweepOptions) -> int:
    """Run every point of a grid of scenarios.

    A grid holds all combinations of values, or points drawn from ranges.
    """
    from sim.experiment.sweep import heat_tables, sweep

    if asked.dry_run:
        plan, forecast = sweep.dry_run(asked)
        show(*heat_tables.plan_table(plan))
        say(*forecast)
        return _ended(plan.study)
    plan, values = sweep.sweep(asked)
    if not asked.quiet:
        show_result(plan.study.part.final, heat_tables.shown(plan, values), heat_tables.footer(plan))
    return _ended(plan.study)


def solve(asked: options.SolveOptions) -> int:
    """Find the smallest amount that meets a target.

    The amount may be of beds, dollars, judges, seats or officers.
    """
    from sim.experiment import solve

    solution = solve.run(asked)
    study = solution.search.study
    if not asked.quiet:
        show_result(study.part.final, [], *solve.lines(solution), study.written)
    status = _ended(study)
    if solution.amount is None:
        complain([f"{asked.vary[0]}: {asked.until} holds nowhere in {asked.within}: {solution.reason}"])
    return int(solution.amount is None) or status


def bottleneck(asked: options.BottleneckOptions) -> int:
    """Lift one limit after another to see what binds.

    Shows what binds first, what next, and what each step gains and costs.
    """
    from sim.experiment import bottleneck

    found = bottleneck.run(asked)
    if not asked.quiet:
        final = found.study.part.final
        show_result(final, [("", bottleneck.table(found))], *bottleneck.lines(found), found.study.written)
    return _ended(found.study)


@dataclass(frozen=True, kw_only=True)
class SensitivityOptions(options.SensitivityOptions):
    """What `sensitivity` takes on the command line."""

    dry_run: bool = dry_run()


def sensitivity(asked: SensitivityOptions) -> int:
    """Rank assumed values by their effect.

    Each value is moved over its range.
    """
    from sim.experiment.sensitivity import sensitivity

    plan = sensitivity.settle(asked)
    complain(map(str, plan.study.notices))
    if asked.dry_run or not asked.quiet:
        say(plan.heading(), *plan.forecast())
    if asked.dry_run:
        return 0
    outcome = sensitivity.play(plan)
    if not asked.quiet:
        show_result(plan.study.part.final, sensitivity.shown(outcome), "", sensitivity.footer(outcome))
    complain([*outcome.left_out(), *(failure.line() for failure in plan.study.failures)])
    return int(bool(plan.study.failures))


def advise(asked: options.AdviseOptions) -> int:
    """Advise on run length and number of replications.

    The advice comes from a pilot run, or from a result that you have.
    """
    from sim.experiment import advice

    found = advice.advise(asked)
    say(*advice.lines(found))
    complain(found.failed)
    return int(bool(found.failed))


def backtest(asked: options.BacktestOptions) -> int:
    """Replay the past and score it against naive forecasts.

    Published book-ins drive the replay.
    """
    from sim.experiment.backtest import backtest_files, origins, run

    if asked.origins:
        folder, scores = origins.backtest_origins(asked)
        if not asked.quiet:
            show_result(folder, [("", table) for table in origins.skill_tables(scores)], f"written to {folder}")
        return 0
    outcome = run.backtest(asked)
    if not asked.quiet:
        show_result(
            outcome.folder,
            [("", backtest_files.score_table(outcome.title, outcome.scores))],
            f"written to {outcome.folder}",
        )
    complain([*outcome.notes, *(failure.line() for failure in outcome.failures)])
    return int(bool(outcome.failures))
