"""detsim: a discrete-event simulation of US immigration-detention capacity.

In a notebook: `load` a scenario, `run` it, `read` a result folder, `compare` results.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from sim.version import __version__ as __version__

if TYPE_CHECKING:
    from sim.notebook import Comparison, Result, Run, Scenario, compare, load, read, run

__all__ = ["Comparison", "Result", "Run", "Scenario", "__version__", "compare", "load", "read", "run"]


def __getattr__(name: str) -> Any:
    """Import notebook names on first use (PEP 562), so that the command line starts fast."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module("sim.notebook"), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
