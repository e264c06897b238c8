"""The exhibits on a case-study place's own pages: its facts, its map, its prices."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import shapely

from ....analysis.case_records import PricePaths
from ....analysis.results.case_effects import CaseEffects, PlaceEffect
from ....analysis.results.case_later import CaseLater
from ....analysis.results.case_pages import (
    CaseFacts,
    CaseMaps,
    Fact,
    PlaceFacts,
    PlaceMap,
)
from ....analysis.results.case_studies import CasePlace, CaseStudies, short_name
from ....analysis.results.place_paths import PlacePaths
from ....analysis.synthetic_designs import NEIGHBOUR
from ...exhibits import Body, Column, FigureBody, TableBody

PARTS = ("What is recorded", "What else could move prices there")
ROLES = (
    "Sector that stands for the place",
    "Too near to be a donor",
    "In another recorded place, or with few sales",
    "Donor",
)
LINES = 40
"""Placebo places drawn: more would be one grey blot."""
PLACE, COMPARATOR, BAND, PLACEBOS = "The place", "Comparator", "95% interval", "Placebo places"
STYLES = {PLACE: "place", COMPARATOR: "other", BAND: "interval", PLACEBOS: "many"}


@dataclass(frozen=True, slots=True)
class Evaluated:
    """The comparisons of places: of their starts and of their later events."""

    effects: CaseEffects
    later: CaseLater
    paths: PlacePaths

    def start(self, key: str) -> PlaceEffect | None:
        """The evaluation of a place's start, if there is one."""
        one = self.effects.of(key)
        return one if isinstance(one, PlaceEffect) else None

    def donors(self, key: str) -> tuple[str, ...]:
        """Those of the start or, without one, of the first later event; none without either."""
        if start := self.start(key):
            return start.paths.donors
        changes = self.later.of(key).compared
        return changes[0][1].paths.donors if changes else ()


def exhibits(
    case_studies: CaseStudies,
    case_facts: CaseFacts,
    case_maps: CaseMaps,
    evaluated: Evaluated,
) -> Iterator[Body]:
    """Facts of every place; map and prices of those with sectors that have prices."""
    yield from map(_facts, case_facts.places)
    named = [of.place for of in case_studies.chosen if of.place in case_maps.shapes]
    for one in case_maps.drawn:
        yield _map(case_maps, one, evaluated.donors(one.key), named)
        if evaluated.start(one.key) or evaluated.paths.end_of(one.of.place):
            yield _path(one.of, evaluated)


def _facts(one: PlaceFacts) -> TableBody:
    rows = [
        {
            "part": PARTS[fact.confounder],
            "year_from": fact.year_from,
            "year_to": fact.year_to,
            "fact": _told(fact),
        }
        for fact in one.facts
    ]
    frame = pd.DataFrame(rows, columns=["part", "year_from", "year_to", "fact"])
    return TableBody(
        f"case_pages.{one.key}.facts",
        frame.astype({"year_from": "Int64", "year_to": "Int64"}),
        (
            Column("year_from", "From", "year"),
            Column("year_to", "To", "year"),
            Column("fact", "Fact"),
        ),
        shows=(one,),
        group_by="part",
    )


def _told(fact: Fact) -> str:
    doubt = "" if fact.verified else " †"
    return fact.words[:1].upper() + fact.words[1:] + doubt


def _map(maps: CaseMaps, one: PlaceMap, donors: Sequence[str], named: Sequence[str]) -> FigureBody:
    """Where the place lies, which sectors stand for it, and which may be donors."""
    frame = _roles(maps.centres, one.compared or one.own, donors)
    points = shapely.points(frame.loc[frame["role"] == ROLES[0], ["easting", "northing"]])
    near = f"Within {NEIGHBOUR / 1000:.1f} km of a sector of the place: too near for a donor"
    return FigureBody(
        f"case_pages.{one.key}.map",
        "locator",
        frame,
        shows=(one,),
        options={
            "city": maps.outline,
            "place": maps.shapes[one.of.place],
            "others": [shape for name, shape in maps.shapes.items() if name != one.of.place],
            "zone": shapely.union_all(shapely.buffer(points, NEIGHBOUR)) if donors else None,
            "wards": maps.wards,
            "areas": (f"{one.of.name}, as recorded", "Other recorded places", near),
            "order": ROLES,
            "names": [_above(name, maps.shapes[name]) for name in named],
        },
    )


