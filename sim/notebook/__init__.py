"""`import sim` in a notebook: scenarios loaded, run and compared; tidy tables and charts."""

from __future__ import annotations

from sim.notebook.result import Result, Run, read
from sim.notebook.running import run
from sim.notebook.scenario import Scenario, load

__all__ = ["Result", "Run", "Scenario", "load", "read", "run"]
