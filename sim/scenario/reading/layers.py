"""One tree from a file, the files it extends, and `--set`.

Mappings merge by key; schedules, distributions, shares, lists and entries of `sources` replace whole, which is why the
merge follows the schema. What names or judges one file alone is not inherited.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from functools import reduce
from importlib import resources
from pathlib import Path
from typing import Any, Final, get_origin

from sim.scenario.errors import Keys, Place, Problem, ScenarioError
from sim.scenario.paths import bare, below, is_model, is_optional, split
from sim.scenario.reading.document import NULLS, Tree, parse, read
from sim.scenario.schema import Provenance, Scenario
from sim.scenario.schema.schedules import ByArea, Schedule, by_area
from sim.scenario.schema.units import hint, is_date, parse_date, quoted

OWN: Final = ("extends", "name", "title", "question", "checks")
"""Keys that speak of one file alone."""
LONGEST_CHAIN: Final = 20
PACKAGED: Final = "_scenarios"
"""The folder of the shipped scenarios inside the installed package."""
_QUOTED: Final = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^']|'')*'", re.DOTALL)


# --- files --------------------------------------------------------------------------------------
def shipped_folder() -> Path:
    """The folder of the shipped scenarios: package data, or `scenarios/` of a checkout."""
    return data_folder(PACKAGED, "scenarios")


def data_folder(name: str, in_checkout: str) -> Path:
    """A folder of package data, or of a checkout."""
    folder = Path(str(resources.files("sim"))) / name
    return folder if folder.is_dir() else folder.parent.parent / in_checkout


def shipped() -> dict[str, Path]:
    """Shipped scenarios by name (`goal-3000`, `teaching/mmc`): in alphabetical order, those in folders last."""
    folder = shipped_folder()
    files = sorted(folder.rglob("*.yaml"), key=lambda path: (len(path.parts), path))
    return {path.relative_to(folder).with_suffix("").as_posix(): path for path in files}


def find(name: str | Path) -> Path:
    """The file that a name means: a path as given, else a shipped scenario; ScenarioError if none."""
    path = Path(name)
    known = shipped()
    key = path.with_suffix("").as_posix() if path.suffix in (".yaml", ".yml") else path.as_posix()
    try:
        if path.exists() and not (path.is_dir() and key in known):
            return path
    except (OSError, ValueError):
        raise ScenarioError([Problem(Place(quoted(str(name))), "", "is not the name of a file")]) from None
    leaves = {full.rpartition("/")[2]: file for full, file in known.items()}
    if found := known.get(key) or leaves.get(key):
        return found
    near = hint(key, [*known, *leaves], "`detsim list` shows the scenarios that come with detsim")
    raise ScenarioError([Problem(Place(str(name)), "", f"no such file or shipped scenario, {near}")])


def shown(path: Path) -> str:
    """A path as messages show it: from the current folder if it lies there, a packaged scenario as `detsim/NAME`."""
    packaged = shipped_folder()
    if packaged.name == PACKAGED and path.is_relative_to(packaged):
        return f"detsim/{path.relative_to(packaged).as_posix()}"
    return str(path.relative_to(Path.cwd()) if path.is_absolute() and path.is_relative_to(Path.cwd()) else path)


def folder_of(place: Place) -> Path:
    """The folder that the file of a place lies in."""
    name = Path(place.file)
    packaged = shipped_folder() / name.relative_to("detsim") if name.parts[0] == "detsim" else name
    return packaged.parent if packaged.is_file() else name.parent


def stack(path: Path) -> list[Tree]:
    """The trees of a file and of all it extends, the first base first."""
    trees: list[Tree] = []
    seen: dict[Path, str] = {}
    while True:
        seen[path.resolve()] = str(path)
        tree = read(path, shown(path), layer=LONGEST_CHAIN - len(trees))
        trees.append(tree)
        if not isinstance(tree.value, dict):
            raise ScenarioError([Problem(tree.place, "", "a scenario is a mapping of keys such as `days: 30`")])
        base = tree.value.get("extends")
        if base is None or base.value is None:
            return trees[::-1]
        path = _base(path, base)
        if path.resolve() in seen or len(trees) >= LONGEST_CHAIN:
            why = "extends itself" if path.resolve() in seen else f"is more than {LONGEST_CHAIN} files deep"
            raise ScenarioError([Problem(base.place, "extends", f"{quoted(base.value)} {why}, name another base")])


def _base(path: Path, extends: Tree) -> Path:
    if not isinstance(extends.value, str):
        raise ScenarioError([Problem(extends.place, "extends", f"{quoted(extends.plain())} is not the name of a file")])
    if not extends.value.strip():
        message = "is empty, name a scenario file or a shipped scenario, or leave the key out"
        raise ScenarioError([Problem(extends.place, "extends", message)])
    try:
        beside = path.parent / Path(extends.value).expanduser()
        return beside if beside.is_file() else find(extends.value)
    except (ScenarioError, OSError, ValueError, RuntimeError):  # the last: nobody's home
        message = f"{quoted(extends.value)} does not exist, give a path relative to this file or a shipped scenario"
        raise ScenarioError([Problem(extends.place, "extends", message)]) from None


# --- merging ------------------------------------------------------------------------------------
def merge(trees: Sequence[Tree]) -> Tree:
    """One tree of several, later ones over earlier ones; `extends` is gone."""
    merged = trees[0]
    for tree in trees[1:]:
        merged = _over(_without(merged, OWN), tree, Scenario)
    return _without(merged, ("extends",))


def _without(tree: Tree, keys: Sequence[str]) -> Tree:
    assert isinstance(tree.value, dict)
    return Tree({key: child for key, child in tree.value.items() if key not in keys}, tree.place, tree.keys)


def _over(base: Tree | None, top: Tree, kind: Any) -> Tree:
    if base is None or not isinstance(base.value, dict) or not isinstance(top.value, dict):
        return top
    if not _merges(kind, base, top):
        return top
    values = base.value | {k: _over(base.value.get(k), child, below(kind, k)) for k, child in top.value.items()}
    return Tree(values, top.place, base.keys | top.keys)


def _merges(kind: Any, base: Tree, top: Tree) -> bool:
    kind = bare(kind)
    if get_origin(kind) is ByArea:
        return by_area(base.value) and by_area(top.value)
    return kind is None or get_origin(kind) is dict or (is_model(kind) and kind is not Provenance)


# --- --set --------------------------------------------------------------------------------------
def override(tree: Tree, sets: Sequence[str]) -> Tree:
    """The tree with each `path=value` set, in the order given."""
    for number, option in enumerate(sets):
        origin = Place(f"--set {option}", layer=tree.place.layer + 1 + number)
        path, equals, text = option.partition("=")
        if not equals or not all(path.strip().split(".")):
            raise ScenarioError([Problem(origin, "", "write --set path=value, e.g. --set days=60")])
        keys = _keys(path.strip(), origin)
        tree = _set(tree, keys, (), _value(text.strip(), keys, origin), Scenario, _start(tree))
    return tree


def _value(text: str, keys: Keys, origin: Place) -> Tree:
    """The value of a `--set`: YAML, but where the scenario has a text the text itself, whatever its characters."""
    if not text:
        raise ScenarioError([Problem(origin, "", "no value, write path=value (null for none)")])
    kind = reduce(below, keys, Scenario)
    if bare(kind) is not str or _QUOTED.fullmatch(text) or (text in NULLS and is_optional(kind)):
        return parse(text, origin)
    return Tree(text, origin)


def _keys(path: str, origin: Place) -> Keys:
    keys = split(path)
    if "<<" in keys:
        message = "YAML merge keys (<<) are not allowed, set each value by its path"
        raise ScenarioError([Problem(origin, "", message)])
    if keys[0] == "extends":
        raise ScenarioError([Problem(origin, "extends", "cannot be set, only written in a file")])
    if keys[0] == "sources" and len(keys) > 1:
        field = keys[-1:] if len(keys) > 2 and keys[-1] in Provenance.model_fields else ()
        return ("sources", ".".join(keys[1 : len(keys) - len(field)]), *field)
    return keys


def _start(tree: Tree) -> dt.date:
    """The scenario's first day, as far as it is known before the scenario is checked."""
    found = tree.at(("start",))
    try:
        return parse_date(found.value if found else None)
    except ValueError:  # the default, or something that will be refused
        return Scenario().start


