"""Birth-death chains against closed forms and against each other."""

from __future__ import annotations

import numpy as np
import pytest

from sim.theory import birth_death as chains
from sim.theory import queueing as twin
from sim.theory.birth_death import Chain, occupation, stationary, trimmed, variance_of_mean


def queue(arrivals: float, servers: int, stay: float, top: int, held: int = 0) -> Chain:
    """M/M/s with at most `top` people, `held` of them at the start."""
    start = np.zeros(top + 1)
    start[held] = 1.0
    return Chain(np.full(top, arrivals), np.minimum(np.arange(1.0, top + 1), servers) / stay, start)


def test_in_the_long_run_the_full_state_has_the_weight_of_erlang_b() -> None:
    assert stationary(queue(2.5, 20, 10.0, 20))[-1] == pytest.approx(twin.erlang_b(20, 25.0), rel=1e-12)


@pytest.mark.parametrize("held", [0, 40])
def test_endless_servers_follow_their_differential_equation(held: int) -> None:
    """M/M/∞ from any start: m' = λ − m/W, at midnights and on average over time."""
    chain = queue(2.0, 200, 8.0, 200, held)
    nights, spent = occupation(chain, 30)
    stock = twin.infinite_stock([2.0], 8.0, start=held, days=30)
    assert nights @ chain.people == pytest.approx(stock.sum(), rel=1e-9)
    assert spent @ chain.people == pytest.approx(16.0 * 30 + (held - 16.0) * 8.0 * (1 - np.exp(-30 / 8)), rel=1e-9)
    assert nights.sum() == pytest.approx(30) and spent.sum() == pytest.approx(30)


def test_the_two_ways_to_follow_a_chain_are_one(monkeypatch: pytest.MonkeyPatch) -> None:
    chain = queue(0.9, 10, 10.0, 100)
    by_matrix = occupation(chain, 50)
    monkeypatch.setattr(chains, "_DENSE", 0)
    step_by_step = occupation(chain, 50)
    assert np.allclose(by_matrix, step_by_step, rtol=1e-10, atol=1e-12)


def test_a_settled_chain_stays_as_it_is() -> None:
    """The days after the last change are added, not followed."""
    chain = queue(2.5, 20, 0.1, 20)
    nights, _ = occupation(chain, 3000)
    assert nights / 3000 == pytest.approx(stationary(chain), abs=1e-3)
    assert nights.sum() == pytest.approx(3000, rel=1e-9)


def test_states_that_are_never_met_change_nothing() -> None:
    whole = queue(8.0, 300, 25.0, 300, held=300)
    part = trimmed(whole)
    assert len(part.start) < 250 and part.people[-1] == 300
    all_nights, nights = occupation(whole, 20)[0], occupation(part, 20)[0]
    assert nights @ part.people == pytest.approx(all_nights @ whole.people, rel=1e-12)


def test_a_chain_that_starts_empty_keeps_its_first_state() -> None:
    assert trimmed(queue(8.0, 300, 25.0, 300)).people[0] == 0


@pytest.mark.parametrize("load", [0.3, 0.7])
def test_the_variance_of_a_long_mean_is_that_of_the_literature(load: float) -> None:
    """M/M/1 with service rate 1: σ² = 2ρ(1 + ρ)/(1 − ρ)⁴ (Whitt 1989, Management Science 35)."""
    chain = queue(load, 1, 1.0, 400)
    wanted = 2 * load * (1 + load) / (1 - load) ** 4
    assert variance_of_mean(chain, chain.people, 1e6) * 1e6 == pytest.approx(wanted, rel=1e-6)


def test_a_mean_varies_no_more_than_a_value_at_an_instant() -> None:
    chain = queue(2.0, 200, 8.0, 200)
    assert variance_of_mean(chain, chain.people, 0.0) == pytest.approx(16.0)  # Poisson
    assert variance_of_mean(chain, chain.people, 1.0) == pytest.approx(16.0)
    assert variance_of_mean(chain, chain.people, 1600.0) == pytest.approx(2 * 16.0 * 8.0 / 1600.0)


def test_what_takes_too_long_is_not_followed() -> None:
    assert chains.is_affordable([queue(2.0, 50, 8.0, 50)] * 20, 3660, 8.0)
    assert not chains.is_affordable([queue(2.0, 50, 8.0, 50)] * 200, 3660, 8.0)
    assert not chains.is_affordable([queue(900.0, 40_000, 45.0, 40_000)], 365, 45.0)
