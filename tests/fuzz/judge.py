"""What becomes of one input: refused, accepted, or wrong."""

from __future__ import annotations

import re
import signal
import traceback
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from sim.errors import UserError

MOST_LINES = 12
_WAIT = 10


class Difference(Exception):
    """Two ways to the same thing gave two answers."""


class TooSlowError(BaseException):
    """The time is up. No handler of the program may take it for an error of its own."""


@dataclass(frozen=True)
class Verdict:
    """What became of an input; `why` is the message, or what is wrong."""

    kind: Literal["refused", "accepted", "wrong"]
    why: str = ""

    @property
    def cause(self) -> str:
        """What inputs with the same fault share: the end of a traceback, less what the input says."""
        return re.sub(r"\d+|/tmp\S+|'.*?'|\".*?\"", "~", "\n".join(self.why.splitlines()[-3:])[:250])


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise TooSlowError after so many seconds of this process, or after ten times as many by the clock."""

    def stop(*_: object) -> None:
        raise TooSlowError

    before = [(number, signal.signal(number, stop)) for number in (signal.SIGPROF, signal.SIGALRM)]
    signal.setitimer(signal.ITIMER_PROF, seconds)
    signal.setitimer(signal.ITIMER_REAL, _WAIT * seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in before:
            signal.signal(number, handler)


def judge(attempt: Callable[[], object], seconds: float = 5) -> Verdict:
    """Run the attempt with a time limit and warnings as errors."""
    try:
        with warnings.catch_warnings(), time_limit(seconds):
            warnings.simplefilter("error")
            attempt()
    except UserError as error:
        faults = list(unclear(error.lines))
        return Verdict("wrong", "\n".join(faults)) if faults else Verdict("refused", str(error))
    except TooSlowError as error:
        return Verdict("wrong", f"no answer in {seconds} s\n{_where(error)}")
    except Difference as error:
        return Verdict("wrong", f"difference: {error}")
    except (Exception, RecursionError) as error:
        return Verdict("wrong", f"{_where(error)}{type(error).__name__}: {str(error)[:300]}")
    return Verdict("accepted")


def unclear(lines: tuple[str, ...]) -> Iterator[str]:
    """What is wrong with a message."""
    if not lines or not all(lines):
        yield "a refusal without a word"
    if len(lines) > MOST_LINES:
        yield f"a flood of {len(lines)} lines: {lines[0][:200]}"


def _where(error: BaseException) -> str:
    """The last frames of the program, or the last of all."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if "/sim/" in frame.filename] or frames[-1:]
    return "".join(f"{frame.filename.rpartition('/sim/')[2]}:{frame.lineno} {frame.name}\n" for frame in own[-2:])
