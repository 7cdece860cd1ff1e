"""exp, log and the normal distribution with the same double on every machine.

NumPy's own exp and log differ in the last bit between CPUs (numpy #23523, #26117), and a time
rounded to whole seconds would differ with them now and then. The functions here use only
operations that IEEE 754 fixes to the last bit: + - * / sqrt, comparison, frexp and ldexp, each in a
NumPy call of its own, so that no compiler joins a product and a sum into one rounding.

exp and log follow Sun's fdlibm (errors below 1 unit in the last place); the inverse normal is
algorithm AS 241 (Wichura 1988, PPND16), exact to about 1e-16 relative.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Floats

_PIECE: Final = 8192
"""Numbers worked on at once: few enough that every intermediate array stays in the CPU's cache."""

LN2_HIGH: Final = 6.93147180369123816490e-01
LN2_LOW: Final = 1.90821492927058770002e-10
LOG_ODD: Final = (
    6.666666666666735130e-01,
    2.857142874366239149e-01,
    1.818357216161805012e-01,
    1.479819860511658591e-01,
)
LOG_EVEN: Final = (3.999999999940941908e-01, 2.222219843214978396e-01, 1.531383769920937332e-01)
EXP: Final = (
    1.66666666666666019037e-01,
    -2.77777777770155933842e-03,
    6.61375632143793436117e-05,
    -1.65339022054652515390e-06,
    4.13813679705723846039e-08,
)
SQRT_HALF: Final = 0.7071067811865476
_INVERSE_SQRT_2PI: Final = 0.3989422804014327


def in_pieces(function: Callable[[Any], Any], x: NDArray[Any], kind: type[np.generic]) -> NDArray[Any]:
    """function(x) of an elementwise function, worked out a cache-sized piece at a time."""
    if len(x) <= _PIECE:
        return np.asarray(function(x), kind)
    out = np.empty(len(x), kind)
    for low in range(0, len(x), _PIECE):
        out[low : low + _PIECE] = function(x[low : low + _PIECE])
    return out


def _elementwise(function: Callable[[Floats], Floats]) -> Callable[[Floats], Floats]:
    @wraps(function)
    def piecewise(x: Floats) -> Floats:
        return in_pieces(function, x, np.float64)

    return piecewise


def polynomial(x: Floats, coefficients: tuple[float, ...]) -> Floats:
    """c0 + c1 x + c2 x² + …, by Horner's rule."""
    total = np.full_like(x, coefficients[-1])
    for coefficient in reversed(coefficients[:-1]):
        total *= x
        total += coefficient
    return total


@_elementwise
def log(x: Floats) -> Floats:
    """Natural logarithm of an array of finite numbers above 0."""
    mantissa, exponent = np.frexp(x)
    small = mantissa < SQRT_HALF
    mantissa = np.where(small, mantissa * 2.0, mantissa)
    k = (exponent - small).astype(np.float64)
    f = mantissa - 1.0
    s = f / (f + 2.0)
    z = s * s
    w = z * z
    r = z * polynomial(w, LOG_ODD) + w * polynomial(w, LOG_EVEN)
    half_square = f * f * 0.5
    return k * LN2_HIGH - ((half_square - (s * (half_square + r) + k * LN2_LOW)) - f)


@_elementwise
def exp(x: Floats) -> Floats:
    """e to the power of each number; 0 far below, infinity above 709.78."""
    bounded = np.clip(x, -800.0, 800.0)
    k = np.floor(bounded * 1.4426950408889634 + 0.5)
    high = bounded - k * LN2_HIGH
    low = k * LN2_LOW
    r = high - low
    t = r * r
    c = r - t * polynomial(t, EXP)
    y = 1.0 - ((low - (r * c) / (2.0 - c)) - high)
    with np.errstate(over="ignore", under="ignore"):
        return np.ldexp(y, k.astype(np.int32))


