"""A grid file: which points a sweep plays. Read strictly; every mistake is a line with its place.

The file names a scenario and either axes (`grid`: every combination of their values) or ranges from which points
are drawn (`latin_hypercube`, `sobol`).
"""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import AfterValidator, Field, ValidationError

from sim.scenario.errors import Keys, Place, Problem, ScenarioError
from sim.scenario.numbers import NUMBER, fraction, slip, split_range
from sim.scenario.reading.document import Tree, parse, read
from sim.scenario.reading.layers import data_folder, shown
from sim.scenario.reading.layers import find as find_scenario
from sim.scenario.reading.messages import folded, translate
from sim.scenario.schema.units import (
    RULE,
    Count,
    Model,
    Quantity,
    Seed,
    Text,
    file_name,
    given,
    hint,
    is_name,
    one_of,
    parse_text,
    quoted,
)
from sim.vocabulary import MEASURES, TEXT

HEADLINE: Final = ("releases_no_bed", "removals", "cost_usd_total")
KINDS: Final = ("grid", "latin_hypercube", "sobol")
_NO_AXIS: Final = ("extends", "name", "title", "question", "start", "days", "replications", "seed", "checks", "sources")
_NOT_SET: Final = ("extends", "seed", "replications")
_COLUMNS: Final = ("point", "baseline", "measure", "unit", "mean", "sd", "replications")
_END: Final = re.compile(rf"(\$?)\s*({NUMBER})(?![\d.,_])\s*(.*)", re.ASCII)
_AXES_WANTED: Final = "give an axis at least one value: path: [a, b]"
_RANGES_WANTED: Final = "write points and ranges: {path: LOW .. HIGH}"


# --- what a file may say ------------------------------------------------------------------------
def _measure(raw: object) -> str:
    """The name of a measure that has a mean. Raises ValueError."""
    name = raw if isinstance(raw, str) else ""
    if name not in MEASURES:
        near = hint(name, MEASURES, "they are listed in docs/data-dictionary.md", 0.4)
        raise ValueError(f"{quoted(raw)} is no measure, {near}")
    if MEASURES[name].unit == TEXT:
        raise ValueError(f"{name} is a word or a date and has no mean, name another")
    return name


def _scenario(raw: object) -> str:
    """The name of a scenario. Raises ValueError."""
    if raw is None or not (name := parse_text(raw)).strip():
        raise ValueError("is empty, name a scenario file or an included scenario")
    return name


def _power_of_two(points: int) -> int:
    if points & (points - 1):
        power = 2 ** points.bit_length()
        what = f"no power of two, which balances a Sobol sequence; write {power // 2} or {power}"
        raise ValueError(f"{points} is {what}")
    return points


@dataclass(frozen=True)
class Range:
    """The ends between which a value is drawn; `before` and `after` are its unit, as in `$ 5 / d`."""

    low: float
    high: float
    before: str
    after: str
    written: str

    def text(self, value: float, whole: bool) -> str:
        """A value of the range, rounded to a millionth of the range, or to a whole number."""
        digits = 0 if whole else max(0, 6 - math.floor(math.log10(self.high - self.low)))
        return f"{value:.{digits}f}"

    def with_unit(self, text: str) -> str:
        """The value as a scenario has it."""
        return f"{self.before}{text} {self.after}".rstrip()


def _range(raw: object) -> Range:
    """What `LOW .. HIGH` says. Raises ValueError."""
    ends = split_range(raw) if isinstance(raw, str) else None
    low, high = (_END.fullmatch(ends[0]), _END.fullmatch(ends[1])) if ends else (None, None)
    if not low or not high or (low[1], low[3]) != (high[1], high[3]):
        message = f"{quoted(raw)} is no range, write both ends with the same unit: 20 d .. 60 d"
        raise ValueError(message + slip(raw))
    least, most = (float(fraction(end[2])) for end in (low, high))
    if least >= most:
        raise ValueError(f"{quoted(raw)} is an empty range, write the low end first")
    return Range(least, most, low[1], low[3], str(raw))


Points = Annotated[Count, Field(ge=2, le=10_000)]


class Drawn(Model):
    """Points drawn from ranges by path."""

    points: Points
    seed: Seed = 0
    ranges: dict[Text, Annotated[Any, Quantity(_range, lambda one: one.written)]] = Field(
        description="`LOW .. HIGH` by path"
    )


class Sobol(Drawn):
    points: Annotated[Points, AfterValidator(_power_of_two)]


class GridFile(Model):
    """A grid file: a scenario, what holds at every point, and one of three designs."""

    name: Text = ""
    title: Text = ""
    scenario: Annotated[str, Quantity(_scenario, str)]
    set: dict[Text, Any] = given({}, "Settings of every point, by path.")
    replications: Annotated[Count, Field(ge=1, le=100_000)] | None = None
    seed: Seed | None = None
    measures: Annotated[list[Annotated[str, Quantity(_measure, str)]], Field(min_length=1)] = Field(list(HEADLINE))
    baseline: dict[Text, Any] | None = given(None, "A value of each axis; default: the first.")
    grid: dict[Text, Any] | None = given(None, "Values by path, or named settings.")
    latin_hypercube: Drawn | None = None
    sobol: Sobol | None = None


