"""The links from coproduction to prices for which there are data, each alone and held equal.

Coproduction, safety, social capital and price are the stations, in the order in which the model has
one cause the next. A link is a station on the one before it, with the stations before that one and
the same things held equal in every link, among the same areas: only so do products of links add up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

import pandas as pd

from ...data.measures import Measure, measure
from ...models.association.cross_section import cross_section as least_squares
from ...models.estimate import Estimate
from ...models.measurement.errors_in_variables import errors_in_variables
from ...models.robustness.common_cause import common_cause
from ...models.sample import complete_rows
from ...models.specification import NotEstimable as Inestimable
from ...models.specification import Specification
from ..equations import (
    added,
    by_ward,
    last_told,
    no_place,
    specification,
    together,
    too_few_clusters,
)
from ..graph import result
from ..quantities import Coefficient, NotEstimable, Number, PriceDifference
from ..reasons import NoMeasure, Reason, Refused
from ..study import CrossSection, Step, Study
from ..study_columns import TOGETHER
from .social_index import SocialIndex

OUTCOME, INDEX = "safety", TOGETHER
LINKS: Mapping[str, str] = {
    "outcomes": "Coproduction to outcomes",
    "social_capital": "Outcomes to social capital",
    "asset_values": "Social capital to asset values",
}
"""Each link's name among the findings, and its title; the last three stations are their ends."""
ALONE = Step(name="alone", title="Nothing held equal")
Difference = PriceDifference | Coefficient | NotEstimable


@dataclass(frozen=True, slots=True)
class Ground:
    """What every link stands on.

    Parameters
    ----------
    areas : the rows that have all stations and controls
    stations : cause before effect; the first is missing where the study names no coproduction
    step : what is held equal, as far as the first station that varies still does
    """

    section: CrossSection
    areas: pd.DataFrame
    stations: tuple[str, ...]
    step: Step | Reason

    def link(
        self, reached: str, step: Step | Reason, name: str, title: str
    ) -> Specification | Reason:
        """A station on all before it that vary under what the step holds equal."""
        before = self.stations[: self.stations.index(reached)]
        if not before:
            return NoMeasure("coproduction")
        if isinstance(step, Reason):
            return step
        refused = no_place(self.section, self.areas, before, step.effects)
        if before[-1] in refused:
            return refused[before[-1]]
        left = [column for column in before if column not in refused]
        return specification(self.section, step, f"equity_model.{name}", title, reached, left)


@dataclass(frozen=True, slots=True)
class Link:
    """One link: in per cent of price for the last, in standard deviations for the others.

    Parameters
    ----------
    before, after : its stations; nothing stands before where the study names no coproduction
    held : with the ground's step held equal
    alone : between the two stations, nothing held equal
    inside : with all steps held equal, where the ground's step is not the last
    corrected : ``held`` with the known error of the index taken out, where it explains
    rho : correlation that a common cause must give to what is left of both ends to undo ``held``
    spread : standard deviation of the second station
    estimates : the equations that could be had, by the names of these fields
    """

    INLINE: ClassVar = ("held",)
    key: str
    title: str
    before: Measure | None
    after: Measure
    held: Difference
    alone: Difference
    inside: Difference | None
    corrected: Difference | None
    rho: Number | NotEstimable
    spread: Number
    estimates: Mapping[str, Estimate]


@dataclass(frozen=True, slots=True)
class EquityLinks:
    """The links of the model, coproduction first."""

    INLINE: ClassVar = ("links",)
    links: tuple[Link, ...]
    held_equal: tuple[str, ...]
    """Titles of the steps that every link holds equal."""

    @property
    def made(self) -> tuple[Link, ...]:
        """Those that could be estimated as the chain needs them."""
        return tuple(one for one in self.links if "held" in one.estimates)

    @property
    def found(self) -> tuple[Link, ...]:
        """Those that can be told from zero."""
        return tuple(one for one in self.links if one.held.found)

    @property
    def identified(self) -> tuple[Link, ...]:
        """Those that are an effect, if what their label assumes holds."""
        return tuple(one for one in self.made if one.held.identified)

    @property
    def estimates(self) -> tuple[Estimate, ...]:
        """The equations of these."""
        return tuple(one.estimates["held"] for one in self.made)

    def of(self, key: str) -> Link:
        """A link by its name."""
        return next(one for one in self.links if one.key == key)


@result(prefix="equity_model")
def equity_links(study: Study, areas: pd.DataFrame, social_index: SocialIndex) -> EquityLinks:
    """Each link with nothing, with the chain's step and with all steps held equal."""
    ground, noise = chain_ground(study, areas), index_noise(social_index)
    return EquityLinks(
        links=tuple(
            _link(ground, key, reached, noise)
            for key, reached in zip(LINKS, ground.stations[-len(LINKS) :], strict=True)
        ),
        held_equal=added(ground.section, ground.step) if isinstance(ground.step, Step) else (),
    )


