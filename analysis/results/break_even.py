"""What a programme would have to do to the price of homes to pay for itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ...models.loop.break_even import break_even_effect
from ..graph import result
from ..quantities import Count, Money, PriceDifference
from .attribution import Attribution, PlaceGain
from .capture import SHARES
from .case_studies import CasePlace
from .equity_account import EquityAccount

COSTS = (500, 5000)
"""Scenario costs in pounds a home."""
WHOLE, TENTH = 1.0, SHARES[-1]
CAPTURED = (WHOLE, *reversed(SHARES))
"""Shares of a rise that are captured, the largest first."""


@dataclass(frozen=True, slots=True)
class Programme:
    """A dated programme with a recorded cost.

    Parameters
    ----------
    cost : pounds
    at_100, at_10 : rise that pays for it if all of it is captured, and if a tenth is
    rises : in per cent, by `CAPTURED`
    """

    of: CasePlace
    cost: float
    at_100: PriceDifference
    at_10: PriceDifference
    rises: tuple[float, ...]

    @property
    def key(self) -> str:
        return self.of.key

    @property
    def name(self) -> str:
        return self.of.name


@dataclass(frozen=True, slots=True)
class CostScenario:
    """A cost in pounds a home, laid down; ``rises`` as of `Programme`."""

    cost: int
    rises: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class LeastCost:
    """The lowest cost laid down, and the rise that pays for it if a tenth is captured."""

    INLINE: ClassVar = ("cost",)
    cost: Money
    tenth: PriceDifference


@dataclass(frozen=True, slots=True)
class BreakEven:
    """The rises that pay for recorded programmes and for costs laid down.

    Parameters
    ----------
    programmes : how many of ``recorded``
    captured : shares, see `CAPTURED`
    scenarios : at the city's mean worth of a home
    """

    INLINE: ClassVar = ("recorded",)
    programmes: Count
    recorded: tuple[Programme, ...]
    least_cost: LeastCost
    captured: tuple[float, ...]
    scenarios: tuple[CostScenario, ...]


@result(prefix="equity_model.break_even")
def break_even(equity_account: EquityAccount, attribution: Attribution) -> BreakEven:
    """The rise that pays for the dated programmes with a recorded cost, and for a cost a home."""
    recorded = tuple(
        _programme(one, one.cost.value) for one in attribution.places if one.cost is not None
    )
    per_home = equity_account.per_dwelling.value
    return BreakEven(
        programmes=Count(len(recorded)),
        recorded=recorded,
        least_cost=LeastCost(Money(COSTS[0]), _needed(COSTS[0] / per_home, TENTH)),
        captured=CAPTURED,
        scenarios=tuple(CostScenario(cost, _rises(cost / per_home)) for cost in COSTS),
    )


def _programme(gain: PlaceGain, cost: float) -> Programme:
    ratio = cost / gain.worth.value
    at_100, at_10 = (_needed(ratio, share) for share in (WHOLE, TENTH))
    return Programme(gain.of, cost, at_100, at_10, _rises(ratio))


def _rises(cost_to_worth: float) -> tuple[float, ...]:
    return tuple(_needed(cost_to_worth, share).value for share in CAPTURED)


def _needed(cost_to_worth: float, captured: float) -> PriceDifference:
    return PriceDifference(float(break_even_effect(cost_to_worth, 1.0, captured)))
