"""Public libraries (Arts Council England, basic dataset for libraries)."""

from __future__ import annotations

from pathlib import Path

from ..reading import Reading, pick, read_text_table, require_codes, require_unique, to_numbers
from .area_tables import POSTCODE, gathered, require_between

_COLUMNS = {
    "name": "name",
    "postcode": "postcode",
    "opened": "opened",
    "closed": "closed",
    "operation_23": "operation",
    "operating_organisation": "organisation",
}


def libraries(path: Path) -> Reading:
    """Libraries of an authority, open and closed, one row a library (layout of 2023).

    Returns columns ``name, postcode, opened, closed, operation, organisation``; opened and
    closed are years, missing where blank; operation is the publisher's code (LA, CR, Closed
    and others); organisation is "" where the publisher writes "-". Mobile, prison and archive
    services are rows too. Source: Arts Council England, basic dataset for libraries 2023.
    """
    frame = pick(read_text_table(path), path, _COLUMNS)
    frame["postcode"] = frame["postcode"].str.strip().str.upper()
    frame["organisation"] = frame["organisation"].replace("-", "")
    with gathered() as check:
        with check():
            require_codes(frame, path, "postcode", *POSTCODE)
        with check():
            require_unique(frame, path, ["name"])
        with check():
            frame = to_numbers(frame, path, ["opened", "closed"], blank=[""])
            require_between(frame, path, ["opened", "closed"], 1800, 2100)
    return Reading.of(frame, frame)
