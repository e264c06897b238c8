"""What would the coefficient be without measurement error, seen from what more error does to it?

SIMEX: noise of known variance is added to the mismeasured columns in growing doses, least squares
is run on each, and the path of the coefficients over the dose, lambda, is carried back to -1, the
dose at which no error is left. It needs no formula for the bias, only the error's variance.

References
----------
Cook and Stefanski (1994), JASA 89: the method and its two extrapolants.
Carroll, Kuechenhoff, Lombard and Stefanski (1996), JASA 91: the variance, from the stacked
estimating equations of all doses.
Carroll, Ruppert, Stefanski and Crainiceanu (2006), Measurement Error in Nonlinear Models, ch. 5.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from ..absorb import absorb
from ..estimate import Estimate
from ..sample import Sample, take_sample
from ..specification import Specification, SpecificationError, require_word
from .errors_in_variables import (
    corrected_inverse,
    error_left,
    estimate_of,
    influence_covariance,
    term_faults,
)

Extrapolant = Literal["rational", "quadratic"]
DOSES = (0.5, 1.0, 1.5, 2.0)
NEAREST_POLE = 0.1
"""A pole nearer than this to dose -1 says that less than a tenth of what is left is no error."""


@dataclass(frozen=True, slots=True)
class _Path:
    """Coefficients (doses, k) and each row's influence on them (n, doses, k), dose zero first."""

    coefficients: np.ndarray
    influence: np.ndarray


@dataclass(frozen=True, slots=True)
class _End:
    """Coefficients (k,) at dose -1 and their derivatives (k, doses, k) by those of the path."""

    coefficients: np.ndarray
    slopes: np.ndarray
    misfit: float


def simex(
    frame: pd.DataFrame,
    specification: Specification,
    error_variance: Mapping[str, float],
    rng: np.random.Generator,
    *,
    draws: int = 100,
    doses: Sequence[float] = DOSES,
    extrapolant: Extrapolant = "rational",
) -> Estimate:
    """Least squares carried back to no measurement error by simulation and extrapolation.

    Parameters
    ----------
    frame : one row an observation, with the specification's columns
    specification : robust or clustered variance
    error_variance : known variance of the measurement error, in the term's unit squared, by term
    rng : source of the noise, normal and independent between rows and terms
    draws : noises simulated; each serves at every dose, with both signs
    doses : three or more lambdas above 0; the added noise has lambda times the error's variance
    extrapolant : "rational", g1 + g2 / (g3 + lambda) with one g3 for all terms, is exact for least
        squares with one mismeasured term; "quadratic" is the convention, and falls short of the
        truth by 15% where 60% of the variance left is true (by 5% at 75%)

    Returns
    -------
    Estimate
        Variance from the influence of each row on all doses at once, by the delta method: robust
        or clustered as in `errors_in_variables`, the error variance taken as known. Diagnostics:
        ``naive`` by mismeasured term, ``misfit``, the largest distance of the path from the
        extrapolant in naive standard errors. ``r_squared`` is that of the naive fit.

    Raises
    ------
    SpecificationError
        Classical variance, unknown terms, variances, doses or draws that cannot be, error as large
        as the variation left, a rational extrapolant with its pole within `NEAREST_POLE` of the
        end, and all of `take_sample`.
    """
    require_word("extrapolant", extrapolant, Extrapolant)
    faults = _faults(specification, error_variance, draws, doses)
    if faults:
        raise SpecificationError(f"specification {specification.name}: {'; '.join(faults)}")
    sample = take_sample(frame, specification)
    error = np.array([error_variance.get(term, 0.0) for term in sample.terms])
    weighted = sample.weights[:, None] * sample.within_right
    corrected_inverse(
        specification, sample, sample.within_right.T @ weighted, error_left(sample).sum() * error
    )
    lambdas = np.array([0.0, *doses])
    path = _path(sample, error, lambdas, draws, rng)
    naive = path.coefficients[0]
    naive_covariance = influence_covariance(path.influence[:, 0], sample, specification)
    scale = np.sqrt(np.diag(naive_covariance))
    extrapolate = {"rational": _rational, "quadratic": _quadratic}[extrapolant]
    end = extrapolate(path.coefficients, lambdas, scale)
    influence = np.einsum("ndk,jdk->nj", path.influence, end.slopes)
    fitted = sample.within_right @ naive
    total = float(sample.weights @ sample.within_outcome**2)
    named = [term for term in sample.terms if term in error_variance]
    rule = (
        f"stacked equations of {len(lambdas)} doses x {draws} draws, "
        f"{extrapolant} extrapolant, error variance as known"
    )
    return estimate_of(
        specification,
        sample,
        end.coefficients,
        influence_covariance(influence, sample, specification),
        rule,
        r_squared=1 - float(sample.weights @ (sample.within_outcome - fitted) ** 2) / total,
        diagnostics={
            **{f"naive_{term}": float(naive[sample.terms.index(term)]) for term in named},
            "misfit": end.misfit,
        },
    )


