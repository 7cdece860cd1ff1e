"""What a result rests on: sources, how much is assumed, what it cannot tell, and how to make it again."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Final

from sim.analysis.results import ResultTables
from sim.errors import UserError, printable
from sim.experiment.sensitivity.sensitivity import METHODS
from sim.measures.intervals import COVERS
from sim.scenario.loading import Resolved, digest, load, shipped
from sim.scenario.provenance.explain import ASSUMED, Entry, counts, entries
from sim.scenario.reading.document import read

STATUSES: Final = ("seen", "derived", ASSUMED)
STAGES: Final = {
    "areas": "Areas",
    "people": "People",
    "arrests": "Arrests",
    "intake": "Intake and hold rooms",
    "beds": "Beds",
    "case": "Cases",
    "removal": "Removal",
    "release": "Release",
    "funding": "Money",
}
_NATION: Final = "national"


@dataclass(frozen=True)
class Known:
    """An entry of `sources`, with the scenarios it stands in: all of them, or those named."""

    entry: Entry
    scenarios: tuple[str, ...]


@dataclass(frozen=True)
class Grounds:
    """The scenario of a result as read again from its folder, and how to make the result again."""

    result: ResultTables
    resolved: Resolved
    text: str

    @property
    def counts(self) -> Mapping[str, int]:
        """How many values are seen, derived and assumed."""
        found = counts(self.resolved)
        return {status: found[status] for status in STATUSES}

    @property
    def can_be_ranked(self) -> bool:
        """Whether an assumed value has a range that a study can move it over."""
        return any(one.status == ASSUMED and one.low is not None for one in self.resolved.scenario.sources.values())

    @property
    def is_of_the_nation(self) -> bool:
        """Whether its areas and its people are those of the national scenario, which was scored against the past."""
        tree = self.resolved.tree
        return set(tree["areas"]) == _areas_of_the_nation() and bool(tree["people"]["day0"].get("composition"))

    @cached_property
    def source(self) -> str:
        """What to run: a shipped scenario's name where that, with its seed and replications, was run, else a file."""
        about, name = self.result.manifest, str(self.result.manifest.get("scenario", ""))
        sets = [f"seed={about.get('seed')}", f"replications={len(about.get('replications', ()))}"]
        try:
            known = name in {full.rpartition("/")[2] for full in shipped()}
            return name if known and digest(load(name, sets)) == about.get("scenario_sha256") else "scenario.yaml"
        except UserError:
            return "scenario.yaml"

    @property
    def folder(self) -> str:
        """Where the commands below write to."""
        assert self.result.path is not None
        return f"results/{printable(self.result.path.absolute().name)}"

    @property
    def command(self) -> str:
        """The command that makes the result again."""
        about, ranges = self.result.manifest, [] if self.result.covers == COVERS else ["--ranges"]
        played = len(about.get("replications", ())) + len(about.get("failed") or ())
        words = ["detsim", "run", self.source, *ranges, "--reps", str(played), "--seed", str(about.get("seed"))]
        return shlex.join([*words, "--out", self.folder])

    @property
    def ranking_command(self) -> str:
        """The command whose study would rank the assumed values."""
        return shlex.join(["detsim", "sensitivity", self.source, "--out", f"{self.folder}-{METHODS[0]}"])

    @property
    def facts(self) -> list[tuple[str, str]]:
        """What the manifest says, to check the result by."""
        about = self.result.manifest
        failed = [one.get("replication") for one in about.get("failed") or ()]
        return [
            ("detsim", f"version {about.get('detsim', 'unknown')}, engine {about.get('engine', 'unknown')}"),
            ("model (SHA-256)", str(about.get("model_sha256", "unknown"))),
            ("scenario (SHA-256)", str(about.get("scenario_sha256", "unknown"))),
            ("window", f"{about.get('days')} days from {about.get('start')}"),
            ("replications", _numbers(about.get("replications", ()))),
            *([("failed replications", _numbers(failed))] if failed else []),
            ("seed", str(about.get("seed", "unknown"))),
            ("Python", str(about.get("python", "unknown"))),
            ("libraries", ", ".join(f"{name} {version}" for name, version in about.get("libraries", {}).items())),
        ]


def _numbers(found: Sequence[object]) -> str:
    whole = [int(str(number)) for number in found]
    if len(whole) > 1 and whole == list(range(whole[0], whole[-1] + 1)):
        return f"{len(whole)} (numbers {whole[0]} to {whole[-1]})"
    return f"{len(whole)} (numbers {', '.join(map(str, whole))})" if whole else "none"


def grounds(result: ResultTables) -> Grounds:
    """Read the scenario of a result folder. Raises InputError, one line a problem."""
    assert result.path is not None
    file = result.path / "scenario.yaml"
    return Grounds(result, load(file), file.read_text(encoding="utf-8"))


def _areas_of_the_nation() -> set[str]:
    file = shipped().get(_NATION)
    found = read(file, _NATION).at(("areas",)) if file else None
    areas = found.plain() if found else {}
    return set(areas) if isinstance(areas, dict) else set()


def known(found: Sequence[Grounds]) -> list[Known]:
    """The sources of all scenarios, those that agree once, in the order of the pathway."""
    merged: dict[Entry, list[str]] = {}
    for one in found:
        for entry in entries(one.resolved):
            merged.setdefault(entry, []).append(one.result.name)
    order = list(STAGES)
    listed = [Known(entry, tuple(names) if len(names) < len(found) else ()) for entry, names in merged.items()]
    return sorted(listed, key=lambda one: order.index(_stage(one)) if _stage(one) in order else len(order))


def by_stage(listed: Sequence[Known]) -> list[tuple[str, list[Known]]]:
    """The same by stage of the pathway, each with its heading."""
    return [(STAGES.get(stage, stage), list(group)) for stage, group in groupby(listed, key=_stage)]


def _stage(one: Known) -> str:
    return one.entry.path.split(".")[0]
