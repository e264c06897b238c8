"""Appendix 4: house prices by area and year, beside the UK House Price Index."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...report_templates.exhibits import Column, Figure, Table
from ...report_templates.formats import format_number
from ..book import Book, ChapterNotes, source_line
from ..inputs import Inputs
from ..maps import city_map

SECTOR_SOURCES = ("sector_prices", "sector_share")
INDEX_SOURCES = (*SECTOR_SOURCES, "uk_hpi", "cpi")
AREA_SOURCES = ("lsoa_price_per_sqm", "boundaries_lsoa21", "boundaries_ward22")
DISTRICT_SOURCES = ("district_year_price_per_sqm", "sector_share")
TABLE_YEARS = 5
"""The table of years prints every fifth year, and the last."""


def compute(inputs: Inputs, book: Book) -> None:
    """The city's path, the wards, the areas, the postcode districts."""
    _city(inputs, book.chapter("house_prices", INDEX_SOURCES))
    _areas(inputs, book.chapter("house_prices", AREA_SOURCES))
    _districts(inputs, book.chapter("house_prices", DISTRICT_SOURCES))


def city_by_year(inputs: Inputs) -> pd.DataFrame:
    """Mean price of all the city's sales by year, beside the UK HPI and in real terms.

    Columns ``year, sales, mean_price, hpi_price`` (yearly mean of months; NaN where the year is not
    complete) and ``real_price`` (in pounds of the last year, by CPI).
    """
    sectors = inputs.sectors.assign(worth=inputs.sectors["mean_price"] * inputs.sectors["sales"])
    city = sectors.groupby("year")[["worth", "sales"]].sum()
    cpi = inputs.folder.read("cpi")
    prices = cpi.groupby(cpi["month"].dt.year)["cpi"].mean().reindex(city.index)
    frame = pd.DataFrame(
        {
            "sales": city["sales"],
            "mean_price": city["worth"] / city["sales"],
            "hpi_price": _hpi_by_year(inputs).reindex(city.index),
        }
    )
    frame["real_price"] = frame["mean_price"] * prices.iloc[-1] / prices
    return frame.rename_axis("year").reset_index()


def _hpi_by_year(inputs: Inputs) -> pd.Series:
    hpi = inputs.folder.read("uk_hpi")
    years = hpi.groupby(hpi["date"].dt.year)["average_price"]
    complete = years.count() == 12
    return years.mean().where(complete)


def _city(inputs: Inputs, notes: ChapterNotes) -> None:
    city = city_by_year(inputs)
    both = city.dropna(subset=["hpi_price"])
    prices = both.set_index("year")[["mean_price", "hpi_price"]]
    growth = prices.apply(np.log).diff().dropna()
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
    _show_city_figure(city, notes)
    _show_city_table(city, notes)


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


def _show_city_figure(city: pd.DataFrame, notes: ChapterNotes) -> None:
    base = city.iloc[0]
    long = pd.concat(
        pd.DataFrame(
            {"x": city["year"], "y": 100 * city[column] / base[column], "series": name}
        ).dropna()
        for column, name in (
            ("mean_price", "Mean of all sales"),
            ("hpi_price", "UK HPI"),
            ("real_price", "Mean of all sales, real terms"),
        )
    )
    rise = format_number(float(city["mean_price"].iloc[-1] / base["mean_price"]), "number1")
    notes.book.show(
        Figure(
            "house_prices.city",
            f"The mean price paid rose {rise}-fold in money between {base['year']:.0f} and "
            f"{city['year'].iloc[-1]:.0f}",
            "lines",
            long,
            f"Index, {base['year']:.0f} = 100, logarithmic scale; the city; yearly",
            f"{city['sales'].sum():,.0f} sales. The mean of all sales is not mix-adjusted; the "
            "UK HPI is. Real terms: deflated by the CPI. Label: described.",
            notes.source_line,
            alt="Three lines from a common start: the plain mean of all sales, the UK House Price "
            "Index, and the mean in real terms, which ends lowest.",
            options={
                "y_label": "Index",
                "y_format": "number0",
                "log_y": True,
                "emphasis": ["Mean of all sales", "UK HPI"],
            },
        )
    )


def _show_city_table(city: pd.DataFrame, notes: ChapterNotes) -> None:
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
                Column("hpi_price", "UK HPI average", "pounds"),
                Column("real_price", f"Mean in pounds of {city['year'].iloc[-1]:.0f}", "pounds"),
            ),
            "Pounds; the city; calendar years",
            "The mean weights each postcode sector by its sales and is not mix-adjusted. A dash: "
            "the index file does not hold the whole year. Label: described.",
            notes.source_line,
        )
    )


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
    _show_wards(inputs, wards, note, notes)


