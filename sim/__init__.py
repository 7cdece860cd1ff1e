"""detsim: a discrete-event simulation of US immigration-detention capacity.

In Python: `load` a scenario, `run` it, `read` a result folder, `compare` results and `report` on them; `sweep`,
`solve`, `bottleneck`, `sensitivity` and `backtest` are the studies of the command line. `scenarios()`, `measures()` and
`explain(scenario)` show what there is to ask for.
"""

from __future__ import annotations

from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

from sim.version import __version__ as __version__

if TYPE_CHECKING:
    from sim.notebook.comparison import Comparison, Page, compare, report
    from sim.notebook.result import Result, Run, read, run
    from sim.notebook.scenario import Scenario, SettingWarning, explain, load, measures, scenarios
    from sim.notebook.studies import Study, backtest, bottleneck, sensitivity, solve, sweep

__all__ = [
    "Comparison",
    "Page",
    "Result",
    "Run",
    "Scenario",
    "SettingWarning",
    "Study",
    "__version__",
    "backtest",
    "bottleneck",
    "compare",
    "explain",
    "load",
    "measures",
    "read",
    "report",
    "run",
    "scenarios",
    "sensitivity",
    "solve",
    "sweep",
]


class PartAndFunction(ModuleType):
    """A part of the package whose name is also that of a function: `sim.report(run)`."""

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        """Call the function of the same name in `sim.notebook`."""
        return getattr(import_module("sim.notebook"), self.__name__.rpartition(".")[2])(*arguments, **options)


def __getattr__(name: str) -> Any:
    """Import names on first use (PEP 562), so that the command line starts fast."""
    if name in ("measures", "report"):
        return import_module(f"sim.{name}")
    if name not in __all__:
        from difflib import get_close_matches

        near = get_close_matches(name, __all__, 1)
        hint = f"; did you mean {near[0]}?" if near and not name.startswith("_") else ""
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}{hint}")
    value = globals()[name] = getattr(import_module("sim.notebook"), name)
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
