"""The pathway as SimPy processes: people in, records out. This is the specification of play."""

from sim.pathway.engine import play

__all__ = ["play"]
