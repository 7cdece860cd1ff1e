"""The notebook interface: load, run and compare scenarios; tidy tables and charts."""

from __future__ import annotations

from sim.notebook.comparison import Comparison, compare
from sim.notebook.result import Result, Run, read
from sim.notebook.running import run
from sim.notebook.scenario import Scenario, load

__all__ = ["Comparison", "Result", "Run", "Scenario", "compare", "load", "read", "run"]
