"""What is kept of a synthetic comparison: its effect, its checks, and the paths behind them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..models.programmes.placebos import backdated, leave_one_out, rank_p
from ..models.programmes.synthetic_control import Comparator
from .quantities import PriceDifference, PValue, Share, percent_effect
from .synthetic_comparisons import CaseResult, Held
from .synthetic_designs import CaseDesign

EARLIER = 2
"""Years by which the false start precedes the true one."""
ALIKE = 30
"""Donors nearest in price before the start, for the check with similar donors only."""
HEAVIEST = 10
"""Donors left out one by one."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """An effect, and the share of the place and its placebos with one as large."""

    INLINE: ClassVar = ("effect",)
    effect: PriceDifference
    p: PValue


@dataclass(frozen=True, slots=True)
class HeldEffect(Ranked):
    """An effect with its interval, and the least fall and rise that would most often be found."""

    fall: Share
    rise: Share


def held_parts(held: Held) -> tuple[PriceDifference, PValue, Share, Share]:
    """The quantities of an effect that was held against placebo places."""
    low, high = held.interval
    return (
        PriceDifference(held.effect, low, high, label="synthetic_control"),
        PValue(held.p),
        Share(-percent_effect(held.fall)),
        Share(percent_effect(held.rise)),
    )


@dataclass(frozen=True, slots=True)
class Checks:
    """How far an effect depends on its start and on its donors.

    Parameters
    ----------
    false_start : of nothing, some years too early
    without_lowest, without_highest : without each of the donors that weigh most
    alike : with donors of a similar price only
    """

    false_start: Ranked
    without_lowest: PriceDifference
    without_highest: PriceDifference
    alike: PriceDifference


def checks_of(design: CaseDesign, how: Comparator) -> Checks:
    """The checks of a design's first window."""
    span = next(iter(design.windows().values()))
    true, outcomes = design.true, design.outcomes
    like = [design.placebos[index] for index in design.matched]

    def false_start(outcome: np.ndarray, donors: np.ndarray) -> float:
        return backdated(how, outcome, outcomes[:, donors], design.before, EARLIER)

    found = false_start(true.outcome, true.donors)
    others = [false_start(trial.outcome, trial.donors) for trial in like]
    without = leave_one_out(how, true.outcome, outcomes, design.before, span, HEAVIEST)
    level = outcomes[: design.before].mean(axis=0)
    apart = np.abs(level - true.outcome[: design.before].mean())
    nearest = np.sort(np.argsort(apart)[:ALIKE])
    alike = how(true.outcome, outcomes[:, nearest], design.before).effect(span)
    return Checks(
        false_start=Ranked(compared(found), PValue(rank_p(found, np.array(others)))),
        without_lowest=compared(float(without.min())),
        without_highest=compared(float(without.max())),
        alike=compared(alike),
    )


def compared(effect: float) -> PriceDifference:
    """An effect against a comparator, in log points, without an interval of its own."""
    return PriceDifference(effect, label="synthetic_control")


@dataclass(frozen=True, slots=True)
class PricePaths:
    """The yearly prices of a place beside its comparator's.

    Parameters
    ----------
    years : (T,)
    place : (T,) log mean price
    gap : (T,) place less comparator, in log points
    placebo_gaps : (P, T) of the placebo places, from the lowest effect to the highest
    donors : names of the sectors that may enter the comparator
    """

    years: np.ndarray
    place: np.ndarray
    gap: np.ndarray
    placebo_gaps: np.ndarray
    donors: tuple[str, ...]

    @classmethod
    def of(cls, result: CaseResult) -> PricePaths:
        order = np.argsort([placebo.effect() for placebo in result.placebos])
        gaps = np.array([result.placebos[index].gap for index in order])
        design = result.design
        return cls(design.years, design.true.outcome, result.found.gap, gaps, design.pool)
