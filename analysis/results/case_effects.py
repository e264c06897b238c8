"""Appendix 1, the evaluations: dated programmes against synthetic comparators, with placebos.

With few treated places no standard error stands. The reference is the same estimate made for
placebo places (Abadie, Diamond and Hainmueller 2010), and the places taken together are held
against means of placebos drawn for them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np
import pandas as pd

from ...data import tables
from ...data.catalogue import DataFolder
from ...data.simulated_city import Truth
from ...data.tables import PlaceRules
from ...models.programmes.placebos import LEVEL, POWER
from ...models.programmes.synthetic_control import (
    Comparator,
    augmented_synthetic_control,
    synthetic_control,
)
from ...models.programmes.synthetic_did import synthetic_did
from ...models.specification import NotEstimable as Inestimable
from ..case_records import (
    ALIKE,
    EARLIER,
    HEAVIEST,
    Checks,
    HeldEffect,
    PricePaths,
    checks_of,
    compared,
    held_parts,
)
from ..case_units import OtherUnit, other_units
from ..graph import result
from ..plausible import LARGE
from ..quantities import Count, NotEstimable, Number, PriceDifference, Share, Year
from ..reasons import NoEnd, NoPlaceCompared, NoPrePeriod, Reason, Refused
from ..study import Study
from ..synthetic_comparisons import CaseResult, Held, evaluate, mean_effect
from ..synthetic_designs import (
    DONOR_SALES,
    LEAST_BEFORE,
    NEIGHBOUR,
    CaseDesign,
    SectorMarket,
    case_designs,
    sector_market,
)
from .case_studies import CasePlace, CaseStudies, recorded_places

HEADLINE = "synthetic_did"
"""The years before are few, so weights that are penalised come first."""
FREE_LEVEL = "free_level"
ESTIMATORS: Mapping[str, Comparator] = {
    HEADLINE: synthetic_did,
    FREE_LEVEL: partial(synthetic_control, intercept=True),
    "augmented": augmented_synthetic_control,
    "level": synthetic_control,
}
DRAWS = 100_000

Results = Mapping[str, CaseResult]
"""Every estimator's answer for one place."""


@dataclass(frozen=True, slots=True)
class PeriodEffect(HeldEffect):
    """A place's effect over some years.

    Parameters
    ----------
    all_placebos : the same effect held against all placebo places
    by_sales : against all, their effects as far apart as the place's sales would make them
    lowest, highest : of all estimators
    first_year, last_year : averaged
    estimators : one row an estimator: ``estimator, effect, low, high, p, fall, rise``, effects in
        log points
    chance : (P,) the effects, in log points, at the placebo places most like the place
    """

    all_placebos: HeldEffect
    by_sales: HeldEffect

    lowest: PriceDifference
    highest: PriceDifference
    first_year: int
    last_year: int
    estimators: pd.DataFrame
    chance: np.ndarray


@dataclass(frozen=True, slots=True)
class PlaceEffect:
    """The start of a place's programme against its comparator.

    Parameters
    ----------
    planted : what a simulated city's effect comes to there
    units : the effect where other sectors stand for the place
    weights : one row a donor: ``donor``, its weight by ``free_level`` and ``synthetic_did``, its
        mean ``log_price`` before the start
    """

    INLINE: ClassVar = ("checks",)
    estimated: ClassVar = True
    of: CasePlace
    began: Year
    before: Count
    sectors: Count
    donors: Count
    placebos: Count
    matched: Count
    fewest_sales: Count
    running: PeriodEffect
    afterwards: PeriodEffect | NotEstimable
    ended: Year | None
    checks: Checks
    units: tuple[OtherUnit, ...]
    planted: PriceDifference | None
    paths: PricePaths
    weights: pd.DataFrame

    @property
    def key(self) -> str:
        return self.of.key

    @property
    def name(self) -> str:
        return self.of.name

    @property
    def apart(self) -> bool:
        """Whether it parts from its comparator more than placebo places do."""
        return self.running.p.value <= 1 - LEVEL

    @property
    def largest(self) -> float:
        """Size of the larger of its effects, in per cent."""
        made = [self.running.effect]
        if isinstance(self.afterwards, PeriodEffect):
            made.append(self.afterwards.effect)
        return max(abs(one.value) for one in made)


