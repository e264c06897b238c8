"""Appendix 1: the case-study places, their dated facts and their price paths."""

from __future__ import annotations

import pandas as pd

from ...data import tables
from ...data.reference_tables import case_study_facts
from ...report_templates.exhibits import Column, Figure, Table
from ..book import Book, ChapterNotes
from ..inputs import RECORD, Inputs

SOURCES = (RECORD, "sector_prices")
INSIDE = 0.25
"""A sector stands for a place if a quarter of its postcodes lie there: fewer would be strangers."""
MOST_PLACES = 6
"""Panels that fit one figure."""


def compute(inputs: Inputs, book: Book) -> None:
    """Facts, price paths and refusals of each place."""
    notes = book.chapter("case_studies", inputs.cited(SOURCES))
    _facts(inputs, notes)
    _paths(inputs, notes)
    _refusals(inputs, notes)


def case_places(inputs: Inputs) -> list[str]:
    """The study's case-study places, or all that are located where it names none."""
    named = inputs.study.coproduction.case_studies
    of = inputs.places.set_index("status")["place"]
    located = [
        place for status in ("before the data", "dated") for place in of.loc[of.index == status]
    ]
    return [*named, *(place for place in located if place not in named)][:MOST_PLACES]


def _facts(inputs: Inputs, notes: ChapterNotes) -> None:
    wanted = case_places(inputs)
    if inputs.study.simulated:
        events = tables.place_events(inputs.folder)
        facts = pd.DataFrame(
            {
                "place": events["place"],
                "year_from": events["start_year"],
                "year_to": events["end_year"],
                "fact": events["note"],
            }
        )
    else:
        facts = case_study_facts()
    facts = facts[facts["place"].isin(wanted)]
    order = {place: position for position, place in enumerate(wanted)}
    facts = facts.sort_values(
        ["place", "year_from"],
        key=lambda column: column.map(order) if column.name == "place" else column,
    )
    notes.quote("places", len(wanted), "count")
    notes.book.show(
        Table(
            "case_studies.facts",
            "Dated facts of the case-study places",
            facts,
            (
                Column("year_from", "From", "year"),
                Column("year_to", "To", "year"),
                Column("fact", "What is recorded"),
            ),
            "Years; a dash where the source gives none",
            "Facts as the public pages state them; pages are listed with the data.",
            notes.source_line,
            group_by="place",
        )
    )


def _paths(inputs: Inputs, notes: ChapterNotes) -> None:
    shares = tables.sector_places(inputs.folder, inputs.rules)
    frames = []
    for place in case_places(inputs):
        own = shares.loc[(shares["place"] == place) & (shares["share"] >= INSIDE), "sector"]
        here = inputs.sectors["sector"].isin(own)
        if here.any():
            frames += [
                _index(inputs.sectors[here], short_name(place), "The place"),
                _index(inputs.sectors[~here], short_name(place), "Rest of the city"),
            ]
    paths = pd.concat(frames, ignore_index=True)
    base = int(paths["x"].min())
    dated = inputs.places[inputs.places["status"] == "dated"]
    notes.book.show(
        Figure(
            "case_studies.paths",
            "Mean prices of the places against the rest of the city",
            "lines",
            paths,
            f"Index, {base} = 100, logarithmic scale; postcode sectors of the place; yearly",
            "Mean of all sales, weighted by sales and not mix-adjusted: demolition and new "
            "building change what is sold. A sector stands for a place if a quarter of its "
            "postcodes lie in it. Small numbers of sales make the lines jump. Label: described.",
            notes.source_line,
            alt="Small charts, one a place: the place's mean price index in ink against the rest "
            "of the city in grey, with the recorded start marked where it lies inside the data.",
            options={
                "y_label": "Index",
                "y_format": "number0",
                "log_y": True,
                "emphasis": ["The place"],
                "panel_events": {
                    short_name(place): [(float(year), "start")]
                    for place, year in zip(dated["place"], dated["began"], strict=True)
                    if short_name(place) in set(paths["panel"])
                },
            },
        )
    )


def short_name(place: str) -> str:
    """The place's name without what stands in brackets."""
    return place.split(" (")[0]


def _index(rows: pd.DataFrame, place: str, series: str) -> pd.DataFrame:
    """The sales-weighted mean price of some sectors by year, first year = 100."""
    sums = (
        rows.assign(worth=rows["mean_price"] * rows["sales"])
        .groupby("year")[["worth", "sales"]]
        .sum()
    )
    mean = sums["worth"] / sums["sales"]
    return pd.DataFrame(
        {
            "x": mean.index,
            "y": 100 * mean.to_numpy() / mean.iloc[0],
            "series": series,
            "panel": place,
        }
    )


def _refusals(inputs: Inputs, notes: ChapterNotes) -> None:
    rows = []
    places = inputs.places.set_index("place").to_dict("index")
    for place in case_places(inputs):
        began, status = places[place]["began"], places[place]["status"]
        early = status == "before the data" and began > inputs.rules.first_year
        known = "" if pd.isna(began) or early else f" ({began:.0f})"
        verdict = {
            "before the data": f"Not estimable: coproduction began{known} before or as the price "
            "data begin, so there is no earlier path to compare with",
            "dated": f"Estimated below: the start{known} has years of prices before it",
        }.get(str(status), "Not estimable: the start is not recorded")
        rows.append({"place": place, "verdict": verdict})
    frame = pd.DataFrame(rows)
    before = [row["place"] for row in rows if row["verdict"].startswith("Not estimable")]
    notes.quote("not_estimable", len(before), "count")
    notes.quote("estimable", len(rows) - len(before), "count")
    notes.refuse(
        "start_effect",
        "percent",
        "coproduction began before the price data do, so no earlier path can be compared",
    )
    notes.book.show(
        Table(
            "case_studies.verdicts",
            "What can be known of each start",
            frame,
            (
                Column("place", "Place"),
                Column("verdict", "Can the effect of the start be estimated?"),
            ),
            "Judged by the dates alone",
            "The rule: years of prices before the start are needed.",
            notes.source_line,
        )
    )