def ward_prices(inputs: Inputs) -> pd.DataFrame:
    """Price per square metre by ward: all the money paid over all the floor area sold."""
    prices = inputs.folder.read("lsoa_price_per_sqm")
    frame = inputs.areas[["lsoa21", "ward22", "ward22_name"]].merge(prices, on="lsoa21")
    wards = frame.groupby(["ward22", "ward22_name"])[["sales", "floor_area", "total_price"]].sum()
    wards["price_per_sqm"] = wards["total_price"] / wards["floor_area"]
    city = wards["total_price"].sum() / wards["floor_area"].sum()
    wards["against_city"] = 100 * (wards["price_per_sqm"] / city - 1)
    return wards.sort_values("price_per_sqm", ascending=False).reset_index()


def _show_wards(inputs: Inputs, wards: pd.DataFrame, note: str, notes: ChapterNotes) -> None:
    top = wards.iloc[0]
    notes.book.show(
        city_map(
            inputs,
            "house_prices.map_wards",
            f"{top['ward22_name']} is the dearest ward by the square metre",
            wards.rename(columns={"ward22": "code", "price_per_sqm": "value"})[["code", "value"]],
            "ward22",
            measure="Price per square metre, pounds; wards (2022)",
            note=note,
            source=notes.source_line,
            format="pounds",
            alt=f"Map of wards in five classes of price per square metre; {top['ward22_name']} is "
            "in the highest.",
        )
    )
    notes.book.show(
        Table(
            "house_prices.wards",
            "Price per square metre by ward",
            wards,
            (
                Column("ward22_name", "Ward"),
                Column("sales", "Sales", "count"),
                Column("price_per_sqm", "Price per square metre", "pounds"),
                Column("against_city", "Against the city", "percent0"),
            ),
            "Pounds per square metre of floor area sold; wards (2022)",
            note,
            notes.source_line,
        )
    )


def _districts(inputs: Inputs, notes: ChapterNotes) -> None:
    shares = inputs.folder.read("sector_share")
    shares = shares.assign(
        district=shares["sector"].str.split(" ").str[0],
        inside=shares["share"] * shares["postcodes"],
    )
    totals = shares.groupby("district")[["inside", "postcodes"]].sum()
    within = totals.index[
        totals["inside"] / totals["postcodes"] >= inputs.study.geography.sector_share_at_least
    ]
    prices = inputs.folder.read("district_year_price_per_sqm")
    period = inputs.study.period
    prices = prices[
        prices["postcode_district"].isin(within)
        & prices["year"].between(period.first_year, period.last_year)
    ]
    ends = prices[prices["year"] == prices["year"].max()].sort_values("real_price_per_sqm")
    emphasis = [ends["postcode_district"].iloc[-1], ends["postcode_district"].iloc[0]]
    notes.quote("districts", int(prices["postcode_district"].nunique()), "count")
    wide = prices.pivot(index="year", columns="postcode_district", values="real_price_per_sqm")
    ranks = wide.dropna(axis="columns").iloc[[0, -1]].T.corr("spearman")
    notes.quote("district_ranks", float(ranks.to_numpy()[0, 1]), "number")
    notes.quote("dearest_district", emphasis[0], "text")
    notes.quote("cheapest_district", emphasis[1], "text")
    notes.book.show(
        Figure(
            "house_prices.districts",
            f"Of {prices['postcode_district'].nunique()} postcode districts {emphasis[0]} is now "
            f"the dearest by the square metre and {emphasis[1]} the cheapest",
            "lines",
            prices.rename(
                columns={"year": "x", "real_price_per_sqm": "y", "postcode_district": "series"}
            )[["x", "y", "series"]],
            "Pounds per square metre in constant prices, logarithmic scale; postcode districts; "
            "yearly",
            f"{prices['sales'].sum():,.0f} sales matched to a floor area. Constant prices by the "
            "aggregator, with the CPI. Not adjusted for type. Label: described.",
            source_line(DISTRICT_SOURCES),
            alt=f"One line a district, most in grey; {emphasis[0]} ends highest and {emphasis[1]} "
            "lowest.",
            options={
                "y_label": "Pounds per square metre",
                "y_format": "pounds",
                "log_y": True,
                "emphasis": emphasis,
            },
        )
    )
