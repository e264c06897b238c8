"""What would more of one thing do, when it and the outcome answer to the same unseen causes?

y = X b + W'g + u with X related to u. Columns Z that move X, and reach y only through it,
identify b. Two-stage least squares uses the part of X that Z explains; limited-information maximum
likelihood, and Fuller's version of it, is less biased where Z is weak; GMM weighs Z by the variance
of its moments and tests whether the instruments agree. All on linearmodels.

References
----------
Theil (1953), Basmann (1957): two stages. Anderson and Rubin (1949): limited information. Fuller
(1977): its correction. Hansen (1982): GMM and J; Sargan (1958): J where errors are alike.
Greene, Econometric Analysis, Klein's Model I: their numbers.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from ..association.cross_section import cross_section
from ..covariance import Kind, VarianceRule, require_rule, require_seen_in, variance_rule
from ..estimate import Estimate
from ..frames import takes_frame
from ..specification import Specification, Variance
from .identification import (
    IdentificationError,
    IdentifiedSample,
    Instruments,
    identified_sample,
    partialled,
)
from .weak_instruments import strength

_RULES: tuple[Variance, ...] = ("classical", "robust", "clustered")
_KINDS = {"classical": "unadjusted", "robust": "robust", "clustered": "clustered"}


@takes_frame
def two_stage(
    frame: pd.DataFrame,
    specification: Specification,
    instruments: Instruments,
    *,
    corrected: bool = True,
) -> Estimate:
    """Two-stage least squares.

    Parameters
    ----------
    frame : one row an observation, with the specification's columns and the instruments
    specification : the equation; endogenous regressors stand among its regressors. Effects are
        absorbed; without them the constant is the last term
    instruments : which regressors are endogenous, and the excluded instruments
    corrected : with the small-sample factor of the variance rule and a t reference (as in
        systemfit), or without a factor and with the normal (as in Greene)

    Returns
    -------
    Estimate
        Label "iv". Diagnostics: ``first_stage_f`` (classical; Cragg-Donald for several regressors),
        ``first_stage_f_ruled``, ``effective_f`` and ``effective_f_critical``; see `Strength`.

    Raises
    ------
    IdentificationError, SpecificationError
        See `identified_sample`; the bias-reduced variance, which is of least squares.
    """
    from linearmodels.iv import IV2SLS

    found = _ruled_sample(frame, specification, instruments, "two-stage least squares")
    result = IV2SLS(*_sides(found)).fit(**_covariance(found, corrected))
    return _estimate(found, result, "two-stage least squares", corrected)


@takes_frame
def limited_information(
    frame: pd.DataFrame,
    specification: Specification,
    instruments: Instruments,
    *,
    fuller: float = 0.0,
    corrected: bool = True,
) -> Estimate:
    """Limited-information maximum likelihood, or Fuller's version with ``fuller`` = 1 or 4.

    Parameters, returns and errors as in `two_stage`; ``kappa`` is in the diagnostics.
    """
    from linearmodels.iv import IVLIML

    found = _ruled_sample(frame, specification, instruments, "limited information")
    seen = found.exogenous.shape[1] + found.excluded.shape[1]
    # linearmodels has not seen the absorbed effects.
    share = (len(found.outcome) - seen) / partialled(found).df
    model = IVLIML(*_sides(found), fuller=fuller * share)
    result: Any = model.fit(**_covariance(found, corrected))
    name = "limited-information maximum likelihood"
    if fuller:
        name = f"Fuller's limited information with {fuller:g}"
    return _estimate(found, result, name, corrected, kappa=float(result.kappa))


@takes_frame
def moments(
    frame: pd.DataFrame,
    specification: Specification,
    instruments: Instruments,
    *,
    corrected: bool = True,
) -> Estimate:
    """Two-step GMM, its weights by the variance rule of the specification.

    Parameters, returns and errors as in `two_stage`. With more instruments than endogenous
    regressors the diagnostics hold the test that they agree: ``j``, ``j_df``, ``j_p``; Sargan's
    where the variance is classical, Hansen's otherwise. Refused too: no more clusters than moments.
    """
    from linearmodels.iv import IVGMM

    found = _ruled_sample(frame, specification, instruments, "GMM")
    _require_weights(found)
    options = _covariance(found, corrected)
    weights = {key: value for key, value in options.items() if key == "clusters"}
    model = IVGMM(*_sides(found), weight_type=options["cov_type"], **weights)
    result: Any = model.fit(iter_limit=2, **options)
    over = len(instruments.excluded) - len(instruments.endogenous)
    test = {}
    if over:
        j = result.j_stat
        test = {"j": float(j.stat), "j_df": float(over), "j_p": float(j.pval)}
    return _estimate(found, result, "two-step GMM", corrected, **test)


def reduced_forms(
    frame: pd.DataFrame, specification: Specification, instruments: Instruments
) -> dict[str, Estimate]:
    """Outcome and endogenous regressors on all exogenous columns, by name of the left side.

    What the instruments move at all, without a word on how. Where they do not move the outcome,
    no estimator can make an effect of them.

    Raises
    ------
    IdentificationError, SpecificationError
        See `identified_sample`.
    """
    found = identified_sample(frame, specification, instruments)
    held = tuple(name for name in found.exogenous_terms if name != "constant")
    return {
        left: cross_section(
            found.sample.rows,
            replace(
                specification,
                name=f"{specification.name}.reduced_form.{left}",
                outcome=left,
                regressors=instruments.excluded,
                controls=held,
            ),
        )
        for left in (specification.outcome, *instruments.endogenous)
    }


def _ruled_sample(
    frame: pd.DataFrame, specification: Specification, instruments: Instruments, estimator: str
) -> IdentifiedSample:
    require_rule(specification, estimator, _RULES)
    return identified_sample(frame, specification, instruments)


def _require_weights(found: IdentifiedSample) -> None:
    """GMM inverts the clustered variance of its moments, one an exogenous column or instrument."""
    columns = found.exogenous.shape[1] + found.excluded.shape[1]
    groups = found.sample.cluster_count
    if found.specification.variance == "clustered" and groups is not None and groups <= columns:
        raise IdentificationError(
            f"specification {found.specification.name}: {groups} clusters cannot weigh {columns} "
            "moments; two-step GMM needs more clusters, fewer controls or a robust variance"
        )


def _sides(found: IdentifiedSample) -> tuple[np.ndarray, pd.DataFrame | None, Any, Any]:
    """Dependent, exogenous, endogenous and instruments as linearmodels takes them."""
    named = found.instruments
    exogenous = pd.DataFrame(found.exogenous, columns=list(found.exogenous_terms))
    return (
        found.outcome,
        exogenous if len(exogenous.columns) else None,
        pd.DataFrame(found.endogenous, columns=list(named.endogenous)),
        pd.DataFrame(found.excluded, columns=list(named.excluded)),
    )


def _covariance(found: IdentifiedSample, corrected: bool) -> dict[str, Any]:
    variance = found.specification.variance
    options: dict[str, Any] = {"cov_type": _KINDS[variance], "debiased": corrected}
    if variance == "clustered":
        options["clusters"] = found.sample.clusters
    return options


def _estimate(
    found: IdentifiedSample, result: Any, name: str, corrected: bool, **numbers: float
) -> Estimate:
    terms, sample = found.terms, found.sample
    require_seen_in(found.specification, sample)
    coefficients = result.params[list(terms)].to_numpy()
    covariance = result.cov.loc[list(terms), list(terms)].to_numpy()
    n, k = len(sample.rows), len(terms)
    if corrected:
        # linearmodels has not seen the absorbed effects.
        covariance = covariance * (n - k) / (n - sample.parameters)
    rule = _rule(found, corrected)
    named = found.instruments
    how = f"{name}, {' and '.join(named.endogenous)} by {' and '.join(named.excluded)}"
    force = strength(partialled(found))
    first = {
        "first_stage_f": force.classical,
        "first_stage_f_ruled": force.ruled,
        "effective_f": force.effective,
        "effective_f_critical": force.critical,
    }
    total = sample.weights @ sample.within_outcome**2
    return Estimate(
        specification=found.specification,
        terms=terms,
        coefficients=coefficients,
        covariance=covariance,
        df=rule.df,
        n=n,
        clusters=rule.groups,
        r_squared=float(1 - np.sum(np.asarray(result.resids) ** 2) / total),
        variance_rule=f"{how}; {rule.in_words()}",
        dropped=sample.dropped,
        diagnostics={
            **{key: value for key, value in first.items() if np.isfinite(value)},
            **numbers,
        },
        rule=rule,
    )


def _rule(found: IdentifiedSample, corrected: bool) -> VarianceRule:
    """The variance rule of an instrumented equation, with its small-sample factor or without."""
    rule = variance_rule(found.specification, found.sample)
    if corrected:
        return rule
    plain: dict[Kind, Kind] = {"HC1": "HC0", "CR1": "CR0"}
    return replace(rule, kind=plain.get(rule.kind, rule.kind), normal=True)
