"""Appendix 1, two pages a place: its dated facts, a map, its price path, and what they come to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from ...data import tables
from ...data.coproduction import place_facts
from ...data.record_checks import place_key
from ...report_templates.exhibits import Column, Figure, Table
from ..book import Book, ChapterNotes, source_line
from ..comparisons import (
    DONOR_SALES,
    NEIGHBOUR,
    RECORDED,
    CaseResult,
    later_events,
    own_sectors,
)
from ..inputs import RECORD, Inputs
from .case_later import key_of
from .case_panels import path, price_index
from .case_studies import case_places, short_name

SOURCES = (RECORD, "sector_prices", "sector_share")
MAP_SOURCES = (RECORD, "boundaries_ward22", "sector_share")
CONFOUNDER = "Confounder: "
ROLES = (
    "Sector that stands for the place",
    "Too near to be a donor",
    "In another recorded place, or with few sales",
    "Donor",
)
NO_SECTOR = "no postcode sector with prices lies in the place by a quarter or more"
LINE = 90
"""Letters of a fact in one line of the table."""
ROOM = 111.0
"""Millimetres for facts and map on a place's first page."""
COARSE = 40.0
"""Metres within which the shapes of a small map may be off: half a line's width."""


@dataclass(frozen=True, slots=True)
class _City:
    """What the maps and paths of all places share."""

    inputs: Inputs
    shares: pd.DataFrame
    members: pd.DataFrame
    """``geometry`` by place: one shape a recorded place."""
    outline: shapely.Geometry
    wards: shapely.Geometry
    """The wards' boundaries, each shared one once."""
    source: str
    centres: pd.DataFrame
    """``sector, easting, northing`` of the sectors with prices."""


def compute(inputs: Inputs, book: Book) -> None:
    """The exhibits of each case-study place."""
    notes = book.chapter("case_pages", inputs.cited(SOURCES))
    places = case_places(inputs)
    notes.quote("places", " ".join(place_key(place) for place in places), "text")
    city = _city(inputs)
    for place in places:
        key = place_key(place)
        notes.quote(f"{key}.name", short_name(place), "text")
        facts = _facts(inputs, place)
        book.show(facts)
        case = _case(inputs, book, place)
        own = own_sectors(city.shares, place, set(city.centres["sector"]))
        if own:
            notes.quote(f"{key}.sectors", len(own), "count")
            _growth(inputs, key, own, notes)
            book.show(_map(city, place, own, case, _room(facts)))
            book.show(path(inputs, place, own, book, notes.source_line))
        else:
            notes.refuse(f"{key}.sectors", "count", NO_SECTOR)


def _growth(inputs: Inputs, key: str, own: Sequence[str], notes: ChapterNotes) -> None:
    """By what the mean price of the place and of the rest of the city grew over all years."""
    here = inputs.sectors["sector"].isin(own)
    for name, rows in (("growth", here), ("rest", ~here)):
        if rows.any():
            index = price_index(inputs.sectors[rows])
            notes.quote(f"{key}.{name}", float(index.iloc[-1]) - 100, "percent")
        else:
            notes.refuse(f"{key}.{name}", "percent", "every sector of the city lies in the place")


def _case(inputs: Inputs, book: Book, place: str) -> CaseResult | None:
    """The comparison of the place's start or, without one, that of its first later event."""
    keys = [place_key(place), *(key_of(event) for event in later_events(inputs, place))]
    return next((book.cases[key] for key in keys if key in book.cases), None)


def _city(inputs: Inputs) -> _City:
    lsoas = inputs.shapes["lsoa21"].set_index("code")["geometry"]
    members = tables.place_lsoas(inputs.folder).merge(inputs.places, on="place")
    members = members[members["status"].isin(RECORDED)]
    shapes = [
        {
            "place": place,
            "geometry": shapely.simplify(
                shapely.union_all(np.asarray(lsoas[own["lsoa21"]])), COARSE
            ),
        }
        for place, own in members.groupby("place")
    ]
    wards = np.asarray(inputs.shapes["ward22"]["geometry"].array)
    sold = inputs.sectors["sector"].unique()
    centres = inputs.folder.read("sector_share")[["sector", "easting", "northing"]]
    return _City(
        inputs,
        tables.sector_places(inputs.folder, inputs.rules),
        pd.DataFrame(shapes, columns=["place", "geometry"]).set_index("place"),
        shapely.simplify(shapely.union_all(wards), COARSE),
        shapely.union_all(shapely.boundary(wards)),
        source_line(inputs.cited(MAP_SOURCES)),
        centres[centres["sector"].isin(sold)].reset_index(drop=True),
    )


