"""Is an association the same in every ward, and the same inside wards as between them?

Each measure is split into its ward's mean and the distance from it; levels of prices and the slope
inside are each ward's own (`models.association.multilevel`). The index is taken alone, each of its
parts beside the others.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from ...data.measures import Measure, measure
from ...models.association.group_means import BETWEEN, WITHIN, equal_parts, split_by_group
from ...models.association.multilevel import Multilevel, SingularFit, multilevel, slope_spread
from ...models.estimate import Estimate
from ...models.sample import take_sample
from ...models.specification import NotEstimable as Inestimable
from ...models.specification import Specification
from ..equations import added, still, together
from ..graph import result
from ..quantities import Count, NotEstimable, Number, PriceDifference, PValue, Share
from ..reasons import NoSlopes, Refused
from ..study import CrossSection as Section
from ..study import Step, Study
from ..study_columns import TOGETHER

INDEX = TOGETHER
LIMIT = 0.05
"""A p from which on slopes are said not to be the same."""
Difference = PriceDifference | NotEstimable


@dataclass(frozen=True, slots=True)
class Ward:
    """A ward's own slope, as predicted."""

    name: str
    slope: PriceDifference


@dataclass(frozen=True, slots=True)
class Slopes:
    """One measure's slopes.

    Parameters
    ----------
    within, between : inside a ward; between wards
    equal_p : that the two are one number
    spread, spread_most, spread_p : standard deviation of the wards' slopes, the upper end of its
        interval, and p of none
    lowest, highest : ends of the range that holds the slopes of 95% of wards
    share : of the variance that is left, that between wards
    marginal_r2, conditional_r2 : explained by the terms; and by the wards as well
    """

    within: PriceDifference
    between: PriceDifference
    equal_p: PValue
    spread: PriceDifference
    spread_most: PriceDifference
    spread_p: PValue
    lowest: Difference
    highest: Difference
    share: Share
    marginal_r2: Number
    conditional_r2: Number

    @property
    def parts_differ(self) -> bool:
        """Whether the slope between wards is another than inside them, by more than chance."""
        return self.equal_p.p <= LIMIT

    @property
    def differ(self) -> bool:
        """Whether wards differ by more than chance."""
        return self.spread_p.p <= LIMIT

    @property
    def turn(self) -> bool:
        """Whether some wards' slopes point the other way."""
        ends = (self.lowest, self.highest)
        signs = {one.log > 0 for one in ends if isinstance(one, PriceDifference)}
        return len(signs) > 1


@dataclass(frozen=True, slots=True)
class InWards:
    """A measure with its slopes, or why there are none."""

    INLINE: ClassVar = ("found",)
    measure: Measure
    found: Slopes | NotEstimable

    @property
    def key(self) -> str:
        return self.measure.column


@dataclass(frozen=True, slots=True)
class WardSlopes:
    """The index and its parts in wards.

    Parameters
    ----------
    level : column of the wards
    held_equal : titles of the steps that are held equal, split in the same way
    every : the index, then its parts, each beside the others
    lowest_ward, highest_ward : where the index's slope is predicted lowest and highest
    estimate : the equation of the index
    """

    INLINE: ClassVar = ("every",)
    level: str
    held_equal: tuple[str, ...]
    every: tuple[InWards, ...]
    lowest_ward: Ward | NotEstimable
    highest_ward: Ward | NotEstimable
    areas: Count | NotEstimable
    wards: Count | NotEstimable
    measures: Count
    measures_varying: Count
    estimate: Estimate | None

    @property
    def turning(self) -> tuple[InWards, ...]:
        """Measures, the index aside, with slopes that differ and point both ways."""
        told = ((one, one.found) for one in self.every if one.key != INDEX)
        return tuple(
            one for one, found in told if isinstance(found, Slopes) and found.differ and found.turn
        )

    @property
    def index(self) -> InWards:
        """All together."""
        return self.every[0]


