"""A grid file: which points a sweep plays. Read strictly; every mistake is a line with its place.

The file names a scenario and either axes (`grid`: every combination of their values) or ranges from which points
are drawn (`latin_hypercube`, `sobol`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Final

from sim.experiment.sweep.grid import Axis, Drawn, Grid, Level, Range, label_of, option
from sim.scenario.errors import Place, Problem, ScenarioError
from sim.scenario.naming import RULE, file_name, is_name
from sim.scenario.numbers import NUMBER, fraction, slip, split_range
from sim.scenario.reading.document import Tree, read
from sim.scenario.reading.layers import find as find_scenario
from sim.scenario.reading.layers import shown
from sim.scenario.schema.units import nearest, parse_count, quoted
from sim.vocabulary import MEASURES, TEXT

DEFAULT: Final = "goals-and-funding"
"""The grid that is played if none is named."""
HEADLINE: Final = ("releases_no_bed", "removals", "cost_usd_total")
KINDS: Final = ("grid", "latin_hypercube", "sobol")
_KEYS: Final = ("name", "title", "scenario", "set", "replications", "seed", "measures", "baseline", *KINDS)
_DRAWN_KEYS: Final = ("points", "seed", "ranges")
_NO_AXIS: Final = ("extends", "name", "title", "question", "start", "days", "replications", "seed", "checks", "sources")
_COLUMNS: Final = ("point", "baseline", "measure", "unit", "mean", "sd", "replications")
_END: Final = re.compile(rf"(\$?)\s*({NUMBER})(?![\d.,_])\s*(.*)", re.ASCII)
_MOST: Final = {"replications": 100_000, "seed": 2**63 - 1, "points": 10_000}


# --- files --------------------------------------------------------------------------------------
def shipped_folder() -> Path:
    """The folder of the shipped grids: package data, or `grids/` of a checkout."""
    packaged = Path(str(resources.files("sim"))) / "_grids"
    return packaged if packaged.is_dir() else packaged.parent.parent / "grids"


def find(name: str) -> Path:
    """The file that a name means: a path as given, else a shipped grid. Raises ScenarioError."""
    known = {path.stem: path for path in sorted(shipped_folder().glob("*.yaml"))}
    path = Path(name)
    try:
        if path.is_dir():
            raise ScenarioError([Problem(Place(name), "", "is a folder, give a grid file")])
        if path.exists():
            return path
    except (OSError, ValueError):
        raise ScenarioError([Problem(Place(quoted(name)), "", "is not the name of a file")]) from None
    if name.removesuffix(".yaml") in known:
        return known[name.removesuffix(".yaml")]
    message = f"no such file; give a grid file, or one that comes with detsim: {', '.join(known)}"
    raise ScenarioError([Problem(Place(name), "", message)])


def load(name: str) -> Grid:
    """Read a grid file, or a shipped grid by name. Raises ScenarioError with all that is wrong, one line each."""
    path = find(name)
    tree = read(path, shown(path))
    if not isinstance(tree.value, dict):
        raise ScenarioError([Problem(tree.place, "", "a grid file is a mapping: scenario: ..., grid: ...")])
    reader = _Reader(tree, path)
    grid = reader.grid()
    if reader.problems:
        raise ScenarioError(reader.problems)
    return grid


# --- reading ------------------------------------------------------------------------------------
@dataclass
class _Reader:
    """Reads a tree, noting what is wrong."""

    tree: Tree
    path: Path
    problems: list[Problem] = field(default_factory=list)
    places: dict[str, tuple[Place, Place]] = field(default_factory=dict)

    def grid(self) -> Grid:
        self._known(self.tree, "", _KEYS)
        design = self._design()
        return Grid(
            name=self._name(),
            title=self._text("title") or "",
            scenario=self._scenario(),
            set=self._sets(),
            replications=self._whole(self.tree, "replications", 1),
            seed=self._whole(self.tree, "seed", 0),
            measures=self._measures(),
            baseline=self._baseline(design),
            design=design,
            places=self.places,
        )

    def _note(self, place: Place, path: str, message: str) -> None:
        self.problems.append(Problem(place, path, message))

    def _known(self, tree: Tree, path: str, keys: Sequence[str]) -> None:
        for key in tree.keys:
            if key not in keys:
                near = nearest(key, keys)
                hint = f"did you mean {near}?" if near else f"the keys here are {', '.join(keys)}"
                self._note(tree.keys[key], ".".join(filter(None, (path, key))), f"unknown key, {hint}")

    # --- plain keys -----------------------------------------------------------------------------
    def _name(self) -> str:
        name = unicodedata.normalize("NFC", self._text("name") or file_name(self.path.stem, "grid"))
        if not is_name(name):
            self._note(self.tree.place_of(("name",)), "name", f"{quoted(name)} cannot name a folder, {RULE}")
        return name

    def _text(self, key: str) -> str | None:
        found = self.tree.child(key)
        if found is None:
            return None
        if isinstance(found.value, str):
            return found.value
        self._note(found.place, key, f"{quoted(found.plain())} is not a text")
        return None

    def _whole(self, tree: Tree, key: str, least: int, path: str = "") -> int | None:
        found = tree.child(key)
        if found is None:
            return None
        try:
            number = parse_count(found.plain(), _MOST[key])
            if number < least:
                raise ValueError(f"{quoted(found.plain())} is out of range, must be at least {least}")
            return number
        except ValueError as error:
            self._note(found.place, f"{path}{key}", str(error))
            return None

    def _scenario(self) -> Path:
        name = self._text("scenario")
        if not name:
            if "scenario" not in self.tree.keys:
                self._note(self.tree.place, "scenario", "is missing, name a scenario file or a shipped scenario")
            return self.path
        beside = self.path.parent / name
        try:
            return beside if beside.is_file() else find_scenario(name)
        except (ScenarioError, OSError, ValueError) as error:
            hint = error.problems[0].message if isinstance(error, ScenarioError) else "is not the name of a file"
            self._note(self.tree.place_of(("scenario",)), "scenario", f"{quoted(name)}: {hint}")
            return self.path

    def _sets(self) -> tuple[str, ...]:
        found = self.tree.child("set")
        if found is None:
            return ()
        if not isinstance(found.value, dict):
            self._note(found.place, "set", "is not a mapping, write `path: value` lines below it")
            return ()
        return tuple(
            self._setting(path, value, found.keys[path])
            for path, value in found.value.items()
            if self._is_path(path, found.keys[path], "set", ("extends", "seed", "replications"))
        )

    def _measures(self) -> tuple[str, ...]:
        found = self.tree.child("measures")
        if found is None:
            return HEADLINE
        if not isinstance(found.value, list) or not found.value:
            self._note(found.place, "measures", f"is no list of measures, write [{', '.join(HEADLINE)}]")
            return HEADLINE
        return tuple(name for item in found.value if (name := self._measure(item)))

    def _measure(self, item: Tree) -> str | None:
        name = item.value
        if isinstance(name, str) and name in MEASURES and MEASURES[name].unit != TEXT:
            return name
        if isinstance(name, str) and name in MEASURES:
            self._note(item.place, "measures", f"{name} is a word or a date and has no mean, name another")
            return None
        near = nearest(str(name), MEASURES, 0.4)
        hint = f"did you mean {near}?" if near else "they are listed in docs/data-dictionary.md"
        self._note(item.place, "measures", f"{quoted(item.plain())} is no measure, {hint}")
        return None

    # --- axes -----------------------------------------------------------------------------------
    def _design(self) -> tuple[Axis, ...] | Drawn:
        given = [kind for kind in KINDS if kind in self.tree.keys]
        if len(given) != 1:
            what = f"{' and '.join(given)} are given, keep one" if given else "is missing, write the axes: path: [a, b]"
            self._note(self.tree.keys[given[1]] if given else self.tree.place, "" if given else "grid", what)
            return ()
        found = self.tree.child(given[0])
        assert found is not None
        if not isinstance(found.value, dict) or not found.value:
            self._note(found.place, given[0], "is empty, " + _WANTED[given[0]])
            return ()
        return self._axes(found) if given[0] == "grid" else self._drawn(given[0], found)

    def _axes(self, found: Tree) -> tuple[Axis, ...]:
        assert isinstance(found.value, dict)
        axes = tuple(self._axis(name, tree, found.keys[name]) for name, tree in found.value.items())
        self._refuse_shared_paths(axes)
        return axes

    def _axis(self, name: str, tree: Tree, place: Place) -> Axis:
        path = f"grid.{name}"
        named = isinstance(tree.value, dict)
        if name in _COLUMNS or not (isinstance(tree.value, (dict, list)) and tree.value):
            what = "is the name of a column, choose another" if name in _COLUMNS else f"is empty, {_WANTED['grid']}"
            self._note(place if name in _COLUMNS else tree.place, path, what)
            return Axis(name, place, (), named)
        if not named and not self._is_path(name, place, "grid"):
            return Axis(name, place, (), named)
        levels = tuple(self._named_levels(path, tree) if named else self._levels(name, tree, place))
        self._refuse_twice(path, levels)
        return Axis(name, place, levels, named)

    def _levels(self, name: str, tree: Tree, place: Place) -> Iterator[Level]:
        for item in tree.children():
            self._setting(name, item, place)
            yield Level(label_of(item.plain()), item.place, {name: item.plain()})

    def _named_levels(self, path: str, tree: Tree) -> Iterator[Level]:
        assert isinstance(tree.value, dict)
        for label, settings in tree.value.items():
            place = tree.keys[label]
            if not isinstance(settings.value, dict):
                self._note(settings.place, f"{path}.{label}", "is no mapping, write `path: value` lines below it")
                continue
            good = [key for key in settings.value if self._is_path(key, settings.keys[key], f"{path}.{label}")]
            for key in good:
                self._setting(key, settings.value[key], settings.keys[key])
            yield Level(label_of(label), place, {key: settings.value[key].plain() for key in good})

    def _setting(self, path: str, value: Tree, place: Place) -> str:
        """The setting, and a note of where it was written."""
        setting = option(path, value.plain())
        self.places.setdefault(setting, (place, value.place))
        return setting

    def _is_path(self, path: str, place: Place, where: str, no: Sequence[str] = _NO_AXIS) -> bool:
        top, *below = path.split(".")
        if "=" in path or path != path.strip() or not all((top, *below)):
            self._note(place, f"{where}.{path}", "is no path, write keys with dots between them: beds.contracted")
        elif top in no:
            what = "give it at the top of the file" if top in _KEYS else "points that differ in it cannot be compared"
            self._note(place, f"{where}.{path}", f"cannot be varied, {what}" if where != "set" else what)
        else:
            return True
        return False

    def _refuse_twice(self, path: str, levels: Iterable[Level]) -> None:
        seen: dict[str, Place] = {}
        for level in levels:
            if level.label in seen:
                self._note(
                    level.place, path, f"{level.label} stands here twice, first on line {seen[level.label].line}"
                )
            seen.setdefault(level.label, level.place)

    def _refuse_shared_paths(self, axes: Sequence[Axis]) -> None:
        """Two axes that set the same value, or a value and one below it, would undo each other."""
        seen: dict[str, Axis] = {}
        for axis in axes:
            for path in dict.fromkeys(path for level in axis.levels for path in level.settings):
                clash = next(
                    (old for old in seen if f"{path}.".startswith(f"{old}.") or f"{old}.".startswith(f"{path}.")), None
                )
                if clash and seen[clash] is not axis:
                    self._note(axis.place, f"grid.{axis.name}", f"sets {path}, which {seen[clash].name} sets too")
                seen.setdefault(path, axis)

    # --- drawn points ---------------------------------------------------------------------------
    def _drawn(self, kind: str, found: Tree) -> Drawn:
        self._known(found, kind, _DRAWN_KEYS)
        points = self._whole(found, "points", 2, f"{kind}.")
        if points is None and "points" not in found.keys:
            self._note(found.place, f"{kind}.points", "is missing, say how many points")
        if kind == "sobol" and points and points & (points - 1):
            power = 2 ** round(points).bit_length()
            message = f"{points} is no power of two, which balances a Sobol sequence; write {power // 2} or {power}"
            self._note(found.place_of(("points",)), "sobol.points", message)
        return Drawn(kind, points or 2, self._whole(found, "seed", 0, f"{kind}.") or 0, self._ranges(kind, found))

    def _ranges(self, kind: str, found: Tree) -> tuple[Range, ...]:
        ranges = found.child("ranges")
        if ranges is None or not isinstance(ranges.value, dict) or not ranges.value:
            place = ranges.place if ranges else found.place
            self._note(place, f"{kind}.ranges", f"is {'empty' if ranges else 'missing'}, {_WANTED[kind]}")
            return ()
        where = f"{kind}.ranges"
        tried = [
            self._range(path, tree, ranges.keys[path], where)
            for path, tree in ranges.value.items()
            if self._is_path(path, ranges.keys[path], where)
        ]
        return tuple(each for each in tried if each)

    def _range(self, path: str, tree: Tree, place: Place, where: str) -> Range | None:
        ends = split_range(tree.value) if isinstance(tree.value, str) else None
        low, high = (_END.fullmatch(ends[0]), _END.fullmatch(ends[1])) if ends else (None, None)
        if not low or not high or (low[1], low[3]) != (high[1], high[3]):
            message = f"{quoted(tree.plain())} is no range, write both ends with the same unit: 20 d .. 60 d"
            self._note(tree.place, f"{where}.{path}", message + slip(tree.value))
            return None
        least, most = (float(fraction(end[2])) for end in (low, high))
        if least >= most:
            self._note(
                tree.place, f"{where}.{path}", f"{quoted(tree.value)} is an empty range, write the low end first"
            )
            return None
        return Range(path, tree.place, least, most, low[1], low[3], str(tree.value))

    # --- baseline -------------------------------------------------------------------------------
    def _baseline(self, design: tuple[Axis, ...] | Drawn) -> tuple[str, ...]:
        found = self.tree.child("baseline")
        if isinstance(design, Drawn):
            if found:
                self._note(
                    found.place, "baseline", f"a {design.kind} has the scenario itself as its baseline, leave it out"
                )
            return ()
        if found is None:
            return tuple(axis.levels[0].label for axis in design if axis.levels)
        if not isinstance(found.value, dict):
            self._note(found.place, "baseline", "is not a mapping, write a value of each axis: `axis: value`")
            return ()
        self._known(found, "baseline", [axis.name for axis in design])
        return tuple(self._baseline_of(axis, found) for axis in design)

    def _baseline_of(self, axis: Axis, found: Tree) -> str:
        tree = found.child(axis.name)
        labels = [level.label for level in axis.levels]
        label = label_of(tree.plain()) if tree else ""
        if tree is None or (label not in labels and labels):
            what = f"{label} is not on the axis, choose" if tree else "is missing, choose"
            place = tree.place if tree else found.place
            self._note(place, f"baseline.{axis.name}", f"{what} one of {', '.join(labels)}")
        return label


_WANTED: Final = {
    "grid": "give an axis at least one value: path: [a, b]",
    "latin_hypercube": "write points and ranges: {path: LOW .. HIGH}",
    "sobol": "write points and ranges: {path: LOW .. HIGH}",
}
