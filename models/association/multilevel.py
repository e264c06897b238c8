"""Does an association differ from ward to ward, and how much of what is left lies between wards?

y_gi = x_gi'b + u_g + v_g s_gi + e_gi, (u_g, v_g) ~ N(0, T), e ~ N(0, s^2): areas i in groups g,
each group with its own level and, if asked, its own slope of one term. b is the slope in the middle
of the groups; b plus or minus 1.96 sd(v) holds 95% of them. With terms split into group mean and
deviation (`group_means.split_by_group`), b inside groups equals fixed effects when only levels
vary.

What identifies b is as in a cross-section: an association. Rows count equally; levels and slopes
are taken as normal and as unrelated to the terms, which the split makes true of the levels.

References
----------
Goldstein (2011), Multilevel Statistical Models. Self and Liang (1987), Stram and Lee (1994): a
variance tested at zero, its bound. Nakagawa and Schielzeth (2013), Johnson (2014): R squared.
Bates, Maechler, Bolker and Walker (2015): singular fits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import optimize, stats

from ..estimate import Estimate
from ..frames import takes_frame
from ..record import Record
from ..sample import Sample, take_sample
from ..specification import NotEstimable, Specification, SpecificationError
from .mixed_likelihood import Blocks, MixedFit, blocks, fit, fit_with_slope_ratio, predictions

# Relative standard deviations and distances of a correlation from one that count as none.
_NONE = 1e-4
LEVEL = 0.95
_NORMAL = float(stats.norm.ppf(0.5 + LEVEL / 2))


class SingularFit(NotEstimable):
    """Random effects whose variances the data put at the edge of what is possible; says which."""


@dataclass(frozen=True, slots=True, repr=False)
class Multilevel(Record):
    """Random intercepts by group and, where asked, random slopes of one term.

    Parameters
    ----------
    estimate : fixed effects; ``r_squared`` is the conditional one of Nakagawa
    intercept_sd, residual_sd : in the outcome's unit
    slope_sd, correlation : of the slopes, and of slopes with intercepts; NaN without slopes
    share : of the variance left by the fixed effects, that between groups, where the term with
        random slopes is zero (VPC; the ICC without slopes)
    marginal_r2, conditional_r2 : variance explained by the fixed effects, and by groups too
    middle : ends of the range that holds the slopes of 95% of groups; NaN without slopes
    groups : one row a group: ``group, intercept, intercept_sd, slope, slope_sd``; predictions,
        the slope with its fixed part, and their conditional standard deviations
    """

    estimate: Estimate
    intercept_sd: float
    residual_sd: float
    slope_sd: float
    correlation: float
    share: float
    marginal_r2: float
    conditional_r2: float
    middle: tuple[float, float]
    groups: pd.DataFrame

    def tidy(self, level: float = 0.95) -> pd.DataFrame:
        """The fixed effects, as the rows of `Estimate.tidy`."""
        return self.estimate.tidy(level)

    def glance(self) -> pd.DataFrame:
        """One row: `Estimate.glance`, and how the variance is shared between and in groups."""
        return self.estimate.glance().assign(
            intercept_sd=self.intercept_sd,
            slope_sd=self.slope_sd,
            residual_sd=self.residual_sd,
            share=self.share,
        )

    def heading(self) -> str:
        return self.estimate.heading()

    def notes(self) -> Sequence[str]:
        between = f"{self.share:.1%} of the variance left is between {len(self.groups)} groups"
        return (*self.estimate.notes(), between)


@dataclass(frozen=True, slots=True)
class SlopeSpread:
    """How far a term's slopes differ between groups, zero included.

    Parameters
    ----------
    sd, low, high : standard deviation of the slopes with its profile-likelihood interval at 95%
    p_value : of no differences, a mixture of chi-squared with one and two degrees of freedom
    """

    sd: float
    low: float
    high: float
    p_value: float


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A sample with its groups (n,) codes, and cross-products for levels or levels and slopes."""

    specification: Specification
    slope: str | None
    sample: Sample
    codes: np.ndarray
    between: tuple[str, ...]
    parts: Blocks


