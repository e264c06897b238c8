"""Clustered variances for few or uneven clusters: CR0 to CR3, with the reference that fits CR2.

A residual is smaller than the error it stands for, most of all in a cluster with much leverage.
CR1 multiplies by one factor for all; CR2 undoes the shrinkage cluster by cluster, so that the
variance is unbiased when errors are independent and of equal variance; CR3 is the jackknife.

References
----------
Liang and Zeger (1986): CR0. Bell and McCaffrey (2002): CR2, CR3 and Satterthwaite degrees of
freedom. Pustejovsky and Tipton (2018): absorbed effects. Cameron, Gelbach and Miller (2011): two
ways. MacKinnon, Nielsen and Webb (2023): CR3 as the jackknife over clusters.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from ..design import Design, design
from ..estimate import tidy_terms
from ..sample import Sample, take_sample
from ..specification import Specification, require_word

Kind = Literal["CR0", "CR1", "CR2", "CR3"]
TwoWayFactor = Literal["own", "smallest"]

# 1 - leverage below this is zero: a direction that the cluster alone determines, such as the
# dummy of an absorbed effect inside its own cluster. It carries no residual and is left out.
_DETERMINED = 1e-10


@dataclass(frozen=True, slots=True)
class ClusterRobust:
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


def cluster_robust(
    frame: pd.DataFrame, specification: Specification, kind: Kind = "CR2"
) -> ClusterRobust:
    """Least squares with absorbed effects and a clustered variance of the given kind.

    Weights are analytic, so the working model of CR2 and of its degrees of freedom is independent
    errors with variance inverse to the weight. Leverages count the absorbed effects exactly.

    Raises
    ------
    SpecificationError
        No cluster column, and all of `take_sample`.
    """
    require_word("kind", kind, Kind)
    return of_sample(take_sample(frame, specification), specification, kind)


def of_sample(sample: Sample, specification: Specification, kind: Kind) -> ClusterRobust:
    """`cluster_robust` of a sample already taken."""
    require_word("kind", kind, Kind)
    parts = design(sample)
    groups = len(parts.blocks)
    scores = parts.sums(parts.right * _adjusted(parts, parts.residual, kind)[:, None])
    factor, words = _factor(kind, groups, len(sample.rows), sample.parameters)
    df = np.full(len(sample.terms), groups - 1.0)
    if kind == "CR2":
        df = _satterthwaite(parts)
    reference = "Satterthwaite" if kind == "CR2" else "G-1"
    return ClusterRobust(
        terms=sample.terms,
        coefficients=parts.coefficients,
        covariance=factor * parts.bread @ scores.T @ scores @ parts.bread,
        df=df,
        n=len(sample.rows),
        clusters=groups,
        rule=f"clustered by {specification.clusters}, {words}, G = {groups}, "
        f"N = {len(sample.rows)}, K = {sample.parameters}; t with {reference} degrees of freedom"
        + (f", {df.min():.1f} to {df.max():.1f}" if kind == "CR2" else ""),
    )


def leave_one_cluster_out(frame: pd.DataFrame, specification: Specification) -> pd.DataFrame:
    """The coefficients without each cluster in turn, exactly, from one fit.

    Returns
    -------
    DataFrame
        Index: the cluster left out; columns: the terms. A term that does not vary outside the
        cluster has no meaning there; `take_sample` refuses one that does not vary at all.
    """
    sample = take_sample(frame, specification)
    parts = design(sample)
    scores = parts.sums(parts.right * _adjusted(parts, parts.residual, "CR3")[:, None])
    names = pd.unique(sample.rows[specification.clusters])
    return pd.DataFrame(
        parts.coefficients - scores @ parts.bread, index=names, columns=list(sample.terms)
    )


def two_way_clustered(
    frame: pd.DataFrame, specification: Specification, second: str, factor: TwoWayFactor = "own"
) -> ClusterRobust:
    """CR1 for errors related along two ways of grouping: V_a + V_b - V_ab.

    Parameters
    ----------
    specification : its ``clusters`` is the first way
    second : column of the second way
    factor : "own" gives each part its own G/(G-1) (R sandwich), "smallest" that of the way with
        fewest clusters to all (Stata, pyfixest); the printed error depends on it
    """
    require_word("factor", factor, TwoWayFactor)
    sample = take_sample(frame, specification)
    first = np.asarray(sample.clusters)
    other = pd.factorize(sample.rows[second])[0]
    both = pd.factorize(pd.Series(first) * (other.max() + 1) + other)[0]
    ways = [(first, 1.0), (other, 1.0), (both, -1.0)]
    smallest = int(min(first.max(), other.max())) + 1
    total = np.zeros((len(sample.terms), len(sample.terms)))
    for codes, sign in ways:
        groups = int(codes.max()) + 1 if factor == "own" else smallest
        total += sign * _cr1(sample, codes, groups)
    parts = design(sample)
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


def _cr1(sample: Sample, codes: np.ndarray, groups: int) -> np.ndarray:
    parts = design(sample, codes)
    scores = parts.sums(parts.right * parts.residual[:, None])
    factor, _ = _factor("CR1", groups, len(sample.rows), sample.parameters)
    return np.asarray(factor * parts.bread @ scores.T @ scores @ parts.bread)


def _factor(kind: Kind, groups: int, n: int, parameters: int) -> tuple[float, str]:
    if kind == "CR1":
        return groups / (groups - 1) * (n - 1) / (n - parameters), "CR1: factor G/(G-1) (N-1)/(N-K)"
    if kind == "CR3":
        return (groups - 1) / groups, "CR3: jackknife over clusters, factor (G-1)/G"
    return 1.0, f"{kind}: no factor"


def _adjusted(parts: Design, values: np.ndarray, kind: Kind) -> np.ndarray:
    """Each cluster's rows times (I - H_gg) to the power -1/2 (CR2) or -1 (CR3)."""
    if kind in ("CR0", "CR1"):
        return values
    power = -0.5 if kind == "CR2" else -1.0
    result = np.empty_like(values)
    for block in parts.blocks:
        # I - H_gg has the left singular vectors of the basis' rows and roots 1 - s^2.
        left, singular, _ = np.linalg.svd(parts.basis[block], full_matrices=False)
        roots = 1 - singular**2
        free = roots > _DETERMINED
        scale = np.where(free, np.where(free, roots, 1.0) ** power, 0.0) - 1
        own = values[block]
        shape = (-1, *(1,) * (values.ndim - 1))
        result[block] = own + left @ (scale.reshape(shape) * (left.T @ own))
    return result


def _satterthwaite(parts: Design) -> np.ndarray:
    """Degrees of freedom of each coefficient's CR2 variance under the working model.

    The variance is a quadratic form in the errors with matrix P P', P's columns being
    (I - H) restricted to a cluster; df = trace^2 / sum of squares of P'P.
    """
    adjusted = _adjusted(parts, parts.right @ parts.bread, "CR2")
    df = []
    for column in adjusted.T:
        carried = parts.sums(parts.basis * column[:, None])
        form = np.diag(parts.sums(column**2)) - carried @ carried.T
        df.append(np.trace(form) ** 2 / np.sum(form**2))
    return np.array(df)
