"""YAML text -> a tree that remembers where each key and value stands.

Only structure is taken from YAML: mappings, lists and the text of scalars. Types are the schema's
matter, so YAML's guesses (`no`, `12:30`, `1e3`, `0o17`) never happen. Tags and merge keys are not
allowed, aliases only within a limit of nodes, so no file can run code or explode.
"""

from __future__ import annotations

import re
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import yaml

from sim.scenario.errors import Keys, Place, Problem, ScenarioError

MOST_BYTES: Final = 1_000_000
MOST_NODES: Final = 50_000
DEEPEST: Final = 40
NULLS: Final = ("", "~", "null", "Null", "NULL")
_PROBLEMS_SHOWN: Final = 200
_HEAD: Final = re.compile(r"(?<![\d,])(?<!\d\.)[1-9]\d{0,2}(,\d{3})*,$", re.ASCII)
"""What stands before the last comma of a number such as 1,000."""
_TAIL: Final = re.compile(r"\d{3}(?![\d-])", re.ASCII)
_SURROGATE: Final = re.compile(r"[\ud800-\udfff]")
"""Half of a pair of UTF-16: a quoted text can spell it, and nothing can write it."""
_FAST: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_SPLIT: Final = 'the comma before "{}" starts a new entry inside {}: leave the comma out{}'


@dataclass
class Tree:
    """A node: `value` is the text of a scalar, None, a mapping of trees or a list of trees."""

    value: str | dict[str, Tree] | list[Tree] | None
    place: Place
    keys: dict[str, Place] = field(default_factory=dict)
    """Where the keys of a mapping stand."""

    def plain(self) -> object:
        """The values alone."""
        if isinstance(self.value, dict):
            return {key: child.plain() for key, child in self.value.items()}
        if isinstance(self.value, list):
            return [child.plain() for child in self.value]
        return self.value

    def children(self) -> Iterable[Tree]:
        """The nodes right below."""
        if isinstance(self.value, dict):
            return self.value.values()
        return self.value if isinstance(self.value, list) else ()

    def places(self) -> Iterator[Place]:
        """Where it and all below it were written."""
        yield self.place
        for child in self.children():
            yield from child.places()

    @property
    def layer(self) -> int:
        """The last layer that set something in it."""
        return max(place.layer for place in self.places())

    @property
    def oldest(self) -> int:
        """The first layer of which something is left in it."""
        return min((child.oldest for child in self.children()), default=self.place.layer)

    def child(self, key: str) -> Tree | None:
        """The value under a key or list position."""
        if isinstance(self.value, dict):
            return self.value.get(key)
        if isinstance(self.value, list) and key.isdecimal() and int(key) < len(self.value):
            return self.value[int(key)]
        return None

    def at(self, path: Keys) -> Tree | None:
        """The value at a path, None if there is none."""
        tree: Tree | None = self
        for key in path:
            tree = tree.child(key) if tree else None
        return tree

    def nearest(self, path: Keys) -> Tree:
        """The value at a path; the nearest one above if there is none."""
        return next(tree for n in range(len(path), -1, -1) if (tree := self.at(path[:n])) is not None)

    def place_of(self, path: Keys, key: bool = False) -> Place:
        """Where the value (or its key) at a path stands; the nearest one above if there is none."""
        above, tree = self, self.at(path)
        while tree is None:
            path = path[:-1]
            tree, key = self.at(path), True
        if path:
            above = self.at(path[:-1]) or self
        return above.keys.get(path[-1], tree.place) if key and path else tree.place


def read(path: Path, shown: str, layer: int = 0) -> Tree:
    """The tree of a file; ScenarioError if it cannot be read as one mapping."""
    return parse(_text(path, shown), Place(shown, layer=layer))


def parse(text: str, origin: Place) -> Tree:
    """The tree of a YAML text; `origin` says whose text it is."""
    if "\t" not in text:  # which libyaml takes where PyYAML does not
        with suppress(yaml.YAMLError, UnicodeError):  # their words are not those translated below
            return _Builder(text, origin, _FAST).build()
    try:
        return _Builder(text, origin).build()
    except yaml.MarkedYAMLError as error:
        raise ScenarioError([_syntax(error, text, origin)]) from None
    except yaml.reader.ReaderError as error:
        place, sign = _at(origin, text[: error.position]), error.character
        code = sign if isinstance(sign, int) else ord(sign)
        raise ScenarioError([Problem(place, "", f"the character U+{code:04X} is not allowed in YAML")]) from None


