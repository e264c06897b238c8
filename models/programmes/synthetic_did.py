"""Synthetic difference-in-differences (Arkhangelsky et al. 2021), weights by diff-diff."""

from __future__ import annotations

import numpy as np

from .synthetic_control import Comparison, require_paths


def synthetic_did(place: np.ndarray, donors: np.ndarray, before: int) -> Comparison:
    """One place against weighted donors and weighted earlier years.

    Parameters
    ----------
    place : (T,) outcome of the place, or the mean of several that start in one year
    donors : (T, J)
    before : years before the start, two at least

    Returns
    -------
    Comparison
        Its gap has the mean under the time weights taken off, so that the mean gap after the start
        is the estimate of the paper.

    Notes
    -----
    Penalties as the paper sets them for one treated unit: ``(years after)^(1/4)`` times the
    standard deviation of the donors' yearly changes before the start for the donors, a millionth
    of it for the years.
    """
    from diff_diff.utils import compute_sdid_unit_weights, compute_time_weights

    require_paths(place, donors, before, least=2)
    early, late = donors[:before], donors[before:]
    noise = float(np.diff(early, axis=0).std(ddof=1))
    unit = compute_sdid_unit_weights(early, place[:before], len(late) ** 0.25 * noise)
    time = compute_time_weights(early, late, 1e-6 * noise)
    gap = place - donors @ np.asarray(unit)
    return Comparison(np.asarray(unit), gap - np.asarray(time) @ gap[:before], before)


def difference_in_differences(place: np.ndarray, donors: np.ndarray, before: int) -> Comparison:
    """The same with all donors and all earlier years weighing alike."""
    require_paths(place, donors, before)
    weights = np.full(donors.shape[1], 1 / donors.shape[1])
    gap = place - donors @ weights
    return Comparison(weights, gap - gap[:before].mean(), before)
