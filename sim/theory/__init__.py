"""The analytic twin beside every run: what theory expects of it, where a theory applies, and whether the run agrees.

`recognise` says by a scenario's structure which system it reduces to, `observe` takes from each replication what has a
theory, `rows` compares. `docs/twin.md` has a screen a theory.
"""

from sim.theory.observations import Observed, observe
from sim.theory.system import System, recognise
from sim.theory.theory_check import Row, lines, rows

__all__ = ["Observed", "Row", "System", "lines", "observe", "recognise", "rows"]
