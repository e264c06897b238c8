"""Postcodes of a city: points in its areas, gathered into sectors that follow no other border."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from .geography import CENTRE, Areas, Flags, Floats, Ints, points_inside, relaxed, split_evenly
from .truth import CitySize

_UNIT_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"
_SECTORS_PER_DISTRICT = 3
_TERMINATED_SHARE = 0.03


@dataclass(frozen=True, slots=True, eq=False)
class Postcodes:
    """The postcodes of a city, live ones first; fictitious area "X"."""

    name: list[str]
    """Such as "X1 1AA"."""
    point: Floats
    """(p, 2) easting and northing in whole metres."""
    area: Ints
    """Index of the small area that holds it."""
    sector: Ints
    sector_name: list[str]
    """Such as "X1 1", by sector number."""
    live: Flags

    @property
    def district_name(self) -> list[str]:
        """Such as "X1", by sector number."""
        return [name.split(" ")[0] for name in self.sector_name]


def make_postcodes(areas: Areas, size: CitySize, rng: np.random.Generator) -> Postcodes:
    """As many postcodes in each area, and sectors by the nearest sector centre."""
    per_area = size.postcodes // size.areas
    live = [_points(areas, area, per_area, rng) for area in range(size.areas)]
    gone_area = rng.integers(0, size.areas, round(_TERMINATED_SHARE * size.postcodes))
    gone = [_points(areas, area, 1, rng) for area in gone_area]
    point: Floats = np.concatenate(live + gone).round()
    area = np.concatenate([np.repeat(np.arange(size.areas), per_area), gone_area])
    centres = relaxed(point[rng.permutation(len(point))], size.sectors, rounds=6)
    sector = cKDTree(centres).query(point)[1].astype(np.int64)
    sector_name = _sector_names(centres, rng)
    return Postcodes(
        name=[f"{sector_name[s]}{unit}" for s, unit in zip(sector, _units(sector), strict=True)],
        point=point,
        area=area,
        sector=sector,
        sector_name=sector_name,
        live=np.arange(len(point)) < size.areas * per_area,
    )


def _points(areas: Areas, area: int, count: int, rng: np.random.Generator) -> Floats:
    return points_inside(areas.polygons[area], areas.centres[area], count, rng)


def _sector_names(centres: Floats, rng: np.random.Generator) -> list[str]:
    """Districts of neighbouring sectors, numbered from the middle of the city outwards."""
    count = -(-len(centres) // _SECTORS_PER_DISTRICT)
    district = split_evenly(centres, count, rng)
    distance = np.hypot(*(centres - CENTRE).T)
    mean = np.bincount(district, weights=distance) / np.bincount(district)
    number = np.empty(count, dtype=np.int64)
    number[np.argsort(mean)] = np.arange(1, count + 1)
    return [f"X{number[d]} {k}" for d, k in zip(district, _running(district) + 1, strict=True)]


def _units(sector: Ints) -> list[str]:
    letters = len(_UNIT_LETTERS)
    return [
        _UNIT_LETTERS[k // letters] + _UNIT_LETTERS[k % letters] for k in _running(sector).tolist()
    ]


def _running(group: Ints) -> Ints:
    """The position of each element within its group: 0, 1, 2, ..."""
    order = np.argsort(group, kind="stable")
    counts = np.bincount(group)
    first = np.repeat(np.cumsum(counts) - counts, counts)
    position = np.empty(len(group), dtype=np.int64)
    position[order] = np.arange(len(group)) - first
    return position
