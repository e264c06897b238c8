"""Appendix 1, later dated events of the case-study places: what was handed over, begun or ended.

Where the start itself has no path before it, a later event may have one. It is compared as a start
is, on the years up to the event. These years hold the programme already, so the estimate is of
what changed with the event, not of the programme.
"""

from __future__ import annotations

import pandas as pd

from ...data.record_checks import place_key
from ...models.programmes.placebos import LEVEL
from ...report_templates.exhibits import Column, Table
from ..book import Book, ChapterNotes
from ..comparisons import (
    FIRST_YEARS,
    CaseDesign,
    LaterEvent,
    NoComparison,
    evaluate,
    later_designs,
    later_events,
    undated_events,
)
from ..inputs import RECORD, Inputs
from ..quantities import percent_effect
from .case_effects import ESTIMATORS, HEADLINE, quote_checks, quote_window
from .case_exhibits import LABEL
from .case_studies import case_places, short_name

SOURCES = (RECORD, "sector_prices", "sector_share")


def compute(inputs: Inputs, book: Book) -> None:
    """The change after each later dated event, or why it cannot be estimated."""
    notes = book.chapter("case_later", inputs.cited(SOURCES))
    notes.quote("first_years", FIRST_YEARS, "count")
    events = [event for place in case_places(inputs) for event in later_events(inputs, place)]
    for place in case_places(inputs):
        years = [str(event.year) for event in events if event.place == place]
        notes.quote(f"{place_key(place)}.years", " ".join(years), "text")
        notes.quote(f"{place_key(place)}.undated", "; ".join(undated_events(inputs, place)), "text")
    rows = []
    for event, design in later_designs(inputs, events):
        key = key_of(event)
        notes.quote(f"{key}.year", event.year, "year")
        notes.quote(f"{key}.words", event.words, "text")
        if isinstance(design, NoComparison):
            notes.refuse(key, "percent", str(design), "synthetic_control")
        else:
            rows.append(_evaluated(event, design, notes))
    notes.quote("events", len(rows), "count")
    notes.quote("beyond", sum(float(row["p"]) <= 1 - LEVEL for row in rows), "count")
    if rows:
        book.show(_results(pd.DataFrame(rows), notes.source_line))


def key_of(event: LaterEvent) -> str:
    """The event as part of a finding's name."""
    return f"{place_key(event.place)}.{event.year}"


def _evaluated(
    event: LaterEvent, design: CaseDesign, notes: ChapterNotes
) -> dict[str, float | str]:
    """One event against its comparator: the findings, and a row of the table."""
    key, span = key_of(event), design.windows()["running"]
    result = evaluate(design, ESTIMATORS[HEADLINE][1])
    notes.book.cases[key] = result
    window = result.window(span)
    quote_window(key, window, notes)
    quote_checks(key, design, notes)
    notes.quote(f"{key}.until", event.until, "year")
    notes.quote(f"{key}.before", design.before, "count")
    notes.quote(f"{key}.placebos", len(design.placebos), "count")
    low, high = window.interval
    return {
        "event": f"{short_name(event.place)}, {event.year}: {event.words}",
        "until": event.until,
        "effect": percent_effect(window.effect),
        "effect_low": percent_effect(low),
        "effect_high": percent_effect(high),
        "p": window.p,
        "fall": -percent_effect(window.fall),
        "rise": percent_effect(window.rise),
    }


def _results(frame: pd.DataFrame, source: str) -> Table:
    return Table(
        "case_later.results",
        "Changes after later dated events",
        frame,
        (
            Column("event", "Event"),
            Column("until", "Up to", "year"),
            Column("effect", "Change", "interval_percent1"),
            Column("p", "Rank p", "number3"),
            Column("fall", "Fall seen", "percent0"),
            Column("rise", "Rise seen", "percent0"),
        ),
        "Difference in the mean price of homes sold, per cent, with 95% interval; postcode sectors",
        "Synthetic difference-in-differences on the years up to the event. These years hold the "
        f"programme, so this is what changed with the event. At most {FIRST_YEARS} years after "
        f"it, fewer where another event follows. Columns as in the table of the starts. {LABEL}",
        source,
    )
