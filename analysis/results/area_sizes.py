"""The controlled associations at several sizes of area, from the same sales."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import pandas as pd

from ...data.levels import level
from ...data.measures import Measure, measure
from ...models.association.cross_section import cross_section as least_squares
from ...models.estimate import Estimate
from ...models.specification import NotEstimable as Inestimable
from ..controlled import Controlled, controlled, told
from ..equations import specification
from ..graph import result
from ..quantities import NotEstimable, PriceDifference
from ..reasons import OnlyInsideAreas, Reason, Refused
from ..study import CrossSection, Step, Study

SMALL, MIDDLE = "lsoa21", "msoa21"


@dataclass(frozen=True, slots=True)
class MeasureSizes:
    """One measure's association by size of area."""

    INLINE: ClassVar = ("sizes",)
    measure: Measure
    sizes: Mapping[str, PriceDifference | NotEstimable]
    """By the level's column, from the smallest."""

    @property
    def key(self) -> str:
        return self.measure.column

    @property
    def smallest(self) -> PriceDifference | NotEstimable:
        return next(iter(self.sizes.values()))

    @property
    def largest(self) -> PriceDifference | NotEstimable:
        return self.sizes[self.largest_level]

    @property
    def largest_level(self) -> str:
        return list(self.sizes)[-1]

    @property
    def same_way(self) -> bool:
        """Whether it points one way at every size at which it could be had."""
        made = [one.log for one in self.sizes.values() if isinstance(one, PriceDifference)]
        return len({log > 0 for log in made}) == 1


@dataclass(frozen=True, slots=True)
class AreaSizes:
    """One equation, without area effects, at each size of area."""

    INLINE: ClassVar = ("measures",)
    measures: tuple[MeasureSizes, ...]
    estimates: Mapping[str, Estimate]
    """By the level's column, of the sizes that could be had."""
    left_out: tuple[str, ...]
    """Area effects of the last step, which this equation cannot have."""

    @property
    def told(self) -> tuple[MeasureSizes, ...]:
        """The measures with an estimate at any size."""
        return tuple(one for one in self.measures if any(map(told, one.sizes.values())))


@result(prefix="sensitivity")
def area_sizes(study: Study, areas: pd.DataFrame) -> AreaSizes:
    """The last step without area effects, over small areas and over larger ones."""
    section = study.cross_section
    chosen = controlled(section, areas)
    plain = [step for step in section.steps if not step.effects]
    why = chosen.why or (None if plain else OnlyInsideAreas())
    units = tuple(dict.fromkeys((SMALL, MIDDLE, section.wards)))
    found = {unit: why or _fitted(chosen, plain[-1], unit) for unit in units}
    return AreaSizes(
        measures=tuple(
            MeasureSizes(
                measure(column), {unit: _of(chosen, column, found[unit]) for unit in units}
            )
            for column in chosen.measures
        ),
        estimates={unit: one for unit, one in found.items() if isinstance(one, Estimate)},
        left_out=tuple(section.steps[-1].effects),
    )


def _of(
    chosen: Controlled, column: str, found: Estimate | Reason
) -> PriceDifference | NotEstimable:
    if column in chosen.refused:
        return NotEstimable(chosen.refused[column])
    return PriceDifference.of(found, column) if isinstance(found, Estimate) else NotEstimable(found)


def _fitted(chosen: Controlled, step: Step, unit: str) -> Estimate | Reason:
    section = chosen.section
    sold = chosen.areas.dropna(subset=[*chosen.terms, *step.controls, section.outcome])
    asked = specification(
        section,
        step,
        f"sensitivity.units.{unit}",
        f"{level(unit).plural.capitalize()}, {step.title}",
        section.outcome,
        chosen.terms,
    )
    try:
        if unit == SMALL:
            return least_squares(sold, asked)
        frame = carried(sold, unit, section, chosen.terms, step.controls)
        return least_squares(frame, replace(asked, clusters=section.wards))
    except Inestimable as fault:
        return Refused(str(fault))


def carried(
    areas: pd.DataFrame,
    unit: str,
    section: CrossSection,
    terms: Sequence[str],
    controls: Sequence[str],
) -> pd.DataFrame:
    """Means over larger areas: the outcome by sales, the rest by households; sales are summed."""
    columns = list(dict.fromkeys((*terms, *controls)))
    parts = (
        areas[columns]
        .mul(areas["households"], axis=0)
        .assign(
            households=areas["households"],
            sales=areas["sales"],
            outcome=areas[section.outcome] * areas["sales"],
        )
    )
    sums = parts.groupby(areas[unit]).sum()
    most = areas.groupby([unit, section.wards])["households"].sum().groupby(level=0).idxmax()
    return (
        sums[columns]
        .div(sums["households"], axis=0)
        .assign(
            **{
                "sales": sums["sales"],
                section.outcome: sums["outcome"] / sums["sales"],
                section.wards: most.map(lambda pair: pair[1]),
            }
        )
    )
