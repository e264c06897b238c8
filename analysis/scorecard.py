"""The checks of one association: its equation again with one thing changed, or judged by another.

What a check needs beside the equation, such as the other measures of its family, is `Beside`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from ..models.association.cross_section import cross_section as least_squares
from ..models.association.efficient_weights import WEIGHT, efficient_weights
from ..models.inference.detectable import minimum_detectable
from ..models.robustness.partial_leverage import without_leverage
from ..models.spatial.noise_placebo import noise_placebo
from ..models.spatial.residual_reach import Likeness, residual_reach
from ..models.spatial.scpc import Scpc, scpc
from ..models.specification import NotEstimable as Inestimable
from ..models.specification import Specification, SpecificationError
from .decision import CheckName, Decision
from .quantities import Coefficient, NotEstimable, PriceDifference, PValue, Quantity, Share
from .reasons import (
    MissingSource,
    NoCurve,
    NoFamily,
    NoFiniteSolution,
    NotAboutPrices,
    NotWithinWards,
    Refused,
)
from .verdicts import Check, Result

SALES, NOMINAL, MEDIAN = "sales", "log_price_per_sqm", "log_median_price"
POWER = 0.8
NOISES = 499
Difference = PriceDifference | Coefficient | NotEstimable


@dataclass(frozen=True, slots=True)
class Beside:
    """Other results of the same question.

    Parameters
    ----------
    p_family : among all measures of the family; None where the question is none of one
    curve : the estimates of all declared specifications; empty where there are none
    between : the difference between whole wards, where the headline is one within them
    """

    p_family: Result | None = None
    curve: pd.DataFrame | None = None
    between: Difference | None = None


@dataclass(frozen=True, slots=True)
class Town:
    """What all questions of a study stand on.

    Parameters
    ----------
    rows : the areas, with ``easting, northing`` of each one's centre
    seed : of draws
    reaches, errors : how alike neighbours' errors are, and errors of SCPC, of equations that have
        been looked at; measures of one equation share them
    """

    decision: Decision
    rows: pd.DataFrame
    seed: int
    reaches: dict[str, Likeness] = field(default_factory=dict)
    errors: dict[str, Scpc] = field(default_factory=dict)

    def likeness(self, asked: Specification) -> Likeness:
        """How alike the errors of neighbours are."""
        if asked.name not in self.reaches:
            self.reaches[asked.name] = residual_reach(self.rows, asked)
        return self.reaches[asked.name]

    def of_any_reach(self, asked: Specification) -> Scpc:
        """The equation with errors alike over any distance."""
        if asked.name not in self.errors:
            self.errors[asked.name] = scpc(self.rows, asked)
        return self.errors[asked.name]


@dataclass(frozen=True, slots=True)
class Ground:
    """One question.

    Parameters
    ----------
    name : its own
    asked : the headline's equation
    term : whose coefficient the headline is
    """

    name: str
    town: Town
    asked: Specification
    term: str
    headline: PriceDifference | Coefficient

    def agrees(self, one: Result) -> bool:
        """Whether a difference is clear of zero on the headline's side."""
        return isinstance(one, Quantity) and one.found and self._side(one)

    def opposes(self, one: Result) -> bool:
        """Whether it is clear of zero on the other side."""
        return isinstance(one, Quantity) and one.found and not self._side(one)

    def _side(self, one: Quantity) -> bool:
        return (one.value or 0) * (self.headline.value or 0) > 0

    def again(self, check: str, rows: pd.DataFrame | None = None, **changed: Any) -> Difference:
        """The headline's equation with one thing changed."""
        asked = replace(self.asked, name=f"scorecards.{self.name}.{check}", **changed)
        try:
            estimate = least_squares(self.town.rows if rows is None else rows, asked)
        except (Inestimable, SpecificationError) as fault:
            return NotEstimable(Refused(str(fault)))
        return type(self.headline).of(estimate, self.term)


def scorecard(
    ground: Ground, beside: Beside, without: tuple[CheckName, ...] = ()
) -> tuple[Check, ...]:
    """The declared checks of a question, in the declared order, but for those it is no part of."""
    asked = (key for key in ground.town.decision.scorecard if key not in without)
    return tuple(CHECKS[key](ground, beside) for key in asked)


def detectable(headline: Quantity | NotEstimable, decision: Decision) -> Difference:
    """The least difference that would show four times in five."""
    if isinstance(headline, NotEstimable):
        return headline
    if not isinstance(headline, PriceDifference | Coefficient):
        raise TypeError(f"a {type(headline).__name__} has no error")
    if headline.std_error is None or headline.df is None:
        return NotEstimable(NoFiniteSolution(), headline.unit)
    least = minimum_detectable(headline.std_error, headline.df, 1 - decision.level, POWER)
    return type(headline)(least, label="adjusted")


