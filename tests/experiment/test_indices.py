"""Indices of functions whose indices are known: evaluated in place of the simulator, by the same code."""

from __future__ import annotations

import sys
from collections.abc import Callable
from math import pi

import numpy as np
import pytest

from sim.arrays import Floats
from sim.errors import InputError
from sim.experiment.sensitivity.indices import Indices, design, elementary_effects, evaluated, need_salib

Function = Callable[[Floats], dict[str, Floats]]


def of(method: str, function: Function, k: int, number: int, seed: int) -> dict[str, Indices]:
    """The indices of a function of k parameters."""
    x = design(method, k, number, seed)
    return evaluated(method, x, function(x), seed)


def ishigami(u: Floats) -> dict[str, Floats]:
    """Ishigami and Homma (1990), a = 7 and b = 0.1, over [-pi, pi]; and values with nothing to find in them."""
    x, y, z = (2 * pi * u - pi).T
    return {
        "ishigami": np.sin(x) + 7 * np.sin(y) ** 2 + 0.1 * z**4 * np.sin(x),
        "constant": np.full(len(u), 3.0),
        "undefined": np.where(u[:, 0] < 0.5, np.nan, 1.0),
    }


def test_sobol_indices_of_ishigami() -> None:
    """Known in closed form: total .558, .442, .244; first .314, .442, 0."""
    found = of("sobol", ishigami, 3, 2048, 1)["ishigami"]
    assert found["total"].value == pytest.approx([0.5576, 0.4424, 0.2437], abs=0.015)
    assert found["first"].value == pytest.approx([0.3139, 0.4424, 0.0], abs=0.02)


def test_intervals_of_sobol_indices_hold_what_is_known() -> None:
    found = of("sobol", ishigami, 3, 512, 2)["ishigami"]
    for name, known in (("total", [0.5576, 0.4424, 0.2437]), ("first", [0.3139, 0.4424, 0.0])):
        assert (found[name].low <= known).all() and (found[name].low >= 0).all() and (found[name].high > known).all()
        assert (found[name].high - found[name].low < 0.4).all()


def test_morris_measures_of_ishigami() -> None:
    """On four levels a step moves x by two thirds of its range; the means over all steps can be counted by hand.

    x: from -pi to pi / 3 sin rises by .866, times 1 + 0.1 z^4, where z is pi or pi / 3 either way: 7.699.
    y: 7 sin^2 changes by 5.25, up or down alike: 7.875. z: 0.1 z^4 changes by 9.62, times sin x, 0 or .866: 6.249.
    """
    found = of("morris", ishigami, 3, 600, 1)["ishigami"]
    assert found["mu_star"].value == pytest.approx([7.699, 7.875, 6.249], rel=0.05)
    assert found["mu"].value == pytest.approx([7.699, 0, 0], abs=1)
    assert found["sigma"].value == pytest.approx([6.249, 7.875, 8.838], rel=0.05)


def test_intervals_of_morris_measures() -> None:
    found = of("morris", ishigami, 3, 40, 3)["ishigami"]
    for name, known in (("mu_star", [7.699, 7.874, 6.249]), ("sigma", [6.249, 7.875, 8.838])):
        assert (found[name].low <= np.array(known) + 0.01).all() and (found[name].high >= np.array(known) - 0.01).all()
    assert (found["mu_star"].low <= found["mu_star"].value).all()


def test_effects_of_a_straight_line_are_its_slopes() -> None:
    found = of("morris", lambda u: {"y": u @ np.array([1.0, -2.0, 0.0, 5.0])}, 4, 3, 9)["y"]
    assert found["mu_star"].value == pytest.approx([1, 2, 0, 5])
    assert found["mu"].value == pytest.approx([1, -2, 0, 5])
    assert found["sigma"].high == pytest.approx([0, 0, 0, 0], abs=1e-12)


def test_an_elementary_effect_is_change_over_step() -> None:
    x = np.array([[0, 0], [0, 2 / 3], [2 / 3, 2 / 3], [1, 1], [1 / 3, 1], [1 / 3, 1 / 3]])
    y = np.array([0.0, 2.0, 8.0, 1.0, 2.0, 5.0])
    assert elementary_effects(x, y) == pytest.approx(np.array([[9.0, 3.0], [-1.5, -4.5]]))


@pytest.mark.parametrize("method", ["sobol", "morris"])
def test_what_never_varies_has_no_effect_and_what_is_undefined_none(method: str) -> None:
    found = of(method, ishigami, 3, 8, 4)
    assert list(found) == ["ishigami", "constant"]
    assert all((index.value == 0).all() and (index.high == 0).all() for index in found["constant"].values())


@pytest.mark.parametrize("method", ["sobol", "morris"])
@pytest.mark.parametrize("seed", [0, 7])
def test_the_same_seed_gives_the_same_bits(method: str, seed: int) -> None:
    one, two = (of(method, ishigami, 3, 8, seed)["ishigami"] for _ in range(2))
    other = of(method, ishigami, 3, 8, seed + 1)["ishigami"]
    for name, index in one.items():
        assert (index.value == two[name].value).all() and (index.low == two[name].low).all()
    assert any((index.value != other[name].value).any() for name, index in one.items())


def test_without_salib_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "SALib", None)
    with pytest.raises(InputError, match=r"pip install 'detsim\[studies\]'"):
        need_salib()
