"""What did a programme do, when places start in different years?

ATT(g, t) = E[Y_t - Y_b | starts in g] - E[Y_t - Y_b | no start yet, or never], b the year before g.
It is an effect if, without their starts, those that start in g would have moved from b to t as the
others did (given the covariates), and if nobody acted before the start. No unit that has started
serves as a control, which two-way fixed effects cannot promise when effects differ.

diff-diff estimates each ATT(g, t) with its influence function; the means over them, their joint
covariance and the refusals are made here.

References
----------
Callaway and Sant'Anna (2021), Journal of Econometrics 225(2), equations 2.2 to 2.9, section 3.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from ..clusters import cluster_sums
from ..covariance import cluster_factor
from ..estimate import Estimate
from ..sample import complete_rows
from ..specification import NotEstimable, Specification, require_word

Control = Literal["never", "not_yet"]
Base = Literal["universal", "varying"]
Method = Literal["dr", "reg"]
FEW = 10
"""Treated clusters below which no clustered error is given."""
NEVER = 0
"""Start of a unit that never starts, as diff-diff writes it."""


class StaggeredError(NotEstimable):
    """A comparison that cannot be made with these data; the message says why."""


@dataclass(frozen=True, slots=True)
class Adoption:
    """A panel in which units start at different times and do not stop.

    Parameters
    ----------
    name, title : as in `Specification`
    unit, time, first, outcome : columns; ``first`` is the first treated period, 0 or missing for
        units that never start
    covariates : columns read in the base period
    control : "never" started, or "not_yet" started as well
    base : "universal", the last period before the start for all; "varying", before the start the
        period just before each
    method : "dr", doubly robust, or "reg", outcome regression; without covariates they are one
    clusters : column that is constant in a unit; the unit itself if None
    few : treated clusters that an error needs
    """

    name: str
    title: str
    unit: str
    time: str
    first: str
    outcome: str
    covariates: tuple[str, ...] = ()
    control: Control = "never"
    base: Base = "universal"
    method: Method = "dr"
    clusters: str | None = None
    few: int = FEW

    def __post_init__(self) -> None:
        require_word("control", self.control, Control)
        require_word("base", self.base, Base)
        require_word("method", self.method, Method)

    def specification(self, part: str, terms: tuple[str, ...]) -> Specification:
        """The specification of one part of what is estimated; its label is "did"."""
        return Specification(
            name=f"{self.name}.{part}",
            title=self.title,
            outcome=self.outcome,
            regressors=terms,
            controls=self.covariates,
            effects=(self.unit, self.time),
            clusters=self.clusters or self.unit,
            label="did",
        )


@dataclass(frozen=True, slots=True)
class StaggeredPanel:
    """The rows that can be compared, under fixed names, in the order of unit and time.

    Parameters
    ----------
    adoption : what was asked
    rows : ``unit`` and ``cluster`` as codes, ``time``, ``first``, ``outcome`` and the covariates
    units : (units,) their names, in the order of their codes
    starts, clusters : (units,) first treated period (0 for never) and code of the cluster
    already : units left out because they were treated from the first period on
    dropped : rows not used, by reason
    """

    adoption: Adoption
    rows: pd.DataFrame
    units: np.ndarray
    starts: np.ndarray
    clusters: np.ndarray
    already: int
    dropped: Mapping[str, int]

    @property
    def treated_clusters(self) -> int:
        """Clusters in which a unit starts."""
        return len(np.unique(self.clusters[self.starts != NEVER]))

    @property
    def cluster_count(self) -> int:
        """All clusters."""
        return len(np.unique(self.clusters))

    @property
    def lone_starts(self) -> int:
        """Starts whose units lie in one cluster each: nothing tells how far theirs is chance."""
        pairs = pd.DataFrame({"start": self.starts, "cluster": self.clusters})
        sizes = pairs[pairs["start"] != NEVER].groupby("start")["cluster"].nunique()
        return int((sizes == 1).sum())

    @property
    def df(self) -> float:
        """Degrees of freedom: treated clusters less one; normal where each unit is a cluster."""
        return self.treated_clusters - 1 if self.adoption.clusters else np.inf

    def rule(self, how: str, of: str = "of all clusters") -> str:
        """The variance rule in words; ``how`` it is come by stands first, ``of`` what G is."""
        cluster = self.adoption.clusters
        if cluster is None:
            return (
                f"{how}, clustered by {self.adoption.unit}: no small-sample factor; normal "
                f"reference; {self.treated_clusters} of {self.cluster_count} treated"
            )
        return (
            f"{how}, clustered by {cluster}: factor G/(G-1) {of}, {self.treated_clusters} of "
            f"{self.cluster_count} treated; t with {self.df:.0f} degrees of freedom"
        )


def staggered_panel(frame: pd.DataFrame, adoption: Adoption) -> StaggeredPanel:
    """The complete units of a frame, checked for all that would leave nothing to compare.

    Units treated from the first period on have no earlier year to be compared with: they are left
    out and counted, and so are units not observed in every period. A start after the last period
    is none.

    Raises
    ------
    StaggeredError
        Missing columns, a period or start that is not whole, a unit twice in a period, a start or
        cluster that changes within a unit; no unit with a period before its start, no control, or
        fewer treated clusters than ``adoption.few``.
    """
    columns = [adoption.unit, adoption.time, adoption.outcome, *adoption.covariates]
    columns += [adoption.clusters] if adoption.clusters else []
    if missing := [name for name in (*columns, adoption.first) if name not in frame.columns]:
        raise StaggeredError(f"the frame has no column {', '.join(missing)}")
    rows, dropped = complete_rows(frame, columns)
    _require_whole(rows, adoption)
    rows = _renamed(rows, adoption)
    _require_constant(rows, adoption)
    whole = rows.groupby("unit")["time"].transform("size") == rows["time"].nunique()
    if lacking := int((~whole).sum()):
        dropped[f"where the {adoption.unit} lacks a {adoption.time}"] = lacking
    rows = rows[whole]
    early = (rows["first"] != NEVER) & (rows["first"] <= rows["time"].min())
    if before := int(early.sum()):
        dropped[f"where the {adoption.unit} starts treated"] = before
    already = int(rows.loc[early, "unit"].nunique())
    panel = _coded(rows[~early], adoption, already, dropped)
    _refuse(panel)
    return panel


def _require_whole(rows: pd.DataFrame, adoption: Adoption) -> None:
    for column in (adoption.time, adoption.first):
        values = rows[column].replace(np.inf, np.nan).dropna()
        if broken := int((values % 1 != 0).sum()):
            raise StaggeredError(
                f"{column} is not a whole number in {broken} rows; a start inside a period is that "
                "period's, or the next one's: say which"
            )


def _require_constant(rows: pd.DataFrame, adoption: Adoption) -> None:
    if twice := int(rows.duplicated(["unit", "time"]).sum()):
        raise StaggeredError(f"{twice} rows repeat the same {adoption.unit} and {adoption.time}")
    for name, column in (("first", adoption.first), ("cluster", adoption.clusters)):
        if moving := int((rows.groupby("unit")[name].nunique() > 1).sum()):
            raise StaggeredError(f"{column} changes within {moving} of the {adoption.unit} units")


def _renamed(rows: pd.DataFrame, adoption: Adoption) -> pd.DataFrame:
    first = rows[adoption.first].fillna(NEVER)
    late = first > rows[adoption.time].max()
    return pd.DataFrame(
        {
            "unit": rows[adoption.unit],
            "time": rows[adoption.time].astype("int64"),
            "first": first.mask(late, NEVER).astype("int64"),
            "outcome": rows[adoption.outcome].astype(float),
            "cluster": rows[adoption.clusters or adoption.unit],
            **{name: rows[name].astype(float) for name in adoption.covariates},
        }
    )


def _coded(
    rows: pd.DataFrame, adoption: Adoption, already: int, dropped: Mapping[str, int]
) -> StaggeredPanel:
    rows = rows.sort_values(["unit", "time"], ignore_index=True)
    codes, names = pd.factorize(rows["unit"])
    rows = rows.assign(
        unit=codes.astype("int64"),
        cluster=pd.factorize(rows["cluster"])[0].astype("int64"),
    )
    units = rows.drop_duplicates("unit")
    starts, clusters = units["first"].to_numpy(), units["cluster"].to_numpy()
    return StaggeredPanel(adoption, rows, np.asarray(names), starts, clusters, already, dropped)


def _refuse(panel: StaggeredPanel) -> None:
    adoption, starts = panel.adoption, panel.starts
    places = adoption.clusters or adoption.unit
    if not (starts != NEVER).any():
        left = f" ({panel.already} were treated from then on)" if panel.already else ""
        raise StaggeredError(
            f"no {adoption.unit} starts after the first {adoption.time}{left}, so none has an "
            "earlier path to compare"
        )
    if adoption.control == "never" and (starts != NEVER).all():
        raise StaggeredError(f"every {adoption.unit} starts, so none is left as a control")
    if len(np.unique(starts)) == 1:
        raise StaggeredError(f"every {adoption.unit} starts at once, so none is left as a control")
    if (number := panel.treated_clusters) < adoption.few:
        raise StaggeredError(
            f"only {number} of the {panel.cluster_count} clusters by {places} "
            f"{'is' if number == 1 else 'are'} treated, fewer than the {adoption.few} that a "
            "clustered error needs; placebo places can serve instead"
        )


@dataclass(frozen=True, slots=True)
class GroupTime:
    """Every ATT(g, t) but those of the base period, which are zero by construction.

    Parameters
    ----------
    panel : what they rest on
    groups, times, effects : (m,) start, period, and effect in the outcome's unit
    influence : (units, m); the covariance of the effects is its cross product
    """

    panel: StaggeredPanel
    groups: np.ndarray
    times: np.ndarray
    effects: np.ndarray
    influence: np.ndarray

    @property
    def since(self) -> np.ndarray:
        """(m,) periods since the start: 0 in the first treated one, negative before."""
        return np.asarray(self.times - self.groups)

    def covariance(self, influence: np.ndarray) -> np.ndarray:
        """Covariance (k, k) of estimates with these influence functions (units, k)."""
        if self.panel.adoption.clusters is None:
            return np.asarray(influence.T @ influence)
        sums = cluster_sums(influence, self.panel.clusters)
        return np.asarray(sums.T @ sums)

    def widened(self, starts: np.ndarray, influence: np.ndarray) -> np.ndarray:
        """Influence (units, k) of means over ``starts``, undone of what few clusters take away.

        Clusters vary about their own mean, so their squares fall short by (G-1)/G: G is the number
        of clusters with these starts for their units, and of all other clusters for the others.
        Where each unit is a cluster nothing is done, as in the authors' software.
        """
        if self.panel.adoption.clusters is None:
            return influence
        started = np.isin(self.panel.starts, starts)
        factor = np.ones(len(started))
        for side in (started, ~started):
            count = len(np.unique(self.panel.clusters[side]))
            factor[side] = np.sqrt(cluster_factor(max(count, 2)))
        return np.asarray(influence * factor[:, None])

    def widened_each(self, starts: np.ndarray, influence: np.ndarray) -> np.ndarray:
        """The same for columns that are each of one start, ``starts`` (k,) of them."""
        columns = [self.widened(starts[[i]], influence[:, [i]]) for i in range(len(starts))]
        return np.hstack(columns)

    def clusters_behind(self, chosen: np.ndarray) -> int:
        """Treated clusters that the ``chosen`` effects (m,) are of."""
        return len(np.unique(self.panel.clusters[np.isin(self.panel.starts, self.groups[chosen])]))

    def mean(self, chosen: np.ndarray) -> tuple[float, np.ndarray]:
        """Mean of the ``chosen`` effects (m,), weighted by units of a start, and its influence.

        The shares of the starts are estimated too, and their influence is counted.
        """
        return self.share_mean(self.groups[chosen], self.effects[chosen], self.influence[:, chosen])

    def share_mean(
        self, groups: np.ndarray, effects: np.ndarray, influence: np.ndarray
    ) -> tuple[float, np.ndarray]:
        """Mean of effects (k,) of starts (k,), weighted by the share of units with each start."""
        member = self.panel.starts[:, None] == groups
        shares = member.mean(axis=0)
        value = float(shares @ effects / shares.sum())
        by_share = member @ (effects - value) / len(member)
        own = (influence @ shares + by_share) / shares.sum()
        return value, self.widened(groups, own[:, None])[:, 0]

    def estimate(
        self, part: str, terms: tuple[str, ...], values: np.ndarray, influence: np.ndarray
    ) -> Estimate:
        """Means over the effects as a result, with their joint covariance."""
        panel = self.panel
        return Estimate(
            specification=panel.adoption.specification(part, terms),
            terms=terms,
            coefficients=values,
            covariance=self.covariance(influence),
            df=panel.df,
            n=len(panel.rows),
            clusters=panel.cluster_count,
            r_squared=np.nan,
            variance_rule=panel.rule(
                "analytic, from influence functions", "of the clusters behind each mean"
            ),
            dropped=panel.dropped,
            diagnostics={
                "treated_clusters": float(panel.treated_clusters),
                "already_treated": float(panel.already),
            },
        )


def group_time(panel: StaggeredPanel) -> GroupTime:
    """Callaway and Sant'Anna's group-time effects, by diff-diff's estimator."""
    from diff_diff import CallawaySantAnna

    adoption = panel.adoption
    estimator = CallawaySantAnna(
        control_group={"never": "never_treated", "not_yet": "not_yet_treated"}[adoption.control],
        base_period=adoption.base,
        estimation_method=adoption.method,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        fitted = estimator.fit(
            panel.rows,
            outcome="outcome",
            unit="unit",
            time="time",
            first_treat="first",
            covariates=list(adoption.covariates) or None,
        )
    kept = [
        cell
        for cell, found in fitted.group_time_effects.items()
        if np.isfinite(found["effect"]) and not found.get("is_reference")
    ]
    influence = np.zeros((len(panel.starts), len(kept)))
    for column, cell in enumerate(kept):
        part = fitted._aggregation_kit.influence[cell]
        influence[part["treated_idx"], column] += part["treated_inf"]
        influence[part["control_idx"], column] += part["control_inf"]
    groups, times = np.array(kept, dtype=int).T
    effects = np.array([fitted.group_time_effects[cell]["effect"] for cell in kept])
    return GroupTime(panel, groups, times, effects, influence)
