"""Errors that a user can cause: shown as plain lines, never as a traceback."""

from __future__ import annotations

from typing import ClassVar


class UserError(Exception):
    """An error with its message as `lines` and the exit `status` of the command it ends."""

    status: ClassVar[int] = 1

    def __init__(self, *lines: str) -> None:
        super().__init__(*lines)
        self.lines = lines

    def __str__(self) -> str:
        return "\n".join(self.lines)

    def _render_traceback_(self) -> list[str]:
        """What IPython and Jupyter show of it."""
        return [f"{type(self).__name__}: {line}" for line in self.lines]


class InputError(UserError):
    """The input or the usage is wrong."""

    status = 2


class RunError(UserError):
    """The run failed for a reason outside the model: a full disk, a killed process, no replication left."""


class Interrupted(UserError):
    """The user stopped the run."""

    status = 130
