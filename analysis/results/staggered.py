"""What the starts did, by estimators that allow for different years, and how far to trust them.

Two-way fixed effects (`panel`) also compare late starters with places that started before, as if
those stood for no start. Here each start is set against sectors that never start, other estimators
stand beside that, and trends before the start bound what can be said.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ...data.catalogue import DataFolder
from ...data.simulated_city import Truth
from ...data.tables import BRUSH, PlaceRules
from ...models.estimate import Estimate
from ...models.inference.detectable import minimum_detectable
from ...models.programmes.aggregation import MEANS, SEEN, aggregate, per_unit
from ...models.programmes.alternative_estimators import (
    BACON,
    TERM,
    bacon,
    imputation,
    sun_abraham,
    two_stage_did,
    two_way,
)
from ...models.programmes.staggered import (
    FEW,
    GroupTime,
    StaggeredError,
    StaggeredPanel,
    group_time,
)
from ..adoption import RINGS, SHARE, SectorAdoption, read_adoption
from ..graph import result
from ..plausible import LARGE, is_large
from ..quantities import Count, NotEstimable, Number, PriceDifference, Share, Year
from ..reasons import NoDoseCurve, Refused
from ..study import Study
from .event_study import EventStudy, event_study, no_events

PEERS: Mapping[str, Callable[[StaggeredPanel], Estimate]] = {
    "sun_abraham": sun_abraham,
    "imputation": imputation,
    "two_stage": two_stage_did,
    "two_way": two_way,
}
EDGES = {"near": (0.0, RINGS[0]), "far": RINGS}
NO_CURVE = NotEstimable(NoDoseCurve(), label="did")
Difference = PriceDifference | NotEstimable
Planted = Mapping[str, float | None]
"""The four means of the planted effects in logs, in a simulated city."""


@dataclass(frozen=True, slots=True)
class Effect:
    """One estimate of what the starts did.

    Parameters
    ----------
    detectable : the least effect that would be seen, where there is an error
    planted : the same mean of the planted effects, in a simulated city
    places : treated places that it rests on
    estimate : the equation
    """

    INLINE: ClassVar = ("effect",)
    effect: Difference
    detectable: PriceDifference | None = None
    planted: PriceDifference | None = None
    places: int | None = None
    estimate: Estimate | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """One kind of comparison that the two-way estimate is a mean of."""

    weight: Share | NotEstimable
    effect: PriceDifference | None = None


@dataclass(frozen=True, slots=True)
class Dose:
    """Sectors partly inside; the effect in proportion to the share inside; a curve over shares."""

    partly: Effect
    whole: Effect
    curve: NotEstimable


@dataclass(frozen=True, slots=True)
class Sample:
    """The starts that are compared."""

    first_start: Year
    last_start: Year
    starts: Count
    lone_starts: Count
    """Starts of one place each."""
    clusters: Count
    already: Count


@dataclass(frozen=True, slots=True)
class Staggered:
    """The starts by every estimator, or why there are too few.

    Parameters
    ----------
    share : of a sector's postcodes from which it counts as treated; ``brush``, as good as none
    few : treated places that an error needs; ``seen``, that a year needs to count in a mean
    plausible : beyond this an estimate is printed with a warning
    ring_inner, ring_outer : kilometres from a treated sector
    means, peers : by name
    bacon : by kind of comparison
    """

    INLINE: ClassVar = ("means", "peers", "sample", "events")
    share: Share
    brush: float
    few: Count
    seen: int
    plausible: Share
    ring_inner: Number
    ring_outer: Number
    sectors_treated: Count
    places_treated: Count
    sectors_partly: Count
    sectors_near: Count
    sectors_control: Count
    sample: Sample | None
    means: Mapping[str, Effect]
    peers: Mapping[str, Effect]
    bacon: Mapping[str, Comparison]
    dose: Dose
    ring: Mapping[str, Effect]
    events: EventStudy

    @property
    def main(self) -> Effect:
        """The mean over all years after all starts."""
        return self.means["simple"]

    @property
    def large(self) -> bool:
        """Whether the main estimate is larger than published effects lead to expect."""
        return is_large(self.main.effect)


@result()
def staggered(
    study: Study,
    folder: DataFolder,
    rules: PlaceRules,
    sectors: pd.DataFrame,
    truth: Truth | None,
) -> Staggered:
    """Every estimator on the sectors of dated places; refusals where there are too few."""
    starts = read_adoption(sectors, folder, rules)
    if truth:
        starts = starts.with_planted(truth.coproduction_total)
    panel = _panel(starts, "main", "Starts of coproduction, group-time effects", starts.treated)
    if isinstance(panel, Refused):
        return Staggered(**_counted(starts), **_refused(starts, panel))
    return Staggered(**_counted(starts), **_estimated(starts, panel, study.seed))


def _counted(starts: SectorAdoption) -> dict[str, Any]:
    """What counts as treated, and how many sectors and places that makes."""
    treated = starts.sectors[starts.treated]
    inside = int((starts.sectors["share"] > 0).sum())
    return {
        "share": Share(100 * SHARE),
        "brush": 100 * BRUSH,
        "few": Count(FEW),
        "seen": SEEN,
        "plausible": Share(LARGE),
        "ring_inner": Number(RINGS[0] / 1000),
        "ring_outer": Number(RINGS[1] / 1000),
        "sectors_treated": Count(len(treated)),
        "places_treated": Count(int(treated["place"].nunique())),
        "sectors_partly": Count(inside - len(treated)),
        "sectors_near": Count(int(starts.ring(0, RINGS[0]).sum())),
        "sectors_control": Count(int(starts.ring(RINGS[0], np.inf).sum())),
    }


def _refused(starts: SectorAdoption, why: Refused) -> dict[str, Any]:
    """Nothing is estimated; the weights of the two-way mean need no error, and so no places."""
    none = _none(why)
    return {
        "sample": None,
        "means": dict.fromkeys(MEANS, none),
        "peers": dict.fromkeys(PEERS, none),
        "bacon": _weights(
            _panel(starts, "weights", "Weights of the two-way mean", starts.treated, few=1)
        ),
        "dose": Dose(none, none, NO_CURVE),
        "ring": dict.fromkeys(EDGES, none),
        "events": no_events(why),
    }


def _estimated(starts: SectorAdoption, panel: StaggeredPanel, seed: int) -> dict[str, Any]:
    found, planted = group_time(panel), _planted(starts, panel)
    return {
        "sample": _sample(panel),
        "means": _means(found, planted),
        "peers": _peers(panel, planted),
        "bacon": _bacon(panel),
        "dose": Dose(_partly(starts), _whole(starts), NO_CURVE),
        "ring": {name: _ring(starts, name) for name in EDGES},
        "events": event_study(found, _noiseless(starts, panel), seed),
    }


Panel = StaggeredPanel | Refused


def _panel(
    starts: SectorAdoption, name: str, title: str, treated: pd.Series, *columns: Any, **more: Any
) -> Panel:
    try:
        return starts.panel(name, title, treated, *columns, **more)
    except StaggeredError as fault:
        return Refused(str(fault))


def _sample(panel: StaggeredPanel) -> Sample:
    treated = panel.starts[panel.starts > 0]
    return Sample(
        first_start=Year(int(treated.min())),
        last_start=Year(int(treated.max())),
        starts=Count(len(np.unique(treated))),
        lone_starts=Count(panel.lone_starts),
        clusters=Count(panel.cluster_count),
        already=Count(panel.already),
    )


def _none(why: Refused) -> Effect:
    return Effect(NotEstimable(why, label="did"))


def _effect(
    estimate: Estimate, term: str, planted: float | None = None, places: int | None = None
) -> Effect:
    """A term with the least effect that would be seen; without an error, the point alone."""
    found = PriceDifference.of(estimate, term)
    least = None
    if found.std_error is not None:
        least = PriceDifference(minimum_detectable(found.std_error, estimate.df))
    rests_on = places or estimate.diagnostics.get("treated_clusters")
    return Effect(
        found,
        detectable=least,
        planted=None if planted is None else PriceDifference(planted, label="simulated"),
        places=None if rests_on is None else int(rests_on),
        estimate=estimate,
    )


def _noiseless(starts: SectorAdoption, panel: StaggeredPanel) -> GroupTime | None:
    """The same effects of the planted part of prices, which has no noise."""
    return group_time(starts.with_outcome(panel, "planted")) if starts.planted else None


def _planted(starts: SectorAdoption, panel: StaggeredPanel) -> Planted:
    """The four means of the planted effects."""
    noiseless = _noiseless(starts, panel)
    if noiseless is None:
        return dict.fromkeys(MEANS)
    return dict(zip(MEANS, map(float, aggregate(noiseless).coefficients), strict=True))


def _means(found: GroupTime, planted: Planted) -> dict[str, Effect]:
    estimate = aggregate(found)
    return {name: _effect(estimate, name, planted[name]) for name in MEANS}


def _peers(panel: StaggeredPanel, planted: Planted) -> dict[str, Effect]:
    """The other estimators, all of which weigh treated sector-years alike but the two-way one."""
    return {
        name: _effect(
            estimator(panel),
            TERM,
            None if name == "two_way" else planted["simple"],
            panel.treated_clusters,
        )
        for name, estimator in PEERS.items()
    }


def _bacon(panel: StaggeredPanel) -> dict[str, Comparison]:
    parts = bacon(panel)
    return {
        kind: Comparison(
            _share(parts.weights.get(kind)),
            PriceDifference(parts.effects[kind], label="did") if kind in parts.effects else None,
        )
        for kind in BACON
    }


def _weights(panel: Panel) -> dict[str, Comparison]:
    """The weights alone, of starts that are too few for an effect."""
    if isinstance(panel, Refused):
        return dict.fromkeys(BACON, Comparison(NotEstimable(panel, label="described")))
    weights = bacon(panel).weights
    return {kind: Comparison(_share(weights.get(kind))) for kind in BACON}


def _share(weight: float | None) -> Share:
    return Share(100 * (weight or 0.0), columns=("log_price", "exposure"))


def _partly(starts: SectorAdoption) -> Effect:
    panel = _panel(starts, "partly", "Sectors partly inside", starts.partly, "touched")
    if isinstance(panel, Refused):
        return _none(panel)
    return _effect(aggregate(group_time(panel)), "simple", _planted(starts, panel)["simple"])


def _whole(starts: SectorAdoption) -> Effect:
    touched = starts.sectors["share"] > BRUSH
    panel = _panel(starts, "whole", "Effect in proportion to the share", touched, "touched")
    if isinstance(panel, Refused):
        return _none(panel)
    dose = group_time(starts.with_outcome(panel, "exposure"))
    noiseless = _noiseless(starts, panel)
    true = float(per_unit(noiseless, dose).coefficients[0]) if noiseless else None
    return _effect(per_unit(group_time(panel), dose), "dose", true)


def _ring(starts: SectorAdoption, name: str) -> Effect:
    """Sectors in no place but near one, as if they had started with it, against those beyond."""
    inner, outer = EDGES[name]
    panel = _panel(
        starts,
        f"ring_{name}",
        f"Ring of {inner / 1000:.1f} to {outer / 1000:.1f} km",
        starts.ring(inner, outer),
        "near_first",
        "near_place",
        beyond=RINGS[1],
    )
    if isinstance(panel, Refused):
        return _none(panel)
    return _effect(aggregate(group_time(panel)), "simple", 0.0 if starts.planted else None)
