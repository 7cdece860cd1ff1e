from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from sim.people.streams import bits, key, unit
from sim.scenario.world import portable


def ulps(found: portable.Floats, right: portable.Floats) -> float:
    return float(np.max(np.abs(found - right) / np.spacing(np.abs(right))))


@pytest.fixture(scope="module")
def u() -> portable.Floats:
    return unit(bits(key("test"), 50_000))


def test_log_is_within_two_units_in_the_last_place(u: portable.Floats) -> None:
    x = np.concatenate([u, np.exp((u - 0.5) * 1400), 1.0 + (u - 0.5) * 1e-7])
    assert ulps(portable.log(x), np.log(x)) <= 2


def test_exp_is_within_two_units_in_the_last_place(u: portable.Floats) -> None:
    x = np.concatenate([(u - 0.5) * 1400, u - 0.5])
    assert ulps(portable.exp(x), np.exp(x)) <= 2


def test_exp_far_out() -> None:
    assert portable.exp(np.array([-1e6, 0.0, 1e6])).tolist() == [0.0, 1.0, np.inf]


def test_inverse_normal_agrees_with_scipy_far_into_both_tails(u: portable.Floats) -> None:
    p = np.concatenate([u, u * 1e-3, u * 1e-100, 1.0 - u * 1e-9])
    np.testing.assert_allclose(portable.inverse_normal(p), stats.norm.ppf(p), rtol=1e-13, atol=1e-15)


def test_normal_survival_agrees_with_scipy_in_relative_terms() -> None:
    z = np.linspace(-9, 12, 4001)
    np.testing.assert_allclose(portable.normal_survival(z), stats.norm.sf(z), rtol=1e-12)
    assert portable.normal_survival(np.array([40.0, -40.0])).tolist() == [0.0, 1.0]
    assert portable.normal_survival(np.array([36.0]))[0] > 0.0


def test_pieces_do_not_show() -> None:
    x = unit(bits(key("pieces"), 20_001))
    assert np.array_equal(portable.log(x)[-3:], portable.log(x[-3:]))
