"""Appendix 4: house prices by area and year, beside the UK House Price Index."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...report_templates.exhibits import Column, Table
from ...report_templates.formats import format_number
from ..book import Book, ChapterNotes
from ..index_methods import against, indices
from ..inputs import Inputs
from ..maps import city_map
from ..price_table import price_table, suppressed
from ..prices import SmallAreaPrices, city_by_year, small_area_prices
from . import price_paths, price_variation
from .price_paths import INDEX_SOURCES

AREA_SOURCES = ("lsoa_price_per_sqm", "boundaries_lsoa21", "boundaries_ward22")
TABLE_YEARS = 5
"""The table of years prints every fifth year, and the last."""


def compute(inputs: Inputs, book: Book) -> None:
    """The city's path and index, the areas, the variation among them."""
    prices = small_area_prices(inputs)
    _city(inputs, prices, book.chapter("house_prices", INDEX_SOURCES))
    _areas(inputs, book.chapter("house_prices", AREA_SOURCES))
    wards = price_paths.compute(inputs, prices, book)
    price_variation.compute(inputs, prices, wards, book)
    _precision(inputs, prices, book.chapter("house_prices", INDEX_SOURCES))
    book.prices = price_table(inputs, prices)


def _precision(inputs: Inputs, prices: SmallAreaPrices, notes: ChapterNotes) -> None:
    """How sure the price of one area in one year is, and how many are too unsure to show."""
    hidden = suppressed(inputs, prices)
    notes.quote("geography", prices.geography, "text")
    notes.quote("cells", len(prices.cells), "count")
    notes.quote("cells_hidden", int(hidden.sum()), "count")
    notes.quote("cell_sales", float(prices.cells["sales"].median()), "count")
    notes.quote("cell_cv", 100 * float(prices.cells["cv"].median()), "percent")
    notes.quote("cv_at_most", 100 * inputs.study.prices.cv_at_most, "percent")


def _city(inputs: Inputs, prices: SmallAreaPrices, notes: ChapterNotes) -> None:
    city = city_by_year(inputs)
    both = city.dropna(subset=["hpi_price"])
    growth = both.set_index("year")[["mean_price", "hpi_price"]].apply(np.log).diff().dropna()
    difference = growth["mean_price"] - growth["hpi_price"]
    first, last = city.iloc[0], city.iloc[-1]
    notes.quote("first_year", int(first["year"]), "year")
    notes.quote("last_year", int(last["year"]), "year")
    notes.quote("last_hpi_year", int(both["year"].iloc[-1]), "year")
    notes.quote("sales", int(city["sales"].sum()), "count")
    notes.quote("sectors", int(inputs.sectors["sector"].nunique()), "count")
    notes.quote("first_price", float(first["mean_price"]), "pounds")
    notes.quote("last_price", float(last["mean_price"]), "pounds")
    notes.quote("rise", float(last["mean_price"] / first["mean_price"]), "ratio")
    notes.quote("real_rise", float(last["real_price"] / first["real_price"]), "ratio")
    _peak(city, notes)
    notes.quote("growth_correlation", float(growth.corr().to_numpy()[0, 1]), "number")
    notes.quote("growth_difference", float(100 * np.sqrt((difference**2).mean())), "points")
    _show_city_table(city, prices, notes)
    _compare_methods(city, prices, notes)


def _peak(city: pd.DataFrame, notes: ChapterNotes) -> None:
    """The largest fall of the real price: from which peak to which year, and the way back."""
    real = city.set_index("year")["real_price"]
    drawdown = real / real.cummax() - 1
    years = real.index.to_numpy()
    bottom = int(years[drawdown.argmin()])
    peak = int(years[real.loc[:bottom].argmax()])
    notes.quote("real_peak_year", peak, "year")
    notes.quote("real_bottom_year", bottom, "year")
    notes.quote("real_fall", float(-100 * drawdown[bottom]), "percent")
    back = real.loc[bottom:][real.loc[bottom:] >= real[peak]]
    if len(back):
        notes.quote("real_regained_year", int(back.index[0]), "year")
    else:
        notes.refuse("real_regained_year", "year", "the data end before it", label="described")


