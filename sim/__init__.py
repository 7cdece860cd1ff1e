"""detsim: a discrete-event simulation of US immigration-detention capacity."""

from __future__ import annotations

__version__ = "0.1.0"
