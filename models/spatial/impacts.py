"""Direct, indirect and total: what a spatial model says of a difference in one area or in all.

Direct is the mean over areas of what an area's own value goes with there, total of what the same
difference everywhere goes with, indirect the rest.

References
----------
LeSage and Pace (2009): the three effects and their simulation. Halleck Vega and Elhorst (2015): the
model with lags of X first.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from ..estimate import Estimate
from ..specification import SpecificationError
from .spatial_models import SpatialFit
from .spatial_sample import LAG

EFFECTS = ("direct", "indirect", "total")


def impacts(fit: SpatialFit, rng: np.random.Generator, draws: int = 10_000) -> pd.DataFrame:
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
    """The same where outcomes do not pass on: own coefficient, that of the lag, and their sum.

    Parameters
    ----------
    estimate : of `lags_of_x`, or of the error model with lags of the terms
    """
    place = {term: i for i, term in enumerate(estimate.terms)}
    rows = []
    for term in (name for name in place if LAG + name in place):
        both = np.zeros((3, len(place)))
        both[[0, 2], place[term]] = 1
        both[[1, 2], place[LAG + term]] = 1
        value = both @ estimate.coefficients
        error = np.sqrt(np.diag(both @ estimate.covariance @ both.T))
        df = [estimate.df_of(*parts) for parts in ((term,), (LAG + term,), (term, LAG + term))]
        reach = stats.t.ppf(0.975, df) * error
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
