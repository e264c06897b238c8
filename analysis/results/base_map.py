"""What maps of the city are drawn on: its areas, its wards and the places that a study names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from ...data.catalogue import DataFolder
from ..graph import result
from ..study import Study


@dataclass(frozen=True, slots=True)
class BaseMap:
    """The ground of the city's maps.

    Parameters
    ----------
    shapes : boundaries at print resolution by level, ``code, geometry``
    named : a point inside each ward that the study names: easting, northing, name
    wards : such a point inside every ward
    """

    shapes: Mapping[str, pd.DataFrame]
    named: tuple[tuple[float, float, str], ...]
    wards: tuple[tuple[float, float, str], ...] = ()


@result()
def base_map(study: Study, folder: DataFolder, shapes: Mapping[str, pd.DataFrame]) -> BaseMap:
    """The boundaries of a run, with the study's named places."""
    wards = folder.read("boundaries_ward22")
    inside = wards["geometry"].representative_point()
    every = tuple(zip(inside.x, inside.y, wards["name"], strict=True))
    named = tuple(one for one in every if one[2] in study.geography.named_places)
    return BaseMap(shapes, named, every)
