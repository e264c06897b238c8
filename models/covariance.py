"""How sure is an estimate: every variance rule, with its small-sample factor and reference.

A residual is smaller than the error it stands for, most of all in a cluster with much leverage.
CR1 multiplies by one factor for all; CR2 undoes the shrinkage cluster by cluster, so that the
variance is unbiased when errors are independent and of equal variance; CR3 is the jackknife.
Where one cluster alone tells a coefficient, its residual there is zero whatever the error was: no
rule can see that error, and the variance is missing, not small.

References
----------
MacKinnon and White (1985): HC1. Liang and Zeger (1986): CR0. Cameron and Miller (2015): CR1 and
the t distribution with one degree of freedom less than clusters. Bell and McCaffrey (2002): CR2,
CR3 and Satterthwaite degrees of freedom. Pustejovsky and Tipton (2018): absorbed effects.
Carter, Schnepel and Steigerwald (2017): the effective number of clusters. MacKinnon and Webb
(2017): how often CR1 misleads with few treated clusters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from .clusters import cluster_sums
from .design import Design, design
from .sample import Sample
from .specification import CLUSTERED, Specification, SpecificationError, Variance, require_word
from .tolerance import SQUARE

Kind = Literal["classical", "HC0", "HC1", "CR0", "CR1", "CR2", "CR3"]
KINDS: dict[Variance, Kind] = {
    "classical": "classical",
    "robust": "HC1",
    "clustered": "CR1",
    "bias_reduced": "CR2",
}
LEAST_CLUSTERS = 2.0
"""Effective clusters of a coefficient below which CR1 with G-1 degrees of freedom is refused."""
LEAST_TREATED = 5.0
"""Clusters' worth of a regressor that is nothing in others, below which CR1 is refused: of two or
three it takes nothing for something four times too often (``docs/few_treated_simulation.md``)."""


def cluster_factor(groups: int) -> float:
    """G/(G-1): clusters vary about their own mean, so their squares fall short by its inverse."""
    if groups < 2:
        raise SpecificationError(f"{groups} cluster tells nothing of how clusters differ")
    return groups / (groups - 1)


def small_sample_factor(kind: Kind, n: int, parameters: int, groups: int | None = None) -> float:
    """What the middle of a variance is multiplied by; a classical one is a sum of squares."""
    require_word("kind", kind, Kind)
    if kind == "classical":
        return 1 / (n - parameters)
    if kind == "HC1":
        return n / (n - parameters)
    if groups is not None and kind == "CR1":
        return cluster_factor(groups) * (n - 1) / (n - parameters)
    if groups is not None and kind == "CR3":
        return (groups - 1) / groups
    return 1.0


@dataclass(frozen=True, slots=True)
class VarianceRule:
    """What stands under a table.

    Parameters
    ----------
    kind : the estimator of the variance
    n, parameters : N, and the K of small-sample factors
    counted : what is in K, in words
    clusters, groups : column and number of the clusters G; None where they play no part
    satterthwaite : least and most degrees of freedom of the terms, where each has its own
    normal : no small-sample factor, and the normal distribution as reference
    """

    kind: Kind
    n: int
    parameters: int
    counted: str = ""
    clusters: str | None = None
    groups: int | None = None
    satterthwaite: tuple[float, float] | None = None
    normal: bool = False

    def __post_init__(self) -> None:
        require_word("kind", self.kind, Kind)

    @property
    def factor(self) -> float:
        """The small-sample factor."""
        return small_sample_factor(self.kind, self.n, self.parameters, self.groups)

    @property
    def df(self) -> float:
        """Degrees of freedom of the t reference, the smallest where each term has its own."""
        if self.normal:
            return np.inf
        if self.satterthwaite:
            return self.satterthwaite[0]
        return float(self.n - self.parameters if self.groups is None else self.groups - 1)

    def in_words(self) -> str:
        """The rule with its factor and reference distribution."""
        named = f"clustered by {self.clusters}, {self.kind}"
        if self.normal:
            kind = {
                "classical": "classical: residual sum of squares over N",
                "HC0": "robust to heteroskedasticity, HC0",
            }.get(self.kind, f"{named}, G = {self.groups}")
            return f"{kind}, no small-sample factor, N = {self.n}; normal distribution"
        sizes = f"N = {self.n}, K = {self.parameters}"
        if self.counted and self.kind in ("classical", "HC1", "CR1"):
            sizes += f" ({self.counted})"
        kind = {
            "classical": "classical: residual sum of squares over N-K",
            "HC1": "robust to heteroskedasticity, HC1: factor N/(N-K)",
            "CR1": f"{named}: factor G/(G-1) x (N-1)/(N-K), G = {self.groups}",
            "CR3": f"{named}: jackknife over clusters, factor (G-1)/G, G = {self.groups}",
        }.get(self.kind, f"{named}: no factor, G = {self.groups}")
        return f"{kind}, {sizes}; t with {self._reference_in_words()}"

    def _reference_in_words(self) -> str:
        if self.satterthwaite:
            least, most = self.satterthwaite
            return f"Satterthwaite degrees of freedom, {least:.1f} to {most:.1f}"
        return f"{self.df:.0f} degrees of freedom"


def variance_rule(
    specification: Specification,
    sample: Sample,
    *,
    kind: Kind | None = None,
    groups: int | None = None,
    parameters: int | None = None,
    counted: str | None = None,
) -> VarianceRule:
    """The rule of a specification.

    Parameters
    ----------
    kind, groups : stand in for that of the specification's ``variance`` and for the sample's G
    parameters, counted : K and what is in it; by default terms, constant and absorbed effects
    """
    kind = kind or KINDS[specification.variance]
    require_word("kind", kind, Kind)
    absorbed = f"{sample.absorbed - 1} absorbed effects"
    clustered = kind.startswith("CR")
    if clustered and sample.clusters is None:
        raise SpecificationError(
            f"specification {specification.name}: {kind} needs a cluster column, and none is named"
        )
    return VarianceRule(
        kind=kind,
        n=len(sample.rows),
        parameters=sample.parameters if parameters is None else parameters,
        counted=counted or f"{len(sample.terms)} coefficients, constant, {absorbed}",
        clusters=specification.clusters if clustered else None,
        groups=groups or sample.cluster_count if clustered else None,
    )


def require_rule(specification: Specification, estimator: str, known: Sequence[Variance]) -> None:
    """Refuse, by its name, a variance rule that an estimator does not have."""
    if specification.variance not in known:
        raise SpecificationError(
            f"specification {specification.name}: {estimator} knows no "
            f"{specification.variance!r} variance; choose {' or '.join(known)}"
        )


@dataclass(frozen=True, slots=True)
class Satterthwaite:
    """Degrees of freedom of CR2 variances under the working model of independent, equal errors.

    The variance of a contrast c is a quadratic form in the errors with matrix P P', P's columns
    being (I - H) restricted to a cluster; df = trace^2 / sum of squares of P'P, and P'P is the
    diagonal of c'S_g c less the product of the clusters' c-weighted loadings on the basis.

    Parameters
    ----------
    squares : (G, k, k) sums of products of the adjusted columns
    loadings : (G, r, k) sums of basis times adjusted columns
    each : (k,) of the terms themselves
    """

    squares: np.ndarray
    loadings: np.ndarray
    each: np.ndarray

    def of(self, contrast: np.ndarray) -> float:
        """Degrees of freedom of a sum of coefficients with these weights (k,)."""
        return _satterthwaite(self.squares, self.loadings, contrast)

    def select(self, terms: Sequence[int]) -> Satterthwaite:
        """Those of some of the terms."""
        chosen = np.asarray(terms)
        return Satterthwaite(
            self.squares[:, chosen[:, None], chosen],
            self.loadings[:, :, chosen],
            self.each[chosen],
        )


@dataclass(frozen=True, slots=True)
class Covariance:
    """A variance with its reference.

    Parameters
    ----------
    matrix : (k, k); NaN for a term that one cluster alone tells
    df : (k,) degrees of freedom of each coefficient's t reference
    rule : as asked, with the degrees of freedom found
    reference : of contrasts, where each has degrees of freedom of its own
    effective : (k,) effective number of clusters behind each coefficient, where rows have clusters
    """

    matrix: np.ndarray
    df: np.ndarray
    rule: VarianceRule
    reference: Satterthwaite | None = None
    effective: np.ndarray | None = None


def of_sample(sample: Sample, rule: VarianceRule) -> Covariance:
    """`covariance` of a sample's least-squares fit; without clusters each row is one."""
    alone = None if rule.groups is not None else np.arange(len(sample.rows))
    return covariance(design(sample, alone), rule)


