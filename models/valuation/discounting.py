"""What is a flow of later years worth today, and an old price in today's money?

Present value: sum_t flow_t d_t, with d_0 = 1 and d_t = d_(t-1) / (1 + r_t). The rate r_t is that of
the step of the schedule in which year t lies, so that a far year is discounted by the early rates
too. Flows are in prices of one year. This is arithmetic; the rate is a rule, not an estimate.

References
----------
HM Treasury (2022), The Green Book, annex on discounting: the declining social time preference rate.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..specification import SpecificationError


@dataclass(frozen=True, slots=True)
class Schedule:
    """Yearly rates by step.

    Parameters
    ----------
    first_years : (k,) first year of each step, rising; the first is 0
    rates : (k,) yearly rate of each step, 0.035 for 3.5%; the last holds for ever
    """

    first_years: tuple[int, ...]
    rates: tuple[float, ...]

    def __post_init__(self) -> None:
        if len(self.first_years) != len(self.rates) or not self.rates:
            raise SpecificationError(f"{len(self.first_years)} steps need as many rates")
        if self.first_years[0] != 0 or sorted(set(self.first_years)) != list(self.first_years):
            raise SpecificationError(f"steps must start at year 0 and rise, not {self.first_years}")
        if min(self.rates) <= -1:
            raise SpecificationError(f"a rate of {min(self.rates):g} leaves nothing to discount")

    def factors(self, years: int) -> np.ndarray:
        """(years,) discount factors of years 0, 1, 2 and so on.

        >>> Schedule((0, 2), (0.10, 0.05)).factors(3).round(4).tolist()
        [1.0, 0.9091, 0.8658]
        """
        year = np.arange(years)
        step = np.searchsorted(self.first_years, year, side="right") - 1
        yearly = 1 + np.array(self.rates)[step]
        yearly[:1] = 1.0
        return np.asarray(1 / np.cumprod(yearly))


def uprate(value: float, index_then: float, index_now: float) -> float:
    """A price of one year in the money of another, by a price index.

    Raises
    ------
    SpecificationError
        An index that is missing or not above zero.
    """
    if not (index_then > 0 and index_now > 0):
        raise SpecificationError(
            f"the price index is {index_then:g} then and {index_now:g} now; it must be above zero"
        )
    return value * index_now / index_then
