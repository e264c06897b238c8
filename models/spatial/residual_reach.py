"""How far are the errors of an equation alike?

Errors e with correlation s exp(-d / r) between rows a distance d apart, the share s of their
variance being spatial and the rest each row's own. Reach r and share s maximise the restricted
likelihood (Patterson and Thompson 1971): of what is left of the outcome at right angles to
regressors, controls and effects, so that columns held equal do not make the errors look less alike
than they are, as they make residuals. A weighted row counts with the root of its weight.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import linalg, optimize
from scipy.spatial import cKDTree

from ..frames import takes_frame
from ..sample import Sample
from ..specification import Specification, SpecificationError
from .placed import EASTING_NORTHING, Metric, distances, placed_sample, points_of

_LEAST_SHARE = 1e-3
_MOST_SHARE = 1 - 1e-6


@dataclass(frozen=True, slots=True)
class Likeness:
    """Correlation ``share * exp(-distance / reach)`` between two rows.

    Parameters
    ----------
    reach : distance at which a third (1/e) of the likeness is left, in the unit of the coordinates
        or in kilometres; 0 where errors are not alike at all
    share : of the variance that is spatial

    Raises
    ------
    SpecificationError
        A reach that is no distance, or a share outside 0 to 1.
    """

    reach: float
    share: float

    def __post_init__(self) -> None:
        if not (0 <= self.reach < np.inf and 0 <= self.share <= 1):
            raise SpecificationError(
                f"a likeness of reach {self.reach:g} and share {self.share:g}: a reach is a "
                "distance, a share lies between 0 and 1"
            )


@takes_frame
def residual_reach(
    frame: pd.DataFrame,
    specification: Specification,
    *,
    coordinates: tuple[str, str] = EASTING_NORTHING,
    metric: Metric = "plane",
) -> Likeness:
    """The likeness of an equation's errors.

    The reach is looked for between half of the middle distance of a row to its nearest and the
    largest distance of any two.

    Raises
    ------
    SpecificationError
        See `placed_sample`; all rows at one point.
    """
    sample, places = placed_sample(frame, specification, coordinates, metric)
    apart = distances(places, metric)
    if not apart.max():
        raise SpecificationError(
            f"specification {specification.name}: all {len(places)} rows are at one point, so no "
            "reach of their likeness can be told"
        )
    return _likeness(sample, apart, _nearest(points_of(places, metric)))


def _likeness(sample: Sample, apart: np.ndarray, nearest: float) -> Likeness:
    """One eigendecomposition for each reach tried gives the likelihood at every share."""
    free = _complement(sample)
    left = free.T @ (np.sqrt(sample.weights) * sample.outcome)

    def best_share(log_reach: float) -> tuple[float, float]:
        alike = free.T @ np.exp(-apart / np.exp(log_reach)) @ free
        roots, vectors = linalg.eigh(alike, overwrite_a=True, check_finite=False)
        squares = (vectors.T @ left) ** 2

        def deviance(share: float) -> float:
            variances = 1 + share * (roots - 1)
            spread = np.log((squares / variances).mean())
            return float(np.log(variances).mean() + spread)

        found = optimize.minimize_scalar(deviance, bounds=(0, _MOST_SHARE), method="bounded")
        return float(found.fun), float(found.x)

    bounds = (np.log(nearest / 2), np.log(apart.max()))
    found = optimize.minimize_scalar(
        lambda log_reach: best_share(log_reach)[0],
        bounds=bounds,
        method="bounded",
        options={"xatol": 0.05},
    )
    share = best_share(float(found.x))[1]
    if share < _LEAST_SHARE:
        return Likeness(0.0, 0.0)
    return Likeness(float(np.exp(found.x)), share)


def _complement(sample: Sample) -> np.ndarray:
    """Orthonormal columns at right angles to all that is held equal, (n, n - K)."""
    constant = np.zeros(len(sample.rows), dtype=int)
    codes = sample.effects or (constant,)
    dummies = [code[:, None] == np.arange(code.max() + 1) for code in codes]
    columns = np.column_stack([*dummies, sample.within_right])
    columns = np.sqrt(sample.weights)[:, None] * columns / np.linalg.norm(columns, axis=0)
    basis = linalg.qr(columns, pivoting=True)[0]
    return np.asarray(basis[:, sample.parameters :])


def _nearest(points: np.ndarray) -> float:
    """The middle distance to the nearest row at another point."""
    unique = np.unique(points, axis=0)
    return float(np.median(cKDTree(unique).query(unique, 2)[0][:, 1]))
