"""Checks of the record of coproduction as a whole, and of the places that a study names."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

import pandas as pd

from .errors import did_you_mean, first_values
from .source_checks import Check

RECORD = "coproduction_events"
_ADVICE = "Correct the name, or leave it out."


def place_key(place: str) -> str:
    """A place's name without what stands in brackets, as part of a finding's name.

    Examples
    --------
    >>> place_key("King's Norton (south)")
    'king_s_norton'
    """
    return re.sub(r"\W+", "_", place.split(" (")[0].lower()).strip("_")


def check_record(events: pd.DataFrame, latest: int) -> Iterator[Check]:
    """What the events of the programmes say together.

    Parameters
    ----------
    events : see `coproduction.events`, without single services
    latest : the year of the report, in which the last event may have started
    """
    placed = events[events["area_code"] != ""]
    found = f"none of {events['event'].nunique():,} has. Fill area_geography and area_code."
    yield _told("An event of the record has an area", "" if len(placed) else found)
    geographies = placed.groupby("place")["area_geography"].nunique()
    mixed = geographies.index[geographies > 1].tolist()
    told = f"{first_values(mixed)}: by wards and by LSOAs. Give each in one." if mixed else ""
    yield _told("Each place of the record is given in one geography", told)
    yield _told("The names of places tell them apart", " ".join(_alike(events["place"].unique())))
    ahead = events.loc[events["start_year"] > latest].drop_duplicates("event")
    years = ahead["start_year"].astype(int).astype(str)
    started = (ahead["place"] + " in " + years).tolist()
    told = f"{first_values(started)}. Correct the year, or leave these out." if started else ""
    yield _told(f"No event of the record starts after the report's year, {latest}", told)


def check_names(
    named: Mapping[str, Collection[str]], known: Collection[str], what: str
) -> Iterator[Check]:
    """The names that a study gives under each of its keys are known ones."""
    for key, names in named.items():
        strange = [name for name in names if name not in known]
        told = [f"{name!r} is not.{did_you_mean(name, known, most=3)}" for name in strange]
        detail = " ".join([*told, _ADVICE]) if told else ""
        yield Check("study", f"Each name under {key} is {what}", not strange, detail)


def _told(sentence: str, detail: str) -> Check:
    return Check(RECORD, sentence, not detail, detail)


def _alike(places: Collection[str]) -> Iterator[str]:
    keys = pd.Series({place: place_key(place) for place in places}, dtype=object)
    blank = keys.index[keys == ""].tolist()
    if blank:
        yield f"{first_values(blank)}: no letter and no digit. Give a name in words."
    for _, same in keys[keys != ""].groupby(keys):
        if len(same) > 1:
            yield (
                f"{first_values(same.index.tolist())} differ by capitals, signs or what stands in "
                "brackets only. Write one place in one way, and two in different words."
            )
