"""Coproduction on record: its events, where they are, and how much of a city they cover.

What nobody recorded is unknown, not absent.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from . import geography
from .catalogue import DataFolder, catalogue
from .placing import place_sales
from .readers.coproduction_events import COLUMNS, EXAMPLE

COMMUNITY_RUN = "CR"
"""The library data's code of a library that its community runs."""
SERVICE = "community-run service"
CITYWIDE = "citywide"
"""The place of a scheme of the whole city, which the record does not place."""
LIBRARIES_OF = 2023
"""The year for which the library data says who runs each library."""
_EXAMPLES = f"""
{EXAMPLE} Old Mill,ward22,E05000001; E05000002,brokered with communities,Old Mill Forum,\
2001,2003,2010,12,meetings a year,https://example.org/forum,between,Began between these years.
{EXAMPLE} Riverside,,,asset transfer,Riverside Trust,\
,2012,,,,https://example.org/hall,unknown,Ran by 2012; not placed.
"""


def events(folder: DataFolder) -> pd.DataFrame:
    """The coproduction events of a folder's city, one row an event and area.

    They come from the folder's own record; without one, from the study's; without that, from the
    folder's sites and place areas, all of the kind "brokered with communities". Open libraries
    that their community runs follow, with an unknown start, unless the record names them.

    Returns
    -------
    frame with ``event`` (number) and the columns of `readers.coproduction_events`
    """
    return folder.once("coproduction events", _events)


def place_facts(folder: DataFolder) -> pd.DataFrame:
    """Dated facts of recorded places, see `readers.place_facts`; none where nobody wrote any."""
    if not folder.finds("place_facts"):
        return pd.DataFrame(columns=["place", "year_from", "year_to", "fact", "source", "verified"])
    return folder.read("place_facts")


def _events(folder: DataFolder) -> pd.DataFrame:
    recorded = _recorded(folder)
    libraries = _community_libraries(folder, recorded)
    if libraries.empty:
        return recorded
    return pd.concat([recorded, libraries], ignore_index=True)


def template() -> str:
    """A CSV of the record's layout with two example rows, which the reader refuses."""
    return ",".join(COLUMNS) + _EXAMPLES


def event_areas(events: pd.DataFrame, lsoa21_ward22: pd.DataFrame) -> pd.DataFrame:
    """The 2021 LSOAs of each placed event: ``event, lsoa21``, each pair once."""
    placed = events[events["area_code"] != ""]
    as_places = pd.DataFrame(
        {
            "place": placed["event"],
            "geography": placed["area_geography"],
            "code": placed["area_code"],
        }
    )
    return geography.place_lsoas(as_places, lsoa21_ward22).rename(columns={"place": "event"})


def place_areas(events: pd.DataFrame, lsoa21_ward22: pd.DataFrame) -> pd.DataFrame:
    """The areas of each place, as `geography` wants them: ``place, geography, code``.

    An LSOA inside a ward of the same place is left out, so that its homes count once.
    """
    columns = ["place", "area_geography", "area_code"]
    areas = events.loc[events["area_code"] != "", columns].drop_duplicates()
    inside = areas.merge(lsoa21_ward22, left_on="area_code", right_on="ward22")
    twice = (areas["place"] + areas["area_code"]).isin(inside["place"] + inside["lsoa21"])
    return areas[~twice].set_axis(["place", "geography", "code"], axis=1).reset_index(drop=True)


def coverage(events: pd.DataFrame, areas: pd.DataFrame) -> pd.DataFrame:
    """How much of the city lies in a place with a record, by kind and for any kind.

    Parameters
    ----------
    areas : ``lsoa21, ward22, households``

    Returns
    -------
    frame ``kind`` (the last row "any kind"), ``events, events_placed, areas, share_of_areas,
    share_of_households`` (0-1); the rest of the city is not on record, which is not the same as
    without coproduction
    """
    kinds = list(dict.fromkeys(events["kind"]))
    rows = [_covered(kind, events[events["kind"] == kind], areas) for kind in kinds]
    return pd.DataFrame([*rows, _covered("any kind", events, areas)])


