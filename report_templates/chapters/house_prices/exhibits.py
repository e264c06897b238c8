"""The tables and figures of Appendix 4."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from ....analysis.quantities import REACH
from ....analysis.results.base_map import BaseMap
from ....analysis.results.city_prices import CityPrices
from ....analysis.results.place_paths import PlacePaths
from ....analysis.results.price_levels import PriceLevels
from ....analysis.results.price_variation import PriceVariation
from ....analysis.results.small_area_prices import SmallAreaPrices
from ....analysis.results.ward_growth import WardGrowth
from ...exhibits import Body, Column, FigureBody, Missing, TableBody
from ...maps import map_body
from .variation import variation
from .wards import growth_map, paths, ranked

TABLE_YEARS = 5
"""The table of years prints every fifth year, and the last."""
OWN, MEAN, HPI = "This report's index", "Mean of all sales", "UK HPI"
SALE_BY_SALE = "type, new, tenure, floor area"
SAME_DWELLING = "the same dwelling twice"
METHODS = {
    "mean": (MEAN, "nothing"),
    "sectors": ("Sectors held equal", "postcode sector"),
    "time_dummies": ("Hedonic, time dummies", f"area, {SALE_BY_SALE}"),
    "fixed_basket": ("Hedonic, fixed basket", f"ward, {SALE_BY_SALE}"),
    "double_imputation": ("Hedonic, double imputation", f"ward, {SALE_BY_SALE}"),
    "bailey_muth_nourse": ("Repeat sales, Bailey-Muth-Nourse", SAME_DWELLING),
    "case_shiller": ("Repeat sales, Case-Shiller", SAME_DWELLING),
    "shiller_arithmetic": ("Repeat sales, arithmetic", SAME_DWELLING),
}
"""Name of a method, and what it holds equal."""


def exhibits(
    city_prices: CityPrices,
    small_area_prices: SmallAreaPrices,
    price_levels: PriceLevels,
    ward_growth: WardGrowth,
    price_variation: PriceVariation,
    place_paths: PlacePaths,
    base_map: BaseMap,
) -> Iterator[Body | Missing]:
    """The city's index and what it is held against, levels, wards, variation and places."""
    shows = (city_prices, small_area_prices)
    yield _index(city_prices.logs, shows)
    yield _methods(city_prices, shows)
    yield _wedge(city_prices.logs, shows)
    yield _years(city_prices, shows)
    yield map_body(
        "house_prices.map_areas",
        price_levels.by_area,
        "lsoa21",
        base_map,
        (price_levels,),
        format="pounds",
    )
    yield growth_map(ward_growth, base_map)
    yield from variation(price_variation)
    yield from ranked(price_variation.ranks, base_map)
    yield paths(place_paths, (small_area_prices,))


def _index(logs: pd.DataFrame, shows: tuple[object, ...]) -> FigureBody:
    reach = REACH * logs["error"]
    lines = [
        pd.DataFrame(
            {
                "x": logs.index,
                "y": 100 * np.exp(logs["index"]),
                "low": 100 * np.exp(logs["index"] - reach),
                "high": 100 * np.exp(logs["index"] + reach),
                "series": OWN,
            }
        )
    ]
    for column, name in (("mean", MEAN), ("hpi", HPI)):
        lines.append(
            pd.DataFrame({"x": logs.index, "y": 100 * np.exp(logs[column]), "series": name})
        )
    return FigureBody(
        "house_prices.index",
        "lines",
        pd.concat(lines).dropna(subset=["y"]),
        shows,
        {"y_label": "Index", "y_format": "number0", "log_y": True, "emphasis": [OWN, HPI]},
    )


def _methods(city: CityPrices, shows: tuple[object, ...]) -> TableBody:
    words = city.by_method["method"].map(METHODS)
    table = city.by_method.assign(method=words.str[0])
    table.insert(1, "held_equal", words.str[1])
    return TableBody(
        "house_prices.methods",
        table,
        (
            Column("method", "Method"),
            Column("held_equal", "Held equal"),
            Column("rise", "Rise, times", "number2"),
            Column("correlation", "Growth: correlation", "number3"),
            Column("difference", "difference", "number2"),
        ),
        shows,
    )


def _wedge(logs: pd.DataFrame, shows: tuple[object, ...]) -> FigureBody:
    gaps = [
        pd.DataFrame(
            {"x": logs.index, "y": 100 * np.expm1(logs[column] - logs["index"]), "series": name}
        )
        for column, name in (("mean", MEAN), ("hpi", HPI))
    ]
    return FigureBody(
        "house_prices.wedge",
        "lines",
        pd.concat(gaps).dropna(),
        shows,
        {"y_label": "Per cent", "y_format": "number0", "emphasis": [MEAN, HPI]},
    )


def _years(city: CityPrices, shows: tuple[object, ...]) -> TableBody:
    years = city.by_year.assign(index=city.by_year["year"].map(100 * np.exp(city.logs["index"])))
    steps = years[(years["year"] - years["year"].iloc[0]) % TABLE_YEARS == 0]
    return TableBody(
        "house_prices.years",
        pd.concat([steps, years.tail(1)]).drop_duplicates("year"),
        (
            Column("year", "Year", "year"),
            Column("sales", "Sales", "count"),
            Column("mean_price", "Mean price", "pounds"),
            Column("index", "Index", "number0"),
            Column("hpi_price", "UK HPI average", "pounds"),
            Column("real_price", f"Mean in pounds of {city.last_year.year}", "pounds"),
        ),
        shows,
    )
