"""The cycle's five arrows, each with the verdict on its step."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from ...data.measures import Measure, measure
from ..graph import result
from ..quantities import IDENTIFIED, Coefficient, PriceDifference
from ..verdicts import Answer, Verdict
from .equity_links import EquityLinks
from .equity_loop import EquityLoop
from .verdicts import Verdicts

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
    answer : of the step's verdict
    """

    link: str
    unit: str = ""
    estimate: float | None = None
    low: float | None = None
    high: float | None = None
    size: float | None = None
    label: str = ""
    definition: bool = False
    answer: Answer = "refused"

    @property
    def identified(self) -> bool:
        """Whether it is an effect, if what its label assumes holds."""
        return self.estimate is not None and self.label in IDENTIFIED


@dataclass(frozen=True, slots=True)
class EquityCycle:
    """The arrows from coproduction round to more of it.

    Parameters
    ----------
    priced : the one measure of social capital that tests the model, whose verdict stands on the
        step to asset values; where there is none, that is the verdict on all measures together
    """

    arrows: tuple[Arrow, ...]
    priced: Measure | None = None

    @property
    def estimated(self) -> int:
        return sum(one.estimate is not None for one in self.arrows)

    @property
    def identified(self) -> int:
        return sum(one.identified for one in self.arrows)

    @property
    def supported(self) -> int:
        return sum(one.answer == "supported" for one in self.arrows)

    @property
    def contradicted(self) -> int:
        return sum(one.answer == "contradicted" for one in self.arrows)


@result()
def equity_cycle(
    equity_links: EquityLinks, equity_loop: EquityLoop, verdicts: Verdicts
) -> EquityCycle:
    """The verdict on each link, or on an instrument's estimate where one identifies the step.

    The steps from worth to equity and back to coproduction have none.
    """
    instrument = equity_loop.of("price").effect
    testing = verdicts.of_the_model
    asked = {key: verdicts.of_link(key) for key in LINKS}
    priced = None
    if isinstance(instrument, Told):
        asked["asset_values"] = Verdict("asset_values", True, instrument, ())
    elif len(testing) == 1:
        asked["asset_values"], priced = testing[0], measure(testing[0].key)
    return EquityCycle(
        (
            *_arrows(asked, equity_links),
            Arrow("asset_values->equity", definition=True),
            Arrow("equity->coproduction"),
        ),
        priced,
    )


def _arrows(asked: dict[str, Verdict], links: EquityLinks) -> Iterator[Arrow]:
    for key, verdict in asked.items():
        found, spread = verdict.headline, links.of(key).spread.value
        if not isinstance(found, Told):
            yield Arrow(LINKS[key])
            continue
        change = found.log if isinstance(found, PriceDifference) else found.value
        yield Arrow(
            LINKS[key],
            found.unit,
            found.value,
            found.low,
            found.high,
            change / spread if spread else math.nan,
            found.label,
            answer=verdict.answer,
        )
