"""Election results: turnout and ballots by ward, votes and electors by constituency."""

from __future__ import annotations

from pathlib import Path

from ..reading import (
    Reading,
)
from .area_tables import WARD, Column, read_areas, require_percent


def ward_turnout_2022(path: Path) -> Reading:
    """Turnout at the local election of 5 May 2022, one row a ward.

    Returns columns ``ward22, name, seats, electorate, turnout``; turnout is in percent of the
    electorate. Source: House of Commons Library, 2022 local elections handbook and dataset.
    """
    reading = read_areas(
        path,
        ("Ward code", "ward22"),
        WARD,
        {
            "Vacancies": Column("seats", 1, 10),
            "Electorate": Column("electorate", 1, float("inf")),
            "Turnout (%)": Column("turnout", 0, 100),
        },
        {"Ward name": "name"},
    )
    require_percent(reading.frame, path, "turnout")
    return reading
