"""Text, JSON and YAML from files that may be damaged or hostile.

Only regular files within a size are read, so that a pipe or a device makes nobody wait. Text is UTF-8 without control
characters, so that none reaches a terminal. Whatever is wrong is one line, `FILE:LINE:COLUMN: what`.
"""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import IO, Any, ClassVar, Final

from sim.errors import InputError

MEGABYTE: Final = 1_000_000
MOST_TEXT: Final = 20 * MEGABYTE
"""Bytes of a JSON or YAML file that is read whole."""
LONGEST_LINE: Final = 1_000_000
DEEPEST: Final = 40
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


@contextmanager
def opened(file: Path, most: int, mend: str) -> Iterator[IO[bytes]]:
    """Open a regular file of at most `most` bytes. Raises InputError; `mend` is what the user can do."""
    try:
        handle = os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except FileNotFoundError as error:
        raise InputError(f"{file}: not found; {mend}") from error
    except (OSError, ValueError) as error:
        raise InputError(f"{file}: cannot be read: {getattr(error, 'strerror', None) or error}; {mend}") from error
    about = os.fstat(handle)
    if not stat.S_ISREG(about.st_mode):
        os.close(handle)
        what = "a folder" if stat.S_ISDIR(about.st_mode) else "a pipe or a device"
        raise InputError(f"{file}: is {what}, not a file; {mend}")
    with os.fdopen(handle, "rb") as content:
        if about.st_size > most:
            raise InputError(f"{file}: larger than {most // MEGABYTE:,} MB; {mend}")
        yield content


def read_lines(file: Path, most: int, mend: str, complete: bool = False) -> Iterator[str]:
    """Yield the lines of a text file with their ends.

    Raises InputError at the first that is no clean text, or at a last one without an end if they must be `complete`.
    """
    with opened(file, most, mend) as content:
        number, line = 0, b"\n"
        while following := content.readline(LONGEST_LINE):
            number, line = number + 1, following
            if len(line) == LONGEST_LINE:
                raise InputError(f"{file}:{number}: a line of {LONGEST_LINE:,} bytes or more; {mend}")
            yield _decoded(line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line, file, number, mend)
        if complete and not line.endswith(b"\n"):
            raise InputError(f"{file}:{number}: the last line is cut short; {mend}")


def _decoded(line: bytes, file: Path, number: int, mend: str) -> str:
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError as error:
        column = len(line[: error.start].decode("utf-8", "replace")) + 1
        raise InputError(f"{file}:{number}:{column}: not UTF-8; {mend}") from error
    if found := _CONTROL.search(text):
        what = f"control character U+{ord(found[0]):04X}"
        raise InputError(f"{file}:{number}:{found.start() + 1}: {what}; {mend}")
    return text


def read_text(file: Path, most: int = MOST_TEXT, mend: str = "give another file") -> str:
    """Return the text of a file. Raises InputError."""
    return "".join(read_lines(file, most, mend))


def read_json(file: Path, mend: str) -> Any:
    """Return what a JSON file says. Raises InputError."""
    text = read_text(file, mend=mend)
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise InputError(f"{file}:{error.lineno}:{error.colno}: not JSON: {error.msg}; {mend}") from error
    except RecursionError as error:
        raise InputError(f"{file}: nested too deeply; {mend}") from error
    except ValueError as error:  # a whole number of thousands of digits
        raise InputError(f"{file}: not JSON: {str(error).partition(';')[0]}; {mend}") from error


def read_yaml(file: Path, mend: str) -> Any:
    """Return what a YAML file says as plain values; dates stay text. Raises InputError."""
    import yaml

    text, depth = read_text(file, mend=mend), 0
    try:
        for event in yaml.parse(text, _loader()):  # before anything is built: aliases and depth may be a bomb
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            alias = isinstance(event, yaml.AliasEvent)
            if alias or depth > DEEPEST:
                what = "an alias (*), which detsim does not write" if alias else f"nested deeper than {DEEPEST} levels"
                start: Any = event.start_mark
                raise InputError(f"{file}:{start.line + 1}:{start.column + 1}: {what}; {mend}")
        return yaml.load(text, _loader())
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"{file}:{mark.line + 1}:{mark.column + 1}" if mark else str(file)
        raise InputError(f"{place}: not YAML: {error.problem or error.context}; {mend}") from error
    except (yaml.YAMLError, ValueError) as error:
        raise InputError(f"{file}: not YAML: {str(error).splitlines()[0]}; {mend}") from error


@cache
def _loader() -> Any:
    """PyYAML's safe loader, in C where there is one, without its guesses at dates."""
    import yaml

    class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
        yaml_implicit_resolvers: ClassVar = {
            first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
            for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
        }

    return Loader
