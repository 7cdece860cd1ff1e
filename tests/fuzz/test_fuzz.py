"""Some changed inputs of every kind, and all that were once wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sim.errors import InputError
from tests.fuzz.__main__ import fuzz, shrunk
from tests.fuzz.judge import Difference, judge
from tests.fuzz.kinds import KINDS, Kind
from tests.fuzz.mutate import Mutator

CORPUS = Path(__file__).parent / "corpus"
CASES = sorted(path.relative_to(CORPUS).as_posix() for path in CORPUS.glob("*/*"))
FEW = {"results": 10, "grids": 20, "words": 30}
"""By default, of kinds that take longer."""
MANY = {"scenarios": 10_000, "set": 2_000, "grids": 500, "observed": 1_000, "composition": 1_000, "results": 1_000}


@pytest.fixture(scope="module")
def kind_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Kind]:
    """A kind of input by its name, set up once."""
    folder = tmp_path_factory.mktemp("fuzz")
    return lambda name: KINDS[name](folder)


@pytest.mark.parametrize("case", CASES)
def test_what_was_once_wrong_is_right(case: str, kind_of: Callable[[str], Kind]) -> None:
    kind = kind_of(case.partition("/")[0])
    verdict = judge(lambda: kind.attempt((CORPUS / case).read_bytes()), 60)
    assert verdict.kind != "wrong", verdict.why


@pytest.mark.parametrize("name", KINDS)
def test_some_of_every_kind(name: str, kind_of: Callable[[str], Kind]) -> None:
    found, counts, _ = fuzz(kind_of(name), FEW.get(name, 60), 1, 60)
    assert not found
    assert counts["refused"] > 0


@pytest.mark.slow
@pytest.mark.parametrize("name", MANY)
def test_many_of_every_kind(name: str, kind_of: Callable[[str], Kind]) -> None:
    found, _, _ = fuzz(kind_of(name), MANY[name], 1, 60)
    assert not found


class Odd:
    """Inputs that are refused, wrong or fine by what they hold."""

    def make(self, mutator: Mutator) -> bytes:
        """Anything."""
        return bytes(mutator.random.randrange(65, 91) for _ in range(9))

    def attempt(self, data: bytes) -> None:
        """A traceback for an A, a refusal for a B, a loop without end for a C, a difference for a D."""
        if b"A" in data:
            raise ValueError("A")
        if b"B" in data:
            raise InputError("file:1:1: B is no letter here")
        while b"C" in data:
            pass
        if b"D" in data:
            raise Difference("D")


@pytest.mark.parametrize(
    ("data", "kind", "why"),
    [
        (b"A", "wrong", "ValueError: A"),
        (b"B", "refused", "B is no letter here"),
        (b"C", "wrong", "no answer in 0.2 s"),
        (b"D", "wrong", "difference: D"),
        (b"E", "accepted", ""),
    ],
)
def test_the_judge_sees_what_is_wrong(data: bytes, kind: str, why: str) -> None:
    verdict = judge(lambda: Odd().attempt(data), 0.2)
    assert verdict.kind == kind and why in verdict.why


@pytest.mark.parametrize("lines", [[], [""], ["x"] * 50])
def test_a_message_that_is_unclear_is_wrong(lines: list[str]) -> None:
    def refuse() -> None:
        raise InputError(*lines)

    assert judge(refuse).kind == "wrong"


def test_a_fault_is_made_small() -> None:
    data = b"line one\nline, two, A\nline three"
    cause = judge(lambda: Odd().attempt(data)).cause
    assert shrunk(Odd(), data, cause, 1).strip() == b"A"


def test_equal_seeds_give_equal_inputs(kind_of: Callable[[str], Kind]) -> None:
    kind = kind_of("scenarios")
    assert kind.make(Mutator(5)) == kind.make(Mutator(5)) != kind.make(Mutator(6))
