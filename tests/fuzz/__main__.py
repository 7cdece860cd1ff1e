"""Try many inputs: `python -m tests.fuzz --kind scenarios --n 10000 --seed 1`.

Prints how many were refused and accepted, and every kind of fault with the smallest input that shows it; with
`--keep DIR` these inputs are written there, to be added to `corpus/`. Exit status: 1 if anything is wrong.
"""

from __future__ import annotations

import argparse
import faulthandler
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sim.experiment.engines import make_ready
from tests.fuzz.judge import Verdict, judge
from tests.fuzz.kinds import KINDS, SECONDS, Kind
from tests.fuzz.mutate import Mutator

STUCK_S = 120
"""After so long compiled code is taken to be stuck, and Python ends with a traceback."""


def main(words: list[str] | None = None) -> int:
    """Run the command; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--kind", choices=[*KINDS, "addresses"], default="scenarios")
    parser.add_argument("--n", type=int, default=1_000, help="number of inputs")
    parser.add_argument("--seed", type=int, default=1, help="of the first input; the next has the next one")
    parser.add_argument("--seconds", type=float, help="time limit of an input; default: 5, more where pages are drawn")
    parser.add_argument("--keep", type=Path, help="folder for the inputs that show a fault")
    asked = parser.parse_args(words)
    make_ready("compiled", quiet=True)  # otherwise the first input that is played takes a minute
    with tempfile.TemporaryDirectory() as name, opened(asked.kind, Path(name)) as kind:
        seconds = asked.seconds or SECONDS.get(asked.kind, 5)
        found, counts, slowest = fuzz(kind, asked.n, asked.seed, seconds)
        told = ", ".join(f"{counts[kind]:,} {kind}" for kind in ("refused", "accepted", "wrong"))
        print(f"{asked.kind}: {told}; slowest {slowest:.2f} s")
        for number, (cause, (seed, data)) in enumerate(found.items()):
            print(f"\n--- seed {seed}: {cause}\n{data[:1500].decode('utf-8', 'backslashreplace')}")
            if asked.keep:
                asked.keep.mkdir(parents=True, exist_ok=True)
                (asked.keep / f"{asked.kind}-{seed}-{number}").write_bytes(data)
    return int(bool(found))


@contextmanager
def opened(name: str, folder: Path) -> Iterator[Kind]:
    """A kind of input, ready to be tried."""
    if name == "addresses":
        from tests.fuzz.addresses import addresses

        with addresses(folder) as kind:
            yield kind
    else:
        yield KINDS[name](folder)


def fuzz(kind: Kind, n: int, seed: int, seconds: float) -> tuple[dict[str, tuple[int, bytes]], Counter[str], float]:
    """Try `n` inputs: by fault the seed and the smallest input, how many of each verdict, the longest time."""
    found: dict[str, tuple[int, bytes]] = {}
    counts: Counter[str] = Counter()
    slowest, start = 0.0, time.monotonic()
    for number in range(seed, seed + n):
        data, verdict, took = try_one(kind, number, seconds)
        counts[verdict.kind] += 1
        slowest = max(slowest, took)
        if verdict.kind == "wrong" and len(data) < len(found.get(verdict.cause, (0, data + b" "))[1]):
            found[verdict.cause] = number, data
        if sys.stderr.isatty() and number % 100 == 0:
            print(f"\r{number - seed:,} in {time.monotonic() - start:.0f} s", dict(counts), end="", file=sys.stderr)
    smallest = {cause: (number, shrunk(kind, data, cause, seconds)) for cause, (number, data) in found.items()}
    return smallest, counts, slowest


def try_one(kind: Kind, seed: int, seconds: float) -> tuple[bytes, Verdict, float]:
    """The input of a seed, what became of it, and how long that took."""
    data = kind.make(Mutator(seed))
    start = time.process_time()
    faulthandler.dump_traceback_later(STUCK_S + seconds, exit=True)
    verdict = judge(lambda: kind.attempt(data), seconds)
    faulthandler.cancel_dump_traceback_later()
    return data, verdict, time.process_time() - start


def shrunk(kind: Kind, data: bytes, cause: str, seconds: float, most: int = 400) -> bytes:
    """The input without the lines, and then the pieces of lines, that the fault does not need."""

    def still(smaller: bytes) -> bool:
        verdict = judge(lambda: kind.attempt(smaller), seconds)
        return verdict.kind == "wrong" and verdict.cause == cause

    for split in (b"\n", b",", b" "):
        data, most = without(data, split, still, most)
    return data


def without(data: bytes, split: bytes, still: Callable[[bytes], bool], most: int) -> tuple[bytes, int]:
    """The input without parts that can be left out, halves first; and the attempts that are left."""
    parts = data.split(split)
    size = len(parts) // 2
    while size and most > 0:
        at = 0
        while at < len(parts) and most > 0:
            fewer, most = parts[:at] + parts[at + size :], most - 1
            if fewer and still(split.join(fewer)):
                parts = fewer
            else:
                at += size
        size //= 2
    return split.join(parts), most


if __name__ == "__main__":
    sys.exit(main())
