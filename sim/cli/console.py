"""What the command prints: results on stdout, everything else on stderr, each line safe for a terminal."""

from __future__ import annotations

import io
import os
import shutil
import sys
import textwrap
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from sim.errors import Interrupted, RunError, printable

if TYPE_CHECKING:
    from rich.table import Table


def prepare_streams() -> None:
    """Replace characters that the terminal lacks, and drop output where stdout or stderr is closed."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def say(*lines: str) -> None:
    """Print each line on stdout."""
    for line in lines:
        print(_one_line(line))


def complain(lines: Iterable[str]) -> None:
    """Print each line on stderr; equal lines once."""
    for line in dict.fromkeys(lines):
        print(_one_line(line), file=sys.stderr)


def _one_line(text: str) -> str:
    return printable(text).replace("\n", "\\n")


def width() -> int:
    """Characters of a line of the terminal; 100 where stdout is not one."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else 100


def wrapped(lines: Iterable[str]) -> Iterator[str]:
    """Lines cut at words to the width of the terminal; what follows the first of a line stands further in."""
    for line in lines:
        for part in line.split("\n"):
            indent = " " * (len(part) - len(part.lstrip()) + 2)
            yield from textwrap.wrap(part, max(width(), 40), subsequent_indent=indent, break_long_words=False) or [""]


def on_terminal(lines: Iterable[str]) -> Iterable[str]:
    """Lines as wide as the terminal is, or as they are where stdout is read by a program."""
    return wrapped(lines) if sys.stdout.isatty() else lines


def show(heading: str, table: Table) -> None:
    """Print a table on stdout, 160 columns wide where stdout is not a terminal."""
    from rich.console import Console
    from rich.segment import Segment, Segments

    console = Console(highlight=False, width=None if sys.stdout.isatty() else 160)
    with console.capture() as shown:  # rich would end the process where the reader of a pipe has gone
        segments = console.render(table)
        console.print(Segments(one if one.control else Segment(printable(one.text), one.style) for one in segments))
    print(heading, shown.get(), sep="\n" if heading else "", end="")


def show_result(folder: Path, tables: Iterable[tuple[str, Table]], *lines: str) -> None:
    """Print tables with their headings, and lines, about a result that is complete.

    A reader that closes the pipe is no error. Raises RunError where stdout cannot be written to, Interrupted on Ctrl-C.
    """
    try:
        for heading, table in tables:
            show(heading, table)
        say(*on_terminal(lines))
        sys.stdout.flush()
    except BrokenPipeError:
        drop_stdout()
    except OSError as error:
        drop_stdout()
        raise RunError(f"stdout: {error.strerror or error}; the result in {folder} is complete") from error
    except KeyboardInterrupt:
        raise Interrupted(f"interrupted: the result in {folder} is complete") from None


def drop_stdout() -> None:
    """Discard what is still to be printed on stdout."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
