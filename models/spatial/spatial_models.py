"""What goes with an area's own neighbourhood, and what with the neighbours'?

Durbin y = rho W y + X b + W X g + e, with the lag model (g = 0) and, by the common factor
g = -rho b, the error model y = X b + u, u = lambda W u + e inside it; all by maximum likelihood
with the exact Jacobian from the eigenvalues of W. Neither rho nor b alone is an answer: direct,
indirect and total are. rho is likeness of neighbours from any cause and no measure of influence.

With an effect absorbed the likelihood estimates a level for each category and divides by N all the
same: the fewer areas a category has, the more its variance falls short (Neyman and Scott 1948; Lee
and Yu 2010). Variances are multiplied by what the levels use up.

References
----------
Ord (1975): Jacobian by eigenvalues. Anselin (1988): information matrices. LeSage and Pace (2009):
Durbin model, direct and indirect effects and their simulation. Gibbons and Overman (2012): what
rho cannot show. Halleck Vega and Elhorst (2015): the model with lags of X first.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd
from scipy import optimize, sparse, stats

from ..association.cross_section import cross_section
from ..estimate import Estimate
from ..specification import Specification, SpecificationError
from .moran import Neighbours
from .spatial_sample import LAG, SpatialSample, spatial_sample, with_lags

Form = Literal["lag", "error", "durbin"]
EFFECTS = ("direct", "indirect", "total")
_ACCURACY = 1e-10


@dataclass(frozen=True, slots=True)
class SpatialFit:
    """A model fitted by maximum likelihood.

    Parameters
    ----------
    form : lag, error or durbin
    estimate : coefficients; "rho" (error model: "lambda") last, "constant" first without effects
    rho : the spatial coefficient
    log_likelihood : with all constants
    plain_log_likelihood : of the same right-hand side with rho = 0
    eigenvalues : of W
    """

    form: Form
    estimate: Estimate
    rho: float
    log_likelihood: float
    plain_log_likelihood: float
    eigenvalues: np.ndarray


@dataclass(frozen=True, slots=True)
class RatioTest:
    """A likelihood ratio test: statistic, degrees of freedom, p value."""

    statistic: float
    df: int
    p_value: float


def eigenvalues(neighbours: Neighbours) -> np.ndarray:
    """Eigenvalues of the weights matrix, to be found once for all fits on it."""
    matrix = np.asarray(neighbours.weights.sparse.todense())
    counts = (matrix > 0).sum(axis=1)
    links = matrix * counts[:, None]
    if np.allclose(links, links.T):
        # Similar to a symmetric matrix: real eigenvalues, ten times as fast.
        root = np.sqrt(counts)
        return np.asarray(np.linalg.eigvalsh(links / root[:, None] / root))
    return np.asarray(np.linalg.eigvals(matrix))


def spatial_model(
    frame: pd.DataFrame,
    specification: Specification,
    neighbours: Neighbours,
    code: str,
    form: Form = "durbin",
    values: np.ndarray | None = None,
) -> SpatialFit:
    """Fit a spatial model by maximum likelihood.

    Parameters
    ----------
    frame : one row an area
    specification : weights are analytic; one effect may be absorbed, in all forms but "error"; the
        variance is that of the likelihood whatever the specification's rule, with absorbed effects
        times N / (N - Q), Q their number: the likelihood takes them as known
    neighbours : of exactly the areas of the complete rows
    code : column of the areas' codes
    form : "durbin" adds the spatial lag of every term
    values : `eigenvalues` of the neighbours, if at hand

    Raises
    ------
    SpecificationError
        See `spatial_sample`; an error model with an absorbed effect, which is not inside Durbin.
    """
    if form == "durbin":
        frame, specification = with_lags(frame, specification, neighbours, code)
    spatial = spatial_sample(frame, specification, neighbours, code)
    if form == "error" and spatial.has_effects:
        raise SpecificationError(
            f"specification {specification.name}: the error model takes no absorbed effect"
        )
    roots = eigenvalues(neighbours) if values is None else values
    rho, top, plain = _maximum(spatial, form, roots)
    if form == "error":
        coefficients, variance, covariance = _error_parts(spatial, rho)
    else:
        coefficients, variance, covariance = _lag_parts(spatial, rho)
    estimate = _estimate(spatial, specification, form, (coefficients, rho), covariance, variance)
    return SpatialFit(form, estimate, rho, top, plain, roots)


def lags_of_x(
    frame: pd.DataFrame, specification: Specification, neighbours: Neighbours, code: str
) -> Estimate:
    """Least squares with the spatial lag of every term: the transparent spatial model (SLX)."""
    return cross_section(*with_lags(frame, specification, neighbours, code))


def impacts(fit: SpatialFit, rng: np.random.Generator, draws: int = 2000) -> pd.DataFrame:
    """Direct, indirect and total effects of a lag or Durbin model, mean over the areas.

    Errors and 95% intervals from draws of the coefficients from the normal distribution of the
    maximum likelihood estimates; draws outside (-1, 1) in rho are drawn again.

    Returns
    -------
    frame ``term, effect, estimate, std_error, ci_low, ci_high``
    """
    if fit.form == "error":
        raise SpecificationError("an error model has no indirect effects")
    terms, covariance = fit.estimate.terms, fit.estimate.covariance
    drawn = rng.multivariate_normal(fit.estimate.coefficients, covariance, 2 * draws)
    drawn = drawn[np.abs(drawn[:, -1]) < 1][:draws]
    if len(drawn) < draws:
        raise SpecificationError("rho is too unsure for effects: half its draws are beyond one")
    own = {term: i for i, term in enumerate(terms)}
    named = [t for t in terms if t not in ("constant", "rho") and not _is_lag(t, own)]
    at, simulated = (
        _effects(values, own, named, fit.eigenvalues)
        for values in (fit.estimate.coefficients[None, :], drawn)
    )
    low, high = np.quantile(simulated, [0.025, 0.975], axis=0)
    return pd.DataFrame(
        {
            "term": np.repeat(named, len(EFFECTS)),
            "effect": np.tile(EFFECTS, len(named)),
            "estimate": at[0].ravel(),
            "std_error": simulated.std(axis=0, ddof=1).ravel(),
            "ci_low": low.ravel(),
            "ci_high": high.ravel(),
        }
    )


def impacts_of_lags(estimate: Estimate) -> pd.DataFrame:
    """The same of `lags_of_x`: own coefficient, coefficient of the lag, and their sum."""
    place = {term: i for i, term in enumerate(estimate.terms)}
    rows = []
    for term in (name for name in place if not _is_lag(name, place)):
        both = np.zeros((3, len(place)))
        both[[0, 2], place[term]] = 1
        both[[1, 2], place[LAG + term]] = 1
        value = both @ estimate.coefficients
        error = np.sqrt(np.diag(both @ estimate.covariance @ both.T))
        reach = stats.t.ppf(0.975, estimate.df) * error
        rows.append(
            pd.DataFrame(
                {
                    "term": term,
                    "effect": EFFECTS,
                    "estimate": value,
                    "std_error": error,
                    "ci_low": value - reach,
                    "ci_high": value + reach,
                }
            )
        )
    return pd.concat(rows, ignore_index=True)


def common_factor_test(durbin: SpatialFit, inside: SpatialFit) -> RatioTest:
    """Likelihood ratio of Durbin against the lag or the error model inside it.

    Against the error model it is the common-factor test: are the neighbours' values in the
    equation only because the errors are alike?
    """
    if durbin.form != "durbin" or inside.form == "durbin" or durbin.estimate.n != inside.estimate.n:
        raise SpecificationError("the ratio is of a Durbin model and one inside it, same areas")
    df = len(durbin.estimate.terms) - len(inside.estimate.terms)
    return _ratio(durbin.log_likelihood - inside.log_likelihood, df)


def spatial_ratio(fit: SpatialFit) -> RatioTest:
    """Likelihood ratio of a spatial model against rho = 0."""
    return _ratio(fit.log_likelihood - fit.plain_log_likelihood, 1)


def _ratio(difference: float, df: int) -> RatioTest:
    statistic = 2 * max(difference, 0.0)
    return RatioTest(statistic, df, float(stats.chi2.sf(statistic, df)))


def _is_lag(term: str, among: dict[str, int]) -> bool:
    return term.startswith(LAG) and term.removeprefix(LAG) in among


def _effects(
    values: np.ndarray, place: dict[str, int], named: list[str], roots: np.ndarray
) -> np.ndarray:
    """(draws, terms, 3): of S = (I - rho W)^-1 (b + g W), mean diagonal, rest, mean row sum."""
    rho = values[:, -1]
    inverse = 1 / (1 - rho[:, None] * roots)
    own, lagged = inverse.mean(axis=1).real, (inverse * roots).mean(axis=1).real
    b = values[:, [place[term] for term in named]]
    g = np.zeros_like(b)
    for i, term in enumerate(named):
        if LAG + term in place:
            g[:, i] = values[:, place[LAG + term]]
    direct = own[:, None] * b + lagged[:, None] * g
    total = (b + g) / (1 - rho)[:, None]
    return np.stack([direct, total - direct, total], axis=2)


def _maximum(spatial: SpatialSample, form: Form, roots: np.ndarray) -> tuple[float, float, float]:
    """rho, the log-likelihood there and at zero, the coefficients and variance solved out."""
    matrix, outcome, design = spatial.starred_matrix, spatial.outcome, spatial.design
    n = len(outcome)
    lagged_outcome, lagged_design = matrix @ outcome, matrix @ design
    basis, _ = np.linalg.qr(design)

    def residual(rho: float) -> np.ndarray:
        filtered = outcome - rho * lagged_outcome
        q = np.linalg.qr(design - rho * lagged_design)[0] if form == "error" else basis
        return np.asarray(filtered - q @ (q.T @ filtered))

    weights = 0.5 * float(np.log(spatial.sample.weights).sum())

    def loss(rho: float) -> float:
        left = residual(rho)
        jacobian = float(np.log(np.abs(1 - rho * roots)).sum())
        spread = np.log(2 * np.pi * float(left @ left) / n) + 1
        return float(n / 2 * spread - jacobian - weights)

    low = 1 / float(roots.real.min())
    found = optimize.minimize_scalar(
        loss, bounds=(max(low, -1) + 1e-6, 1 - 1e-6), method="bounded", options={"xatol": _ACCURACY}
    )
    return float(found.x), -float(found.fun), -loss(0.0)


def _lag_parts(spatial: SpatialSample, rho: float) -> tuple[np.ndarray, float, np.ndarray]:
    matrix, outcome, design = spatial.starred_matrix, spatial.outcome, spatial.design
    filtered = outcome - rho * (matrix @ outcome)
    coefficients, *_ = np.linalg.lstsq(design, filtered)
    residual = filtered - design @ coefficients
    variance = float(residual @ residual) / len(residual)
    multiplied = _multiplier(matrix, rho)
    moved = multiplied @ (design @ coefficients)
    information = _information(design, multiplied, variance)
    k = design.shape[1]
    information[:k, k] = information[k, :k] = design.T @ moved / variance
    information[k, k] += float(moved @ moved) / variance
    return coefficients, variance, np.linalg.inv(information)[: k + 1, : k + 1]


def _error_parts(spatial: SpatialSample, rho: float) -> tuple[np.ndarray, float, np.ndarray]:
    matrix = spatial.starred_matrix
    outcome = spatial.outcome - rho * (matrix @ spatial.outcome)
    design = spatial.design - rho * (matrix @ spatial.design)
    coefficients, *_ = np.linalg.lstsq(design, outcome)
    residual = outcome - design @ coefficients
    variance = float(residual @ residual) / len(residual)
    information = _information(design, _multiplier(matrix, rho), variance)
    k = design.shape[1]
    return coefficients, variance, np.linalg.inv(information)[: k + 1, : k + 1]


def _multiplier(matrix: sparse.csr_array, rho: float) -> np.ndarray:
    """W (I - rho W)^-1; the two commute."""
    dense = matrix.toarray()
    return np.asarray(np.linalg.solve(np.eye(len(dense)) - rho * dense, dense))


def _information(design: np.ndarray, multiplied: np.ndarray, variance: float) -> np.ndarray:
    """What lag and error model share of the information of (b, rho, variance)."""
    n, k = design.shape
    information = np.zeros((k + 2, k + 2))
    information[:k, :k] = design.T @ design / variance
    information[k, k] = float((multiplied * multiplied.T).sum() + (multiplied**2).sum())
    information[k, k + 1] = information[k + 1, k] = float(np.trace(multiplied)) / variance
    information[k + 1, k + 1] = n / (2 * variance**2)
    return information


def _estimate(
    spatial: SpatialSample,
    specification: Specification,
    form: Form,
    found: tuple[np.ndarray, float],
    covariance: np.ndarray,
    variance: float,
) -> Estimate:
    """The coefficients that a reader asks for: all but those of absorbed effects."""
    sample = spatial.sample
    skipped, n = spatial.base.shape[1] if spatial.has_effects else 0, len(sample.rows)
    factor = f"factor N/(N-Q), Q = {skipped} effects" if skipped else "no small-sample factor"
    centred = sample.outcome - np.average(sample.outcome, weights=sample.weights)
    total = float(sample.weights @ centred**2)
    terms = (*sample.terms, "lambda" if form == "error" else "rho")
    return Estimate(
        specification=replace(specification, variance="classical", clusters=None),
        terms=terms if skipped else ("constant", *terms),
        coefficients=np.append(found[0], found[1])[skipped:],
        covariance=covariance[skipped:, skipped:] * n / (n - skipped),
        df=np.inf,
        n=n,
        clusters=None,
        r_squared=1 - n * variance / total,
        variance_rule=(
            f"maximum likelihood, inverse information matrix, {factor}, N = {n}; normal reference"
        ),
        dropped=sample.dropped,
        diagnostics={"error_variance": variance},
    )
