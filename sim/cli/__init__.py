"""The `detsim` command: each function reads the options of one command, calls the library and prints.

Commands import the library when they run, so that `--help` answers at once.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Annotated, Final

import typer

from sim.cli import results, scenarios, studies
from sim.cli.console import complain, drop_stdout, prepare_streams
from sim.cli.options import as_command
from sim.errors import UserError
from sim.version import __version__

COMMANDS: Final = (
    *(studies.run, results.compare, results.report, results.watch),
    *(studies.sweep, studies.solve, studies.bottleneck, studies.sensitivity, studies.advise, studies.backtest),
    *(results.export, scenarios.page, scenarios.classroom),
    *(scenarios.list, scenarios.validate, scenarios.explain, scenarios.schema),
)
"""In the order of the help."""
STATUS: Final = (
    "Exit status: 0 success; 1 the run failed, or --strict found a failed check; 2 wrong input or usage, "
    "nothing is written; 130 interrupted (Ctrl-C), 143 terminated; what is finished is kept."
)
INTERRUPTED: Final = 130

app = typer.Typer(
    name="detsim",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        print(f"detsim {__version__}")
        raise typer.Exit


@app.callback(epilog=STATUS)
def detsim(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Simulate US immigration-detention capacity: arrests, beds, cases, removals, releases and costs."""


for function in COMMANDS:
    app.command(function.__name__, epilog=STATUS)(as_command(function))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        arguments: the words after `detsim`; None: those of this process.

    Returns:
        The exit status: 0 success, 1 failure, 2 wrong input or usage, 130 interrupted.
    """
    given = [*(sys.argv[1:] if arguments is None else arguments)]
    prepare_streams()
    try:
        status = _invoke(given or ["--help"])
        sys.stdout.flush()
        return status
    except UserError as error:
        complain(error.lines)
        return error.status
    except BrokenPipeError:  # the reader of a pipe has gone
        drop_stdout()
        return 0
    except OSError as error:
        complain([f"{error.filename or 'detsim'}: {error.strerror or error}"])
        return 1
    except KeyboardInterrupt:
        complain(["interrupted"])
        return INTERRUPTED


def _invoke(arguments: list[str]) -> int:
    """Parse and run. Wrong usage is one line; any other exception is the command's own."""
    # Not the `main` of the group, which handles Ctrl-C and closed pipes in a way of its own.
    commands = typer.main.get_command(app)
    if os.environ.get("_DETSIM_COMPLETE"):
        commands.main(arguments, prog_name="detsim")
    try:
        with commands.make_context("detsim", arguments) as whole:
            status = commands.invoke(whole)
    except typer.Exit as end:
        return end.exit_code
    except Exception as error:
        if not hasattr(error, "format_message"):  # marks an error of the option parser in every version of typer
            raise
        context = getattr(error, "ctx", None)
        command = context.command_path if context else "detsim"
        said = " ".join(error.format_message().split())
        complain([f"{command}: {said} ({_hint(error) or f'see {command} --help'})"])
        return 2
    return status if isinstance(status, int) else 0


def _hint(error: Exception) -> str:
    """What to write instead of an option that is a scenario value, such as `--days 60`; empty for others."""
    from sim.scenario.schema import Scenario

    name = str(getattr(error, "option_name", "")).lstrip("-").partition("=")[0].replace("-", "_")
    return f"to change a scenario value: --set {name}=..." if name.partition(".")[0] in Scenario.model_fields else ""
