"""What differences in per cent come to for a typical home, in pounds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..graph import result
from ..quantities import Money, Quantity, Year
from .city_prices import CityPrices
from .decided import Decided
from .verdicts import Verdicts

ROUNDED_TO = 100
"""Pounds; the differences are known no better."""


@dataclass(frozen=True, slots=True)
class TypicalHome:
    """A home sold at the city's mean price.

    Parameters
    ----------
    plausible_low, plausible_high : what the ends of the range that would matter come to
    differences : of each question about prices that has an estimate, by its key
    """

    price: Money
    year: Year
    plausible_low: Money
    plausible_high: Money
    differences: Mapping[str, Money]


@result()
def typical_home(city_prices: CityPrices, decided: Decided, verdicts: Verdicts) -> TypicalHome:
    """The declared range and each headline, in pounds of the last year."""
    price = city_prices.last_price
    return TypicalHome(
        price=Money(_rounded(price.number), columns=price.columns),
        year=city_prices.last_year,
        plausible_low=_part(price, decided.plausible_low),
        plausible_high=_part(price, decided.plausible_high),
        differences={
            one.key: _part(price, one.headline)
            for one in verdicts.about_prices
            if isinstance(one.headline, Quantity)
        },
    )


def _part(price: Money, percent: Quantity) -> Money:
    ends = (percent.low, percent.high)
    return Money(
        _rounded(price.number * (percent.value or 0) / 100),
        *(None if end is None else _rounded(price.number * end / 100) for end in ends),
        label=percent.label,
    )


def _rounded(pounds: float) -> float:
    return float(ROUNDED_TO * round(pounds / ROUNDED_TO))
