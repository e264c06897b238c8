"""Maps of the city as figures, with the wards' outlines and the study's named places."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ..report_templates.exhibits import Figure
from .inputs import Inputs


def city_map(
    inputs: Inputs,
    name: str,
    title: str,
    values: pd.DataFrame,
    level: str,
    *,
    measure: str,
    note: str,
    source: str,
    alt: str,
    **options: Any,
) -> Figure:
    """A map of ``values`` (``code, value``) by the areas of ``level`` ("lsoa21" or "ward22")."""
    wards = inputs.folder.read("boundaries_ward22")
    named = wards[wards["name"].isin(inputs.study.geography.named_places)]
    inside = named["geometry"].representative_point()
    return Figure(
        name,
        title,
        "choropleth",
        values,
        measure,
        note,
        source,
        alt,
        options={
            "geometry": inputs.shapes[level],
            "outline": inputs.shapes["ward22"],
            "places": list(zip(inside.x, inside.y, named["name"], strict=True)),
            **options,
        },
    )
