"""Draws: the words of a stream, and what is made of them, with the same doubles as `sim.people`.

Plain functions of numbers: `sim.people.streams` says what a stream is (Philox 4x64-10; Salmon et al. 2011),
`sim.scenario.world.portable` and `sim.scenario.world.quantile` state the formulas. Only operations that IEEE 754 fixes
to the last bit are used, and nothing here lets the compiler join a product and a sum into one rounding.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sim.compiled.durations import CONSTANT, EXPONENTIAL, LOGNORMAL, MIXTURE, UNIFORM, WEIBULL
from sim.compiled.jit import jit_module
from sim.scenario.world import portable

HALF, LOW = np.uint64(32), np.uint64(0xFFFFFFFF)
MULTIPLY_0, MULTIPLY_1 = np.uint64(0xD2E7470EE14C6C93), np.uint64(0xCA5A826395121157)
WEYL_0, WEYL_1 = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBB67AE8584CAA73B)
ZERO, ONE, UNIT_SHIFT, FRACTION_BITS = np.uint64(0), np.uint64(1), np.uint64(12), np.uint64(52)
FRACTION, HALF_EXPONENT, BIAS = np.uint64((1 << 52) - 1), np.uint64(1022 << 52), 1023
ROUNDS = 10
UNIT = 2.0**-52
LONGEST_S = 2.0**33
LEAST, MOST = 2.0**-53, 1.0 - 2.0**-53


# --- words --------------------------------------------------------------------------------------------
def high_product(a: Any, b: Any) -> Any:
    """Upper half of the product of two 64-bit numbers."""
    a_low, a_high, b_low, b_high = a & LOW, a >> HALF, b & LOW, b >> HALF
    middle = a_high * b_low + ((a_low * b_low) >> HALF)
    other = a_low * b_high + (middle & LOW)
    return a_high * b_high + (middle >> HALF) + (other >> HALF)


def four_words(key_0: Any, key_1: Any, group: Any) -> Any:
    """The four words of a stream at positions 4 × group to 4 × group + 3."""
    a, b, c, d = group + ONE, ZERO, ZERO, ZERO  # NumPy counts before it makes words
    for _ in range(ROUNDS):
        high_0, low_0 = high_product(MULTIPLY_0, a), MULTIPLY_0 * a
        high_1, low_1 = high_product(MULTIPLY_1, c), MULTIPLY_1 * c
        a, b, c, d = high_1 ^ b ^ key_0, low_1, high_0 ^ d ^ key_1, low_0
        key_0 += WEYL_0
        key_1 += WEYL_1
    return a, b, c, d


def write_words(key_0: Any, key_1: Any, first: int, n: int, out: Any, start: int) -> None:
    """The n words of a stream from position `first` on, written to `out` from `start` on."""
    end = start + n
    i = start - first % 4
    group = np.uint64(first // 4)
    while i < end:
        words = four_words(key_0, key_1, group)
        group += ONE
        for j in range(4):
            if start <= i < end:
                out[i] = words[j]
            i += 1


def unit(word: Any) -> float:
    """A number strictly between 0 and 1."""
    return (np.float64(word >> UNIT_SHIFT) + 0.5) * UNIT


# --- elementary functions -----------------------------------------------------------------------------
def polynomial(x: float, coefficients: Any) -> float:
    """c0 + c1 x + c2 x² + …, by Horner's rule."""
    total = coefficients[len(coefficients) - 1]
    for i in range(len(coefficients) - 2, -1, -1):
        total = total * x + coefficients[i]
    return total


def log(x: float) -> float:
    """Natural logarithm of a normal number above 0."""
    bits = np.float64(x).view(np.uint64)
    exponent = np.int64(bits >> FRACTION_BITS) - 1022
    mantissa = np.uint64((bits & FRACTION) | HALF_EXPONENT).view(np.float64)
    if mantissa < portable.SQRT_HALF:
        mantissa = mantissa * 2.0
        exponent -= 1
    k = np.float64(exponent)
    f = mantissa - 1.0
    s = f / (f + 2.0)
    z = s * s
    w = z * z
    r = z * polynomial(w, portable.LOG_ODD) + w * polynomial(w, portable.LOG_EVEN)
    half_square = f * f * 0.5
    return k * portable.LN2_HIGH - ((half_square - (s * (half_square + r) + k * portable.LN2_LOW)) - f)


