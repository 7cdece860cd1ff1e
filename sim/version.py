"""The version of detsim."""

from __future__ import annotations

__version__ = "0.1.0"