def covariance(parts: Design, rule: VarianceRule) -> Covariance:
    """The variance of a least-squares fit by any rule.

    Weights are analytic, so the working model of CR2 and of its degrees of freedom is independent
    errors with variance inverse to the weight. Leverages count the absorbed effects exactly.
    """
    df = np.full(len(parts.coefficients), rule.df)
    if rule.kind == "classical":
        matrix = rule.factor * float(parts.residual @ parts.residual) * parts.bread
        return Covariance(matrix, df, rule)
    residual = adjusted(parts, parts.residual, rule.kind)
    influence = parts.right * residual[:, None] @ parts.bread
    matrix = sandwich(parts.sums(influence), rule)
    if rule.groups is None:
        return Covariance(matrix, df, rule)
    hidden = told_by_one(parts).any(axis=0)
    matrix[hidden] = matrix[:, hidden] = np.nan
    effective = effective_clusters(parts)
    if rule.kind != "CR2":
        return Covariance(matrix, df, rule, effective=effective)
    reference = _reference(parts)
    ends = (float(reference.each.min()), float(reference.each.max()))
    ruled = replace(rule, satterthwaite=ends)
    return Covariance(matrix, reference.each, ruled, reference, effective)


def sandwich(
    influence: np.ndarray, rule: VarianceRule, clusters: np.ndarray | None = None
) -> np.ndarray:
    """Variance from influence on the coefficients (m, k), summed by ``clusters`` (m,) if given."""
    sums = influence if clusters is None else cluster_sums(influence, clusters)
    return np.asarray(rule.factor * sums.T @ sums)