def _recorded(folder: DataFolder) -> pd.DataFrame:
    if folder.finds("coproduction_sites") and not folder.finds("coproduction_events"):
        return _from_sites(folder)
    return folder.read("coproduction_events")


def _from_sites(folder: DataFolder) -> pd.DataFrame:
    sites = folder.read("coproduction_sites").reset_index(drop=True)
    places = folder.read("place_areas")[["place", "geography", "code"]]
    start, latest = sites["start_earliest"], sites["start_latest"]
    frame = pd.DataFrame(
        {
            "event": range(1, len(sites) + 1),
            "place": sites["place"],
            "kind": "brokered with communities",
            "organisation": sites["organisation"],
            "start_year": start,
            "start_latest": latest,
            "end_year": sites["end"],
            "intensity": np.nan,
            "intensity_unit": "",
            "source_url": sites["source_url"],
            "date_certainty": np.select(
                [start.isna(), latest > start], ["unknown", "between"], "year"
            ),
            "note": sites["description"],
        }
    ).merge(places, on="place", how="left")
    frame = frame.rename(columns={"geography": "area_geography", "code": "area_code"})
    blanks = {"area_geography": "", "area_code": ""}
    return frame.fillna(blanks)[["event", *COLUMNS]]


def _community_libraries(folder: DataFolder, recorded: pd.DataFrame) -> pd.DataFrame:
    """Open libraries that their community runs, in the recorded place that holds them."""
    libraries = folder.read("libraries")
    run = (libraries["operation"] == COMMUNITY_RUN) & libraries["closed"].isna()
    services = recorded[recorded["kind"] == SERVICE]
    named = set(services["organisation"])
    own = libraries[run & ~libraries["name"].isin(named) & ~libraries["organisation"].isin(named)]
    if own.empty:
        return recorded.iloc[:0]
    own = own.merge(_areas_of_postcodes(folder, own), on="name", how="left")
    held = event_areas(recorded, folder.read("lsoa21_ward22")).merge(
        recorded[["event", "place"]].drop_duplicates("event"), on="event"
    )
    place_of = held.drop_duplicates("lsoa21").set_index("lsoa21")["place"]
    placed = own["area"].notna()
    return pd.DataFrame(
        {
            "event": range(recorded["event"].max() + 1, recorded["event"].max() + 1 + len(own)),
            "place": own["area"].map(place_of).astype("str").fillna(own["name"]),
            "area_geography": np.where(placed, "lsoa21", ""),
            "area_code": own["area"].fillna(""),
            "kind": SERVICE,
            "organisation": own["organisation"].mask(own["organisation"] == "", own["name"]),
            "start_year": np.nan,
            "start_latest": float(LIBRARIES_OF),
            "end_year": np.nan,
            "intensity": np.nan,
            "intensity_unit": "",
            "source_url": catalogue()["libraries"].page,
            "date_certainty": "unknown",
            "note": own["name"] + f", run by its community in {LIBRARIES_OF}.",
        }
    )


def _areas_of_postcodes(folder: DataFolder, rows: pd.DataFrame) -> pd.DataFrame:
    """The 2021 LSOA of each postcode that can be placed: ``name, area``."""
    placed = place_sales(
        rows,
        folder.read("postcode_lookup"),
        folder.read("lsoa11_lsoa21"),
        folder.read("code_point_open"),
        folder.read("boundaries_lsoa21"),
    )
    return placed.frame[["name", "area"]]


def _covered(kind: str, events: pd.DataFrame, areas: pd.DataFrame) -> dict[str, object]:
    inside = areas["lsoa21"].isin(event_areas(events, areas)["lsoa21"])
    homes = areas["households"]
    return {
        "kind": kind,
        "events": events["event"].nunique(),
        "events_placed": events.loc[events["area_code"] != "", "event"].nunique(),
        "areas": int(inside.sum()),
        "share_of_areas": float(inside.mean()),
        "share_of_households": float(homes[inside].sum() / homes.sum()),
    }
