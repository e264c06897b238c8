"""Simulated city only: what was planted beside what was found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ...data.simulated_city import Truth
from ..graph import result
from ..quantities import Count, NotEstimable, PriceDifference
from .cross_section import CrossSection
from .panel import SectorPanel

PANEL = "start"
"""Key of the start of a programme among the planted effects; the others are columns."""


@dataclass(frozen=True, slots=True)
class PlantedEffect:
    """One planted effect, and whether the interval of its estimate holds it."""

    key: str
    planted: PriceDifference
    inside: bool


@dataclass(frozen=True, slots=True)
class PlantedTruth:
    """Every planted effect that has an estimate."""

    INLINE: ClassVar = ("every",)
    effects: Count
    inside: Count
    every: tuple[PlantedEffect, ...]


@result()
def planted_truth(
    cross_section: CrossSection, panel: SectorPanel, truth: Truth | None
) -> PlantedTruth | None:
    """Put each planted effect beside its estimate, and count the intervals that hold it."""
    if truth is None:
        return None
    known = {
        **truth.social_capital_on_price,
        **{one.key: truth.coproduction_on_price for one in cross_section.coproduction[:1]},
    }
    every = (
        *(
            _beside(one.key, known[one.key], one.held)
            for one in cross_section.measures
            if one.key in known
        ),
        _beside(PANEL, truth.coproduction_total, panel.weighted),
    )
    return PlantedTruth(
        effects=Count(len(every), label="simulated"),
        inside=Count(sum(one.inside for one in every), label="simulated"),
        every=every,
    )


def _beside(key: str, planted: float, found: PriceDifference | NotEstimable) -> PlantedEffect:
    inside = (
        isinstance(found, PriceDifference)
        and found.log_low is not None
        and found.log_high is not None
        and found.log_low <= planted <= found.log_high
    )
    return PlantedEffect(key, PriceDifference(planted, label="simulated"), inside)
