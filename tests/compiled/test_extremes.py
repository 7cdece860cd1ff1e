"""Rates, speeds, capacities and horizons beyond reason: both engines agree, and nobody leaves before arrest."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.pathway import play as play_simpy
from sim.people.draw import draw
from sim.scenario.loading import load
from sim.scenario.world.tables import build_tables
from sim.vocabulary import EMPTY
from tests.by_row import Played
from tests.compiled.equality import differences

pytest.importorskip("numba")

from sim.compiled.engine import play as play_compiled

WORLD = """
start: 2025-01-01
days: 30
areas: {A: one, B: other}
people: {sources: {border: {tracks: {proceedings: 100 %}}}}
arrests: {sources: {border: {rate: 2 / d}}}
intake: {desks: 3, processing: 1 h}
beds: {contracted: 60}
case:
  preparing: {proceedings: 3 d}
  dockets: {court: {areas: [A, B], judges: 2, hearings_per_judge_day: 4}}
  hearings: {2: 100 %}
  adjournment: 5 d
removal:
  groups: {g: {document: {exponential: {mean: 20 d}}, routes: {bus: 100 %}}}
  routes: {bus: {kind: land, seats: 5}}
release: {clocks: {bond: {rate: {border: 1 % / d}}}}
"""
BOND = "release.clocks.bond.rate.border"


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("extreme") / "world.yaml"
    path.write_text(WORLD)
    return path


def played(file: Path, *sets: str) -> Played:
    """What both engines return, which is the same."""
    scenario = load(file, sets).scenario
    tables = build_tables(scenario)
    people = draw(scenario, tables, 1, 1)
    records, other = play_simpy(tables, people), play_compiled(tables, people)
    assert not differences(records, other)
    one = Played(tables, people, records)
    gone = one.stays.t_exit != EMPTY
    assert (one.stays.t_exit[gone] >= one.stays.t_arrest[gone]).all()
    assert (one.ledger_cents >= 0).all()
    return one


def exits(records: Played, reason: int) -> int:
    return int((records.stays.exit == reason).sum())


BONDED, REMOVED = 2, 10


@pytest.mark.parametrize("rate", ["1 / s", "{2025-01-01: 0 / d, 2025-01-15: 11000 / s}", "1,000,000,000 / d"])
def test_everybody_is_released_at_once(file: Path, rate: str) -> None:
    """A rate beyond one in a second empties custody, on any horizon."""
    records = played(file, f"{BOND}={rate}", "days=120")
    held = int(records.counts.inside[-1].sum())
    assert exits(records, BONDED) > 400 and held <= 2
    assert exits(records, BONDED) + exits(records, REMOVED) + held == int(records.counts.arrests.sum())


@pytest.mark.parametrize(
    "bands", ["[{after: 0 d, rate: 1 / s}]", "[{after: 1 h, rate: 0 / d}, {after: 2 d, rate: 11000 / s}]"]
)
def test_everybody_gives_up_at_once(file: Path, bands: str) -> None:
    """As soon as they can: three days before the first hearing."""
    records = played(file, f"{BOND}=0 / d", f"case.giving_up={bands}", "days=120")
    assert int(records.stays.gave_up.sum()) == int((records.stays.t_order != EMPTY).sum()) > 400


@pytest.mark.parametrize("speed", ["1e7", "1e12"])
def test_documents_come_at_once(file: Path, speed: str) -> None:
    records = played(file, f"{BOND}=0 / d", f"removal.groups.g.document_speed={speed}", "days=365")
    got = records.stays.t_document != EMPTY
    assert (records.stays.t_document[got] - records.stays.t_order[got] <= 10).all() and got.sum() > 100


def test_a_long_document_at_high_speed_takes_its_time(file: Path) -> None:
    """200 years of work at 20,000 times the usual speed: 3.65 days."""
    sets = ("removal.groups.g.document=200 yr", "removal.groups.g.document_speed=20000")
    records = played(file, f"{BOND}=0 / d", *sets)
    got = records.stays.t_document != EMPTY
    assert set((records.stays.t_document[got] - records.stays.t_order[got]).tolist()) == {315_360}


@pytest.mark.parametrize(
    "sets",
    [
        ("days=3660", "arrests.sources.border.rate=0.05 / d", f"{BOND}=1,000,000,000 / d"),
        (
            "removal.routes.bus.seats=1e12",
            "case.dockets.court.judges=1e12",
            "case.court_weekday={mon: 1e12, tue: 0, wed: 0, thu: 0, fri: 0, sat: 0, sun: 0}",
        ),
        ("case.appeal_share=1", "case.appeal=200 yr", "removal.post_order_limit=200 yr"),
        (
            "arrests.goal=1,000,000,000 / d",
            "arrests.sources.at_large={officers: 1, arrests_per_officer_day: 1, pool: 1e12}",
        ),
    ],
)
def test_large_settings(file: Path, sets: tuple[str, ...]) -> None:
    assert int(played(file, *sets).counts.arrests.sum()) > 50


RATE = st.sampled_from(
    ["0 / d", "1e-9 / d", "0.3 / d", "50 / d", "9000 / d", "70000 / d", "1 / s", "40 / s", "1e9 / d"]
)
SPEED = st.sampled_from(["0", "1e-6", "1", "37.5", "1e4", "1e7", "1e12"])


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
@given(
    days=st.sampled_from([1, 40, 400, 3_660]),
    bond=st.tuples(RATE, RATE),
    give=st.tuples(RATE, RATE, RATE),
    speed=SPEED,
    seats=SPEED,
    document=st.sampled_from(["0 s", "1 s", "30 d", "200 yr"]),
)
def test_any_rate_on_any_horizon(
    file: Path, days: int, bond: tuple[str, str], give: tuple[str, str, str], speed: str, seats: str, document: str
) -> None:
    bands = ", ".join(
        f"{{after: {after}, rate: {rate}}}" for after, rate in zip(("0 s", "5 d", "40 yr"), give, strict=True)
    )
    played(
        file,
        f"days={days}",
        f"arrests.sources.border.rate={min(2, 100 / days):g} / d",
        f"{BOND}={{2025-01-01: {bond[0]}, 2025-01-04: {bond[1]}}}",
        f"case.giving_up=[{bands}]",
        f"removal.groups.g.document_speed={speed}",
        f"removal.groups.g.document={document}",
        f"removal.routes.bus.seats={seats}",
    )
