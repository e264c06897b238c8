"""How price goes with each measure across small areas as more is held equal, step by step.

The question is Section 3's: among areas alike in what a step holds equal, how does the price per
square metre differ with a measure of social capital or with recorded coproduction? The same areas
stand in every step, so that a change from step to step is no change of sample.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import pandas as pd

from ...data.measures import Measure, measure
from ...models.association.common_rows import common_rows
from ...models.association.cross_section import cross_section as least_squares
from ...models.estimate import Estimate
from ...models.specification import NotEstimable as Inestimable
from ...models.specification import Specification
from ..equations import Equation, added, equations, no_place, too_few_clusters
from ..graph import result
from ..quantities import Count, NotEstimable, Points, PriceDifference
from ..reasons import NoMeasure, NoneAlone, Reason, Refused, TooFewClusters
from ..study import CrossSection as Section
from ..study import Step, Study

DATED, SALE_DATE = "log_dated_price", "sale_date"


@dataclass(frozen=True, slots=True)
class AtStep:
    """One measure at one step; without an equation where it hardly varies."""

    INLINE: ClassVar = ("difference",)
    step: Step
    difference: PriceDifference | NotEstimable
    estimate: Estimate | None = None


@dataclass(frozen=True, slots=True)
class MeasureSteps:
    """One measure's association with price, step by step.

    Parameters
    ----------
    steps : by the step's name
    held : that of the last step in which it can be had, ``held_step``
    change : from the first step to that one
    """

    INLINE: ClassVar = ("steps",)
    measure: Measure
    steps: Mapping[str, AtStep]
    held: PriceDifference | NotEstimable
    held_step: Step
    held_equal: tuple[str, ...]
    """Titles of the steps up to that one that hold something equal."""
    change: Points | NotEstimable

    @property
    def key(self) -> str:
        return self.measure.column

    @property
    def made(self) -> tuple[AtStep, ...]:
        """The steps that could be estimated."""
        return tuple(one for one in self.steps.values() if one.estimate)

    @property
    def bare(self) -> bool:
        """Whether the first step holds nothing equal."""
        first = next(iter(self.steps.values())).step
        return not first.controls and not first.effects

    @property
    def turned(self) -> bool:
        """Whether a step before the last had the other sign, with its interval clear of zero."""
        end = self.held.value or 0
        return any(
            (one.difference.value or 0) * end < 0 for one in self.made if one.difference.found
        )

    @property
    def alone(self) -> PriceDifference | NotEstimable:
        """With nothing held equal."""
        return next(iter(self.steps.values())).difference


@dataclass(frozen=True, slots=True)
class CrossSection:
    """The cross-section of small areas."""

    INLINE: ClassVar = ("measures",)
    measures: tuple[MeasureSteps, ...]
    areas: Count
    areas_left_out: Count
    minimum_sales: Count
    clusters: Count
    sales: Count
    last: Estimate | None
    """The equation with the most held equal, if any could be estimated."""
    weights: str | None
    """Column by which areas weigh."""
    no_coproduction: NotEstimable | None = None
    """Why nothing is told of recorded coproduction, where the study names no measure of it."""

    @property
    def social_capital(self) -> tuple[MeasureSteps, ...]:
        """Of the measures of social capital."""
        return tuple(one for one in self.measures if one.measure.role == "social_capital")

    @property
    def coproduction(self) -> tuple[MeasureSteps, ...]:
        """Of the measures of coproduction."""
        return tuple(one for one in self.measures if one.measure.role == "coproduction")

    @property
    def estimated(self) -> tuple[MeasureSteps, ...]:
        """The measures of social capital that have an estimate."""
        return tuple(one for one in self.social_capital if isinstance(one.held, PriceDifference))

    @property
    def found(self) -> tuple[MeasureSteps, ...]:
        """The measures of social capital with which price differs, the most held equal."""
        return tuple(one for one in self.social_capital if one.held.found)

    @property
    def turned(self) -> tuple[MeasureSteps, ...]:
        """The measures whose sign turns on the way to the most held equal."""
        return tuple(one for one in self.measures if one.turned)

    @property
    def dearer(self) -> tuple[MeasureSteps, ...]:
        """Of these, the measures with which price is higher."""
        return tuple(one for one in self.found if (one.held.value or 0) > 0)

    @property
    def held_equal(self) -> tuple[str, ...]:
        """What the estimate of every measure of social capital holds equal."""
        return min((one.held_equal for one in self.estimated), key=len, default=())

    @property
    def inside(self) -> str | None:
        """The level of area inside which every measure of social capital is compared, if any."""
        effects = [set(one.held_step.effects) for one in self.estimated]
        return max(set.intersection(*effects), default=None) if effects else None

    @property
    def dated(self) -> bool:
        """Whether prices are those of one date."""
        return bool(self.last and self.last.specification.outcome == DATED)

    @property
    def holds_date(self) -> bool:
        """Whether the mean date of sale is held equal in the end."""
        return bool(self.last and SALE_DATE in self.last.specification.controls)

    @property
    def estimates(self) -> tuple[Estimate, ...]:
        """Every equation, each once."""
        made = (one.estimate for measure in self.measures for one in measure.made if one.estimate)
        return tuple({id(one): one for one in made}.values())

    def of(self, column: str) -> MeasureSteps:
        """The steps of one measure."""
        return next(one for one in self.measures if one.key == column)


@result(prefix="valuing")
def cross_section(study: Study, areas: pd.DataFrame) -> CrossSection:
    """Each association as more is held equal, over the areas with enough sales."""
    section = study.cross_section
    sold = areas[areas["sales"] >= section.minimum_sales]
    few = too_few_clusters(section, sold)
    planned = [] if few else list(equations(section, sold))
    common, dropped = sold, dict[str, int]()
    if planned:
        common, dropped = common_rows(sold, [equation.specification for equation in planned])
    fitted = [(one.step, one.specification, _fitted(common, one, dropped)) for one in planned]
    made = [estimate for _, _, estimate in fitted if isinstance(estimate, Estimate)]
    return CrossSection(
        measures=tuple(
            _steps(column, section, sold, fitted, few)
            for column in (*section.social_capital, *section.coproduction)
        ),
        areas=Count(len(common)),
        areas_left_out=Count(len(areas) - len(common)),
        minimum_sales=Count(section.minimum_sales),
        clusters=Count(int(common[section.clusters].nunique())),
        sales=Count(int(sold["sales"].sum())),
        last=made[-1] if made else None,
        weights=section.weights or None,
        no_coproduction=None if section.coproduction else NotEstimable(NoMeasure("coproduction")),
    )


Fitted = tuple[Step, Specification, Estimate | Reason]


def _fitted(
    common: pd.DataFrame, equation: Equation, dropped: Mapping[str, int]
) -> Estimate | Reason:
    try:
        return replace(least_squares(common, equation.specification), dropped=dropped)
    except Inestimable as fault:
        return Refused(str(fault))


def _steps(
    column: str,
    section: Section,
    sold: pd.DataFrame,
    fitted: Sequence[Fitted],
    few: TooFewClusters | None,
) -> MeasureSteps:
    steps = {
        step.name: _at(column, step, few or _why_not(column, section, sold, step), fitted)
        for step in section.steps
    }
    made = [one for one in steps.values() if one.estimate]
    held = made[-1] if made else list(steps.values())[-1]
    return MeasureSteps(
        measure=measure(column),
        steps=steps,
        held=held.difference,
        held_step=held.step,
        held_equal=added(section, held.step),
        change=_change(next(iter(steps.values())).difference, held.difference),
    )


def _why_not(column: str, section: Section, sold: pd.DataFrame, step: Step) -> Reason | None:
    return no_place(section, sold, [column], step.effects).get(column)


def _at(column: str, step: Step, why_not: Reason | None, fitted: Sequence[Fitted]) -> AtStep:
    if why_not:
        return AtStep(step, NotEstimable(why_not))
    found = next(
        estimate for of, asked, estimate in fitted if of == step and column in asked.regressors
    )
    if isinstance(found, Reason):
        return AtStep(step, NotEstimable(found))
    return AtStep(step, PriceDifference.of(found, column), found)


def _change(
    alone: PriceDifference | NotEstimable, held: PriceDifference | NotEstimable
) -> Points | NotEstimable:
    if isinstance(alone, NotEstimable) or isinstance(held, NotEstimable):
        return NotEstimable(NoneAlone(), unit="points")
    return Points(held.value - alone.value, label="adjusted", specification=held.specification)
