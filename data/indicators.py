"""What a row of an indicator of social capital holds, and which tell neighbourhoods apart."""

from __future__ import annotations

import pandas as pd

from .errors import DataError, first_values

COLUMNS = (
    "area",
    "geography",
    "vintage",
    "period",
    "indicator",
    "value",
    "unit",
    "variance",
    "n",
    "source",
    "direction",
)
DIRECTIONS = {
    "NI 1": 1,
    "NI 2": 1,
    "NI 3": 1,
    "NI 4": 1,
    "NI 5": 1,
    "NI 6": 1,
    "NI 7": 1,
    "NI 17": -1,
    "NI 21": 1,
    "NI 22": 1,
    "NI 27": 1,
    "NI 138": 1,
}
"""Sign of each National Indicator: +1 where more agreement is more social capital.

NI 23 has none: surveys ask of respect as well as of the lack of it.
"""
WHOLE_AREAS = ("lad", "county", "region", "england")
"""Geographies that are never smaller than an authority."""


def require_local(frame: pd.DataFrame) -> None:
    """Refuse indicators that have one value for a whole authority.

    An authority's figure copied to its neighbourhoods is a constant: it says nothing of how they
    differ, and its error would be counted once for each of them.

    Parameters
    ----------
    frame : ``area, geography, period, indicator, value``

    Raises
    ------
    DataError
        Rows of an authority or more, an indicator with a single area, and one whose value is the
        same in every area of a period.
    """
    faults = []
    for indicator, rows in frame.groupby("indicator"):
        whole = sorted(set(rows["geography"]) & set(WHOLE_AREAS))
        cells = rows.groupby(["geography", "period"])["value"].agg(["size", "nunique"])
        if whole:
            told = f"its figures are of {first_values(whole)}"
        elif (cells["size"] == 1).any():
            told = "it is known for a single area"
        elif (cells["nunique"] == 1).any():
            told = "all areas have the same value, as if a larger area's figure had been copied"
        else:
            continue
        faults.append(
            f"indicator '{indicator}': {told}. It cannot tell neighbourhoods apart; use estimates "
            "of areas smaller than the authority."
        )
    if faults:
        raise DataError(faults)