def require_seen(specification: Specification, sample: Sample, found: Covariance) -> None:
    """Refuse an equation with a regressor of whose error too few clusters tell anything.

    Raises
    ------
    SpecificationError
        One cluster alone tells a regressor's coefficient, or, under CR1, fewer effective clusters
        than `LEAST_CLUSTERS` or fewer treated ones than `LEAST_TREATED`.
    """
    if found.effective is None:
        return
    place, faults = specification.clusters, []
    wanted = range(len(specification.regressors))
    unseen = [sample.terms[i] for i in wanted if np.isnan(found.matrix[i, i])]
    if unseen:
        faults.append(
            f"one {place} alone tells the coefficient of {', '.join(unseen)}, so no error "
            f"clustered by {place} can be given"
        )
    elif found.rule.kind == "CR1":
        faults += [
            f"{sample.terms[i]} rests on {found.effective[i]:.1f} effective clusters by {place}, "
            f"fewer than the {LEAST_CLUSTERS:g} that CR1 needs; the bias_reduced variance gives "
            "it degrees of freedom of its own"
            for i in wanted
            if found.effective[i] < LEAST_CLUSTERS
        ]
        faults += _few_treated(specification, sample)
    if faults:
        advice = "; placebo places or a permutation can serve instead" if unseen else ""
        raise SpecificationError(f"specification {specification.name}: {'; '.join(faults)}{advice}")


