"""How the price of a square metre differs from area to area and from ward to ward."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from ...data.catalogue import DataFolder
from ..graph import result
from ..quantities import Count, Money, Ratio

LOW, HIGH = 0.1, 0.9
"""Quantiles between which most areas lie."""


@dataclass(frozen=True, slots=True)
class PriceLevels:
    """Prices per square metre, all years of the file together.

    Parameters
    ----------
    by_area : ``code, value`` in pounds
    area_low, area_high : one area in ten is cheaper, one in ten dearer; ``area_ratio`` of the two
    area_sales, areas : of the areas with a price, of ``areas_all``
    highest_ward, lowest_ward : names
    """

    by_area: pd.DataFrame
    area_low: Money
    area_high: Money
    area_ratio: Ratio
    area_sales: Count
    areas: Count
    areas_all: Count
    highest_ward: str
    highest_ward_price: Money
    lowest_ward: str
    lowest_ward_price: Money


@result(prefix="house_prices")
def price_levels(folder: DataFolder, areas: pd.DataFrame) -> PriceLevels:
    """All the money paid over all the floor area sold, by area and by ward."""
    priced = areas.dropna(subset=["price_per_sqm"])
    low, high = (float(priced["price_per_sqm"].quantile(part)) for part in (LOW, HIGH))
    wards = _by_ward(folder, areas)
    dearest, cheapest = wards.iloc[0], wards.iloc[-1]
    values = priced.rename(columns={"lsoa21": "code", "price_per_sqm": "value"})
    return PriceLevels(
        by_area=values[["code", "value"]],
        area_low=Money(low),
        area_high=Money(high),
        area_ratio=Ratio(high / low),
        area_sales=Count(int(priced["sales"].sum())),
        areas=Count(len(priced)),
        areas_all=Count(len(areas), columns=("lsoa21",)),
        highest_ward=str(dearest["ward22_name"]),
        highest_ward_price=Money(float(dearest["price_per_sqm"])),
        lowest_ward=str(cheapest["ward22_name"]),
        lowest_ward_price=Money(float(cheapest["price_per_sqm"])),
    )


def _by_ward(folder: DataFolder, areas: pd.DataFrame) -> pd.DataFrame:
    """Wards, the dearest first."""
    prices = folder.read("lsoa_price_per_sqm")
    frame = areas[["lsoa21", "ward22", "ward22_name"]].merge(prices, on="lsoa21")
    wards = frame.groupby(["ward22", "ward22_name"])[["floor_area", "total_price"]].sum()
    wards["price_per_sqm"] = wards["total_price"] / wards["floor_area"]
    return wards.sort_values("price_per_sqm", ascending=False).reset_index()
