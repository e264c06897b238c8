"""The tables and the map of Section 2's first part."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pandas as pd

from ....analysis.results.base_map import BaseMap
from ....analysis.results.coproduction_record import (
    BEFORE,
    INSIDE,
    UNKNOWN,
    CoproductionRecord,
    Grants,
    GrantsRecord,
    PublishedEffects,
)
from ...exhibits import ADDRESS, Body, Column, FigureBody, Format, TableBody
from ...formats import format_number
from ...maps import map_body

REST = "None recorded"
KNOWN = {
    BEFORE: "Began before the price data",
    INSIDE: "Began inside the price data",
    UNKNOWN: "Start not known",
}


def exhibits(
    published_effects: PublishedEffects,
    coproduction_record: CoproductionRecord,
    grants_record: GrantsRecord,
    base_map: BaseMap,
) -> Iterator[Body]:
    """Published effects, recorded events, how much they cover, and where they are."""
    yield _benchmarks(published_effects)
    if coproduction_record.by_place["start_year"].notna().any():
        yield _timeline(coproduction_record, coproduction_record.prices_from)
    yield _events(coproduction_record)
    if grants_record.grants:
        yield _grants(grants_record.grants)
    yield _coverage(coproduction_record)
    yield _map(coproduction_record, base_map)


def _benchmarks(published: PublishedEffects) -> TableBody:
    effects = published.effects
    table = effects.assign(
        link=effects["link"].str.replace("->", "to"),
        size=[size_words(row) for row in effects.itertuples(index=False)],
        seen=effects["verified"].map({True: "abstract or summary", False: "second hand"}),
    )
    return TableBody(
        "practice_research.benchmarks",
        table,
        (
            Column("effect", "What was compared"),
            Column("size", "Published effect"),
            Column("source", "Source"),
            Column("seen", "What we read"),
        ),
        shows=(published,),
        group_by="link",
    )


def size_words(row: Any) -> str:
    """The published range in its unit, with the standard error where one was seen."""
    if row.low == 0 and row.high == 0:
        return "none found"
    low, high = (format_number(end, _style(end)) for end in (row.low, row.high))
    size = low if low == high else f"{low} to {high}"
    unit = row.unit.removeprefix("% ")
    percent = "%" if row.unit.startswith("%") else ""
    error = "" if pd.isna(row.se) else f" (standard error {format_number(row.se, _style(row.se))})"
    return f"{size}{percent} {unit}{error}"


def _style(value: float) -> Format:
    return "count" if float(value).is_integer() else "number1"


def _timeline(record: CoproductionRecord, first_year: int) -> FigureBody:
    dated = record.by_place.dropna(subset="start_year")
    what = dated["kind"].where(dated["kind"] != "", dated["organisation"])
    frame = pd.DataFrame(
        {
            "row": dated["name"] + ": " + what,
            "value": dated["start_year"],
            "low": dated["start_year"],
            "high": dated["end_year"].fillna(dated["start_year"]),
        }
    )
    return FigureBody(
        "practice_research.timeline",
        "dots",
        frame,
        shows=(record,),
        options={"format": "year", "reference": float(first_year)},
    )


def _events(record: CoproductionRecord) -> TableBody:
    events = record.by_place
    table = pd.DataFrame(
        {
            "place": events["name"],
            "organisation": events["organisation"],
            "start": events["start_year"],
            "end": events["end_year"],
            "source": events["source_url"].map(_host),
            ADDRESS: events["source_url"].map(_first),
        }
    )
    return TableBody(
        "practice_research.places",
        table,
        (
            Column("organisation", "Organisation or programme"),
            Column("start", "Start", "year"),
            Column("end", "End", "year"),
            Column("source", "Page"),
        ),
        shows=(record,),
        group_by="place",
        dense=True,
    )


def _first(pages: str) -> str:
    """The first address of a list of pages, or nothing."""
    first = pages.split(" ; ")[0].split(" ")[0]
    return first if first.startswith("http") else ""


def _host(pages: str) -> str:
    return urlsplit(_first(pages)).netloc.removeprefix("www.") or pages


def _grants(grants: Grants) -> TableBody:
    years = [name for name in grants.by_funder.columns if name.isdigit()]
    return TableBody(
        "practice_research.grants",
        grants.by_funder,
        (
            Column("funder", "Funder"),
            *(Column(year, year, "millions") for year in years),
            Column("all_years", "All years", "millions"),
        ),
        shows=(grants,),
    )


def _coverage(record: CoproductionRecord) -> TableBody:
    table = record.coverage.assign(
        areas_share=100 * record.coverage["share_of_areas"],
        households=100 * record.coverage["share_of_households"],
    )
    return TableBody(
        "practice_research.coverage",
        table,
        (
            Column("kind", "Kind"),
            Column("events", "Events", "count"),
            Column("events_placed", "with a place on the map", "count"),
            Column("areas", "Areas", "count"),
            Column("areas_share", "of all areas", "percent1"),
            Column("households", "of all households", "percent1"),
        ),
        shows=(record,),
        total_row=True,
    )


def _map(record: CoproductionRecord, base: BaseMap) -> Body:
    codes = base.shapes["lsoa21"]["code"]
    words = codes.map(record.known).map(KNOWN).fillna(REST)
    return map_body(
        "practice_research.places_map",
        pd.DataFrame({"code": codes, "value": words}),
        "lsoa21",
        base,
        shows=(record,),
        ramp="category",
        order=[*KNOWN.values(), REST],
        rest=REST,
    )
