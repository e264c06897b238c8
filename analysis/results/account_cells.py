"""The core of the equity account: what the homes of each small area are worth by type and year."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ...data.catalogue import DataFolder
from ...models.account.equity_account import (
    Interval,
    apportion,
    interval_of_sum,
    sums,
    whole_pounds,
    worth,
)
from ...models.account.growth_split import GrowthSplit, growth_split
from ..study import Study
from .account_homes import HOLDERS, Homes, homes_of
from .account_prices import TYPES, AreaPrices, area_prices
from .small_area_prices import SmallAreaPrices


@dataclass(frozen=True, slots=True)
class Account:
    """Every pound of the city's homes, by small area, year and holder.

    Parameters
    ----------
    homes, prices : what it is made of
    wards : (W,) codes in order
    ward, priced_by : (n,) place of each small area's ward in ``wards``, of its price in ``prices``
    counts : (n, 4, T) homes by type
    worth_by_type : (n, 4, T) whole pounds
    held : (n, 4) the last year's worth by `HOLDERS`
    unpriced : names of wards of which a small area has no price, and is not in the account
    """

    homes: Homes
    prices: AreaPrices
    wards: pd.Index
    ward: np.ndarray
    priced_by: np.ndarray
    counts: np.ndarray
    worth_by_type: np.ndarray
    held: np.ndarray
    unpriced: tuple[str, ...]

    @property
    def worth(self) -> np.ndarray:
        """(n, T) whole pounds."""
        return np.asarray(self.worth_by_type.sum(axis=1))

    @property
    def priced_ward(self) -> np.ndarray:
        """(A,) place of the ward of each area that has a price of its own."""
        ward = np.zeros(len(self.prices.areas), dtype=np.int64)
        ward[self.priced_by] = self.ward
        return ward

    @property
    def everywhere(self) -> np.ndarray:
        """(n,) a mask of all small areas."""
        return np.ones(len(self.ward), dtype=bool)

    @property
    def ward_names(self) -> np.ndarray:
        """(W,) in the order of ``wards``."""
        names = self.homes.areas.drop_duplicates("ward22").set_index("ward22")["ward22_name"]
        return np.asarray(names.loc[self.wards])

    def by_ward(self, amounts: np.ndarray) -> np.ndarray:
        """Sums of whole amounts (n, ...) over the small areas of each ward."""
        return sums(amounts, self.ward, len(self.wards))

    def by_price(self, amounts: np.ndarray) -> np.ndarray:
        """Sums of whole amounts (n, ...) over the small areas of one price."""
        return sums(amounts, self.priced_by, len(self.prices.areas))

    def interval(self, members: np.ndarray, year: int) -> Interval:
        """The worth of some small areas (a mask) in the year of place ``year``."""
        inside = np.where(members, self.worth_by_type[:, :, year].sum(axis=1), 0)
        return interval_of_sum(self.by_price(inside), self.prices.loadings(year))

    def ward_intervals(self, year: int) -> list[Interval]:
        """The worth of each ward in the year of place ``year``."""
        amounts = self.by_price(self.worth_by_type[:, :, year].sum(axis=1))
        loadings, ward = self.prices.loadings(year), self.priced_ward
        members = [np.flatnonzero(ward == place) for place in range(len(self.wards))]
        return [interval_of_sum(amounts[own], loadings[own]) for own in members]

    def splits(self) -> tuple[GrowthSplit, list[GrowthSplit]]:
        """Growth from the first year to the last of the city and of each ward."""
        homes = self.by_price(self.counts[:, :, [0, -1]])
        pounds = whole_pounds(self.prices.by_type[:, :, [0, -1]])
        ward = self.priced_ward

        def split(own: np.ndarray) -> GrowthSplit:
            (d0, d1), (p0, p1) = (
                (each[own, :, 0].ravel(), each[own, :, 1].ravel()) for each in (homes, pounds)
            )
            return growth_split((d0, d1), (p0, p1))

        every = np.flatnonzero(homes.any(axis=(1, 2)))
        return split(every), [
            split(every[ward[every] == place]) for place in range(len(self.wards))
        ]


def make_account(
    study: Study,
    folder: DataFolder,
    areas: pd.DataFrame,
    sectors: pd.DataFrame,
    measured: SmallAreaPrices,
) -> Account:
    """The account of a study, of all small areas that have a price."""
    years = np.arange(study.period.first_year, study.period.last_year + 1)
    every = homes_of(folder, areas, years)
    stock = every.areas.assign(**dict(zip(TYPES, every.by_type.T, strict=True)))
    prices = area_prices(study, folder, sectors, measured, stock, years)
    priced = every.areas[prices.level].isin(prices.areas).to_numpy()
    homes = every.only(priced)
    wards = pd.Index(sorted(set(homes.areas["ward22"])))
    place = prices.areas.get_indexer(pd.Index(homes.areas[prices.level]))
    counts = np.stack([homes.types_in(year) for year in range(len(years))], axis=2)
    worths = worth(counts, whole_pounds(prices.by_type)[place])
    return Account(
        homes=homes,
        prices=prices,
        wards=wards,
        ward=wards.get_indexer(pd.Index(homes.areas["ward22"])),
        priced_by=place,
        counts=counts,
        worth_by_type=worths,
        held=apportion(worths[:, :, -1].sum(axis=1), homes.holders),
        unpriced=tuple(sorted(set(every.areas.loc[~priced, "ward22_name"]))),
    )


def by_ward_and_year(account: Account) -> pd.DataFrame:
    """The account as a tidy table, in whole pounds that sum to the city's.

    Returns
    -------
    frame ``ward22, ward22_name, year, homes, worth, worth_low, worth_high`` (95%), ``residents``
    (mid-2020) and ``held_*`` by `HOLDERS`, both of the last year alone
    """
    years, wards = account.prices.years, account.wards
    held = account.by_ward(account.held)
    last = pd.DataFrame({f"held_{name}": held[:, k] for k, name in enumerate(HOLDERS)})
    last.insert(0, "residents", account.by_ward(account.homes.residents))
    homes = account.by_ward(account.counts.sum(axis=1))
    parts = []
    for place, year in enumerate(years):
        spans = account.ward_intervals(place)
        frame = pd.DataFrame(
            {
                "ward22": wards,
                "ward22_name": account.ward_names,
                "year": year,
                "homes": homes[:, place],
                "worth": [span.value for span in spans],
                "worth_low": [span.low for span in spans],
                "worth_high": [span.high for span in spans],
            }
        )
        parts.append(frame if year < years[-1] else frame.join(last))
    table = pd.concat(parts, ignore_index=True)
    return table.astype(dict.fromkeys(last.columns, "Int64"))
