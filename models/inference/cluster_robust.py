"""Least squares with any clustered variance, and what one cluster does to it.

The rules themselves are those of `covariance`; here they are asked by kind, beside the
specification's own, along two ways of grouping, or taken apart cluster by cluster.

References
----------
Cameron, Gelbach and Miller (2011): two ways. MacKinnon, Nielsen and Webb (2023): CR3 as the
jackknife over clusters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from ..covariance import (
    adjusted,
    cluster_factor,
    covariance,
    require_seen,
    sandwich,
    told_by_one,
    variance_rule,
)
from ..design import design
from ..estimate import tidy_terms
from ..frames import takes_frame
from ..record import Record
from ..sample import complete_rows, take_sample
from ..specification import Specification, SpecificationError, require_word
from ..tolerance import SQUARE

Kind = Literal["CR0", "CR1", "CR2", "CR3"]
TwoWayFactor = Literal["own", "smallest"]


@dataclass(frozen=True, slots=True, repr=False)
class ClusterRobust(Record):
    """Coefficients with a clustered variance.

    Parameters
    ----------
    terms, coefficients, covariance : k names, (k,) and (k, k)
    df : (k,) degrees of freedom of each coefficient's t reference
    n, clusters : rows and clusters
    rule : kind, small-sample factor and reference distribution, in words
    """

    terms: tuple[str, ...]
    coefficients: np.ndarray
    covariance: np.ndarray
    df: np.ndarray
    n: int
    clusters: int
    rule: str

    def tidy(self, level: float = 0.95) -> pd.DataFrame:
        """One row a term, the columns of `Estimate.tidy`."""
        return tidy_terms(self.terms, self.coefficients, self.covariance, self.df, level)

    def heading(self) -> str:
        return "Least squares with a clustered variance"

    def notes(self) -> Sequence[str]:
        return (f"{self.n:,} rows, {self.clusters:,} clusters", self.rule)


@takes_frame
def cluster_robust(
    frame: pd.DataFrame, specification: Specification, kind: Kind = "CR2"
) -> ClusterRobust:
    """Least squares with absorbed effects and a clustered variance of the given kind.

    Raises
    ------
    SpecificationError
        No cluster column, and all of `take_sample` and `require_seen`.
    """
    require_word("kind", kind, Kind)
    sample = take_sample(frame, specification)
    parts = design(sample)
    found = covariance(parts, variance_rule(specification, sample, kind=kind))
    require_seen(specification, sample, found)
    return ClusterRobust(
        terms=sample.terms,
        coefficients=parts.coefficients,
        covariance=found.matrix,
        df=found.df,
        n=len(sample.rows),
        clusters=len(parts.starts),
        rule=found.rule.in_words(),
    )


@takes_frame
def leave_one_cluster_out(frame: pd.DataFrame, specification: Specification) -> pd.DataFrame:
    """The coefficients without each cluster in turn, exactly, from one fit.

    Returns
    -------
    DataFrame
        Index: the cluster left out; columns: the terms. NaN where the cluster alone tells a
        term: without it there is no coefficient.
    """
    sample = take_sample(frame, specification)
    parts = design(sample)
    influence = parts.right * adjusted(parts, parts.residual, "CR3")[:, None] @ parts.bread
    left = parts.coefficients - parts.sums(influence)
    left[told_by_one(parts)] = np.nan
    names = pd.unique(sample.rows[specification.clusters])
    return pd.DataFrame(left, index=names, columns=list(sample.terms))


@takes_frame
def two_way_clustered(
    frame: pd.DataFrame, specification: Specification, second: str, factor: TwoWayFactor = "own"
) -> ClusterRobust:
    """CR1 for errors related along two ways of grouping: V_a + V_b - V_ab.

    Parameters
    ----------
    specification : its ``clusters`` is the first way
    second : column of the second way; rows without it are not used
    factor : "own" gives each part its own G/(G-1) (R sandwich), "smallest" that of the way with
        fewest clusters to all (Stata, pyfixest); the printed error depends on it

    Raises
    ------
    SpecificationError
        No second column, or one cluster of it; a variance that is not positive, which the
        difference of three need not be; and all of `cluster_robust`.
    """
    require_word("factor", factor, TwoWayFactor)
    if second not in frame.columns:
        raise SpecificationError(f"the frame has no column {second}")
    sample = take_sample(complete_rows(frame, [second])[0], specification)
    rule = variance_rule(specification, sample, kind="CR1")
    require_seen(specification, sample, covariance(design(sample), rule))
    other = pd.factorize(sample.rows[second])[0]
    if not other.any():
        raise SpecificationError(f"all {len(sample.rows)} rows are in one cluster of {second}")
    parts = design(sample, np.arange(len(other)))
    influence = parts.right * parts.residual[:, None] @ parts.bread
    first = np.asarray(sample.clusters)
    both = pd.factorize(pd.Series(first) * (other.max() + 1) + other)[0]
    smallest = int(min(first.max(), other.max())) + 1
    total = np.zeros((len(sample.terms), len(sample.terms)))
    for codes, sign in ((first, 1), (other, 1), (both, -1)):
        groups = int(codes.max()) + 1
        share = 1.0 if factor == "own" else cluster_factor(smallest) / cluster_factor(groups)
        ruled = variance_rule(specification, sample, kind="CR1", groups=groups)
        total += sign * share * sandwich(influence, ruled, codes)
    variances, scale = np.diag(total), (influence**2).sum(axis=0)
    if bad := [sample.terms[i] for i in np.flatnonzero(variances <= SQUARE * scale)]:
        raise SpecificationError(
            f"specification {specification.name}: the two-way variance of {', '.join(bad)} is not "
            "positive; cluster one way"
        )
    return ClusterRobust(
        terms=sample.terms,
        coefficients=parts.coefficients,
        covariance=total,
        df=np.full(len(sample.terms), smallest - 1.0),
        n=len(sample.rows),
        clusters=smallest,
        rule=f"clustered by {specification.clusters} and {second}, CR1 with "
        f"{'each way its own' if factor == 'own' else 'the smallest'} G/(G-1), x (N-1)/(N-K), "
        f"smallest G = {smallest}; t with G-1 degrees of freedom",
    )
