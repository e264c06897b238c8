"""Appendix 1: which places are case studies, and of which the start can be evaluated."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from ...report_templates.exhibits import Column, Table
from ..book import Book
from ..inputs import RECORD, Inputs

SOURCES = (RECORD, "sector_prices")
MOST_PLACES = 6
"""Places that get pages of their own."""


def compute(inputs: Inputs, book: Book) -> None:
    """How many places there are, and the refusal of a start as old as the data."""
    notes = book.chapter("case_studies", inputs.cited(SOURCES))
    notes.quote("places", len(case_places(inputs)), "count")
    notes.refuse(
        "start_effect",
        "percent",
        "coproduction began before the price data do, so no earlier path can be compared",
    )


def case_places(inputs: Inputs) -> list[str]:
    """The study's case-study places, and those of all that are located which there is room for."""
    named = inputs.study.coproduction.case_studies
    of = inputs.places.set_index("status")["place"]
    located = [
        place for status in ("before the data", "dated") for place in of.loc[of.index == status]
    ]
    return [*named, *(place for place in located if place not in named)][:MOST_PLACES]


def short_name(place: str) -> str:
    """The place's name without what stands in brackets."""
    return place.split(" (")[0]


def verdicts(inputs: Inputs, refused: Mapping[str, str], source: str) -> Table:
    """The recorded places, by whether the effect of their start is estimated, or why not."""
    chosen = case_places(inputs)
    order = [*chosen, *(place for place in inputs.places["place"] if place not in chosen)]
    began = inputs.places.set_index("place")["began"]
    by: dict[str, list[str]] = {}
    for place in order:
        verdict = f"No: {refused[place]}" if place in refused else "Yes"
        year = began.get(place)
        dated = short_name(place) if pd.isna(year) else f"{short_name(place)} ({year:.0f})"
        by.setdefault(verdict, []).append(dated)
    rows = [{"verdict": verdict, "places": ", ".join(places)} for verdict, places in by.items()]
    return Table(
        "case_studies.verdicts",
        "Of which places the effect of the start is estimated, and why not of the others",
        pd.DataFrame(rows, columns=["verdict", "places"]),
        (Column("verdict", "Is it estimated?"), Column("places", "Recorded places")),
        "In brackets the year of the first start, where one is recorded",
        "A place needs a dated start, years of prices before it, and sales in every year. Judged "
        "by the record and the numbers of sales, before any estimate was made.",
        source,
    )
