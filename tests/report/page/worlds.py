"""Small results for the report: a world with goal, money and two areas, one like it with more beds, a bare line."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sim.experiment.options import RunOptions, SensitivityOptions
from sim.experiment.run import run
from sim.experiment.sensitivity import sensitivity
from sim.report.options import ReportOptions as Asked
from sim.report.page.write import report

NASTY = "<script>alert(1)</script></SCRIPT><img src=x onerror=alert(1)> {{ 7 * 7 }} {% raw %} ]]> & \"q\" 'a' <!-- é"
_HELD: list[TemporaryDirectory[str]] = []


@cache
def folder() -> Path:
    """Where they lie; gone at the end of the session."""
    _HELD.append(TemporaryDirectory(prefix="report-"))
    return Path(_HELD[-1].name)


def played(name: str, scenario: str, *sets: str, compiled: bool = False, **more: Any) -> Path:
    """A result folder of a few days of a scenario."""
    out, engine = folder() / name, "compiled" if compiled else "simpy"
    if not out.exists():
        run(RunOptions(scenario, sets, seed=7, workers=1, engine=engine, out=out, quiet=True, **more))
    return out


def small() -> Path:
    """One goal and the small budget, with journeys."""
    return played("small", "one-goal-three-budgets", "days=12", replications=3, events=40)


def large() -> Path:
    """The same goal with more beds."""
    return played("large", "one-goal-three-budgets", "days=12", "beds.contracted={N: 500, S: 900}", replications=3)


def longer() -> Path:
    """The same, another start and a longer window."""
    return played("longer", "one-goal-three-budgets", "days=15", "start=2025-02-01", replications=2)


def bare() -> Path:
    """A line without goal, money, sources or journeys, played once."""
    return played("bare", "erlang-b", "days=10", replications=1)


def study() -> Path:
    """One-at-a-time effects of the small world's ranges."""
    out = folder() / "small-oat"
    if not out.exists():
        options = SensitivityOptions(
            "one-goal-three-budgets", replications=2, sets=("days=12",), seed=7, engine="simpy", out=out, quiet=True
        )
        sensitivity.play(sensitivity.settle(options))
    return out


def nasty() -> Path:
    """A world whose texts are all markup, its name in a manifest that somebody has written by hand included."""
    file, word = folder() / "nasty.yaml", json.dumps(NASTY)
    entry = f"{{status: assumed, source: {word}, value: {word}, fixed: {word}}}"
    file.write_text(
        f"extends: one-facility\ntitle: {word}\nquestion: {word}\ndays: 5\nareas: {{A: {word}}}\n"
        f"sources: {{people: {entry}, beds: {entry}}}\n",
        encoding="utf-8",
    )
    out = played("nasty", str(file), replications=2, events=20)
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    manifest |= {"scenario": NASTY, "engine": NASTY, "libraries": {NASTY: NASTY}}
    (out / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return out


def drawn() -> Path:
    """The small world, each replication with values drawn from the ranges of the scenario."""
    return played("drawn", "one-goal-three-budgets", "days=30", replications=3, ranges=True)


@cache
def page(*names: str) -> Path:
    """The report of some of these worlds, by name; with the study of the small one where that is the first."""
    made = {"small": small, "large": large, "longer": longer, "bare": bare, "nasty": nasty, "drawn": drawn}
    out = folder() / f"{'-'.join(names)}.html"
    report(Asked(tuple(made[name]() for name in names), out, sensitivity=(study(),) if names[0] == "small" else ()))
    return out
