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
from typing import Annotated, Any, Final

from pydantic import Field, ValidationError

from sim.experiment.sweep.grid import Axis, Drawn, Grid, Level, Range, label_of, option
from sim.scenario.errors import Place, Problem, ScenarioError
from sim.scenario.naming import RULE, file_name, is_name
from sim.scenario.numbers import NUMBER, fraction, slip, split_range
from sim.scenario.reading.document import Tree, read
from sim.scenario.reading.layers import find as find_scenario
from sim.scenario.reading.layers import shown
from sim.scenario.reading.messages import folded, translate
from sim.scenario.schema.base import Model, Quantity
from sim.scenario.schema.units import Count, Seed, Text, nearest, one_of, parse_text, quoted
from sim.vocabulary import MEASURES, TEXT

"""The grid that is played if none is named."""
HEADLINE: Final = ("releases_no_bed", "removals", "cost_usd_total")
KINDS: Final = ("grid", "latin_hypercube", "sobol")
_NO_AXIS: Final = ("extends", "name", "title", "question", "start", "days", "replications", "seed", "checks", "sources")
_COLUMNS: Final = ("point", "baseline", "measure", "unit", "mean", "sd", "replications")
_END: Final = re.compile(rf"(\$?)\s*({NUMBER})(?![\d.,_])\s*(.*)", re.ASCII)


# --- what a file may say ------------------------------------------------------------------------
def _measure(raw: object) -> str:
    """The name of a measure that has a mean. Raises ValueError."""
    name = raw if isinstance(raw, str) else ""
    if name not in MEASURES:
        near = nearest(name, MEASURES, 0.4)
        hint = f"did you mean {near}?" if near else "they are listed in docs/data-dictionary.md"
        raise ValueError(f"{quoted(raw)} is no measure, {hint}")
    if MEASURES[name].unit == TEXT:
        raise ValueError(f"{name} is a word or a date and has no mean, name another")
    return name


def _scenario(raw: object) -> str:
    """The name of a scenario. Raises ValueError."""
    if raw is None or not (name := parse_text(raw)).strip():
        raise ValueError("is empty, name a scenario file or an included scenario")
    return name


class DrawnPoints(Model):
    """Points drawn from ranges, `LOW .. HIGH` by path."""

    points: Annotated[Count, Field(ge=2, le=10_000)]
    seed: Seed = 0
    ranges: dict[Text, Any] = Field(description="`LOW .. HIGH` by path")


class GridFile(Model):
    """A grid file: a scenario, what holds at every point, and one of three designs."""

    name: Text = ""
    title: Text = ""
    scenario: Annotated[str, Quantity(_scenario, str)]
    set: dict[Text, Any] = Field(default={}, description="Settings of every point, by path.")
    replications: Annotated[Count, Field(ge=1, le=100_000)] | None = None
    seed: Seed | None = None
    measures: Annotated[list[Annotated[str, Quantity(_measure, str)]], Field(min_length=1)] = Field(list(HEADLINE))
    baseline: dict[Text, Any] | None = Field(default=None, description="A value of each axis; default: the first.")
    grid: dict[Text, Any] | None = Field(default=None, description="Values by path, or named settings.")
    latin_hypercube: DrawnPoints | None = None
    sobol: DrawnPoints | None = None


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
    try:
        reader = _Reader(tree, path, GridFile.model_validate(tree.plain()))
    except ValidationError as error:
        raise ScenarioError(folded(translate(error, tree, GridFile), tree)) from None
    grid = reader.grid()
    if reader.problems:
        raise ScenarioError(reader.problems)
    return grid


# --- reading ------------------------------------------------------------------------------------
@dataclass
class _Reader:
    """Makes the grid of a file, noting what does not fit together."""

    tree: Tree
    path: Path
    file: GridFile
    problems: list[Problem] = field(default_factory=list)
    places: dict[str, tuple[Place, Place]] = field(default_factory=dict)

    def grid(self) -> Grid:
        design = self._design()
        return Grid(
            name=self._name(),
            title=self.file.title,
            scenario=self._scenario(),
            set=self._sets(),
            replications=self.file.replications,
            seed=self.file.seed,
            measures=tuple(self.file.measures),
            baseline=self._baseline(design),
            design=design,
            places=self.places,
        )

    def _note(self, place: Place, path: str, message: str) -> None:
        self.problems.append(Problem(place, path, message))

    # --- plain keys -----------------------------------------------------------------------------
    def _name(self) -> str:
        name = unicodedata.normalize("NFC", self.file.name or file_name(self.path.stem, "grid"))
        if not is_name(name):
            self._note(self.tree.place_of(("name",)), "name", f"{quoted(name)} cannot name a folder, {RULE}")
        return name

    def _scenario(self) -> Path:
        name = self.file.scenario
        beside = self.path.parent / name
        try:
            return beside if beside.is_file() else find_scenario(name)
        except (ScenarioError, OSError, ValueError) as error:
            hint = error.problems[0].message if isinstance(error, ScenarioError) else "is not the name of a file"
            self._note(self.tree.place_of(("scenario",)), "scenario", f"{quoted(name)}: {hint}")
            return self.path

    def _sets(self) -> tuple[str, ...]:
        found = self.tree.child("set")
        if found is None or not isinstance(found.value, dict):
            return ()
        return tuple(
            self._setting(path, value, found.keys[path])
            for path, value in found.value.items()
            if self._is_path(path, found.keys[path], "set", ("extends", "seed", "replications"))
        )

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
            what = (
                "give it at the top of the file"
                if top in GridFile.model_fields
                else "points that differ in it cannot be compared"
            )
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
        asked: DrawnPoints = getattr(self.file, kind)
        points = asked.points
        if kind == "sobol" and points & (points - 1):
            power = 2 ** round(points).bit_length()
            message = f"{points} is no power of two, which balances a Sobol sequence; write {power // 2} or {power}"
            self._note(found.place_of(("points",)), "sobol.points", message)
        return Drawn(kind, points, asked.seed, self._ranges(kind, found))

    def _ranges(self, kind: str, found: Tree) -> tuple[Range, ...]:
        ranges = found.child("ranges")
        if ranges is None or not isinstance(ranges.value, dict) or not ranges.value:
            self._note(found.place_of(("ranges",)), f"{kind}.ranges", f"is empty, {_WANTED[kind]}")
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
        if found is None or self.file.baseline is None:
            return tuple(axis.levels[0].label for axis in design if axis.levels)
        axes = [axis.name for axis in design]
        for key, place in found.keys.items():
            if key not in axes:
                self._note(place, f"baseline.{key}", f"unknown axis: {one_of(key, axes)}")
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
