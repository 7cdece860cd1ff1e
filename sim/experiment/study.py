"""Points × replications: what every run and every study is made of.

A point is a scenario with some values set; a run is a study of one point. Replication r of every point is drawn with
the same random numbers, so differences between points are paired. Each finished replication is kept as one small file
in the folder under way, so a study that is stopped goes on from there; what comes out does not depend on how or where
it was played.
"""

from __future__ import annotations

import hashlib
import platform
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import cache
from importlib.metadata import version
from typing import Any, Final

from tqdm import tqdm

from sim.analysis.intervals import Difference, paired
from sim.errors import Interrupted, RunError
from sim.experiment.engines import choose, expected_people, make_ready, refuse_too_many, suited
from sim.experiment.executors import collect, executor
from sim.experiment.options import StudyOptions
from sim.experiment.replication import Failure, Job, Measuring, Played, kind_of, name_of, play, values_of
from sim.experiment.store import DamagedError, PartFolder, default_folder, named_folder, refuse_existing
from sim.experiment.work import WorkerDied, cores, pack
from sim.files.data_package import Csv, package_files
from sim.measures.intervals import Estimate, estimate
from sim.measures.summary import Value
from sim.people.inputs import check_inputs
from sim.scenario.loading import Resolved, digest, dump, read, settle
from sim.scenario.notices import notices
from sim.scenario.world.tables import build_tables
from sim.version import __version__, model_digest
from sim.vocabulary import MEASURES

_WORTH_PROCESSES: Final = {"simpy": 50_000, "compiled": 2_000_000}
"""People drawn: some seconds of play, against one or two to start processes."""
_LIBRARIES: Final = ("numpy", "simpy", "scipy", "pydantic", "pyyaml")
_LIBRARIES_OF: Final = {"compiled": ("numba", "llvmlite")}
"""What decides a result."""
_version: Final = cache(version)


@dataclass(frozen=True)
class Point:
    """A scenario to be played: the study's own, with `path=value` settings on top. The name is unique in the study."""

    name: str
    sets: tuple[str, ...] = ()


Task = tuple[str, int]
"""The key of a settled point and the number of a replication: what a finished replication is kept by."""


@dataclass(frozen=True)
class Values:
    """What is kept of every finished replication, `by[point][replication]`: by default each measure's value."""

    by: Mapping[str, Mapping[int, Any]]

    def each(self, point: str, measure: str) -> dict[int, Value]:
        """The value of a measure by replication; None where it is undefined."""
        return {replication: values[measure] for replication, values in self.by[point].items()}

    def of(self, point: str, measure: str) -> list[float]:
        """The numbers of a measure in order of replication; those that have none are left out."""
        return list(self._numbers(point, measure).values())

    def estimate(self, point: str, measure: str) -> Estimate:
        """Mean, standard deviation and 95 % interval over the replications."""
        of = MEASURES[measure]
        return estimate(self.each(point, measure).values(), of.unit, of.bounds)

    def difference(self, baseline: str, point: str, measure: str) -> Difference | None:
        """The paired difference point − baseline over the replications in which both have a number; None without."""
        a, b = self._numbers(baseline, measure), self._numbers(point, measure)
        both = [i for i in a if i in b]
        return paired([a[i] for i in both], [b[i] for i in both], MEASURES[measure].bounds) if both else None

    def _numbers(self, point: str, measure: str) -> dict[int, float]:
        return {i: float(v) for i, v in self.each(point, measure).items() if isinstance(v, int | float)}


@dataclass(frozen=True)
class Settled:
    """A point as settled: what its replications depend on, as a hash and packed for another process."""

    name: str
    key: str
    """A hash of all that decides the values of a point: two with the same are the same."""
    packed: bytes
    seed: int
    days: int
    people: int
    """About how many a replication draws."""


