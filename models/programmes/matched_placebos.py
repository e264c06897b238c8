"""Placebo places that are like the place: as dear, with as many sales.

What prices do where nothing happened differs with their level (cheap places catch up) and with the
number of sales (few sales stray further). Placebos that are nearest to the place in both are the
fairer comparison; those of all places stand beside.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from ..frames import column_faults, require_frame
from ..specification import SpecificationError

DISTANCE = "distance"


def matched_units(
    units: pd.DataFrame, place: Mapping[str, float], columns: Sequence[str], number: int
) -> pd.DataFrame:
    """The units nearest to a place, the nearest first.

    The distance is the root of the sum of squared differences, each in standard deviations of its
    column over the units. Units without a value in a column are passed over.

    Parameters
    ----------
    units : one row a unit where nothing happened, named by the index
    place : the place's value of every column, such as its log price and log sales before the start
    columns : to match on, in the form in which a difference matters (logs of prices and of sales)
    number : of units wanted

    Returns
    -------
    frame of the chosen units' columns, with ``distance``

    Raises
    ------
    SpecificationError
        Columns that are missing or do not vary, a place without a value, fewer units than wanted.
    """
    require_frame(units)
    faults = column_faults(units, columns)
    faults += [
        f"the place has no {name}" for name in columns if not np.isfinite(place.get(name, np.nan))
    ]
    if faults or not columns:
        raise SpecificationError(f"matching: {'; '.join(faults or ['no column is named'])}")
    known = units[list(columns)].dropna()
    if not 1 <= number <= len(known):
        raise SpecificationError(
            f"matching: {number} units are wanted and {len(known)} have all of {', '.join(columns)}"
        )
    spread = known.std()
    if still := [name for name in columns if not spread[name] > 0]:
        raise SpecificationError(f"matching: {', '.join(still)} does not vary between the units")
    apart = (known - pd.Series({name: place[name] for name in columns})) / spread
    distance = np.sqrt((apart**2).sum(axis=1))
    return known.assign(**{DISTANCE: distance}).sort_values(DISTANCE, kind="stable").head(number)
