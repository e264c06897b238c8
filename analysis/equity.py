"""The homes of the city, their holders and residents, and what they are worth by year."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..data.tables import FLATS
from ..models.account.equity_account import (
    Interval,
    apportion,
    interval_of_sum,
    sums,
    whole_pounds,
    worth,
)
from ..models.account.growth_split import GrowthSplit, growth_split
from .book import Book
from .equity_prices import TYPES, AreaPrices, area_prices
from .inputs import Inputs

HOLDERS = {
    "outright": ("owned_outright",),
    "mortgaged": ("owned_mortgage", "shared_ownership"),
    "private": ("private_landlord", "private_other", "rent_free"),
    "social": ("social_council", "social_other"),
}
"""Who holds the worth of a home, by the tenure of its household."""


@dataclass(frozen=True, slots=True)
class Homes:
    """Homes of n small areas, in the order of ``areas``.

    Parameters
    ----------
    areas : ``lsoa21, ward22, ward22_name``
    by_type : (n, 4) in the census of 2021
    by_year : (n, T), or None where no earlier census is in the folder
    holders : (n, 4) households by `HOLDERS`
    residents : (n,) at mid-2020
    """

    areas: pd.DataFrame
    by_type: np.ndarray
    by_year: np.ndarray | None
    holders: np.ndarray
    residents: np.ndarray


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


def make_account(inputs: Inputs, book: Book) -> Account:
    """The account of a study; ``book`` holds what its house-price chapter found."""
    years = np.arange(inputs.study.period.first_year, inputs.study.period.last_year + 1)
    every = _homes(inputs, years)
    stock = every.areas.assign(**dict(zip(TYPES, every.by_type.T, strict=True)))
    prices = area_prices(inputs, stock, book)
    priced = every.areas[prices.level].isin(prices.areas).to_numpy()
    homes = _only(every, priced)
    wards = pd.Index(sorted(set(homes.areas["ward22"])))
    place = prices.areas.get_indexer(pd.Index(homes.areas[prices.level]))
    counts = np.stack([_types_in(homes, year) for year in range(len(years))], axis=2)
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
    names = account.homes.areas.drop_duplicates("ward22").set_index("ward22")["ward22_name"]
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
                "ward22_name": names.loc[wards].to_numpy(),
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


def _homes(inputs: Inputs, years: np.ndarray) -> Homes:
    areas = inputs.areas[["lsoa21", "ward22", "ward22_name"]].reset_index(drop=True)
    kinds = _counts(inputs, "census_2021_accommodation", areas)
    by_type = np.column_stack(
        [kinds[name] for name in TYPES[:3]] + [kinds[list(FLATS)].sum(axis=1)]
    )
    tenures = _counts(inputs, "census_2021_tenure", areas)
    return Homes(
        areas=areas,
        by_type=by_type,
        by_year=_homes_by_year(inputs, areas, by_type.sum(axis=1), years),
        holders=np.column_stack([tenures[list(names)].sum(axis=1) for names in HOLDERS.values()]),
        residents=_residents(inputs, areas, by_type.sum(axis=1)),
    )


def _counts(inputs: Inputs, source: str, areas: pd.DataFrame) -> pd.DataFrame:
    """The shares of a census table turned back into its whole counts."""
    shares = inputs.folder.read(source).set_index("lsoa21").loc[areas["lsoa21"]]
    counts = shares.drop(columns="households").mul(shares["households"], axis=0)
    return counts.round().astype("int64").reset_index(drop=True)


def _homes_by_year(
    inputs: Inputs, areas: pd.DataFrame, latest: np.ndarray, years: np.ndarray
) -> np.ndarray | None:
    """Homes between the censuses on a straight line, and after the last one unchanged."""
    if not inputs.folder.holds("census_households"):
        return None
    table = inputs.folder.read("census_households")
    counts = table.pivot(index="lsoa21", columns="year", values="households")
    counts = counts.reindex(areas["lsoa21"]).assign(**{"latest": latest})
    last = int(table["year"].max())
    counts[last] = counts.pop("latest")
    censuses = [int(year) for year in counts.columns]
    if min(censuses) > years[0] or counts.isna().to_numpy().any():
        return None
    lines = [np.interp(years, censuses, row) for row in counts.to_numpy(float)]
    return np.asarray(np.rint(lines).astype(np.int64))


def _residents(inputs: Inputs, areas: pd.DataFrame, homes: np.ndarray) -> np.ndarray:
    """Residents of areas of 2011 carried to those of 2021, divided by homes where one was split."""
    pairs = inputs.folder.read("lsoa11_lsoa21")[["lsoa11", "lsoa21"]]
    pairs = pairs[pairs["lsoa21"].isin(areas["lsoa21"])].assign(
        homes=lambda rows: rows["lsoa21"].map(dict(zip(areas["lsoa21"], homes, strict=True))),
        part=lambda rows: rows.groupby("lsoa11").cumcount(),
    )
    wide = pairs.pivot(index="lsoa11", columns="part", values="homes").fillna(0).astype("int64")
    people = inputs.folder.read("lsoa11_population").set_index("lsoa11")["population"]
    parts = apportion(people.loc[wide.index].to_numpy().astype(np.int64), wide.to_numpy())
    row = wide.index.get_indexer(pd.Index(pairs["lsoa11"]))
    placed = pairs.assign(residents=parts[row, pairs["part"]]).groupby("lsoa21")["residents"].sum()
    return placed.loc[areas["lsoa21"]].to_numpy().astype(np.int64)


def _only(homes: Homes, kept: np.ndarray) -> Homes:
    return Homes(
        homes.areas[kept].reset_index(drop=True),
        homes.by_type[kept],
        None if homes.by_year is None else homes.by_year[kept],
        homes.holders[kept],
        homes.residents[kept],
    )


def _types_in(homes: Homes, place: int) -> np.ndarray:
    """Homes by type in a year, (n, 4): an area keeps its types of 2021."""
    if homes.by_year is None:
        return homes.by_type
    return apportion(homes.by_year[:, place], homes.by_type)
