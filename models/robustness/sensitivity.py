"""How strong must something unmeasured be to undo an association?

Robustness value: the share of the residual variance of both the term and the outcome that a
confounder must explain to bring the estimate to zero, or its t below the critical value. Bounds:
what a confounder does that is as strong as a named covariate. Oster: how much stronger than what is
held equal selection on the unmeasured must be, if the whole explains ``r_max`` of the outcome.

References
----------
Cinelli and Hazlett (2020), JRSS B 82(1). Oster (2019), JBES 37(2).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import stats

from ..frames import takes_frame
from ..record import Numbers
from ..sample import Sample, take_sample
from ..specification import Specification, SpecificationError

R_MAX_FACTOR = 1.3
"""Oster's rule: randomised results would survive selection up to 1.3 times the controlled R2."""


@dataclass(frozen=True, slots=True, repr=False)
class Robustness(Numbers):
    """A term's association and what would undo it, with classical errors.

    Parameters
    ----------
    estimate, std_error, statistic, df : classical, N-K degrees of freedom
    partial_r2 : share of the outcome's residual variance that the term explains
    value : robustness value for the estimate (q = 1: all of it)
    value_alpha : robustness value for significance at ``alpha``
    """

    term: str
    estimate: float
    std_error: float
    statistic: float
    df: float
    partial_r2: float
    value: float
    value_alpha: float
    alpha: float

    def heading(self) -> str:
        return f"What would undo the association with {self.term}"

    def notes(self) -> Sequence[str]:
        return (
            f"a confounder that explains {self.value:.1%} of what is left of both sides brings the "
            f"estimate to zero; {self.value_alpha:.1%}, its p value to {self.alpha:g}",
        )


@dataclass(frozen=True, slots=True)
class Bound:
    """The estimate under a confounder ``times`` as strong as the benchmark in both respects."""

    benchmark: tuple[str, ...]
    times: float
    r2_term: float
    """Share of the term's residual variance that the confounder explains."""
    r2_outcome: float
    """Share of the outcome's residual variance that it explains."""
    estimate: float
    std_error: float
    statistic: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, repr=False)
class Oster(Numbers):
    """Oster's two numbers, with the three coefficients' inputs.

    Parameters
    ----------
    delta : proportion of selection on the unmeasured to that on the measured at which the
        coefficient is ``target``; infinite where no proportion does it
    adjusted : the coefficient if that proportion is one; NaN where the equation has no real root
    raw, controlled, raw_r2, controlled_r2, r_max : what they rest on
    """

    delta: float
    adjusted: float
    raw: float
    controlled: float
    raw_r2: float
    controlled_r2: float
    r_max: float

    def heading(self) -> str:
        return "Selection on the unmeasured, beside that on the measured (Oster)"


@dataclass(frozen=True, slots=True)
class _Fit:
    coefficients: np.ndarray
    residual_sum: float
    df: float
    unexplained: np.ndarray
    """Of each term: its sum of squares that the other terms leave."""


@takes_frame
def robustness(
    frame: pd.DataFrame, specification: Specification, term: str, alpha: float = 0.05
) -> Robustness:
    """Robustness values of one term.

    Raises
    ------
    SpecificationError
        The term has no coefficient, and all of `take_sample`.
    """
    _require_terms(specification, (term,))
    sample = take_sample(frame, specification)
    return _robustness(sample, _fit(sample), term, alpha)


@takes_frame
def bounds(
    frame: pd.DataFrame,
    specification: Specification,
    term: str,
    benchmark: Sequence[str],
    times: Sequence[float] = (1.0, 2.0, 3.0),
    alpha: float = 0.05,
) -> list[Bound]:
    """The estimate under a confounder as strong as ``benchmark``, one covariate or a group.

    Raises
    ------
    SpecificationError
        Benchmarks that are not terms; a confounder that would have to explain the whole term.
    """
    chosen = tuple(benchmark)
    _require_terms(specification, (term, *chosen))
    sample = take_sample(frame, specification)
    fit = _fit(sample)
    known = _robustness(sample, fit, term, alpha)
    without = _residual_sum(sample, [name for name in sample.terms if name not in chosen])
    r2_outcome = 1 - fit.residual_sum / without
    others = [name for name in sample.terms if name != term]
    short = [name for name in others if name not in chosen]
    r2_term = 1 - _residual_sum(sample, others, term) / _residual_sum(sample, short, term)
    return [_bound(known, chosen, strength, r2_term, r2_outcome, alpha) for strength in times]


