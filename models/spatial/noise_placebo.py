"""Would a map of pure noise have looked as strong?

A regressor and an outcome that are both alike in neighbouring places go together by chance more
often than a test believes that takes places, or wards, for independent. The placebo puts Gaussian
noise in the regressor's place, as far-reaching as the errors of the equation, all else as it is:
where the real statistic stands among those of noise is the placebo's p value, and how often the
equation's own rule finds noise "significant" says how far that rule can be trusted.

The noise has correlation exp(-d / r), r the reach of the errors by `residual_reach`. It has no
part of each row's own, which would make it easier to beat.

References
----------
Kelly (2019), The standard errors of persistence, CEPR DP 13783: noise of the residuals' reach in
the regressor's place. Sizes of the rules in ``docs/spatial_size.md``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from ..absorb import absorb
from ..association.cross_section import cross_section
from ..clusters import by_cluster
from ..covariance import VarianceRule, variance_rule
from ..design import Design, design
from ..frames import takes_frame
from ..record import Numbers
from ..sample import Sample
from ..specification import Specification, SpecificationError
from ..tolerance import SQUARE
from .placed import EASTING_NORTHING, Metric, distances, placed_sample
from .residual_reach import Likeness, residual_reach

DRAWS = 999


@dataclass(frozen=True, slots=True, repr=False)
class NoisePlacebo(Numbers):
    """A term's statistic among those of noise in its place.

    Parameters
    ----------
    term : the term replaced
    statistic, rule_p : its t and p by the specification's own rule
    placebo_p : share of the term and its noises with a t at least as large in size
    rejects : share of the noises whose p by that rule is below 1 - level: 0.05 for a rule that
        keeps its promise at the level of 0.95
    reach, share : of the errors, see `Likeness`; the noise has the same reach
    draws : number of noises
    statistics : (draws,) t of the noises
    """

    term: str
    statistic: float
    rule_p: float
    placebo_p: float
    rejects: float
    reach: float
    share: float
    draws: int
    statistics: np.ndarray

    def heading(self) -> str:
        return f"{self.term} against noise of the errors' reach"


@takes_frame
def noise_placebo(
    frame: pd.DataFrame,
    specification: Specification,
    term: str,
    rng: np.random.Generator,
    *,
    draws: int = DRAWS,
    likeness: Likeness | None = None,
    level: float = 0.95,
    coordinates: tuple[str, str] = EASTING_NORTHING,
    metric: Metric = "plane",
) -> NoisePlacebo:
    """Put noise in the place of a term, again and again.

    Parameters
    ----------
    frame : one row an observation, with the specification's columns and the coordinates
    specification : as for `cross_section`; its variance rule is the one put to the test
    term : the regressor or control to be replaced
    rng : of the noise
    draws : number of noises
    likeness : of the noise; by default that of the errors, see `residual_reach`
    level : of the test whose rejections are counted
    coordinates, metric : where the rows are, and how far apart; see `ConleyRule`

    Raises
    ------
    SpecificationError
        See `cross_section` and `residual_reach`; no such term, a term without an error, or no draw.
    """
    sample, places = placed_sample(frame, specification, coordinates, metric)
    real = cross_section(sample.rows, specification)[term]
    if not np.isfinite(real.statistic) or draws < 1:
        raise SpecificationError(
            f"specification {specification.name}: {draws} noises in the place of {term} with t "
            f"{real.statistic:g}; a placebo needs one noise or more and a term with an error"
        )
    alike = likeness or residual_reach(frame, specification, coordinates=coordinates, metric=metric)
    noise = spatial_noise(distances(places, metric), alike.reach, draws, rng)
    statistics, df = noise_statistics(sample, specification, term, noise)
    p_values = 2 * stats.t.sf(np.abs(statistics), df)
    as_far = np.count_nonzero(np.abs(statistics) >= abs(real.statistic))
    return NoisePlacebo(
        term=term,
        statistic=float(real.statistic),
        rule_p=float(real.p_value),
        placebo_p=float((1 + as_far) / (1 + draws)),
        rejects=float(np.mean(p_values < 1 - level)),
        reach=alike.reach,
        share=alike.share,
        draws=draws,
        statistics=statistics,
    )


def spatial_noise(
    apart: np.ndarray, reach: float, draws: int, rng: np.random.Generator
) -> np.ndarray:
    """Standard normal columns with correlation exp(-distance / reach), (n, draws).

    Parameters
    ----------
    apart : (n, n) distances
    reach : in their unit; 0 for independent rows
    """
    plain = rng.normal(size=(len(apart), draws))
    if reach == 0:
        return plain
    alike = np.exp(-apart / reach) + SQUARE * np.eye(len(apart))
    return np.asarray(np.linalg.cholesky(alike) @ plain)


def noise_statistics(
    sample: Sample, specification: Specification, term: str, columns: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """t and degrees of freedom of each column in the place of a term, (D,) and (D,).

    As by `cross_section` with each in turn, but the other columns are taken out once.

    Parameters
    ----------
    sample : of the specification
    columns : (n, D), in the order of the sample's rows
    """
    rule = variance_rule(specification, sample)
    codes = np.arange(len(sample.rows)) if rule.groups is None else np.asarray(sample.clusters)
    parts, (order, _) = design(sample, codes), by_cluster(codes)
    within = absorb(columns, sample.effects, sample.weights).values
    index, k = sample.terms.index(term), len(sample.terms)
    others = np.linalg.qr(np.delete(parts.right, index, axis=1))[0]
    own, outcome = (
        values - others @ (others.T @ values)
        for values in (parts.root[:, None] * within[order], parts.outcome)
    )
    length = (own**2).sum(axis=0)
    estimates = own.T @ outcome / length
    residual = outcome[:, None] - own * estimates
    if rule.kind == "classical":
        variance = rule.factor * (residual**2).sum(axis=0) / length
        return estimates / np.sqrt(variance), np.full(len(length), rule.df)
    basis = np.column_stack([others, parts.basis[:, k:]])
    seen, df = _adjusted(parts, basis, own / np.sqrt(length), rule)
    variance = rule.factor * (parts.sums(seen * residual) ** 2).sum(axis=0) / length
    return estimates / np.sqrt(variance), df


def _adjusted(
    parts: Design, basis: np.ndarray, unit: np.ndarray, rule: VarianceRule
) -> tuple[np.ndarray, np.ndarray]:
    """Columns (n, D) of length one as the rule makes them meet the residuals, and their df (D,).

    Under CR2 each cluster's rows are multiplied by (I - H_gg)^(-1/2), H being the projection on
    the basis and the column itself; see `covariance`.
    """
    if rule.kind != "CR2":
        return unit, np.full(unit.shape[1], rule.df)
    seen = np.empty_like(unit)
    for block in parts.blocks:
        own = unit[block].T
        free = np.eye(own.shape[1]) - basis[block] @ basis[block].T
        roots, vectors = np.linalg.eigh(free - own[:, :, None] * own[:, None, :])
        # A root of zero is a direction that the cluster alone determines, and left out.
        scale = np.where(roots > SQUARE, roots, np.inf) ** -0.5
        turned = scale * np.einsum("dij,di->dj", vectors, own)
        seen[block] = np.einsum("dij,dj->id", vectors, turned)
    squares = parts.sums(seen**2)
    loadings = [parts.sums(seen * column[:, None]) for column in basis.T]
    carried = np.stack([*loadings, parts.sums(seen * unit)])
    shared = (carried**2).sum(axis=0)
    crossed = np.einsum("rgd,sgd->drs", carried, carried)
    trace = (squares - shared).sum(axis=0)
    square = (squares**2 - 2 * squares * shared).sum(axis=0) + (crossed**2).sum(axis=(1, 2))
    return seen, trace**2 / square