def _text(path: Path, shown: str) -> str:
    origin = Place(shown)
    try:
        if not is_regular(path):
            what = "is a folder" if path.is_dir() else "is a pipe or a device"
            raise ScenarioError([Problem(origin, "", f"{what}, give a scenario file")])
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        why = str(getattr(error, "strerror", None) or error).lower()
        reason = "does not exist" if isinstance(error, FileNotFoundError) else f"cannot be read: {why}"
        raise ScenarioError([Problem(origin, "", reason)]) from None
    if len(data) > MOST_BYTES:
        raise ScenarioError([Problem(origin, "", f"is larger than {MOST_BYTES // 10**6} MB, too large for a scenario")])
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        place = _at(origin, data[: error.start].decode("utf-8", "replace"))
        raise ScenarioError([Problem(place, "", "is not UTF-8 text, save the file as UTF-8")]) from None


def is_regular(path: Path) -> bool:
    """Whether a path is a regular file, which ends when it is read. Raises OSError if it does not exist."""
    return stat.S_ISREG(path.stat().st_mode)


def _at(origin: Place, before: str) -> Place:
    return _spot(origin, before.count("\n") + 1, len(before) - before.rfind("\n"))


def _spot(origin: Place, line: int, column: int) -> Place:
    """A place in a text; the text of an option is shown whole, so it needs none."""
    return origin if origin.file.startswith("--set ") else Place(origin.file, line, column, origin.layer)


def _syntax(error: yaml.MarkedYAMLError, text: str, origin: Place) -> Problem:
    mark, said = error.problem_mark or error.context_mark, error.problem or ""
    if "stream" in said:
        return _unclosed(error, origin)
    if mark is None:
        return Problem(origin, "", f"is not YAML: {said}")
    place = _spot(origin, mark.line + 1, mark.column + 1)
    line = dict(enumerate(text.splitlines())).get(mark.line, "")
    if "\\t" in said or line[: mark.column + 1].endswith("\t"):
        indents = not line[: mark.column].strip()
        return Problem(place, "", "a tab, indent with spaces" if indents else "a tab, write a space")
    if "mapping values are not allowed" in said:
        return Problem(place, "", 'a second ":" on the line, quote texts that contain ": ", and check the indentation')
    if "expected <block end>" in said:
        return Problem(place, "", "the indentation fits none of the lines above, line it up with the keys beside it")
    context = f" {error.context}" if error.context else ""
    return Problem(place, "", f"is not YAML: {said}{context}, check indentation, quotes and brackets")


def _unclosed(error: yaml.MarkedYAMLError, origin: Place) -> Problem:
    opened, mark = error.context_mark, error.problem_mark
    if opened is None or mark is None or opened.index == mark.index:
        return Problem(origin, "", "a quote or bracket is never closed")
    return Problem(
        _spot(origin, opened.line + 1, opened.column + 1), "", "the quote or bracket that opens here is never closed"
    )


def _is_tail(item: Any) -> bool:
    """Whether an entry looks like the end of a number such as 41,500 that a comma cut in two."""
    return _is_plain(item) and bool(_TAIL.match(item.value))


def _is_plain(item: Any) -> bool:
    """Whether an event is a scalar without quotes."""
    return isinstance(item, yaml.ScalarEvent) and not item.style


