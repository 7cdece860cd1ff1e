"""What is wrong with a scenario, where, and what would be right."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sim.errors import InputError

Keys = tuple[str, ...]
"""A path: keys and list positions."""


@dataclass(frozen=True)
class Place:
    """Where something was written: a file, or a `--set` option (which has no line)."""

    file: str
    line: int | None = None
    column: int | None = None
    layer: int = 0
    """Each file that extends another, and then `--set`, is one above it; 0 is below all: what nobody wrote."""

    def __str__(self) -> str:
        return self.file if self.line is None else f"{self.file}:{self.line}"

    @property
    def exact(self) -> str:
        """With the column."""
        return str(self) if self.column is None else f"{self}:{self.column}"


@dataclass(frozen=True)
class Problem:
    """One line of an error message."""

    place: Place
    path: str
    message: str

    def __str__(self) -> str:
        parts = (self.place.exact, self.path, self.message)
        line = ": ".join(" ".join(part.split()) for part in parts if part)
        return "".join(sign if sign.isprintable() else "?" for sign in line)


class ScenarioError(InputError):
    """All that is wrong with a scenario, one line each."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(dict.fromkeys(problems), key=by_place))
        super().__init__(*map(str, self.problems))


def by_place(problem: Problem) -> tuple[int, str, int, int, str]:
    """Sorts problems: those of later layers first, then by file, line and column."""
    place = problem.place
    return (-place.layer, place.file, place.line or 0, place.column or 0, problem.path)