def _path(
    sample: Sample, error: np.ndarray, lambdas: np.ndarray, draws: int, rng: np.random.Generator
) -> _Path:
    """Least squares at every dose, averaged over draws; the draws are the same at every dose.

    Each serves with both signs, so that what chance ties it to the data cancels.
    """
    n, k = sample.within_right.shape
    coefficients = np.zeros((len(lambdas), k))
    influence = np.zeros((n, len(lambdas), k))
    noisy = np.flatnonzero(error)
    for _ in range(draws):
        noise = np.zeros((n, k))
        drawn = rng.normal(size=(n, len(noisy))) * np.sqrt(error[noisy])
        noise[:, noisy] = absorb(drawn, sample.effects, sample.weights).values
        for dose, size in enumerate(np.sqrt(lambdas)):
            for signed in (size, -size):
                right = sample.within_right + signed * noise
                weighted = sample.weights[:, None] * right
                bread = np.linalg.inv(right.T @ weighted)
                b = bread @ (weighted.T @ sample.within_outcome)
                residual = sample.within_outcome - right @ b
                coefficients[dose] += b / (2 * draws)
                influence[:, dose] += (weighted * residual[:, None]) @ bread / (2 * draws)
    return _Path(coefficients, influence)


def _quadratic(path: np.ndarray, lambdas: np.ndarray, scale: np.ndarray) -> _End:
    powers = lambdas[:, None] ** np.arange(3)
    pull = np.array([1.0, -1.0, 1.0]) @ np.linalg.pinv(powers)
    slopes = np.einsum("d,jk->jdk", pull, np.eye(path.shape[1]))
    fitted = powers @ np.linalg.lstsq(powers, path)[0]
    return _End(pull @ path, slopes, float(np.max(np.abs(path - fitted) / scale)))


def _rational(path: np.ndarray, lambdas: np.ndarray, scale: np.ndarray) -> _End:
    """Common pole by least squares over all terms in naive standard errors; the rest is linear."""
    from scipy.optimize import minimize_scalar

    scaled = path / scale

    def columns(pole: float) -> np.ndarray:
        return np.column_stack([np.ones(len(lambdas)), 1 / (pole + lambdas)])

    def misfit(log_distance: float) -> float:
        basis = columns(1 + np.exp(log_distance))
        return float(((scaled - basis @ np.linalg.lstsq(basis, scaled)[0]) ** 2).sum())

    best = minimize_scalar(misfit, bounds=(-5, 7), method="bounded", options={"xatol": 1e-8})
    pole = 1 + np.exp(best.x)
    if pole - 1 < NEAREST_POLE:
        raise SpecificationError(
            f"the rational extrapolant has a pole at {-pole:.2f}, so near to -1 that chance "
            "decides the coefficient there; take the quadratic one, or a better measure"
        )
    basis = columns(pole)
    parts = np.linalg.lstsq(basis, scaled)[0]
    doses, k = path.shape
    # Gauss-Newton: parameters are the pole, then the two parts of every term.
    jacobian = np.zeros((doses, k, 1 + 2 * k))
    at_end = np.zeros((k, 1 + 2 * k))
    for term in range(k):
        jacobian[:, term, 0] = -parts[1, term] / (pole + lambdas) ** 2
        at_end[term, 0] = -parts[1, term] / (pole - 1) ** 2
        jacobian[:, term, 1 + 2 * term : 3 + 2 * term] = basis
        at_end[term, 1 + 2 * term : 3 + 2 * term] = 1, 1 / (pole - 1)
    pull = at_end @ np.linalg.pinv(jacobian.reshape(doses * k, -1))
    slopes = scale[:, None, None] * pull.reshape(k, doses, k) / scale
    value = scale * (parts[0] + parts[1] / (pole - 1))
    return _End(value, slopes, float(np.max(np.abs(scaled - basis @ parts))))


def _faults(
    specification: Specification,
    error_variance: Mapping[str, float],
    draws: int,
    doses: Sequence[float],
) -> list[str]:
    faults = term_faults(specification, error_variance)
    for term, value in error_variance.items():
        if not 0 < value < np.inf:
            faults.append(f"the error variance of {term} is {value:g}, not above 0")
    if draws < 1:
        faults.append(f"{draws} draws are none")
    if len(set(doses)) < 3 or min(doses) <= 0:
        faults.append("three or more different doses above 0 are needed")
    return faults