@takes_frame
def multilevel(
    frame: pd.DataFrame, specification: Specification, slope: str | None = None
) -> Multilevel:
    """Restricted maximum likelihood with normal random effects.

    Parameters
    ----------
    frame : one row an observation
    specification : effects name the group; variance is "classical", that is the model's own;
        no weights
    slope : term whose coefficient may differ between groups

    Returns
    -------
    Multilevel
        The t reference has as many degrees of freedom as groups less the coefficients between
        groups: the constant and the terms that do not vary inside them.

    Raises
    ------
    SpecificationError
        Other than one effect, weights, another variance, a slope that is no term or does not vary
        inside groups, fewer than three groups, and all of `take_sample`.
    SingularFit
        A variance of zero or a correlation of one: drop the slope, or group otherwise.
    """
    prepared = _prepared(frame, specification, slope)
    found = fit(prepared.parts)
    _refuse_singular(prepared, found)
    return _result(prepared, found)


def slope_spread(frame: pd.DataFrame, specification: Specification, slope: str) -> SlopeSpread:
    """Standard deviation of a slope over groups, with a test and an interval that allow for zero.

    The likelihood is profiled over the ratio of the slopes' standard deviation to the error's; an
    end of the interval is that ratio times the error's standard deviation of the same fit. The
    lower end is zero where the test does not reject at 5%.

    Raises
    ------
    SpecificationError
        As `multilevel`.
    """
    parts = _prepared(frame, specification, slope).parts
    best = fit(parts)
    none = fit(Blocks(parts.inner[:, :1, :1], parts.mixed[:, :1], parts.total, parts.n))
    gain = max(none.deviance - best.deviance, 0.0)
    p_value = 0.5 * float(stats.chi2.sf(gain, 1) + stats.chi2.sf(gain, 2))
    ratio = float(np.linalg.norm(best.factor[1]))
    rise = best.deviance + float(stats.chi2.ppf(LEVEL, 1))

    def profile(at: float) -> MixedFit:
        return fit_with_slope_ratio(parts, at, best)

    def above(at: float) -> float:
        return profile(at).deviance - rise

    right = max(ratio, 0.1 * _unit(parts))
    while above(right) < 0:
        right *= 2
    ends = [0.0, float(optimize.brentq(above, ratio, right, rtol=1e-3))]
    if p_value <= 1 - LEVEL:
        ends[0] = float(optimize.brentq(above, 0.0, ratio, rtol=1e-3))
    low, high = (end * float(np.sqrt(profile(end).variance)) for end in ends)
    return SlopeSpread(ratio * float(np.sqrt(best.variance)), low, high, p_value)


def _unit(parts: Blocks) -> float:
    """The ratio at which a slope moves a usual row as far as the error does."""
    return float(1 / np.sqrt(parts.inner[:, 1, 1].sum() / parts.n))


def _prepared(frame: pd.DataFrame, specification: Specification, slope: str | None) -> _Prepared:
    faults = []
    if len(specification.effects) != 1:
        faults.append(f"effects name one group, not {len(specification.effects)} columns")
    if specification.weights:
        faults.append("weights are not supported: leave them out")
    if specification.variance != "classical":
        faults.append(
            f"the variance is the model's own: ask for classical, not {specification.variance}"
        )
    if slope is not None and slope not in specification.terms:
        faults.append(f"the slope {slope} is not among the terms")
    _refuse(specification, faults)
    sample = take_sample(frame, specification, absorbed=())
    codes = pd.factorize(sample.rows[specification.effects[0]])[0]
    columns = [np.ones(len(codes))]
    if slope is not None:
        columns.append(sample.right[:, sample.terms.index(slope)])
    between = _constant_inside(sample, codes)
    if codes.max() + 1 < len(between) + 3:
        faults.append(
            f"{codes.max() + 1} groups are too few for {len(between) + 1} coefficients between them"
        )
    if slope in between:
        faults.append(f"{slope} does not vary inside a {specification.effects[0]}")
    _refuse(specification, faults)
    fixed = np.column_stack([columns[0], sample.right])
    parts = blocks(sample.outcome, fixed, np.column_stack(columns), codes)
    return _Prepared(specification, slope, sample, codes, tuple(between), parts)


def _refuse(specification: Specification, faults: list[str]) -> None:
    if faults:
        raise SpecificationError(f"specification {specification.name}: {'; '.join(faults)}")


