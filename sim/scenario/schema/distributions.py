"""Distributions of times, as read from a scenario. Their quantile functions live with the draws.

A node keeps how it was written, so that a resolved scenario can be written back; equality ignores it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Annotated, Any, Final

from pydantic import Field, GetCoreSchemaHandler, GetJsonSchemaHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from sim.scenario.schema.units import Duration, Model, Number, Share, parse_duration, quoted, spell_duration
from sim.vocabulary import SECONDS_PER_DAY

Z90: Final = 1.2815515655446004
"""The 90 % quantile of the standard normal distribution."""
P90_MOST: Final = math.exp(Z90 * Z90 / 2)
"""The 90 % quantile of a lognormal distribution is at most this many times its mean."""


@dataclass(frozen=True)
class _Law:
    """A distribution of times; `spelled`: how it was written."""

    spelled: Any = field(default=None, compare=False, repr=False, kw_only=True)


@dataclass(frozen=True)
class Constant(_Law):
    """Always `value_s` seconds."""

    value_s: int

    @property
    def mean_s(self) -> float:
        """Mean, seconds."""
        return float(self.value_s)


@dataclass(frozen=True)
class Exponential(_Law):
    """Exponential with mean `mean_s` seconds."""

    mean_s: float


@dataclass(frozen=True)
class LogNormal(_Law):
    """exp(mu + sigma Z) seconds."""

    mu: float
    sigma: float

    @property
    def mean_s(self) -> float:
        """Mean, seconds."""
        return math.exp(self.mu + self.sigma**2 / 2)


@dataclass(frozen=True)
class Uniform(_Law):
    """Uniform between `low_s` and `high_s` seconds."""

    low_s: float
    high_s: float

    @property
    def mean_s(self) -> float:
        """Mean, seconds."""
        return (self.low_s + self.high_s) / 2


@dataclass(frozen=True)
class Weibull(_Law):
    """Weibull with `scale_s` seconds and `shape`."""

    scale_s: float
    shape: float

    @property
    def mean_s(self) -> float:
        """Mean, seconds."""
        return self.scale_s * math.gamma(1 + 1 / self.shape)


@dataclass(frozen=True)
class Quantiles(_Law):
    """Quantile function linear between (level, seconds); levels rise from 0 to 1."""

    levels: tuple[float, ...]
    values_s: tuple[float, ...]

    @property
    def mean_s(self) -> float:
        """Mean, seconds."""
        steps = zip(pairwise(self.levels), pairwise(self.values_s), strict=True)
        return sum((b - a) * (low + high) / 2 for (a, b), (low, high) in steps)


@dataclass(frozen=True)
class Mixture(_Law):
    """With probability `weights[i]` the distribution `parts[i]`."""

    weights: tuple[float, ...]
    parts: tuple[Node, ...]

    @property
    def mean_s(self) -> float:
        """Mean, seconds."""
        return sum(w * part.mean_s for w, part in zip(self.weights, self.parts, strict=True))


Node = Constant | Exponential | LogNormal | Uniform | Weibull | Quantiles | Mixture


# --- how they are written -----------------------------------------------------------------------
Positive = Annotated[Duration, Field(gt=0)]


class _Exponential(Model):
    mean: Positive

    def node(self) -> Node:
        return Exponential(float(self.mean))


class _LogNormal(Model):
    """By mean and p90, mean and sd, or median and p90."""

    mean: Positive | None = None
    median: Positive | None = None
    sd: Positive | None = None
    p90: Positive | None = None

    @model_validator(mode="after")
    def _possible(self) -> _LogNormal:
        names = sorted(self.model_fields_set)
        if names not in (["mean", "p90"], ["mean", "sd"], ["median", "p90"]):
            raise ValueError("a lognormal has mean and p90, mean and sd, or median and p90")
        if self.p90 and self.median and self.p90 <= self.median:
            raise ValueError("p90 must be above the median")
        if self.p90 and self.mean and not self.mean < self.p90 <= self.mean * P90_MOST:
            most = f"{self.mean * P90_MOST / SECONDS_PER_DAY:.4g} d"
            raise ValueError(
                f"no lognormal has this p90: it must be above the mean and at most 2.273 times it ({most})"
            )
        return self

    def node(self) -> Node:
        if self.median and self.p90:
            mu = math.log(self.median)
            sigma = (math.log(self.p90) - mu) / Z90
        else:
            assert self.mean
            if self.p90:
                sigma = Z90 - math.sqrt(max(0.0, Z90 * Z90 - 2 * math.log(self.p90 / self.mean)))
            else:
                assert self.sd
                sigma = math.sqrt(math.log1p((self.sd / self.mean) ** 2))
            mu = math.log(self.mean) - sigma**2 / 2
        # Rounded, so that a last bit in which the logarithms of two machines differ changes no draw.
        return LogNormal(round(mu, 12), round(sigma, 12))


class _Uniform(Model):
    low: Duration
    high: Duration

    @model_validator(mode="after")
    def _ascending(self) -> _Uniform:
        if self.low >= self.high:
            raise ValueError("low must be below high")
        return self

    def node(self) -> Node:
        return Uniform(float(self.low), float(self.high))


class _Weibull(Model):
    mean: Positive
    shape: Annotated[Number, Field(ge=0.1, le=100)]

    def node(self) -> Node:
        return Weibull(round(self.mean / math.gamma(1 + 1 / self.shape), 6), self.shape)


class _Part(Model):
    """One way of writing a time, without its weight."""

    constant: Duration | None = None
    exponential: _Exponential | None = None
    lognormal: _LogNormal | None = None
    uniform: _Uniform | None = None
    weibull: _Weibull | None = None
    quantiles: dict[Share, Duration] | None = None

    @model_validator(mode="after")
    def _one(self) -> _Part:
        if len(self.model_fields_set - {"weight"}) != 1:
            tags = [tag for tag in type(self).model_fields if tag != "weight"]
            raise ValueError(f"a distribution has exactly one of {', '.join(tags)}")
        (tag,) = self.model_fields_set - {"weight"}
        if getattr(self, tag) is None:
            raise ValueError(f"{tag} has no parameters")
        if self.quantiles is not None:
            _check_quantiles(list(self.quantiles.items()))
        return self

    def node(self) -> Node:
        """The distribution itself."""
        (tag,) = self.model_fields_set - {"weight"}
        match getattr(self, tag):
            case int(seconds):
                return Constant(seconds)
            case dict(points):
                return Quantiles(tuple(points), tuple(float(v) for v in points.values()))
            case list(parts):
                return Mixture(tuple(part.weight for part in parts), tuple(part.node() for part in parts))
            case law:
                node: Node = law.node()
                return node


class _Weighted(_Part):
    weight: Share


class Spec(_Part):
    mixture: Annotated[list[_Weighted], Field(min_length=1)] | None = None

    @model_validator(mode="after")
    def _whole(self) -> Spec:
        total = sum(part.weight for part in self.mixture or [])
        if self.mixture and abs(total - 1) > 1e-6:
            raise ValueError(f"weights of the mixture add up to {round(total * 100, 6):g} %, must be 100 %")
        return self


def _check_quantiles(points: Sequence[tuple[float, int]]) -> None:
    levels, values = [level for level, _ in points], [value for _, value in points]
    if len(levels) < 2 or levels[0] != 0 or levels[-1] != 1:
        raise ValueError("quantiles go from 0 % to 100 %")
    if any(b <= a for a, b in pairwise(levels)):
        raise ValueError("levels of quantiles must rise")
    if any(b < a for a, b in pairwise(values)):
        raise ValueError("times of quantiles must not fall")


class _AsDistribution:
    """Reads a duration or a mapping named by its law; writes it back as it was."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_wrap_validator_function(
            _read,
            handler.generate_schema(Spec),
            serialization=core_schema.plain_serializer_function_ser_schema(_spell),
        )

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        duration = Duration.__metadata__[0].schema  # type: ignore[attr-defined]
        return {"anyOf": [duration, handler(schema["schema"])]}


def _read(raw: Any, handler: Callable[[Any], Any]) -> Node:
    if isinstance(raw, Node):
        return raw
    if raw is None or isinstance(raw, list):
        raise ValueError(f"{quoted(raw)} is not a time such as 30 d or {{exponential: {{mean: 45 d}}}}")
    if not isinstance(raw, dict):
        return Constant(parse_duration(raw))
    spec: Spec = handler(raw)
    node, tree = spec.node(), spec.model_dump(exclude_unset=True)
    object.__setattr__(node, "spelled", tree.get("constant", tree))
    return node


def _spell(node: Node) -> Any:
    """The distribution as it was written; a plain time has no words of its own."""
    return spell_duration(node.value_s) if isinstance(node, Constant) and node.spelled is None else node.spelled


Distribution = Annotated[Node, _AsDistribution()]
