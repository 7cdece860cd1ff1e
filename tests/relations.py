"""Try every relation between two runs with many seeds: `python -m tests.relations --tries 20 --seed 1`.

Prints, for each relation of `tests/laws/test_relations.py`, how many pairs of runs were compared and how many broke it.
Exit status: 1 if any did.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from sim.measures import Measured
from tests.laws import test_relations as relations

Relation = Callable[[Path], None]


def with_play(relation: Callable[[relations.Play], None]) -> Relation:
    """A relation between runs of the first replication, given a folder."""

    def run(folder: Path) -> None:
        def play(tree: relations.Tree) -> Measured:
            return relations.replications(folder, tree)[0]

        relation(play)

    return run


SMALL: Final[dict[str, Relation]] = {
    **{
        change.replace("_", " "): with_play(partial(relations.test_the_same_in_other_words, change=change))
        for change in relations.SAME
    },
    "a source of rate 0": with_play(relations.test_a_source_of_rate_nought_is_none),
    "a rung that nobody reaches": with_play(relations.test_a_rung_that_nobody_reaches_changes_nothing),
    "all dates a week later": with_play(relations.test_all_dates_a_week_later_change_no_day),
    "double prices": with_play(relations.test_double_prices_double_every_cost_and_nothing_else),
    "areas renamed": relations.test_other_names_of_areas_change_no_mean,
    "ten times people and beds": relations.test_ten_times_the_people_and_beds_hold_ten_times_as_many,
    "one bed more": partial(relations.test_with_one_bed_more_nobody_waits_longer, beds=30),
    "drained to nothing": with_play(relations.test_once_nobody_comes_everybody_leaves),
}
NATION: Final[dict[str, Relation]] = {
    f"the nation: {change.replace('_', ' ')}": with_play(
        partial(relations.test_the_same_nation_in_other_words, change=change)
    )
    for change in ("names_reversed", "a_longer_horizon")
}


def violations(relation: Relation, seeds: range) -> list[int]:
    """The seeds with which a relation does not hold."""
    broken = []
    for relations.SEED in seeds:
        with tempfile.TemporaryDirectory() as folder:
            try:
                relation(Path(folder))
            except AssertionError as error:
                broken.append(relations.SEED)
                print(f"seed {relations.SEED}: {error}", file=sys.stderr)
    return broken


def main(words: list[str] | None = None) -> int:
    """Run the command; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.relations", description=__doc__)
    parser.add_argument("--tries", type=int, default=20, help="seeds per relation (of the nation a tenth)")
    parser.add_argument("--seed", type=int, default=1, help="the first one")
    asked = parser.parse_args(words)
    wrong = 0
    print("| relation | tries | violations |\n|---|---|---|")
    for name, relation in (SMALL | NATION).items():
        tries = asked.tries if name in SMALL else max(1, asked.tries // 10)
        broken = violations(relation, range(asked.seed, asked.seed + tries))
        wrong += len(broken)
        print(f"| {name} | {tries} | {len(broken)} |", flush=True)
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
