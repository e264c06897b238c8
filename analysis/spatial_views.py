"""The cross-section in two views, and the ground on which areas are neighbours.

One view is without effects, the other with as much held equal as the study asks for. A step is not
asked for if its terms and levels, with those of the neighbours, come to more than half the number
of areas.
"""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from ..data import geography
from ..data.catalogue import DataFolder
from ..models.sample import take_sample
from ..models.spatial.moran import Neighbours, queen_neighbours
from ..models.specification import Specification
from .equations import added, equations, too_few_clusters
from .reasons import Reason, TooFewAreas
from .study import CrossSection, Step

AREA = "lsoa21"
VIEWS = ("open", "held")
"""Without effects, and with the most held equal; they may be the same."""


@dataclass(frozen=True, slots=True)
class View:
    """One equation of the cross-section, and the titles of what it holds equal."""

    key: str
    step: Step
    held_equal: tuple[str, ...]
    specification: Specification


@dataclass(frozen=True, slots=True)
class Ground:
    """Areas complete for both views with their centres, their shapes, and who is next to whom."""

    views: tuple[View, ...]
    rows: pd.DataFrame
    shapes: gpd.GeoDataFrame
    queen: Neighbours

    @property
    def terms(self) -> tuple[str, ...]:
        """Measures that stand in the first view."""
        return self.views[0].specification.regressors

    def last_view(self, term: str) -> View:
        """The view with the most held equal in which a measure still varies."""
        return next(view for view in reversed(self.views) if term in view.specification.regressors)


def views_of(section: CrossSection, sold: pd.DataFrame) -> tuple[View, ...] | Reason:
    """The last joint step without effects and the last of all, or why there are none."""
    if few := too_few_clusters(section, sold):
        return few
    joint = [
        one
        for one in equations(section, sold)
        if not one.step.separately
        and len(one.step.effects) < 2
        and 4 * _columns(one.specification, sold) <= len(sold)
    ]
    if not joint:
        return TooFewAreas(len(sold))
    bare = [one for one in joint if not one.step.effects]
    chosen = dict(zip(VIEWS, ((bare or joint)[-1], joint[-1]), strict=True))
    return tuple(
        View(key, one.step, added(section, one.step), one.specification)
        for key, one in chosen.items()
    )


def _columns(asked: Specification, areas: pd.DataFrame) -> int:
    levels = sum(areas[effect].nunique() for effect in asked.effects)
    return levels + len(asked.terms)


def ground_of(views: tuple[View, ...], sold: pd.DataFrame, folder: DataFolder) -> Ground:
    """Areas, shapes in the same order, and their neighbours."""
    rows = sold
    for view in views:
        rows = take_sample(rows, view.specification).rows
    boundaries = folder.read("boundaries_lsoa21")
    shapes = boundaries.set_index("code").loc[list(rows[AREA])].reset_index()
    centres = geography.centroids(shapes)
    placed = rows.assign(
        easting=centres["easting"].to_numpy(), northing=centres["northing"].to_numpy()
    )
    return Ground(views, placed, shapes, queen_neighbours(shapes))
