"""A made city of a few wards with its equity account, and gains made of it."""

import numpy as np
import pandas as pd

from neighbourhood_equity.analysis.quantities import Count, Money, NotEstimable, Share, Year
from neighbourhood_equity.analysis.reasons import (
    NeighboursLeftOut,
    NoAmountSpent,
    NoEarlierCensus,
)
from neighbourhood_equity.analysis.results.account_cells import Account
from neighbourhood_equity.analysis.results.account_homes import Homes
from neighbourhood_equity.analysis.results.account_prices import TYPES, AreaPrices
from neighbourhood_equity.analysis.results.attribution import Attribution, PlaceGain
from neighbourhood_equity.analysis.results.case_studies import CasePlace
from neighbourhood_equity.analysis.results.equity_account import EquityAccount, summed
from neighbourhood_equity.models.account.equity_account import apportion, whole_pounds, worth

YEARS = np.arange(2001, 2004)
AREAS = 3
"""Small areas of each ward."""


def made_account(wards: int = 6, *, counted: bool = True) -> Account:
    """An account of so many wards, each priced by itself, with homes of odd numbers."""
    rng = np.random.default_rng(4)
    ward = np.repeat(np.arange(wards), AREAS)
    codes = pd.Index([f"W{place}" for place in range(wards)])
    by_type = rng.integers(3, 90, (len(ward), len(TYPES)))
    by_year = by_type.sum(axis=1)[:, None] + rng.integers(0, 9, (len(ward), len(YEARS)))
    homes = Homes(
        areas=pd.DataFrame(
            {
                "lsoa21": [f"A{place}" for place in range(len(ward))],
                "ward22": codes[ward],
                "ward22_name": [f"Ward {place}" for place in ward],
            }
        ),
        by_type=by_type,
        by_year=by_year if counted else NoEarlierCensus(int(YEARS[0])),
        holders=rng.integers(1, 40, (len(ward), 4)),
        residents=rng.integers(300, 900, len(ward)),
    )
    types = np.array([300.5, 200.3, 150.7, 120.1])[:, None] * 1000 * np.array([1.0, 1.1, 1.3])
    by_type_price = types[None] * np.linspace(0.7, 1.9, wards)[:, None, None]
    prices = AreaPrices(
        level="ward22",
        areas=codes,
        years=YEARS,
        by_type=by_type_price,
        carried=np.eye(wards),
        errors=np.full((len(YEARS), wards), 0.02),
        basket="weighted",
        border=("W1",),
        type_year=2002,
        type_prices=types,
    )
    counts = np.stack([homes.types_in(year) for year in range(len(YEARS))], axis=2)
    worths = worth(counts, whole_pounds(prices.by_type)[ward])
    return Account(
        homes=homes,
        prices=prices,
        wards=codes,
        ward=ward,
        priced_by=ward,
        counts=counts,
        worth_by_type=worths,
        held=apportion(worths[:, :, -1].sum(axis=1), homes.holders),
        unpriced=(),
    )


def summed_account(wards: int = 6, *, counted: bool = True) -> EquityAccount:
    """The record of such an account."""
    return summed(made_account(wards, counted=counted))


def gain(name: str, low: float, high: float, cost: float | None = 2e6) -> PlaceGain:
    """A gain of a place with an interval in pounds."""
    label = "synthetic_control"
    return PlaceGain(
        of=CasePlace(name, 2002),
        began=Year(2002),
        worth=Money(40_000_000),
        gain=Money((low + high) / 2, low, high, label=label),
        cost=None if cost is None else Money(cost),
        above_cost=NotEstimable(NoAmountSpent(), label=label)
        if cost is None
        else Share(12.0, label=label),
        homes=120,
        planted=None,
    )


def gains(*places: PlaceGain) -> Attribution:
    return Attribution(
        places=places,
        gains_told=Count(sum(one.told for one in places)),
        spillovers=NotEstimable(NeighboursLeftOut(), "pounds", "synthetic_control"),
    )
