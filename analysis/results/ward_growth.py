"""How fast prices grew in each ward, between the means of some years at either end of the data."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..graph import result
from ..quantities import REACH, Count, PriceDifference
from ..study import Study
from .small_area_prices import SmallAreaPrices


@dataclass(frozen=True, slots=True)
class WardGrowth:
    """The wards' prices at both ends, and what lies between.

    Parameters
    ----------
    wards : ``area, name, first, first_variance, last, last_variance`` (log prices), ``growth,
        growth_error`` (log points a year) and ``sales``
    fastest_ward, slowest_ward : names
    fastest_growth, slowest_growth : a year
    ward_window : years that are averaged at each end
    """

    wards: pd.DataFrame
    fastest_ward: str
    fastest_growth: PriceDifference
    slowest_ward: str
    slowest_growth: PriceDifference
    ward_window: Count
    wards_measured: Count


@result(prefix="house_prices")
def ward_growth(
    study: Study, areas: pd.DataFrame, small_area_prices: SmallAreaPrices
) -> WardGrowth:
    """Growth by ward, each with its error."""
    window = study.prices.window
    wards = _growth(small_area_prices.by_ward, window)
    names = areas.drop_duplicates("ward22").set_index("ward22")["ward22_name"]
    wards = wards.assign(name=names).rename_axis("area").reset_index()
    fastest = wards.iloc[wards["growth"].argmax()]
    slowest = wards.iloc[wards["growth"].argmin()]
    return WardGrowth(
        wards=wards,
        fastest_ward=str(fastest["name"]),
        fastest_growth=_a_year(fastest),
        slowest_ward=str(slowest["name"]),
        slowest_growth=_a_year(slowest),
        ward_window=Count(window),
        wards_measured=Count(len(wards)),
    )


def _growth(cells: pd.DataFrame, window: int) -> pd.DataFrame:
    years = np.sort(cells["period"].unique())
    ends = {"first": years[:window], "last": years[-window:]}
    parts = {}
    for name, chosen in ends.items():
        rows = cells[cells["period"].isin(chosen)].groupby("area")
        parts[name] = rows["log_price"].mean()
        parts[f"{name}_variance"] = rows["variance"].sum() / window**2
    frame = pd.DataFrame(parts)
    span = float(years[-window:].mean() - years[:window].mean())
    frame["growth"] = (frame["last"] - frame["first"]) / span
    frame["growth_error"] = np.sqrt(frame["first_variance"] + frame["last_variance"]) / span
    return frame.assign(sales=cells.groupby("area")["sales"].sum())


def _a_year(ward: pd.Series) -> PriceDifference:
    growth, reach = float(ward["growth"]), REACH * float(ward["growth_error"])
    return PriceDifference(growth, growth - reach, growth + reach, float(ward["growth_error"]))
