"""Rows with a place: their sample, and how far they lie from each other."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np
import pandas as pd

from ..sample import Sample, complete_rows, take_sample
from ..specification import Specification, SpecificationError, require_word

Metric = Literal["plane", "great_circle", "flat_degrees"]
EASTING_NORTHING = ("easting", "northing")
EARTH_KM = 6371.01
DEGREE_KM = 111.0


def placed_sample(
    frame: pd.DataFrame,
    specification: Specification,
    coordinates: tuple[str, str],
    metric: Metric,
) -> tuple[Sample, np.ndarray]:
    """The sample of the rows that have coordinates, and these as an (n, 2) array.

    Raises
    ------
    SpecificationError
        See `take_sample`; coordinates that are no degrees where the metric needs them.
    """
    require_word("metric", metric, Metric)
    if missing := [column for column in coordinates if column not in frame.columns]:
        raise SpecificationError(
            f"specification {specification.name}: the frame has no column {', '.join(missing)}"
        )
    placed, unplaced = complete_rows(frame, coordinates)
    taken = take_sample(placed, specification)
    sample = replace(taken, dropped={**unplaced, **taken.dropped})
    places = sample.rows[list(coordinates)].to_numpy(float)
    if metric != "plane" and (np.abs(places) > (90, 360)).any():
        raise SpecificationError(
            f"specification {specification.name}: {' and '.join(coordinates)} are not "
            f'latitude and longitude in degrees, which the metric "{metric}" measures'
        )
    return sample, places


def points_of(places: np.ndarray, metric: Metric) -> np.ndarray:
    """Points whose straight distances are the metric's, its arcs' chords, or not above it."""
    require_word("metric", metric, Metric)
    if metric == "plane":
        return places
    latitude, longitude = np.radians(places.T)
    if metric == "flat_degrees":
        return DEGREE_KM * np.column_stack([places[:, 0], places[:, 1] * np.cos(latitude).min()])
    return EARTH_KM * np.column_stack(
        [
            np.cos(latitude) * np.cos(longitude),
            np.cos(latitude) * np.sin(longitude),
            np.sin(latitude),
        ]
    )


def distance_of_pairs(
    places: np.ndarray, row: np.ndarray, column: np.ndarray, straight: np.ndarray, metric: Metric
) -> np.ndarray:
    """Distance of pairs from the straight distance of their points."""
    require_word("metric", metric, Metric)
    if metric == "plane":
        return straight
    if metric == "great_circle":
        return np.asarray(2 * EARTH_KM * np.arcsin(np.minimum(straight / (2 * EARTH_KM), 1)))
    north, east = (places[row] - places[column]).T
    latitude = np.radians((places[row, 0] + places[column, 0]) / 2)
    return np.asarray(DEGREE_KM * np.hypot(north, east * np.cos(latitude)))


def distances(places: np.ndarray, metric: Metric) -> np.ndarray:
    """Distances of all pairs, (n, n), in the coordinates' unit or in kilometres."""
    from scipy.spatial.distance import pdist, squareform

    row, column = np.triu_indices(len(places), 1)
    straight = pdist(points_of(places, metric))
    return np.asarray(squareform(distance_of_pairs(places, row, column, straight, metric)))