class Study:
    """A scenario, the folder its results go to, and where the work is done.

    Args:
        options: what the user asked for.
        folder: the folder below results/ unless the options name one; `{name}` is the name of the scenario.
        measuring: plays a replication and says what is kept of it; by default every measure.

    Raises InputError if the folder may not be written or the scenario is wrong.
    """

    def __init__(self, options: StudyOptions, folder: str = "{name}", *, measuring: Measuring = values_of) -> None:
        options.where.check()
        if options.out:
            refuse_existing(options.out, options.force)
        self.engine, self.quiet = options.engine, options.quiet
        self.total: int | None = None
        """How many replications there will be, where that is known."""
        self.where, self.measuring = options.where, measuring
        self.sets = (*options.sets, *(() if options.seed is None else (f"seed={options.seed}",)))
        self._written = read(options.scenario)
        self.base = settle(*self._written, self.sets)
        final = options.out or default_folder(folder.format(name=self.base.scenario.name))
        self.part = PartFolder(named_folder(final))
        refuse_existing(self.part.final, options.force)
        check_inputs(self.base.scenario)
        self.tables = build_tables(self.base.scenario)
        refuse_too_many(self.base.scenario, self.tables)
        choose(self.engine, self.base.scenario, self.tables)
        self.notices = tuple(notices(self.base, self.sets))
        """What has no effect, and what else the user should know of the scenario."""
        self._played: set[Task] = set()
        self._taken_up: set[Task] = set()
        self._failed: dict[tuple[str, int], Failure] = {}
        self._settled: dict[Point, Settled] = {}
        self._stack: ExitStack | None = None
        self._executor: Executor | None = None
        self._bar: tqdm[Any] | None = None

    @property
    def failures(self) -> tuple[Failure, ...]:
        """The replications that could not be finished."""
        return tuple(self._failed.values())

    @property
    def complaints(self) -> list[str]:
        """What the user should know besides the result, one line each."""
        return [*map(str, self.notices), *(failure.line() for failure in self.failures)]

    @property
    def resumed(self) -> int:
        """How many replications an earlier process had finished."""
        return len(self._taken_up - self._played)

    @property
    def written(self) -> str:
        """Where the result lies, in words."""
        taken = f" ({self.resumed} replications taken up from an interrupted run)" if self.resumed else ""
        return f"written to {self.part.final}{taken}"

    def resolve(self, point: Point) -> Resolved:
        """The scenario of a point. Raises InputError."""
        return settle(*self._written, (*self.sets, *point.sets)) if point.sets else self.base

    def shown(self, points: Sequence[Point]) -> Iterable[Point]:
        """The points, with a progress bar for whoever settles many of them before any is played."""
        return tqdm(points, desc="checking", unit="point", leave=False, dynamic_ncols=True, disable=self._hidden)

    def settled(self, point: Point) -> Settled:
        """A point as its replications are played. Raises InputError."""
        if point not in self._settled:
            resolved = self.resolve(point)
            scenario, tables = resolved.scenario, self.tables
            if point.sets:
                check_inputs(scenario)
                tables = build_tables(scenario)
                refuse_too_many(scenario, tables)
            people = expected_people(scenario, tables) // scenario.replications
            key = self._key(resolved)
            packed = pack(Job(key, scenario, tables, self.measuring, None if self.where.elsewhere else self.part))
            self._settled[point] = Settled(point.name, key, packed, scenario.seed, scenario.days, people)
        return self._settled[point]

    def _key(self, resolved: Resolved) -> str:
        """A hash of all that decides a replication, its number apart: scenario, what it reads, seed, model, engine."""
        tree = {key: value for key, value in resolved.tree.items() if key != "replications"}
        parts = (name_of(self.measuring), digest(replace(resolved, tree=tree)), model_digest(), self.engine)
        return hashlib.sha256(repr(parts).encode()).hexdigest()

    def tasks(self, points: Iterable[Point], replications: Sequence[int]) -> dict[Task, Settled]:
        """Every replication once: points that are the same scenario share theirs. Raises InputError."""
        return {(settled.key, i): settled for settled in map(self.settled, points) for i in replications}

    def missing(self, tasks: Mapping[Task, Settled]) -> dict[Task, Settled]:
        """The replications that are still to be played. Reports damaged files, whose replications are among them."""
        return {task: settled for task, settled in tasks.items() if not self._is_kept(*task)}

    def _is_kept(self, key: str, i: int) -> bool:
        try:
            return self.part.load(i, key, kind_of(self.measuring)) is not None
        except DamagedError as error:
            print(f"{self.part.file(i, key)}: {error}: replication {i} is played again", file=sys.stderr)
            return False

    # --- playing --------------------------------------------------------------------------------
    def evaluate(self, points: Sequence[Point], replications: Sequence[int]) -> Values:
        """Play what is not kept yet; what is kept of all. May be called again and again.

        Raises InputError before any work is done, RunError if nothing could be finished or kept, Interrupted on
        Ctrl-C; after the last two the same call, in this process or another, goes on from what is finished.
        """
        with self.at_work():
            self.play(points, replications)
            found = {point.name: dict(self.finished(point, replications)) for point in points}
            if not any(found.values()):
                raise self.nothing_finished(self.failures)
            return Values(found)

    def play(self, points: Sequence[Point], replications: Sequence[int]) -> None:
        """Play what is not kept yet; `failures` has what failed. Inside `at_work`."""
        wanted = self.tasks(points, replications)
        missing = self.missing(wanted)
        self._taken_up |= wanted.keys() - missing.keys()
        days = sum(one.days for one in wanted.values())
        self._expect(days, days - sum(one.days for one in missing.values()))
        errors = self._play(missing) if missing else {}
        for one, i in ((self.settled(point), i) for point in points for i in replications):
            self._failed.pop((one.name, i), None)
            if (one.key, i) in errors:
                self._failed[one.name, i] = Failure(i, one.seed, errors[one.key, i], one.name)

    def finished(self, point: Point, replications: Sequence[int]) -> Iterator[tuple[int, Any]]:
        """The finished replications of a point in order, read one at a time."""
        key, kind = self.settled(point).key, kind_of(self.measuring)
        for i in replications:
            found = self.part.load(i, key, kind)
            if found is not None:
                yield i, found

    def nothing_finished(self, failures: Sequence[Failure]) -> RunError:
        """Why there is no result."""
        lines = [failure.line() for failure in failures[:5]]
        return RunError(*lines, f"{self.part.final}: not written, for no replication was finished")

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Keeps the folder from others and workers running between calls of `evaluate`; needed for `publish`."""
        if self._stack is not None:
            yield
            return
        try:
            with ExitStack() as self._stack:
                if self.where.elsewhere:  # sought before any folder is made; workers of this machine only for work
                    self._executor = self._stack.enter_context(executor(self.where, self._days_played))
                self._stack.enter_context(self.part.held())
                yield
        except KeyboardInterrupt:
            raise Interrupted(f"interrupted: {self._state()}") from None
        except WorkerDied as error:
            raise RunError(f"{error}: {self._state()}") from error
        except OSError as error:
            raise RunError(f"{self.part.final}: {error.strerror or error}: {self._state()}") from error
        finally:
            self._stack = self._executor = self._bar = None

    def _expect(self, days: int, kept: int) -> None:
        """Show a progress bar of more days; `kept` of them need no playing and count in no rate."""
        if self._hidden:
            return
        if self._bar is None:
            assert self._stack is not None
            bar = tqdm(unit="day", desc="simulated days", leave=False, dynamic_ncols=True)
            self._bar = self._stack.enter_context(bar)
        self._bar.total = (self._bar.total or 0) + days
        self._bar.n += kept
        self._bar.initial += kept
        self._bar.refresh()

    def _days_played(self, days: int) -> None:
        if self._bar is not None:
            self._bar.update(days)

    def _play(self, missing: Mapping[Task, Settled]) -> dict[Task, str]:
        """Play and keep; why some failed."""
        people = sum(one.people for one in missing.values())
        engine = self.engine_for(people)
        if self.where.scheduler is None:
            make_ready(engine, self.quiet)
        errors: dict[Task, str] = {}

        def take(played: Played) -> None:
            if played.error is not None:
                errors[played.key, played.replication] = played.error
                return
            if self.where.elsewhere:  # workers there do not see the files of this machine
                self.part.save(played.replication, played.key, played.result)
            self._played.add((played.key, played.replication))

        if self._executor is None:
            where = replace(self.where, workers=self.workers_for(people, engine, len(missing)))
            assert self._stack is not None
            self._executor = self._stack.enter_context(executor(where, self._days_played))
        collect(self._executor, play, [(one.packed, engine, i) for (_, i), one in missing.items()], take)
        return errors

    def engine_for(self, people: int) -> str:
        """What would play so many people. Both engines give the same, so `auto` may go by how many are left."""
        return suited(people) if self.engine == "auto" else self.engine

    def workers_for(self, people: int, engine: str, tasks: int) -> int | None:
        """How many processes would play so many people; None if they are those of a scheduler or a cluster."""
        if self.where.elsewhere:
            return self.where.workers
        if self.where.workers is not None:
            return self.where.workers if tasks > 1 else 1
        return min(cores(), tasks) if people > _WORTH_PROCESSES[engine] else 1

    @property
    def _hidden(self) -> bool:
        """Whether nobody would see a progress bar, or wants to."""
        return self.quiet or sys.stderr is None or not sys.stderr.isatty()

    def _state(self) -> str:
        """What there is of the result where the work has stopped."""
        if self.part.published:
            return f"the result in {self.part.final} is complete"
        kept = self.part.count(one.key for one in self._settled.values())  # of other studies there may be more
        if not kept:
            return "no replication was finished, nothing is written"
        of = f" of {self.total}" if self.total else ""
        return f"{kept}{of} replications are finished and kept; the same command goes on from there"

    # --- publishing -----------------------------------------------------------------------------
    def publish(
        self, tables: Sequence[Csv], about: Mapping[str, Any], others: Mapping[str, bytes], title: str | None = None
    ) -> None:
        """Write the result folder, whole, in its place, and drop what was kept. Inside `at_work`. Raises OSError.

        `about` is added to the manifest; `others` are further files by name; the title defaults to the scenario's name.
        """
        manifest = manifest_of(self.base, self.engine) | {
            "replications_played": len(self._played),
            "replications_resumed": self.resumed,
            "failed": [failure.entry() for failure in self.failures],
        }
        self.part.publish(package_files(title or self.base.scenario.name, tables, manifest | dict(about), others))


def manifest_of(resolved: Resolved, engine: str) -> dict[str, Any]:
    """What made a result; nothing about the machine or where it lies."""
    scenario = resolved.scenario
    return {
        "scenario": scenario.name,
        "scenario_sha256": digest(resolved),
        "start": scenario.start.isoformat(),
        "days": scenario.days,
        "seed": scenario.seed,
        "engine": engine,
        "detsim": __version__,
        "model_sha256": model_digest(),
        "python": platform.python_version(),
        "libraries": {name: _version(name) for name in (*_LIBRARIES, *_LIBRARIES_OF.get(engine, ()))},
    }


def as_written(resolved: Resolved) -> dict[str, bytes]:
    """A resolved scenario and the files it reads, by name in a result folder: to run as it is."""
    inputs = {name: path.read_bytes() for name, path in resolved.inputs.items()}
    return {"scenario.yaml": dump(resolved).encode("utf-8", "replace"), **inputs}
