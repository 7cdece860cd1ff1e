"""A scenario file -> a checked `Scenario`, with where each value was set; and back to a file."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from sim.scenario.errors import Keys, Place, Problem, ScenarioError, by_place
from sim.scenario.paths import at, exists, replaced, split
from sim.scenario.provenance import ranges
from sim.scenario.provenance.movable import movable
from sim.scenario.reading.document import Tree
from sim.scenario.reading.layers import find, folder_of, merge, override, shipped, shown, stack
from sim.scenario.reading.messages import MOST_FAULTS, Fault, folded, translate
from sim.scenario.resolved import INPUTS, READ, Resolved, digest, dump
from sim.scenario.schema import IN_A_COMPOSITION, Provenance, Scenario
from sim.scenario.schema.consistency import Finding, check
from sim.scenario.schema.units import file_name, quoted
from sim.scenario.world.size import too_many_people

__all__ = ["INPUTS", "Resolved", "digest", "dump", "find", "load", "shipped", "shown"]


def load(path: str | Path, sets: Sequence[str] = ()) -> Resolved:
    """Reads a scenario file (or a shipped scenario by name) and applies `--set path=value` options.

    Raises ScenarioError with all that is wrong, one line each.
    """
    return settle(*read(path), sets)


def read(path: str | Path) -> tuple[Tree, Path]:
    """What a scenario file and all it extends say, not checked yet, and the file. Raises ScenarioError."""
    file = find(path)
    return merge(stack(file)), file


def settle(written: Tree, file: Path, sets: Sequence[str] = ()) -> Resolved:
    """Checks what `read` gave, with `--set path=value` options applied. Raises ScenarioError."""
    scenario, origin, problems, cut = _validate(override(written, sets))
    findings = check(scenario, origin.plain())
    problems += _told([f for f in findings if not _concerns(f, cut) and not _replaced(f, origin)], origin)
    problems += [] if problems else [_problem(finding, origin) for finding in too_many_people(scenario)]
    if problems:
        raise ScenarioError(problems)
    resolved = _resolve(scenario, origin, written, file)
    known = movable(resolved.tree)
    sources = ranges.settle(known, resolved.scenario.sources, origin)
    if wrong := ranges.problems(known, sources):
        raise ScenarioError(_problem(finding, origin) for finding in wrong)
    return _with_sources(resolved, sources)


def _validate(origin: Tree) -> tuple[Scenario, Tree, list[Problem], list[Keys]]:
    """The scenario less what cannot be read, the tree with misspelt keys mended, what is wrong, what was cut out.

    Values are read one by one: a misspelt key is told and read as the one that was meant, a wrong value is cut out.
    Each round mends at least one key or cuts at least one value, so there are no more rounds than keys and values.
    """
    plain = origin.plain()
    problems: list[Problem] = []
    cut: list[Keys] = []
    while plain:
        try:
            return Scenario.model_validate(plain), origin, problems, cut
        except ValidationError as error:
            faults = translate(error, origin)
        if len(faults) == MOST_FAULTS:
            raise ScenarioError(folded(faults, origin))
        if not cut and (misspelt := [fault for fault in faults if fault.meant]):
            problems += [fault.problem for fault in misspelt]
            origin = _mended(origin, misspelt)
            plain = origin.plain()
            continue
        # What only shows once other things are cut out is a consequence of the cut.
        problems += folded(faults, origin) if not cut else []
        cut += [_cut(plain, fault.path) for fault in faults]
    return Scenario(), origin, problems, [()]


def _mended(origin: Tree, misspelt: Iterable[Fault]) -> Tree:
    """The tree with each misspelt key written as it was meant; cut out where two mean the same."""
    mended = deepcopy(origin)
    for fault in misspelt:
        above = mended.at(fault.path[:-1])
        assert above is not None and isinstance(above.value, dict) and fault.meant is not None
        if (child := above.value.pop(fault.path[-1], None)) is not None:  # none: an alias, mended already
            above.value.setdefault(fault.meant, child)
            above.keys.setdefault(fault.meant, above.keys[fault.path[-1]])
    return mended


def _cut(plain: Any, path: Keys) -> Keys:
    """Removes the value at a path, or the whole list it is in; the path that was removed."""
    kept: list[str] = []
    value = plain
    for key in path:
        if not isinstance(value, dict) or key not in value:
            break
        kept.append(key)
        value = value[key]
    for key in kept[:-1]:
        plain = plain[key]
    if kept:
        del plain[kept[-1]]
    else:
        plain.clear()
    return tuple(kept)


def _concerns(finding: Finding, cut: list[Keys]) -> bool:
    """Whether it is about what was cut out, or about what something says of that."""
    about = split(finding.path[1]) if finding.stale else finding.path
    return any(about[: len(path)] == path or path[: len(about)] == about for path in cut)


def _replaced(finding: Finding, origin: Tree) -> bool:
    """Whether it is the source of a value that a later file or `--set` has taken out: no error, dropped."""
    if not finding.stale:
        return False
    return origin.nearest(split(finding.path[1])).oldest > origin.place_of(finding.path, key=True).layer


def _told(findings: Iterable[Finding], origin: Tree) -> list[Problem]:
    """Findings as problems, those of one cause in one line, after the first in the file."""
    by_cause: dict[str, list[Problem]] = {}
    for finding in findings:
        by_cause.setdefault(finding.cause or finding.message, []).append(_problem(finding, origin))
    told = []
    for problems in by_cause.values():
        first, more = min(problems, key=by_place), len(problems) - 1
        rest = f" (and {more} other {'place' if more == 1 else 'places'})" if more else ""
        told.append(replace(first, message=first.message + rest))
    return told


def _problem(finding: Finding, origin: Tree) -> Problem:
    return Problem(origin.place_of(finding.path, finding.of_key), ".".join(finding.path), finding.message)


# --- resolving ----------------------------------------------------------------------------------
def _resolve(scenario: Scenario, origin: Tree, written: Tree, file: Path) -> Resolved:
    name = unicodedata.normalize("NFC", scenario.name) or file_name(file.stem)
    checks = _judged(scenario, origin, written)
    resolved = scenario.model_copy(update={"extends": None, "name": name, "checks": checks})
    inputs: dict[str, Path] = {}
    for path in READ:
        if (stated := at(resolved, path)) is not None:
            found = _beside(stated, path, origin.place_of(path))
            if _own_name(found) in inputs:
                message = f"{quoted(found.name)} is also the name of another file it reads; rename one of them"
                raise ScenarioError([Problem(origin.place_of(path), ".".join(path), message)])
            inputs[_own_name(found)] = found
            resolved = replaced(resolved, path, str(found))
    tree = _canonical(resolved)
    sources = {path: entry for path, entry in resolved.sources.items() if _holds(path, tree, origin)}
    return _with_sources(Resolved(resolved, tree, origin, file, inputs), sources)


def _judged(scenario: Scenario, origin: Tree, written: Tree) -> dict[str, str]:
    """The checks of a scenario, less those written for a window that a later `--set` changed."""
    window = 0
    for key in (("start",), ("days",)):
        now, before = origin.at(key), written.at(key)
        if now is not None:
            is_changed = before is None or before.plain() != now.plain()
            window = max(window, (origin if is_changed else written).place_of(key).layer)
    return {
        name: wanted for name, wanted in scenario.checks.items() if origin.place_of(("checks", name)).layer >= window
    }


def _with_sources(resolved: Resolved, sources: dict[str, Provenance]) -> Resolved:
    told = {path: entry.model_dump() for path, entry in sources.items()}
    scenario = resolved.scenario.model_copy(update={"sources": sources})
    return replace(resolved, scenario=scenario, tree={**resolved.tree, "sources": told})


def _own_name(file: str | Path) -> str:
    """What a file that a scenario reads is called in a result."""
    return f"{INPUTS}/{Path(file).name}"


def _beside(name: str, path: Keys, place: Place) -> Path:
    """The file a value names: relative to the file it stands in, or to where `--set` is given."""
    try:
        named = Path(name).expanduser()
        file = named if place.line is None else folder_of(place) / named
        known = file.is_file()
    except (OSError, ValueError, RuntimeError):  # the last: nobody's home
        known = False
    if not known:
        message = f"{quoted(name)} is no file, give the path of a CSV file relative to this one"
        raise ScenarioError([Problem(place, ".".join(path), message)])
    return file


def _canonical(scenario: Scenario) -> dict[str, Any]:
    tree = scenario.model_dump()
    del tree["extends"]
    for path in READ:
        if (name := at(scenario, path)) is not None:
            at(tree, path[:-1])[path[-1]] = _own_name(name)
    if scenario.people.day0.composition is not None:
        for key in IN_A_COMPOSITION:
            del tree["people"]["day0"][key]
    return tree


def _holds(path: str, tree: Mapping[str, Any], origin: Tree) -> bool:
    """Whether a source speaks of a value that exists and was not set anew after the source was given."""
    value, given = origin.at(split(path)), origin.at(("sources", path))
    return exists(tree, split(path)) and (value is None or given is None or given.layer >= value.oldest)
