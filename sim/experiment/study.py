"""Points × replications → values of measures: what every study of many runs is made of.

A point is a scenario with some values set. Replication r of every point is drawn with the same random numbers, so
differences between points are paired. Each finished replication is kept as one small file in the folder under way,
so a study that is stopped goes on from there; what comes out does not depend on how or where it was played.
"""

from __future__ import annotations

import hashlib
import platform
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from tqdm import tqdm

import sim
from sim.analysis.intervals import Difference, paired
from sim.errors import Interrupted, RunError
from sim.experiment.engines import WORTH_COMPILING, choose, expected_people, make_ready, refuse_too_many
from sim.experiment.executors import WorkerDied, collect, cores, executor, pack
from sim.experiment.measuring import Measuring, Played, play, values_of
from sim.experiment.options import StudyOptions
from sim.experiment.plan import named_folder
from sim.experiment.store import PartFolder, refuse_existing
from sim.experiment.version import model_digest
from sim.measures.files import Csv, write_files
from sim.measures.intervals import Estimate, estimate
from sim.measures.summary import Value
from sim.scenario.loading import Resolved, digest, read, settle
from sim.scenario.world.tables import build_tables
from sim.vocabulary import MEASURES

_WORTH_PROCESSES: Final = {"simpy": 50_000, "compiled": 2_000_000}
"""People drawn: some seconds of play, against one or two to start processes."""
_LIBRARIES: Final = ("numpy", "simpy", "scipy", "pydantic", "pyyaml")


@dataclass(frozen=True)
class Point:
    """A scenario to be played: the study's own, with `path=value` settings on top. The name is unique in the study."""

    name: str
    sets: tuple[str, ...] = ()


@dataclass(frozen=True)
class Failed:
    """A replication that could not be finished."""

    point: str
    replication: int
    seed: int
    error: str

    def line(self) -> str:
        """The failure as one line."""
        return f"{self.point}: replication {self.replication} (seed {self.seed}) failed: {self.error}"


@dataclass(frozen=True)
class Values:
    """Every measure of every finished replication: `by[point][replication][measure]`."""

    by: Mapping[str, Mapping[int, Mapping[str, Value]]]
    failures: tuple[Failed, ...] = ()

    def each(self, point: str, measure: str) -> dict[int, Value]:
        """The value of a measure by replication; None where it is undefined."""
        return {replication: values[measure] for replication, values in self.by[point].items()}

    def of(self, point: str, measure: str) -> list[float]:
        """The numbers of a measure in order of replication; those that have none are left out."""
        return list(self._numbers(point, measure).values())

    def estimate(self, point: str, measure: str) -> Estimate:
        """Mean, standard deviation and 95 % interval over the replications."""
        return estimate(self.each(point, measure).values(), MEASURES[measure].unit)

    def pairs(self, baseline: str, point: str, measure: str) -> tuple[list[float], list[float]]:
        """The numbers of both points in the replications in which both have one."""
        a, b = self._numbers(baseline, measure), self._numbers(point, measure)
        common = [replication for replication in a if replication in b]
        return [a[i] for i in common], [b[i] for i in common]

    def difference(self, baseline: str, point: str, measure: str) -> Difference | None:
        """The paired difference point − baseline; None if no replication has both."""
        a, b = self.pairs(baseline, point, measure)
        return paired(a, b) if a else None

    def _numbers(self, point: str, measure: str) -> dict[int, float]:
        return {i: float(v) for i, v in self.each(point, measure).items() if isinstance(v, int | float)}


@dataclass(frozen=True)
class _Ready:
    """A point as settled: what its replications depend on, as a hash and packed for another process."""

    name: str
    key: str
    packed: bytes
    seed: int
    people: int


_Task = tuple[Point, int]


