"""The tidy table of all prices of a study, each with how far it is mix-adjusted."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .inputs import Inputs
from .prices import SmallAreaPrices

COLUMNS = [
    "geography", "area", "period", "measure", "value", "variance", "sales", "mix_adjusted",
    "suppressed",
]  # fmt: skip


def price_table(inputs: Inputs, prices: SmallAreaPrices) -> pd.DataFrame:
    """Measured and published prices below one another.

    Returns
    -------
    frame ``geography, area, period, measure, value`` (pounds; missing where suppressed),
    ``variance`` (of its log; missing where not known), ``sales, mix_adjusted`` (in words) and
    ``suppressed``: whether the coefficient of variation exceeds the study's threshold
    """
    parts = [_measured(inputs, prices), _wards(prices), *_published(inputs)]
    return pd.concat(parts, ignore_index=True)[COLUMNS]


def suppressed(inputs: Inputs, prices: SmallAreaPrices) -> pd.Series:
    """Which cells are too uncertain to be shown."""
    return prices.cells["cv"] > inputs.study.prices.cv_at_most


def _measured(inputs: Inputs, prices: SmallAreaPrices) -> pd.DataFrame:
    cells = prices.cells
    hidden = suppressed(inputs, prices)
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
    wards = prices.wards
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


def _published(inputs: Inputs) -> list[pd.DataFrame]:
    folder, sectors = inputs.folder, inputs.sectors
    pooled = folder.read("lsoa_price_per_sqm")
    districts = folder.read("district_year_price_per_sqm")
    hpi = inputs.house_price_index
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
            area=inputs.study.city, period=hpi["date"].dt.strftime("%Y-%m"),
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
