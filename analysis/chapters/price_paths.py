"""Appendix 4, the paths: the city's index and its wedge, and wards, places by level and growth."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...models.specification import NotEstimable
from ...report_templates.exhibits import Column, Figure, Table
from ...report_templates.formats import format_number
from ..book import Book, ChapterNotes
from ..inputs import Inputs
from ..maps import city_map
from ..prices import SmallAreaPrices, city_by_year
from ..results.case_studies import case_places, short_name
from ..synthetic_designs import INSIDE

REACH = 1.959964
"""Standard errors to each end of a 95% interval of a normal variable."""
INDEX_SOURCES = ("sector_prices", "sector_share", "uk_hpi", "cpi")
WARD_SOURCES = ("sector_prices", "code_point_open")
SALE_SOURCES = ("price_paid", "postcode_lookup")


def compute(inputs: Inputs, prices: SmallAreaPrices, book: Book) -> pd.DataFrame:
    """Index, wedge and wards; returns the wards' levels and growth."""
    notes = book.chapter("house_prices", INDEX_SOURCES)
    notes.fitted(prices.estimate)
    _index(inputs, prices, notes)
    wards = ward_growth(inputs, prices)
    from_sales = inputs.study.prices.small_areas == "sales"
    notes = book.chapter("house_prices", SALE_SOURCES if from_sales else WARD_SOURCES)
    _show_wards(inputs, prices, wards, notes)
    with notes.part("places"):
        _places(inputs, prices, notes)
    return wards


def _index(inputs: Inputs, prices: SmallAreaPrices, notes: ChapterNotes) -> None:
    city = city_by_year(inputs).set_index("year")
    index = prices.index.set_index("period")
    logs = pd.DataFrame(
        {
            "index": index["log_index"],
            "mean": np.log(city["mean_price"] / city["mean_price"].iloc[0]),
            "hpi": np.log(city["hpi_price"] / city["hpi_price"].iloc[0]),
        }
    )
    both = logs.dropna().diff().dropna()
    off = both["index"] - both["hpi"]
    notes.quote("index_correlation", float(both["index"].corr(both["hpi"])), "number")
    notes.quote("index_difference", float(100 * np.sqrt((off**2).mean())), "points")
    notes.quote("index_rise", float(np.exp(logs["index"].iloc[-1])), "ratio")
    notes.quote("mix_adjusted", prices.mix_adjusted, "text")
    gap = (logs["hpi"] - logs["index"]).dropna()
    notes.quote("hpi_gap", float(100 * np.expm1(gap.iloc[-1])), "percent")
    wedge = logs["mean"] - logs["index"]
    widest = int(wedge.index.to_numpy()[wedge.abs().argmax()])
    notes.quote("wedge_year", widest, "year")
    notes.quote("wedge", float(100 * np.expm1(wedge[widest])), "percent")
    _cheap_share(inputs, widest, notes)
    _show_index(logs, index, prices, notes)
    _show_wedge(logs, prices, notes)


def _cheap_share(inputs: Inputs, year: int, notes: ChapterNotes) -> None:
    """The share of sales in the cheaper half of sectors, in the first year and at the wedge."""
    sectors = inputs.sectors
    level = sectors["log_price"] - sectors.groupby("year")["log_price"].transform("mean")
    usual = level.groupby(sectors["sector"]).transform("mean")
    cheap = sectors["sales"].where(usual < usual.drop_duplicates().median(), 0.0)
    share = 100 * cheap.groupby(sectors["year"]).sum() / sectors.groupby("year")["sales"].sum()
    notes.quote("cheap_share_first", float(share.iloc[0]), "percent")
    notes.quote("cheap_share_wedge", float(share[year]), "percent")