@dataclass
class _Builder:
    """Builds the tree from the parser's events, without recursion."""

    text: str
    origin: Place
    loader: Any = yaml.SafeLoader
    problems: list[Problem] = field(default_factory=list)
    anchors: dict[str, tuple[Tree, int]] = field(default_factory=dict)
    nodes: int = 0
    tail_end: int = -1
    """Where the last end of a number ended that a comma cut in two."""

    def build(self) -> Tree:
        self.events: Iterator[yaml.Event] = yaml.parse(self.text, Loader=self.loader)
        next(self.events)  # the stream's start
        first = next(self.events)
        if isinstance(first, yaml.StreamEndEvent):
            self._stop(first, "the file is empty, a scenario says at least one thing")
        root = self._node(next(self.events), 0)
        next(self.events)  # the document's end
        after = next(self.events)
        if not isinstance(after, yaml.StreamEndEvent):
            self._stop(after, "a second document (---), one scenario a file")
        if self.problems:
            raise ScenarioError(self.problems[:_PROBLEMS_SHOWN])
        return root

    def _node(self, event: Any, depth: int) -> Tree:
        """The node that starts with `event`; recursion is bounded by DEEPEST."""
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event)
        if depth > DEEPEST:
            self._stop(event, f"nested deeper than {DEEPEST} levels")
        if event.tag is not None:
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")
            self._note(event, f"the YAML tag {tag} is not allowed, write plain values")
        before = self.nodes
        self._count(event, 1)
        if isinstance(event, yaml.ScalarEvent):
            tree = self._scalar(event)
        elif isinstance(event, yaml.SequenceStartEvent):
            tree = self._list(event, depth)
        else:
            tree = self._mapping(event, depth)
        if event.anchor is not None:
            self.anchors[event.anchor] = (tree, self.nodes - before)
        return tree

    def _scalar(self, event: yaml.ScalarEvent) -> Tree:
        if found := _SURROGATE.search(event.value):
            self._note(event, f"the character U+{ord(found[0]):04X} is half of a character, leave it out")
            return Tree(_SURROGATE.sub("\ufffd", event.value), self._place(event))
        null = not event.style and event.value in NULLS
        return Tree(None if null else event.value, self._place(event))

    def _list(self, event: yaml.Event, depth: int) -> Tree:
        items: list[Tree] = []
        tight: dict[bool, Any] = {}
        while not isinstance(item := next(self.events), yaml.SequenceEndEvent):
            if items:
                self._refuse_split(event, item)
                self._refuse_decimal(event, item, tight)
            items.append(self._node(item, depth + 1))
        return Tree(items, self._place(event))

    def _refuse_split(self, opened: Any, item: Any) -> None:
        """Note a comma before an entry of a list in brackets that stands inside a number such as 1,000."""
        if not opened.flow_style or not _is_tail(item):
            return
        before = self.text[max(0, item.start_mark.index - 40) : item.start_mark.index]
        if _HEAD.search(before) or (item.value.startswith("0") and _HEAD.search(before.rstrip())):
            self._note_split(item, "[ ]", ", or write a space after it")

    def _mapping(self, event: yaml.Event, depth: int) -> Tree:
        values: dict[str, Tree] = {}
        keys: dict[str, Place] = {}
        while not isinstance(item := next(self.events), yaml.MappingEndEvent):
            key, value = self._entry(item, keys, depth)
            if key is not None:
                values[key], keys[key] = value, self._place(item)
        return Tree(values, self._place(event), keys)

    def _entry(self, item: Any, keys: dict[str, Place], depth: int) -> tuple[str | None, Tree]:
        """The key that starts with `item` (None, and a problem noted, if it cannot be used) and its value."""
        if not keys or not _is_plain(item) or not item.value[:1].isdecimal():
            key = self._key(item, keys, depth)
            return key, self._node(next(self.events), depth + 1)
        value = self._node(next(self.events), depth + 1)
        if value.value is not None or not (_is_tail(item) or self._follows_comma(item)):
            return self._key(item, keys, depth), value
        self._note_split(item, "{ }", " or quote the number")
        return None, value

    def _refuse_decimal(self, opened: Any, item: Any, tight: dict[bool, Any]) -> None:
        """Note a comma between digits in a list whose other commas have a space behind them: `[0,5, 1,5]`."""
        if not opened.flow_style or not _is_plain(item) or _is_tail(item):
            return
        tight.setdefault(self._follows_comma(item) and item.value[:1].isdecimal(), item)
        if len(tight) == 2:
            self._note_split(tight[True], "[ ]", ", or write a space after each; the decimal sign is a point")

    def _follows_comma(self, item: Any) -> bool:
        """Whether a digit and a comma stand right before an entry."""
        at = item.start_mark.index
        return bool(re.search(r"\d,$", self.text[max(0, at - 2) : at]))

    def _note_split(self, item: Any, brackets: str, remedy: str) -> None:
        """Note the first comma inside a number."""
        if item.start_mark.index != self.tail_end + 1:
            self._note(item, _SPLIT.format(item.value, brackets, remedy))
        self.tail_end = item.end_mark.index

    def _key(self, event: yaml.Event, keys: dict[str, Place], depth: int) -> str | None:
        """The key's text, or None (and a problem noted) if it cannot be used."""
        tree = self._node(event, depth + 1)
        if not isinstance(tree.value, str) or not tree.value.strip():
            self._note(event, "a key must be a word" if tree.value else "an empty key")
        elif tree.value == "<<":
            self._note(event, "YAML merge keys (<<) are not allowed, use extends or write the values out")
        elif tree.value in keys:
            self._note(event, f'the key "{tree.value}" is given twice, first on line {keys[tree.value].line}')
        else:
            return tree.value
        return None

    def _alias(self, event: Any) -> Tree:
        if event.anchor not in self.anchors:
            self._stop(event, f'nothing is named "&{event.anchor}" above: a text that starts with * must be quoted')
        tree, size = self.anchors[event.anchor]
        self._count(event, size)
        return tree

    def _count(self, event: yaml.Event, nodes: int) -> None:
        self.nodes += nodes
        if self.nodes > MOST_NODES:
            self._stop(event, f"more than {MOST_NODES:,} values, too many for a scenario")

    def _place(self, event: Any) -> Place:
        return _spot(self.origin, event.start_mark.line + 1, event.start_mark.column + 1)

    def _note(self, event: yaml.Event, message: str) -> None:
        self.problems.append(Problem(self._place(event), "", message))

    def _stop(self, event: yaml.Event, message: str) -> None:
        self._note(event, message)
        raise ScenarioError(self.problems)