def _show_city_table(city: pd.DataFrame, prices: SmallAreaPrices, notes: ChapterNotes) -> None:
    index = 100 * np.exp(prices.index.set_index("period")["log_index"])
    city = city.assign(index=city["year"].map(index))
    steps = city[(city["year"] - city["year"].iloc[0]) % TABLE_YEARS == 0]
    shown = pd.concat([steps, city.tail(1)]).drop_duplicates("year")
    notes.book.show(
        Table(
            "house_prices.years",
            "House prices in the city by year",
            shown,
            (
                Column("year", "Year", "year"),
                Column("sales", "Sales", "count"),
                Column("mean_price", "Mean price", "pounds"),
                Column("index", "Index", "number0"),
                Column("hpi_price", "UK HPI average", "pounds"),
                Column("real_price", f"Mean in pounds of {city['year'].iloc[-1]:.0f}", "pounds"),
            ),
            "Pounds; the city; calendar years",
            "The mean weights each postcode sector by its sales and is not mix-adjusted. A dash: "
            "the index file does not hold the whole year. Label: described.",
            notes.source_line,
        )
    )


def _compare_methods(city: pd.DataFrame, prices: SmallAreaPrices, notes: ChapterNotes) -> None:
    by_year = city.set_index("year")
    series = indices(prices, by_year["mean_price"])
    table = against(series, np.log(by_year["hpi_price"]))
    notes.quote("methods", len(table), "count")
    notes.book.show(
        Table(
            "house_prices.methods",
            "The city's index by every method the data allow",
            table,
            (
                Column("method", "Method"),
                Column("held_equal", "Held equal"),
                Column("rise", "Rise, times", "number2"),
                Column("correlation", "Growth: correlation", "number3"),
                Column("difference", "difference", "number2"),
            ),
            "Rise over the whole period; yearly growth against that of the UK HPI: correlation, "
            "and "
            "root mean square difference in percentage points",
            f"UK HPI to {city.dropna(subset=['hpi_price'])['year'].iloc[-1]:.0f}. "
            f"{_what_was_used(prices)} Label: described.",
            notes.source_line,
        )
    )


def _what_was_used(prices: SmallAreaPrices) -> str:
    if prices.sales is None:
        return "Published means carry no type, size or dwelling, so no other method can be had."
    left_out = ", ".join(f"{rows:,} {reason}" for reason, rows in prices.counts.items() if rows)
    return f"{len(prices.sales):,} single sales used; left out: {left_out}."


def _areas(inputs: Inputs, notes: ChapterNotes) -> None:
    areas = inputs.areas.dropna(subset=["price_per_sqm"])
    worth = areas["price_per_sqm"]
    notes.quote("area_low", float(worth.quantile(0.1)), "pounds")
    notes.quote("area_high", float(worth.quantile(0.9)), "pounds")
    notes.quote("area_ratio", float(worth.quantile(0.9) / worth.quantile(0.1)), "ratio")
    notes.quote("area_sales", int(areas["sales"].sum()), "count")
    notes.quote("areas", len(areas), "count")
    notes.quote("areas_all", len(inputs.areas), "count")
    wards = ward_prices(inputs)
    for name, row in (("highest", wards.iloc[0]), ("lowest", wards.iloc[-1])):
        notes.quote(f"{name}_ward", str(row["ward22_name"]), "text")
        notes.quote(f"{name}_ward_price", float(row["price_per_sqm"]), "pounds")
    title = (
        f"One area in ten sold below {format_number(float(worth.quantile(0.1)), 'pounds')} a "
        f"square metre, one in ten above {format_number(float(worth.quantile(0.9)), 'pounds')}"
    )
    note = (
        f"{areas['sales'].sum():,.0f} sales matched to a floor area, pooled over the years of the "
        "file. Not adjusted for type or year of sale. Label: described."
    )
    values = areas.rename(columns={"lsoa21": "code", "price_per_sqm": "value"})
    notes.book.show(
        city_map(
            inputs,
            "house_prices.map_areas",
            title,
            values[["code", "value"]],
            "lsoa21",
            measure="Price per square metre, pounds; lower layer super output areas (2021)",
            note=note,
            source=notes.source_line,
            format="pounds",
            alt=f"Map in five classes of price per square metre, by area; {title.lower()}.",
        )
    )


def ward_prices(inputs: Inputs) -> pd.DataFrame:
    """Price per square metre by ward: all the money paid over all the floor area sold."""
    prices = inputs.folder.read("lsoa_price_per_sqm")
    frame = inputs.areas[["lsoa21", "ward22", "ward22_name"]].merge(prices, on="lsoa21")
    wards = frame.groupby(["ward22", "ward22_name"])[["sales", "floor_area", "total_price"]].sum()
    wards["price_per_sqm"] = wards["total_price"] / wards["floor_area"]
    city = wards["total_price"].sum() / wards["floor_area"].sum()
    wards["against_city"] = 100 * (wards["price_per_sqm"] / city - 1)
    return wards.sort_values("price_per_sqm", ascending=False).reset_index()
