"""How sure is an estimate when near errors go together and the wards' borders mean nothing?

V = (X'X)^-1 [sum_ij K(d_ij / c) x_i e_i e_j x_j'] (X'X)^-1 with d the distance of two rows, c the
cut-off and K one inside it (uniform) or falling in a straight line to zero (Bartlett). What an
estimate's uncertainty is at c tells how far dependence is allowed to reach; the curve over c is
the result, a single c is a choice.

References
----------
Conley (1999): the estimator. MacKinnon and White (1985): HC1, which a cut-off below the smallest
distance gives. Neither kernel is sure to give a positive variance in two dimensions; a variance
that is not positive is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from ..estimate import Estimate
from ..frames import takes_frame
from ..sample import Sample
from ..specification import Specification, SpecificationError, require_word
from ..tolerance import SQUARE
from .placed import EASTING_NORTHING, Metric, distance_of_pairs, placed_sample, points_of

Kernel = Literal["uniform", "bartlett"]
Factor = Literal["none", "N/(N-1)", "N/(N-K)"]
_BLOCK = 4096
_EDGE = 1 + 1e-9
"""A row at the cut-off counts as inside, whatever rounding says."""


@dataclass(frozen=True, slots=True)
class ConleyRule:
    """How distance enters the variance.

    Parameters
    ----------
    coordinates : columns of the frame: easting and northing, or latitude and longitude
    kernel : weight of a pair by distance
    factor : small-sample factor on the variance; "N/(N-1)" is that of R's fixest, "N/(N-K)" makes
        a cut-off of zero equal to HC1
    metric : "plane" in the coordinates' unit; "great_circle" (sphere of 6371.01 km) and
        "flat_degrees" (fixest: 111 km a degree, longitude by the cosine of the pair's mean
        latitude) in kilometres
    """

    coordinates: tuple[str, str] = EASTING_NORTHING
    kernel: Kernel = "uniform"
    factor: Factor = "N/(N-K)"
    metric: Metric = "plane"

    def __post_init__(self) -> None:
        require_word("kernel", self.kernel, Kernel)
        require_word("factor", self.factor, Factor)
        require_word("metric", self.metric, Metric)


@dataclass(frozen=True, slots=True)
class _Scores:
    """What the middle of the variance is made of; rows at one point are added up first."""

    sample: Sample
    bread: np.ndarray
    coefficients: np.ndarray
    residual_sum: float
    places: np.ndarray
    at_point: np.ndarray
    counts: np.ndarray


@takes_frame
def conley(
    frame: pd.DataFrame,
    specification: Specification,
    cut_off: float,
    rule: ConleyRule | None = None,
) -> Estimate:
    """Least squares, weighted and with absorbed effects, with Conley's variance.

    Parameters
    ----------
    frame : one row an observation, with the specification's columns and the coordinates
    specification : as for `cross_section`; its own variance rule is set aside
    cut_off : distance beyond which errors are taken to be unrelated, in the metric's unit
    rule : kernel, small-sample factor and metric

    Raises
    ------
    SpecificationError
        See `take_sample`; coordinates that are no degrees where the metric needs them; a cut-off
        that is negative, or within which every row lies; a variance that is not positive.
    """
    rule = rule or ConleyRule()
    scores = _scores(frame, specification, rule)
    middles, neighbours = _middles(scores, [cut_off], rule)
    covariance = _covariance(scores, middles[0], rule)
    sample = scores.sample
    if neighbours[0] >= len(sample.rows) - 1:
        raise SpecificationError(
            f"specification {specification.name}: every row lies within {cut_off:g} of every other "
            f"by {' and '.join(rule.coordinates)}, so nothing is left unrelated; choose a smaller "
            "cut-off, or the metric of the coordinates' unit"
        )
    known = _known(scores, np.diag(covariance), rule)
    if bad := [term for term, is_known in zip(sample.terms, known, strict=True) if not is_known]:
        raise SpecificationError(
            f"specification {specification.name}: the Conley variance of {', '.join(bad)} is not "
            f"positive at a cut-off of {cut_off:g}; choose another cut-off or kernel"
        )
    within = float(sample.weights @ sample.within_outcome**2)
    df = len(sample.rows) - sample.parameters
    rule_words = (
        f"Conley, {rule.kernel} kernel, cut-off {cut_off:g}, factor {rule.factor}, "
        f"N = {len(sample.rows)}, K = {sample.parameters}; t with {df} degrees of freedom"
    )
    return Estimate(
        specification=replace(specification, variance="robust", clusters=None),
        terms=sample.terms,
        coefficients=scores.coefficients,
        covariance=covariance,
        df=float(df),
        n=len(sample.rows),
        clusters=None,
        r_squared=1 - scores.residual_sum / within,
        variance_rule=rule_words,
        dropped=sample.dropped,
        diagnostics={"cut_off": cut_off, "parameters": float(sample.parameters)},
    )


@takes_frame
def conley_curve(
    frame: pd.DataFrame,
    specification: Specification,
    cut_offs: Sequence[float],
    rule: ConleyRule | None = None,
) -> pd.DataFrame:
    """Standard errors by cut-off, distances found once.

    Returns
    -------
    frame ``term, cut_off, estimate, std_error, ci_low, ci_high, neighbours``
        One row a term and cut-off, 95% intervals; ``neighbours`` is the mean number of other rows
        within the cut-off. A variance that is not positive, and a cut-off within which every row
        lies, give NaN.
    """
    from scipy import stats

    rule = rule or ConleyRule()
    scores = _scores(frame, specification, rule)
    middles, neighbours = _middles(scores, cut_offs, rule)
    sample = scores.sample
    reach = stats.t.ppf(0.975, len(sample.rows) - sample.parameters)
    parts = []
    for cut_off, middle, near in zip(cut_offs, middles, neighbours, strict=True):
        variance = np.diag(_covariance(scores, middle, rule))
        known = _known(scores, variance, rule) & (near < len(sample.rows) - 1)
        error = np.sqrt(np.where(known, variance, np.nan))
        parts.append(
            pd.DataFrame(
                {
                    "term": sample.terms,
                    "cut_off": float(cut_off),
                    "estimate": scores.coefficients,
                    "std_error": error,
                    "ci_low": scores.coefficients - reach * error,
                    "ci_high": scores.coefficients + reach * error,
                    "neighbours": near,
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def _scores(frame: pd.DataFrame, specification: Specification, rule: ConleyRule) -> _Scores:
    sample, coordinates = placed_sample(frame, specification, rule.coordinates, rule.metric)
    right, weights = sample.within_right, sample.weights
    bread = np.linalg.inv(right.T @ (weights[:, None] * right))
    # Constant or effects are out already, so without regressors of their own they add no score.
    coefficients = bread @ (right.T @ (weights * sample.within_outcome))
    residual = sample.within_outcome - right @ coefficients
    unique, at = np.unique(coordinates, axis=0, return_inverse=True)
    at = at.ravel()
    scores = right * (weights * residual)[:, None]
    added = np.column_stack(
        [np.bincount(at, weights=column, minlength=len(unique)) for column in scores.T]
    )
    return _Scores(
        sample,
        bread,
        coefficients,
        float(weights @ residual**2),
        unique,
        added,
        np.bincount(at, minlength=len(unique)).astype(float),
    )


def _middles(
    scores: _Scores, cut_offs: Sequence[float], rule: ConleyRule
) -> tuple[np.ndarray, np.ndarray]:
    """The (m, k, k) middles of the variance at m cut-offs, and the mean number of neighbours."""
    reach = np.asarray(cut_offs, dtype=float)
    if not len(reach) or (reach < 0).any() or not np.isfinite(reach).all():
        raise SpecificationError("Conley: cut-offs must be finite and not negative, at least one")
    points = points_of(scores.places, rule.metric)
    # A chord is shorter than its arc, so the cut-off finds every pair inside it.
    furthest = float(reach.max()) * _EDGE
    tree = cKDTree(points)
    k = scores.at_point.shape[1]
    middles, pairs = np.zeros((len(reach), k, k)), np.zeros(len(reach))
    for start in range(0, len(points), _BLOCK):
        stop = min(start + _BLOCK, len(points))
        found = cKDTree(points[start:stop]).sparse_distance_matrix(
            tree, furthest, output_type="ndarray"
        )
        row, column = found["i"] + start, found["j"]
        distance = distance_of_pairs(scores.places, row, column, found["v"], rule.metric)
        for place, cut_off in enumerate(reach):
            inside = distance <= cut_off * _EDGE
            share = _kernel(distance[inside], cut_off, rule.kernel)
            summed = _summed(share, row[inside] - start, column[inside], stop - start, scores)
            middles[place] += scores.at_point[start:stop].T @ summed[:, :k]
            pairs[place] += scores.counts[start:stop] @ summed[:, k]
    n = scores.counts.sum()
    return middles, pairs / n - 1


def _kernel(distance: np.ndarray, cut_off: float, kernel: Kernel) -> np.ndarray:
    if kernel == "uniform" or cut_off == 0:
        return np.ones(len(distance))
    return np.maximum(1 - distance / cut_off, 0)


def _summed(
    share: np.ndarray, row: np.ndarray, column: np.ndarray, rows: int, scores: _Scores
) -> np.ndarray:
    """For each row the kernel-weighted sum of its neighbours' scores, then their number."""
    from scipy import sparse

    size = (rows, len(scores.places))
    weighted = sparse.csr_array((share, (row, column)), size) @ scores.at_point
    number = sparse.csr_array((np.ones(len(row)), (row, column)), size) @ scores.counts
    return np.column_stack([weighted, number])


def _known(scores: _Scores, variance: np.ndarray, rule: ConleyRule) -> np.ndarray:
    """Which variances (k,) are more than rounding, beside those of rows unrelated to each other."""
    alone = np.diag(_covariance(scores, scores.at_point.T @ scores.at_point, rule))
    return np.asarray(variance > SQUARE * alone)


def _covariance(scores: _Scores, middle: np.ndarray, rule: ConleyRule) -> np.ndarray:
    n = len(scores.sample.rows)
    factor = {"none": 1.0, "N/(N-1)": n / (n - 1), "N/(N-K)": n / (n - scores.sample.parameters)}
    return np.asarray(factor[rule.factor] * scores.bread @ middle @ scores.bread)
