"""The cycle's five arrows, each with what stands on it: the estimate that identifies most."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from ..graph import result
from ..quantities import IDENTIFIED, Coefficient, NotEstimable, PriceDifference
from .equity_links import EquityLinks
from .equity_loop import EquityLoop

Told = PriceDifference | Coefficient
LINKS = {
    "outcomes": "coproduction->outcomes",
    "social_capital": "outcomes->social_capital",
    "asset_values": "social_capital->asset_values",
}
"""The arrow of each link for which there may be data."""


@dataclass(frozen=True, slots=True)
class Arrow:
    """One step of the cycle, in per cent of price or in standard deviations.

    The numbers are those of findings, which stand under their own names; without an estimate they
    are missing.

    Parameters
    ----------
    size : in standard deviations of the station it reaches
    definition : the step cannot be estimated since it is one by definition
    """

    link: str
    unit: str = ""
    estimate: float | None = None
    low: float | None = None
    high: float | None = None
    size: float | None = None
    label: str = ""
    definition: bool = False

    @property
    def identified(self) -> bool:
        """Whether it is an effect, if what its label assumes holds."""
        return self.estimate is not None and self.label in IDENTIFIED

    @property
    def told(self) -> bool:
        """Whether its interval leaves out zero."""
        return bool((self.low and self.low > 0) or (self.high and self.high < 0))


@dataclass(frozen=True, slots=True)
class EquityCycle:
    """The arrows from coproduction round to more of it."""

    arrows: tuple[Arrow, ...]

    @property
    def estimated(self) -> int:
        return sum(one.estimate is not None for one in self.arrows)

    @property
    def identified(self) -> int:
        return sum(one.identified for one in self.arrows)

    @property
    def told(self) -> int:
        return sum(one.told for one in self.arrows)


@result()
def equity_cycle(equity_links: EquityLinks, equity_loop: EquityLoop) -> EquityCycle:
    """The links, with an instrument's estimate in the place of an association where there is one.

    The steps from worth to equity and back to coproduction have none.
    """
    return EquityCycle(
        (
            *_links(equity_links, equity_loop),
            Arrow("asset_values->equity", definition=True),
            Arrow("equity->coproduction"),
        )
    )


def _links(links: EquityLinks, loop: EquityLoop) -> Iterator[Arrow]:
    for key, name in LINKS.items():
        link = links.of(key)
        found = link.held
        by_instrument = loop.of("price").effect
        if key == "asset_values" and isinstance(by_instrument, Told):
            found = by_instrument
        if isinstance(found, NotEstimable):
            yield Arrow(name)
            continue
        change = found.log if isinstance(found, PriceDifference) else found.value
        size = change / link.spread.value if link.spread.value else math.nan
        yield Arrow(name, found.unit, found.value, found.low, found.high, size, found.label)
