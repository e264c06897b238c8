"""What does an estimate rule out, beside the effects that would matter?

"Not significant" is said alike of plus or minus 1% and of plus or minus 17%. Against a declared
range of plausible effects an interval says more: which of them it excludes, whether all, and
whether the effect is shown to be smaller than the least that would matter (two one-sided tests at
5% each, that is the 90% interval inside plus or minus that least effect). How large an effect the
design could have found belongs beside it.

All numbers are in one unit: for a log outcome log points, ``math.log1p(0.02)`` for 2%.

References
----------
Schuirmann (1987), Journal of Pharmacokinetics and Biopharmaceutics 15(6): two one-sided tests.
Bloom (1995), Evaluation Review 19(5): minimum detectable effects.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import stats

from ..record import Numbers
from ..specification import SpecificationError, require_numbers
from .detectable import minimum_detectable

Excluded = Literal["none", "upper part", "lower part", "both ends", "all"]


@dataclass(frozen=True, slots=True)
class Plausible:
    """The effects that would matter, ``least`` to ``most``, both above zero.

    Raises
    ------
    SpecificationError
        Ends that are not finite, not above zero or the wrong way round.
    """

    least: float
    most: float

    def __post_init__(self) -> None:
        if not 0 < self.least < self.most < math.inf:
            raise SpecificationError(
                f"a plausible range from {self.least:g} to {self.most:g}: it needs two numbers "
                "above zero, the smaller first"
            )


@dataclass(frozen=True, slots=True, repr=False)
class Equivalence(Numbers):
    """An estimate beside the plausible range.

    Parameters
    ----------
    estimate, low, high : with the interval that rules out
    least, most : the plausible range
    excluded : which part of the range lies outside the interval
    above_zero, below_zero : whether the interval excludes all effects on the other side and zero
    equivalence_p : the larger p of the two one-sided tests that the effect lies within plus or
        minus ``least``
    equivalent : whether both reject, each at 1 - level
    detectable : the smallest effect that a two-sided test at 1 - level finds with the power asked
    level : of the interval
    """

    estimate: float
    low: float
    high: float
    least: float
    most: float
    excluded: Excluded
    above_zero: bool
    below_zero: bool
    equivalence_p: float
    equivalent: bool
    detectable: float
    level: float

    def heading(self) -> str:
        return "An estimate beside the effects that would matter"


def equivalence(
    estimate: float,
    low: float,
    high: float,
    plausible: Plausible,
    *,
    df: float = math.inf,
    level: float = 0.95,
    power: float = 0.8,
) -> Equivalence:
    """Set an estimate with its interval beside the effects that would matter.

    Parameters
    ----------
    estimate, low, high : with its interval by any rule; each side's error is its reach over the
        quantile of t
    plausible : effects that would matter, in the estimate's unit
    df : degrees of freedom of the t reference
    level : of the interval
    power : of the smallest effect found

    Raises
    ------
    SpecificationError
        Numbers that are missing or infinite; an estimate that does not lie inside its interval.
    """
    require_numbers("numbers of an estimate and its interval", np.array([estimate, low, high]))
    if not low < estimate < high:
        raise SpecificationError(
            f"an estimate of {estimate:g} with an interval from {low:g} to {high:g}: it needs to "
            "lie inside"
        )
    quantile = float(stats.t.ppf(0.5 + level / 2, df))
    below, above = (estimate - low) / quantile, (high - estimate) / quantile
    one_sided = (
        float(stats.t.sf((plausible.least + estimate) / below, df)),
        float(stats.t.sf((plausible.least - estimate) / above, df)),
    )
    return Equivalence(
        estimate=estimate,
        low=low,
        high=high,
        least=plausible.least,
        most=plausible.most,
        excluded=_excluded(low, high, plausible),
        above_zero=low > 0,
        below_zero=high < 0,
        equivalence_p=max(one_sided),
        equivalent=max(one_sided) <= 1 - level,
        detectable=minimum_detectable(max(below, above), df, level, power),
        level=level,
    )


def _excluded(low: float, high: float, plausible: Plausible) -> Excluded:
    if high < plausible.least or low > plausible.most:
        return "all"
    if low > plausible.least:
        return "both ends" if high < plausible.most else "lower part"
    return "upper part" if high < plausible.most else "none"
