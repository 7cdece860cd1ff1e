"""The `detsim` command: each function reads its options, calls one function of the library and prints.

Imports of the library stand inside the commands, so that `--help` answers at once.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal

import typer

import sim
from sim.errors import RunError, UserError

if TYPE_CHECKING:
    from rich.table import Table

app = typer.Typer(
    name="detsim",
    add_completion=False,
    no_args_is_help=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

INTERRUPTED: Final = 130
SeedOption = Annotated[
    int | None, typer.Option(min=0, max=2**63 - 1, help="Seed of the draws; default: as the scenario says.")
]
EngineOption = Annotated[str, typer.Option(metavar="auto|simpy|compiled", help="What plays the people.")]
SetOption = Annotated[list[str] | None, typer.Option("--set", metavar="PATH=VALUE", help="Change a value; repeatable.")]
ForceOption = Annotated[bool, typer.Option("--force", help="Replace what is already there.")]
WorkersOption = Annotated[int | None, typer.Option(min=1, help="Processes; default: one a core where it pays.")]
SchedulerOption = Annotated[
    str | None, typer.Option(metavar="tcp://HOST:PORT", help="Play on the workers of this Dask scheduler.")
]
ClusterOption = Annotated[str | None, typer.Option(metavar="local", help="Play on a Dask cluster started here.")]
FromOption = Annotated[
    str | None, typer.Option("--from", metavar="DATE", help="First day; default: the scenario's start.")
]
ToOption = Annotated[str | None, typer.Option("--to", metavar="DATE", help="Last day; default: the last with figures.")]
ScenarioArgument = Annotated[str, typer.Argument(metavar="SCENARIO", help="A scenario file or a name from `list`.")]


def _folder(text: str) -> Path:
    if not text.strip():
        raise typer.BadParameter("is empty; name a folder")
    return Path(text)


def _file(text: str) -> Path:
    if not text.strip():
        raise typer.BadParameter("is empty; name a file")
    return Path(text)


def _version(wanted: bool) -> None:
    if wanted:
        print(f"detsim {sim.__version__}")
        raise typer.Exit


@app.callback()
def detsim(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Show it.")] = False,
) -> None:
    """Simulate US immigration-detention capacity: arrests, beds, cases, removals, releases and money."""


@app.command()
def run(
    scenario: ScenarioArgument,
    reps: Annotated[
        int | None, typer.Option(min=1, max=100_000, help="Replications; default: as the scenario says.")
    ] = None,
    seed: SeedOption = None,
    engine: EngineOption = "auto",
    workers: WorkersOption = None,
    scheduler: SchedulerOption = None,
    cluster: ClusterOption = None,
    set_: SetOption = None,
    out: Annotated[
        Path | None, typer.Option(parser=_folder, metavar="DIR", help="Result folder; default: results/NAME.")
    ] = None,
    force: ForceOption = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress bar and no table.")] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit 1 if a check or the analytic twin is not met.")
    ] = False,
    events: Annotated[int, typer.Option(min=0, metavar="N", help="Write the journeys of N people.")] = 0,
    records: Annotated[bool, typer.Option("--records", help="Write every custody record.")] = False,
    precision: Annotated[
        list[str] | None,
        typer.Option(metavar="MEASURE=1%", help="Add replications until its 95 % interval is within ± this."),
    ] = None,
    most_reps: Annotated[
        int | None, typer.Option(min=2, max=100_000, help="Cap for --precision; default: 1000.")
    ] = None,
) -> int:
    """Run a scenario and write a result folder."""
    from sim.experiment import headline
    from sim.experiment.plan import Options
    from sim.experiment.run import run as run_scenario

    sets, goals = tuple(set_ or ()), tuple(precision or ())
    kept = (events, records, goals, most_reps)
    outcome = run_scenario(
        Options(scenario, sets, reps, seed, engine, workers, out, force, quiet, *kept, scheduler, cluster)
    )
    if not quiet:
        with _stdout_may_end(outcome.folder):
            _show(headline.table(outcome))
            print(*headline.footer(outcome), sep="\n")
    _complain(failure.line() for failure in outcome.failures)
    _complain(one.line() for one in outcome.precision if not one.met)
    _complain(check.line() for check in outcome.checks if not check.met)
    if not all(check.met for check in outcome.checks) and any(not one.startswith("checks.") for one in sets):
        _complain(["these checks are of the scenario as it is written, and --set changed it"])
    _complain(row.complaint() for row in outcome.off_theory)
    return outcome.status(strict)


@app.command()
def validate(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="Scenario files.")],
    set_: SetOption = None,
) -> int:
    """Check scenario files; say `ok` or every problem with its line."""
    from sim.scenario.loading import load

    status = 0
    for file in files:
        try:
            load(file, set_ or ())
            print(f"{file}: ok")
        except UserError as error:
            _complain(error.lines)
            status = error.status
    return status


@app.command()
def compare(
    results: Annotated[list[Path], typer.Argument(metavar="RESULT RESULT...", help="Folders or replications.csv.")],
    baseline: Annotated[Path | None, typer.Option(metavar="RESULT", help="Default: the first.")] = None,
    measure: Annotated[
        list[str] | None, typer.Option("--measure", metavar="MEASURE", help="Look at this one only; repeatable.")
    ] = None,
    ranges: Annotated[
        list[Path] | None,
        typer.Option("--ranges", metavar="STUDY", help="A one-at-a-time sensitivity study of each RESULT; repeatable."),
    ] = None,
    format_: Annotated[
        Literal["text", "markdown"], typer.Option("--format", help="Table for a terminal, or to paste.")
    ] = "text",
    out: Annotated[
        Path | None, typer.Option(parser=_folder, metavar="DIR", help="Write compare.csv into this new folder.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Write into a folder that exists.")] = False,
) -> None:
    """Compare results: what differs in the inputs, differences from the baseline with intervals, and sentences."""
    from sim.analysis import compare as analysis
    from sim.analysis import comparison_text

    if out:
        analysis.refuse_existing(out, force)
    comparison = analysis.compare(results, baseline, ranges or (), measure or ())
    if out:
        analysis.write_csv(comparison, out / "compare.csv")
    if format_ == "markdown":
        print(comparison_text.markdown(comparison, measure or ()))
        return
    print("Inputs", *comparison_text.inputs(comparison), "", sep="\n")
    _show(comparison_text.table(comparison))
    print("", *comparison_text.sentences(comparison, measure or ()), sep="\n")


@app.command()
def sweep(
    grid: Annotated[
        str, typer.Argument(metavar="[GRID]", help="A grid file or a shipped grid.", show_default=True)
    ] = "goals-and-funding",
    reps: Annotated[
        int | None, typer.Option(min=1, max=100_000, help="Replications of a point; default: as the grid says.")
    ] = None,
    seed: SeedOption = None,
    engine: EngineOption = "auto",
    workers: WorkersOption = None,
    scheduler: SchedulerOption = None,
    cluster: ClusterOption = None,
    set_: SetOption = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would run, and about how long.")] = False,
    out: Annotated[
        Path | None, typer.Option(parser=_folder, metavar="DIR", help="Result folder; default: results/GRID.")
    ] = None,
    force: ForceOption = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress bar and no tables.")] = False,
) -> int:
    """Play every point of a grid: combinations of values, or points drawn from ranges."""
    from sim.experiment.executors import Where
    from sim.experiment.sweep import heat_tables
    from sim.experiment.sweep import sweep as sweeping

    where = Where(workers, scheduler, cluster)
    options = sweeping.Options(grid, tuple(set_ or ()), reps, seed, engine, where, out, force, quiet)
    if dry_run:
        plan, forecast = sweeping.dry_run(options)
        heading, table = heat_tables.plan_table(plan)
        print(heading)
        _show(table)
        print(*forecast.lines(), sep="\n")
        return 0
    outcome = sweeping.sweep(options)
    if not quiet:
        with _stdout_may_end(outcome.folder):
            for heading, table in heat_tables.shown(outcome):
                print(heading)
                _show(table)
            print(heat_tables.footer(outcome))
    _complain(failure.line() for failure in outcome.failures)
    return int(bool(outcome.failures))


@app.command()
def solve(
    scenario: ScenarioArgument,
    vary: Annotated[
        list[str], typer.Option("--vary", metavar="PATH", help="What is varied; more than one: scaled together.")
    ],
    within: Annotated[
        str, typer.Option("--in", metavar="LOW:HIGH", help="Values, totals, or factors such as x0.5:x3.")
    ],
    until: Annotated[
        str, typer.Option("--until", metavar="TARGET", help='"MEASURE <= VALUE" or "MEASURE / MEASURE <= VALUE".')
    ],
    tolerance: Annotated[str, typer.Option(metavar="SHARE", help="How near, as a share of the amount.")] = "0.5%",
    reps: Annotated[int, typer.Option(min=1, max=100_000, help="Replications at each amount.")] = 10,
    seed: SeedOption = None,
    engine: EngineOption = "auto",
    workers: WorkersOption = None,
    scheduler: SchedulerOption = None,
    cluster: ClusterOption = None,
    set_: SetOption = None,
    out: Annotated[
        Path | None, typer.Option(parser=_folder, metavar="DIR", help="Result folder; default: results/NAME-solve.")
    ] = None,
    force: ForceOption = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress bar and no answer on stdout.")] = False,
) -> int:
    """Find the smallest amount (beds, dollars, judges, seats, officers) for which a target holds."""
    from sim.experiment.executors import Where
    from sim.experiment.solve import solve as solving

    where, sets = Where(workers, scheduler, cluster), tuple(set_ or ())
    asked = solving.Asked(
        scenario, tuple(vary), within, until, reps, tolerance, sets, seed, engine, where, out, force, quiet
    )
    solution = solving.run(asked)
    if not quiet:
        with _stdout_may_end(solution.search.study.part.final):
            print(*solving.lines(solution), f"written to {solution.search.study.part.final}", sep="\n")
    _complain(dict.fromkeys(failure.line() for failure in solution.failures))
    if solution.amount is None:
        _complain([f"{vary[0]}: {until} holds nowhere in {within}: {solution.reason}"])
    return int(solution.amount is None or any(True for _ in solution.failures))


@app.command()
def bottleneck(
    scenario: ScenarioArgument,
    goal: Annotated[str, typer.Option("--goal", metavar="MEASURE", help="What is held back, e.g. removals.")],
    target: Annotated[
        str | None, typer.Option(metavar='">= VALUE"', help="Where it is reached; default: the scenario's own goal.")
    ] = None,
    factor: Annotated[
        float, typer.Option(min=1.01, max=1000, help="Lifts a capacity that cannot be made endless.")
    ] = 10.0,
    reps: Annotated[int, typer.Option(min=1, max=100_000, help="Replications with each stage lifted.")] = 10,
    seed: SeedOption = None,
    engine: EngineOption = "auto",
    workers: WorkersOption = None,
    scheduler: SchedulerOption = None,
    cluster: ClusterOption = None,
    set_: SetOption = None,
    out: Annotated[
        Path | None,
        typer.Option(parser=_folder, metavar="DIR", help="Result folder; default: results/NAME-bottleneck."),
    ] = None,
    force: ForceOption = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress bar and no answer on stdout.")] = False,
) -> int:
    """Lift one limit at a time, then one more: what binds first, what next, what each step gains and costs."""
    from sim.experiment.bottleneck import bottleneck as limits
    from sim.experiment.executors import Where

    where, sets = Where(workers, scheduler, cluster), tuple(set_ or ())
    found = limits.run(
        limits.Asked(scenario, goal, target, reps, factor, sets, seed, engine, where, out, force, quiet)
    )
    if not quiet:
        with _stdout_may_end(found.study.part.final):
            _show(limits.table(found))
            print(*limits.lines(found), f"written to {found.study.part.final}", sep="\n")
    _complain(dict.fromkeys(failure.line() for failure in found.failures))
    return int(bool(found.failures))


@app.command()
def sensitivity(
    scenario: ScenarioArgument,
    method: Annotated[str, typer.Option(metavar="oat|morris|sobol", help="One at a time, screening, indices.")] = "oat",
    measure: Annotated[list[str] | None, typer.Option(metavar="MEASURE", help="Measures to show; repeatable.")] = None,
    vary: Annotated[list[str] | None, typer.Option(metavar="PATH", help="Only these ranges; default: assumed.")] = None,
    screening: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Vary the ranges that led in this Morris result.")
    ] = None,
    top: Annotated[
        int | None, typer.Option(min=1, help="So many of --screening (default 6), or lines shown (10).")
    ] = None,
    reps: Annotated[
        int | None, typer.Option(min=1, max=100_000, help="Replications of a point; default: 5, 2 or 1.")
    ] = None,
    trajectories: Annotated[
        int | None, typer.Option(min=2, max=10_000, help="Of --method morris; default: 10.")
    ] = None,
    samples: Annotated[
        int | None, typer.Option(min=2, max=2**20, help="Of --method sobol: a power of 2; default: 64.")
    ] = None,
    seed: SeedOption = None,
    engine: EngineOption = "auto",
    workers: WorkersOption = None,
    scheduler: SchedulerOption = None,
    cluster: ClusterOption = None,
    set_: SetOption = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would run, and about how long.")] = False,
    out: Annotated[
        Path | None, typer.Option(parser=_folder, metavar="DIR", help="Result folder; default: results/NAME-METHOD.")
    ] = None,
    force: ForceOption = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress bar and no tables.")] = False,
) -> int:
    """Rank the assumed values by how much they matter: each moved over its range."""
    from sim.experiment.executors import Where
    from sim.experiment.sensitivity import ranking
    from sim.experiment.sensitivity import sensitivity as studying

    chosen, how = (tuple(measure or ()), tuple(vary or ()), screening, top), (reps, trajectories, samples)
    sets, where = tuple(set_ or ()), Where(workers, scheduler, cluster)
    plan = studying.settle(
        studying.Options(scenario, method, *chosen, *how, sets, seed, engine, where, out, force, quiet)
    )
    if dry_run or not quiet:
        print(plan.heading(), *plan.forecast().lines(), sep="\n", flush=True)
    if dry_run:
        return 0
    outcome = studying.play(plan)
    if not quiet:
        with _stdout_may_end(outcome.folder):
            for heading, table in ranking.shown(outcome):
                print(heading)
                _show(table)
            print(ranking.footer(outcome))
    _complain([*outcome.left_out(), *(failure.line() for failure in outcome.failures)])
    return int(bool(outcome.failures))


@app.command()
def advise(
    pilot: Annotated[str, typer.Argument(metavar="SCENARIO", help="A scenario to run a pilot of, or a result folder.")],
    precision: Annotated[
        list[str] | None,
        typer.Option(metavar="MEASURE=1%", help="Half-width wanted; default: 5 % of the headline ones."),
    ] = None,
    column: Annotated[
        list[str] | None, typer.Option("--column", metavar="COLUMN", help="Series of daily.csv to look at; repeatable.")
    ] = None,
    reps: Annotated[int, typer.Option(min=2, max=100_000, help="Replications of the pilot.")] = 10,
    seed: SeedOption = None,
    engine: EngineOption = "auto",
    workers: WorkersOption = None,
    scheduler: SchedulerOption = None,
    cluster: ClusterOption = None,
    set_: SetOption = None,
    pilot_out: Annotated[
        Path | None, typer.Option("--pilot", parser=_folder, metavar="DIR", help="Default: results/NAME-pilot.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(parser=_folder, metavar="DIR", help="Write the advice into this new folder.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Run the pilot again.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress bar.")] = False,
) -> None:
    """Say how long to run and how many replications to make, from a pilot."""
    from dataclasses import replace

    from sim.experiment.advise import advice
    from sim.experiment.plan import Options

    play = Options(pilot, tuple(set_ or ()), reps, seed, engine, workers, pilot_out, force, quiet)
    options = replace(play, scheduler=scheduler, cluster=cluster)
    found = advice.advise(options, precision or (), column or ())
    if out:
        advice.write(found, out)
    print(*advice.lines(found), sep="\n")


@app.command()
def report(
    results: Annotated[list[Path], typer.Argument(metavar="RESULT...", help="Result folders; the first: baseline.")],
    out: Annotated[
        Path | None,
        typer.Option(parser=_file, metavar="FILE.html", help="Default: NAME-report.html beside the first result."),
    ] = None,
    figures: Annotated[
        Path | None, typer.Option(parser=_folder, metavar="DIR", help="Each chart as PNG and SVG, with its data.")
    ] = None,
    sensitivity: Annotated[
        list[Path] | None,
        typer.Option(metavar="STUDY", help="A sensitivity study of a RESULT; default: NAME-oat beside it. Repeatable."),
    ] = None,
    force: ForceOption = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Say nothing.")] = False,
) -> None:
    """Write one HTML page of a result, or of several beside the first: question, answer, charts, caveats."""
    from sim.report.page import write

    written = write.report(write.Options(tuple(results), out, figures, tuple(sensitivity or ()), force))
    if not quiet:
        print(*written.lines(), sep="\n")


@app.command()
def watch(
    result: Annotated[Path, typer.Argument(metavar="RESULT", help="A result folder.")],
    view: Annotated[str, typer.Option(metavar="line|areas", help="Sampled people, or every area by day.")] = "line",
    first: Annotated[str | None, typer.Option("--from", metavar="DATE", help="First day; default: chosen.")] = None,
    days: Annotated[int | None, typer.Option(min=1, help="How many days; default: chosen.")] = None,
    rep: Annotated[int | None, typer.Option(min=1, help="Replication of the line; default: the first.")] = None,
    out: Annotated[
        Path | None, typer.Option(parser=_file, metavar="FILE.html", help="Default: NAME-watch.html beside the result.")
    ] = None,
    force: ForceOption = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Say nothing.")] = False,
) -> None:
    """Write one HTML page that shows people, or areas, move through the days of a result."""
    from sim.report import watch as watching

    final = watching.write(result, watching.Asked.of(view, first, days, rep), out, force)
    if not quiet:
        print(f"written to {final}")


@app.command("list")
def list_() -> None:
    """List the scenarios that come with detsim."""
    from sim.experiment.headline import shipped_table

    _show(shipped_table())


@app.command()
def backtest(
    scenario: Annotated[str, typer.Argument(metavar="SCENARIO", help="A scenario file or a name.")] = "national",
    observed: Annotated[
        Path | None, typer.Option(metavar="FILE.csv", help="More figures; they replace shipped ones they overlap.")
    ] = None,
    first: FromOption = None,
    last: ToOption = None,
    fit_until: Annotated[
        str | None, typer.Option(metavar="DATE", help="Fit anew on what was known at the end of this day.")
    ] = None,
    freeze: Annotated[
        bool, typer.Option("--freeze", help="Keep rules and capacities as they were then, or the day before --from.")
    ] = False,
    ranges: Annotated[
        bool, typer.Option("--ranges", help="Each replication draws its values from the ranges believed.")
    ] = False,
    vary: Annotated[
        list[str] | None, typer.Option(metavar="PATH", help="The same, for the range at this path only; repeatable.")
    ] = None,
    set_: SetOption = None,
    reps: Annotated[int, typer.Option(min=1, max=100_000, help="Replications.")] = 25,
    seed: SeedOption = None,
    workers: WorkersOption = None,
    out: Annotated[
        Path | None, typer.Option(parser=_folder, metavar="DIR", help="Default: results/backtest-NAME.")
    ] = None,
    force: ForceOption = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress bar and no table.")] = False,
) -> int:
    """Play the past, driven by published book-ins, and score it beside naive forecasts."""
    from sim.experiment.backtest import score_table as headline
    from sim.experiment.backtest.run import Options
    from sim.experiment.backtest.run import backtest as play_back

    outcome = play_back(
        Options(
            scenario=scenario,
            observed=observed,
            first=first,
            last=last,
            fit_until=fit_until,
            freeze=freeze,
            ranges=ranges,
            vary=tuple(vary or ()),
            sets=tuple(set_ or ()),
            replications=reps,
            seed=seed,
            workers=workers,
            out=out,
            force=force,
            quiet=quiet,
        )
    )
    if not quiet:
        with _stdout_may_end(outcome.folder):
            _show(headline.table(outcome))
            print(f"written to {outcome.folder}")
    _complain(outcome.notes)
    _complain(failure.line() for failure in outcome.failures)
    return outcome.status()


@app.command()
def explain(
    scenario: ScenarioArgument,
    path: Annotated[str | None, typer.Argument(metavar="PATH", help="Only values at or below this path.")] = None,
) -> None:
    """Show each resolved value with where it was set and its source."""
    from sim.scenario.provenance import explain as explaining

    print(explaining.explain(scenario, path))


@app.command()
def schema() -> None:
    """Print the JSON Schema of scenario files, for editors."""
    import json

    from sim.scenario.schema.jsonschema import json_schema

    print(json.dumps(json_schema(), indent=2, ensure_ascii=False))


@app.command()
def classroom(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port of this machine; 0: any that is free.")] = 8642,
    lesson: Annotated[str | None, typer.Option(metavar="one|two|...", help="Open this lesson.")] = None,
    edit: Annotated[
        Path | None,
        typer.Option(parser=_folder, metavar="DIR", help="Copy the lessons there and open them in the editor."),
    ] = None,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the page.")] = True,
) -> int:
    """Serve five short interactive lessons on this machine."""
    from sim.classroom import edit as editor
    from sim.classroom import serve

    if edit is not None:
        return editor.edit(edit, port, browser)
    serve.serve(serve.Options(port, lesson, browser))
    return 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; the exit status: 0 done, 1 failed, 2 wrong input or usage, 130 interrupted."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    _settle_streams()
    try:
        status = _invoke(given or ["--help"])
        sys.stdout.flush()
        return status
    except UserError as error:
        _complain(error.lines)
        return error.status
    except BrokenPipeError:  # the reader of our output has seen enough
        _drop_stdout()
        return 0
    except OSError as error:
        _complain([f"{error.filename or 'detsim'}: {error.strerror or error}"])
        return 1
    except KeyboardInterrupt:
        _complain(["interrupted"])
        return INTERRUPTED


def _invoke(arguments: list[str]) -> int:
    """Parse and run; a wrong usage is one line. Any other exception is the command's own."""
    # Not the command's `main`, which has a way of its own with Ctrl-C and with readers that leave.
    commands = typer.main.get_command(app)
    try:
        with commands.make_context("detsim", arguments) as whole:
            status = commands.invoke(whole)
    except typer.Exit as end:
        return end.exit_code
    except Exception as error:
        if not hasattr(error, "format_message"):  # what marks an error of the option parser in every typer
            raise
        context = getattr(error, "ctx", None)
        command = context.command_path if context else "detsim"
        _complain([f"{command}: {' '.join(error.format_message().split())} (see {command} --help)"])
        return 2
    return status if isinstance(status, int) else 0


def _settle_streams() -> None:
    """A terminal that lacks a character, or a closed stdout or stderr, is no reason to fail."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


@contextmanager
def _stdout_may_end(result: Path) -> Iterator[None]:
    """The result is written: a reader that leaves changes nothing, and a full disk is said to be stdout's."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        _drop_stdout()
    except OSError as error:
        _drop_stdout()
        raise RunError(f"stdout: {error.strerror or error}; the result in {result} is complete") from error


def _drop_stdout() -> None:
    """Nobody takes what is still to be printed."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _complain(lines: Iterable[str]) -> None:
    """Each line on stderr."""
    for line in lines:
        print(line, file=sys.stderr)


def _show(table: Table) -> None:
    """A table on stdout; wide if nobody watches, so that a file or a pipe gets whole lines."""
    from rich.console import Console

    console = Console(highlight=False, width=None if sys.stdout.isatty() else 160)
    with console.capture() as shown:  # it would end the process where a reader leaves
        console.print(table)
    print(shown.get(), end="")