def _constant_inside(sample: Sample, codes: np.ndarray) -> list[str]:
    """Terms that are the same in all rows of each group."""
    first = np.unique(codes, return_index=True)[1]
    still = (sample.right == sample.right[first][codes]).all(axis=0)
    return [term for term, one in zip(sample.terms, still, strict=True) if one]


def _refuse_singular(prepared: _Prepared, found: MixedFit) -> None:
    group, slope = prepared.specification.effects[0], prepared.slope
    if found.factor[0, 0] < _NONE:
        raise SingularFit(
            f"the {group}s do not differ in level: the best variance of levels is zero"
        )
    if slope is None:
        return
    sd = float(np.linalg.norm(found.factor[1]))
    if sd < _NONE * _unit(prepared.parts):
        raise SingularFit(
            f"the best variance of the slopes of {slope} over {group}s is zero: "
            "the data show no differences between them"
        )
    if 1 - abs(found.factor[1, 0]) / sd < _NONE:
        raise SingularFit(
            f"the slopes of {slope} over {group}s are fitted best by a straight function of the "
            "levels (a correlation of one): the data cannot tell the two apart"
        )


def _result(prepared: _Prepared, found: MixedFit) -> Multilevel:
    sample, n = prepared.sample, len(prepared.codes)
    spread = found.variance * found.factor @ found.factor.T
    sds = np.sqrt(np.diag(spread))
    columns, fixed = [np.ones(n)], 0.0
    slope_sd = correlation = np.nan
    if prepared.slope is not None:
        at = sample.terms.index(prepared.slope)
        columns.append(sample.right[:, at])
        fixed = float(found.coefficients[1 + at])
        slope_sd, correlation = float(sds[1]), float(spread[0, 1] / sds.prod())
    random = np.column_stack(columns)
    explained = float(np.var(sample.right @ found.coefficients[1:], ddof=1))
    grouped = float(np.einsum("ni,ij,nj->", random, spread, random) / n)
    total = explained + grouped + found.variance
    marginal, conditional = explained / total, (explained + grouped) / total
    return Multilevel(
        estimate=_estimate(prepared, found, marginal, conditional),
        intercept_sd=float(sds[0]),
        residual_sd=float(np.sqrt(found.variance)),
        slope_sd=slope_sd,
        correlation=correlation,
        share=float(spread[0, 0] / (spread[0, 0] + found.variance)),
        marginal_r2=marginal,
        conditional_r2=conditional,
        middle=(fixed - _NORMAL * slope_sd, fixed + _NORMAL * slope_sd),
        groups=_groups(prepared, found, fixed),
    )


def _groups(prepared: _Prepared, found: MixedFit, fixed: float) -> pd.DataFrame:
    """Predicted levels and slopes with their conditional standard deviations."""
    effects, covariance = predictions(prepared.parts, found)
    sds = np.sqrt(np.einsum("gqq->gq", covariance))
    names = prepared.sample.rows[prepared.specification.effects[0]]
    columns = {"group": pd.unique(names), "intercept": effects[:, 0], "intercept_sd": sds[:, 0]}
    none = np.full(len(effects), np.nan)
    slopes = (fixed + effects[:, 1], sds[:, 1]) if effects.shape[1] == 2 else (none, none)
    return pd.DataFrame(columns | dict(zip(("slope", "slope_sd"), slopes, strict=True)))


def _estimate(
    prepared: _Prepared, found: MixedFit, marginal: float, conditional: float
) -> Estimate:
    sample, specification = prepared.sample, prepared.specification
    n, groups = len(prepared.codes), int(prepared.codes.max()) + 1
    df = groups - 1 - len(prepared.between)
    slopes = "" if prepared.slope is None else f" and slopes of {prepared.slope}"
    return Estimate(
        specification=specification,
        terms=sample.terms,
        coefficients=found.coefficients[1:],
        covariance=found.covariance[1:, 1:],
        df=float(df),
        n=n,
        clusters=None,
        r_squared=conditional,
        variance_rule="the model's own, restricted maximum likelihood: random intercepts"
        f"{slopes} by {specification.effects[0]}, G = {groups}, N = {n}; t with {df} "
        "degrees of freedom (groups less coefficients between them)",
        dropped=sample.dropped,
        diagnostics={
            "groups": float(groups),
            "deviance": found.deviance,
            "marginal_r2": marginal,
            "conditional_r2": conditional,
        },
    )
