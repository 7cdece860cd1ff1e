"""Random changes to texts, to YAML trees and to CSV files."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator
from typing import Any

import yaml

NUMBERS = (
    *("0", "-1", "1", "2", "0.5", "1e3", "1e9", "1e18", "1e308", "1e-308", "1e400", "nan", "inf", "-inf", "9" * 400),
    *(
        "1,000",
        "0,250",
        "1,5",
        "12,34",
        "1,0000",
        ",5",
        ".5",
        "5.",
        "+3",
        "--3",
        "1_000",
        "0x10",
        "1/3",
        "0b1",
        "٣",
        "²",
    ),
    *("2147483648", "4294967296", "9007199254740993", "9223372036854775808", "18446744073709551616", "0.1e-9"),
)
QUANTITIES = (
    *("0 d", "-1 d", "0,250 d", "1,5 d", "1e9 d", "30 d", "1 s", "1e-9 s", "100 yr", "24 h", "5 min", "1 wk"),
    *("0 / d", "1 / s", "1e6 / s", "-3 / d", "1 % / d", "100 % / s", "1e9 / d", "1,000 / d", "0,5 / d", "10 / yr"),
    *(
        "0 %",
        "100 %",
        "100.0001 %",
        "-1 %",
        "0,050 %",
        "1e-9 %",
        "50 ‰",
        "$1 T / yr",
        "$152 B / bed-night",
        "$0",
        "$-1",
    ),
    *(
        "$0,152 K",
        "$ 5 / seat",
        "2025-02-30",
        "0001-01-01",
        "9999-12-31",
        "2025-03-05",
        "20250305",
        "1..2",
        "1,000..2,000",
    ),
    *("> 0", ">= nan", "<", "x 0.5", "x 0 .. x 2", "+10 %", "null", "~", "yes", "true", "[]", "{}", "''", "all"),
)
TEXTS = (
    *("", " ", "a" * 3000, "Grün …", "定員", "🛏", "\u202e", "\u00a0", "\ufeff", "\x1b[31m", "\x00", "\x07", "a\nb"),
    *(
        "\u2028",
        "=1+1",
        "@x",
        "<<",
        "*a",
        "&a",
        "!!python/object:os.system",
        "#",
        "%",
        "---",
        "...",
        "{",
        "[",
        "'",
        '"',
    ),
    *("../x", "/", ".", "~", "CON", "default", "ramp", "extends", "0", "-0", "None", "__class__", "\ud800"),
)
TOKENS = (
    *NUMBERS,
    *QUANTITIES,
    *TEXTS,
    ": ",
    "- ",
    ", ",
    "\t",
    "\r",
    "\n",
    "  ",
    "|",
    ">",
    "?",
    "{a: ",
    "[[",
    "}",
    "]",
)
PLAIN = re.compile(r"[A-Za-z0-9_.$%][A-Za-z0-9 _.%/$+-]*", re.ASCII)


class Mutator:
    """Random changes with a seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    # --- texts ----------------------------------------------------------------------------------
    def text(self, text: str) -> str:
        """The text with one to three small changes."""
        for _ in range(self.random.choice((1, 1, 1, 2, 3))):
            text = self.random.choice((self._characters, self._characters, self._lines, self._number))(text)
        return text

    def _characters(self, text: str) -> str:
        at = self.random.randint(0, len(text))
        upto = at + self.random.choice((0, 0, 1, 1, 2, 5, 20))
        return text[:at] + self.random.choice((*TOKENS, "", "")) + text[upto:]

    def _lines(self, text: str) -> str:
        lines = text.splitlines(keepends=True) or [""]
        at, other = self.random.randrange(len(lines)), self.random.randrange(len(lines))
        match self.random.randrange(6):
            case 0:
                del lines[at]
            case 1:
                lines.insert(other, lines[at])
            case 2:
                lines[at], lines[other] = lines[other], lines[at]
            case 3:
                lines[at] = self.random.choice((" ", "  ", "\t")) + lines[at]
            case 4:
                lines[at] = lines[at].removeprefix("  ")
            case _:
                lines = lines[: at + 1]
        return "".join(lines)

    def _number(self, text: str) -> str:
        """One number, with its unit or without, replaced."""
        found = list(re.finditer(r"[\d.,]*\d(?: ?(?:%|d|h|min|s|yr))?(?: / \w+)?", text))
        if not found:
            return self._characters(text)
        one = self.random.choice(found)
        return text[: one.start()] + self.random.choice((*NUMBERS, *QUANTITIES)) + text[one.end() :]

    def bytes(self, text: str) -> bytes:
        """The text as UTF-8, now and then with a byte that is none, or in another encoding."""
        match self.random.randrange(40):
            case 0:
                return text.encode("utf-16", "surrogatepass")
            case 1:
                data = text.encode("utf-8", "replace")
                at = self.random.randint(0, len(data))
                return data[:at] + bytes([self.random.randrange(256)]) + data[at:]
            case _:
                return text.encode("utf-8", "surrogatepass")

    # --- trees ----------------------------------------------------------------------------------
    def tree(self, text: str) -> str:
        """The YAML text with one to three changes to its structure; changed as a text where it is no tree."""
        try:
            tree: Any = yaml.load(text, yaml.BaseLoader)
        except yaml.YAMLError:
            return self.text(text)
        if not isinstance(tree, dict):
            return self.text(text)
        holder = {"": tree}
        for _ in range(self.random.choice((1, 1, 2, 3))):
            paths = list(_nodes(holder))
            self.random.choice(self._changes())(*self.random.choice(paths), paths)
        written = emit(holder[""], self.random.random() < 0.1)
        return self._aliased(written) if self.random.random() < 0.03 else written

    def _changes(self) -> tuple[Callable[[Any, Any, list[Any]], None], ...]:
        scalar = (self._scalar, self._scalar, self._tweak, self._tweak)
        return (*scalar, self._rename, self._delete, self._swap, self._copy, self._wrap, self._dated, self._turn)

    def _scalar(self, parent: Any, key: Any, _: Any) -> None:
        parent[key] = self.random.choice((*NUMBERS, *QUANTITIES, *QUANTITIES, *TEXTS, None))

    def _tweak(self, parent: Any, key: Any, _: Any) -> None:
        value = parent[key]
        parent[key] = self._number(value) if isinstance(value, str) else self._turned(value)

    def _rename(self, parent: Any, key: Any, paths: list[Any]) -> None:
        if not isinstance(parent, dict) or key not in parent or key == "":
            return
        other = self.random.choice([name for above, name in paths if isinstance(above, dict)])
        new = self.random.choice((str(key)[:-1], f"{key}x", str(other), self.random.choice((*TEXTS, *NUMBERS))))
        parent[new] = parent.pop(key)

    def _delete(self, parent: Any, key: Any, _: Any) -> None:
        if key != "":
            del parent[key]

    def _swap(self, parent: Any, key: Any, paths: list[Any]) -> None:
        above, other = self.random.choice(paths)
        if key != "" and other != "":
            parent[key], above[other] = json.loads(json.dumps(above[other])), json.loads(json.dumps(parent[key]))

    def _copy(self, parent: Any, key: Any, paths: list[Any]) -> None:
        above, other = self.random.choice(paths)
        parent[key] = json.loads(json.dumps(above[other]))

    def _wrap(self, parent: Any, key: Any, _: Any) -> None:
        for _ in range(self.random.choice((1, 1, 2, 60))):
            parent[key] = (
                [parent[key]]
                if self.random.random() < 0.5
                else {self.random.choice(("default", "A", "x")): parent[key]}
            )

    def _dated(self, parent: Any, key: Any, _: Any) -> None:
        date = self.random.choice(("2025-03-01", "2025-03-04", "2025-01-02", "2026-01-01", "2025-02-29"))
        parent[key] = {
            date: parent[key],
            self.random.choice(("2025-03-05", "default", "ramp")): self.random.choice(QUANTITIES),
        }

    def _turn(self, parent: Any, key: Any, _: Any) -> None:
        parent[key] = self._turned(parent[key])

    def _turned(self, value: Any) -> Any:
        """A mapping as a list, a list as a mapping, a scalar as either."""
        if isinstance(value, dict):
            return list(value.values()) if self.random.random() < 0.5 else list(value)
        if isinstance(value, list):
            return {str(number): item for number, item in enumerate(value)}
        return self.random.choice(([value], {"default": value}, {str(value): value}, [value, value]))

    def _aliased(self, text: str) -> str:
        """An anchor at one value and an alias at another."""
        spots = [found.end() for found in re.finditer(r": (?=\S)", text)]
        if len(spots) < 2:
            return text
        one, two = sorted(self.random.sample(spots, 2))
        end = re.compile(r"[^\n,}\]]*").match(text, two)
        assert end
        return f"{text[:one]}&a {text[one:two]}*a{text[end.end() :]}"

    # --- tables ---------------------------------------------------------------------------------
    def table(self, text: str) -> str:
        """The CSV text with one to three changes to cells, rows or columns."""
        rows = [line.split(",") for line in text.splitlines()]
        for _ in range(self.random.choice((1, 1, 2, 3))):
            row = self.random.randrange(len(rows))
            column = self.random.randrange(len(rows[row]) or 1)
            match self.random.randrange(8):
                case 0:
                    rows.insert(self.random.randrange(len(rows) + 1), list(rows[row]))
                case 1 if len(rows) > 1:
                    del rows[row]
                case 2:
                    rows[row].insert(column, self.random.choice(TOKENS))
                case 3 if rows[row]:
                    del rows[row][column]
                case 4:
                    rows = rows[: row + 1]
                case 5:
                    return self.text("\n".join(",".join(row) for row in rows) + "\n")
                case _ if rows[row]:
                    rows[row][column] = self.random.choice((*TOKENS, *self.random.choice(rows)))
        return "\n".join(",".join(row) for row in rows) + "\n"


def _nodes(tree: Any) -> Iterator[tuple[Any, Any]]:
    """Each value below, as its container and its key."""
    for key, value in list(tree.items() if isinstance(tree, dict) else enumerate(tree)):
        yield tree, key
        if isinstance(value, dict | list):
            yield from _nodes(value)


def emit(value: Any, flow: bool = False, indent: int = 0) -> str:
    """A tree as YAML: quoted only where it has to be, so that what a reader makes of plain text is tried too."""
    pad = "  " * indent
    if isinstance(value, dict) and value and not flow and indent < 30:
        return "".join(f"\n{pad}{emit_scalar(key)}: {emit(child, False, indent + 1)}" for key, child in value.items())
    if isinstance(value, list) and value and not flow and indent < 30:
        return "".join(f"\n{pad}- {emit(child, True)}" for child in value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{emit_scalar(key)}: {emit(child, True)}" for key, child in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(emit(child, True) for child in value) + "]"
    return emit_scalar(value)


def emit_scalar(value: Any) -> str:
    """A scalar, plain where that is safe."""
    if value is None:
        return "null"
    text = str(value)
    return text if PLAIN.fullmatch(text) or (text in TOKENS and "\n" not in text) else json.dumps(text)
