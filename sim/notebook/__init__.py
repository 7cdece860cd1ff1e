"""The Python interface: scenarios, runs, studies, comparisons and reports; tidy tables and charts."""

from __future__ import annotations

from sim.notebook.comparison import Comparison as Comparison
from sim.notebook.comparison import Page as Page
from sim.notebook.comparison import compare as compare
from sim.notebook.comparison import report as report
from sim.notebook.result import Result as Result
from sim.notebook.result import Run as Run
from sim.notebook.result import read as read
from sim.notebook.result import run as run
from sim.notebook.scenario import Scenario as Scenario
from sim.notebook.scenario import SettingWarning as SettingWarning
from sim.notebook.scenario import explain as explain
from sim.notebook.scenario import load as load
from sim.notebook.scenario import measures as measures
from sim.notebook.scenario import scenarios as scenarios
from sim.notebook.studies import Study as Study
from sim.notebook.studies import backtest as backtest
from sim.notebook.studies import bottleneck as bottleneck
from sim.notebook.studies import sensitivity as sensitivity
from sim.notebook.studies import solve as solve
from sim.notebook.studies import sweep as sweep
