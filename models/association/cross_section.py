"""Do places with more of one thing have more of another, other things held equal?

ln P_n = b S_n + X_n'g + d_area + e, by (weighted) least squares with the categories of any number
of effects absorbed. What identifies b is the variation left between rows of the same category
once the controls are held equal: an association, unless the design behind the columns says more.

References
----------
Frisch and Waugh (1933), Lovell (1963): coefficients without the dummies.
MacKinnon and White (1985): HC1. Liang and Zeger (1986): clustered variance; Cameron and Miller
(2015): its factor CR1 and the t distribution with one degree of freedom less than clusters. Bell
and McCaffrey (2002): CR2 and its degrees of freedom.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..estimate import Estimate
from ..inference.cluster_robust import of_sample
from ..inference.small_sample import SmallSampleRule, small_sample_rule
from ..sample import Sample, take_sample
from ..specification import Specification, Variance


@dataclass(frozen=True, slots=True)
class _Fit:
    coefficients: np.ndarray
    covariance: np.ndarray
    residual_sum: float


def cross_section(frame: pd.DataFrame, specification: Specification) -> Estimate:
    """Least squares with absorbed effects.

    Parameters
    ----------
    frame : one row an observation, with the specification's columns
    specification : regressors and controls get a coefficient, effects and constant do not; weights
        are analytic (a row of weight two has half the error variance), so their scale is immaterial

    Returns
    -------
    Estimate
        Equal to the regression with a dummy for every category: K, the parameters of the
        small-sample factors, counts the absorbed effects and the constant. ``r_squared`` is the
        share of the variance left by the effects; ``r_squared_with_effects`` is in the diagnostics.
        With the "bias_reduced" variance (CR2) each term has its own degrees of freedom.

    Raises
    ------
    SpecificationError
        See `take_sample`.
    """
    sample = take_sample(frame, specification)
    own_df = None
    if specification.variance == "bias_reduced":
        reduced = of_sample(sample, specification, "CR2")
        own_df = reduced.df
        residual = sample.within_outcome - sample.within_right @ reduced.coefficients
        squares = float(sample.weights @ residual**2)
        fit = _Fit(reduced.coefficients, reduced.covariance, squares)
        rule = SmallSampleRule(float(own_df.min()), reduced.clusters, reduced.rule)
    else:
        fit = _least_squares(sample, specification.variance)
        counted = (
            f"{len(sample.terms)} coefficients, constant, {sample.absorbed - 1} absorbed effects"
        )
        rule = small_sample_rule(specification, sample, sample.parameters, counted)
    total = _sum_of_squares(sample.outcome, sample.weights)
    within = float(sample.weights @ sample.within_outcome**2)
    return Estimate(
        specification=specification,
        terms=sample.terms,
        coefficients=fit.coefficients,
        covariance=fit.covariance,
        df=rule.df,
        n=len(sample.rows),
        clusters=rule.clusters,
        r_squared=1 - fit.residual_sum / within,
        variance_rule=rule.words,
        dropped=sample.dropped,
        diagnostics={
            "r_squared_with_effects": 1 - fit.residual_sum / total,
            "parameters": float(sample.parameters),
            "absorbed_parameters": float(sample.absorbed),
        },
        own_df=own_df,
    )


def _least_squares(sample: Sample, variance: Variance) -> _Fit:
    """Coefficients and their variance from columns without the effects' means."""
    from statsmodels.regression.linear_model import WLS

    model = WLS(sample.within_outcome, sample.within_right, weights=sample.weights)
    if variance == "classical":
        result = model.fit()
    elif variance == "robust":
        result = model.fit(cov_type="HC1")
    else:
        result = model.fit(cov_type="cluster", cov_kwds={"groups": sample.clusters})
    n, k = sample.right.shape
    # All three rules divide by the rows less the parameters; the fit has seen only k of K.
    effects_too = (n - k) / (n - sample.parameters)
    return _Fit(result.params, result.cov_params() * effects_too, float(result.ssr))


def _sum_of_squares(values: np.ndarray, weights: np.ndarray) -> float:
    return float(weights @ (values - np.average(values, weights=weights)) ** 2)
