"""Section 2, first part: the published effects, and where coproduction is recorded in the city."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ...data import tables
from ...data.reference_tables import published_benchmarks
from ...report_templates.exhibits import Column, Format, Table
from ...report_templates.formats import format_number
from ..book import Book, ChapterNotes
from ..inputs import Inputs
from ..maps import city_map

SOURCES = ("coproduction_sites", "place_areas", "lsoa21_ward22")
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
    notes = book.chapter("practice_research", SOURCES)
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
    events = tables.place_events(inputs.folder).merge(
        inputs.places[["place", "status"]], on="place"
    )
    table = pd.DataFrame(
        {
            "place": events["place"],
            "organisation": events["organisation"],
            "start": events["start_earliest"],
            "end": events["end"],
            "status": events["status"].map(WORDS),
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
                Column("place", "Place"),
                Column("organisation", "Organisation or programme"),
                Column("start", "Start", "year"),
                Column("end", "End", "year"),
                Column("status", "Part in the estimates"),
            ),
            "Years; a dash where the source gives none",
            "Only what public pages record. Activity that is nowhere recorded is unknown, not "
            "absent.",
            notes.source_line,
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
