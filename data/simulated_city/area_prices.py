"""What the reference dwelling truly costs in each area and year: an index is judged by it."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from .layout import Model
from .process import price_path
from .sales import MONTH_SHARES, TYPES
from .writing import write_table


def reference_floor_area(model: Model) -> float:
    """Square metres of the reference dwelling: the geometric mean over terraced houses.

    Floor areas are drawn alike in every area, so the expected log price of a terraced house of
    unknown size is that of the reference dwelling.
    """
    terraced = model.dwellings.kind == TYPES.index("T")
    return round(float(np.exp(np.log(model.dwellings.floor_area[terraced]).mean())), 2)


def write_area_prices(path: Path, model: Model) -> None:
    """``lsoa21, year, log_price``: log pounds of the reference dwelling, shock included.

    Terraced, not new, freehold (tenure has no price of its own), category A, of
    `reference_floor_area`; a year is the mean of its months by their usual share of sales.
    """
    size = model.size
    years = np.arange(size.first_year, size.last_year + 1)
    months = (years[:, None] - 1995) * 12 + np.arange(12)
    city = price_path(months) @ MONTH_SHARES + np.log(reference_floor_area(model))
    write_table(
        path,
        {
            "lsoa21": np.repeat(model.lsoa21, size.years),
            "year": np.tile(years, size.areas),
            "log_price": (model.city.log_price + city).ravel().round(6),
        },
    )
