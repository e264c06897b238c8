"""Is the loop between price and social capital identified? Both of its equations, or why not.

Price equation: P = b S + X'g + z_P'p + u; social-capital equation: S = a P + X'd + z_S'q + v. The
instruments of one equation are held equal in the other: they are said to move its left side.

A step's effect is b in log price for one standard deviation of social capital, or a in standard
deviations for prices a tenth higher. Both carry the Anderson-Rubin interval, or are refused.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import pandas as pd

from ...data.circularity import inputs_of
from ...data.measures import Measure, measure
from ...models.association.cross_section import cross_section as least_squares
from ...models.estimate import Estimate
from ...models.loop.anderson_rubin import ConfidenceSet, anderson_rubin
from ...models.loop.identification import Instruments, identification_faults
from ...models.loop.instruments import limited_information, moments, reduced_forms, two_stage
from ...models.loop.simultaneous import StructuralEquation, SystemEstimate, three_stage
from ...models.loop.weak_instruments import BIAS, T_HOLDS_FROM, Strength, instrument_strength
from ...models.specification import NotEstimable as Inestimable
from ...models.specification import Specification
from ..findings import Unit
from ..graph import result
from ..quantities import (
    Coefficient,
    Count,
    NotEstimable,
    Number,
    PriceDifference,
    PValue,
    percent_effect,
)
from ..reasons import (
    BuiltAlike,
    NeedsBothSteps,
    NoInstrument,
    NothingToSpare,
    Reason,
    Refused,
    ResultOfModel,
    Several,
    Unbounded,
)
from ..study import LoopEquation, Study

CAPITAL = "social_capital"
STEPS = ("price", CAPITAL)
"""Each step by the left side of its equation."""
UNITS: Mapping[str, Unit] = {"price": "percent", CAPITAL: "number"}
A_TENTH = float(np.log(1.1))
"""Log points by which a price a tenth higher is higher."""


@dataclass(frozen=True, slots=True)
class DeclaredInstrument:
    """An instrument of an equation, and what goes with it, all exogenous columns held equal.

    Parameters
    ----------
    reason : why it should move one side alone, as the study says
    first, reduced : its t statistic for what it must move, and for the outcome
    """

    measure: Measure
    reason: str
    first: float
    reduced: float


@dataclass(frozen=True, slots=True)
class Identified:
    """What was estimated of an equation that passed the order and rank conditions.

    Parameters
    ----------
    by_estimator : the estimates; "moments" where an instrument is to spare
    region : the Anderson-Rubin set of the coefficient
    forms : reduced forms, the outcome's first
    """

    equation: StructuralEquation
    by_estimator: Mapping[str, Estimate]
    strength: Strength
    region: ConfidenceSet
    forms: tuple[Estimate, ...]
    instruments: tuple[DeclaredInstrument, ...]

    @property
    def agree_p(self) -> float:
        """That the instruments agree; NaN where none is to spare."""
        fit = self.by_estimator.get("moments")
        return fit.diagnostics["j_p"] if fit else math.nan


@dataclass(frozen=True, slots=True)
class LoopStep:
    """One step of the loop, from ``cause`` to the left side of its equation.

    Parameters
    ----------
    region : the Anderson-Rubin set, in per cent of price, or for prices a tenth higher
    found : what was estimated, whether or not its instruments bound the effect
    """

    INLINE: ClassVar = ("effect",)
    key: str
    cause: Measure
    effect: PriceDifference | Coefficient | NotEstimable
    effective_f: Number | None
    critical_f: Number | None
    region: ConfidenceSet | None
    found: Identified | None

    @property
    def unit(self) -> str:
        """The unit of the effect."""
        return UNITS[self.key]


@dataclass(frozen=True, slots=True)
class EquityLoop:
    """Both steps; ``system`` holds three-stage estimates of both equations, in their order."""

    INLINE: ClassVar = ("steps",)
    steps: tuple[LoopStep, ...]
    equations: Count
    estimated: Count
    identified: Count
    hausman_p: PValue | NotEstimable
    system: SystemEstimate | None
    holds_from: float = T_HOLDS_FROM
    """First-stage F from which the usual interval of one instrument has its level."""
    bias: float = 100 * BIAS
    """Per cent of the worst case below which the effective F wanted keeps the bias."""

    @property
    def both(self) -> bool:
        """Whether every step is identified."""
        return self.identified.value == self.equations.value

    @property
    def made(self) -> tuple[tuple[LoopStep, Identified], ...]:
        """The steps with estimates."""
        return tuple((one, one.found) for one in self.steps if one.found)

    def of(self, key: str) -> LoopStep:
        """A step by the left side of its equation."""
        return next(one for one in self.steps if one.key == key)


@result()
def equity_loop(study: Study, areas: pd.DataFrame) -> EquityLoop:
    """Each equation by its declared instruments; then both together."""
    sold = areas[areas["sales"] >= study.cross_section.minimum_sales]
    steps = tuple(_step(study, sold, key) for key in STEPS)
    found = [one.found for one in steps if one.found]
    system = _system(sold, found)
    told = [one for one in steps if not isinstance(one.effect, NotEstimable)]
    return EquityLoop(
        steps=steps,
        equations=Count(len(steps)),
        estimated=Count(len(found)),
        identified=Count(len(told)),
        hausman_p=_hausman(system),
        system=system if isinstance(system, SystemEstimate) else None,
    )


def structural_equation(study: Study, key: str) -> StructuralEquation:
    """An equation of the loop as the study declares it.

    Raises
    ------
    SpecificationError
        A column that is outcome or regressor is also declared as a control.
    """
    section = study.cross_section
    own, other = study.loop.price, study.loop.social_capital
    outcome, moved, title = section.outcome, CAPITAL, "The loop: social capital to price"
    if key == CAPITAL:
        own, other, outcome, moved = other, own, moved, outcome
        title = "The loop: price to social capital"
    shifting = [one.column for one in other.instruments if one.column not in (outcome, moved)]
    spec = Specification(
        name=f"equity_loop.{key}",
        title=title,
        outcome=outcome,
        regressors=(moved,),
        controls=tuple(dict.fromkeys([*own.controls, *shifting])),
        weights=section.weights or None,
        clusters=section.wards,
    )
    return StructuralEquation(
        spec, Instruments((moved,), tuple(one.column for one in own.instruments))
    )


def told(key: str, coefficient: float) -> float:
    """A coefficient in per cent of price, or for prices a tenth higher; endless ends stay so."""
    if not math.isfinite(coefficient):
        return coefficient
    return percent_effect(coefficient) if key == "price" else coefficient * A_TENTH


def _told_region(key: str, region: ConfidenceSet) -> ConfidenceSet:
    pieces = tuple((told(key, low), told(key, high)) for low, high in region.pieces)
    return replace(region, pieces=pieces)


def _step(study: Study, sold: pd.DataFrame, key: str) -> LoopStep:
    declared: LoopEquation = getattr(study.loop, key)
    found = _found(study, sold, key, declared) if declared.instruments else NoInstrument(key)
    cause = measure(study.cross_section.outcome if key == CAPITAL else CAPITAL)
    if isinstance(found, Reason):
        refused = NotEstimable(found, UNITS[key], "iv")
        return LoopStep(key, cause, refused, None, None, None, None)
    columns = found.equation.specification.columns
    effective, critical = (
        Number(value, label="iv", columns=columns)
        for value in (found.strength.effective, found.strength.critical)
    )
    return LoopStep(
        key, cause, _effect(key, found), effective, critical, _told_region(key, found.region), found
    )


def _found(
    study: Study, sold: pd.DataFrame, key: str, declared: LoopEquation
) -> Identified | Reason:
    try:
        equation = structural_equation(study, key)
        spec, named = equation.specification, equation.instruments
        faults = [*map(Refused, identification_faults(spec, named)), *_circular(spec, named)]
        if faults:
            return Several(tuple(faults))
        estimates = _estimates(sold, spec, named)
        forms = reduced_forms(sold, spec, named)
        return Identified(
            equation=equation,
            by_estimator=estimates,
            strength=instrument_strength(sold, spec, named),
            region=anderson_rubin(sold, spec, named),
            forms=tuple(forms.values()),
            instruments=tuple(
                DeclaredInstrument(
                    measure(one.column),
                    one.reason,
                    forms[named.endogenous[0]][one.column].statistic,
                    forms[spec.outcome][one.column].statistic,
                )
                for one in declared.instruments
            ),
        )
    except Inestimable as fault:
        return Several(tuple(map(Refused, str(fault).split("; "))))


def _estimates(
    sold: pd.DataFrame, spec: Specification, named: Instruments
) -> Mapping[str, Estimate]:
    def own(name: str) -> Specification:
        return replace(spec, name=f"{spec.name}.{name}")

    found = {
        "least_squares": least_squares(sold, own("least_squares")),
        "two_stage": two_stage(sold, own("two_stage"), named),
        "limited": limited_information(sold, own("limited"), named),
    }
    if len(named.excluded) > 1:
        found["moments"] = moments(sold, own("moments"), named)
    return found


def _circular(spec: Specification, named: Instruments) -> Iterator[Reason]:
    """Instruments that are results of the model, or go with either side by construction."""
    for column in named.excluded:
        if cause := measure(column).downstream_of:
            yield ResultOfModel(column, cause)
        for side in (spec.outcome, *named.endogenous):
            if column != side and inputs_of(column) & inputs_of(side):
                yield BuiltAlike(column, side)


def _effect(key: str, found: Identified) -> PriceDifference | Coefficient | NotEstimable:
    """The estimate if the instruments bound it, else why not."""
    if not found.region.bounded:
        left = Unbounded(_told_region(key, found.region), UNITS[key])
        return NotEstimable(left, UNITS[key], "iv")
    estimate = found.by_estimator["limited"]
    spec, value = estimate.specification.name, float(estimate.coefficients[0])
    ends = found.region.pieces[0]
    if key == "price":
        return PriceDifference(value, *ends, label="iv", specification=spec)
    number, low, high = (told(key, end) for end in (value, *ends))
    return Coefficient(number, low, high, label="iv", specification=spec)


def _system(sold: pd.DataFrame, found: Sequence[Identified]) -> SystemEstimate | Reason:
    """Both equations at once, where both can be estimated and hold the same things equal."""
    if len(found) < len(STEPS):
        return NeedsBothSteps()
    try:
        return three_stage(sold, [one.equation for one in found], corrected=True)
    except Inestimable as fault:
        return Refused(str(fault))


def _hausman(system: SystemEstimate | Reason) -> PValue | NotEstimable:
    if isinstance(system, SystemEstimate):
        if system.hausman:
            return PValue(system.hausman.p_value, label="iv")
        system = NothingToSpare()
    return NotEstimable(system, "p", "iv")
