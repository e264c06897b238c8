"""Which of the things held equal took the raw association away (Gelbach's decomposition)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from ...data.measures import Measure, measure
from ...models.association.decomposition import gelbach
from ...models.specification import NotEstimable as Inestimable
from ..controlled import Block, Controlled, controlled, told
from ..graph import result
from ..quantities import NotEstimable, Number
from ..reasons import Refused
from ..study import Study


@dataclass(frozen=True, slots=True)
class Part:
    """What one block took of the raw coefficient, times a hundred."""

    block: Block
    taken: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class MeasureSplit:
    """The way from a measure's raw coefficient to the controlled one, times a hundred.

    Parameters
    ----------
    raw, taken : the raw coefficient, and that less the controlled one
    most : the part of the block that moved the coefficient most in the direction in which it moved
        in all; ``most_by`` is that block
    """

    measure: Measure
    raw: Number | NotEstimable
    taken: Number | NotEstimable
    most: Number | NotEstimable
    most_by: Block | None = None
    parts: tuple[Part, ...] = ()
    left: float = 0.0
    """The controlled coefficient."""
    rule: str = ""

    @property
    def key(self) -> str:
        return self.measure.column


@dataclass(frozen=True, slots=True)
class Split:
    """The decomposition of each measure's association."""

    INLINE: ClassVar = ("measures",)
    measures: tuple[MeasureSplit, ...]

    @property
    def told(self) -> tuple[MeasureSplit, ...]:
        """The measures that have estimates."""
        return tuple(one for one in self.measures if told(one.raw))


@result(prefix="sensitivity")
def decomposition(study: Study, areas: pd.DataFrame) -> Split:
    """Raw less controlled coefficient of the last step, by block of what is held equal."""
    chosen = controlled(study.cross_section, areas)
    why = chosen.why
    found: dict[str, MeasureSplit] = {}
    if why is None:
        try:
            found = {term: _split(chosen, term) for term in chosen.terms}
        except Inestimable as fault:
            why = Refused(str(fault))
    return Split(chosen.each(MeasureSplit, found, why))


def _split(chosen: Controlled, term: str) -> MeasureSplit:
    blocks = {str(place): block for place, block in enumerate(chosen.blocks(term))}
    split = gelbach(
        chosen.areas,
        chosen.by_ward,
        term,
        {place: block.columns for place, block in blocks.items()},
    )
    table = 100 * split.blocks[["estimate", "ci_low", "ci_high"]]
    rows = {str(place): row for place, row in table.iterrows()}
    signed = table["estimate"].drop("total") * np.sign(split.raw - split.controlled)
    most = str(signed.idxmax())
    return MeasureSplit(
        measure=measure(term),
        raw=Number(100 * split.raw, label="adjusted", columns=chosen.specification.columns),
        taken=_number(100 * (split.raw - split.controlled), rows["total"]),
        most=_number(float(rows[most]["estimate"]), rows[most]),
        most_by=blocks[most],
        parts=tuple(
            Part(block, *(float(number) for number in rows[place]))
            for place, block in blocks.items()
        ),
        left=100 * split.controlled,
        rule=split.rule,
    )


def _number(value: float, ends: pd.Series) -> Number:
    return Number(value, float(ends["ci_low"]), float(ends["ci_high"]), label="adjusted")