def _show_index(
    logs: pd.DataFrame, index: pd.DataFrame, prices: SmallAreaPrices, notes: ChapterNotes
) -> None:
    reach = REACH * np.sqrt(index["variance"])
    lines = [
        pd.DataFrame(
            {
                "x": logs.index,
                "y": 100 * np.exp(logs["index"]),
                "low": 100 * np.exp(logs["index"] - reach),
                "high": 100 * np.exp(logs["index"] + reach),
                "series": "This report's index",
            }
        )
    ]
    for column, name in (("mean", "Mean of all sales"), ("hpi", "UK HPI")):
        lines.append(
            pd.DataFrame({"x": logs.index, "y": 100 * np.exp(logs[column]), "series": name})
        )
    correlation = format_number(float(notes.value("index_correlation")), "number3")
    notes.book.show(
        Figure(
            "house_prices.index",
            f"Like with like, the city's prices follow the UK index: yearly growth correlates at "
            f"{correlation}",
            "lines",
            pd.concat(lines).dropna(subset=["y"]),
            f"Index, {logs.index[0]} = 100, logarithmic scale, with 95% band; the city; yearly",
            f"Index: mix-adjusted {prices.mix_adjusted}. {prices.estimate.n:,} rows. Variance "
            f"clustered by {prices.estimate.specification.clusters}, CR1. Label: described.",
            notes.source_line,
            alt="Three lines from a common start: this report's index with its band, the UK House "
            "Price Index, and the plain mean of all sales.",
            options={
                "y_label": "Index",
                "y_format": "number0",
                "log_y": True,
                "emphasis": ["This report's index", "UK HPI"],
            },
        )
    )


def _show_wedge(logs: pd.DataFrame, prices: SmallAreaPrices, notes: ChapterNotes) -> None:
    frame = pd.concat(
        pd.DataFrame(
            {"x": logs.index, "y": 100 * np.expm1(logs[column] - logs["index"]), "series": name}
        )
        for column, name in (("mean", "Mean of all sales"), ("hpi", "UK HPI"))
    ).dropna()
    wedge = format_number(abs(float(notes.value("wedge"))), "percent0")
    way = "above" if float(notes.value("wedge")) > 0 else "below"
    notes.book.show(
        Figure(
            "house_prices.wedge",
            f"What was sold changed: by {notes.value('wedge_year')} the plain mean stood {wedge} "
            f"{way} the index",
            "lines",
            frame,
            f"Difference from this report's index, per cent; {logs.index[0]} = 0; the city; yearly",
            "The index holds the place of the homes sold equal"
            + (
                ", and their type, newness, tenure and size. "
                if "hedonic" in prices.mix_adjusted
                else "; it cannot hold their type equal, which the UK HPI does. "
            )
            + "Label: described.",
            notes.source_line,
            alt="Two lines around zero: the gap of the plain mean of sales, and of the UK House "
            "Price Index, to this report's index.",
            options={
                "y_label": "Per cent",
                "y_format": "number0",
                "emphasis": ["Mean of all sales", "UK HPI"],
            },
        )
    )


def ward_growth(inputs: Inputs, prices: SmallAreaPrices) -> pd.DataFrame:
    """By ward: log price at both ends (means of the window's years), growth a year, errors, ranks.

    Columns ``area, name, first, first_variance, last, last_variance, growth, growth_error`` (log
    points a year), ``sales``.
    """
    window = inputs.study.prices.window
    cells = prices.wards
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
    frame["sales"] = cells.groupby("area")["sales"].sum()
    names = inputs.areas.drop_duplicates("ward22").set_index("ward22")["ward22_name"]
    return frame.assign(name=names).rename_axis("area").reset_index()


def _show_wards(
    inputs: Inputs, prices: SmallAreaPrices, wards: pd.DataFrame, notes: ChapterNotes
) -> None:
    growth = 100 * np.expm1(wards["growth"])
    fastest, slowest = wards.iloc[growth.argmax()], wards.iloc[growth.argmin()]
    for name, row in (("fastest", fastest), ("slowest", slowest)):
        low, high = (
            100 * np.expm1(row["growth"] + way * REACH * row["growth_error"]) for way in (-1, 1)
        )
        notes.quote(f"{name}_ward", str(row["name"]), "text")
        notes.quote(
            f"{name}_growth",
            100 * float(np.expm1(row["growth"])),
            "percent",
            interval=(float(low), float(high)),
        )
    notes.quote("ward_window", inputs.study.prices.window, "count")
    notes.quote("wards_measured", len(wards), "count")
    notes.book.show(
        city_map(
            inputs,
            "house_prices.map_growth",
            f"Prices grew fastest in {fastest['name']} and slowest in {slowest['name']}",
            pd.DataFrame({"code": wards["area"], "value": growth}),
            "ward22",
            measure="Growth a year, per cent, between the first and the last years; wards (2022)",
            note=f"{ward_note(inputs, prices)} Label: described.",
            source=notes.source_line,
            format="percent1",
            alt=f"Map of wards in five classes of growth; {fastest['name']} in the highest, "
            f"{slowest['name']} in the lowest.",
        )
    )


