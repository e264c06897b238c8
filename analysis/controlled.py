"""The fully controlled equation of the cross-section, and what the results that test it share."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import TypeVar, get_args, get_type_hints

import pandas as pd

from ..data.measures import measure
from ..models.specification import Specification
from .equations import added, by_ward, no_place, specification, too_few_clusters
from .quantities import NotEstimable, PriceDifference
from .reasons import NoFiniteSolution, NoMeasureDiffers, Reason
from .study import CrossSection, Step

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Block:
    """Columns that are held equal together.

    Parameters
    ----------
    title : of the step that adds them, or None for the measures beside the one looked at
    """

    columns: tuple[str, ...]
    title: str | None = None

    def title_or(self, others: str) -> str:
        """The title as a heading, or what the other measures are called."""
        return self.title[:1].upper() + self.title[1:] if self.title else others


@dataclass(frozen=True, slots=True)
class Controlled:
    """The last step as one equation, its rows, and the measures that it can tell something of."""

    section: CrossSection
    areas: pd.DataFrame
    refused: Mapping[str, Reason]
    """By measure: why the equation has no place for it."""
    why: Reason | None
    """Why there is no such equation at all, if there is none."""

    @property
    def step(self) -> Step:
        return self.section.steps[-1]

    @property
    def measures(self) -> tuple[str, ...]:
        """All that the study asks about."""
        return (*self.section.social_capital, *self.section.coproduction)

    @property
    def terms(self) -> tuple[str, ...]:
        """Those that the equation can tell something of."""
        return tuple(name for name in self.measures if name not in self.refused)

    @property
    def specification(self) -> Specification:
        return specification(
            self.section,
            self.step,
            "sensitivity.controlled",
            self.step.title,
            self.section.outcome,
            self.terms,
        )

    @property
    def by_ward(self) -> Specification:
        """The same equation with errors clustered by ward, CR1."""
        return by_ward(self.section, self.specification)

    def blocks(self, term: str) -> tuple[Block, ...]:
        """What is held equal beside one measure: the others, then what each step adds."""
        others = Block(tuple(name for name in self.terms if name != term))
        return tuple(one for one in (others, *blocks_by_step(self.section)) if one.columns)

    def each(
        self, kind: type[T], found: Mapping[str, T], why: Reason | None = None
    ) -> tuple[T, ...]:
        """The record of each measure: as it was found, or refused.

        Parameters
        ----------
        why : of the measures that the equation has a place for and that were not found
        """
        refused = ({} if why is None else dict.fromkeys(self.terms, why)) | dict(self.refused)
        return tuple(
            found[column] if column in found else all_refused(kind, column, refused[column])
            for column in self.measures
        )


def controlled(section: CrossSection, areas: pd.DataFrame) -> Controlled:
    """The equation of the last step over the areas with enough sales."""
    sold = areas[areas["sales"] >= section.minimum_sales]
    every = (*section.social_capital, *section.coproduction)
    last = section.steps[-1]
    if few := too_few_clusters(section, sold):
        return Controlled(section, sold, dict.fromkeys(every, few), few)
    refused = no_place(section, sold, every, last.effects)
    none = NoMeasureDiffers(added(section, last)) if len(refused) == len(every) else None
    return Controlled(section, sold, refused, none)


def blocks_by_step(section: CrossSection) -> tuple[Block, ...]:
    """What each step adds to those before it of all that the last one holds equal."""
    last = {*section.steps[-1].controls, *section.steps[-1].effects}
    blocks, seen = [], set[str]()
    for step in section.steps:
        new = [name for name in (*step.controls, *step.effects) if name in last - seen]
        if new:
            blocks.append(Block(tuple(new), step.title.removeprefix("plus ")))
            seen.update(new)
    return tuple(blocks)


def all_refused(kind: type[T], column: str, reason: Reason) -> T:
    """The record of a measure in which every number is refused for one reason."""
    hints = {name: get_args(hint) for name, hint in get_type_hints(kind).items()}
    numbers = {
        one.name: NotEstimable(reason, unit=hints[one.name][0].unit)
        for one in fields(kind)  # type: ignore[arg-type]
        if NotEstimable in hints[one.name]
    }
    return kind(**{"measure": measure(column), **numbers})


def told(one: object) -> bool:
    """Whether there is a number, not a refusal."""
    return not isinstance(one, NotEstimable)


def difference(
    log: float, low: float | None = None, high: float | None = None
) -> PriceDifference | NotEstimable:
    """A difference in price, without its interval where that is endless."""
    if not math.isfinite(log):
        return NotEstimable(NoFiniteSolution())
    if low is None or high is None or not math.isfinite(low) or not math.isfinite(high):
        return PriceDifference(log, label="adjusted")
    return PriceDifference(log, low, high, label="adjusted")