class Study:
    """A scenario, the folder its results go to (`final` unless the options name one), and where the work is done.

    `measuring` plays a replication and says what is kept of it: by default every measure.

    Raises InputError if the folder may not be written or the scenario is wrong.
    """

    def __init__(
        self,
        options: StudyOptions,
        final: Path,
        *,
        measuring: Measuring = values_of,
    ) -> None:
        options.where.check()
        self.part = PartFolder(named_folder(options.out or final))
        refuse_existing(self.part.final, options.force)
        self.scenario, self.engine, self.quiet = options.scenario, options.engine, options.quiet
        self.where, self.measuring = options.where, measuring
        self.sets = (*options.sets, *(() if options.seed is None else (f"seed={options.seed}",)))
        self._written = read(self.scenario)
        self.base = settle(*self._written, self.sets)
        choose(self.engine, self.base.scenario, build_tables(self.base.scenario))
        self._played: set[tuple[str, int]] = set()
        self._taken_up: set[tuple[str, int]] = set()
        self._ready: dict[Point, _Ready] = {}
        self._stack: ExitStack | None = None
        self._executor: Executor | None = None

    @property
    def resumed(self) -> int:
        """How many replications an earlier process had finished."""
        return len(self._taken_up - self._played)

    def resolve(self, point: Point) -> Resolved:
        """The scenario of a point. Raises InputError."""
        return settle(*self._written, (*self.sets, *point.sets))

    def shown(self, points: Sequence[Point]) -> Iterable[Point]:
        """The points, with a progress bar for whoever settles many of them before any is played."""
        return tqdm(points, desc="checking", unit="point", leave=False, dynamic_ncols=True, disable=self._hidden)

    def people(self, point: Point) -> int:
        """About how many people a replication of a point draws. Raises InputError."""
        return self._settled(point).people

    def key(self, point: Point) -> str:
        """A hash of all that decides the values of a point: two with the same are the same. Raises InputError."""
        return self._settled(point).key

    def kept(self, points: Sequence[Point], replications: Sequence[int]) -> int:
        """How many of the replications are finished already. Raises InputError."""
        return len(self._tasks(points, replications)) - len(self.missing(points, replications))

    def missing(self, points: Sequence[Point], replications: Sequence[int]) -> list[_Task]:
        """The replications that are still to be played. Raises InputError."""
        return [task for task in self._tasks(points, replications) if not self._is_kept(task)]

    def evaluate(self, points: Sequence[Point], replications: Sequence[int]) -> Values:
        """Play what is not kept yet; the values of all. May be called again and again.

        Raises InputError before any work is done, RunError if nothing could be finished or kept, Interrupted on
        Ctrl-C; after the last two the same call, in this process or another, goes on from what is finished.
        """
        wanted = self._tasks(points, replications)
        with self.at_work():
            missing = self.missing(points, replications)
            self._taken_up |= {self._kept_as(task) for task in set(wanted) - set(missing)}
            failures = self._play(missing, len(wanted)) if missing else {}
            return self._values(points, replications, failures)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Keeps the folder from others and workers running between calls of `evaluate`; needed for `publish`."""
        if self._stack is not None:
            yield
            return
        try:
            with self._connected(), self.part.held(), ExitStack() as self._stack:
                yield
        except KeyboardInterrupt:
            raise Interrupted(f"interrupted: {self._kept_line()}") from None
        except WorkerDied as error:
            raise RunError(f"{error}: {self._kept_line()}") from error
        except OSError as error:
            raise RunError(f"{self.part.final}: {error.strerror or error}: {self._kept_line()}") from error
        finally:
            self._stack = self._executor = None

    @contextmanager
    def _connected(self) -> Iterator[None]:
        """Workers that are elsewhere are sought before any folder is made; those of this machine only for work."""
        if not self.where.elsewhere:
            yield
            return
        with executor(self.where) as self._executor:
            yield

    def publish(
        self, tables: Sequence[Csv], about: Mapping[str, Any], others: Mapping[str, bytes], title: str | None = None
    ) -> None:
        """Write the result folder, whole, in its place, and drop what was kept. Inside `at_work`. Raises OSError.

        `about` is added to the manifest; `others` are further files by name; the title defaults to the folder's name.
        """
        write_files(self.part.new, title or self.part.final.name, tables, self._manifest() | dict(about), others)
        self.part.publish()

    # --- settling -------------------------------------------------------------------------------
    def _settled(self, point: Point) -> _Ready:
        if point not in self._ready:
            resolved = self.resolve(point)
            scenario, tables = resolved.scenario, build_tables(resolved.scenario)
            refuse_too_many(scenario, tables)
            people = expected_people(scenario, tables) // scenario.replications
            key = self._key(resolved)
            self._ready[point] = _Ready(
                point.name, key, pack((scenario, tables, self.measuring)), scenario.seed, people
            )
        return self._ready[point]

    def _key(self, resolved: Resolved) -> str:
        """A hash of all that decides a replication, its number apart."""
        tree = {key: value for key, value in resolved.tree.items() if key != "replications"}
        kind = f"{self.measuring.__module__}.{self.measuring.__qualname__}"
        parts = (kind, digest(replace(resolved, tree=tree)), model_digest(), self.engine)
        return hashlib.sha256(repr(parts).encode()).hexdigest()

    def _tasks(self, points: Sequence[Point], replications: Sequence[int]) -> list[_Task]:
        """Every replication once: points that are the same scenario share theirs."""
        every: dict[tuple[str, int], _Task] = {}
        for task in ((point, i) for point in points for i in replications):
            every.setdefault(self._kept_as(task), task)
        return list(every.values())

    def _kept_as(self, task: _Task) -> tuple[str, int]:
        return self._settled(task[0]).key, task[1]

    def _is_kept(self, task: _Task) -> bool:
        key, i = self._kept_as(task)
        return self.part.has(i, key)

    # --- playing --------------------------------------------------------------------------------
    def _play(self, missing: Sequence[_Task], total: int) -> dict[tuple[str, int], str]:
        """Play and keep; why some failed, by key and replication."""
        people = sum(self.people(point) for point, _ in missing)
        engine = self.engine_for(people)
        if self.where.scheduler is None:
            make_ready(engine, self.quiet)
        failures: dict[tuple[str, int], str] = {}
        with self._meter(total, total - len(missing)) as meter:

            def take(played: Played) -> None:
                key, i, result = played
                if isinstance(result, str):
                    failures[key, i] = result
                else:
                    self.part.save(i, key, result)
                    self._played.add((key, i))
                meter.update()

            ready = [(self._settled(point), i) for point, i in missing]
            calls = [(point.key, point.packed, engine, i) for point, i in ready]
            collect(self._pool(people, engine, len(missing)), play, calls, take)
        return failures

    def _meter(self, total: int, kept: int) -> tqdm[Any]:
        return tqdm(total=total, initial=kept, unit="run", leave=False, dynamic_ncols=True, disable=self._hidden)

    @property
    def _hidden(self) -> bool:
        """Whether nobody would see a progress bar, or wants to."""
        return self.quiet or sys.stderr is None or not sys.stderr.isatty()

    def engine_for(self, people: int) -> str:
        """What would play so many people. Both engines give the same, so `auto` may go by how many are left."""
        if self.engine != "auto":
            return self.engine
        return "compiled" if people > WORTH_COMPILING and find_spec("numba") else "simpy"

    def workers_for(self, people: int, engine: str, tasks: int) -> int | None:
        """How many processes would play so many people; None if they are those of a scheduler or a cluster."""
        if self.where.elsewhere or self.where.workers is not None:
            return self.where.workers
        return min(cores(), tasks) if tasks > 1 and people > _WORTH_PROCESSES[engine] else 1

    def _pool(self, people: int, engine: str, tasks: int) -> Executor:
        if self._executor is None:
            where = replace(self.where, workers=self.workers_for(people, engine, tasks))
            assert self._stack is not None
            self._executor = self._stack.enter_context(executor(where))
        return self._executor

    # --- what came of it ------------------------------------------------------------------------
    def _values(
        self, points: Sequence[Point], replications: Sequence[int], failures: Mapping[tuple[str, int], str]
    ) -> Values:
        found = {point.name: dict(self._finished(self._settled(point), replications)) for point in points}
        failed = [
            Failed(ready.name, i, ready.seed, failures[ready.key, i])
            for ready in map(self._settled, points)
            for i in replications
            if (ready.key, i) in failures
        ]
        if not any(found.values()):
            lines = [failure.line() for failure in failed[:5]]
            raise RunError(*lines, f"{self.part.final}: not written, for no replication was finished")
        return Values(found, tuple(failed))

    def _finished(self, ready: _Ready, replications: Sequence[int]) -> Iterator[tuple[int, Mapping[str, Value]]]:
        for i in replications:
            if self.part.has(i, ready.key):
                yield i, self.part.load(i, ready.key)

    def _kept_line(self) -> str:
        files = [path.stem.partition("-")[2] for path in self.part.path.glob("*.replication")]
        keys = {ready.key[: len(files[0])] for ready in self._ready.values()} if files else set()
        kept = sum(key in keys for key in files)  # of other studies, or an older program, there may be more
        if not kept:
            return "no replication was finished, nothing is written"
        return f"{kept} replications are finished and kept; the same command goes on from there"

    def _manifest(self) -> dict[str, Any]:
        """What made the result; nothing about the machine or where it lies."""
        scenario = self.base.scenario
        return {
            "scenario": scenario.name,
            "scenario_sha256": digest(self.base),
            "start": scenario.start.isoformat(),
            "days": scenario.days,
            "seed": scenario.seed,
            "engine": self.engine,
            "detsim": sim.__version__,
            "model_sha256": model_digest(),
            "python": platform.python_version(),
            "libraries": {name: version(name) for name in _LIBRARIES},
            "replications_played": len(self._played),
            "replications_resumed": self.resumed,
        }
