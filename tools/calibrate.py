"""Fit the national scenario to the published figures: `python -m tools.calibrate`.

Prints every fitted setting next to its value in the national scenario. With `--held FOLDER` it instead writes, for
every start of a national scenario, the file of the people held (`scenarios/day0/DATE.csv`).
"""

from __future__ import annotations

import argparse
import datetime as dt
import sys
from collections.abc import Sequence
from pathlib import Path

from sim.errors import InputError
from sim.experiment.backtest.calibration import composition_csv
from sim.experiment.backtest.fit.least_squares import fit
from sim.experiment.backtest.published_figures import shipped
from sim.scenario.loading import load

STARTS = {"fy2024": "2023-10-01", "feb-2025-787": "2025-02-01", "national": "2025-05-21", "jan-2026": "2026-01-01"}
BY_WAY_OF = dt.date(2024, 12, 31)
"""The search begins from the fit to this day."""
APRIL = ("published/april-2025", "2025-04-14")


def main(arguments: Sequence[str] | None = None) -> int:
    """Fit, or write who is held."""
    parser = argparse.ArgumentParser(prog="python -m tools.calibrate", description=__doc__)
    parser.add_argument("--until", type=dt.date.fromisoformat, default=dt.date(2025, 9, 30), help="last day known")
    parser.add_argument("--held", type=Path, metavar="FOLDER", help="write who is held at each start into this folder")
    options = parser.parse_args(arguments)
    try:
        _fit(options.until) if options.held is None else _held(options.held)
    except InputError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def _fit(until: dt.date) -> None:
    by_way_of = BY_WAY_OF if until > BY_WAY_OF else None
    fitted = fit(load("national").scenario, shipped().until(until), until, forecast=False, by_way_of=by_way_of)
    for row in fitted.parameters:
        print(f"{row.path}\n  is     {row.before}\n  fitted {row.after}")


def _held(folder: Path) -> None:
    for name, start in (*STARTS.items(), APRIL):
        text = composition_csv(name, (), shipped(), dt.date.fromisoformat(start))
        (folder / f"{start}.csv").write_text(text, encoding="utf-8", newline="")
        print(f"{folder / f'{start}.csv'}: {text.count(chr(10)) - 1} people")


if __name__ == "__main__":
    raise SystemExit(main())
