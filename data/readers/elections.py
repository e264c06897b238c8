"""Election results: turnout and ballots by ward, votes and electors by constituency."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from ..errors import DataError, first_values
from ..reading import (
    Reading,
    pick,
    read_text_table,
    require_codes,
    require_unique,
    require_years,
    to_numbers,
)
from .area_tables import WARD, Column, gathered, read_areas, require_between, require_percent

_BALLOTS = {
    "year": "year",
    "ec_code": "code",
    "ward_name": "name",
    "seats": "seats",
    "valid_ballots": "valid_ballots",
}
_BALLOT_CODE = (
    r"E05[0-9]{6}|local\.[a-z0-9.-]+",
    "a ward code (E05 and six digits) or a ballot's name (local. ...)",
)
_POLL = {
    "election_year": "year",
    "ONS ID": "constituency",
    "Constituency name": "name",
    "Electorate": "electorate",
    "Valid votes": "valid",
    "Invalid votes": "invalid",
}


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


def ward_valid_ballots(path: Path) -> Reading:
    """Valid ballots of local elections, one row an election and ward; no electorate is in it.

    Returns columns ``year, code, name, seats, valid_ballots``. The publisher divides all votes by
    the seats: in a ward of two seats that is less than the ballots, since some voters cast one
    vote. Codes are of the wards of the day; the latest elections have a ballot's name instead.
    Source: electionresults.uk, from LEAP, the House of Commons Library and Democracy Club.
    """
    frame = pick(read_text_table(path), path, _BALLOTS)
    with gathered() as check:
        with check():
            require_codes(frame, path, "code", *_BALLOT_CODE)
        with check():
            require_unique(frame, path, ["year", "code"])
        with check():
            require_years(frame, path, "year")
            frame = frame.astype({"year": int})
        for column, low, high in (
            ("seats", 1.0, 10.0),
            ("valid_ballots", 0.0, float("inf")),
        ):
            with check():
                frame = to_numbers(frame, path, [column])
                require_between(frame, path, [column], low, high)
    return Reading.of(frame.astype({"seats": int}), frame)


def general_elections(path: Path) -> Reading:
    """General elections, one row an election and constituency.

    Returns columns ``year, constituency, name, electorate, valid, invalid`` (persons and votes).
    Codes are of the boundaries of the day, new in 2024. Source: House of Commons Library, general
    election results by constituency.
    """
    frame = pick(read_text_table(path), path, _POLL)
    counts = ["electorate", "valid", "invalid"]
    with gathered() as check:
        with check():
            require_codes(
                frame, path, "constituency", "E14[0-9]{6}", "a code of E14 and six digits"
            )
        with check():
            require_unique(frame, path, ["year", "constituency"])
        with check():
            require_years(frame, path, "year")
            frame = to_numbers(frame, path, ["year", *counts])
            require_between(frame, path, counts, 0, float("inf"))
            _require_voters(frame, path)
    return Reading.of(frame.astype({"year": int}), frame)


def _require_voters(frame: pd.DataFrame, path: Path) -> None:
    more = (frame["valid"] + frame["invalid"] > frame["electorate"]).to_numpy()
    if more.any():
        raise DataError(
            f"{path.name}: {int(more.sum())} rows hold more votes than electors: "
            f"{first_values(frame.loc[more, 'name'].tolist())}. Correct the counts."
        )
