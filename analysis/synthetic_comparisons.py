"""Comparators at work on case studies: effects of a place held against those of placebo places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..models.programmes.few_treated import sized
from ..models.programmes.placebos import (
    detectable_by_rank,
    joint_placebos,
    placebo_interval,
    rank_p,
    shared_donors,
)
from ..models.programmes.synthetic_control import Comparator, Comparison
from .synthetic_designs import CaseDesign


@dataclass(frozen=True, slots=True)
class Held:
    """An effect in log points, held against those of placebo places.

    Parameters
    ----------
    interval : effects that the placebos do not rule out
    p : rank p of the effect
    fall, rise : the smallest that the rank test would most often find
    """

    effect: float
    interval: tuple[float, float]
    p: float
    fall: float
    rise: float

    @classmethod
    def against(cls, effect: float, placebos: np.ndarray) -> Held:
        """An effect and the effects of placebo places."""
        interval = placebo_interval(effect, placebos)
        return cls(effect, interval, rank_p(effect, placebos), *detectable_by_rank(placebos))


@dataclass(frozen=True, slots=True)
class CaseResult:
    """One comparator's answer for one place, with that of every placebo place."""

    design: CaseDesign
    found: Comparison
    placebos: tuple[Comparison, ...]

    def effects(self, span: slice) -> np.ndarray:
        """Placebo effects over some years."""
        return np.array([placebo.effect(span) for placebo in self.placebos])

    def matched(self, span: slice) -> np.ndarray:
        """Effects over some years at the placebo places most like the place."""
        return np.asarray(self.effects(span)[self.design.matched])

    def held(self, span: slice) -> Held:
        """The effect over some years, held against the placebo places most like the place."""
        return Held.against(self.found.effect(span), self.matched(span))

    def held_by_all(self, span: slice) -> Held:
        """The effect over some years, held against all placebo places."""
        return Held.against(self.found.effect(span), self.effects(span))

    def held_by_sales(self, span: slice) -> Held:
        """The same, with all placebo effects as far apart as the place's sales would make them."""
        sales = np.array([trial.sales for trial in self.design.placebos])
        reference = sized(self.effects(span), sales, self.design.true.sales)
        return Held.against(self.found.effect(span), reference)


def evaluate(design: CaseDesign, comparator: Comparator) -> CaseResult:
    """A comparator on the place and on each of its placebo places."""
    return CaseResult(
        design,
        design.compare(comparator, design.true),
        tuple(design.compare(comparator, trial) for trial in design.placebos),
    )


def mean_effect(
    results: Sequence[CaseResult], window: str, draws: np.ndarray
) -> tuple[float, np.ndarray]:
    """The places' mean effect over a window of each, and the means of placebos drawn for them.

    Parameters
    ----------
    draws : (R, places) uniform numbers in [0, 1)
    """
    spans = [result.design.windows()[window] for result in results]
    pairs = list(zip(results, spans, strict=True))
    weights = pd.concat(
        [pd.Series(one.found.weights, list(one.design.pool)) for one in results], axis=1
    )
    sizes = np.array([len(one.design.true.sectors) for one in results])
    spread = shared_donors(weights.fillna(0.0).to_numpy().T, sizes)
    placebos = joint_placebos([one.matched(span) for one, span in pairs], draws, spread)
    return float(np.mean([one.found.effect(span) for one, span in pairs])), placebos
