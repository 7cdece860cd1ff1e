"""Records to measures to files. Nothing here knows an engine."""

from __future__ import annotations

import sys

from sim import PartAndFunction
from sim.measures.measured import Measured, measure
from sim.measures.summary import Value
from sim.measures.writing import summarise

__all__ = ["Measured", "Value", "measure", "summarise"]

sys.modules[__name__].__class__ = PartAndFunction