CENTRE_TOP: Final = (
    3.3871328727963666080e0,
    1.3314166789178437745e2,
    1.9715909503065514427e3,
    1.3731693765509461125e4,
    4.5921953931549871457e4,
    6.7265770927008700853e4,
    3.3430575583588128105e4,
    2.5090809287301226727e3,
)
CENTRE_BOTTOM: Final = (
    1.0,
    4.2313330701600911252e1,
    6.8718700749205790830e2,
    5.3941960214247511077e3,
    2.1213794301586595867e4,
    3.9307895800092710610e4,
    2.8729085735721942674e4,
    5.2264952788528545610e3,
)
MIDDLE_TOP: Final = (
    1.42343711074968357734e0,
    4.63033784615654529590e0,
    5.76949722146069140550e0,
    3.64784832476320460504e0,
    1.27045825245236838258e0,
    2.41780725177450611770e-1,
    2.27238449892691845833e-2,
    7.74545014278341407640e-4,
)
MIDDLE_BOTTOM: Final = (
    1.0,
    2.05319162663775882187e0,
    1.67638483018380384940e0,
    6.89767334985100004550e-1,
    1.48103976427480074590e-1,
    1.51986665636164571966e-2,
    5.47593808499534494600e-4,
    1.05075007164441684324e-9,
)
FAR_TOP: Final = (
    6.65790464350110377720e0,
    5.46378491116411436990e0,
    1.78482653991729133580e0,
    2.96560571828504891230e-1,
    2.65321895265761230930e-2,
    1.24266094738807843860e-3,
    2.71155556874348757815e-5,
    2.01033439929228813265e-7,
)
FAR_BOTTOM: Final = (
    1.0,
    5.99832206555887937690e-1,
    1.36929880922735805310e-1,
    1.48753612908506148525e-2,
    7.86869131145613259100e-4,
    1.84631831751005468180e-5,
    1.42151175831644588870e-7,
    2.04426310338993978564e-15,
)


def _tail(p: Floats) -> Floats:
    """Quantiles of small probabilities p (below 0.075): negative numbers."""
    r = np.sqrt(-log(p))
    near = r - 1.6
    far = r - 5.0
    middle = polynomial(near, MIDDLE_TOP) / polynomial(near, MIDDLE_BOTTOM)
    extreme = polynomial(far, FAR_TOP) / polynomial(far, FAR_BOTTOM)
    return -np.where(r <= 5.0, middle, extreme)


@_elementwise
def inverse_normal(p: Floats) -> Floats:
    """Quantiles of the standard normal distribution at probabilities in (0, 1)."""
    q = p - 0.5
    r = 0.180625 - q * q
    z = q * (polynomial(r, CENTRE_TOP) / polynomial(r, CENTRE_BOTTOM))
    outside = np.flatnonzero(r < 0.0)
    upper = q[outside] > 0.0
    tail = p[outside]
    below = _tail(np.where(upper, 1.0 - tail, tail))
    z[outside] = np.where(upper, -below, below)
    return z


_MILLS: Final = (0.0, 0.319381530, -0.356563782, 1.781477937, -1.821255978, 1.330274429)


@_elementwise
def normal_survival(z: Floats) -> Floats:
    """P(Z > z) of the standard normal distribution, accurate in the upper tail; 0 beyond z = 36.

    Abramowitz & Stegun 26.2.17, sharpened by Newton's method on AS 241.
    """
    x = np.minimum(np.abs(z), 36.0)
    density = exp(-0.5 * x * x) * _INVERSE_SQRT_2PI
    upper = density * polynomial(1.0 / (1.0 + 0.2316419 * x), _MILLS)
    for _ in range(3):
        upper = np.minimum(np.maximum(upper, 1e-300), 0.5)
        upper = upper * (1.0 + (-inverse_normal(upper) - x) * density / upper)
    upper = np.where(np.abs(z) > 36.0, 0.0, upper)
    return np.where(z >= 0.0, upper, 1.0 - upper)
