"""The Python interface: scenarios, runs, studies, comparisons and reports; tidy tables and charts."""

from __future__ import annotations

from sim.notebook.comparison import Comparison, compare
from sim.notebook.page import Page, report
from sim.notebook.reference import explain, measures, scenarios
from sim.notebook.result import Result, Run, read
from sim.notebook.running import run
from sim.notebook.scenario import Scenario, SettingWarning, load
from sim.notebook.studies import Study, backtest, bottleneck, sensitivity, solve, sweep

__all__ = [
    "Comparison",
    "Page",
    "Result",
    "Run",
    "Scenario",
    "SettingWarning",
    "Study",
    "backtest",
    "bottleneck",
    "compare",
    "explain",
    "load",
    "measures",
    "read",
    "report",
    "run",
    "scenarios",
    "sensitivity",
    "solve",
    "sweep",
]