def _interval(ground: Ground, beside: Beside) -> Check:
    return Check.of("interval", ground.headline, passed=ground.headline.found)


def _family(ground: Ground, beside: Beside) -> Check:
    p = beside.p_family
    if not isinstance(p, PValue):
        return Check("family", p or NotEstimable(NoFamily(), "p"), None)
    return Check("family", p, (p.p if p.upper is None else p.upper) <= ground.town.decision.level)


def _spatial_errors(ground: Ground, beside: Beside) -> Check:
    try:
        term = ground.town.of_any_reach(ground.asked)[ground.term]
    except (Inestimable, SpecificationError) as fault:
        return Check("spatial_errors", NotEstimable(Refused(str(fault))), None)
    kind = type(ground.headline)
    found = kind(term.estimate, term.ci_low, term.ci_high, label=ground.headline.label)
    return Check.of("spatial_errors", found, passed=found.found)


def _spatial_noise(ground: Ground, beside: Beside) -> Check:
    """How often noise as alike among neighbours as the residuals does as much."""
    try:
        found = noise_placebo(
            ground.town.rows,
            ground.asked,
            ground.term,
            np.random.default_rng(ground.town.seed),
            draws=NOISES,
            likeness=ground.town.likeness(ground.asked),
        )
    except (Inestimable, SpecificationError) as fault:
        return Check("spatial_noise", NotEstimable(Refused(str(fault)), "p"), None)
    p = PValue(found.placebo_p, found.draws, label="adjusted")
    return Check("spatial_noise", p, found.placebo_p <= ground.town.decision.level)


def _equal_weights(ground: Ground, beside: Beside) -> Check:
    found = ground.again("equal_weights", weights=None)
    return Check.of("equal_weights", found, passed=ground.agrees(found))


def _efficient_weights(ground: Ground, beside: Beside) -> Check:
    """Each area weighs by what its sales leave of chance in its price."""
    try:
        weights = efficient_weights(ground.town.rows, ground.asked, SALES)
    except (Inestimable, SpecificationError) as fault:
        return Check("efficient_weights", NotEstimable(Refused(str(fault))), None)
    rows = weights.join(ground.town.rows)
    found = ground.again("efficient_weights", rows, weights=WEIGHT)
    return Check.of("efficient_weights", found, passed=ground.agrees(found))


def _leverage(ground: Ground, beside: Beside) -> Check:
    """Without the areas that have most say on the coefficient."""
    try:
        found = without_leverage(
            ground.town.rows,
            ground.asked,
            ground.term,
            ground.town.decision.leverage_left_out / 100,
        )
    except (Inestimable, SpecificationError) as fault:
        return Check("leverage", NotEstimable(Refused(str(fault))), None)
    left = type(ground.headline).of(found, ground.term)
    return Check.of("leverage", left, passed=ground.agrees(left))


def _prices_of_the_day(ground: Ground, beside: Beside) -> Check:
    return _of_outcome("prices_of_the_day", NOMINAL, "lsoa_price_per_sqm", ground)


def _second_outcome(ground: Ground, beside: Beside) -> Check:
    return _of_outcome("second_outcome", MEDIAN, "lsoa_median_price", ground, weights=None)


def _of_outcome(
    check: CheckName, outcome: str, source: str, ground: Ground, **changed: Any
) -> Check:
    if not isinstance(ground.headline, PriceDifference):
        return Check(check, NotEstimable(NotAboutPrices()), None)
    if ground.town.rows[outcome].isna().all():
        return Check(check, NotEstimable(MissingSource(source)), None)
    found = ground.again(check, outcome=outcome, **changed)
    return Check.of(check, found, passed=ground.agrees(found))


def _between_wards(ground: Ground, beside: Beside) -> Check:
    other = beside.between
    if other is None:
        return Check("between_wards", NotEstimable(NotWithinWards()), None)
    return Check.of("between_wards", other, passed=not ground.opposes(other))


def _curve(ground: Ground, beside: Beside) -> Check:
    if beside.curve is None or beside.curve.empty:
        return Check("curve", NotEstimable(NoCurve()), None)
    same = beside.curve["estimate"] * (ground.headline.value or 0) > 0
    share = 100 * float(same.mean())
    found = Share(share, label="adjusted", columns=ground.asked.columns)
    return Check.of("curve", found, passed=share >= ground.town.decision.curve_share)


CHECKS: Mapping[CheckName, Callable[[Ground, Beside], Check]] = {
    "interval": _interval,
    "family": _family,
    "spatial_noise": _spatial_noise,
    "spatial_errors": _spatial_errors,
    "equal_weights": _equal_weights,
    "efficient_weights": _efficient_weights,
    "leverage": _leverage,
    "prices_of_the_day": _prices_of_the_day,
    "second_outcome": _second_outcome,
    "between_wards": _between_wards,
    "curve": _curve,
}
