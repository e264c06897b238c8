"""A column in two parts: how its group differs from others, and how a row differs from its group.

x_gi = m_g + d_gi with m_g the mean of the group's rows. A coefficient of d compares rows of one
group, a coefficient of m compares groups. Where they part, one number for both is a blend of two.

References
----------
Mundlak (1978), On the Pooling of Time Series and Cross Section Data. Bell and Jones (2015),
Explaining Fixed Effects: the within-between form.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

from ..absorb import absorb
from ..estimate import Estimate
from ..specification import Specification, SpecificationError
from ..tolerance import LENGTH, still

WITHIN, BETWEEN = ".within", ".between"


@dataclass(frozen=True, slots=True)
class Split:
    """A frame and its specification with each moving term in two parts.

    Parameters
    ----------
    rows : the frame with columns ``x.within`` and ``x.between``
    specification : the same equation in those columns
    pairs : terms that have both parts
    """

    rows: pd.DataFrame
    specification: Specification
    pairs: tuple[str, ...]


def split_by_group(
    rows: pd.DataFrame, specification: Specification, group: str, effects: Sequence[str]
) -> Split:
    """Split the terms that still vary once ``effects`` are out; the others stay whole.

    A term whose group means are all alike has no second part. Means carry the specification's
    weights.

    Parameters
    ----------
    rows : complete rows
    specification : regressors and controls in the columns of ``rows``
    group : column of the groups
    effects : columns inside which a term must vary to be split, the group among them

    Raises
    ------
    SpecificationError
        No regressor varies inside a group.
    """
    weights = np.ones(len(rows))
    if specification.weights:
        weights = rows[specification.weights].to_numpy(float)
    codes = [pd.factorize(rows[effect])[0] for effect in dict.fromkeys(effects)]
    values = rows[list(specification.terms)].to_numpy(float)
    rest = still(absorb(values, codes, weights).values, values, weights)
    moving = [term for term, rests in zip(specification.terms, rest, strict=True) if not rests]
    if not set(moving) & set(specification.regressors):
        place = " and ".join(dict.fromkeys(effects))
        raise SpecificationError(
            f"specification {specification.name}: no regressor varies within {place}, so there is "
            "no coefficient within; name one that does"
        )
    means = group_means(rows[moving], rows[group], weights)
    parts: dict[str, tuple[str, ...]] = {}
    added: dict[str, np.ndarray] = {}
    for term in moving:
        mean = means[term].to_numpy()
        added[term + WITHIN] = rows[term].to_numpy(float) - mean
        parts[term] = (term + WITHIN,)
        if np.ptp(mean) > LENGTH * np.ptp(rows[term].to_numpy(float)):
            added[term + BETWEEN] = mean
            parts[term] += (term + BETWEEN,)
    return Split(
        rows=rows.assign(**added),
        specification=replace(
            specification,
            regressors=_in_parts(specification.regressors, parts),
            controls=_in_parts(specification.controls, parts),
        ),
        pairs=tuple(term for term in moving if len(parts[term]) == 2),
    )


class EqualParts(NamedTuple):
    """A Wald test in its F form; the second degrees of freedom are those of the estimate."""

    statistic: float
    p_value: float


def equal_parts(estimate: Estimate, pairs: Sequence[str]) -> EqualParts:
    """Test that each of some terms has the same coefficient within and between, all at once."""
    contrast = np.zeros((len(pairs), len(estimate.terms)))
    for row, term in enumerate(pairs):
        contrast[row, estimate.terms.index(term + WITHIN)] = -1
        contrast[row, estimate.terms.index(term + BETWEEN)] = 1
    gap = contrast @ estimate.coefficients
    variance = contrast @ estimate.covariance @ contrast.T
    statistic = float(gap @ np.linalg.solve(variance, gap)) / len(pairs)
    return EqualParts(statistic, float(stats.f.sf(statistic, len(pairs), estimate.df)))


def group_means(frame: pd.DataFrame, group: pd.Series, weights: np.ndarray) -> pd.DataFrame:
    """Each row's weighted group means, in the frame's rows and columns."""
    sums = frame.mul(weights, axis=0).groupby(group.to_numpy()).transform("sum")
    return sums.div(pd.Series(weights, frame.index).groupby(group.to_numpy()).transform("sum"), 0)


def _in_parts(terms: Sequence[str], parts: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(part for term in terms for part in parts.get(term, (term,)))
