"""Another choice of what stands for a place: the same comparison with other sectors."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar

from ..models.programmes.synthetic_control import Comparator
from ..models.specification import NotEstimable as Inestimable
from .case_records import HeldEffect, held_parts
from .quantities import NotEstimable, Share
from .reasons import Reason, Refused
from .synthetic_comparisons import evaluate
from .synthetic_designs import CaseDesign, SectorMarket, case_design

OTHER_SHARES = (0.25, 0.5)
"""Least shares of a sector's postcodes inside the place that are tried beside the study's."""


@dataclass(frozen=True, slots=True)
class OtherUnit:
    """The effect in the first window with the sectors of another least share inside."""

    INLINE: ClassVar = ("effect",)
    share: Share
    sectors: tuple[str, ...]
    effect: HeldEffect | NotEstimable

    @property
    def key(self) -> str:
        return f"inside_{self.share.value:.0f}"


def other_units(design: CaseDesign, market: SectorMarket, how: Comparator) -> Iterator[OtherUnit]:
    """The comparison with each other least share that changes which sectors stand for a place."""
    for share in OTHER_SHARES:
        at_share = replace(market, inside=share)
        own = at_share.own_sectors(design.place)
        if own != design.true.sectors:
            other = case_design(design.place, design.began, design.ended, at_share)
            yield OtherUnit(Share(100 * share), own, _effect(other, how))


def _effect(design: CaseDesign | Reason, how: Comparator) -> HeldEffect | NotEstimable:
    if isinstance(design, Reason):
        return NotEstimable(design, label="synthetic_control")
    try:
        held = evaluate(design, how).held(design.windows()["running"])
    except Inestimable as fault:
        return NotEstimable(Refused(str(fault)), label="synthetic_control")
    return HeldEffect(*held_parts(held))
