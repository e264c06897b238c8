"""The homes of small areas: by type and year, by who holds them, and the residents in them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ...data.catalogue import DataFolder
from ...data.tables import FLATS
from ...models.account.equity_account import apportion
from ..reasons import NoEarlierCensus, Reason
from .account_prices import TYPES

CENSUS, RESIDENTS = 2021, 2020
"""Years of the tables of homes and holders, and of residents."""
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
    by_year : (n, T), or why they are not known
    holders : (n, 4) households by `HOLDERS`
    residents : (n,) at mid-2020
    """

    areas: pd.DataFrame
    by_type: np.ndarray
    by_year: np.ndarray | Reason
    holders: np.ndarray
    residents: np.ndarray

    def only(self, kept: np.ndarray) -> Homes:
        """Those of some areas (a mask)."""
        return Homes(
            self.areas[kept].reset_index(drop=True),
            self.by_type[kept],
            self.by_year if isinstance(self.by_year, Reason) else self.by_year[kept],
            self.holders[kept],
            self.residents[kept],
        )

    def types_in(self, year: int) -> np.ndarray:
        """Homes by type in the year of place ``year``, (n, 4): an area keeps its types of 2021."""
        if isinstance(self.by_year, Reason):
            return self.by_type
        return apportion(self.by_year[:, year], self.by_type)


def homes_of(folder: DataFolder, areas: pd.DataFrame, years: np.ndarray) -> Homes:
    """The homes of the city in some years."""
    areas = areas[["lsoa21", "ward22", "ward22_name"]].reset_index(drop=True)
    kinds = _counts(folder, "census_2021_accommodation", areas)
    by_type = np.column_stack(
        [kinds[name] for name in TYPES[:3]] + [kinds[list(FLATS)].sum(axis=1)]
    )
    tenures = _counts(folder, "census_2021_tenure", areas)
    return Homes(
        areas=areas,
        by_type=by_type,
        by_year=_homes_by_year(folder, areas, by_type.sum(axis=1), years),
        holders=np.column_stack([tenures[list(names)].sum(axis=1) for names in HOLDERS.values()]),
        residents=_residents(folder, areas, by_type.sum(axis=1)),
    )


def _counts(folder: DataFolder, source: str, areas: pd.DataFrame) -> pd.DataFrame:
    """The shares of a census table turned back into its whole counts."""
    shares = folder.read(source).set_index("lsoa21").loc[areas["lsoa21"]]
    counts = shares.drop(columns="households").mul(shares["households"], axis=0)
    return counts.round().astype("int64").reset_index(drop=True)


def _homes_by_year(
    folder: DataFolder, areas: pd.DataFrame, latest: np.ndarray, years: np.ndarray
) -> np.ndarray | Reason:
    """Homes between the censuses on a straight line, and after the last one unchanged."""
    if not folder.holds("census_households"):
        return NoEarlierCensus(int(years[0]))
    table = folder.read("census_households")
    counts = table.pivot(index="lsoa21", columns="year", values="households")
    counts = counts.reindex(areas["lsoa21"]).assign(**{"latest": latest})
    last = int(table["year"].max())
    counts[last] = counts.pop("latest")
    censuses = [int(year) for year in counts.columns]
    if min(censuses) > years[0] or counts.isna().to_numpy().any():
        return NoEarlierCensus(int(years[0]))
    lines = [np.interp(years, censuses, row) for row in counts.to_numpy(float)]
    return np.asarray(np.rint(lines).astype(np.int64))


def _residents(folder: DataFolder, areas: pd.DataFrame, homes: np.ndarray) -> np.ndarray:
    """Residents of areas of 2011 carried to those of 2021, divided by homes where one was split."""
    pairs = folder.read("lsoa11_lsoa21")[["lsoa11", "lsoa21"]]
    pairs = pairs[pairs["lsoa21"].isin(areas["lsoa21"])].assign(
        homes=lambda rows: rows["lsoa21"].map(dict(zip(areas["lsoa21"], homes, strict=True))),
        part=lambda rows: rows.groupby("lsoa11").cumcount(),
    )
    wide = pairs.pivot(index="lsoa11", columns="part", values="homes").fillna(0).astype("int64")
    people = folder.read("lsoa11_population").set_index("lsoa11")["population"]
    parts = apportion(people.loc[wide.index].to_numpy().astype(np.int64), wide.to_numpy())
    row = wide.index.get_indexer(pd.Index(pairs["lsoa11"]))
    placed = pairs.assign(residents=parts[row, pairs["part"]]).groupby("lsoa21")["residents"].sum()
    return placed.loc[areas["lsoa21"]].to_numpy().astype(np.int64)
