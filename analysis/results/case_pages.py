"""Appendix 1, what the pages of each case-study place show: dated facts, a map, prices by year."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd
import shapely

from ...data import tables
from ...data.catalogue import DataFolder
from ...data.coproduction import place_facts
from ...data.tables import PlaceRules
from ..graph import result
from ..quantities import Count, NotEstimable, Share
from ..reasons import NoSectorInside
from ..study import Study
from ..synthetic_designs import RECORDED, own_sectors
from .case_studies import CasePlace, CaseStudies

CONFOUNDER = "Confounder: "
COARSE = 40.0
"""Metres within which the shapes of a small map may be off: half a line's width."""
MOSTLY = 0.5
"""Share of a sector's postcodes in a place by which its prices describe the place."""


@dataclass(frozen=True, slots=True)
class Fact:
    """What is recorded to have happened in a place.

    Parameters
    ----------
    confounder : whether it could move prices without coproduction
    verified : whether its source was seen
    """

    year_from: int | None
    year_to: int | None
    words: str
    confounder: bool
    verified: bool


@dataclass(frozen=True, slots=True)
class PlaceFacts:
    """The dated facts of a place, confounders last."""

    of: CasePlace
    rows: Count
    facts: tuple[Fact, ...]

    @property
    def key(self) -> str:
        return self.of.key

    @property
    def unverified(self) -> bool:
        """Whether the source of one of them was not seen."""
        return not all(fact.verified for fact in self.facts)


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """The dated facts of all case-study places."""

    INLINE: ClassVar = ("places",)
    places: tuple[PlaceFacts, ...]


@result()
def case_facts(folder: DataFolder, case_studies: CaseStudies) -> CaseFacts:
    """What is written of each place or, where nobody wrote any, the events on record."""
    written, found = place_facts(folder), []
    for of in case_studies.chosen:
        own = written[written["place"] == of.place]
        rows = own if len(own) else _as_facts(folder, of.place)
        facts = tuple(map(_fact, rows.to_dict("records")))
        found.append(PlaceFacts(of, Count(len(facts)), tuple(sorted(facts, key=_order))))
    return CaseFacts(tuple(found))


def _as_facts(folder: DataFolder, place: str) -> pd.DataFrame:
    events = tables.place_events(folder).query("place == @place")
    words = events["organisation"].where(events["note"] == "", events["note"])
    columns = events[["start_year", "end_year"]].set_axis(["year_from", "year_to"], axis=1)
    return columns.assign(fact=words, verified=True)


def _fact(row: Mapping[Hashable, object]) -> Fact:
    words = str(row["fact"])
    year_from, year_to = (_year(row[name]) for name in ("year_from", "year_to"))
    confounder = words.startswith(CONFOUNDER)
    return Fact(
        year_from, year_to, words.removeprefix(CONFOUNDER), confounder, bool(row["verified"])
    )


def _year(value: object) -> int | None:
    return int(value) if isinstance(value, int | float) and np.isfinite(value) else None


def _order(fact: Fact) -> tuple[object, ...]:
    """Confounders last; by year, unknown years last."""
    years = (fact.year_from, fact.year_to)
    return (fact.confounder, *(np.inf if year is None else year for year in years))


@dataclass(frozen=True, slots=True)
class PlaceMap:
    """Where a place lies.

    Parameters
    ----------
    sectors : how many postcode sectors describe it, ``own``
    compared : those of them that stand for it in a comparison
    basis : how well the recorded areas match the place, where the record says so
    """

    of: CasePlace
    sectors: Count | NotEstimable
    own: tuple[str, ...]
    compared: tuple[str, ...]
    basis: str

    @property
    def key(self) -> str:
        return self.of.key


@dataclass(frozen=True, slots=True)
class CaseMaps:
    """What the maps of all places share.

    Parameters
    ----------
    inside, mostly : least shares of its postcodes by which a sector stands for a place in a
        comparison, and by which it describes the place
    shapes : of the recorded places, by name
    outline, wards : the city's, and the boundaries of its wards, each shared one once
    centres : ``sector, easting, northing`` of the sectors with prices
    """

    INLINE: ClassVar = ("places",)
    places: tuple[PlaceMap, ...]
    inside: Share
    mostly: Share
    shapes: Mapping[str, shapely.Geometry]
    outline: shapely.Geometry
    wards: shapely.Geometry
    centres: pd.DataFrame

    @property
    def drawn(self) -> tuple[PlaceMap, ...]:
        """The places that have sectors with prices."""
        return tuple(one for one in self.places if one.own)


@result(prefix="case_pages")
def case_maps(
    study: Study,
    folder: DataFolder,
    rules: PlaceRules,
    sectors: pd.DataFrame,
    places: pd.DataFrame,
    shapes: Mapping[str, pd.DataFrame],
    case_studies: CaseStudies,
) -> CaseMaps:
    """The shapes of the recorded places, and the sectors that stand for each case study."""
    sold, inside = sectors["sector"].unique(), study.coproduction.sector_share_inside
    shares = tables.sector_places(folder, rules)
    centres = folder.read("sector_share")[["sector", "easting", "northing"]]
    wards = np.asarray(shapes["ward22"]["geometry"].array)
    chosen = [of.place for of in case_studies.chosen]
    return CaseMaps(
        places=tuple(
            _place_map(of, shares, sold, inside, _basis(study, folder, of.place))
            for of in case_studies.chosen
        ),
        inside=Share(100 * inside),
        mostly=Share(100 * mostly(inside)),
        shapes=_shapes(folder, places, shapes["lsoa21"], chosen),
        outline=shapely.simplify(shapely.union_all(wards), COARSE),
        wards=shapely.union_all(shapely.boundary(wards)),
        centres=centres[centres["sector"].isin(sold)].reset_index(drop=True),
    )


def mostly(inside: float) -> float:
    """The least share by which a sector describes a place; no more than a comparison asks for."""
    return min(MOSTLY, inside)


def _place_map(
    of: CasePlace, shares: pd.DataFrame, sold: Collection[str], inside: float, basis: str
) -> PlaceMap:
    own = own_sectors(shares, of.place, sold, mostly(inside))
    none = NotEstimable(NoSectorInside(mostly(inside)), unit="count")
    compared = own_sectors(shares, of.place, sold, inside)
    return PlaceMap(of, Count(len(own)) if own else none, own, compared, basis)


def _basis(study: Study, folder: DataFolder, place: str) -> str:
    if study.simulated or not folder.finds("place_areas"):
        return ""
    areas = folder.read("place_areas").query("place == @place")
    return str(areas["basis"].iloc[0]) if len(areas) else ""


def _shapes(
    folder: DataFolder, places: pd.DataFrame, lsoas: pd.DataFrame, chosen: Sequence[str]
) -> dict[str, shapely.Geometry]:
    """One shape a place that no comparator may hold, or that has pages of its own."""
    shown = places["status"].isin(RECORDED) | places["place"].isin(chosen)
    members = tables.place_lsoas(folder)
    members = members[members["place"].isin(places.loc[shown, "place"])]
    geometry = lsoas.set_index("code")["geometry"]
    return {
        str(place): shapely.simplify(shapely.union_all(np.asarray(geometry[own["lsoa21"]])), COARSE)
        for place, own in members.groupby("place")
    }
