"""Estimates with an interval: batch means with linear control variates.

A play is cut into batches (a copy of the system × a block of days). Blocks are many times longer
than the memory of the system, so batches are as good as independent; the first block of each copy
(the world starts empty) and the last (people in it may still be waiting) are left out. A control
is something else counted in the same batch whose mean is known exactly (people who came, days of
stay they were drawn); the regression of the batch values on the controls takes out what these explain
(Lavenberg and Welch 1981, Management Science 27). The interval is Student's, at 99 %. A control whose
mean is not what it should be would correct a fault away, so that is looked at too.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import signal, stats

from sim.vocabulary import SECONDS_PER_DAY

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

CONFIDENCE = 0.99
MOST_OFF_CENTRE = 4.0
"""Beyond this many standard errors a control does not have mean 0, and what it corrects is not noise."""


@dataclass(frozen=True)
class Estimate:
    """A mean with the half width of its 99 % interval."""

    mean: float
    half: float
    off_centre: float = 0.0
    """How many standard errors the mean of a control lies from 0, at most."""

    def covers(self, theory: float) -> bool:
        """Theory lies in the interval, and the controls have the means that they should have."""
        return abs(theory - self.mean) <= self.half and self.off_centre < MOST_OFF_CENTRE

    def is_precise(self, theory: float, within: float) -> bool:
        """The half width is at most this share of the theoretical value."""
        return self.half <= within * abs(theory)

    def against(self, theory: float) -> str:
        """Theory and estimate in a line."""
        return f"theory {theory:.6g}, estimate {self.mean:.6g} ± {100 * self.half / abs(theory):.2f} %"


def assert_law(what: str, estimate: Estimate, theory: float, within: float = 0.01) -> None:
    """Theory lies in the interval, and the interval is narrow enough to mean something."""
    line = f"{what}: {estimate.against(theory)}"
    print(line)
    assert estimate.covers(theory), line
    assert estimate.is_precise(theory, within), line


def estimate(values: Floats, *controls: Floats) -> Estimate:
    """Mean of batch values (B,), less what controls (B,) of mean 0 explain."""
    used = [control for control in controls if np.ptp(control) > 0]
    design = np.column_stack([np.ones(len(values)), *used])
    inverse = np.linalg.pinv(design.T @ design, rcond=1e-12, hermitian=True)  # two controls may be the same
    coefficients = inverse @ design.T @ values
    freedom = len(values) - int(np.linalg.matrix_rank(design))
    residual = values - design @ coefficients
    error = np.sqrt(residual @ residual / freedom * inverse[0, 0])
    off_centre = max((abs(c.mean()) / c.std(ddof=1) * np.sqrt(len(c)) for c in used), default=0.0)
    half = stats.t.ppf((1 + CONFIDENCE) / 2, freedom) * error
    return Estimate(float(coefficients[0]), float(half), float(off_centre))


@dataclass(frozen=True)
class Batches:
    """`copies` areas × blocks of `block_days`; `first` and `last` blocks of each are left out."""

    copies: int
    days: int
    block_days: int
    first: int = 1
    last: int = 1

    @property
    def blocks(self) -> int:
        """Blocks a copy, all of them."""
        return self.days // self.block_days

    def total(self, area: Ints, t: Ints, weight: Floats | None = None) -> Floats:
        """(B,) number, or summed weight, of moments t (seconds) by batch."""
        block = t // (self.block_days * SECONDS_PER_DAY)
        inside = (t >= 0) & (block < self.blocks)
        cell = area[inside] * self.blocks + block[inside]
        size = self.copies * self.blocks
        table = np.bincount(cell, None if weight is None else weight[inside], minlength=size).astype(np.float64)
        return self.kept(table.reshape(self.copies, self.blocks))

    def kept(self, table: Floats) -> Floats:
        """(B,) the batches of a (copies, blocks) table that are not left out."""
        return table[:, self.first : self.blocks - self.last].ravel()


class Comers:
    """Those who came, by batch of their arrest: means a person, with the controls that all worlds have."""

    def __init__(self, batches: Batches, area: Ints, t: Ints, stay: Floats, served: Flags, a_day: float) -> None:
        """One entry a person, ordered by (area, t): `t` of arrest in seconds, `stay` drawn over its mean.

        `served` says who got a bed, `a_day` how many people come to each copy. Sums are divided by the number
        expected in a batch.
        """
        self.batches, self.area, self.t = batches, area, t
        self.expected = a_day * batches.block_days
        surprises = self._surprises((stay - 1.0) * served, a_day)
        self.controls = [batches.total(area, t) / self.expected - 1.0, *map(self.sum, surprises)]

    def mean(self, value: Floats, *more: Floats) -> Estimate:
        """Mean of a value (one a person) over everybody who came; `more` controls by batch."""
        return estimate(self.sum(value), *self.controls, *more)

    def share(self, flag: Flags, *more: Floats) -> Estimate:
        """Share of everybody who came."""
        return self.mean(flag.astype(np.float64), *more)

    def sum(self, value: Floats) -> Floats:
        """(B,) summed values over the number of people expected."""
        return self.batches.total(self.area, self.t, value) / self.expected

    def _surprises(self, longer: Floats, a_day: float) -> list[Floats]:
        """Stays above their mean (of people served: who is served does not depend on how long they will stay),
        and work that came sooner than expected when more such work lay behind.

        A surprise does not depend on what came before it, so its product with any function of the past has mean 0.
        """
        gap = np.diff(self.t, prepend=self.t[:1]) * (a_day / SECONDS_PER_DAY) - 1.0
        gap[np.diff(self.area, prepend=-1) != 0] = 0.0
        surprise = np.concatenate([[0.0], longer[:-1]]) - gap
        behind = [signal.lfilter([0.0, 1.0], [1.0, -kept], surprise) for kept in (0.8, 0.95)]
        return [longer, *(surprise * past for past in behind), *(surprise * past * past for past in behind)]
