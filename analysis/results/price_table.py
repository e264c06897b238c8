"""The tidy table of all prices of a study, each with how far it is mix-adjusted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ...data.catalogue import DataFolder
from ...data.tables import house_price_index
from ..graph import result
from ..quantities import Count, Share
from ..study import Study
from .small_area_prices import SmallAreaPrices

COLUMNS = [
    "geography", "area", "period", "measure", "value", "variance", "sales", "mix_adjusted",
    "suppressed",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class PriceTable:
    """All prices, and how many are too unsure to show.

    Parameters
    ----------
    frame : ``geography, area, period, measure, value`` (pounds; missing where suppressed),
        ``variance`` (of its log; missing where not known), ``sales, mix_adjusted`` (in words) and
        ``suppressed``: whether the coefficient of variation exceeds ``cv_at_most``
    """

    frame: pd.DataFrame
    cells_hidden: Count
    cv_at_most: Share


@result(prefix="house_prices")
def price_table(
    study: Study, folder: DataFolder, sectors: pd.DataFrame, small_area_prices: SmallAreaPrices
) -> PriceTable:
    """Measured and published prices below one another."""
    hidden = small_area_prices.by_area["cv"] > study.prices.cv_at_most
    parts = [
        _measured(small_area_prices, hidden),
        _wards(small_area_prices),
        *_published(study, folder, sectors),
    ]
    return PriceTable(
        frame=pd.concat(parts, ignore_index=True)[COLUMNS],
        cells_hidden=Count(int(hidden.sum())),
        cv_at_most=Share(100 * study.prices.cv_at_most),
    )


def _measured(prices: SmallAreaPrices, hidden: pd.Series) -> pd.DataFrame:
    cells = prices.by_area
    return _part(
        prices.geography,
        "price, shrunk",
        prices.mix_adjusted,
        area=cells["area"],
        period=cells["period"].astype(str),
        value=np.exp(cells["log_price"]).mask(hidden),
        variance=cells["variance"],
        sales=cells["sales"],
        suppressed=hidden,
    )


def _wards(prices: SmallAreaPrices) -> pd.DataFrame:
    wards = prices.by_ward
    return _part(
        "ward",
        "price",
        prices.mix_adjusted,
        area=wards["area"],
        period=wards["period"].astype(str),
        value=np.exp(wards["log_price"]),
        variance=wards["variance"],
        sales=wards["sales"],
    )


def _published(study: Study, folder: DataFolder, sectors: pd.DataFrame) -> list[pd.DataFrame]:
    pooled = folder.read("lsoa_price_per_sqm")
    districts = folder.read("district_year_price_per_sqm")
    hpi = house_price_index(folder, study.geography.district)
    parts = [
        _part(
            "postcode sector", "mean price", "no",
            area=sectors["sector"], period=sectors["year"].astype(str),
            value=sectors["mean_price"], sales=sectors["sales"],
        ),
        _part(
            "lower layer super output area 2021", "price per square metre", "floor area only",
            area=pooled["lsoa21"], period="all years",
            value=pooled["price_per_sqm"], sales=pooled["sales"],
        ),
        _part(
            "postcode district", "price per square metre, constant prices", "floor area only",
            area=districts["postcode_district"], period=districts["year"].astype(str),
            value=districts["real_price_per_sqm"], sales=districts["sales"],
        ),
        _part(
            "city", "UK HPI average price", "hedonic, by the publisher",
            area=study.city, period=hpi["date"].dt.strftime("%Y-%m"),
            value=hpi["average_price"], sales=hpi["sales"],
        ),
    ]  # fmt: skip
    if folder.holds("lsoa_median_price"):
        medians = folder.read("lsoa_median_price")
        parts.append(
            _part(
                "lower layer super output area 2011", "median price", "no",
                area=medians["lsoa11"], period="year to June 2019", value=medians["median_price"],
            )
        )  # fmt: skip
    return parts


def _part(
    geography: str, measure: str, mix_adjusted: str, **columns: pd.Series | str
) -> pd.DataFrame:
    frame = pd.DataFrame(columns).assign(
        geography=geography, measure=measure, mix_adjusted=mix_adjusted
    )
    return (
        frame.reindex(columns=COLUMNS)
        .astype({"suppressed": "boolean"})
        .fillna({"suppressed": False})
    )
