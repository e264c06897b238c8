"""Coproduction on record: its events, and what they say of each small area and year.

What nobody recorded is unknown, not absent. So a year before the first recorded start of an area
is 0, an area with a start of unknown date is missing, and an area without any record is missing
or 0 as the caller declares.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from . import geography
from .catalogue import DataFolder, catalogue
from .errors import DataError, first_values
from .placing import place_sales
from .readers.coproduction_events import COLUMNS, EXAMPLE

if TYPE_CHECKING:
    import geopandas as gpd

Bound = Literal["earliest", "latest"]
"""Which year counts where a start is known to lie between two."""
Unknown = Literal["missing", "zero"]
"""What an area without any record becomes."""
COMMUNITY_RUN = "CR"
"""The library data's code of a library that its community runs."""
SERVICE = "community-run service"
LIBRARIES_OF = 2023
"""The year for which the library data says who runs each library."""
RINGS = (
    "in an area on record",
    "0 to 250 m",
    "250 to 500 m",
    "500 to 1000 m",
    "beyond 1000 m",
)
_RING_ENDS = (250.0, 500.0, 1000.0)
_KEY = ["lsoa21", "year"]
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


def measures(
    events: pd.DataFrame,
    areas: pd.DataFrame,
    years: Sequence[int],
    *,
    unknown: Unknown,
    start: Bound = "earliest",
    unit: str = "",
) -> pd.DataFrame:
    """What the events say of each area and year.

    Parameters
    ----------
    events : see `events`; filter by kind beforehand where one kind is meant
    areas : ``lsoa21, ward22``, one row an area
    years : calendar years
    unknown : what an area without any record gets: "missing" or "zero"
    start : which of two years counts where a start lies between them
    unit : the unit of intensity that ``dose`` adds up; may be left out if there is one only

    Returns
    -------
    frame ``lsoa21, year`` and

    - ``recorded`` : 1 if the area has any record, of whatever year, else 0
    - ``undated`` : its events of unknown start
    - ``ever`` : 1 if an event had started by the year, 0 if all started later, missing if an
      event of unknown start may have
    - ``active`` : 1 if an event was going on in the year; one without a recorded end goes on
    - ``since`` : years since the first dated start; missing before it
    - ``cumulated_years`` : calendar years of activity up to the year, first and last included,
      summed over dated events
    - ``dose`` : sum of the known intensities of the events started by the year; missing if none
      of them is known

    Raises
    ------
    DataError
        Several units of intensity and ``unit`` not one of them.
    """
    spans = _spans(events, start, unit)
    pairs = event_areas(events, areas).merge(spans, on="event")
    long = _states(pairs.merge(pd.DataFrame({"year": list(years)}), how="cross"))
    by = long.groupby(_KEY)
    found = pd.DataFrame(
        {
            "recorded": by.size().clip(upper=1),
            "undated": by["undated"].sum(),
            "ever": _any(long, "started"),
            "active": _any(long, "active"),
            "since": by["since"].max(),
            "cumulated_years": by["cumulated"].sum(min_count=1),
            "dose": by["amount"].sum(min_count=1),
        }
    )
    found["dose"] = found["dose"].mask(found["dose"].isna() & (found["ever"] == 0), 0.0)
    grid = areas[["lsoa21"]].merge(pd.DataFrame({"year": list(years)}), how="cross")
    out = grid.merge(found.reset_index(), on=_KEY, how="left", validate="1:1")
    nowhere = out["recorded"].isna()
    if unknown == "zero":
        out.loc[nowhere, ["ever", "active", "cumulated_years", "dose"]] = 0.0
    counts = ["recorded", "undated"]
    out[counts] = out[counts].fillna(0).astype("int64")
    return out


