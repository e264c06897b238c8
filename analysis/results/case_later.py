"""Appendix 1, later dated events of the case-study places: what was handed over, begun or ended.

Where the start itself has no path before it, a later event may have one. It is compared as a start
is, on the years up to the event. These years hold the programme already, so the estimate is of
what changed with the event, not of the programme.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from ...data import coproduction, tables
from ...data.catalogue import DataFolder
from ...data.tables import PlaceRules
from ...models.programmes.placebos import LEVEL
from ...models.specification import NotEstimable as Inestimable
from ..case_records import Checks, HeldEffect, PricePaths, checks_of, held_parts
from ..graph import result
from ..quantities import Count, NotEstimable, Year
from ..reasons import Reason, Refused
from ..study import Study
from ..synthetic_comparisons import evaluate
from ..synthetic_designs import CaseDesign, SectorMarket, case_design, sector_market
from .case_effects import ESTIMATORS, HEADLINE
from .case_studies import CasePlace, CaseStudies

FIRST_YEARS = 5
"""Years after a later event that are averaged, fewer if another event follows sooner."""
TRANSFER = "asset transfer"


@dataclass(frozen=True, slots=True)
class Happening:
    """Part of an event: a programme began or ended, or a building was handed over.

    Parameters
    ----------
    what : "began", "ended" or "handed over"
    organisation : the programme's, or who was given the building
    """

    what: str
    organisation: str


@dataclass(frozen=True, slots=True)
class LaterEvent:
    """What is recorded to have begun or ended in a place some years after its first start.

    Parameters
    ----------
    until : last year averaged after it
    """

    place: str
    year: int
    happened: tuple[Happening, ...]
    until: int


@dataclass(frozen=True, slots=True)
class Change:
    """What changed with an event, against a comparator on the years up to it."""

    INLINE: ClassVar = ("held", "checks")
    held: HeldEffect
    checks: Checks
    before: Count
    placebos: Count
    until: Year
    paths: PricePaths


@dataclass(frozen=True, slots=True)
class Event:
    """A later event, and the change that came with it."""

    INLINE: ClassVar = ("change",)
    happened: tuple[Happening, ...]
    year: Year
    change: Change | NotEstimable

    @property
    def key(self) -> str:
        """What names it in a path of findings, below its place."""
        return str(self.year.year)

    @property
    def compared(self) -> bool:
        """Whether the change could be had."""
        return isinstance(self.change, Change)


@dataclass(frozen=True, slots=True)
class PlaceEvents:
    """The later events of a place.

    Parameters
    ----------
    undated : what is recorded of it without the year in which it began
    """

    INLINE: ClassVar = ("events",)
    of: CasePlace
    events: tuple[Event, ...]
    undated: tuple[str, ...]

    @property
    def key(self) -> str:
        return self.of.key

    @property
    def compared(self) -> tuple[tuple[Event, Change], ...]:
        """The events that could be compared, with their changes."""
        pairs = ((one, one.change) for one in self.events)
        return tuple((one, change) for one, change in pairs if isinstance(change, Change))


@dataclass(frozen=True, slots=True)
class CaseLater:
    """Later events of all case-study places.

    Parameters
    ----------
    events : that could be compared
    beyond : those that stand out from placebo places
    """

    INLINE: ClassVar = ("places",)
    places: tuple[PlaceEvents, ...]
    events: Count
    beyond: Count
    first_years: Count

    @property
    def compared(self) -> Mapping[tuple[str, int], Change]:
        """The changes that could be had, by the place's key and the year of the event."""
        return {
            (place.key, event.year.year): change
            for place in self.places
            for event, change in place.compared
        }

    def of(self, key: str) -> PlaceEvents:
        """The events of one place."""
        return next(one for one in self.places if one.key == key)


@result()
def case_later(
    study: Study,
    folder: DataFolder,
    rules: PlaceRules,
    sectors: pd.DataFrame,
    places: pd.DataFrame,
    case_studies: CaseStudies,
) -> CaseLater:
    """The change after each later dated event, or why it cannot be estimated."""
    market = sector_market(sectors, folder, rules, study.coproduction.sector_share_inside)
    recorded = tables.place_events(folder)
    status = places.set_index("place")["status"]
    found = tuple(
        PlaceEvents(
            of,
            tuple(
                _event(event, market)
                for event in later_events(
                    recorded[recorded["place"] == of.place],
                    dated=status.get(of.place) == "dated",
                    last_year=study.period.last_year,
                )
            ),
            undated_events(recorded[recorded["place"] == of.place]),
        )
        for of in case_studies.chosen
    )
    changes = [change for one in found for _, change in one.compared]
    return CaseLater(
        places=found,
        events=Count(len(changes)),
        beyond=Count(sum(one.held.p.value <= 1 - LEVEL for one in changes)),
        first_years=Count(FIRST_YEARS),
    )


def _event(event: LaterEvent, market: SectorMarket) -> Event:
    design = case_design(event.place, event.year, event.until, market)
    return Event(event.happened, Year(event.year), _change(design, event.until))


def _change(design: CaseDesign | Reason, until: int) -> Change | NotEstimable:
    if isinstance(design, Reason):
        return NotEstimable(design, label="synthetic_control")
    try:
        result = evaluate(design, ESTIMATORS[HEADLINE])
        checks = checks_of(design, ESTIMATORS[HEADLINE])
    except Inestimable as fault:
        return NotEstimable(Refused(str(fault)), label="synthetic_control")
    return Change(
        held=HeldEffect(*held_parts(result.held(design.windows()["running"]))),
        checks=checks,
        before=Count(design.before, columns=("log_price",)),
        placebos=Count(len(design.placebos)),
        until=Year(until),
        paths=PricePaths.of(result),
    )


def later_events(own: pd.DataFrame, *, dated: bool, last_year: int) -> list[LaterEvent]:
    """The dated events after a place's first start, those of one year together.

    They are the starts of further programmes and, where the first start cannot be estimated, the
    end of the programme that was first.

    Parameters
    ----------
    own : the record of the place, see `data.tables.place_events`
    dated : whether the first start can be estimated
    last_year : of the prices
    """
    own = own[own["kind"] != coproduction.SERVICE]
    began = own["start_year"].min()
    over = own[(own["start_year"] == began) & (not dated) & (own["end_year"] <= last_year)]
    further = own["start_year"].between(began, last_year, inclusive="right")
    more = own[further & (own["date_certainty"] == "year")]
    happened: dict[int, list[Happening]] = {}
    for year, organisation in zip(over["end_year"], over["organisation"], strict=True):
        happened.setdefault(int(year), []).append(Happening("ended", organisation))
    columns = more[["start_year", "kind", "organisation"]]
    for year, kind, organisation in columns.itertuples(index=False, name=None):
        what = "handed over" if kind == TRANSFER else "began"
        happened.setdefault(int(year), []).append(Happening(what, organisation))
    years = sorted(happened)
    return [
        LaterEvent(
            str(own["place"].iloc[0]),
            year,
            tuple(happened[year]),
            min(year + FIRST_YEARS, until, last_year),
        )
        for year, until in zip(years, [*years[1:], last_year], strict=False)
    ]


def undated_events(own: pd.DataFrame) -> tuple[str, ...]:
    """What is recorded of a place without the year in which it began."""
    return tuple(str(name) for name in own.loc[own["start_year"].isna(), "organisation"])