@result(prefix="within_between")
def ward_slopes(study: Study, areas: pd.DataFrame) -> WardSlopes:
    """Levels and slopes by ward for the index alone and for each measure beside the others."""
    section = study.cross_section
    sold = areas[areas["sales"] >= section.minimum_sales]
    step = next((one for one in reversed(section.steps) if not one.effects), None)
    fits = {key: _fit(sold, section, step, key) for key in (INDEX, *section.social_capital)}
    every = tuple(InWards(_measure(section, key), _slopes(fit)) for key, fit in fits.items())
    made = [fit for fit in fits.values() if isinstance(fit, Fit)]
    own = fits[INDEX]
    lowest, highest = _extremes(own, sold.set_index(section.wards)[f"{section.wards}_name"])
    nothing = NotEstimable(own, unit="count") if isinstance(own, Refused) else None
    return WardSlopes(
        level=section.wards,
        held_equal=added(section, step) if step else (),
        every=every,
        lowest_ward=lowest,
        highest_ward=highest,
        areas=nothing or Count(made[-1].areas),
        wards=nothing or Count(made[-1].wards),
        measures=Count(len(section.social_capital)),
        measures_varying=Count(
            sum(isinstance(one.found, Slopes) and one.found.differ for one in every[1:]),
            label="adjusted",
        ),
        estimate=own.model.estimate if isinstance(own, Fit) else None,
    )


def _measure(section: Section, key: str) -> Measure:
    return together(section) if key == INDEX else measure(key)


@dataclass(frozen=True, slots=True)
class Fit:
    """One measure's model with its quantities and sample."""

    model: Multilevel
    slopes: Slopes
    areas: int
    wards: int


def _fit(sold: pd.DataFrame, section: Section, step: Step | None, key: str) -> Fit | Refused:
    try:
        return _fitted(sold, _specification(sold, section, step, key), key)
    except Inestimable as fault:
        return Refused(str(fault))


def _specification(
    sold: pd.DataFrame, section: Section, step: Step | None, key: str
) -> Specification:
    hardly = still(sold, section.coproduction, ())
    recorded = tuple(name for name in section.coproduction if name not in hardly)
    return Specification(
        name=f"within_between.wards.{key}",
        title=f"Slopes by ward: {_measure(section, key).in_sentence}",
        outcome=section.outcome,
        regressors=(*((INDEX,) if key == INDEX else section.social_capital), *recorded),
        controls=tuple(step.controls) if step else (),
        effects=(section.wards,),
        variance="classical",
    )


def _fitted(sold: pd.DataFrame, asked: Specification, key: str) -> Fit:
    (level,) = asked.effects
    sample = take_sample(sold, asked, absorbed=())
    split = split_by_group(sample.rows, asked, level, (level,))
    term = key + WITHIN
    spread = slope_spread(split.rows, split.specification, term)
    singular = None
    try:
        model = multilevel(split.rows, split.specification, term)
    except SingularFit as fault:
        singular = NotEstimable(Refused(str(fault).replace(term, key)))
        model = multilevel(split.rows, split.specification)
    lowest, highest = model.middle
    slopes = Slopes(
        within=PriceDifference.of(model.estimate, term),
        between=PriceDifference.of(model.estimate, key + BETWEEN),
        equal_p=PValue(equal_parts(model.estimate, (key,)).p_value, label="adjusted"),
        spread=PriceDifference(spread.sd, spread.low, spread.high, label="adjusted"),
        spread_most=PriceDifference(spread.high, label="adjusted"),
        spread_p=PValue(spread.p_value, label="adjusted"),
        lowest=singular or PriceDifference(lowest, label="adjusted"),
        highest=singular or PriceDifference(highest, label="adjusted"),
        share=Share(100 * model.share, label="adjusted"),
        marginal_r2=Number(model.marginal_r2, label="adjusted"),
        conditional_r2=Number(model.conditional_r2, label="adjusted"),
    )
    return Fit(model, slopes, len(sample.rows), int(sample.rows[level].nunique()))


def _slopes(fit: Fit | Refused) -> Slopes | NotEstimable:
    return fit.slopes if isinstance(fit, Fit) else NotEstimable(fit)


def _extremes(
    fit: Fit | Refused, names: pd.Series
) -> tuple[Ward | NotEstimable, Ward | NotEstimable]:
    """The wards with the lowest and the highest predicted slope, where slopes differ."""
    if isinstance(fit, Refused):
        return NotEstimable(fit), NotEstimable(fit)
    slopes = fit.model.groups.dropna(subset=["slope"]).sort_values("slope")
    if slopes.empty:
        return NotEstimable(NoSlopes()), NotEstimable(NoSlopes())
    known = names[~names.index.duplicated()]
    lowest, highest = (
        Ward(str(known[row["group"]]), PriceDifference(float(row["slope"]), label="adjusted"))
        for row in (slopes.iloc[0], slopes.iloc[-1])
    )
    return lowest, highest