# --- what it comes to ---------------------------------------------------------------------------
@dataclass(frozen=True)
class Level:
    """A value of an axis: its label, the settings it stands for as a file has them, and where it stands in the file."""

    label: str
    settings: Mapping[str, Any]
    keys: Keys


@dataclass(frozen=True)
class Axis:
    """The values of one path, or named settings of several paths."""

    name: str
    levels: tuple[Level, ...]
    named: bool


@dataclass(frozen=True)
class Grid:
    """A grid file as read, and as a tree with places."""

    file: GridFile
    tree: Tree
    path: Path

    @property
    def name(self) -> str:
        """Of the grid and its folder of results."""
        return unicodedata.normalize("NFC", self.file.name or file_name(self.path.stem, "grid"))

    @property
    def scenario(self) -> Path:
        """The file of the scenario, beside the grid or one that comes with detsim. Raises InputError."""
        beside = self.path.parent / self.file.scenario
        try:
            return beside if beside.is_file() else find_scenario(self.file.scenario)
        except (ScenarioError, OSError, ValueError) as error:
            why = error.problems[0].message if isinstance(error, ScenarioError) else "is not the name of a file"
            raise ScenarioError([self.problem(("scenario",), f"{quoted(self.file.scenario)}: {why}")]) from None

    @property
    def kind(self) -> str:
        """Key of the design."""
        return next(kind for kind in KINDS if getattr(self.file, kind) is not None)

    @property
    def drawn(self) -> Drawn | None:
        """The design of drawn points; None for axes."""
        return self.file.sobol or self.file.latin_hypercube

    @cached_property
    def axes(self) -> tuple[Axis, ...]:
        """The axes; none for drawn points."""
        found = (self.file.grid or {}).items()
        return tuple(Axis(name, tuple(_levels(name, values)), isinstance(values, dict)) for name, values in found)

    @property
    def baseline(self) -> tuple[str, ...]:
        """A label for each axis."""
        given = self.file.baseline
        return tuple(axis.levels[0].label if given is None else label_of(given[axis.name]) for axis in self.axes)

    def overridden(self, path: str) -> str:
        """The axis all of whose values set what a setting of every point sets; empty if there is none."""
        for axis in self.axes:
            if axis.levels and all(any(_covers(own, path) for own in level.settings) for level in axis.levels):
                return axis.name
        return ""

    def problem(self, keys: Keys, message: str, of_key: bool = False, path: str | None = None) -> Problem:
        """A problem at the place of a value (or its key), said to be at `path`: by default where it stands."""
        return Problem(self.tree.place_of(keys, of_key), ".".join(keys) if path is None else path, message)

    def located(self, error: ScenarioError) -> ScenarioError:
        """The same problems, at their places in the grid file where a setting of it is to blame."""
        settings = {f"--set {setting}": keys for setting, *keys in reversed([*self._settings()])}
        return ScenarioError(
            self._located(one, *settings[one.place.file]) if one.place.file in settings else one
            for one in error.problems
        )

    def _located(self, problem: Problem, of_path: Keys, of_value: Keys) -> Problem:
        unknown = problem.message.startswith(("unknown key", "no such position", "no list"))
        return self.problem(of_path if unknown else of_value, problem.message, unknown, problem.path)

    def _settings(self) -> Iterator[tuple[str, Keys, Keys]]:
        """Every setting, with where its path stands and where its value does."""
        for path, value in self.file.set.items():
            yield option(path, value), ("set", path), ("set", path)
        for axis in self.axes:
            for level in axis.levels:
                for path, value in level.settings.items():
                    keys = (*level.keys, path) if axis.named else level.keys
                    yield option(path, value), keys if axis.named else keys[:-1], keys


def _covers(path: str, below: str) -> bool:
    """Whether setting a path sets the other one, too."""
    return f"{below}.".startswith(f"{path}.")


def _levels(name: str, values: Any) -> Iterator[Level]:
    if isinstance(values, dict):
        for label, settings in values.items():
            yield Level(label_of(label), settings if isinstance(settings, dict) else {}, ("grid", name, label))
    elif isinstance(values, list):
        for i, value in enumerate(values):
            yield Level(label_of(value), {name: value}, ("grid", name, str(i)))


def option(path: str, value: Any) -> str:
    """A setting as `--set` takes it: the text where that means the same in YAML, else JSON, which YAML contains."""
    if isinstance(value, str):
        try:
            plain = parse(value, Place("")).plain()
        except ScenarioError:
            plain = None
        if plain == value:
            return f"{path}={value}"
    return f"{path}={json.dumps(value, ensure_ascii=False)}"


