"""Where coproduction is recorded in the city, and what others have published of its effects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ...data import coproduction, tables
from ...data.catalogue import DataFolder
from ...data.reference_tables import published_benchmarks
from ..graph import result
from ..quantities import Count, Money, Share, Year
from ..study import Study
from .case_studies import short_name

BEFORE, INSIDE, UNKNOWN = "before the data", "inside the data", "unknown"
"""What may be known of a place's first start."""
FUNDERS = 5
"""Funders that a table names; the rest stand together."""
REST = "All others"


@dataclass(frozen=True, slots=True)
class PublishedEffects:
    """Published effects near the links of the model, as `published_benchmarks` gives them."""

    benchmarks: Count
    effects: pd.DataFrame


@dataclass(frozen=True, slots=True)
class CoproductionRecord:
    """The recorded events and their places.

    A scheme of the whole city is counted apart. A start is known if the record or another dated
    page gives it.

    Parameters
    ----------
    prices_from : first year of the prices
    places_before_the_data, places_dated, places_undated : of ``places``, by what is known of the
        first start
    places_evaluated : neighbourhood programmes that started inside the data and have areas
    places_drawn : that have areas; ``recorded_areas`` of ``all_areas`` lie in them
    covered_households : of the city, in a place with areas
    by_place : ``place, name, organisation, kind, start_year, end_year, source_url, known``, one row
        an event, the events of a place together, by the place's first start
    coverage : as `coproduction.coverage`
    known : what is known of the start in each small area with a record, by code
    """

    prices_from: int
    places: Count
    citywide: Count
    events: Count
    places_dated: Count
    places_before_the_data: Count
    places_undated: Count
    places_evaluated: Count
    places_drawn: Count
    covered_areas: Share
    covered_households: Share
    recorded_areas: Count
    all_areas: Count
    by_place: pd.DataFrame
    coverage: pd.DataFrame
    known: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Grants:
    """Grants to recipients in the city, where the folder holds them.

    Parameters
    ----------
    by_funder : ``funder`` and a column of pounds for each year, the largest funders and the rest
    """

    amount: Money
    number: Count
    wards: Count
    funders: Count
    first_year: Year
    last_year: Year
    by_funder: pd.DataFrame


@dataclass(frozen=True, slots=True)
class GrantsRecord:
    """The grants, or nothing where the folder holds none."""

    grants: Grants | None


@result(prefix="practice_research")
def published_effects() -> PublishedEffects:
    """The effects of other studies."""
    effects = published_benchmarks()
    return PublishedEffects(Count(len(effects)), effects)


@result(prefix="practice_research")
def coproduction_record(
    study: Study, folder: DataFolder, areas: pd.DataFrame, places: pd.DataFrame
) -> CoproductionRecord:
    """The record: its events, how much of the city it covers, and where."""
    events = recorded_events(folder, places, study.period.first_year)
    coverage = coproduction.coverage(
        coproduction.events(folder), areas[["lsoa21", "ward22", "households"]]
    )
    total = coverage.iloc[-1]
    local = events[events["place"] != coproduction.CITYWIDE]
    known = local.groupby("place")["known"].first()
    members = tables.place_lsoas(folder).assign(known=lambda rows: rows["place"].map(known))
    drawn = members.dropna(subset="known").drop_duplicates("lsoa21")
    return CoproductionRecord(
        prices_from=study.period.first_year,
        places=Count(len(known)),
        citywide=Count(int((events["place"] == coproduction.CITYWIDE).sum())),
        events=Count(len(events)),
        places_dated=Count(int((known == INSIDE).sum())),
        places_before_the_data=Count(int((known == BEFORE).sum())),
        places_undated=Count(int((known == UNKNOWN).sum())),
        places_evaluated=Count(int((places["status"] == "dated").sum())),
        places_drawn=Count(members["place"].nunique()),
        covered_areas=Share(100 * float(total["share_of_areas"])),
        covered_households=Share(100 * float(total["share_of_households"])),
        recorded_areas=Count(len(drawn)),
        all_areas=Count(len(areas)),
        by_place=events,
        coverage=coverage,
        known=dict(zip(drawn["lsoa21"], drawn["known"], strict=True)),
    )


def recorded_events(folder: DataFolder, places: pd.DataFrame, first_year: int) -> pd.DataFrame:
    """The events of the record and other dated activity, places by their first known start."""
    columns = ["place", "organisation", "kind", "start_year", "end_year", "source_url"]
    record = tables.programmes(folder).drop_duplicates("event")
    events = _with_activity(record[columns], folder)
    first = events.groupby("place")["start_year"].min()
    early = set(places.loc[places["status"] == "before the data", "place"])
    known = pd.Series(
        np.select(
            [first.index.isin(early) | (first <= first_year), first.isna()],
            [BEFORE, UNKNOWN],
            INSIDE,
        ),
        first.index,
    )
    events = events.assign(
        name=events["place"].map(short_name),
        known=events["place"].map(known),
        first=events["place"].map(first),
    )
    ordered = events.sort_values(["first", "place", "start_year"], kind="stable")
    return ordered.drop(columns="first").reset_index(drop=True)


def _with_activity(record: pd.DataFrame, folder: DataFolder) -> pd.DataFrame:
    """The record, its missing starts from other dated activity, and what that holds beside.

    A place is one of the record if its name begins so. An event is one of the record's if it has
    its organisation, or the year of its end.
    """
    if not folder.finds("dated_activity"):
        return record
    more = folder.read("dated_activity")
    names = record["place"].drop_duplicates()

    def recorded(place: str) -> str:
        return next((name for name in names if name.startswith(short_name(place))), place)

    more = more.assign(place=more["place"].map(recorded), kind="")[record.columns]
    keys = pd.MultiIndex.from_frame(record[["place", "organisation"]])
    dates = more.set_index(["place", "organisation"])
    found = dates.reindex(keys).set_index(record.index)
    dated = record["start_year"].isna() & found["start_year"].notna()
    columns = ["start_year", "source_url"]
    record = record.assign(**{name: record[name].mask(dated, found[name]) for name in columns})
    ends = pd.MultiIndex.from_frame(record[["place", "end_year"]].dropna())
    told = dates.index.isin(keys) | pd.MultiIndex.from_frame(more[["place", "end_year"]]).isin(ends)
    return pd.concat([record, more[~told]], ignore_index=True)


@result(prefix="practice_research")
def grants_record(study: Study, folder: DataFolder) -> GrantsRecord:
    """The grants of the city by funder and year."""
    if study.simulated or not folder.finds("grants_360giving"):
        return GrantsRecord(None)
    rows = folder.read("grants_360giving")
    rows = rows[rows["district"] == study.geography.district]
    if rows.empty:
        return GrantsRecord(None)
    largest = rows.groupby("funder")["amount"].sum().nlargest(FUNDERS).index
    named = rows["funder"].where(rows["funder"].isin(largest), REST)
    table = rows.assign(funder=named).pivot_table(
        index="funder", columns="year", values="amount", aggfunc="sum"
    )
    table = table.reindex([*largest, REST]).dropna(how="all")
    table.columns = table.columns.astype(int).astype(str)
    return GrantsRecord(
        Grants(
            amount=Money(float(rows["amount"].sum())),
            number=Count(int(rows["grants"].sum())),
            wards=Count(rows["ward"].nunique()),
            funders=Count(rows["funder"].nunique()),
            first_year=Year(int(rows["year"].min())),
            last_year=Year(int(rows["year"].max())),
            by_funder=table.assign(all_years=table.sum(axis=1)).reset_index(),
        )
    )
