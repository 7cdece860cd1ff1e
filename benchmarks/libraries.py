"""The two-stage world in Ciw, salabim and Cimba, as their manuals would write it, with the same people.

All come with `pip install -e '.[bench]'`; one that is not installed does not race.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib.util import find_spec
from typing import Any

import numpy as np

from benchmarks.plain import Tally
from sim.people.table import People
from sim.scenario.world.tables import Tables
from sim.vocabulary import SECONDS_PER_DAY

Play = Callable[[Tables, People], Tally]


def in_order(people: People) -> Iterator[tuple[int, int]]:
    """Moment of arrival and stay of everybody: those held at the start come first, at 0."""
    held = people.t < 0
    order = np.argsort(people.t[~held], kind="stable")
    times = [*[0] * int(held.sum()), *people.t[~held][order].tolist()]
    stays = [*people.left_s[held].tolist(), *people.stay_s[~held][order].tolist()]
    return zip(times, stays, strict=True)


def play_ciw(tables: Tables, people: People) -> Tally:
    """One node with as many servers as there are beds."""
    import ciw

    end = tables.days * SECONDS_PER_DAY
    times, stays = zip(*in_order(people), strict=True)
    gaps = np.diff(times, prepend=0).tolist()
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Sequential([*gaps, end])],
        service_distributions=[ciw.dists.Sequential([*stays, end])],
        number_of_servers=[int(tables.operating[0, 0])],
    )
    world = ciw.Simulation(network)
    world.simulate_until_max_time(end)
    out = [one for one in world.get_all_records() if one.exit_date < end]
    return Tally(len(out), int(sum(one.service_time for one in out)))


def play_salabim(tables: Tables, people: People) -> Tally:
    """A component a person, a resource for the beds; monitors and traces off, which make it faster."""
    import salabim

    salabim.yieldless(False)
    world, tally = salabim.Environment(trace=False, random_seed=""), Tally()
    beds = salabim.Resource("beds", capacity=int(tables.operating[0, 0]), env=world, monitor=False)

    class Person(salabim.Component):  # type: ignore[misc]
        def setup(self, stay: int) -> None:
            self.stay = stay

        def process(self) -> Iterator[Any]:
            yield self.request(beds)
            yield self.hold(self.stay)
            self.release()
            tally.left += 1
            tally.bed_seconds += self.stay

    class Arrivals(salabim.Component):  # type: ignore[misc]
        def process(self) -> Iterator[Any]:
            for t, stay in in_order(people):
                yield self.hold(till=t)
                Person("", stay=stay, env=world, mode=None)

    Arrivals(env=world)
    world.run(till=tables.days * SECONDS_PER_DAY - 0.5)
    return tally


def play_cimba(tables: Tables, people: People) -> Tally:
    """Compiled from Python, too: `cimba_ward`."""
    from benchmarks import cimba_ward

    end = tables.days * SECONDS_PER_DAY
    times, stays = np.array(list(in_order(people)), np.float64).T
    gaps = np.append(np.diff(times, prepend=0.0), 2.0 * end)
    left, seconds = cimba_ward.play(gaps, np.append(stays, 0.0), int(tables.operating[0, 0]), end - 0.5)
    return Tally(left, seconds)


def installed() -> dict[str, Play]:
    """Those that can race here."""
    return {name: play for name, play in LIBRARIES.items() if find_spec(name.lower())}


LIBRARIES: dict[str, Play] = {"Ciw": play_ciw, "salabim": play_salabim, "Cimba": play_cimba}