def label_of(value: Any) -> str:
    """A value in one line: texts as they are, mappings and lists as YAML has them on a line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {label_of(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(label_of, value)) + "]"
    return "null" if value is None else " ".join(str(value).split())


# --- files --------------------------------------------------------------------------------------
def find(name: str) -> Path:
    """The file that a name means: a path as given, else a shipped grid. Raises ScenarioError."""
    known = {path.stem: path for path in sorted(data_folder("_grids", "grids").glob("*.yaml"))}
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
        grid = Grid(GridFile.model_validate(tree.plain()), tree, path)
    except ValidationError as error:
        raise ScenarioError(folded(translate(error, tree, GridFile), tree)) from None
    if problems := [*_problems(grid)]:
        raise ScenarioError(problems)
    return grid


# --- what does not fit together -----------------------------------------------------------------
def _problems(grid: Grid) -> Iterator[Problem]:
    if not is_name(grid.name):
        yield grid.problem(("name",), f"{quoted(grid.name)} cannot name a folder, {RULE}")
    try:
        _ = grid.scenario
    except ScenarioError as error:
        yield from error.problems
    for path in grid.file.set:
        if wrong := _wrong_path(path, _NOT_SET):
            yield grid.problem(("set", path), wrong.removeprefix("cannot be varied, "), True)
        elif name := grid.overridden(path):
            yield grid.problem(("set", path), f"has no effect, for every value of the axis {name} sets it", True)
    given = [kind for kind in KINDS if kind in grid.tree.keys]
    if not given:
        yield grid.problem(("grid",), "is missing, write the axes: path: [a, b]")
    elif len(given) > 1:
        yield grid.problem((given[1],), f"{' and '.join(given)} are given, keep one", True, "")
    elif grid.drawn is not None:
        yield from _wrong_ranges(grid, given[0], grid.drawn)
    elif not grid.axes:
        yield grid.problem((given[0],), f"is empty, {_AXES_WANTED if given[0] == 'grid' else _RANGES_WANTED}")
    else:
        for axis in grid.axes:
            yield from _wrong_axis(grid, axis)
        yield from _shared_paths(grid)
        yield from _wrong_baseline(grid)


def _wrong_path(path: str, no: Sequence[str] = _NO_AXIS) -> str:
    """Why nothing can be set at a path in every point; empty if it can."""
    top, *below = path.split(".")
    if "=" in path or path != path.strip() or not all((top, *below)):
        return "is no path, write keys with dots between them: beds.contracted"
    if top not in no:
        return ""
    if top in GridFile.model_fields:
        return "cannot be varied, give it at the top of the file"
    return "cannot be varied, points that differ in it cannot be compared"


def _wrong_ranges(grid: Grid, kind: str, drawn: Drawn) -> Iterator[Problem]:
    if not drawn.ranges:
        yield grid.problem((kind, "ranges"), f"is empty, {_RANGES_WANTED}")
    for path in drawn.ranges:
        if wrong := _wrong_path(path):
            yield grid.problem((kind, "ranges", path), wrong, True)
    if grid.tree.child("baseline"):
        yield grid.problem(("baseline",), f"a {kind} has the scenario itself as its baseline, leave it out")


def _wrong_axis(grid: Grid, axis: Axis) -> Iterator[Problem]:
    home = ("grid", axis.name)
    if axis.name in _COLUMNS:
        yield grid.problem(home, "is the name of a column, choose another", True)
    elif not axis.levels:
        yield grid.problem(home, f"is empty, {_AXES_WANTED}")
    elif not axis.named and (wrong := _wrong_path(axis.name)):
        yield grid.problem(home, wrong, True)
    for level in axis.levels if axis.named else ():
        node = grid.tree.at(level.keys)
        if node is not None and not isinstance(node.value, dict):
            yield grid.problem(level.keys, "is no mapping, write `path: value` lines below it")
        for path in level.settings:
            if wrong := _wrong_path(path):
                yield grid.problem((*level.keys, path), wrong, True)
    seen: dict[str, Level] = {}
    for level in axis.levels:
        if (first := seen.setdefault(level.label, level)) is not level:
            line = grid.tree.place_of(first.keys, axis.named).line
            message = f"{level.label} stands here twice, first on line {line}"
            yield grid.problem(level.keys, message, axis.named, ".".join(home))


def _shared_paths(grid: Grid) -> Iterator[Problem]:
    """Two axes that set the same value, or a value and one below it, would undo each other."""
    seen: dict[str, Axis] = {}
    for axis in grid.axes:
        for path in dict.fromkeys(path for level in axis.levels for path in level.settings):
            clash = next((old for old in seen if _covers(old, path) or _covers(path, old)), None)
            if clash and seen[clash] is not axis:
                yield grid.problem(("grid", axis.name), f"sets {path}, which {seen[clash].name} sets too", True)
            seen.setdefault(path, axis)


def _wrong_baseline(grid: Grid) -> Iterator[Problem]:
    given = grid.file.baseline
    if given is None:
        return
    axes = {axis.name: [level.label for level in axis.levels] for axis in grid.axes}
    for name in given:
        if name not in axes:
            yield grid.problem(("baseline", name), f"unknown axis: {one_of(name, axes)}", True)
    for name, labels in axes.items():
        if name not in given:
            missing = f"is missing, choose one of {', '.join(labels)}"
            yield grid.problem(("baseline",), missing, path=f"baseline.{name}")
        elif labels and (label := label_of(given[name])) not in labels:
            yield grid.problem(("baseline", name), f"{label} is not on the axis, choose one of {', '.join(labels)}")
