"""Queueing theory, and the comparison of a run with the theory that applies to it.

`recognise` reads from a scenario which system it reduces to, `observe` takes from a replication the quantities that
have a theory, and `rows` compares them. `docs/twin.md` describes each theory.
"""

from sim.theory.observations import Observed, needs_log, observe, observe_series
from sim.theory.system import System, recognise
from sim.theory.theory_check import Row, lines, rows

__all__ = ["Observed", "Row", "System", "lines", "needs_log", "observe", "observe_series", "recognise", "rows"]
