"""The steps of the cycle without data, and what a round of its inner loop gains.

The cycle as a whole has no multiplier, since nothing records that a rise in worth came back as
coproduction. The loop between prices and social capital inside it has one where instruments
identify both its steps and the interval of its gain leaves an end to the rounds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from ...models.loop.instrumented_loop import instrumented_gain
from ...models.loop.loop_multiplier import LoopGain, UnboundedLoopError
from ...models.loop.loop_multiplier import multiplier as multiplier_of
from ...models.specification import NotEstimable as Inestimable
from ..graph import result
from ..quantities import NotEstimable, Number, Share
from ..reasons import (
    ByDefinition,
    EndlessLoop,
    LoopNotIdentified,
    NothingCaptured,
    NoWholeCycle,
    Reason,
    Refused,
)
from ..study import Study
from .equity_loop import STEPS, EquityLoop, structural_equation


@dataclass(frozen=True, slots=True)
class InnerGain:
    """What comes back of one after one round, and how many draws of it are one or more."""

    INLINE: ClassVar = ("gain",)
    gain: Number | NotEstimable
    at_least_one: Share | None = None


@dataclass(frozen=True, slots=True)
class InnerMultiplier:
    """One over one less the gain, its interval carried over; the error by the delta method."""

    INLINE: ClassVar = ("multiplier",)
    multiplier: Number | NotEstimable
    delta_error: Number | None = None


@dataclass(frozen=True, slots=True)
class EquityMultiplier:
    """The steps from asset values to equity and on to more coproduction, and the multipliers."""

    equity: NotEstimable
    further_coproduction: NotEstimable
    multiplier: NotEstimable
    inner_gain: InnerGain
    inner_multiplier: InnerMultiplier


@result(prefix="equity_model")
def equity_multiplier(
    study: Study, areas: pd.DataFrame, equity_loop: EquityLoop
) -> EquityMultiplier:
    """Refuse what no record shows; give the inner loop where it is identified."""
    gain = _gain(study, areas) if equity_loop.both else LoopNotIdentified()
    return EquityMultiplier(
        equity=NotEstimable(ByDefinition(), label="described"),
        further_coproduction=NotEstimable(NothingCaptured(), label="described"),
        multiplier=NotEstimable(
            NothingCaptured() if equity_loop.both else NoWholeCycle(), unit="ratio"
        ),
        inner_gain=_told_gain(gain),
        inner_multiplier=_told_multiplier(gain),
    )


def _gain(study: Study, areas: pd.DataFrame) -> LoopGain | Reason:
    sold = areas[areas["sales"] >= study.cross_section.minimum_sales]
    links = [structural_equation(study, key) for key in STEPS]
    try:
        return instrumented_gain(sold, links, np.random.default_rng(study.seed))
    except Inestimable as fault:
        return Refused(str(fault))


def _told_gain(gain: LoopGain | Reason) -> InnerGain:
    if isinstance(gain, Reason):
        return InnerGain(NotEstimable(gain, "number", "iv"))
    return InnerGain(
        Number(gain.estimate, gain.low, gain.high, label="iv"),
        Share(100 * gain.at_least_one, label="iv"),
    )


def _told_multiplier(gain: LoopGain | Reason) -> InnerMultiplier:
    if isinstance(gain, Reason):
        return InnerMultiplier(NotEstimable(gain, "number", "iv"))
    try:
        found = multiplier_of(gain)
    except UnboundedLoopError:
        return InnerMultiplier(NotEstimable(EndlessLoop(), "number", "iv"))
    return InnerMultiplier(
        Number(found.estimate, found.low, found.high, label="iv"),
        Number(found.std_error, label="iv"),
    )
