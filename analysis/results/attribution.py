"""The gains in worth that may be put down to the dated programmes that could be compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from ...data import tables
from ...data.catalogue import DataFolder
from ...models.account.attribution import Exposed, attribute
from ..graph import result
from ..quantities import Count, Money, NotEstimable, Share, Year
from ..reasons import NeighboursLeftOut, NoAmountSpent
from ..study import Study
from .case_effects import CaseEffects, PlaceEffect
from .case_studies import CasePlace
from .place_worth import PlaceWorth, PlaceWorths

DRAWS = 200_000


@dataclass(frozen=True, slots=True)
class PlaceGain:
    """What a place's programme may have added to the worth of its homes while it ran.

    Parameters
    ----------
    worth : of its homes in the year in which it began
    cost : the amount on record
    above_cost : share of draws in which the gain exceeds it
    homes : in that year
    planted : pounds, in a simulated city
    """

    of: CasePlace
    began: Year
    worth: Money
    gain: Money
    cost: Money | None
    above_cost: Share | NotEstimable
    homes: int
    planted: float | None

    @property
    def key(self) -> str:
        return self.of.key

    @property
    def name(self) -> str:
        return self.of.name

    @property
    def told(self) -> bool:
        """Whether a gain or a loss can be told from none."""
        low, high = self.gain.low, self.gain.high
        return (low is not None and low > 0) or (high is not None and high < 0)


@dataclass(frozen=True, slots=True)
class Attribution:
    """The gains of the places that were compared and have homes in the account."""

    INLINE: ClassVar = ("places",)
    places: tuple[PlaceGain, ...]
    gains_told: Count
    spillovers: NotEstimable

    @property
    def costed(self) -> tuple[PlaceGain, ...]:
        """Those of which the record says what was spent."""
        return tuple(one for one in self.places if one.cost)


@result(prefix="equity_account")
def attribution(
    study: Study, folder: DataFolder, place_worth: PlaceWorths, case_effects: CaseEffects
) -> Attribution:
    """Worth before the start times the effect while the programme ran, drawn with both errors."""
    rng = np.random.default_rng(study.seed)
    amounts = _amounts(tables.place_events(folder))
    worths = {one.place: one for one in place_worth.places}
    places = tuple(
        _gain(worths[one.of.place], one, amounts.get((one.of.place, one.began.year)), rng)
        for one in case_effects.estimated
        if one.of.place in worths
    )
    return Attribution(
        places=places,
        gains_told=Count(sum(one.told for one in places)),
        spillovers=NotEstimable(NeighboursLeftOut(), "pounds", "synthetic_control"),
    )


def _amounts(events: pd.DataFrame) -> dict[tuple[str, int], float]:
    """Pounds of the programmes that began in a place and year, where the record gives them."""
    paid = events[events["intensity_unit"].str.startswith("million pounds")]
    sums = paid.groupby(["place", "start_year"], as_index=False)["intensity"].sum()
    begun = zip(sums["place"], sums["start_year"].astype(int), strict=True)
    return dict(zip(begun, 1e6 * sums["intensity"], strict=True))


def _gain(
    worth: PlaceWorth, effect: PlaceEffect, cost: float | None, rng: np.random.Generator
) -> PlaceGain:
    running = effect.running
    exposed = Exposed(worth.worth, worth.std_error, running.effect.log, running.chance)
    found = attribute(exposed, rng, DRAWS, cost=cost)
    label = running.effect.label
    above = found.above_cost
    return PlaceGain(
        of=effect.of,
        began=Year(worth.year),
        worth=Money(worth.worth),
        gain=Money(found.gain, found.low, found.high, label=label),
        cost=None if cost is None else Money(cost),
        above_cost=NotEstimable(NoAmountSpent(), label=label)
        if above is None
        else Share(100 * above, label=label),
        homes=worth.homes,
        planted=worth.worth * effect.planted.value / 100 if effect.planted else None,
    )