def chain_ground(study: Study, areas: pd.DataFrame) -> Ground:
    """The chain of a study, held equal as far as its first station still varies."""
    section = study.cross_section
    stations = (*section.coproduction[:1], OUTCOME, INDEX, section.outcome)
    controls = [name for step in section.steps for name in (*step.controls, *step.effects)]
    sold = areas[areas["sales"] >= section.minimum_sales]
    rows, _ = complete_rows(sold, dict.fromkeys([*stations, *controls]))
    return Ground(section, rows, stations, _step(section, rows, stations[:-1]))


def _step(section: CrossSection, rows: pd.DataFrame, explaining: tuple[str, ...]) -> Step | Reason:
    if few := too_few_clusters(section, rows):
        return few
    refused = no_place(section, rows, explaining, ())
    moving = [station for station in explaining if station not in refused]
    return last_told(section, rows, moving[0]) if moving else refused[explaining[0]]


def index_noise(index: SocialIndex) -> Mapping[str, float] | Reason:
    """The known variance of the error of the index, by its column."""
    error = index.index_error
    return error.reason if isinstance(error, NotEstimable) else {INDEX: error.value**2}


def fitted(areas: pd.DataFrame, asked: Specification | Reason) -> Estimate | Reason:
    """An equation by least squares, or why not."""
    if isinstance(asked, Reason):
        return asked
    try:
        return least_squares(areas, asked)
    except Inestimable as fault:
        return Refused(str(fault))


def _link(ground: Ground, key: str, reached: str, noise: Mapping[str, float] | Reason) -> Link:
    before = ground.stations[: ground.stations.index(reached)]
    term = before[-1] if before else ""
    found = {
        name: estimate
        for name, estimate in (
            ("held", fitted(ground.areas, ground.link(reached, ground.step, key, LINKS[key]))),
            ("alone", _alone(ground, key, reached)),
            ("inside", _inside(ground, key, reached)),
            ("corrected", _corrected(ground, key, reached, noise) if term == INDEX else None),
        )
        if estimate is not None
    }
    in_logs = reached == ground.section.outcome
    told = {name: _difference(one, term, in_logs=in_logs) for name, one in found.items()}
    return Link(
        key=key,
        title=LINKS[key],
        before=_station(ground.section, term) if term else None,
        after=_station(ground.section, reached),
        held=told["held"],
        alone=told["alone"],
        inside=told.get("inside"),
        corrected=told.get("corrected"),
        rho=_rho(ground, found["held"], term),
        spread=Number(float(ground.areas[reached].std()), columns=(reached,)),
        estimates={name: one for name, one in found.items() if isinstance(one, Estimate)},
    )


def _station(section: CrossSection, column: str) -> Measure:
    return together(section) if column == INDEX else measure(column)


def _alone(ground: Ground, key: str, reached: str) -> Estimate | Reason:
    title = f"{LINKS[key]}, alone"
    asked = ground.link(reached, ALONE, f"{key}.alone", title)
    if isinstance(ground.step, Reason):
        return ground.step
    if isinstance(asked, Specification):
        asked = replace(asked, regressors=asked.regressors[-1:])
    return fitted(ground.areas, asked)


def _inside(ground: Ground, key: str, reached: str) -> Estimate | Reason | None:
    last = ground.section.steps[-1]
    if last == ground.step:
        return None
    if isinstance(ground.step, Reason):
        return ground.step
    title = f"{LINKS[key]}, all held equal"
    return fitted(ground.areas, ground.link(reached, last, f"{key}.inside", title))


def _corrected(
    ground: Ground, key: str, reached: str, noise: Mapping[str, float] | Reason
) -> Estimate | Reason:
    title = f"{LINKS[key]}, error taken out"
    asked = ground.link(reached, ground.step, f"{key}.corrected", title)
    if isinstance(asked, Reason):
        return asked
    if isinstance(noise, Reason):
        return noise
    try:
        return errors_in_variables(
            ground.areas, by_ward(ground.section, asked), error_variance=noise
        )
    except Inestimable as fault:
        return Refused(str(fault))


def _difference(found: Estimate | Reason, term: str, *, in_logs: bool) -> Difference:
    if isinstance(found, Reason):
        return NotEstimable(found, unit="percent" if in_logs else "number")
    return PriceDifference.of(found, term) if in_logs else Coefficient.of(found, term)


def _rho(ground: Ground, held: Estimate | Reason, term: str) -> Number | NotEstimable:
    if isinstance(held, Reason):
        return NotEstimable(held, unit="number")
    try:
        cause = common_cause(ground.areas, held.specification, term)
    except Inestimable as fault:
        return NotEstimable(Refused(str(fault)), unit="number")
    return Number(cause.rho, label="adjusted", columns=held.specification.columns)
