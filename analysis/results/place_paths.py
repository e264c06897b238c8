"""How the prices of each case-study place moved against the city's index."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ...data import tables
from ...data.catalogue import DataFolder
from ...data.tables import PlaceRules
from ..graph import result
from ..quantities import REACH, Count, NotEstimable
from ..reasons import NoneInAPlace
from ..study import Study
from ..synthetic_designs import INSIDE
from .case_studies import case_places, short_name
from .small_area_prices import SmallAreaPrices


@dataclass(frozen=True, slots=True)
class PlacePaths:
    """Logs of the places' prices over the city's, first year zero.

    Parameters
    ----------
    places : how many could be drawn
    paths : ``place, year, log_gap, low, high``; the band leaves out the error of the first year
    """

    places: Count | NotEstimable
    paths: pd.DataFrame


@result(prefix="house_prices")
def place_paths(
    study: Study,
    folder: DataFolder,
    rules: PlaceRules,
    places: pd.DataFrame,
    small_area_prices: SmallAreaPrices,
) -> PlacePaths:
    """Each case-study place with the small areas that lie in it."""
    members = _members(folder, rules, small_area_prices.level)
    chosen = {place: members[place] for place in case_places(study, places) if place in members}
    if not chosen:
        none = NoneInAPlace(small_area_prices.level)
        return PlacePaths(NotEstimable(none, unit="count", label="described"), pd.DataFrame())
    paths = [_path(short_name(place), own, small_area_prices) for place, own in chosen.items()]
    return PlacePaths(Count(len(paths)), pd.concat(paths, ignore_index=True))


def _members(folder: DataFolder, rules: PlaceRules, level: str) -> Mapping[str, list[str]]:
    """The small areas of each recorded place."""
    if level == "lsoa21":
        inside, column = tables.place_lsoas(folder), "lsoa21"
    else:
        shares = tables.sector_places(folder, rules)
        inside, column = shares[shares["share"] >= INSIDE], "sector"
    return {str(place): list(own) for place, own in inside.groupby("place")[column]}


def _path(place: str, members: list[str], prices: SmallAreaPrices) -> pd.DataFrame:
    rows = prices.by_area[prices.by_area["area"].isin(members)]
    rows = rows.assign(
        worth=rows["sales"] * rows["log_price"], error=rows["sales"] ** 2 * rows["variance"]
    )
    sums = rows.groupby("period")[["worth", "error", "sales"]].sum()
    level = sums["worth"] / sums["sales"] - prices.index.set_index("period")["log_index"]
    gap = level - level.iloc[0]
    reach = REACH * np.sqrt(sums["error"]) / sums["sales"]
    return pd.DataFrame(
        {"place": place, "year": gap.index, "log_gap": gap, "low": gap - reach, "high": gap + reach}
    )
