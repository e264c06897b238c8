"""What the study lays down before anything is estimated, for the page that prints it."""

from __future__ import annotations

from dataclasses import dataclass

from ...data.measures import Measure, measure
from ..decision import Decision
from ..graph import result
from ..quantities import Count, Share, Year
from ..study import Step, Study


@dataclass(frozen=True, slots=True)
class Decided:
    """The declared questions and rules.

    Parameters
    ----------
    outcome : the price that every headline is about
    tests : measures that test the model
    amenities : those of which the model says nothing
    coproduction : measures of recorded coproduction
    steps : the path of what is held equal; the last in which a measure varies is its headline
    clusters : areas whose errors may go together; weights : "sales" or blank
    not_counted : recorded places that are no neighbourhood programme, with the reason
    """

    decision: Decision
    plausible_low: Share
    plausible_high: Share
    level: Share
    sector_share: Share
    minimum_sales: Count
    first_year: Year
    last_year: Year
    outcome: Measure
    tests: tuple[Measure, ...]
    amenities: tuple[Measure, ...]
    coproduction: tuple[Measure, ...]
    steps: tuple[Step, ...]
    clusters: str
    weights: str
    not_counted: dict[str, str]

    @property
    def checks(self) -> tuple[str, ...]:
        """Of associations, as declared, and that of dated programmes."""
        return (*self.decision.scorecard, "placebos")


@result()
def decided(study: Study) -> Decided:
    """The study's own declarations; no data go into it."""
    decision, asked = study.decision, study.cross_section
    testing = decision.tests_the_model or asked.social_capital
    return Decided(
        decision=decision,
        plausible_low=Share(decision.plausible_low),
        plausible_high=Share(decision.plausible_high),
        level=Share(100 * decision.level),
        sector_share=Share(100 * study.geography.sector_share_at_least),
        minimum_sales=Count(asked.minimum_sales),
        first_year=Year(study.period.first_year),
        last_year=Year(study.period.last_year),
        outcome=measure(asked.outcome),
        tests=tuple(measure(name) for name in asked.social_capital if name in testing),
        amenities=tuple(measure(name) for name in asked.social_capital if name not in testing),
        coproduction=tuple(measure(name) for name in asked.coproduction),
        steps=tuple(asked.steps),
        clusters=asked.clusters,
        weights=asked.weights,
        not_counted=dict(study.coproduction.not_counted),
    )