def _few_treated(specification: Specification, sample: Sample) -> list[str]:
    """Regressors that too few clusters have any of, counted by how much each has."""
    place, rows = specification.clusters, sample.rows
    faults = []
    for term in specification.regressors:
        held = (rows[term].astype(float) ** 2).groupby(rows[place]).sum()
        treated = float(held.sum() ** 2 / (held**2).sum())
        if (held == 0).any() and treated < LEAST_TREATED:
            faults.append(
                f"what there is of {term} is in {treated:.1f} clusters by {place}, fewer than the "
                f"{LEAST_TREATED:g} that CR1 needs; the bias_reduced variance gives it degrees of "
                "freedom of its own"
            )
    return faults


def require_seen_in(specification: Specification, sample: Sample) -> None:
    """`require_seen` for an estimator with a variance of its own, by the terms' least squares."""
    if specification.variance in CLUSTERED:
        found = of_sample(sample, variance_rule(specification, sample, kind="CR1"))
        require_seen(specification, sample, found)


def effective_clusters(parts: Design) -> np.ndarray:
    """How many clusters of equal information each coefficient rests on, (k,)."""
    information = parts.sums((parts.right @ parts.bread) ** 2)
    return np.asarray(information.sum(axis=0) ** 2 / (information**2).sum(axis=0))


def adjusted(parts: Design, values: np.ndarray, kind: Kind) -> np.ndarray:
    """Each cluster's rows times (I - H_gg) to the power -1/2 (CR2) or -1 (CR3)."""
    require_word("kind", kind, Kind)
    if kind not in ("CR2", "CR3"):
        return values
    power = -0.5 if kind == "CR2" else -1.0
    result = np.empty_like(values)
    for block in parts.blocks:
        # I - H_gg has the left singular vectors of the basis' rows and roots 1 - s^2. A root of
        # zero is a direction that the cluster alone determines: no residual, and left out.
        left, singular, _ = np.linalg.svd(parts.basis[block], full_matrices=False)
        roots = 1 - singular**2
        free = roots > SQUARE
        scale = np.where(free, np.where(free, roots, 1.0) ** power, 0.0) - 1
        own = values[block]
        shape = (-1, *(1,) * (values.ndim - 1))
        result[block] = own + left @ (scale.reshape(shape) * (left.T @ own))
    return result


def told_by_one(parts: Design) -> np.ndarray:
    """Which coefficients a cluster alone determines, so that without it they have none, (G, k)."""
    influence = parts.right @ parts.bread
    length = (influence**2).sum(axis=0)
    told = np.zeros((len(parts.starts), len(length)), dtype=bool)
    # A root of one needs leverages that sum to one.
    leverage = parts.sums((parts.basis**2).sum(axis=1))
    for group in np.flatnonzero(leverage > 1 - SQUARE):
        block = parts.blocks[group]
        left, singular, _ = np.linalg.svd(parts.basis[block], full_matrices=False)
        blind = left[:, 1 - singular**2 <= SQUARE].T @ influence[block]
        told[group] = (blind**2).sum(axis=0) > SQUARE * length
    return told


def _reference(parts: Design) -> Satterthwaite:
    columns = adjusted(parts, parts.right @ parts.bread, "CR2")
    squares = np.stack([columns[block].T @ columns[block] for block in parts.blocks])
    loadings = np.stack([parts.sums(parts.basis * column[:, None]) for column in columns.T], axis=2)
    each = [_satterthwaite(squares, loadings, row) for row in np.eye(columns.shape[1])]
    return Satterthwaite(squares, loadings, np.array(each))


def _satterthwaite(squares: np.ndarray, loadings: np.ndarray, contrast: np.ndarray) -> float:
    carried = loadings @ contrast
    form = np.diag(np.einsum("gij,i,j->g", squares, contrast, contrast)) - carried @ carried.T
    return float(np.trace(form) ** 2 / np.sum(form**2))
