"""Appendix 1: which recorded places are case studies, and which of them are as old as the data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from ...data.coproduction import CITYWIDE
from ...data.record_checks import place_key
from ..graph import result
from ..quantities import Count, NotEstimable
from ..reasons import NoPrePeriod
from ..study import Study

MOST_PLACES = 6
"""Places that get pages of their own."""


@dataclass(frozen=True, slots=True)
class CasePlace:
    """A place of the record, and the year in which it began there, where that is known."""

    place: str
    began: int | None

    @property
    def key(self) -> str:
        """What names it in a path of findings."""
        return place_key(self.place)

    @property
    def name(self) -> str:
        return short_name(self.place)


@dataclass(frozen=True, slots=True)
class CaseStudies:
    """The places with pages of their own.

    Parameters
    ----------
    early : those of which the coproduction began before the data, or as they begin
    start_effect : why no effect of their start can be had; None if there are none
    """

    chosen: tuple[CasePlace, ...]
    places: Count
    early: Count
    start_effect: NotEstimable | None


@result()
def case_studies(study: Study, places: pd.DataFrame) -> CaseStudies:
    """The places that the study names, and those of the record that there is room for."""
    chosen = case_places(study, places)
    early = set(places.loc[places["status"] == "before the data", "place"])
    count = len(early.intersection(chosen))
    reason = NoPrePeriod(study.period.first_year)
    return CaseStudies(
        chosen=recorded_places(places, chosen),
        places=Count(len(chosen)),
        early=Count(count),
        start_effect=NotEstimable(reason, label="synthetic_control") if count else None,
    )


def recorded_places(places: pd.DataFrame, names: Iterable[str]) -> tuple[CasePlace, ...]:
    """Places of the record by name, see `data.tables.places`."""
    began = places.set_index("place")["began"].dropna()
    return tuple(
        CasePlace(name, int(began[name]) if name in began.index else None) for name in names
    )


def case_places(study: Study, places: pd.DataFrame) -> list[str]:
    """The study's case-study places, and those of all that are located which there is room for."""
    named = study.coproduction.case_studies
    of = places.set_index("status")["place"]
    located = [
        place for status in ("before the data", "dated") for place in of.loc[of.index == status]
    ]
    return [*named, *(place for place in located if place not in named)][:MOST_PLACES]


def short_name(place: str) -> str:
    """The place's name without what stands in brackets."""
    return "The whole city" if place == CITYWIDE else place.split(" (")[0]
