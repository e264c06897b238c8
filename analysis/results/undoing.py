"""How strong something unmeasured must be to undo the controlled associations."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import pandas as pd

from ...data.measures import Measure, measure
from ...models.inference.cluster_robust import leave_one_cluster_out
from ...models.robustness.sensitivity import (
    R_MAX_FACTOR,
    Bound,
    Oster,
    Robustness,
    bounds,
    oster,
    robustness,
)
from ...models.specification import NotEstimable as Inestimable
from ..controlled import Controlled, controlled, difference, told
from ..graph import result
from ..quantities import NotEstimable, Number, PriceDifference, Share
from ..reasons import NoFiniteSolution, NotHeldEqual, Refused
from ..study import Study

BENCHMARKS = ("income_deprivation", "owned")
TIMES = (1.0, 2.0)
USUAL_DELTA = 1.0
"""From which on a result is usually called robust."""


@dataclass(frozen=True, slots=True)
class MeasureUndoing:
    """What would undo one measure's association.

    Parameters
    ----------
    partial_r2, value, value_alpha : share of what is left of the price that the measure explains;
        robustness values for the estimate, and for its significance
    delta, adjusted : Oster's, and the estimate at a delta of one
    without_low, without_high, without_ward : the range of the estimate as each ward is left out,
        and the name of the ward that moves it most
    """

    measure: Measure
    value: Share | NotEstimable
    value_alpha: Share | NotEstimable
    partial_r2: Share | NotEstimable
    delta: Number | NotEstimable
    adjusted: PriceDifference | NotEstimable
    without_low: PriceDifference | NotEstimable
    without_high: PriceDifference | NotEstimable
    without_ward: str = ""

    @property
    def key(self) -> str:
        return self.measure.column


@dataclass(frozen=True, slots=True)
class Undoing:
    """What would undo each association."""

    INLINE: ClassVar = ("measures",)
    measures: tuple[MeasureUndoing, ...]
    r_max: Number | NotEstimable
    controlled_r2: Number | NotEstimable
    df: float
    r_max_factor: float
    weights: str | None
    wards_level: str

    @property
    def told(self) -> tuple[MeasureUndoing, ...]:
        """The measures that have estimates."""
        return tuple(one for one in self.measures if told(one.value))

    @property
    def passing(self) -> tuple[MeasureUndoing, ...]:
        """Those that only selection as strong as all that is measured would undo."""
        return tuple(one for one in self.measures if (one.delta.value or 0) >= USUAL_DELTA)


@result(prefix="sensitivity")
def undoing(study: Study, areas: pd.DataFrame) -> Undoing:
    """Robustness values, Oster's numbers and the range without each ward in turn."""
    chosen = controlled(study.cross_section, areas)
    why = chosen.why
    if why is None:
        try:
            return _undoing(chosen)
        except Inestimable as fault:
            why = Refused(str(fault))
    none = NotEstimable(why, "number", "described")
    measures = chosen.each(MeasureUndoing, {}, why)
    section = chosen.section
    return Undoing(measures, none, none, 0.0, R_MAX_FACTOR, section.weights or None, section.wards)


def _undoing(chosen: Controlled) -> Undoing:
    asked = chosen.specification
    without = leave_one_cluster_out(chosen.areas, chosen.by_ward)
    sure = {term: robustness(chosen.areas, asked, term) for term in chosen.terms}
    selection = {term: oster(chosen.areas, asked, term) for term in chosen.terms}
    found = {
        term: _measure(chosen, sure[term], selection[term], without[term]) for term in chosen.terms
    }
    last = chosen.terms[-1]
    return Undoing(
        chosen.each(MeasureUndoing, found),
        r_max=Number(selection[last].r_max, columns=asked.columns),
        controlled_r2=Number(selection[last].controlled_r2),
        df=sure[last].df,
        r_max_factor=R_MAX_FACTOR,
        weights=asked.weights,
        wards_level=chosen.section.wards,
    )