def ward_note(inputs: Inputs, prices: SmallAreaPrices) -> str:
    window = inputs.study.prices.window
    carried = (
        "Single sales by ward"
        if "hedonic" in prices.mix_adjusted
        else "Postcode sectors carried to wards by shared postcodes"
    )
    return f"{carried}; means of {window} years at each end; mix-adjusted {prices.mix_adjusted}."


def ward_table(
    inputs: Inputs, prices: SmallAreaPrices, wards: pd.DataFrame, notes: ChapterNotes
) -> None:
    """The wards with level, growth and rank, each with its interval.

    ``wards`` must hold ``rank``, ``rank_low``, ``rank_high`` and ``rank_first``.
    """
    table = wards.sort_values("rank").assign(
        price=np.exp(wards["last"]),
        price_low=np.exp(wards["last"] - REACH * np.sqrt(wards["last_variance"])),
        price_high=np.exp(wards["last"] + REACH * np.sqrt(wards["last_variance"])),
        growth=100 * np.expm1(wards["growth"]),
        growth_low=100 * np.expm1(wards["growth"] - REACH * wards["growth_error"]),
        growth_high=100 * np.expm1(wards["growth"] + REACH * wards["growth_error"]),
    )
    notes.book.show(
        Table(
            "house_prices.wards_ranked",
            "Level, growth and rank of the wards",
            table,
            (
                Column("name", "Ward"),
                Column("sales", "Sales", "count"),
                Column("price", "Price, last years", "pounds"),
                Column("growth", "Growth a year", "interval_percent1"),
                Column("rank", "Rank", "count"),
                Column("rank_low", "at best", "count"),
                Column("rank_high", "at worst", "count"),
                Column("rank_first", "Rank, first years", "count"),
            ),
            "Pounds; per cent a year with 95% interval; rank one is the dearest, with the ends of "
            "its 95% interval; wards (2022)",
            f"{ward_note(inputs, prices)} Ranks from draws that take the wards' errors as "
            "independent. Label: described.",
            notes.source_line,
        )
    )


def _places(inputs: Inputs, prices: SmallAreaPrices, notes: ChapterNotes) -> None:
    """Each case-study place against the city: per cent above or below, with a band."""
    members = _members(inputs, prices)
    if not members:
        raise NotEstimable(f"no {prices.geography} with prices lies in a case-study place")
    index = prices.index.set_index("period")["log_index"]
    frames = []
    for place, areas in members.items():
        rows = prices.cells[prices.cells["area"].isin(areas)]
        rows = rows.assign(
            worth=rows["sales"] * rows["log_price"], error=rows["sales"] ** 2 * rows["variance"]
        )
        sums = rows.groupby("period")[["worth", "error", "sales"]].sum()
        level = sums["worth"] / sums["sales"] - index
        reach = REACH * np.sqrt(sums["error"]) / sums["sales"]
        start = level.iloc[0]
        frames.append(
            pd.DataFrame(
                {
                    "x": level.index,
                    "y": 100 * np.expm1(level - start),
                    "low": 100 * np.expm1(level - start - reach),
                    "high": 100 * np.expm1(level - start + reach),
                    "series": "The place",
                    "panel": place,
                }
            )
        )
    notes.book.show(
        Figure(
            "house_prices.places",
            "The case-study places against the city",
            "lines",
            pd.concat(frames, ignore_index=True),
            f"Price against the city's index, per cent, first year = 0, with 95% band; "
            f"{prices.geography}s of each place; yearly",
            f"Mix-adjusted {prices.mix_adjusted}; shrunk. The band is of each year's price and "
            "leaves out the error of the first year. Label: described.",
            notes.source_line,
            alt="Small charts, one a place: its price relative to the city since the first year, "
            "with a band.",
            options={"y_label": "Per cent", "y_format": "number0", "emphasis": ["The place"]},
        )
    )


def _members(inputs: Inputs, prices: SmallAreaPrices) -> dict[str, list[str]]:
    from ...data import tables

    if inputs.study.prices.small_areas == "sales":
        areas = tables.place_lsoas(inputs.folder).groupby("place")["lsoa21"].agg(list)
    else:
        shares = tables.sector_places(inputs.folder, inputs.rules)
        areas = shares[shares["share"] >= INSIDE].groupby("place")["sector"].agg(list)
    return {
        short_name(place): areas[place]
        for place in case_places(inputs.study, inputs.places)
        if place in areas
    }
