"""Do places with more of one thing have more of another, other things held equal?

ln P_n = b S_n + X_n'g + d_area + e, by (weighted) least squares with the categories of any number
of effects absorbed. What identifies b is the variation left between rows of the same category
once the controls are held equal: an association, unless the design behind the columns says more.

References
----------
Frisch and Waugh (1933), Lovell (1963): coefficients without the dummies. The variance rules are
those of `covariance`.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..covariance import of_sample, require_seen, variance_rule
from ..estimate import Estimate
from ..frames import takes_frame
from ..sample import take_sample
from ..specification import Specification


@takes_frame
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
        With the "bias_reduced" variance (CR2) each term has its own degrees of freedom. A control
        whose coefficient one cluster alone tells has no error (NaN).

    Raises
    ------
    SpecificationError
        See `take_sample` and `require_seen`.
    """
    from statsmodels.regression.linear_model import WLS

    sample = take_sample(frame, specification)
    fit = WLS(sample.within_outcome, sample.within_right, weights=sample.weights).fit()
    found = of_sample(sample, variance_rule(specification, sample))
    require_seen(specification, sample, found)
    total = _sum_of_squares(sample.outcome, sample.weights)
    within = float(sample.weights @ sample.within_outcome**2)
    return Estimate(
        specification=specification,
        terms=sample.terms,
        coefficients=fit.params,
        covariance=found.matrix,
        df=found.rule.df,
        n=len(sample.rows),
        clusters=found.rule.groups,
        r_squared=1 - float(fit.ssr) / within,
        variance_rule=found.rule.in_words(),
        dropped=sample.dropped,
        diagnostics={
            "r_squared_with_effects": 1 - float(fit.ssr) / total,
            "parameters": float(sample.parameters),
            "absorbed_parameters": float(sample.absorbed),
        },
        rule=found.rule,
        reference=found.reference,
        **sample.fitted(fit.params),
    )


def _sum_of_squares(values: np.ndarray, weights: np.ndarray) -> float:
    return float(weights @ (values - np.average(values, weights=weights)) ** 2)