@dataclass(frozen=True, slots=True)
class NoEffect:
    """A recorded place whose start is not estimated."""

    estimated: ClassVar = False
    of: CasePlace
    running: NotEstimable

    @property
    def key(self) -> str:
        return self.of.key

    @property
    def name(self) -> str:
        return self.of.name

    @property
    def early(self) -> bool:
        """Whether coproduction there is as old as the prices."""
        return isinstance(self.running.reason, NoPrePeriod)


@dataclass(frozen=True, slots=True)
class Together(HeldEffect):
    """All places' mean effect; ``planted`` is what a simulated city's comes to."""

    planted: PriceDifference | None


@dataclass(frozen=True, slots=True)
class CaseEffects:
    """The effects of the dated programmes, and the rules by which they are compared."""

    INLINE: ClassVar = ("recorded",)
    recorded: tuple[PlaceEffect | NoEffect, ...]
    places: Count
    """That are compared."""
    refused: Count
    """Of those with pages of their own."""
    together: Together | NotEstimable
    planted_inside: Count | None
    plausible: Share
    neighbour: Number
    donor_sales: Count
    least_before: Count
    earlier: Count
    alike: Count
    heaviest: Count
    level: Share
    power: Share

    @property
    def estimated(self) -> tuple[PlaceEffect, ...]:
        """The places that are compared."""
        return tuple(one for one in self.recorded if isinstance(one, PlaceEffect))

    @property
    def overall(self) -> PriceDifference | NotEstimable:
        """The effect of all places together."""
        return self.together.effect if isinstance(self.together, Together) else self.together

    def of(self, key: str) -> PlaceEffect | NoEffect:
        """The place of a key."""
        return next(one for one in self.recorded if one.key == key)


@result()
def case_effects(
    study: Study,
    folder: DataFolder,
    rules: PlaceRules,
    sectors: pd.DataFrame,
    places: pd.DataFrame,
    case_studies: CaseStudies,
    truth: Truth | None,
) -> CaseEffects:
    """Effects with placebos of each place that can be compared; refusals of all others."""
    chosen = [one.place for one in case_studies.chosen]
    market = sector_market(sectors, folder, rules, study.coproduction.sector_share_inside)
    designs = case_designs(places, chosen, programme_ends(folder), market, study.period.first_year)
    evaluated = {place: _evaluated(design) for place, design in designs.items()}
    made = {place: one for place, one in evaluated.items() if not isinstance(one, Reason)}
    planted = _planted(truth, sectors, [one[HEADLINE] for one in made.values()])
    recorded = tuple(
        _recorded(of, evaluated[of.place], market, planted)
        for of in recorded_places(places, evaluated)
    )
    estimated = [one for one in recorded if isinstance(one, PlaceEffect)]
    return CaseEffects(
        recorded=recorded,
        places=Count(len(made)),
        refused=Count(sum(place in evaluated and place not in made for place in chosen)),
        together=_together([one[HEADLINE] for one in made.values()], study.seed, planted),
        planted_inside=_inside(estimated) if planted else None,
        plausible=Share(LARGE),
        neighbour=Number(NEIGHBOUR / 1000),
        donor_sales=Count(DONOR_SALES),
        least_before=Count(LEAST_BEFORE),
        earlier=Count(EARLIER),
        alike=Count(ALIKE),
        heaviest=Count(HEAVIEST),
        level=Share(100 * LEVEL),
        power=Share(100 * POWER),
    )


def programme_ends(folder: DataFolder) -> dict[str, int]:
    """The last year in which each place's programmes are recorded to have ended."""
    ends = tables.programmes(folder).groupby("place")["end_year"].max().dropna()
    return {str(place): int(year) for place, year in ends.items()}


def _evaluated(design: CaseDesign | Reason) -> Results | Reason:
    if isinstance(design, Reason):
        return design
    try:
        return {name: evaluate(design, how) for name, how in ESTIMATORS.items()}
    except Inestimable as fault:
        return Refused(str(fault))


