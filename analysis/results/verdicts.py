"""The one answer to each question of the study, which every page reads.

The questions: does each measure of social capital go with price; do recorded programmes; does each
link of the model hold; did the dated programmes move prices.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ..decision import Decision
from ..graph import result
from ..quantities import PriceDifference
from ..scorecard import Difference
from ..study import Study
from ..verdicts import Answer, Check, Verdict, joint_answer
from .case_effects import CaseEffects, Together
from .scorecards import Scorecard, Scorecards


@dataclass(frozen=True, slots=True)
class Verdicts:
    """All answers of the report.

    Parameters
    ----------
    measures : of social capital and price, in the study's order
    recorded : of recorded coproduction and price
    links : of the model, coproduction first
    programmes : of those with a date, against comparators
    """

    INLINE: ClassVar = ("measures", "recorded")
    measures: tuple[Verdict, ...]
    recorded: tuple[Verdict, ...]
    links: tuple[Verdict, ...]
    programmes: Verdict

    @property
    def every(self) -> tuple[Verdict, ...]:
        return (*self.measures, *self.recorded, *self.links, self.programmes)

    @property
    def about_prices(self) -> tuple[Verdict, ...]:
        """All but the links: what tests the model first, then amenities."""
        return (*self.of_the_model, *self.recorded, self.programmes, *self.of_amenities)

    @property
    def of_coproduction(self) -> tuple[Verdict, ...]:
        """Of recorded coproduction and of dated programmes, those that could be asked."""
        asked = (*self.recorded, self.programmes)
        return tuple(one for one in asked if one.answer != "refused")

    @property
    def core(self) -> tuple[Verdict, ...]:
        """What the model says of prices, as far as it could be asked."""
        asked = tuple(one for one in self.of_the_model if one.answer != "refused")
        return (*asked, *self.of_coproduction)

    @property
    def of_the_model(self) -> tuple[Verdict, ...]:
        """Of the measures that test the model."""
        return tuple(one for one in self.measures if one.tests_the_model)

    @property
    def of_amenities(self) -> tuple[Verdict, ...]:
        """Of the measures that the model says nothing of."""
        return tuple(one for one in self.measures if not one.tests_the_model)

    @property
    def on_coproduction(self) -> Answer:
        """Whether it goes with price, of what is recorded and of what has a date."""
        return joint_answer(self.of_coproduction)

    @property
    def on_social_capital(self) -> Answer:
        """Whether it goes with price, of the measures that test the model."""
        return joint_answer(self.of_the_model)

    @property
    def unseen(self) -> tuple[Verdict, ...]:
        """Of the core, what is open and could not have been seen at a size that would matter."""
        return tuple(one for one in self.core if one.answer == "open" and not one.could_see)

    @property
    def supports_the_model(self) -> bool:
        """Whether a question that tests the model is answered as it says, on prices."""
        return any(one.answer == "supported" for one in self.core)

    def of(self, key: str) -> Verdict:
        """That of a measure."""
        return next(one for one in (*self.measures, *self.recorded) if one.key == key)

    def of_link(self, key: str) -> Verdict:
        """That of a link."""
        return next(one for one in self.links if one.key == key)


@result()
def verdicts(
    study: Study, scorecards: Scorecards, link_scorecards: Scorecards, case_effects: CaseEffects
) -> Verdicts:
    """Every question's headline, scorecard and answer."""
    decision, social = study.decision, study.cross_section.social_capital
    testing = decision.tests_the_model or social
    cards = [
        _of(card, decision, card.key in testing or card.key not in social)
        for card in scorecards.cards
    ]
    return Verdicts(
        measures=tuple(one for one in cards if one.key in social),
        recorded=tuple(one for one in cards if one.key not in social),
        links=tuple(_of(card, decision, True) for card in link_scorecards.cards),
        programmes=_programmes(case_effects, decision),
    )


def _of(card: Scorecard, decision: Decision, tests_the_model: bool) -> Verdict:
    about_prices = isinstance(card.headline, PriceDifference)
    return Verdict(
        card.key,
        tests_the_model,
        card.headline,
        card.checks,
        card.beside,
        card.detectable,
        _range(decision) if about_prices else None,
    )


def _programmes(effects: CaseEffects, decision: Decision) -> Verdict:
    together = effects.together
    headline: Difference = together.effect if isinstance(together, Together) else together
    checks: tuple[Check, ...] = ()
    rise = None
    if isinstance(together, Together):
        passed = together.p.value <= decision.level
        checks = (Check("placebos", together.p, passed),)
        rise = together.rise
    return Verdict("programmes", True, headline, checks, (), rise, _range(decision))


def _range(decision: Decision) -> tuple[float, float]:
    return decision.plausible_low, decision.plausible_high
