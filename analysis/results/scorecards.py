"""Does an association stand when what could have made it is changed, one thing at a time?

Each check has its number and its rule, declared before the run (`analysis.decision`); none is left
out for what it shows. The links of the model stand here each with as much held equal as leaves it
varying, which need not be what the chain holds equal.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from ...data import geography
from ...data.catalogue import DataFolder
from ...data.measures import Measure
from ...models.estimate import Estimate
from ..decision import CheckName
from ..graph import result
from ..quantities import NotEstimable, Quantity
from ..scorecard import Beside, Difference, Ground, Town, detectable, scorecard
from ..study import Study
from ..verdicts import Check
from .controlled_inference import ControlledInference
from .cross_section import CrossSection, MeasureSteps
from .equity_links import EquityLinks, Link
from .specification_curve import SpecificationCurve
from .ward_slopes import Slopes, WardSlopes

NOT_OF_LINKS: tuple[CheckName, ...] = (
    "spatial_noise",
    "family",
    "prices_of_the_day",
    "second_outcome",
    "between_wards",
    "curve",
)
"""A link is asked by itself; noise is put in its place where no effects of areas are held equal."""


@dataclass(frozen=True, slots=True)
class Scorecard:
    """One headline association and all that it was put through.

    Parameters
    ----------
    key : the measure's column, or the link's name
    measure : that prices or the next station are compared by
    headline : with the most held equal that leaves the measure varying
    beside : of the same question with less held equal, or between wards
    detectable : the least difference that would show four times in five
    """

    INLINE: ClassVar = ("checks",)
    key: str
    measure: Measure | None
    headline: Difference
    checks: tuple[Check, ...]
    beside: tuple[Difference, ...]
    detectable: Difference


@dataclass(frozen=True, slots=True)
class Scorecards:
    """The scorecards of several questions."""

    INLINE: ClassVar = ("cards",)
    cards: tuple[Scorecard, ...]


@result()
def scorecards(
    study: Study,
    folder: DataFolder,
    areas: pd.DataFrame,
    cross_section: CrossSection,
    controlled_inference: ControlledInference,
    specification_curve: SpecificationCurve,
    ward_slopes: WardSlopes,
) -> Scorecards:
    """The scorecard of every measure of social capital and of recorded coproduction."""
    town = _town(study, folder, areas)
    return Scorecards(
        tuple(
            _of_measure(
                town,
                steps,
                Beside(
                    controlled_inference.of(steps.key).p_romano_wolf,
                    specification_curve.of(steps.key).estimates,
                    _between(ward_slopes, steps),
                ),
            )
            for steps in cross_section.measures
        )
    )


@result()
def link_scorecards(
    study: Study, folder: DataFolder, areas: pd.DataFrame, equity_links: EquityLinks
) -> Scorecards:
    """The scorecard of every link of the model."""
    town = _town(study, folder, areas)
    return Scorecards(tuple(_of_link(town, link) for link in equity_links.links))


def _of_measure(town: Town, steps: MeasureSteps, beside: Beside) -> Scorecard:
    other = () if beside.between is None else (beside.between,)
    estimate = steps.made[-1].estimate if steps.made else None
    return _card(town, steps.key, steps.measure, steps.held, estimate, beside, other)


def _of_link(town: Town, link: Link) -> Scorecard:
    """With all of Section 3 held equal where the link still varies, else as the chain has it."""
    name = "inside" if isinstance(link.inside, Quantity) else "held"
    other = (link.held,) if name == "inside" else ()
    headline: Difference = getattr(link, name)
    return _card(town, link.key, link.before, headline, link.estimates.get(name), Beside(), other)


def _card(
    town: Town,
    key: str,
    measure: Measure | None,
    headline: Difference,
    estimate: Estimate | None,
    beside: Beside,
    other: tuple[Difference, ...],
    without: tuple[CheckName, ...] = (),
) -> Scorecard:
    if isinstance(headline, NotEstimable) or estimate is None or measure is None:
        return Scorecard(key, measure, headline, (), (), headline)
    ground = Ground(key, town, estimate.specification, measure.column, headline)
    return Scorecard(
        key,
        measure,
        headline,
        scorecard(ground, beside, without),
        other,
        detectable(headline, town.decision),
    )


def _town(study: Study, folder: DataFolder, areas: pd.DataFrame) -> Town:
    """The areas with enough sales, and the place of each one's centre."""
    sold = areas[areas["sales"] >= study.cross_section.minimum_sales]
    centres = geography.centroids(folder.read("boundaries_lsoa21")).set_index("code")
    placed = sold.join(centres[["easting", "northing"]], on="lsoa21")
    return Town(study.decision, placed, study.seed)


def _between(slopes: WardSlopes, steps: MeasureSteps) -> Difference | None:
    """The difference between whole wards, where the headline is one within them."""
    if slopes.level not in steps.held_step.effects:
        return None
    found = next((one.found for one in slopes.every if one.key == steps.key), None)
    return found.between if isinstance(found, Slopes) else found
