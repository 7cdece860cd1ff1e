"""The grammar of `checks`: what is met, what is not, and what is no check."""

from __future__ import annotations

import pytest

from sim.scenario.schema.checks import Value, parse


@pytest.mark.parametrize(
    ("wanted", "met", "missed"),
    [
        ("45000..52000", (45_000, 48_000.5, 52_000), (44_999.9, 52_001)),
        ("45,000 .. 52,000", (45_000, 52_000), (44_999,)),
        ("$1,000..$2,000", (1500.0,), (999.0,)),
        ("-1..1", (0, -1), (-1.1,)),
        (">= 3", (3, 4), (2.999,)),
        ("> 3", (3.1,), (3,)),
        ("< 5 %", (0.049,), (0.05,)),
        ("<= 5 %", (0.05,), (0.051,)),
        ("= 0", (0, 0.0), (1e-9,)),
        ("= beds", ("beds",), ("seats", 3, "")),
    ],
)
def test_met_and_missed(wanted: str, met: tuple[Value, ...], missed: tuple[Value, ...]) -> None:
    test = parse(wanted)
    assert [test(value) for value in met] == [True] * len(met)
    assert [test(value) for value in (*missed, None)] == [False] * (len(missed) + 1)


@pytest.mark.parametrize("wanted", ["", "3", "about 3", "3..", "..3", "5..3", ">=", "=> 3", "3 < 4", "1..2..3", "="])
def test_no_check(wanted: str) -> None:
    with pytest.raises(ValueError, match=r"is not a check|is an empty range"):
        parse(wanted)
