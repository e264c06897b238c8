"""How the prices of each case-study place moved against the city's index."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from ...data import tables
from ...data.catalogue import DataFolder
from ...data.record_checks import place_key
from ...data.tables import PlaceRules
from ..graph import result
from ..quantities import REACH, Count, NotEstimable, PriceDifference, Year
from ..reasons import NoneInAPlace
from ..study import Study
from .case_pages import mostly
from .case_studies import case_places, short_name
from .small_area_prices import SmallAreaPrices


@dataclass(frozen=True, slots=True)
class PathEnd:
    """Where a place's prices stand against the city's, both taken as equal in the first year.

    Parameters
    ----------
    first, year : the first and the last year
    last : the gap in the last
    lowest : the lowest gap, of the year ``lowest_year``
    later : years after the first
    behind, ahead : those of them in which the whole interval lies below the city, or above
    """

    place: str
    first: Year
    year: Year
    last: PriceDifference
    lowest: PriceDifference
    lowest_year: Year
    later: Count
    behind: Count
    ahead: Count

    @property
    def key(self) -> str:
        return place_key(self.place)


@dataclass(frozen=True, slots=True)
class PlacePaths:
    """Logs of the places' prices over the city's, first year zero.

    Parameters
    ----------
    places : how many could be drawn
    ends : of each that could
    paths : ``place, year, log_gap, low, high``; the band leaves out the error of the first year
    """

    INLINE: ClassVar = ("ends",)
    places: Count | NotEstimable
    ends: tuple[PathEnd, ...]
    paths: pd.DataFrame

    def end_of(self, place: str) -> PathEnd | None:
        """Where the prices of a place stand, if its path could be drawn."""
        return next((one for one in self.ends if one.place == place), None)

    def path_of(self, place: str) -> pd.DataFrame:
        """The rows of one place."""
        return self.paths[self.paths["place"] == short_name(place)]


@result(prefix="house_prices")
def place_paths(
    study: Study,
    folder: DataFolder,
    rules: PlaceRules,
    places: pd.DataFrame,
    small_area_prices: SmallAreaPrices,
) -> PlacePaths:
    """Each case-study place with the small areas that lie in it."""
    inside = mostly(study.coproduction.sector_share_inside)
    members = _members(folder, rules, small_area_prices.level, inside)
    chosen = {place: members[place] for place in case_places(study, places) if place in members}
    if not chosen:
        none = NoneInAPlace(small_area_prices.level)
        return PlacePaths(NotEstimable(none, unit="count", label="described"), (), pd.DataFrame())
    paths = {place: _path(own, small_area_prices) for place, own in chosen.items()}
    return PlacePaths(
        Count(len(paths)),
        tuple(_end(place, path) for place, path in paths.items()),
        pd.concat(
            [path.assign(place=short_name(place)) for place, path in paths.items()],
            ignore_index=True,
        ),
    )


def _end(place: str, path: pd.DataFrame) -> PathEnd:
    gaps = [PriceDifference(*ends) for ends in path[["log_gap", "low", "high"]].to_numpy(float)]
    lowest = int(path["log_gap"].argmin())
    years = [Year(int(year)) for year in path["year"]]
    return PathEnd(
        place,
        first=years[0],
        year=years[-1],
        last=gaps[-1],
        lowest=gaps[lowest],
        lowest_year=years[lowest],
        later=Count(len(path) - 1),
        behind=Count(int((path["high"].iloc[1:] < 0).sum())),
        ahead=Count(int((path["low"].iloc[1:] > 0).sum())),
    )


def _members(
    folder: DataFolder, rules: PlaceRules, level: str, least: float
) -> Mapping[str, list[str]]:
    """The small areas of each recorded place."""
    if level == "lsoa21":
        inside, column = tables.place_lsoas(folder), "lsoa21"
    else:
        shares = tables.sector_places(folder, rules)
        inside, column = shares[shares["share"] >= least], "sector"
    return {str(place): list(own) for place, own in inside.groupby("place")[column]}


def _path(members: list[str], prices: SmallAreaPrices) -> pd.DataFrame:
    rows = prices.by_area[prices.by_area["area"].isin(members)]
    rows = rows.assign(
        worth=rows["sales"] * rows["log_price"], error=rows["sales"] ** 2 * rows["variance"]
    )
    sums = rows.groupby("period")[["worth", "error", "sales"]].sum()
    level = sums["worth"] / sums["sales"] - prices.index.set_index("period")["log_index"]
    gap = level - level.iloc[0]
    reach = REACH * np.sqrt(sums["error"]) / sums["sales"]
    return pd.DataFrame(
        {"year": gap.index, "log_gap": gap, "low": gap - reach, "high": gap + reach}
    )
