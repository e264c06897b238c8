"""What would the coefficient be if the regressor were measured without error?

x = x* + u, with u unrelated to x*, to the outcome's error and to the other columns, and the same
variance in every row. Least squares on x draws the coefficient of x* towards zero, and lets the
columns related to x* take over part of it. Known reliability takes the error out of the moments;
a second indicator of the same thing, with errors of its own, does so as an instrument.

Both mend the measure only. What else may stand behind the association stands behind it still, so
the label of the specification is kept.

References
----------
Fuller (1987), Measurement Error Models, sections 1.2, 2.2 and 3.1: corrected moments.
Lockwood and McCaffrey (2020), Psychometrika 85: their variance as that of an estimating equation.
Stata, [R] eivreg; Lockwood, eivreg of the R package eivtools: the same coefficients where nothing
is absorbed and no row weighted.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import numpy as np
import pandas as pd

from ..association.cross_section import cross_section
from ..covariance import require_rule, require_seen_in, sandwich, variance_rule
from ..estimate import Estimate
from ..sample import Sample, take_sample
from ..specification import Specification, SpecificationError, Variance
from ..tolerance import LENGTH, SQUARE

_RULES: tuple[Variance, ...] = ("robust", "clustered")


def errors_in_variables(
    frame: pd.DataFrame,
    specification: Specification,
    reliability: Mapping[str, float] | None = None,
    *,
    error_variance: Mapping[str, float] | None = None,
    reliability_error: Mapping[str, float] | None = None,
) -> Estimate:
    """Least squares with the moments of the measurement error taken out.

    b = (X'WX - c S)^-1 X'Wy, X and y without the absorbed effects, S the diagonal of the error
    variances, c what the effects leave of them: rows less absorbed parameters if unweighted.

    Parameters
    ----------
    frame : one row an observation, with the specification's columns
    specification : robust or clustered variance
    reliability : share of a term's variance that is not error, in (0, 1], by term. It refers to
        the variance over all rows used, each counted once, before effects and controls: the error
        variance is (1 - reliability) x that variance, so less than that share is true within.
    error_variance : the error variance itself, in the term's unit squared, by term
    reliability_error : standard error of the reliability, by term; adds its part to the variance
        (delta method). Without it the reliability counts as known.

    Returns
    -------
    Estimate
        Sandwich variance of the estimating equation; with a reliability the error variance is
        estimated along with b. ``r_squared`` is that of the true regressors. Diagnostics, by term:
        ``naive``, ``error_variance`` and ``reliability_left``, within effects and other terms.

    Raises
    ------
    SpecificationError
        Classical variance, terms or values that cannot be, error as large as the variation left,
        a true part that would explain more than all of the outcome, and all of `take_sample`.
    """
    reliability, error_variance = reliability or {}, error_variance or {}
    errors = reliability_error or {}
    _refuse(specification, _faults(specification, reliability, error_variance, errors))
    sample = take_sample(frame, specification)
    spread = sample.right - sample.right.mean(axis=0)
    total = (spread**2).sum(axis=0) / (len(spread) - 1)
    share = np.array([1 - reliability.get(term, 1.0) for term in sample.terms])
    fixed = np.array([error_variance.get(term, 0.0) for term in sample.terms])
    left = error_left(sample)
    error = fixed + share * total
    weighted = sample.weights[:, None] * sample.within_right
    raw = sample.within_right.T @ weighted
    bread = corrected_inverse(specification, sample, raw, left.sum() * error)
    target = weighted.T @ sample.within_outcome
    b = bread @ target
    r_squared = float(b @ target / (sample.weights @ sample.within_outcome**2))
    if r_squared > 1:
        reason = f"with the error stated the true terms explain {r_squared:.2f} times the outcome"
        _refuse(specification, [f"{reason}'s variance: there is less error than that"])
    residual = sample.within_outcome - sample.within_right @ b
    by_row = left[:, None] * fixed + left.sum() * share * spread**2 / (len(spread) - 1)
    scores = weighted * residual[:, None] + by_row * b
    covariance = influence_covariance(scores @ bread, sample, specification)
    unsure = np.array([errors.get(term, 0.0) for term in sample.terms])
    moved = bread * (left.sum() * total * b * unsure)
    rule = "sandwich of the corrected moments, "
    rule += "error of the reliability by the delta method" if errors else "reliability as known"
    return estimate_of(
        specification,
        sample,
        b,
        covariance + moved @ moved.T,
        rule,
        r_squared=r_squared,
        diagnostics=_diagnostics(sample, raw, np.linalg.solve(raw, target), error, left.sum()),
    )


def two_indicators(
    frame: pd.DataFrame, specification: Specification, first: str, second: str
) -> tuple[Estimate, Estimate]:
    """Two measures of one thing, each as the instrument of the other (two-stage least squares).

    Consistent where the errors of the two are unrelated to each other and to the outcome's error.
    Whatever the indicators share besides the thing itself counts as the thing.

    Parameters
    ----------
    frame : one row an observation, with the specification's columns and ``second``
    specification : ``first`` is among its regressors, ``second`` nowhere in it
    first, second : columns of the two indicators

    Returns
    -------
    tuple[Estimate, Estimate]
        The coefficient of ``first`` by ``second``, then that of ``second`` by ``first``, each in
        its own unit, on the same rows. ``r_squared`` is one less the share of the residuals, which
        hold the measurement error, and can be negative. ``first_stage_f`` is the squared t of the
        instrument under the specification's variance rule.

    Raises
    ------
    SpecificationError
        Columns in the wrong place, indicators that are the same, and all of `take_sample`.
    """
    require_rule(specification, "two-stage least squares", ("classical", *_RULES))
    faults = []
    if first not in specification.regressors:
        faults.append(f"{first} is not among the regressors")
    if second in specification.columns:
        faults.append(f"{second} has a place in the specification already")
    _refuse(specification, faults)
    both = dataclasses.replace(specification, controls=(*specification.controls, second))
    sample = take_sample(frame, both)
    return (
        _instrumented(sample, specification, first, second),
        _instrumented(sample, specification, second, first),
    )


def error_left(sample: Sample) -> np.ndarray:
    """Part of each row's error variance in the weighted sum of squares within effects, (n,).

    A row of weight w and leverage h on the dummies has w (1 - h): the sum is rows less absorbed
    parameters where no row is weighted.
    """
    codes = sample.effects or (np.zeros(len(sample.weights), dtype=int),)
    dummies = np.hstack([np.eye(code.max() + 1)[code] for code in codes])
    root = np.sqrt(sample.weights)[:, None]
    left, sizes, _ = np.linalg.svd(root * dummies, full_matrices=False)
    leverage = (left[:, sizes > LENGTH * sizes[0]] ** 2).sum(axis=1)
    return np.asarray(sample.weights * (1 - leverage))


def corrected_inverse(
    specification: Specification, sample: Sample, raw: np.ndarray, error: np.ndarray
) -> np.ndarray:
    """Inverse of moments (k, k) less those of the error (k,); refused unless positive definite."""
    scale = 1 / np.sqrt(np.diag(raw))
    corrected = raw - np.diag(error)
    if np.linalg.eigvalsh(scale[:, None] * corrected * scale)[0] <= SQUARE:
        left = 1 / np.diag(np.linalg.inv(raw))
        worst = int(np.argmax(error / left))
        reason = (
            f"the error stated is as large as the variation left: for {sample.terms[worst]} it is "
            f"{error[worst] / left[worst]:.2f} times what effects and other terms leave"
        )
        _refuse(specification, [reason])
    return np.asarray(np.linalg.inv(corrected))


def influence_covariance(
    influence: np.ndarray, sample: Sample, specification: Specification
) -> np.ndarray:
    """Covariance (k, k) from each row's influence (n, k), with the factor of the variance rule."""
    rule = variance_rule(specification, sample)
    return sandwich(influence, rule, None if rule.groups is None else sample.clusters)


def estimate_of(
    specification: Specification,
    sample: Sample,
    coefficients: np.ndarray,
    covariance: np.ndarray,
    words: str,
    *,
    r_squared: float,
    diagnostics: Mapping[str, float],
) -> Estimate:
    """The record of a corrected cross-section; ``words`` go before the small-sample rule."""
    rule = variance_rule(specification, sample)
    require_seen_in(specification, sample)
    return Estimate(
        specification=specification,
        terms=sample.terms,
        coefficients=coefficients,
        covariance=covariance,
        df=rule.df,
        n=len(sample.rows),
        clusters=rule.groups,
        r_squared=r_squared,
        variance_rule=f"{words}; {rule.in_words()}",
        dropped=sample.dropped,
        diagnostics=diagnostics,
        rule=rule,
    )


def term_faults(specification: Specification, measured: Mapping[str, float]) -> list[str]:
    """Faults of a mapping from terms with error to a number, and of the variance rule."""
    require_rule(specification, "an equation with measurement error", _RULES)
    faults = []
    if not measured:
        faults.append("no term is named with its error")
    if unknown := [term for term in measured if term not in specification.terms]:
        faults.append(f"{', '.join(unknown)} has an error but is no term")
    return faults


def _faults(
    specification: Specification,
    reliability: Mapping[str, float],
    error_variance: Mapping[str, float],
    errors: Mapping[str, float],
) -> list[str]:
    faults = term_faults(specification, {**reliability, **error_variance})
    if twice := [term for term in reliability if term in error_variance]:
        faults.append(f"{', '.join(twice)} has a reliability and an error variance")
    if alone := [term for term in errors if term not in reliability]:
        faults.append(f"{', '.join(alone)} has an error of a reliability that is not given")
    for term, value in reliability.items():
        if not 0 < value <= 1:
            faults.append(f"the reliability of {term} is {value:g}, not above 0 and at most 1")
    for what, values in (("error variance", error_variance), ("reliability's error", errors)):
        for term, value in values.items():
            if not 0 <= value < np.inf:
                faults.append(f"the {what} of {term} is {value:g}, not a number from 0 on")
    return faults


def _refuse(specification: Specification, faults: list[str]) -> None:
    if faults:
        raise SpecificationError(f"specification {specification.name}: {'; '.join(faults)}")


def _diagnostics(
    sample: Sample, raw: np.ndarray, naive: np.ndarray, error: np.ndarray, left: float
) -> dict[str, float]:
    free = 1 / np.diag(np.linalg.inv(raw))
    numbers: dict[str, float] = {}
    for index in np.flatnonzero(error):
        term = sample.terms[index]
        numbers[f"naive_{term}"] = float(naive[index])
        numbers[f"error_variance_{term}"] = float(error[index])
        numbers[f"reliability_left_{term}"] = float(1 - left * error[index] / free[index])
    return numbers


def _instrumented(
    sample: Sample, specification: Specification, measure: str, instrument: str
) -> Estimate:
    from linearmodels.iv import IV2SLS

    old = instrument if instrument in specification.regressors else measure
    spec = dataclasses.replace(
        specification,
        name=f"{specification.name}.{measure}_by_{instrument}",
        regressors=tuple(measure if term == old else term for term in specification.regressors),
    )
    columns = pd.DataFrame(sample.within_right, columns=list(sample.terms))
    others = [term for term in spec.terms if term != measure]
    model = IV2SLS(
        sample.within_outcome,
        columns[others] if others else None,
        columns[[measure]],
        columns[[instrument]],
        weights=sample.weights,
    )
    kind = {"classical": "unadjusted"}.get(spec.variance, spec.variance)
    groups = {"clusters": sample.clusters} if spec.variance == "clustered" else {}
    result = model.fit(cov_type=kind, debiased=True, **groups)
    n, k = len(columns), len(spec.terms)
    # The sample's terms hold the instrument too, which is no parameter of the second stage.
    own = dataclasses.replace(sample, terms=spec.terms)
    order = list(spec.terms)
    covariance = result.cov.loc[order, order].to_numpy() * (n - k) / (n - own.parameters)
    b = result.params[order].to_numpy()
    residual = sample.within_outcome - columns[order].to_numpy() @ b
    within = sample.weights @ sample.within_outcome**2
    stage = dataclasses.replace(
        specification, outcome=measure, regressors=(instrument,), controls=tuple(others)
    )
    first = cross_section(sample.rows, stage).tidy()
    return estimate_of(
        spec,
        own,
        b,
        covariance,
        f"two-stage least squares, {measure} by {instrument}",
        r_squared=float(1 - sample.weights @ residual**2 / within),
        diagnostics={"first_stage_f": float(first["statistic"].iloc[0] ** 2)},
    )
