"""What the homes of each recorded place were worth in the year in which it began.

It stands apart from the account of the city, which knows nothing of coproduction.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from ...data import tables
from ...data.catalogue import DataFolder
from ..graph import result
from ..study import Study
from .account_cells import Account, make_account
from .small_area_prices import SmallAreaPrices


@dataclass(frozen=True, slots=True)
class PlaceWorth:
    """The homes of a recorded place in the year in which it began.

    Parameters
    ----------
    worth : whole pounds
    std_error : of its log
    """

    place: str
    year: int
    homes: int
    worth: int
    std_error: float


@dataclass(frozen=True, slots=True)
class PlaceWorths:
    """The places of which the start lies in the account's years."""

    places: tuple[PlaceWorth, ...]


@result()
def place_worth(
    study: Study,
    folder: DataFolder,
    areas: pd.DataFrame,
    sectors: pd.DataFrame,
    places: pd.DataFrame,
    small_area_prices: SmallAreaPrices,
) -> PlaceWorths:
    """The worth of places in the equity account, with its error."""
    account = make_account(study, folder, areas, sectors, small_area_prices)
    return PlaceWorths(tuple(places_in(account, tables.place_lsoas(folder), places)))


def places_in(
    account: Account, members: pd.DataFrame, places: pd.DataFrame
) -> Iterator[PlaceWorth]:
    """The places that began in the account's years and have homes in it.

    Parameters
    ----------
    members : ``place, lsoa21``
    places : ``place, began``
    """
    years = account.prices.years
    for place, began in places[["place", "began"]].dropna().itertuples(index=False):
        own = members.loc[members["place"] == place, "lsoa21"]
        inside = account.homes.areas["lsoa21"].isin(own).to_numpy()
        if years[0] <= began <= years[-1] and inside.any():
            year = int(began) - int(years[0])
            worth = account.interval(inside, year)
            homes = int(account.counts[inside][:, :, year].sum())
            yield PlaceWorth(str(place), int(began), homes, worth.value, worth.std_error)
