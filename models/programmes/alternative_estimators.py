"""Other estimators of the same effect, to stand beside Callaway and Sant'Anna's.

`sun_abraham`: a saturated regression, cohort effects averaged. `imputation` (Borusyak, Jaravel and
Spiess): unit and period effects from rows not yet treated, the rest is the effect. `two_stage_did`
(Gardner): the same in moment conditions. All by diff-diff. `two_way`: unit and period effects with
one coefficient for the start, which is a mean of comparisons some of which use units already
treated as controls; `bacon` says which, with what weight (Goodman-Bacon).

References
----------
Sun and Abraham (2021), Journal of Econometrics 225(2); Borusyak, Jaravel and Spiess (2024), Review
of Economic Studies 91(6); Gardner (2022), arXiv 2207.05943; Goodman-Bacon (2021), Journal of
Econometrics 225(2), theorem 1.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..association.panel import panel as two_way_panel
from ..estimate import Estimate
from .staggered import NEVER, StaggeredError, StaggeredPanel

TERM = "after the start"
MOST_CELLS = 2e8
"""Rows times dummies of the saturated regression, of which diff-diff holds several copies."""
BACON: Mapping[str, str] = {
    "treated_vs_never": "started against never started",
    "earlier_vs_later": "started against not yet started",
    "later_vs_earlier": "started against started before",
}


def sun_abraham(panel: StaggeredPanel) -> Estimate:
    """The interaction-weighted mean effect after the start.

    Its error takes the effect of each start by itself. Where a start has one cluster nothing
    tells how far that effect is chance: the error is then missing, not small.

    Raises
    ------
    StaggeredError
        Every unit starts, or more dummies than memory holds.
    """
    from diff_diff import SunAbraham

    if (panel.starts != NEVER).all():
        raise StaggeredError(
            f"every {panel.adoption.unit} starts, and the saturated regression compares with those "
            "that never do"
        )
    starts = len(np.unique(panel.starts[panel.starts != NEVER]))
    dummies = starts * panel.rows["time"].nunique()
    if (cells := dummies * len(panel.rows)) > MOST_CELLS:
        raise StaggeredError(
            f"{dummies} dummies of start and time in {len(panel.rows)} rows are {cells:.2g} "
            "numbers, too many for the saturated regression; group_time gives the same effects"
        )
    control = {"never": "never_treated", "not_yet": "not_yet_treated"}[panel.adoption.control]
    found = _fit(SunAbraham(control_group=control, cluster="cluster"), panel)
    rule = "CR1 of the saturated regression, shares of the starts taken as known"
    if lone := panel.lone_starts:
        rule = f"no error: {lone} starts have one cluster each"
        return _estimate(panel, "sun_abraham", found, np.nan, rule)
    return _estimate(panel, "sun_abraham", found, found.overall_se, panel.rule(rule))


def imputation(panel: StaggeredPanel) -> Estimate:
    """The mean of outcomes less those imputed from rows before any start.

    Effects are taken to vary about one mean for each period since the start, not about one for
    each start and period: the second leaves no error where a start has one cluster.
    """
    from diff_diff import ImputationDiD

    found = _fit(ImputationDiD(cluster="cluster", aux_partition="horizon"), panel)
    rule = panel.rule("conservative, effects about their mean by periods since the start")
    return _estimate(panel, "imputation", found, found.overall_se, rule)


def two_stage_did(panel: StaggeredPanel) -> Estimate:
    """Gardner's two-stage estimate: the point of `imputation`, with the error of its moments."""
    from diff_diff import TwoStageDiD

    found = _fit(TwoStageDiD(cluster="cluster"), panel)
    rule = panel.rule("of the stacked moments of both stages")
    return _estimate(panel, "two_stage", found, found.overall_se, rule)


def two_way(panel: StaggeredPanel) -> Estimate:
    """Unit and period effects and one coefficient: to be shown beside `bacon` only."""
    adoption = panel.adoption
    spec = adoption.specification("two_way", (TERM,))
    started = (panel.rows["first"] != NEVER) & (panel.rows["time"] >= panel.rows["first"])
    frame = panel.rows.rename(
        columns={"unit": adoption.unit, "time": adoption.time, "outcome": adoption.outcome}
    ).assign(**{TERM: started.astype(float)})
    frame[spec.clusters] = panel.rows["cluster"]
    return two_way_panel(frame, spec)


@dataclass(frozen=True, slots=True)
class Bacon:
    """What a two-way coefficient is a mean of.

    Parameters
    ----------
    weights, effects : by kind of comparison, keys of `BACON`; weights sum to one
    """

    weights: Mapping[str, float]
    effects: Mapping[str, float]

    @property
    def coefficient(self) -> float:
        """The two-way estimate without covariates."""
        return sum(self.weights[kind] * self.effects[kind] for kind in self.weights)


def bacon(panel: StaggeredPanel) -> Bacon:
    """Goodman-Bacon's decomposition of the `two_way` estimate; covariates are left out."""
    from diff_diff import BaconDecomposition

    found = _fit(BaconDecomposition(), panel, covariates=False)
    weights, effects = found.weight_by_type(), found.effect_by_type()
    kinds = [kind for kind in BACON if effects.get(kind) is not None and weights[kind] > 0]
    return Bacon(
        {kind: float(weights[kind]) for kind in kinds},
        {kind: float(effects[kind]) for kind in kinds},
    )


def _fit(estimator: Any, panel: StaggeredPanel, *, covariates: bool = True) -> Any:
    names = list(panel.adoption.covariates)
    extra = {"covariates": names} if covariates and names else {}
    columns = ["unit", "time", "first", "outcome", "cluster", *names]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return estimator.fit(
            panel.rows[columns],
            outcome="outcome",
            unit="unit",
            time="time",
            first_treat="first",
            **extra,
        )


def _estimate(panel: StaggeredPanel, part: str, found: Any, error: float, rule: str) -> Estimate:
    return Estimate(
        specification=panel.adoption.specification(part, (TERM,)),
        terms=(TERM,),
        coefficients=np.array([float(found.overall_att)]),
        covariance=np.array([[float(error) ** 2]]),
        df=panel.df,
        n=len(panel.rows),
        clusters=panel.cluster_count,
        r_squared=np.nan,
        variance_rule=rule,
        dropped=panel.dropped,
        diagnostics={"treated_clusters": float(panel.treated_clusters)},
    )
