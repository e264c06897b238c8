"""What do several equations say together, when each holds the outcome of another?

Three-stage least squares: two stages for each equation, then all at once, weighted by how their
errors go together. It gains precision where an equation has more instruments than it needs, and
pays with trust: a fault in one equation spreads to all. Hausman's test sets it beside two stages,
which keeps the fault where it is. On linearmodels.

References
----------
Zellner and Theil (1962): the estimator. Hausman (1978): the test; Henningsen and Hamann (2007),
Journal of Statistical Software 23: both in R's systemfit, with Kmenta's numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from ..covariance import require_rule
from ..estimate import Estimate
from ..sample import complete_rows
from ..specification import Specification
from .identification import (
    IdentificationError,
    IdentifiedSample,
    Instruments,
    identification_faults,
    identified_sample,
)

# A direction in which both estimators agree has a variance of the difference of rounding size;
# variances are scaled to one first.
_AGREED = 1e-6


@dataclass(frozen=True, slots=True)
class StructuralEquation:
    """One equation of a system.

    Parameters
    ----------
    specification : the equation; its name tells it apart
    instruments : its endogenous regressors, and the exogenous columns of the system that it
        leaves out
    """

    specification: Specification
    instruments: Instruments

    @property
    def exogenous(self) -> frozenset[str]:
        """The exogenous columns that it uses, as regressor, control or instrument."""
        columns = {*self.specification.terms, *self.instruments.excluded}
        return frozenset(columns - {*self.instruments.endogenous})


@dataclass(frozen=True, slots=True)
class Hausman:
    """Three stages against two.

    Parameters
    ----------
    statistic : chi-squared
    df : directions in which the two can differ
    p_value : probability of a larger one if every equation is right
    """

    statistic: float
    df: int
    p_value: float


@dataclass(frozen=True, slots=True)
class SystemEstimate:
    """A system fitted at once.

    Parameters
    ----------
    equations : one estimate an equation, in the order given, label "iv"
    error_correlation : (M, M) correlation of the equations' two-stage errors
    hausman : classical variances; None where no equation has an instrument to spare, so that three
        stages and two are the same
    """

    equations: tuple[Estimate, ...]
    error_correlation: np.ndarray
    hausman: Hausman | None


def three_stage(
    frame: pd.DataFrame, equations: Sequence[StructuralEquation], *, corrected: bool = False
) -> SystemEstimate:
    """Three-stage least squares by generalised least squares.

    Parameters
    ----------
    frame : one row an observation
    equations : two or more, with the same exogenous columns, effects, weights, clusters and
        variance
    corrected : error covariances over root((N-K_i)(N-K_j)) (systemfit's geomean) in place of N;
        not with absorbed effects

    Returns
    -------
    SystemEstimate
        The rows are those complete for all equations.

    Raises
    ------
    IdentificationError
        Faults of any equation, or between them, all at once; see `identified_sample`.
    SpecificationError
        See `take_sample`.
    """
    from linearmodels.system import IV3SLS

    for one in equations:
        require_rule(one.specification, "three stages", ("classical", "robust", "clustered"))
    _refuse(_system_faults(equations, corrected))
    columns = dict.fromkeys(
        name
        for one in equations
        for name in (*one.specification.columns, *one.instruments.excluded)
    )
    complete, dropped = complete_rows(frame, columns)
    found = [identified_sample(complete, one.specification, one.instruments) for one in equations]
    model = IV3SLS({one.specification.name: _sides(one) for one in found})
    options = _covariance(found[0], corrected)
    result = model.fit(method="gls", **options)
    two = model.fit(method="ols", cov_type="unadjusted", debiased=corrected)
    three = model.fit(method="gls", cov_type="unadjusted", debiased=corrected)
    return SystemEstimate(
        equations=tuple(_estimate(one, result, corrected, dropped) for one in found),
        error_correlation=np.corrcoef(two.resids.to_numpy(), rowvar=False),
        hausman=_hausman(two, three),
    )


def _system_faults(equations: Sequence[StructuralEquation], corrected: bool) -> list[str]:
    faults = [
        f"{one.specification.name}: {fault}"
        for one in equations
        for fault in identification_faults(one.specification, one.instruments)
    ]
    if len(equations) < 2:
        faults.append(f"a system has two equations or more, not {len(equations)}")
    names = [one.specification.name for one in equations]
    if len(set(names)) < len(names):
        faults.append("two equations have the same name")
    every = frozenset[str]().union(*(one.exogenous for one in equations))
    for one in equations:
        if lacking := sorted(every - one.exogenous):
            faults.append(
                f"{one.specification.name} does without {', '.join(lacking)}, which another "
                "equation uses; name each exogenous column in every equation, as control or "
                "instrument"
            )
    for what in ("effects", "weights", "clusters", "variance"):
        if len({getattr(one.specification, what) for one in equations}) > 1:
            faults.append(f"the equations differ in their {what}")
    if corrected and any(one.specification.effects for one in equations):
        faults.append(
            "the small-sample correction of three stages does not count absorbed effects; leave "
            "the effects or the correction out"
        )
    return faults


def _refuse(faults: Sequence[str]) -> None:
    if faults:
        raise IdentificationError(f"system: {'; '.join(faults)}")


def _sides(found: IdentifiedSample) -> dict[str, Any]:
    named = found.instruments
    sides = {
        "dependent": pd.DataFrame(found.outcome, columns=["outcome"]),
        "endog": pd.DataFrame(found.endogenous, columns=list(named.endogenous)),
        "instruments": pd.DataFrame(found.excluded, columns=list(named.excluded)),
    }
    if found.exogenous_terms:
        sides["exog"] = pd.DataFrame(found.exogenous, columns=list(found.exogenous_terms))
    return sides


def _covariance(found: IdentifiedSample, corrected: bool) -> dict[str, Any]:
    variance = found.specification.variance
    if variance == "clustered":
        return {
            "cov_type": "clustered",
            "debiased": corrected,
            "group_debias": corrected,
            "clusters": found.sample.clusters,
        }
    kind = {"classical": "unadjusted"}.get(variance, variance)
    return {"cov_type": kind, "debiased": corrected}


def _estimate(
    found: IdentifiedSample, result: Any, corrected: bool, dropped: dict[str, int]
) -> Estimate:
    specification, sample = found.specification, found.sample
    labels = [f"{specification.name}_{term}" for term in found.terms]
    residual = result.resids[specification.name].to_numpy()
    total = sample.weights @ sample.within_outcome**2
    n = len(sample.rows)
    return Estimate(
        specification=specification,
        terms=found.terms,
        coefficients=result.params[labels].to_numpy(),
        covariance=result.cov.loc[labels, labels].to_numpy(),
        df=_df(found, corrected),
        n=n,
        clusters=sample.cluster_count if specification.variance == "clustered" else None,
        r_squared=float(1 - residual @ residual / total),
        variance_rule=_rule(found, corrected),
        dropped={**dropped, **sample.dropped},
    )


def _df(found: IdentifiedSample, corrected: bool) -> float:
    if not corrected:
        return float(np.inf)
    if found.specification.variance == "clustered":
        return float((found.sample.cluster_count or 0) - 1)
    return float(len(found.sample.rows) - found.sample.parameters)


def _rule(found: IdentifiedSample, corrected: bool) -> str:
    specification, sample = found.specification, found.sample
    kind = {
        "classical": "classical",
        "robust": "robust to heteroskedasticity",
        "clustered": f"clustered by {specification.clusters}, G = {sample.cluster_count}",
    }[specification.variance]
    factor, reference = "over N, no small-sample factor", "normal distribution"
    if corrected:
        group = ", factor G/(G-1)" if specification.variance == "clustered" else ""
        factor = f"over root((N-K)(N-K')){group}"
        reference = f"t with {_df(found, corrected):.0f} degrees of freedom"
    return (
        f"three-stage least squares; {kind}, error covariances {factor}, "
        f"N = {len(sample.rows)}, K = {sample.parameters}; {reference}"
    )


def _hausman(two: Any, three: Any) -> Hausman | None:
    """Difference of the coefficients over the difference of their variances, where they differ.

    Both variances rest on the same error covariance, and the first holds the covariances between
    equations, so their difference is a variance whatever the sample; directions without an
    instrument to spare have none.
    """
    size = np.sqrt(np.diag(two.cov.to_numpy()))
    gap = (two.params - three.params).to_numpy() / size
    roots, axes = np.linalg.eigh((two.cov - three.cov).to_numpy() / np.outer(size, size))
    differ = roots > _AGREED
    if not differ.any():
        return None
    statistic = float(np.sum((axes.T @ gap)[differ] ** 2 / roots[differ]))
    df = int(differ.sum())
    return Hausman(statistic, df, float(stats.chi2.sf(statistic, df)))
