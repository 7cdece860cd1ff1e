"""The two-stage world in Cimba: a process a person, a resource for the beds, arrivals and stays from traces."""
# Cimba reads annotations as they stand, so they must not become strings here.

import cimba as cb
import numpy as np
from cimba import inputs
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Person(cb.Model):  # type: ignore[misc]
    """Somebody who needs a bed for a time."""

    stay: float
    beds: cb.Ref[cb.Resource]
    ward: cb.Ref["Ward"]

    @cb.process  # type: ignore[untyped-decorator]
    def lives(self) -> None:
        """Wait for a bed, stay, leave."""
        self.beds.acquire(1)
        cb.hold(self.stay)
        self.beds.release(1)
        self.ward.left += 1
        self.ward.bed_seconds += self.stay
        cb.release(self)


class Ward(cb.Model):  # type: ignore[misc]
    """All beds, and who comes."""

    gap: cb.Input[float] = inputs.dist.exponential(mean=1.0)
    stay: cb.Input[float] = inputs.dist.exponential(mean=1.0)
    beds: cb.Resource
    left: int = 0
    bed_seconds: float = 0.0
    people_out: cb.Output[float]
    seconds_in_bed: cb.Output[float]

    @cb.process  # type: ignore[untyped-decorator]
    def arrivals(self) -> None:
        """One person after the other."""
        while True:
            cb.hold(self.gap.next())
            cb.spawn(Person, stay=self.stay.next(), beds=self.beds, ward=self)

    @cb.on_end  # type: ignore[untyped-decorator]
    def measure(self) -> None:
        """What came of it."""
        self.people_out = self.left
        self.seconds_in_bed = self.bed_seconds


def play(gaps: Floats, stays: Floats, beds: int, seconds: float) -> tuple[int, int]:
    """People who left, and the seconds they spent in beds."""
    ward = Ward()
    ward.beds = cb.Resource(capacity=beds)
    ward.gap, ward.stay = inputs.trace(gaps), inputs.trace(stays)
    window = cb.Window(warmup=0, duration=seconds)
    result = cb.Experiment(ward, replications=1, window=window, seed=1).run()[ward]
    return int(result.people_out[0, 0]), round(float(result.seconds_in_bed[0, 0]))
