"""Dataclasses of options as the parameters of commands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, Field, fields
from inspect import Parameter, Signature, getdoc
from pathlib import Path
from typing import Any, Final, get_args, get_origin, get_type_hints

import typer

from sim.cli.console import complain
from sim.errors import InputError
from sim.experiment.options import Declared

_FLAGS: Final = {"replications": "--reps", "seed": "--seed"}
"""Scenario values that have an option of their own."""


def as_command(function: Callable[..., int | None]) -> Callable[..., int | None]:
    """A function of one dataclass of options as a command for typer: each declared field is a parameter."""
    (kind,) = (hint for name, hint in get_type_hints(function).items() if name != "return")

    def command(**given: Any) -> int | None:
        try:
            Path.cwd()
        except OSError:  # no path means anything in a folder that has been deleted
            raise InputError("the current folder no longer exists; change to another folder") from None
        asked = kind(**{name: tuple(value) if isinstance(value, list) else value for name, value in given.items()})
        complain(_unused(asked))
        return function(asked)

    command.__doc__ = getdoc(function)
    command.__annotations__ = {}
    vars(command)["__signature__"] = Signature(_parameters(kind))
    return command


def _unused(asked: Any) -> list[str]:
    """A line for each setting that another option replaces."""
    last = {path: f"{flag} is given" for path, flag in _FLAGS.items() if getattr(asked, path, None) is not None}
    lines = []
    for text in reversed(getattr(asked, "sets", ())):
        path = text.partition("=")[0].strip()
        if path in last and "=" in text:
            lines.append(f"--set {text}: has no effect, since {last[path]}")
        last.setdefault(path, f"--set {text} follows")
    return lines[::-1]


def _parameters(kind: Any) -> list[Parameter]:
    """The declared fields of a dataclass as parameters, its own before those it inherits."""
    declared = {one.name: one for one in fields(kind) if "declared" in one.metadata}
    hints = get_type_hints(kind)
    order = dict.fromkeys(name for part in kind.__mro__ for name in vars(part).get("__annotations__", ()))
    return [_parameter(declared[name], hints[name]) for name in order if name in declared]


def _parameter(field: Field[Any], hint: Any) -> Parameter:
    """A field as a keyword parameter. Paths, names of files and numbers with limits have parsers of their own."""
    declared: Declared = field.metadata["declared"]
    kind = get_args(hint)[0] if get_origin(hint) is tuple else hint
    default = ... if field.default is MISSING else field.default
    told: dict[str, Any] = {"metavar": declared.metavar, "help": declared.help}
    told["show_default"] = default not in (..., None, (), False, 0)
    if (parser := _parser(kind, declared)) is not None:
        told["parser"] = parser
    if not declared.flags:
        told["autocompletion"] = names
    info = typer.Option(default, *declared.flags, **told) if declared.flags else typer.Argument(default, **told)
    annotation = list[kind] if get_origin(hint) is tuple else hint  # type: ignore[valid-type]
    return Parameter(field.name, Parameter.KEYWORD_ONLY, default=info, annotation=annotation)


def _parser(kind: Any, declared: Declared) -> Callable[[str], Any] | None:
    if kind in (Path, Path | None):
        return read_path
    if declared.least is not None:
        return _within(float if kind is float else int, declared.least, declared.most)
    return None if declared.flags else read_name


def _within(kind: type[int | float], least: float, most: float | None) -> Callable[[Any], int | float]:
    """A parser of numbers from `least` to `most`: help then shows no range, and the message is ours."""
    limits = f"{least:,} or more" if most is None else f"from {least:,} to {most:,}"

    def read(text: Any) -> int | float:
        try:
            number = kind(text)
        except ValueError:
            raise typer.BadParameter(f"{text} is not a {'whole ' * (kind is int)}number, write one {limits}") from None
        if not least <= number <= (number if most is None else most):
            raise typer.BadParameter(f"{text} is out of range, write a number {limits}")
        return number

    return read


def names(incomplete: str) -> list[str]:
    """What a shell may complete: included scenarios, results below `results/` and files that begin with the text."""
    from sim.scenario.reading.layers import shipped

    home, slash, _ = incomplete.rpartition("/")
    beside = [f"{home}{slash}{path.name}{'/' * path.is_dir()}" for path in Path(home + slash).glob("*")]
    results = [path.name for path in Path("results").glob("*") if (path / "manifest.json").is_file()]
    return sorted(name for name in {*shipped(), *results, *beside} if name.startswith(incomplete))


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