def rings(
    events: pd.DataFrame,
    boundaries: gpd.GeoDataFrame,
    areas: pd.DataFrame,
    year: int | None = None,
    start: Bound = "earliest",
) -> pd.DataFrame:
    """How far each area is from the nearest area with an event.

    The distance runs from the area's centroid to the nearest edge of an area that holds an event,
    and is 0 for that area itself. An event's areas are whole wards or LSOAs, so the distance is
    at most that to the activity itself.

    Parameters
    ----------
    boundaries : ``code`` (LSOA 2021), ``geometry`` in EPSG:27700
    areas : ``lsoa21, ward22``
    year : count events known to have started by then; without it every event, dated or not

    Returns
    -------
    frame ``lsoa21, distance`` (metres), ``ring`` (ordered, one of `RINGS`; an end belongs to the
    nearer ring), ``undated_nearer`` (an event that may have started by the year is nearer)
    """
    certain = possible = set(event_areas(events, areas)["lsoa21"])
    if year is not None:
        state = measures(_plain(events), areas, [year], unknown="zero", start=start)
        certain = set(state.loc[state["ever"] == 1, "lsoa21"])
        possible = certain | set(state.loc[state["ever"].isna(), "lsoa21"])
    distance = _distances(boundaries, certain)
    on_record = boundaries["code"].isin(certain).to_numpy()
    ring = np.where(on_record, 0, 1 + np.searchsorted(_RING_ENDS, distance))
    ring = np.where(np.isnan(distance), -1, ring)
    nearest = _distances(boundaries, possible)
    return pd.DataFrame(
        {
            "lsoa21": boundaries["code"].to_numpy(),
            "distance": distance,
            "ring": pd.Categorical.from_codes(ring.tolist(), pd.Index(RINGS), ordered=True),
            "undated_nearer": (nearest < distance) | (np.isnan(distance) & ~np.isnan(nearest)),
        }
    )


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


def _spans(events: pd.DataFrame, start: Bound, unit: str) -> pd.DataFrame:
    """One row an event: ``event, first`` (missing if not known), ``by, end, amount``."""
    once = events.drop_duplicates("event")
    units = sorted(set(once["intensity_unit"]) - {""})
    if (len(units) > 1 or unit) and unit not in units:
        raise DataError(
            f"dose: intensities are in {first_values(units)}, and {unit!r} is asked for. "
            "Name one of these units; amounts of different units do not add up."
        )
    wanted = unit or (units[0] if units else "")
    first = once["start_year"] if start == "earliest" else once["start_latest"]
    return pd.DataFrame(
        {
            "event": once["event"],
            "first": first.where(once["start_year"].notna()),
            "by": once["start_latest"].fillna(once["end_year"]),
            "end": once["end_year"],
            "intensity": once["intensity"].where(once["intensity_unit"] == wanted),
        }
    )


def _states(long: pd.DataFrame) -> pd.DataFrame:
    """Each event, area and year with what holds in it; missing where it is not known."""
    year, first = long["year"], long["first"]
    started = pd.Series(
        np.select([(year >= first) | (year >= long["by"]), year < first], [1.0, 0.0], np.nan),
        index=long.index,
    )
    span = np.minimum(year, long["end"].fillna(np.inf)) - first + 1
    return long.assign(
        undated=first.isna().astype("int64"),
        started=started,
        active=started.mask(year > long["end"], 0.0),
        since=(year - first).where(year >= first),
        cumulated=span.clip(lower=0),
        amount=long["intensity"].where(started == 1),
    )


def _any(long: pd.DataFrame, column: str) -> pd.Series:
    """1 if any event is 1, else missing if any is missing, else 0, by area and year."""
    top = long.groupby(_KEY)[column].max()
    unsure = long[column].isna().groupby([long[name] for name in _KEY]).any()
    return top.where((top == 1) | ~unsure)


def _plain(events: pd.DataFrame) -> pd.DataFrame:
    """The events without their intensities, whose units do not matter for distances."""
    return events.assign(intensity=np.nan, intensity_unit="")


def _distances(boundaries: gpd.GeoDataFrame, inside: set[str]) -> np.ndarray:
    """Metres from each centroid to the nearest of the areas ``inside``; missing if none."""
    import shapely

    chosen = boundaries["code"].isin(inside).to_numpy()
    distance = np.full(len(boundaries), np.nan)
    if chosen.any():
        shapes = boundaries.geometry.to_numpy()
        tree = shapely.STRtree(shapes[chosen])
        centre, nearest = tree.query_nearest(shapely.centroid(shapes), all_matches=False)
        distance[centre] = shapely.distance(
            shapely.centroid(shapes)[centre], shapes[chosen][nearest]
        )
        distance[chosen] = 0.0
    return distance


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
