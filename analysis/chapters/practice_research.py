"""Section 2, first part: the published effects, and where coproduction is recorded in the city."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ...data import coproduction, tables
from ...data.reference_tables import published_benchmarks
from ...report_templates.exhibits import Column, Format, Table
from ...report_templates.formats import format_number
from ..book import Book, ChapterNotes
from ..inputs import RECORD, Inputs
from ..maps import city_map

SOURCES = (RECORD, "lsoa21_ward22")
REST = "None recorded"
WORDS = {
    "dated": "Start inside the data",
    "before the data": "Began before the data",
    "undated": "Start not known",
    "not counted": "Not a neighbourhood programme",
    "not located": "Not placed on the map",
}


def compute(inputs: Inputs, book: Book) -> None:
    """Benchmarks, recorded events and their map."""
    notes = book.chapter("practice_research", inputs.cited(SOURCES))
    _benchmarks(notes)
    _events(inputs, notes)
    _map(inputs, notes)


def _benchmarks(notes: ChapterNotes) -> None:
    published = published_benchmarks()
    table = published.assign(
        link=published["link"].str.replace("->", "to"),
        size=[_size(row) for row in published.itertuples(index=False)],
        seen=published["verified"].map({True: "yes", False: "second hand"}),
    )
    notes.quote("benchmarks", len(table), "count", label="described")
    notes.book.show(
        Table(
            "practice_research.benchmarks",
            "Published effects near the links of the model",
            table,
            (
                Column("effect", "What was compared"),
                Column("size", "Published effect"),
                Column("source", "Source"),
                Column("seen", "Seen at its source?"),
            ),
            "As published, in the unit of each row",
            "Standard errors were seen for the incinerator alone; none is invented for the others. "
            "Taken from abstracts and public summaries. None is an estimate of this report.",
            "The works named in each row",
            group_by="link",
        )
    )


def _size(row: Any) -> str:
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


def _events(inputs: Inputs, notes: ChapterNotes) -> None:
    events = tables.place_events(inputs.folder)
    events = events.merge(inputs.places[["place", "status"]], on="place", how="left")
    first = {place: number for number, place in enumerate(events["place"].unique())}
    events = events.sort_values("place", key=lambda names: names.map(first), kind="stable")
    table = pd.DataFrame(
        {
            "place": events["place"],
            "organisation": events["organisation"],
            "kind": events["kind"],
            "start": events["start_year"],
            "end": events["end_year"],
            "certainty": events["date_certainty"],
            "status": events["status"].map(WORDS).fillna(WORDS["not counted"]),
        }
    )
    counts = inputs.places["status"].value_counts()
    notes.quote("places", len(inputs.places), "count")
    notes.quote("events", len(table), "count")
    for status in ("dated", "before the data", "undated"):
        notes.quote(f"places_{status.replace(' ', '_')}", int(counts.get(status, 0)), "count")
    notes.book.show(
        Table(
            "practice_research.places",
            "Recorded coproduction in the city",
            table,
            (
                Column("organisation", "Organisation or programme"),
                Column("kind", "Kind"),
                Column("start", "Start", "year"),
                Column("end", "End", "year"),
                Column("certainty", "Date known"),
                Column("status", "Part in the estimates"),
            ),
            "Years; a dash where the source gives none",
            "Only what public pages record. Activity that is nowhere recorded is unknown, not "
            "absent. The kind is the authors' reading.",
            notes.source_line,
            group_by="place",
        )
    )
    _coverage(inputs, notes)


def _coverage(inputs: Inputs, notes: ChapterNotes) -> None:
    """The share of areas and households in a place on record, by kind of event."""
    areas = inputs.areas[["lsoa21", "ward22", "households"]]
    frame = coproduction.coverage(coproduction.events(inputs.folder), areas)
    table = frame.assign(
        areas_share=100 * frame["share_of_areas"], households=100 * frame["share_of_households"]
    )
    total = table.iloc[-1]
    notes.quote("covered_areas", float(total["areas_share"]), "percent")
    notes.quote("covered_households", float(total["households"]), "percent")
    notes.book.show(
        Table(
            "practice_research.coverage",
            "How much of the city the record covers",
            table,
            (
                Column("kind", "Kind"),
                Column("events", "Events", "count"),
                Column("events_placed", "with a place on the map", "count"),
                Column("areas", "Areas", "count"),
                Column("areas_share", "of all areas", "percent1"),
                Column("households", "of all households", "percent1"),
            ),
            "Areas of the places that hold a recorded event; lower layer super output areas (2021)",
            "The rest of the city is not on record, which is not the same as without coproduction. "
            "Areas of the places are wider than the programmes. Label: described.",
            notes.source_line,
            total_row=True,
        )
    )


def _map(inputs: Inputs, notes: ChapterNotes) -> None:
    members = tables.place_lsoas(inputs.folder).merge(inputs.places, on="place")
    members = members[members["status"].isin(["dated", "before the data", "undated"])]
    status = members.drop_duplicates("lsoa21").set_index("lsoa21")["status"].map(WORDS)
    codes = inputs.folder.read("boundaries_lsoa21")["code"]
    frame = pd.DataFrame({"code": codes, "value": codes.map(status).fillna(REST)})
    notes.quote("recorded_areas", int((frame["value"] != REST).sum()), "count")
    notes.quote("all_areas", len(frame), "count")
    notes.book.show(
        city_map(
            inputs,
            "practice_research.places_map",
            "Where neighbourhood coproduction is recorded",
            frame,
            "lsoa21",
            measure="Areas in the wards of recorded places, by what is known of the start",
            note="Places are drawn as the wards or areas that hold them, which are wider than the "
            "programmes were. None recorded does not mean none.",
            source=notes.source_line,
            ramp="category",
            order=[WORDS["before the data"], WORDS["dated"], WORDS["undated"], REST],
            rest=REST,
            alt="Map of the city with the areas of recorded places shaded by what is known of "
            "their start. Most areas have no record.",
        )
    )
