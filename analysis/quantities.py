"""Numbers that know what they are: estimates, shares, money, counts, and why there is none.

A quantity keeps what was computed (logs with their error, fractions, pounds). Per cent, signs and
words are views of it: `value`, `low`, `high` and `unit` are those of ``findings.json``, all else is
made at the page.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

from ..models.estimate import Estimate
from ..models.specification import Label
from .findings import Unit
from .reasons import Reason

IDENTIFIED = ("did", "iv", "synthetic_control")
"""Labels of an effect, if what they assume holds; the others name an association or less."""
REACH = 1.959964
"""Standard errors to each end of a 95% interval of a normal variable."""


def percent_effect(log_points: float) -> float:
    """A difference of logs as a percentage: 100 (exp(b) - 1).

    >>> round(percent_effect(0.05), 3)
    5.127
    """
    return 100 * math.expm1(log_points)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """What every quantity knows beside its number.

    Parameters
    ----------
    label : what it can be taken for
    specification : name of the equation that it was estimated with, if it was
    columns : declared columns that it describes, for its sources, beside those of its equation
    """

    unit: ClassVar[Unit] = "number"
    label: Label = "described"
    specification: str | None = None
    columns: tuple[str, ...] = ()

    @property
    def value(self) -> float | int | None:
        raise NotImplementedError

    @property
    def low(self) -> float | None:
        return None

    @property
    def high(self) -> float | None:
        return None

    @property
    def found(self) -> bool:
        """Whether its interval leaves out zero; without one, whether it is another number."""
        if self.low is None or self.high is None:
            return bool(self.value)
        return self.low > 0 or self.high < 0

    @property
    def identified(self) -> bool:
        """Whether it is an effect, if what its label assumes holds."""
        return self.label in IDENTIFIED


@dataclass(frozen=True, slots=True)
class Plain(Quantity):
    """A number with or without an interval, in its own unit."""

    number: float
    lower: float | None = None
    upper: float | None = None

    @property
    def value(self) -> float:
        return self.number

    @property
    def low(self) -> float | None:
        return self.lower

    @property
    def high(self) -> float | None:
        return self.upper


@dataclass(frozen=True, slots=True)
class Number(Plain):
    """A number without a unit of its own, such as a correlation or a standard deviation."""


@dataclass(frozen=True, slots=True)
class Share(Plain):
    """A part of a whole, in per cent (0 to 100)."""

    unit: ClassVar[Unit] = "percent"


@dataclass(frozen=True, slots=True)
class Points(Plain):
    """A difference of two percentages, in percentage points."""

    unit: ClassVar[Unit] = "points"


@dataclass(frozen=True, slots=True)
class Money(Plain):
    """Pounds."""

    unit: ClassVar[Unit] = "pounds"


@dataclass(frozen=True, slots=True)
class Ratio(Plain):
    """How many times as much."""

    unit: ClassVar[Unit] = "ratio"


@dataclass(frozen=True, slots=True)
class Count(Quantity):
    """How many."""

    unit: ClassVar[Unit] = "count"
    number: int

    @property
    def value(self) -> int:
        return self.number


@dataclass(frozen=True, slots=True)
class Year(Quantity):
    """A calendar year."""

    unit: ClassVar[Unit] = "year"
    year: int

    @property
    def value(self) -> int:
        return self.year


@dataclass(frozen=True, slots=True)
class PValue(Quantity):
    """How often chance alone does as much.

    Parameters
    ----------
    draws : where it was simulated
    lower, upper : of the p that all draws would give
    """

    unit: ClassVar[Unit] = "p"
    p: float
    draws: int | None = None
    lower: float | None = None
    upper: float | None = None

    @property
    def value(self) -> float:
        return self.p

    @property
    def low(self) -> float | None:
        return self.lower

    @property
    def high(self) -> float | None:
        return self.upper


@dataclass(frozen=True, slots=True)
class PriceDifference(Quantity):
    """A difference of log prices, with its error and the ends of its interval, in logs, if any."""

    unit: ClassVar[Unit] = "percent"
    log: float
    log_low: float | None = None
    log_high: float | None = None
    std_error: float | None = None
    df: float | None = None
    rule: str = ""
    """The variance rule in words, of an estimate."""

    @property
    def value(self) -> float:
        return percent_effect(self.log)

    @property
    def low(self) -> float | None:
        return None if self.log_low is None else percent_effect(self.log_low)

    @property
    def high(self) -> float | None:
        return None if self.log_high is None else percent_effect(self.log_high)

    @classmethod
    def of(cls, estimate: Estimate, term: str) -> PriceDifference:
        """A coefficient of a log outcome; without an error it has no interval."""
        row = estimate.tidy().set_index("term").to_dict("index")[term]
        known = math.isfinite(row["std_error"])
        return cls(
            row["estimate"],
            row["ci_low"] if known else None,
            row["ci_high"] if known else None,
            row["std_error"] if known else None,
            row["df"],
            estimate.variance_rule,
            label=estimate.specification.label,
            specification=estimate.specification.name,
        )


@dataclass(frozen=True, slots=True)
class Coefficient(Plain):
    """A coefficient in the outcome's own unit, such as standard deviations."""

    std_error: float | None = None
    df: float | None = None
    rule: str = ""

    @classmethod
    def of(cls, estimate: Estimate, term: str) -> Coefficient:
        """A coefficient as it was estimated."""
        row = estimate.tidy().set_index("term").to_dict("index")[term]
        return cls(
            float(row["estimate"]),
            float(row["ci_low"]),
            float(row["ci_high"]),
            row["std_error"],
            row["df"],
            estimate.variance_rule,
            label=estimate.specification.label,
            specification=estimate.specification.name,
        )


@dataclass(frozen=True, slots=True)
class NotEstimable:
    """A result that cannot be had, and why; ``unit`` and ``label`` are those it would have had."""

    value: ClassVar[None] = None
    found: ClassVar = False
    identified: ClassVar = False
    reason: Reason
    unit: Unit = "percent"
    label: Label = "adjusted"
