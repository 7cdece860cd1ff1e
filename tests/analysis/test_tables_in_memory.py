"""Tables in memory; that they are those of the files is shown in tests/notebook."""

from __future__ import annotations

from sim.analysis.tables_in_memory import Lazy


def test_values_are_made_when_they_are_asked_for_and_once() -> None:
    made: list[str] = []
    lazy = Lazy({key: lambda key=key: made.append(key) or key.upper() for key in "abc"})
    assert (list(lazy), len(lazy), "b" in lazy, "d" in lazy, made) == ([*"abc"], 3, True, False, [])
    assert (lazy["b"], lazy["b"], made) == ("B", "B", ["b"])