def _measure(
    chosen: Controlled, sure: Robustness, selection: Oster, without: pd.Series
) -> MeasureUndoing:
    farthest = (without - sure.estimate).abs().idxmax()
    wards = chosen.section.wards
    names = chosen.areas.drop_duplicates(wards).set_index(wards)[f"{wards}_name"]
    return MeasureUndoing(
        measure=measure(sure.term),
        value=Share(100 * sure.value, label="adjusted"),
        value_alpha=Share(100 * sure.value_alpha, label="adjusted"),
        partial_r2=Share(100 * sure.partial_r2, label="adjusted"),
        delta=(
            Number(selection.delta, label="adjusted")
            if np.isfinite(selection.delta)
            else NotEstimable(NoFiniteSolution(), "number")
        ),
        adjusted=difference(selection.adjusted),
        without_low=difference(float(without.min())),
        without_high=difference(float(without.max())),
        without_ward=str(names.loc[str(farthest)]),
    )


@dataclass(frozen=True, slots=True)
class Confounder:
    """The estimate under something ``times`` as strong as a measured covariate."""

    benchmark: Measure
    times: float
    bound: Bound | Refused

    @property
    def left(self) -> PriceDifference | NotEstimable:
        """The estimate then."""
        if isinstance(self.bound, Refused):
            return NotEstimable(self.bound)
        return difference(self.bound.estimate, self.bound.low, self.bound.high)


@dataclass(frozen=True, slots=True)
class MeasureBounds:
    """One measure's estimate under confounders as strong as named covariates.

    Parameters
    ----------
    bound : the estimate under the worst of those once as strong, which is ``bound_by``
    """

    measure: Measure
    bound: PriceDifference | NotEstimable
    bound_by: Measure | None = None
    confounders: tuple[Confounder, ...] = ()

    @property
    def key(self) -> str:
        return self.measure.column


@dataclass(frozen=True, slots=True)
class Confounders:
    """Each estimate under confounders as strong as what is measured."""

    INLINE: ClassVar = ("measures",)
    measures: tuple[MeasureBounds, ...]

    @property
    def told(self) -> tuple[MeasureBounds, ...]:
        """The measures with a covariate to be compared with."""
        return tuple(one for one in self.measures if one.confounders)

    @property
    def refusals(self) -> tuple[Refused, ...]:
        """Why some bounds are missing."""
        every = (one.bound for measure in self.told for one in measure.confounders)
        return tuple(dict.fromkeys(bound for bound in every if isinstance(bound, Refused)))

    def of(self, column: str) -> MeasureBounds:
        """The bounds of one measure."""
        return next(one for one in self.measures if one.key == column)


@result(prefix="sensitivity")
def confounders(study: Study, areas: pd.DataFrame) -> Confounders:
    """The estimate under a confounder as strong as named covariates that are held equal."""
    chosen = controlled(study.cross_section, areas)
    held = [name for name in BENCHMARKS if name in chosen.step.controls]
    why = chosen.why or (None if held else NotHeldEqual(BENCHMARKS))
    told_of = () if why else chosen.terms
    found = {term: _bounds(chosen, term, held) for term in told_of}
    return Confounders(chosen.each(MeasureBounds, found, why))


def _bounds(chosen: Controlled, term: str, held: list[str]) -> MeasureBounds:
    every = tuple(
        Confounder(measure(name), times, _bound(chosen, term, name, times))
        for name in held
        for times in TIMES
    )
    known = [(one, one.left) for one in every if isinstance(one.left, PriceDifference)]
    once = [(one, left) for one, left in known if one.times == TIMES[0]]
    if not once:
        refused = next(one.left for one in every if isinstance(one.left, NotEstimable))
        return MeasureBounds(measure(term), refused, None, every)
    way = np.sign(known[0][1].log or 1)
    worst, left = min(once, key=lambda pair: pair[1].log * way)
    left = replace(left, columns=chosen.specification.columns)
    return MeasureBounds(measure(term), left, worst.benchmark, every)


def _bound(chosen: Controlled, term: str, name: str, times: float) -> Bound | Refused:
    try:
        return bounds(chosen.areas, chosen.specification, term, (name,), (times,))[0]
    except Inestimable as fault:
        return Refused(str(fault))
