"""Score how the pace of cases goes on after a start, in the simulator: `python -m tools.score_pace`.

The nation is played from the first day of every month, frozen as it was then and driven by the book-ins published, for
180 days or to the last day scored. The pace is that of the schedules, or the one last seen (`pace_level`) and then
back to the schedules in some days. Spreads are scored where the return is the best of these.
"""

from __future__ import annotations

import argparse
import datetime as dt
import functools
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.experiment.backtest.calibration import PACE_DAYS, day0_sets, pace, pace_sets
from sim.experiment.backtest.driven_arrivals import arrivals_csv, driven_sets, window_sets
from sim.experiment.backtest.kept_replication import play
from sim.experiment.backtest.later_changes import frozen_sets
from sim.experiment.backtest.published_figures import ONE_DAY, shipped
from sim.experiment.engines import make_ready
from sim.experiment.temporary import temporary_folder
from sim.scenario.loading import load
from sim.scenario.world.tables import build_tables

Floats = NDArray[np.float64]

HORIZONS: Final = (30, 90, 180)
RETURNS: Final = (30, 60, 90, 120, 240, 36500)
SPREADS: Final = (0.1, 0.15, 0.2, 0.25, 0.3)
