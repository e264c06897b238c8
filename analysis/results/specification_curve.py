"""The specification curve of each measure over a declared universe, tested jointly.

Which blocks to hold equal, which area effects, which weights, which areas: the choices are declared
before anything is estimated, and all their combinations are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import chain, combinations
from math import sqrt
from typing import ClassVar, Literal

import numpy as np
import pandas as pd

from ...data.measures import Measure, measure
from ...models.robustness.specification_curve import JointTest, Universe, joint_test
from ...models.specification import NotEstimable as Inestimable
from ...models.specification import Specification
from ..controlled import Block, Controlled, controlled, difference, told
from ..equations import still
from ..graph import result
from ..quantities import Count, NotEstimable, PriceDifference, PValue, Share
from ..reasons import Refused
from ..study import CrossSection, Study

PERMUTATIONS, WITH_INTERVALS = 2999, 199
"""Of which so many have intervals: they take most of the time."""
MULTIPLES = (0.5, 1.0, 2.0)
"""Of the study's own minimum number of sales."""
STILL = 0.1
"""Of a measure's standard deviation: with less left inside areas, their effects are no choice."""
NONE = ""
"""Names the choice of no effects, and that of no weights."""
SURE = 0.05
TWO_SIDED = 1.96


@dataclass(frozen=True, slots=True)
class Still:
    """Areas inside which a measure hardly differs, and the share of its deviation left there."""

    level: str
    share: float

    @property
    def share_in_percent(self) -> float:
        return 100 * self.share


@dataclass(frozen=True, slots=True)
class MeasureCurve:
    """One measure's curve and its joint test.

    Parameters
    ----------
    curve_median, curve_usual : the median estimate, and that of curves of measures without meaning
    curve_sign, curve_apart : shares of the estimates with the median's sign, and with an interval
        on that side of zero
    curve_p, p_apart : of the median, and of the share of intervals
    still : effects that were no choice for it
    blocks : what may be held equal
    curve : as `models.robustness.specification_curve` leaves it; ``controls`` are places in
        ``blocks``, ``effects`` and ``weights`` are columns or `NONE`
    """

    measure: Measure
    curve_median: PriceDifference | NotEstimable
    curve_usual: PriceDifference | NotEstimable
    curve_estimated: Count | NotEstimable
    curve_sign: Share | NotEstimable
    curve_apart: Share | NotEstimable
    curve_p: PValue | NotEstimable
    p_apart: float = 1.0
    still: tuple[Still, ...] = ()
    blocks: tuple[Block, ...] = ()
    curve: pd.DataFrame | None = None

    @property
    def key(self) -> str:
        return self.measure.column

    @property
    def estimates(self) -> pd.DataFrame:
        """The curve's estimates, smallest first."""
        return pd.DataFrame() if self.curve is None else self.curve.dropna(subset=["estimate"])

    def holds(self, block: Block) -> pd.Series:
        """Of each estimate: whether it holds a block equal."""
        place = str(self.blocks.index(block))
        return self.estimates["controls"].str.split().map(lambda chosen: place in chosen)

    @property
    def luck(self) -> Literal["rare", "often", "undecided"]:
        """How often a measure without meaning has such a median, chance in the draws allowed."""
        p = self.curve_p
        if not isinstance(p, PValue) or p.lower is None or p.upper is None:
            return "undecided"
        return "rare" if p.upper < SURE else "often" if p.lower > SURE else "undecided"


@dataclass(frozen=True, slots=True)
class SpecificationCurve:
    """The curve of every measure."""

    INLINE: ClassVar = ("measures",)
    measures: tuple[MeasureCurve, ...]
    permutations: Count
    interval_permutations: int
    effects: tuple[str, ...]
    """Columns of the area effects among the choices."""
    minimums: tuple[float, ...]
    weights: str | None
    """Column by which areas weigh or not; None where each weighs the same in all."""
    wards_level: str
    sure: float = SURE

    def of(self, column: str) -> MeasureCurve:
        """The curve of one measure."""
        return next(one for one in self.measures if one.key == column)

    @property
    def told(self) -> tuple[MeasureCurve, ...]:
        """The measures that have a curve."""
        return tuple(one for one in self.measures if told(one.curve_p))

    @property
    def with_still(self) -> tuple[MeasureCurve, ...]:
        """Those for which some effects were no choice."""
        return tuple(one for one in self.told if one.still)

    @property
    def chance(self) -> float:
        """By how much chance in the permutations may move a p of `SURE`."""
        return _chance(int(self.permutations.number))

    @property
    def chance_of_intervals(self) -> float:
        """The same, of the p of the intervals."""
        return _chance(self.interval_permutations)


