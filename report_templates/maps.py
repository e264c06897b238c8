"""Maps of the city as figures, with the wards' outlines and the study's named places."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ..analysis.results.base_map import BaseMap
from .exhibits import FigureBody


def map_body(
    name: str,
    values: pd.DataFrame,
    level: str,
    base: BaseMap,
    shows: tuple[object, ...],
    **options: Any,
) -> FigureBody:
    """A map of ``values`` (``code, value``) by the areas of ``level`` ("lsoa21" or "ward22").

    It names the wards of its own title and alternative text, and the places that the study names.
    """
    drawn_on = {
        "level": level,
        "wards": list(base.wards),
        "geometry": base.shapes[level],
        "outline": base.shapes["ward22"],
        "places": list(base.named),
    }
    return FigureBody(name, "choropleth", values, shows, options={**drawn_on, **options})
