"""Measures by local authority: charities, and how isolated users of social care feel."""

from __future__ import annotations

from pathlib import Path

from ..reading import Reading, pick, read_text_table, require_codes, require_unique, to_numbers
from .area_tables import Column, gathered, read_areas, require_percent

AUTHORITY = ("[EW]0[6-9][0-9]{6}", "a local authority's code (such as E08000025)")
_AREA = "E(06|07|08|09|10|12|92)[0-9]{6}"
_ISOLATION = {
    "Indicator Name": "measure",
    "Area Code": "code",
    "Area Name": "name",
    "Sex": "sex",
    "Age": "age",
    "Category Type": "category",
    "Time period": "period",
    "Value": "percent",
    "Lower CI 95.0 limit": "low",
    "Upper CI 95.0 limit": "high",
}
_NOT_ALL = "of a part of the adults (age, sex or group)"
_NO_VALUE = "no value published"
_PERCENTAGES = ["percent", "low", "high"]


def charity_density(path: Path) -> Reading:
    """Registered charities by local authority (2019), one row an authority.

    Returns columns ``lad19, charities, per_1000`` (per thousand residents).
    Source: British Red Cross Resilience Index, from the Charity Commission's register.
    """
    return read_areas(
        path,
        ("LAD19CD", "lad19"),
        AUTHORITY,
        {
            "Number of charities": Column("charities", 0, float("inf")),
            "Charity density (per 1,000 people)": Column("per_1000", 0, float("inf")),
        },
    )


def social_isolation(path: Path) -> Reading:
    """Social contact of social care users and of carers, one row a measure, area and period.

    Returns columns ``measure, code, name, period, percent, low, high``: per cent of all adults
    asked who have as much contact as they would like, and the published 95% limits (missing where
    none were). Rows of one sex, age or group are dropped. The publisher's denominator is left
    unread: it counts answers in some years and people weighted up in others.
    Source: Public Health England, Fingertips, indicators 90280 and 90638.
    """
    rows = pick(read_text_table(path), path, _ISOLATION)
    adults = (rows["sex"] == "Persons") & (rows["age"] == "18+ yrs") & (rows["category"] == "")
    valued = rows["percent"] != ""
    frame = rows[adults & valued].drop(columns=["sex", "age", "category"])
    frame = frame.reset_index(drop=True)
    frame.attrs = rows.attrs
    with gathered() as check:
        with check():
            require_codes(frame, path, "code", _AREA, "an English area's code")
        with check():
            require_unique(frame, path, ["measure", "code", "period"])
        with check():
            frame = to_numbers(frame, path, _PERCENTAGES, blank=[""])
            for column in _PERCENTAGES:
                require_percent(frame, path, column)
    dropped = {
        _NOT_ALL: int((~adults).sum()),
        _NO_VALUE: int((adults & ~valued).sum()),
    }
    return Reading.of(frame, rows, dropped)
