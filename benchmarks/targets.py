"""What is asked of the engines and of whole runs, and whether it is met."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Target:
    """A figure that should be at least, or at most, so large."""

    what: str
    bound: float
    at_least: bool = False

    def verdict(self, got: float) -> str:
        """One line: what was asked, what was got, and whether that meets it."""
        met = got >= self.bound if self.at_least else got <= self.bound
        word = "at least" if self.at_least else "at most"
        return f"target: {self.what}: {word} {self.bound:g}: {got:.3g}, {'met' if met else 'MISSED'}"


TARGETS: dict[str, Target] = {
    "simpy two-stage": Target("simpy engine, two-stage, times as fast as plain SimPy", 5, at_least=True),
    "compiled two-stage": Target("compiled engine, two-stage, times as fast as plain SimPy", 500, at_least=True),
    "compiled national": Target("compiled engine, national, times as fast as the simpy engine", 100, at_least=True),
    "arrests x2": Target("compiled engine, time for twice the arrests", 2.3),
    "days x10": Target("compiled engine, time for ten times the days", 11),
    "days x60": Target("compiled engine, time for sixty times the days", 63),
    "two workers": Target("whole run, 20 national replications, two workers against one", 1.8, at_least=True),
    "year seconds": Target("goal-3000, a year, whole command with a warm cache, processor seconds", 2),
    "year memory": Target("goal-3000, a year, whole command, peak memory in GB", 1),
    "nation memory": Target("nation-3000, a year, whole command, peak memory in GB", 0.3),
}
