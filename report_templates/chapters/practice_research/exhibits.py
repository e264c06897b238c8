"""The tables and the map of Section 2's first part."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from ....analysis.results.base_map import BaseMap
from ....analysis.results.coproduction_record import CoproductionRecord, PublishedEffects
from ...exhibits import Body, Column, Format, TableBody
from ...formats import format_number
from ...maps import map_body

REST = "None recorded"
STATUS = {
    "before the data": "Began before the data",
    "dated": "Start inside the data",
    "undated": "Start not known",
    "not located": "Not placed on the map",
}
NOT_COUNTED = "Not a neighbourhood programme"


def exhibits(
    published_effects: PublishedEffects,
    coproduction_record: CoproductionRecord,
    base_map: BaseMap,
) -> Iterator[Body]:
    """Published effects, recorded events, how much they cover, and where they are."""
    yield _benchmarks(published_effects)
    yield _events(coproduction_record)
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


def _events(record: CoproductionRecord) -> TableBody:
    events = record.by_place
    table = pd.DataFrame(
        {
            "place": events["place"],
            "organisation": events["organisation"],
            "kind": events["kind"],
            "start": events["start_year"],
            "end": events["end_year"],
            "certainty": events["date_certainty"],
            "status": events["status"].map(STATUS).fillna(NOT_COUNTED),
        }
    )
    return TableBody(
        "practice_research.places",
        table,
        (
            Column("organisation", "Organisation or programme"),
            Column("kind", "Kind"),
            Column("start", "Start", "year"),
            Column("end", "End", "year"),
            Column("certainty", "Date known"),
            Column("status", "Part in the estimates"),
        ),
        shows=(record,),
        group_by="place",
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
    words = codes.map(record.known).map(STATUS).fillna(REST)
    return map_body(
        "practice_research.places_map",
        pd.DataFrame({"code": codes, "value": words}),
        "lsoa21",
        base,
        shows=(record,),
        ramp="category",
        order=[STATUS["before the data"], STATUS["dated"], STATUS["undated"], REST],
        rest=REST,
    )
