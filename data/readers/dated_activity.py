"""What residents and agencies are recorded to have done together, and what was granted for it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from ..reading import Reading, pick, read_text_table, require_codes, require_unique, to_numbers
from .area_tables import WARD, gathered

_ACTIVITY = {
    "place": "place",
    "organisation": "organisation",
    "description_as_published": "description",
    "start": "start",
    "end": "end",
    "source_url": "source_url",
}
_GRANTS = {
    "Funding Org:Name": "funder",
    "Award Year": "year",
    "Recipient District Geographic Code": "district",
    "Recipient Ward Geographic Code": "ward",
    "Amount Awarded": "amount",
    "Identifier (number of grants)": "grants",
}
_DATE = ("[0-9]{4}(-[0-9]{2}){0,2}", "a year, a month as 2011-12 or a day as 2011-12-21")


def dated_activity(path: Path) -> Reading:
    """Dated events beyond the record of coproduction, one row an event.

    Returns columns ``place, organisation, description, start_year, end_year`` (missing where
    blank), ``source_url``. They have no areas, so that they date what is known of a place and
    enter no estimate. Source: the pages named in each row.
    """
    frame = pick(read_text_table(path), path, _ACTIVITY).apply(lambda column: column.str.strip())
    pattern, what = _DATE
    with gathered() as check:
        with check():
            require_codes(frame, path, "start", pattern, what)
        with check():
            require_codes(frame, path, "end", f"({pattern})?", f"{what}, or blank")
        with check():
            require_unique(frame, path, ["place", "organisation"])
    years = {
        f"{name}_year": pd.to_numeric(frame[name].str[:4], errors="coerce")
        for name in ("start", "end")
    }
    return Reading.of(frame.assign(**years).drop(columns=["start", "end"]), frame)


def grants(path: Path) -> Reading:
    """Grants to organisations of a city, added up by ward of 2017, funder and year of award.

    Returns columns ``funder, year, district, ward, amount`` (pounds), ``grants`` (their number). A
    recipient's ward is where its post goes. Source: publishers of 360Giving.
    """
    frame = pick(read_text_table(path), path, _GRANTS)
    with gathered() as check:
        with check():
            require_codes(frame, path, "ward", *WARD)
        with check():
            require_unique(frame, path, ["funder", "year", "ward"])
        with check():
            to_numbers(frame, path, ["year", "amount", "grants"])
    return Reading.of(to_numbers(frame, path, ["year", "amount", "grants"]), frame)
