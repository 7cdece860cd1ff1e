"""Renew docs/data-dictionary.md from the vocabulary: `python -m tools.data_dictionary`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sim.vocabulary import BINDING, COMPARE, FILES, INPUTS, MEASURES, Column

PAGE = Path(__file__).parent.parent / "docs" / "data-dictionary.md"


def data_dictionary() -> str:
    """The data dictionary as Markdown: a table per file, and one of the measures."""
    parts = [_table(name, ("column", "type", "unit", "meaning"), _rows(columns)) for name, columns in FILES.items()]
    parts += [
        _table(name, ("column", "type", "unit", "meaning"), _rows(columns))
        for name, columns in (("compare.csv", COMPARE), ("inputs.csv", INPUTS))
    ]
    measures = [(f"`{name}`", measure.unit, measure.meaning) for name, measure in MEASURES.items()]
    parts.append(_table("Measures", ("measure", "unit", "meaning"), measures))
    return "\n".join([*parts, BINDING])


def _rows(columns: Sequence[Column]) -> list[tuple[str, ...]]:
    return [(f"`{column.name}`", column.type, column.unit, column.meaning) for column in columns]


def _table(title: str, head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return f"## {title}\n\n" + "".join(f"| {' | '.join(line)} |\n" for line in lines)


def renew(page: Path) -> None:
    """Write the dictionary anew below the introduction of a page of the documentation."""
    introduction = page.read_text(encoding="utf-8").split("\n## ", 1)[0].rstrip()
    page.write_text(f"{introduction}\n\n{data_dictionary()}", encoding="utf-8", newline="")


if __name__ == "__main__":
    renew(PAGE)
