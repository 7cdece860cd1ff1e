"""`python -m benchmarks`: ratios measured side by side, in one process."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator

from benchmarks import libraries
from benchmarks.growth import growth
from benchmarks.limits import limits
from benchmarks.race import contenders, everybody, first_play_s, one_server, race, ratios, two_stage, verdicts
from benchmarks.whole import YEARS, two_workers, year

Section = Callable[[argparse.Namespace], Iterator[str]]


def engines(chosen: argparse.Namespace) -> Iterator[str]:
    """Plain SimPy and the engines, at full size."""
    entrants = contenders(chosen.days, chosen.scale, chosen.national)
    race(entrants, chosen.repeats)
    yield from (*ratios(entrants), *verdicts(entrants))


def others(chosen: argparse.Namespace) -> Iterator[str]:
    """Ciw, salabim and Cimba too, at a size that suits them."""
    for name in sorted(libraries.LIBRARIES.keys() - libraries.installed()):
        yield f"{name}: not installed, skipped (pip install -e '.[bench]')"
    yield f"at {chosen.others_scale:g} of the size:"
    worlds = {
        "two-stage": two_stage(chosen.days, chosen.others_scale),
        "M/M/1": one_server(round(100_000 * chosen.others_scale)),
    }
    for world, scenario in worlds.items():
        entrants = everybody(world, scenario)
        race(entrants, chosen.repeats)
        yield from ratios(entrants)
    first = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in first_play_s.items())
    yield f"first play, compilation included: {first}"


def growing(chosen: argparse.Namespace) -> Iterator[str]:
    """How time grows with the world."""
    return growth(chosen.scale, chosen.repeats)


def bounds(chosen: argparse.Namespace) -> Iterator[str]:
    """How far play is from what the machine allows."""
    return limits(chosen.national, chosen.days, round(5_000_000 * chosen.scale), chosen.repeats)


def workers(chosen: argparse.Namespace) -> Iterator[str]:
    """One and two workers."""
    return two_workers(chosen.national, chosen.days, chosen.reps, chosen.repeats)


def years(chosen: argparse.Namespace) -> Iterator[str]:
    """A year of the nation, by step."""
    for name in YEARS:
        yield from year(name, (f"days={chosen.year}",), chosen.year_engine, chosen.repeats)


SECTIONS: dict[str, Section] = {
    "engines": engines,
    "others": others,
    "growth": growing,
    "limits": bounds,
    "workers": workers,
    "years": years,
}


def main(arguments: list[str] | None = None) -> None:
    """Play and print every section."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("sections", nargs="*", metavar="SECTION", help=f"of {', '.join(SECTIONS)} (all)")
    parser.add_argument("--repeats", type=int, default=3, help="plays of each (3)")
    parser.add_argument("--days", type=int, default=60, help="days played (60)")
    parser.add_argument("--scale", type=float, default=1.0, help="size of the two-stage and the growing worlds (1)")
    parser.add_argument("--others-scale", type=float, default=0.05, help="size beside Ciw and salabim (0.05)")
    parser.add_argument("--national", default="may-2025-1000", help="scenario of the full pathway (may-2025-1000)")
    parser.add_argument("--reps", type=int, default=20, help="replications with one and two workers (20)")
    parser.add_argument("--year", type=int, default=365, help="days of a year (365)")
    parser.add_argument("--year-engine", default="compiled", help="engine of the year (compiled)")
    chosen = parser.parse_args(arguments)
    for name in chosen.sections or SECTIONS:
        if name not in SECTIONS:
            parser.error(f"{name} is no section; choose of {', '.join(SECTIONS)}")
        print(f"== {name}", flush=True)
        for line in SECTIONS[name](chosen):
            print(line, flush=True)
        print()


if __name__ == "__main__":
    main()