def _set(tree: Tree, path: Keys, above: Keys, value: Tree, kind: Any, start: dt.date) -> Tree:
    """The tree with a value at a path; `above` is the path of the tree."""
    if not path:
        return _over(tree, value, kind)
    key, tree = path[0], _spread(tree, path[0], kind, start)
    _refuse_no_position(tree, (*above, key), kind, value.place)
    inner = tree.child(key) or _inherited(tree, path, kind, value.place)
    whole = isinstance(tree.value, list) and len(path) == 1
    new = value if whole else _set(inner, path[1:], (*above, key), value, below(kind, key), start)
    if isinstance(tree.value, list) and key.isdecimal() and int(key) <= len(tree.value):
        items = [*tree.value[: int(key)], new, *tree.value[int(key) + 1 :]]
        return Tree(list(items), tree.place)
    if isinstance(tree.value, dict):
        return Tree({**tree.value, key: new}, tree.place, {**tree.keys, key: tree.keys.get(key, value.place)})
    return Tree({key: new}, value.place, {key: value.place})


def _refuse_no_position(tree: Tree, path: Keys, kind: Any, place: Place) -> None:
    """Raise ScenarioError if a path leads to no entry of a list, nor to one more."""
    key, shown_path = path[-1], ".".join(path)
    if get_origin(bare(kind)) is not list or not key.isdecimal():
        return
    many = len(tree.value) if isinstance(tree.value, list) else 0
    if not many:
        raise ScenarioError([Problem(place, shown_path, "no list is written there, set the whole: path=[a, b]")])
    if int(key) > many:
        entries = "one entry, position 0" if many == 1 else f"{many} entries, positions 0 to {many - 1}"
        raise ScenarioError([Problem(place, shown_path, f"no such position, the list has {entries}; {many} adds one")])


def _spread(tree: Tree, key: str, kind: Any, start: dt.date) -> Tree:
    """A value that holds for all areas or dates, written so that one area or date can be set beside it."""
    origin = get_origin(bare(kind))
    if tree.value is None or isinstance(tree.value, list) or key == "ramp" or origin not in (ByArea, Schedule):
        return tree
    if origin is ByArea and not is_date(key):
        return tree if by_area(tree.value) else _only("default", tree)
    if isinstance(tree.value, dict) or not is_date(key):
        return tree
    try:
        return _only(min(start, parse_date(key) - dt.timedelta(1)).isoformat(), tree)
    except ValueError:  # no date; refused with the scenario
        return tree


def _only(key: str, tree: Tree) -> Tree:
    return Tree({key: tree}, tree.place, {key: tree.place})


def _inherited(tree: Tree, path: Keys, kind: Any, place: Place) -> Tree:
    """What a new key starts from: an area from the default, others from nothing."""
    default = tree.child("default") if get_origin(bare(kind)) is ByArea and len(path) > 1 else None
    return default or Tree({} if len(path) > 1 else None, place)
