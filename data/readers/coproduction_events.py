"""The record of coproduction: what was coproduced where, by whom, from when to when."""

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
    to_numbers,
)
from .area_tables import LSOA, WARD, gathered, require_between

KINDS = (
    "brokered between agencies",
    "brokered with communities",
    "commissioned from communities",
    "asset transfer",
    "neighbourhood management",
    "community-run service",
    "parish-level council",
)
CERTAINTIES = ("exact", "year", "between", "unknown")
COLUMNS = (
    "place",
    "area_geography",
    "area_code",
    "kind",
    "organisation",
    "start_year",
    "start_latest",
    "end_year",
    "intensity",
    "intensity_unit",
    "source_url",
    "date_certainty",
    "note",
)
EXAMPLE = "Example:"
"""How the place of a template's example row begins; such rows are refused."""
_YEARS = ("start_year", "start_latest", "end_year")
_FIRST, _LAST = 1900, 2100
_CODES = {"ward22": WARD, "lsoa21": LSOA}


def coproduction_events(path: Path) -> Reading:
    """Coproduction events, one row an event and area; an event that is not placed has one row.

    Returns columns ``event`` (number of the file's row, from 1) and those of the file: ``place,
    area_geography`` ("ward22", "lsoa21" or blank), ``area_code, kind, organisation, start_year,
    start_latest, end_year, intensity`` (missing where blank), ``intensity_unit, source_url,
    date_certainty, note``. A blank latest start of a known start becomes the start. The layout is
    in ``docs/coproduction_events.md``. Source: the pages named in each row.
    """
    raw = pick(read_text_table(path), path, {name: name for name in COLUMNS})
    raw = raw.apply(lambda column: column.str.strip())
    with gathered() as check:
        for column, allowed in (("kind", KINDS), ("date_certainty", CERTAINTIES)):
            with check():
                require_codes(raw, path, column, "|".join(allowed), f"one of: {', '.join(allowed)}")
        for column in ("place", "organisation", "source_url"):
            with check():
                require_codes(raw, path, column, ".+", "filled")
        with check():
            require_codes(raw, path, "place", f"(?!{EXAMPLE}).*", "a place of yours")
        with check():
            require_unique(raw, path, ["place", "kind", "organisation", "start_year"])
        with check():
            _require_places(raw, path)
        with check():
            frame = _numbers(raw, path)
            _require_consistent(frame, path)
    frame["start_latest"] = frame["start_latest"].fillna(frame["start_year"])
    frame.insert(0, "event", range(1, len(frame) + 1))
    codes = frame["area_code"].str.split(r"\s*;\s*", regex=True)
    tidy = frame.assign(area_code=codes).explode("area_code", ignore_index=True)
    return Reading(tidy, len(frame), len(frame))


def _numbers(raw: pd.DataFrame, path: Path) -> pd.DataFrame:
    with gathered() as check:
        for column in _YEARS:
            with check():
                require_codes(raw, path, column, "([0-9]{4})?", "a year of four digits, or blank")
        with check():
            to_numbers(raw, path, ["intensity"], blank=[""], above=0)
        with check():
            years = to_numbers(raw, path, _YEARS, blank=[""])
            require_between(years, path, _YEARS, _FIRST, _LAST)
    return to_numbers(raw, path, [*_YEARS, "intensity"], blank=[""])


def _require_places(raw: pd.DataFrame, path: Path) -> None:
    """Geography and code both or neither; codes of the geography, none twice in a row."""
    geography, code = raw["area_geography"], raw["area_code"]
    faults = _told(
        raw,
        path,
        [
            (
                (geography == "") != (code == ""),
                "columns 'area_geography' and 'area_code'",
                "give one without the other",
                "Fill both, or leave both blank where the event is not placed.",
            ),
            (
                code.str.split(r"\s*;\s*", regex=True).map(
                    lambda codes: len(set(codes)) < len(codes)
                ),
                "column 'area_code'",
                "name an area twice",
                "Name each area once.",
            ),
        ],
    )
    with gathered() as check:
        with check():
            if faults:
                raise DataError(faults)
        with check():
            allowed = "|".join(_CODES)
            require_codes(raw, path, "area_geography", f"({allowed})?", f"{allowed} or blank")
        for name, (pattern, what) in _CODES.items():
            with check():
                rows = raw[(geography == name) & (code != "")]
                require_codes(rows, path, "area_code", rf"{pattern}(\s*;\s*{pattern})*", what)


def _require_consistent(frame: pd.DataFrame, path: Path) -> None:
    """Years in order and as certain as the row claims; a number with its unit."""
    start, latest, end = (frame[name] for name in _YEARS)
    certainty = frame["date_certainty"]
    single = certainty.isin(["exact", "year"])
    faults = _told(
        frame,
        path,
        [
            (
                (latest < start) | (end < latest.fillna(start)),
                "columns 'start_year', 'start_latest', 'end_year'",
                "have years out of order",
                "Expected start, latest start and end in this order; correct the years.",
            ),
            (
                single & (start.isna() | (latest.notna() & (latest != start))),
                "column 'date_certainty'",
                "say exact or year without one start year",
                "Give start_year and leave start_latest blank, or say between or unknown.",
            ),
            (
                (certainty == "between") & ~(start.notna() & latest.notna() & (latest != start)),
                "column 'date_certainty'",
                "say between without two years",
                "Give the earliest year in start_year and a later one in start_latest.",
            ),
            (
                (certainty == "unknown") & start.notna(),
                "column 'date_certainty'",
                "say unknown but give a start year",
                "Leave start_year blank (start_latest may hold a year by which it ran).",
            ),
            (
                frame["intensity"].notna() != (frame["intensity_unit"] != ""),
                "columns 'intensity' and 'intensity_unit'",
                "give one without the other",
                "Give a number and its unit, or neither.",
            ),
        ],
    )
    if faults:
        raise DataError(faults)


def _told(
    frame: pd.DataFrame, path: Path, rules: list[tuple[pd.Series, str, str, str]]
) -> list[str]:
    """A sentence for each broken rule: mask of the bad rows, where, what they do, what to do."""
    return [
        f"{path.name}, {where}: {int(bad.sum())} of {len(frame)} rows {what}: "
        f"{first_values(frame.loc[bad, 'organisation'].tolist())} (first in data row "
        f"{int(bad.to_numpy().argmax()) + 1}). {advice}"
        for bad, where, what, advice in rules
        if bad.any()
    ]