@takes_frame
def oster(
    frame: pd.DataFrame,
    specification: Specification,
    term: str,
    r_max: float | None = None,
    target: float = 0.0,
) -> Oster:
    """Oster's delta for ``target`` and the coefficient at delta one.

    Controls, other regressors and effects of the specification are all "the measured".

    Parameters
    ----------
    r_max : R2 of the outcome on everything, measured or not; `R_MAX_FACTOR` times the controlled
        R2, at most one, if None

    Raises
    ------
    SpecificationError
        Nothing is held equal, ``r_max`` below the controlled R2 or above one, and all of
        `take_sample`.
    """
    _require_terms(specification, (term,))
    if len(specification.terms) == 1 and not specification.effects:
        raise SpecificationError(f"{specification.name} holds nothing equal: no selection to scale")
    sample = take_sample(frame, specification)
    alone = replace(specification, regressors=(term,), controls=(), effects=())
    raw_sample = take_sample(sample.rows, alone)
    full, raw = _fit(sample), _fit(raw_sample)
    total = float(raw_sample.weights @ raw_sample.within_outcome**2)
    share = len(sample.rows)
    controlled_r2, raw_r2 = 1 - full.residual_sum / total, 1 - raw.residual_sum / total
    most = min(1.0, R_MAX_FACTOR * controlled_r2) if r_max is None else r_max
    if not controlled_r2 <= most <= 1:
        raise SpecificationError(
            f"{specification.name}: R2 of everything is at least the {controlled_r2:.3f} of what "
            f"is measured and at most 1, not {most:g}"
        )
    column = sample.terms.index(term)
    parts = _OsterParts(
        controlled=float(full.coefficients[column]),
        gap=float(raw.coefficients[0] - full.coefficients[column]),
        gained=(controlled_r2 - raw_r2) * total / share,
        missing=(most - controlled_r2) * total / share,
        variance=float(raw.unexplained[0]) / share,
        left=float(full.unexplained[column]) / share,
    )
    return Oster(
        delta=parts.delta(target),
        adjusted=parts.at_one(),
        raw=float(raw.coefficients[0]),
        controlled=parts.controlled,
        raw_r2=raw_r2,
        controlled_r2=controlled_r2,
        r_max=most,
    )


@dataclass(frozen=True, slots=True)
class _OsterParts:
    """The moments of Oster's equations, in the names of the paper's appendix.

    gap: raw less controlled coefficient; gained, missing: outcome variance that the controls
    explain, and that is left up to R max; variance, left: the term's, all and without the controls.
    """

    controlled: float
    gap: float
    gained: float
    missing: float
    variance: float
    left: float

    def delta(self, target: float) -> float:
        off = self.controlled - target
        bent = off**2 * self.left * self.gap * self.variance
        cubic = off**3 * (self.left * self.variance - self.left**2)
        above = (
            off * self.gained * self.left
            + off * self.variance * self.left * self.gap**2
            + 2 * bent
            + cubic
        )
        below = (
            self.missing * self.gap * self.variance
            + off * self.missing * (self.variance - self.left)
            + bent
            + cubic
        )
        return float(above / below) if below else float("inf")

    def at_one(self) -> float:
        """Of the quadratic's two roots the one nearer to the controlled coefficient."""
        middle = (
            self.missing * (self.variance - self.left)
            - self.gained * self.left
            - self.variance * self.left * self.gap**2
        )
        inside = middle**2 + 4 * self.missing * self.gap**2 * self.variance**2 * self.left
        scale = -2 * self.left * self.gap * self.variance
        if inside < 0 or scale == 0:
            return float("nan")
        shifts = [(-middle + sign * np.sqrt(inside)) / scale for sign in (1, -1)]
        return float(self.controlled - min(shifts, key=abs))


