"""How much the assumed values matter: each moved over the range believed of it, with common random numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from sim.arrays import Floats
from sim.errors import InputError, RunError
from sim.experiment.options import SensitivityOptions
from sim.experiment.sensitivity.indices import Indices, design, evaluated, need_salib
from sim.experiment.sensitivity.ranking import (
    ENDS,
    METHODS,
    REPLICATIONS,
    Outcome,
    Plan,
    about,
    best,
    name,
    points,
    tables,
)
from sim.experiment.study import Point, Study, Values, as_written
from sim.scenario.provenance.explain import ASSUMED
from sim.scenario.provenance.ranges import Range, ranges
from sim.scenario.schema.checks import refuse_unknown
from sim.scenario.schema.units import nearest, one_of, quoted
from sim.vocabulary import MEASURES, TEXT


# --- settling -----------------------------------------------------------------------------------
def settle(options: SensitivityOptions) -> Plan:
    """Read the scenario, choose ranges and make the points. Raises InputError."""
    _check(options)
    study = Study(options, "{name}-" + options.method)
    chosen = _chosen(options, ranges(study.base), study)
    positions = None
    if options.method != "oat":
        positions = design(options.method, len(chosen), options.size, study.base.scenario.seed)
    played = points(chosen) if positions is None else _placed(options.method, chosen, positions)
    _playable(study, chosen)
    replications = options.replications or REPLICATIONS[options.method]
    return Plan(options, study, tuple(chosen), tuple(played), positions, range(1, replications + 1))


def _check(options: SensitivityOptions) -> None:
    if options.method not in METHODS:
        raise InputError(f"--method: {one_of(options.method, METHODS)}")
    for measure in options.measures:
        refuse_unknown(measure, "--measure")
    if options.screening is not None and options.vary:
        raise InputError("--screening: --vary is given too; name the paths, or take those of a screening")
    if options.method == "sobol" and not (options.screening or options.vary):
        raise InputError("--method sobol: name what is to vary with --vary PATH, or take --screening MORRIS_RESULT")
    _check_size(options)
    if options.method != "oat":
        need_salib()


def _check_size(options: SensitivityOptions) -> None:
    sizes = ("--trajectories", "morris", options.trajectories), ("--samples", "sobol", options.samples)
    for option, method, given in sizes:
        if given is not None and options.method != method:
            raise InputError(f"{option}: belongs to --method {method}, not to {options.method}; leave it out")
    if options.samples is not None and options.samples.bit_count() != 1:
        lower = 1 << (options.samples.bit_length() - 1)
        raise InputError(f"--samples: {options.samples} is not a power of 2; write {lower} or {2 * lower}")


def _chosen(options: SensitivityOptions, known: Sequence[Range], study: Study) -> list[Range]:
    """The ranges to move: those named, the best of a screening, or all of assumed values. Raises InputError."""
    by_path = {one.path: one for one in known}
    named = options.vary
    if options.screening is not None:
        named = tuple(best(options.screening, options.measures, options.top or 6))
    for path in named:
        if path not in by_path:
            option = "--vary" if options.vary else "--screening"
            raise InputError(f"{option}: {_no_range(path, study, list(by_path))}")
    chosen = [by_path[path] for path in dict.fromkeys(named)] or [one for one in known if one.status == ASSUMED]
    if not chosen:
        what = "gives no assumed value a range (low and high under sources); name others with --vary"
        raise InputError(f"{options.scenario}: {what}" if known else f"{options.scenario}: has no ranges under sources")
    return chosen


def _no_range(path: str, study: Study, known: Sequence[str]) -> str:
    entry = study.base.scenario.sources.get(path)
    if entry is not None and entry.fixed:
        return f"{path} is not varied: {entry.fixed}"
    near = nearest(path, known)
    return f"{quoted(path)} has no range of its own under sources" + (f", did you mean {near}?" if near else "")


def _playable(study: Study, chosen: Sequence[Range]) -> None:
    """Raise InputError if an end of a range makes a scenario that does not fit together."""
    for one in chosen:
        for end, u in ENDS:
            try:
                study.people(Point(name(one, end), one.at(u)))
            except InputError as error:
                text = getattr(one, end)
                raise InputError(f"{one.path}: cannot be played at its {end} end, {text}: {error.lines[0]}") from None


def _placed(method: str, chosen: Sequence[Range], positions: Floats) -> list[Point]:
    """A point for each row of positions."""
    width = len(str(len(positions)))
    return [
        Point(
            f"{method}-{i:0{width}}", tuple(option for one, u in zip(chosen, row, strict=True) for option in one.at(u))
        )
        for i, row in enumerate(positions.tolist(), 1)
    ]


# --- playing ------------------------------------------------------------------------------------
def play(plan: Plan) -> Outcome:
    """Play what is not kept yet and write the folder.

    Raises RunError if nothing could be finished or kept, Interrupted on Ctrl-C; the same call then goes on.
    """
    with plan.study.at_work():
        values = plan.study.evaluate(plan.points, plan.replications)
        outcome = Outcome(plan, values, _indices(plan, values))
        title = f"{plan.study.base.scenario.name}-{plan.options.method}"
        plan.study.publish(tables(outcome), about(outcome), as_written(plan.study.base), title=title)
    return outcome


def _indices(plan: Plan, values: Values) -> dict[str, Indices]:
    if plan.design is None:
        return {}
    found = evaluated(plan.options.method, plan.design, _means(plan, values), plan.seed)
    if not found:
        failures = [failure.line() for failure in plan.study.failures[:5]]
        raise RunError(*failures, f"{plan.study.part.final}: not written, for no measure has a value at every point")
    return found


def _means(plan: Plan, values: Values) -> dict[str, Floats]:
    """Mean over replications of each measure at each point; NaN where a replication has none."""
    wanted = len(plan.replications)
    found = {}
    for measure, known in MEASURES.items():
        if known.unit != TEXT:
            each = [values.of(point.name, measure) for point in plan.points]
            found[measure] = np.array([math.fsum(n) / wanted if len(n) == wanted else math.nan for n in each])
    return found
