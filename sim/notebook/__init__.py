"""The Python interface: scenarios, runs, studies, comparisons and reports; tidy tables and charts."""

from __future__ import annotations

from sim.notebook.comparison import Comparison, Page, compare, report
from sim.notebook.result import Result, Run, read, run
from sim.notebook.scenario import Scenario, SettingWarning, explain, load, measures, scenarios
from sim.notebook.studies import Study, backtest, bottleneck, sensitivity, solve, sweep