def _robustness(sample: Sample, fit: _Fit, term: str, alpha: float) -> Robustness:
    column = sample.terms.index(term)
    estimate = float(fit.coefficients[column])
    error = float(np.sqrt(fit.residual_sum / fit.df / fit.unexplained[column]))
    statistic = estimate / error
    strength = abs(statistic) / np.sqrt(fit.df)
    critical = float(stats.t.ppf(1 - alpha / 2, fit.df - 1)) / np.sqrt(fit.df - 1)
    return Robustness(
        term=term,
        estimate=estimate,
        std_error=error,
        statistic=statistic,
        df=fit.df,
        partial_r2=statistic**2 / (statistic**2 + fit.df),
        value=_robustness_value(strength, 0.0),
        value_alpha=_robustness_value(strength, critical),
        alpha=alpha,
    )


def _robustness_value(strength: float, critical: float) -> float:
    """Of Cohen's f of the term; with the paper's other branch, where the outcome's share binds."""
    left = strength - critical
    if left <= 0:
        return 0.0
    if critical and strength > 1 / critical:
        return float((strength**2 - critical**2) / (1 + strength**2))
    # (sqrt(f^4 + 4 f^2) - f^2) / 2 without the difference of two large numbers.
    return float(2 / (1 + np.sqrt(1 + 4 / left**2)))


def _bound(
    known: Robustness,
    benchmark: tuple[str, ...],
    times: float,
    r2_term: float,
    r2_outcome: float,
    alpha: float,
) -> Bound:
    confounds = times * r2_term / (1 - r2_term)
    shared = times * r2_term**2 / ((1 - times * r2_term) * (1 - r2_term))
    if not 0 <= confounds < 1 or not 0 <= shared < 1:
        raise SpecificationError(
            f"{known.term}: a confounder {times:g} times as strong as {' and '.join(benchmark)} "
            "would explain all of it"
        )
    explains = ((np.sqrt(times) + np.sqrt(shared)) / np.sqrt(1 - shared)) ** 2
    explains = min(1.0, float(explains) * r2_outcome / (1 - r2_outcome))
    scale = known.std_error * np.sqrt(known.df)
    bias = np.sqrt(explains * confounds / (1 - confounds)) * scale
    estimate = float(np.sign(known.estimate) * (abs(known.estimate) - bias))
    error = float(np.sqrt((1 - explains) / (1 - confounds) / (known.df - 1)) * scale)
    reach = float(stats.t.ppf(1 - alpha / 2, known.df - 1)) * error
    return Bound(
        benchmark=benchmark,
        times=times,
        r2_term=float(confounds),
        r2_outcome=explains,
        estimate=estimate,
        std_error=error,
        statistic=estimate / error if error else float("inf"),
        low=estimate - reach,
        high=estimate + reach,
    )


def _fit(sample: Sample) -> _Fit:
    root = np.sqrt(sample.weights)
    right, outcome = root[:, None] * sample.within_right, root * sample.within_outcome
    own, upper = np.linalg.qr(right)
    inverse = np.linalg.inv(upper)
    coefficients = inverse @ (own.T @ outcome)
    residual = outcome - right @ coefficients
    return _Fit(
        coefficients,
        float(residual @ residual),
        float(len(sample.rows) - sample.parameters),
        1 / np.diag(inverse @ inverse.T),
    )


def _residual_sum(sample: Sample, on: Sequence[str], of: str | None = None) -> float:
    """Residual sum of squares of the outcome, or of a term, on some terms and the effects."""
    root = np.sqrt(sample.weights)
    places = [sample.terms.index(name) for name in on]
    target = sample.within_outcome if of is None else sample.within_right[:, sample.terms.index(of)]
    target = root * target
    if places:
        right = root[:, None] * sample.within_right[:, places]
        target = target - right @ np.linalg.lstsq(right, target)[0]
    return float(target @ target)


def _require_terms(specification: Specification, names: Sequence[str]) -> None:
    strange = [name for name in names if name not in specification.terms]
    if strange:
        raise SpecificationError(
            f"{', '.join(strange)} not among the terms of {specification.name}: "
            f"{', '.join(specification.terms)}"
        )