def _roles(centres: pd.DataFrame, own: Sequence[str], donors: Sequence[str]) -> pd.DataFrame:
    """The sectors that a map shows, each with its part in the comparison."""
    mine = centres["sector"].isin(own)
    if not donors:
        return centres[mine].assign(role=ROLES[0])
    points = centres[["easting", "northing"]].to_numpy(float)
    near = np.linalg.norm(points[:, None] - points[mine][None], axis=2).min(axis=1) < NEIGHBOUR
    donor = centres["sector"].isin(donors)
    return centres.assign(role=np.select([mine, near, donor], [*ROLES[:2], ROLES[3]], ROLES[2]))


def _above(place: str, shape: shapely.Geometry) -> tuple[float, float, str]:
    """The place's name above its shape, which it would else hide."""
    west, _, east, north = shapely.bounds(shape)
    return (west + east) / 2, north + 600.0, short_name(place)


@dataclass(frozen=True, slots=True)
class _Panel:
    """One chart: ``series, line, x, y``, and how it is drawn."""

    name: str
    frame: pd.DataFrame
    options: dict[str, Any]


def _path(of: CasePlace, evaluated: Evaluated) -> FigureBody:
    """The place's prices against its comparator or, without one, against the city's."""
    start = evaluated.start(of.key)
    if start:
        panels = _of_start(start)
    else:
        changes = evaluated.later.of(of.key).compared
        years = [event.year.year for event, _ in changes]
        panels = [_of_city(evaluated.paths.path_of(of.place), years)]
        panels += [_of_event(event.year.year, change.paths) for event, change in changes]
    frame = pd.concat([each.frame.assign(panel=each.name) for each in panels], ignore_index=True)
    return FigureBody(
        f"case_pages.{of.key}.path",
        "panels",
        frame,
        shows=(evaluated.paths,),
        options={
            "styles": {name: STYLES[name] for name in STYLES if name in set(frame["series"])},
            "panels": {each.name: each.options for each in panels},
            "height": 38.0 if len(panels) > 1 else 46.0,
        },
    )


def _of_start(start: PlaceEffect) -> list[_Panel]:
    paths, events = start.paths, [(float(start.began.year), "start")]
    if start.ended:
        events.append((float(start.ended.year), "end"))
    logs = {PLACE: paths.place, COMPARATOR: paths.place - paths.gap}
    lines = [_line(series, 0, paths.years, np.exp(each)) for series, each in logs.items()]
    options = {"y_label": "Pounds", "y_format": "pounds", "log_y": True, "events": events}
    prices = _Panel("The place and its comparator", pd.concat(lines), options)
    return [prices, _gaps(paths, "Gap between them, and of placebo places", events)]


def _of_city(path: pd.DataFrame, years: Sequence[int]) -> _Panel:
    columns = ((BAND, 0, "low"), (BAND, 1, "high"), (PLACE, 0, "log_gap"))
    lines = [
        _line(series, line, path["year"].to_numpy(), _percent(path[column].to_numpy()))
        for series, line, column in columns
    ]
    options = {
        "y_label": "Per cent",
        "y_format": "number0",
        "events": [(float(year), str(year)) for year in years],
    }
    return _Panel("Gap to the city, both set equal in the first year", pd.concat(lines), options)


def _of_event(year: int, paths: PricePaths) -> _Panel:
    title = f"Gap to a comparator built on {paths.years[0]} to {year}"
    return _gaps(paths, title, [(float(year), str(year))])


def _gaps(paths: PricePaths, name: str, events: Sequence[tuple[float, str]]) -> _Panel:
    """The place's gap over those of placebo places, spread evenly by the size of their effects."""
    gaps = paths.placebo_gaps
    chosen = np.unique(np.linspace(0, len(gaps) - 1, LINES).round().astype(int))
    lines = [_line(PLACEBOS, i, paths.years, _percent(gaps[each])) for i, each in enumerate(chosen)]
    lines.append(_line(PLACE, 0, paths.years, _percent(paths.gap)))
    options = {"y_label": "Per cent", "y_format": "number0", "events": list(events)}
    return _Panel(name, pd.concat(lines), options)


def _percent(gap: np.ndarray) -> np.ndarray:
    return np.asarray(100 * np.expm1(gap))


def _line(series: str, line: int, x: np.ndarray, y: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame({"series": series, "line": line, "x": x, "y": y})