def power_of_two(exponent: int) -> float:
    """2 to the power of a whole number from -1022 to 1023."""
    return np.uint64((exponent + BIAS) << 52).view(np.float64)


def scaled(y: float, exponent: int) -> float:
    """y × 2**exponent, rounded once."""
    if exponent > 1023:
        return y * power_of_two(1023) * power_of_two(min(exponent - 1023, 1023))
    if exponent < -1022:
        return y * power_of_two(-969) * power_of_two(max(exponent + 969, -1022))
    return y * power_of_two(exponent)


def exp(x: float) -> float:
    """e to the power of a number; 0 far below, infinity above 709.78."""
    bounded = min(max(x, -800.0), 800.0)
    k = math.floor(bounded * 1.4426950408889634 + 0.5)
    high = bounded - k * portable.LN2_HIGH
    low = k * portable.LN2_LOW
    r = high - low
    t = r * r
    c = r - t * polynomial(t, portable.EXP)
    return scaled(1.0 - ((low - (r * c) / (2.0 - c)) - high), int(k))


def tail(p: float) -> float:
    """Quantile of the standard normal distribution at a small probability: a negative number."""
    r = math.sqrt(-log(p))
    if r <= 5.0:
        return -(polynomial(r - 1.6, portable.MIDDLE_TOP) / polynomial(r - 1.6, portable.MIDDLE_BOTTOM))
    return -(polynomial(r - 5.0, portable.FAR_TOP) / polynomial(r - 5.0, portable.FAR_BOTTOM))


def inverse_normal(p: float) -> float:
    """Quantile of the standard normal distribution at a probability in (0, 1)."""
    q = p - 0.5
    r = 0.180625 - q * q
    if r >= 0.0:
        return q * (polynomial(r, portable.CENTRE_TOP) / polynomial(r, portable.CENTRE_BOTTOM))
    return -tail(1.0 - p) if q > 0.0 else tail(p)


# --- durations ----------------------------------------------------------------------------------------
def value_at(points: Any, first: int, n: int, u: float) -> float:
    """A value between stated quantiles, on straight lines."""
    k = first
    while k < first + n - 2 and points[k + 1].level <= u:
        k += 1
    low, high = points[k], points[k + 1]
    return low.value + (u - low.level) / (high.level - low.level) * (high.value - low.value)


def part_of(points: Any, first: int, n: int, s: float) -> Any:
    """The part of a mixture in which s lies, and what is left of s in it; no part (-1) beyond all of them."""
    total = points[first].level
    for i in range(first + 1, first + n):
        total += points[i].level
    target, low = s * total, 0.0
    for i in range(first, first + n):
        weight = points[i].level
        if weight > 0.0 and low <= target < low + weight:
            return int(points[i].value), min(max((target - low) / weight, LEAST), MOST)
        low += weight
    return -1, s


def outlived_by(laws: Any, points: Any, law: int, s: float) -> float:
    """The duration in seconds that a share s of those with this law outlives."""
    while law >= 0 and laws[law].kind == MIXTURE:
        law, s = part_of(points, laws[law].first, laws[law].n, s)
    if law < 0:
        return 0.0
    row = laws[law]
    if row.kind == CONSTANT:
        return row.a
    if row.kind == EXPONENTIAL:
        return row.a * log(s)
    if row.kind == WEIBULL:
        x = -log(s)
        return row.a * exp(row.b * log(x)) if x > 0.0 else 0.0
    if row.kind == LOGNORMAL:
        return exp(row.a - row.b * inverse_normal(s))
    if row.kind == UNIFORM:
        return row.a - s * row.b
    return value_at(points, row.first, row.n, 1.0 - s)


def seconds(laws: Any, points: Any, law: int, u: float) -> int:
    """A duration in whole seconds, rounded half up, drawn by u in (0, 1)."""
    return math.floor(min(max(outlived_by(laws, points, law, 1.0 - u), 0.0), LONGEST_S) + 0.5)


def exponential_work(word: Any, work: int) -> int:
    """Work of a clock: a unit exponential number times `work`, rounded down."""
    return math.floor(-log(unit(word)) * work)


jit_module()