def _chance(draws: int) -> float:
    return TWO_SIDED * sqrt(SURE * (1 - SURE) / draws)


@result(prefix="sensitivity")
def specification_curve(study: Study, areas: pd.DataFrame) -> SpecificationCurve:
    """Every declared specification of every measure, and the joint test of each curve.

    What the fully controlled equation leaves of a measure is permuted inside wards.
    """
    section = study.cross_section
    chosen = controlled(section, areas)
    why = chosen.why
    found: dict[str, MeasureCurve] = {}
    if why is None:
        try:
            found = {term: _curve(chosen, areas, term, study.seed) for term in chosen.terms}
        except Inestimable as fault:
            why = Refused(str(fault))
    return SpecificationCurve(
        measures=chosen.each(MeasureCurve, found, why),
        permutations=Count(PERMUTATIONS),
        interval_permutations=WITH_INTERVALS,
        effects=tuple(filter(None, _effects(section))),
        minimums=_minimums(section),
        weights=section.weights or None,
        wards_level=section.wards,
    )


def _curve(chosen: Controlled, areas: pd.DataFrame, term: str, seed: int) -> MeasureCurve:
    section, blocks = chosen.section, blocks_of(chosen, term)
    without = no_choice(section, areas, term)
    declared = universe(section, chosen.specification, term, blocks, without)
    test = joint_test(
        areas,
        declared,
        replace(chosen.specification, weights=None),
        section.wards,
        np.random.default_rng(seed),
        PERMUTATIONS,
        WITH_INTERVALS,
    )
    return _told(term, test, without, blocks, chosen.specification)


def _told(
    term: str,
    test: JointTest,
    without: tuple[Still, ...],
    blocks: tuple[Block, ...],
    specification: Specification,
) -> MeasureCurve:
    return MeasureCurve(
        measure=measure(term),
        curve_median=difference(test.median),
        curve_usual=difference(test.usual),
        curve_estimated=Count(test.estimated, columns=specification.columns),
        curve_sign=Share(100 * test.share_same_sign, label="adjusted"),
        curve_apart=Share(100 * test.share_apart, label="adjusted"),
        curve_p=PValue(
            test.p_median, PERMUTATIONS, test.p_median_low, test.p_median_high, label="adjusted"
        ),
        p_apart=test.p_share_apart,
        still=without,
        blocks=blocks,
        curve=test.curve,
    )


def blocks_of(chosen: Controlled, term: str) -> tuple[Block, ...]:
    """The blocks of controls; effects are a choice of their own."""
    controls = (
        replace(block, columns=tuple(c for c in block.columns if c not in chosen.step.effects))
        for block in chosen.blocks(term)
    )
    return tuple(block for block in controls if block.columns)


def universe(
    section: CrossSection,
    controlled: Specification,
    term: str,
    blocks: tuple[Block, ...],
    without: tuple[Still, ...],
) -> Universe:
    """What may be chosen for one measure, declared before anything is estimated.

    Effects inside which the measure hardly varies are no choice: a standard deviation more would
    be many times what any two areas compared differ by.

    Parameters
    ----------
    blocks : every subset of them is held equal
    without : effects that are no choice
    """
    places = range(len(blocks))
    subsets = chain.from_iterable(combinations(places, size) for size in range(len(blocks) + 1))
    weights = {NONE: None}
    return Universe(
        term=term,
        outcome=section.outcome,
        clusters=section.wards,
        controls={
            " ".join(map(str, chosen)): tuple(
                chain.from_iterable(blocks[place].columns for place in chosen)
            )
            for chosen in subsets
        },
        effects={
            name: columns
            for name, columns in _effects(section).items()
            if name not in {one.level for one in without}
        },
        weights={section.weights: section.weights, **weights} if section.weights else weights,
        size="sales",
        minimums=_minimums(section),
    )


def _effects(section: CrossSection) -> Mapping[str, tuple[str, ...]]:
    return {NONE: ()} | {column: (column,) for column in ("msoa21", section.wards)}


def _minimums(section: CrossSection) -> tuple[float, ...]:
    return tuple(multiple * section.minimum_sales for multiple in MULTIPLES)


def no_choice(section: CrossSection, areas: pd.DataFrame, term: str) -> tuple[Still, ...]:
    """The effects inside which a measure hardly varies."""
    found = []
    for column in filter(None, _effects(section)):
        inside = areas[term] - areas.groupby(column)[term].transform("mean")
        share = float(inside.std() / areas[term].std())
        if share < STILL or still(areas, [term], [column]):
            found.append(Still(column, share))
    return tuple(found)
