"""Neighbours and Moran's I from a table of areas with coordinates."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..frames import column_faults, require_frame
from ..specification import SpecificationError
from .moran import Moran, Neighbours, moran, nearest_neighbours, neighbours_within


def neighbours_of(
    frame: pd.DataFrame,
    code: str,
    coordinates: tuple[str, str] = ("easting", "northing"),
    *,
    k: int = 6,
    within: float | None = None,
) -> Neighbours:
    """The k nearest areas of each, or all within a distance.

    Parameters
    ----------
    frame : one row an area
    code : column of the areas' codes
    coordinates : columns of plane coordinates
    k : number of neighbours
    within : distance in the coordinates' unit up to which areas are neighbours, instead of ``k``;
        an area with none gets its nearest

    Raises
    ------
    SpecificationError
        Columns or coordinates that are missing; codes that stand twice; fewer areas than three.
    """
    import geopandas as gpd

    require_frame(frame)
    faults = column_faults(frame, (code, *coordinates))
    if not faults and (lacking := int(frame[[code, *coordinates]].isna().any(axis=1).sum())):
        faults.append(f"{lacking} areas lack their {code} or coordinates")
    if not faults and not 1 <= k < len(frame):
        faults.append(f"{len(frame)} areas have no {k} neighbours each")
    if faults:
        raise SpecificationError(f"neighbours: {'; '.join(faults)}")
    points = gpd.points_from_xy(*(frame[name] for name in coordinates))
    areas = gpd.GeoDataFrame({"code": frame[code].astype(str).to_numpy()}, geometry=points)
    return nearest_neighbours(areas, k) if within is None else neighbours_within(areas, within)


def moran_of(
    frame: pd.DataFrame,
    column: str,
    neighbours: Neighbours,
    code: str,
    rng: np.random.Generator,
    permutations: int = 999,
) -> Moran:
    """Moran's I of a column, its areas found by their code.

    Parameters
    ----------
    frame : one row an area
    column : the values
    neighbours : of exactly these areas
    code : column of the areas' codes
    rng : generator of the permutations

    Raises
    ------
    SpecificationError
        Columns that are missing, other areas than those of the neighbours, and all of `moran`.
    """
    require_frame(frame)
    faults = column_faults(frame, (column, code))
    if not faults and sorted(frame[code].astype(str)) != sorted(neighbours.codes):
        faults.append(f"the {code} of the frame and of the neighbours are not the same")
    if faults:
        raise SpecificationError(f"Moran: {'; '.join(faults)}")
    values = frame.set_index(frame[code].astype(str))[column].loc[list(neighbours.codes)]
    return moran(values.to_numpy(float), neighbours, rng, permutations)
