"""`python -m benchmarks`: ratios measured side by side, in one process."""

from __future__ import annotations

import argparse

from benchmarks.race import contenders, race, ratios, verdicts


def main(arguments: list[str] | None = None) -> None:
    """Race and print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--repeats", type=int, default=3, help="plays of each (3)")
    parser.add_argument("--days", type=int, default=60, help="days played (60)")
    parser.add_argument("--scale", type=float, default=1.0, help="size of the two-stage world (1)")
    parser.add_argument("--national", default="may-2025-1000", help="scenario of the full pathway (may-2025-1000)")
    chosen = parser.parse_args(arguments)
    entrants = contenders(chosen.days, chosen.scale, chosen.national)
    race(entrants, chosen.repeats)
    for line in (*ratios(entrants), "", *verdicts(entrants)):
        print(line)


if __name__ == "__main__":
    main()
