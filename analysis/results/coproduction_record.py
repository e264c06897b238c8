"""Where coproduction is recorded in the city, and what others have published of its effects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from ...data import coproduction, tables
from ...data.catalogue import DataFolder
from ...data.reference_tables import published_benchmarks
from ..graph import result
from ..quantities import Count, Share

MAPPED = ("before the data", "dated", "undated")
"""What may be known of a place's start, of the places that stand on the map."""


@dataclass(frozen=True, slots=True)
class PublishedEffects:
    """Published effects near the links of the model, as `published_benchmarks` gives them."""

    benchmarks: Count
    effects: pd.DataFrame


@dataclass(frozen=True, slots=True)
class CoproductionRecord:
    """The recorded events and their places.

    Parameters
    ----------
    places_before_the_data, places_dated, places_undated : by what is known of their start
    covered_areas, covered_households : of the city, in a place with an event of any kind
    recorded_areas, all_areas : of the map
    by_place : one row an event, the events of a place together, with the place's ``status``
    coverage : as `coproduction.coverage`
    known : what is known of the start (`MAPPED`) in each small area with a record, by code
    """

    places: Count
    events: Count
    places_dated: Count
    places_before_the_data: Count
    places_undated: Count
    covered_areas: Share
    covered_households: Share
    recorded_areas: Count
    all_areas: Count
    by_place: pd.DataFrame
    coverage: pd.DataFrame
    known: Mapping[str, str]


@result(prefix="practice_research")
def published_effects() -> PublishedEffects:
    """The effects of other studies."""
    effects = published_benchmarks()
    return PublishedEffects(Count(len(effects)), effects)


@result(prefix="practice_research")
def coproduction_record(
    folder: DataFolder, areas: pd.DataFrame, places: pd.DataFrame
) -> CoproductionRecord:
    """The record: its events, how much of the city it covers, and where."""
    events = _by_place(folder, places)
    coverage = coproduction.coverage(
        coproduction.events(folder), areas[["lsoa21", "ward22", "households"]]
    )
    total = coverage.iloc[-1]
    counts = places["status"].value_counts()
    members = tables.place_lsoas(folder).merge(places, on="place")
    members = members[members["status"].isin(MAPPED)].drop_duplicates("lsoa21")
    return CoproductionRecord(
        places=Count(len(places)),
        events=Count(len(events)),
        places_dated=Count(int(counts.get("dated", 0))),
        places_before_the_data=Count(int(counts.get("before the data", 0))),
        places_undated=Count(int(counts.get("undated", 0))),
        covered_areas=Share(100 * float(total["share_of_areas"])),
        covered_households=Share(100 * float(total["share_of_households"])),
        recorded_areas=Count(len(members)),
        all_areas=Count(len(areas)),
        by_place=events,
        coverage=coverage,
        known=dict(zip(members["lsoa21"], members["status"], strict=True)),
    )


def _by_place(folder: DataFolder, places: pd.DataFrame) -> pd.DataFrame:
    """The events, places in the order in which the record first names them."""
    events = tables.place_events(folder)
    events = events.merge(places[["place", "status"]], on="place", how="left")
    first = {place: number for number, place in enumerate(events["place"].unique())}
    return events.sort_values("place", key=lambda names: names.map(first), kind="stable")
