"""What social value does a pound create, as those involved see it?

Ratio = sum over outcomes and years of Q P (1 - D)(1 - A)(1 - M)(1 - F)^t d_t / present cost, with Q
how many, P the proxy for one in pounds a year, D deadweight (what would have happened anyway), A
attribution (the share due to others), M displacement, F drop-off a year, d_t the discount factor;
t = 0 is the first year. Nothing is identified: every input is a judgement with a range, and what
the ranges do to the ratio is shown one at a time and all together.

References
----------
Nicholls and others (2012), A Guide to Social Return on Investment.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, cast

import numpy as np
import pandas as pd

from ..specification import SpecificationError, require_word
from .discounting import Schedule

Shape = Literal["fixed", "triangular", "uniform"]
SHARES = ("deadweight", "attribution", "displacement", "drop_off")
INPUTS = ("quantity", "proxy", *SHARES)


@dataclass(frozen=True, slots=True)
class Range:
    """What an input may be: fixed, or drawn from a triangle or evenly between the ends."""

    low: float
    central: float
    high: float
    shape: Shape = "triangular"

    def __post_init__(self) -> None:
        require_word("shape", self.shape, Shape)
        if not self.low <= self.central <= self.high:
            raise SpecificationError(
                f"a range from {self.low:g} by {self.central:g} to {self.high:g} does not rise"
            )
        if self.shape == "fixed" and self.low != self.high:
            raise SpecificationError(f"a fixed input cannot run from {self.low:g} to {self.high:g}")

    def draw(self, draws: int, rng: np.random.Generator) -> np.ndarray:
        """(draws,) values."""
        if self.low == self.high:
            return np.full(draws, self.central)
        if self.shape == "uniform":
            return rng.uniform(self.low, self.high, draws)
        return rng.triangular(self.low, self.central, self.high, draws)


def fixed(value: float) -> Range:
    """An input without a range."""
    return Range(value, value, value, "fixed")


@dataclass(frozen=True, slots=True)
class Outcome:
    """One change for one group, with its proxy.

    Parameters
    ----------
    name : what changes, and for whom
    quantity : how many; people, homes or events
    proxy : pounds a year for one of them
    deadweight, attribution, displacement, drop_off : shares from 0 to 1 that are taken off
    years : whole years that it lasts
    """

    name: str
    quantity: Range
    proxy: Range
    deadweight: Range
    attribution: Range
    displacement: Range
    drop_off: Range
    years: int

    def __post_init__(self) -> None:
        wrong = [name for name in SHARES if not _is_share(getattr(self, name))]
        if wrong:
            raise SpecificationError(f"{self.name}: {', '.join(wrong)} must lie between 0 and 1")
        if self.years < 1:
            raise SpecificationError(
                f"{self.name}: lasts {self.years} years; it must last one or more"
            )


@dataclass(frozen=True, slots=True)
class SocialReturn:
    """Pounds of value for a pound of cost.

    Parameters
    ----------
    ratio : with every input at its central value
    low, high : ends of the middle ``level`` of the draws
    mean : of the draws; ranges that lean one way move it off ``ratio``
    above_one : share of the draws in which value exceeds cost
    level, draws : as asked
    """

    ratio: float
    low: float
    high: float
    mean: float
    above_one: float
    level: float
    draws: int


def social_return(
    outcomes: Sequence[Outcome],
    cost: Range,
    schedule: Schedule,
    rng: np.random.Generator,
    draws: int = 10_000,
    level: float = 0.95,
) -> SocialReturn:
    """The ratio with its Monte Carlo interval; inputs are drawn independently of each other.

    Parameters
    ----------
    outcomes : of different people or things; nothing here sees whether two overlap
    cost : present pounds
    schedule : discount rates

    Raises
    ------
    SpecificationError
        No outcome, an outcome twice, or a cost that may be nothing.
    """
    _refuse(outcomes, cost)
    value = np.zeros(draws)
    for outcome in outcomes:
        drawn = {name: getattr(outcome, name).draw(draws, rng) for name in INPUTS}
        value += _present(outcome.years, drawn, schedule)
    ratios = value / cost.draw(draws, rng)
    low, high = np.quantile(ratios, [0.5 - level / 2, 0.5 + level / 2])
    return SocialReturn(
        _central_ratio(outcomes, cost, schedule),
        float(low),
        float(high),
        float(ratios.mean()),
        float((ratios > 1).mean()),
        level,
        draws,
    )


def one_at_a_time(outcomes: Sequence[Outcome], cost: Range, schedule: Schedule) -> pd.DataFrame:
    """The ratio with one input at an end of its range and all others at their central values.

    Returns
    -------
    pandas.DataFrame
        ``outcome, input, at_low, at_high, swing``, the widest swing first; inputs without a range
        are left out, and the cost stands under the outcome "".
    """
    _refuse(outcomes, cost)
    rows = [("", "cost", *(_central_ratio(outcomes, fixed(end), schedule) for end in _ends(cost)))]
    for place, name, given in _inputs(outcomes):
        found = []
        for end in _ends(given):
            changed, other = list(outcomes), cast(dict[str, Any], {name: fixed(end)})
            changed[place] = replace(outcomes[place], **other)
            found.append(_central_ratio(changed, cost, schedule))
        rows.append((outcomes[place].name, name, *found))
    frame = pd.DataFrame(rows, columns=["outcome", "input", "at_low", "at_high"])
    frame["swing"] = (frame["at_high"] - frame["at_low"]).abs()
    frame = frame[frame["swing"] > 0]
    return frame.sort_values("swing", ascending=False, kind="stable", ignore_index=True)


def _inputs(outcomes: Sequence[Outcome]) -> Iterator[tuple[int, str, Range]]:
    for place, outcome in enumerate(outcomes):
        for name in INPUTS:
            yield place, name, getattr(outcome, name)


def _ends(given: Range) -> tuple[float, float]:
    return given.low, given.high


def _central_ratio(outcomes: Sequence[Outcome], cost: Range, schedule: Schedule) -> float:
    value = 0.0
    for outcome in outcomes:
        at = {name: np.array([getattr(outcome, name).central]) for name in INPUTS}
        value += float(_present(outcome.years, at, schedule)[0])
    return value / cost.central


def _present(years: int, at: dict[str, np.ndarray], schedule: Schedule) -> np.ndarray:
    """(draws,) present value of an outcome with its inputs at these values."""
    first = at["quantity"] * at["proxy"]
    for share in ("deadweight", "attribution", "displacement"):
        first = first * (1 - at[share])
    left = (1 - at["drop_off"])[:, None] ** np.arange(years)
    return np.asarray(first * (left @ schedule.factors(years)))


def _is_share(given: Range) -> bool:
    return given.low >= 0 and given.high <= 1


def _refuse(outcomes: Sequence[Outcome], cost: Range) -> None:
    names = [outcome.name for outcome in outcomes]
    twice = sorted({name for name in names if names.count(name) > 1})
    if not names or twice:
        raise SpecificationError(
            f"outcomes given twice: {', '.join(twice)}" if twice else "no outcome"
        )
    if cost.low <= 0:
        raise SpecificationError(f"the cost may be {cost.low:g}; a ratio needs a cost above zero")
