"""Dataclasses of options as the parameters of commands, and the options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, Field, dataclass, field, fields
from inspect import Parameter, Signature
from pathlib import Path
from typing import Any, ClassVar, Final, Protocol, TypeVar, get_args, get_origin, get_type_hints

import typer

from sim.cli.console import complain
from sim.errors import InputError

T = TypeVar("T")
MOST_REPLICATIONS: Final = 100_000
REPEATABLE: Final = "Repeatable."


# --- declaring options --------------------------------------------------------------------------
def option(flag: str, metavar: str | None, help: str, default: Any = MISSING, **limits: Any) -> Any:
    """A field that is an option; without a default it is required. `limits` are `min` and `max` of a number."""
    if default == () and REPEATABLE not in help:
        help = f"{help} {REPEATABLE}"
    needed = ... if default is MISSING else default
    return field(default=default, metadata={"typer": typer.Option(needed, flag, metavar=metavar, help=help, **limits)})


def argument(metavar: str, help: str, default: Any = MISSING) -> Any:
    """A field that is a positional argument; without a default it is required."""
    needed = ... if default is MISSING else default
    return field(default=default, metadata={"typer": typer.Argument(needed, metavar=metavar, help=help)})


def folder(default: str) -> Any:
    """The option `--out` of a command that writes a result folder."""
    return option("--out", "DIR", f"Folder for the results. Default: results/{default}.", None)


def replications(help: str, default: int | None, least: int = 1) -> Any:
    """The option `--reps`."""
    return option("--reps", "N", help, default, min=least, max=MOST_REPLICATIONS)


def scenario(default: Any = MISSING) -> Any:
    """The argument SCENARIO."""
    return argument("SCENARIO", "A scenario file, or the name of an included scenario (see `detsim list`).", default)


def dry_run() -> Any:
    """The option `--dry-run`."""
    return option("--dry-run", None, "Show what would run and how long it would take; run nothing.", False)


# --- shared options -----------------------------------------------------------------------------
@dataclass(frozen=True, kw_only=True)
class Settings:
    """Changes to a scenario."""

    sets: tuple[str, ...] = option("--set", "PATH=VALUE", "Change a scenario value: --set beds.contracted=1200.", ())

    def unused(self) -> list[str]:
        """A line for each setting that another one replaces."""
        last = {path: f"{flag} is given" for path, flag in _FLAGS.items() if getattr(self, path, None) is not None}
        lines = []
        for text in reversed(self.sets):
            path = text.partition("=")[0].strip()
            if path in last and "=" in text:
                lines.append(f"--set {text}: has no effect, since {last[path]}")
            last.setdefault(path, f"--set {text} follows")
        return lines[::-1]


_FLAGS: Final = {"replications": "--reps", "seed": "--seed"}
"""Scenario values that have an option of their own."""


@dataclass(frozen=True, kw_only=True)
class LocalSimulation(Settings):
    """Options of every command that simulates."""

    seed: int | None = option(
        "--seed", "N", "Seed of the random draws. Default: the scenario's.", None, min=0, max=2**63 - 1
    )
    workers: int | None = option(
        "--workers", "N", "Worker processes. Default: one per core where that saves time.", None, min=1
    )
    force: bool = option("--force", None, "Replace an existing result.", False)
    quiet: bool = option("--quiet", None, "Print only warnings and errors.", False)


@dataclass(frozen=True, kw_only=True)
class Simulation(LocalSimulation):
    """Options of every command that simulates with either engine, on this machine or on a cluster."""

    engine: str = option("--engine", "auto|simpy|compiled", "Simulation engine; both give the same results.", "auto")
    scheduler: str | None = option("--scheduler", "tcp://HOST:PORT", "Run on the workers of this Dask scheduler.", None)
    cluster: str | None = option("--cluster", "local", "Run on a Dask cluster started on this machine.", None)


def passed(target: Callable[..., T], options: Any) -> T:
    """The library's options, from those of the command that have the same names."""
    known = Signature.from_callable(target).parameters
    return target(**{name: getattr(options, name) for name in vars(options) if name in known})


# --- commands -----------------------------------------------------------------------------------
class Command(Protocol):
    """A command: a dataclass of its options, whose docstring is its help."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]

    def run(self) -> int | None:
        """Run it; returns the exit status, None for success."""


def as_function(kind: type[Command]) -> Callable[..., int | None]:
    """The command as a function for typer: each field is a parameter."""

    def command(**given: Any) -> int | None:
        _refuse_lost_folder()
        asked = kind(**{name: tuple(value) if isinstance(value, list) else value for name, value in given.items()})
        if isinstance(asked, Settings):
            complain(asked.unused())
        return asked.run()

    command.__doc__ = kind.__doc__
    command.__annotations__ = {}
    vars(command)["__signature__"] = Signature(_parameters(kind))
    return command


def _refuse_lost_folder() -> None:
    """Raise InputError where the current folder has been deleted: no path means anything there."""
    try:
        Path.cwd()
    except OSError:
        raise InputError("the current folder no longer exists; change to another folder") from None


def _parameters(kind: Any) -> list[Parameter]:
    """The fields of a dataclass as parameters, its own before those it inherits."""
    own = {one.name: one for one in fields(kind)}
    hints = get_type_hints(kind)
    names = [name for part in kind.__mro__ for name in vars(part).get("__annotations__", ()) if name in own]
    return [_parameter(own[name], hints[name]) for name in names]


def _parameter(declared: Field[Any], hint: Any) -> Parameter:
    """A field as a keyword parameter. Paths and names of files are read by `read_path` and `read_name`."""
    info = declared.metadata["typer"]
    kind = get_args(hint)[0] if get_origin(hint) is tuple else hint
    if kind in (Path, Path | None):
        info.parser = read_path
    elif isinstance(info, typer.models.ArgumentInfo):
        info.parser = read_name
    annotation = list[kind] if get_origin(hint) is tuple else hint  # type: ignore[valid-type]
    return Parameter(declared.name, Parameter.KEYWORD_ONLY, default=info, annotation=annotation)


def read_path(text: str) -> Path:
    """A path as the user types it, with `~` expanded. Raises typer.BadParameter where there is none."""
    if not text.strip():
        raise typer.BadParameter("the name is empty")
    try:
        return Path(text).expanduser()
    except RuntimeError:
        raise typer.BadParameter(f"{text.partition('/')[0]} is not the home folder of a user") from None


def read_name(text: str) -> str:
    """A path, as `read_path` has it, or the name of what is included, as text."""
    return str(read_path(text)) if text.startswith("~") else text