def _recorded(
    of: CasePlace, found: Results | Reason, market: SectorMarket, planted: Mapping[str, float]
) -> PlaceEffect | NoEffect:
    if isinstance(found, Reason):
        return NoEffect(of, NotEstimable(found, label="synthetic_control"))
    return _place(of, found, market, planted.get(of.place))


def _place(
    place: CasePlace, results: Results, market: SectorMarket, planted: float | None
) -> PlaceEffect:
    head = results[HEADLINE]
    design = head.design
    periods = {name: _period(results, span) for name, span in design.windows().items()}
    afterwards = periods.get("afterwards")
    return PlaceEffect(
        of=place,
        began=Year(design.began),
        before=Count(design.before),
        sectors=Count(len(design.true.sectors)),
        donors=Count(len(design.pool)),
        placebos=Count(len(design.placebos)),
        matched=Count(len(design.matched)),
        fewest_sales=Count(design.sales, columns=("log_price",)),
        running=periods["running"],
        afterwards=afterwards or NotEstimable(NoEnd(), label="synthetic_control"),
        ended=Year(design.ended) if afterwards and design.ended else None,
        checks=checks_of(design, ESTIMATORS[HEADLINE]),
        units=tuple(other_units(design, market, ESTIMATORS[HEADLINE])),
        planted=None if planted is None else PriceDifference(planted, label="simulated"),
        paths=PricePaths.of(head),
        weights=pd.DataFrame(
            {
                "donor": design.pool,
                FREE_LEVEL: results[FREE_LEVEL].found.weights,
                HEADLINE: head.found.weights,
                "log_price": design.outcomes[: design.before].mean(axis=0),
            }
        ),
    )


def _period(results: Results, span: slice) -> PeriodEffect:
    every = {name: one.held(span) for name, one in results.items()}
    effects = [held.effect for held in every.values()]
    head = results[HEADLINE]
    years = head.design.years[span]
    return PeriodEffect(
        *held_parts(every[HEADLINE]),
        all_placebos=HeldEffect(*held_parts(head.held_by_all(span))),
        by_sales=HeldEffect(*held_parts(head.held_by_sales(span))),
        lowest=compared(min(effects)),
        highest=compared(max(effects)),
        first_year=int(years[0]),
        last_year=int(years[-1]),
        estimators=pd.DataFrame(
            {
                "estimator": name,
                "effect": held.effect,
                "low": held.interval[0],
                "high": held.interval[1],
                "p": held.p,
                "fall": held.fall,
                "rise": held.rise,
            }
            for name, held in every.items()
        ),
        chance=head.matched(span),
    )


def _together(
    heads: Sequence[CaseResult], seed: int, planted: Mapping[str, float]
) -> Together | NotEstimable:
    """The mean effect of all places while their programmes ran, against means of placebos."""
    if not heads:
        return NotEstimable(NoPlaceCompared(), label="synthetic_control")
    draws = np.random.default_rng(seed).random((DRAWS, len(heads)))
    parts = held_parts(Held.against(*mean_effect(heads, "running", draws)))
    mean = float(np.mean(list(planted.values()))) if planted else None
    return Together(*parts, None if mean is None else PriceDifference(mean, label="simulated"))


def _planted(
    truth: Truth | None, sectors: pd.DataFrame, heads: Sequence[CaseResult]
) -> dict[str, float]:
    """What a planted effect comes to in each place, whose sectors lie in it in part only."""
    if truth is None:
        return {}
    rows = sectors.assign(weighted=sectors["exposure"] * sectors["sales"])
    planted = {}
    for head in heads:
        design = head.design
        own = rows[rows["sector"].isin(design.true.sectors)].groupby("year")
        exposure = (own["weighted"].sum() / own["sales"].sum()).to_numpy()
        change = exposure[design.windows()["running"]].mean() - exposure[: design.before].mean()
        planted[design.place] = truth.coproduction_total * float(change)
    return planted


def _inside(estimated: Sequence[PlaceEffect]) -> Count:
    """In how many places the planted effect lies inside the interval."""
    inside = 0
    for one in estimated:
        effect = one.running.effect
        ends = (effect.log_low, effect.log_high)
        if one.planted and ends[0] is not None and ends[1] is not None:
            inside += ends[0] <= one.planted.log <= ends[1]
    return Count(inside, label="simulated")
