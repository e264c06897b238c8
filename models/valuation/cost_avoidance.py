"""What is no longer spent, and what is no longer lost, because fewer bad things happen?

Avoided cost = events avoided x unit cost. A fiscal unit cost is what public bodies pay for an
event; an economic one is what society loses by it, the fiscal part among it. The two are therefore
kept apart, and their sum is refused. Average unit costs overstate what a budget gains: a police
officer is paid whether or not a call comes. Nothing here identifies how many events were avoided.

References
----------
HM Treasury (2022), The Green Book. Brand and Price (2000), the economic and social costs of crime.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ..specification import SpecificationError, require_word
from .values import Approach, Basis, Valuation

Kind = Literal["fiscal", "economic"]
_APPROACH: dict[Kind, Approach] = {
    "fiscal": "fiscal avoided cost",
    "economic": "economic avoided cost",
}


@dataclass(frozen=True, slots=True)
class UnitCost:
    """What one event costs.

    Parameters
    ----------
    event : such as "burglary in a dwelling"
    kind : who bears it: public bodies, or society with them
    low, central, high : pounds an event
    unit : with the year of the money, such as "pounds of 2024"
    """

    event: str
    kind: Kind
    low: float
    central: float
    high: float
    unit: str

    def __post_init__(self) -> None:
        require_word(f"{self.event}: the bearer of the cost", self.kind, Kind)
        if not 0 <= self.low <= self.central <= self.high:
            raise SpecificationError(
                f"{self.event}: low, central and high cost must rise from 0 or more"
            )


def avoided_cost(events: float, cost: UnitCost, basis: Basis) -> Valuation:
    """The cost of so many events fewer."""
    require_word("basis", basis, Basis)
    bearer = "public bodies" if cost.kind == "fiscal" else "society, public bodies among it"
    one = Valuation(
        _APPROACH[cost.kind],
        cost.low,
        cost.central,
        cost.high,
        cost.unit,
        f"{bearer}, {cost.event}",
        basis,
    )
    return one.times(events)