def _facts(inputs: Inputs, place: str) -> Table:
    """What is recorded of a place; what else could move its prices stands apart."""
    facts = place_facts(inputs.folder).query("place == @place")
    if facts.empty:
        facts = _events_as_facts(inputs, place)
    confounds = facts["fact"].str.startswith(CONFOUNDER)
    doubt = np.where(facts["verified"], "", " (Not seen at its source.)")
    facts = facts.assign(
        part=np.where(confounds, "What else could move prices there", "What is recorded"),
        fact=facts["fact"].str.removeprefix(CONFOUNDER).map(_capital) + doubt,
        later=confounds,
    ).sort_values(["later", "year_from", "year_to"], kind="stable")
    return Table(
        f"case_pages.{place_key(place)}.facts",
        f"Dated facts of {short_name(place)}",
        facts[["part", "year_from", "year_to", "fact"]],
        (
            Column("year_from", "From", "year"),
            Column("year_to", "To", "year"),
            Column("fact", "Fact"),
        ),
        "Years; a dash where the source gives none",
        "Facts as the public pages state them; pages are listed with the data.",
        source_line(inputs.cited((RECORD,))),
        group_by="part",
    )


def _room(facts: Table) -> float:
    """Millimetres of height that a map may take on the page of some facts."""
    lines = sum(1 + len(fact) // LINE for fact in facts.frame["fact"])
    return ROOM - 4.4 * lines - 1.8 * len(facts.frame) - 9.0 * facts.frame["part"].nunique()


def _events_as_facts(inputs: Inputs, place: str) -> pd.DataFrame:
    events = tables.place_events(inputs.folder).query("place == @place")
    words = events["organisation"].where(events["note"] == "", events["note"])
    return pd.DataFrame(
        {
            "year_from": events["start_year"],
            "year_to": events["end_year"],
            "fact": words,
            "verified": True,
        }
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _map(
    city: _City, place: str, own: Sequence[str], case: CaseResult | None, tallest: float
) -> Figure:
    """Where the place lies, which sectors stand for it, and which may be donors."""
    name = short_name(place)
    frame = _roles(city.centres, own, case)
    points = shapely.points(frame.loc[frame["role"] == ROLES[0], ["easting", "northing"]])
    others = city.members["geometry"].drop(place)
    sales = f" or had under {DONOR_SALES} sales in a year" if case else ""
    return Figure(
        f"case_pages.{place_key(place)}.map",
        f"{name} and the sectors that it may be compared with" if case else f"Where {name} lies",
        "locator",
        frame,
        "Marks: centres of postcode sectors with prices; lines: wards; north is up",
        f"Sectors of the place, by a quarter of their postcodes or more: {', '.join(own)}. "
        f"Ruled out as donors: sectors that touch another recorded place{sales}. "
        + _basis(city.inputs, place),
        city.source,
        alt=f"A small map of the city with {name} in dark colour, other recorded places hatched, "
        "and a mark for the centre of each postcode sector by its part in the comparison.",
        options={
            "city": city.outline,
            "place": city.members["geometry"][place],
            "others": list(others),
            "zone": shapely.union_all(shapely.buffer(points, NEIGHBOUR)) if case else None,
            "wards": city.wards,
            "areas": (
                f"{name}, as recorded",
                "Other recorded places",
                f"Within {NEIGHBOUR / 1000:.1f} km of a sector of the place: too near for a donor",
            ),
            "order": ROLES,
            "tallest": tallest,
            "names": [
                _named(other, city.members["geometry"][other])
                for other in case_places(city.inputs)
                if other in city.members.index
            ],
        },
    )


def _roles(centres: pd.DataFrame, own: Sequence[str], case: CaseResult | None) -> pd.DataFrame:
    """The sectors that a map shows, each with its part in the comparison."""
    mine = centres["sector"].isin(own)
    if case is None:
        return centres[mine].assign(role=ROLES[0])
    points = centres[["easting", "northing"]].to_numpy(float)
    near = np.linalg.norm(points[:, None] - points[mine][None], axis=2).min(axis=1) < NEIGHBOUR
    donor = centres["sector"].isin(case.design.pool)
    return centres.assign(role=np.select([mine, near, donor], [*ROLES[:2], ROLES[3]], ROLES[2]))


def _named(place: str, shape: shapely.Geometry) -> tuple[float, float, str]:
    """The place's name above its shape, which it would else hide."""
    west, _, east, north = shapely.bounds(shape)
    return (west + east) / 2, north + 600.0, short_name(place)


def _basis(inputs: Inputs, place: str) -> str:
    """How well the recorded areas match the place, where the record says so."""
    if inputs.study.simulated:
        return ""
    areas = inputs.folder.read("place_areas").query("place == @place")
    return f"Areas: {areas['basis'].iloc[0]}" if len(areas) else ""
