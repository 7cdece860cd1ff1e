"""What a run will do, settled and checked before any of it is done."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sim.errors import InputError
from sim.experiment.engines import choose, refuse_too_many
from sim.experiment.executors import Where
from sim.experiment.options import RunOptions
from sim.experiment.precision import Precision, parse
from sim.experiment.store import PartFolder, refuse_existing
from sim.experiment.version import model_digest as model_digest
from sim.people.inputs import check_inputs
from sim.scenario.loading import Resolved, digest, load
from sim.scenario.notices import Notice, notices
from sim.scenario.world.tables import Tables, build_tables


@dataclass(frozen=True)
class Plan:
    """A run as settled. `key` names everything a replication depends on, its number apart."""

    resolved: Resolved
    tables: Tables
    engine: str
    where: Where
    part: PartFolder
    key: str
    precision: Precision | None = None
    notices: tuple[Notice, ...] = ()

    @property
    def replications(self) -> range:
        """Their numbers, from 1."""
        return range(1, self.resolved.scenario.replications + 1)

    def with_replications(self, number: int) -> Plan:
        """The same run, of so many replications."""
        return replace(self, resolved=_of(self.resolved, number))


def settle(options: RunOptions) -> Plan:
    """Read the scenario and choose folder and engine. Raises InputError."""
    where = options.where
    where.check()
    if options.out:
        refuse_existing(options.out, options.force)
    precision = parse(options.precision, options.most_replications)
    sets = _sets(options)
    resolved = load(options.scenario, sets)
    told = tuple(notices(resolved, sets))
    if options.strict and (serious := [str(notice) for notice in told if notice.serious]):
        raise InputError(*serious)
    if precision:
        resolved = _of(resolved, precision.first(resolved.scenario.replications))
    final = named_folder(options.out or default_folder(resolved.scenario.name))
    refuse_existing(final, options.force)
    tables, engine = _ready(resolved, options.engine)
    key = run_key(resolved, engine, options.events, options.records)
    return Plan(resolved, tables, engine, where, PartFolder(final), key, precision, told)


def settle_in_memory(resolved: Resolved, engine: str, workers: int) -> Plan:
    """The plan of a run that touches no folder and takes up nothing: without a key. Raises InputError."""
    tables, engine = _ready(resolved, engine)
    return Plan(resolved, tables, engine, Where(workers), PartFolder(Path(resolved.scenario.name)), "")


def _ready(resolved: Resolved, engine: str) -> tuple[Tables, str]:
    """What is played, and the engine that plays it. Raises InputError."""
    check_inputs(resolved.scenario)
    tables = build_tables(resolved.scenario)
    refuse_too_many(resolved.scenario, tables)
    return tables, choose(engine, resolved.scenario, tables)


def run_key(resolved: Resolved, engine: str, events: int, records: bool) -> str:
    """A hash of all that decides a replication: scenario, what it reads, seed, model, engine, what is kept."""
    tree = {key: value for key, value in resolved.tree.items() if key != "replications"}
    parts = (digest(replace(resolved, tree=tree)), model_digest(), engine, events, records)
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def _sets(options: RunOptions) -> list[str]:
    """`--reps` and `--seed` as settings, so that the scenario.yaml of the result says them too."""
    own: Mapping[str, Any] = {"replications": options.replications, "seed": options.seed}
    return [*options.sets, *(f"{key}={value}" for key, value in own.items() if value is not None)]


def _of(resolved: Resolved, replications: int) -> Resolved:
    """The same scenario with another number of replications."""
    scenario = resolved.scenario.model_copy(update={"replications": replications})
    return replace(resolved, scenario=scenario, tree={**resolved.tree, "replications": replications})


def default_folder(name: str) -> Path:
    """Where the result of something with that name goes. Raises InputError."""
    if not name or name in (".", "..") or Path(name).name != name or "\\" in name:
        raise InputError(f"name: {name!r} cannot name a folder; give one with --out")
    return Path("results") / name


def named_folder(path: Path) -> Path:
    """The path with a last part that can be prefixed: `.` and `a/..` written out."""
    return path if path.name not in ("", "..") else path.resolve()
