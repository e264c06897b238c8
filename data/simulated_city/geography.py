"""A city's shape: small areas without gaps, grouped into middle areas and wards."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import Voronoi, cKDTree

from .truth import CitySize

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

CENTRE = np.array([410_000.0, 290_000.0])
"""Grid reference (EPSG:27700) of the city's middle."""


@dataclass(frozen=True, slots=True, eq=False)
class Areas:
    """The small areas (index 0..n-1) of a city and what they belong to."""

    centres: Floats
    """(n, 2) easting and northing in metres."""
    polygons: NDArray[np.object_]
    """(n,) shapely polygons that share their borders."""
    neighbours: csr_array
    """(n, n) ones where two areas share a border."""
    middle: Ints
    ward: Ints

    @property
    def centrality(self) -> Floats:
        """1 in the middle of the city, falling to 0 at its edge."""
        distance = np.hypot(*(self.centres - CENTRE).T)
        return np.asarray(1 - distance / distance.max())


def make_areas(size: CitySize, rng: np.random.Generator) -> Areas:
    """Areas of about equal population: small in the middle of the city, larger at its edge."""
    outline = _Outline(rng, radius=360.0 * np.sqrt(size.areas))
    centres = _relaxed_centres(size.areas, outline, rng)
    voronoi = Voronoi(np.vstack([centres, outline.mirrored(centres)]))
    polygons = _cells(voronoi, size.areas, rng)
    pairs = voronoi.ridge_points[(voronoi.ridge_points < size.areas).all(axis=1)]
    ones = np.ones(len(pairs))
    one_way = coo_array((ones, (pairs[:, 0], pairs[:, 1])), shape=(size.areas, size.areas))
    neighbours = (one_way + one_way.T).tocsr()
    middle = _joined(split_evenly(centres, size.middle_areas, rng), neighbours)
    ward = _joined(split_evenly(centres, size.wards, rng), neighbours)
    return Areas(centres, polygons, neighbours, _north_to_south(middle, centres), ward)


class _Outline:
    """A star-shaped city limit: radius as a smooth function of the bearing."""

    def __init__(self, rng: np.random.Generator, radius: float) -> None:
        self._radius = radius
        self._waves = np.arange(2, 6)
        self._size = rng.normal(0, 0.16, 4) / np.sqrt(self._waves)
        self._phase = rng.uniform(0, 2 * np.pi, 4)

    def radius(self, bearing: Floats) -> Floats:
        waves = np.cos(np.multiply.outer(bearing, self._waves) + self._phase) @ self._size
        return np.asarray(self._radius * np.exp(waves))

    def sample(self, count: int, rng: np.random.Generator) -> Floats:
        """Points where people live: density falls with the distance from the middle."""
        bearing = rng.uniform(0, 2 * np.pi, count)
        weight = self.radius(bearing) ** 2
        bearing = rng.choice(bearing, count, p=weight / weight.sum())
        reach = self.radius(bearing) * rng.uniform(0, 1, count) ** 0.68
        direction = np.column_stack([np.cos(bearing), np.sin(bearing)])
        return np.asarray(CENTRE + reach[:, None] * direction)

    def mirrored(self, points: Floats) -> Floats:
        """The points near the limit, reflected to its far side, and a ring far outside.

        They take the outer cells of the Voronoi diagram, so that every cell of the city is finite
        and the city's limit lies half-way.
        """
        offset = points - CENTRE
        bearing = np.arctan2(offset[:, 1], offset[:, 0])
        reach, limit = np.hypot(*offset.T), self.radius(bearing)
        near = reach > 0.6 * limit
        scale = (2 * limit[near] - reach[near]) / reach[near]
        ring = np.linspace(0, 2 * np.pi, 32, endpoint=False)
        far = 4 * self._radius * np.column_stack([np.cos(ring), np.sin(ring)])
        return np.vstack([CENTRE + offset[near] * scale[:, None], CENTRE + far])


def _relaxed_centres(count: int, outline: _Outline, rng: np.random.Generator) -> Floats:
    people = outline.sample(60 * count, rng)
    return relaxed(people, count, rounds=9)


def relaxed(people: Floats, count: int, rounds: int) -> Floats:
    """Centres that each serve about as many people (Lloyd's rounds), by nearest distance."""
    centres = people[:count].copy()
    for _ in range(rounds):
        nearest = cKDTree(centres).query(people)[1]
        served = np.bincount(nearest, minlength=count)
        for axis in range(2):
            total = np.bincount(nearest, weights=people[:, axis], minlength=count)
            centres[:, axis] = np.where(served, total / np.maximum(served, 1), centres[:, axis])
    return centres


def _cells(voronoi: Voronoi, count: int, rng: np.random.Generator) -> NDArray[np.object_]:
    """The first ``count`` cells, their straight borders bent a little, alike on both sides."""
    corners = [_sorted_corners(voronoi, cell) for cell in range(count)]
    lengths = np.array([len(ring) for ring in corners])
    start = np.concatenate(corners)
    end = np.concatenate([np.roll(ring, -1) for ring in corners])
    pair = np.sort(np.column_stack([start, end]), axis=1)
    edges, edge = np.unique(pair, axis=0, return_inverse=True)
    low, high = voronoi.vertices[edges[:, 0]], voronoi.vertices[edges[:, 1]]
    along, across = high - low, (high - low)[:, ::-1] * [1, -1]
    bend = np.clip(rng.normal(0, 0.035, (len(edges), 3)), -0.08, 0.08)
    steps = np.array([0.27, 0.5, 0.73])
    bent = low[:, None] + along[:, None] * steps[:, None] + across[:, None] * bend[..., None]
    inner = bent[edge.ravel()]
    backwards = start > end
    inner[backwards] = inner[backwards, ::-1]
    points = np.concatenate([voronoi.vertices[start][:, None], inner], axis=1).reshape(-1, 2)
    owner = np.repeat(np.arange(count), 4 * lengths)
    return np.asarray(shapely.polygons(shapely.linearrings(points, indices=owner)))


def _sorted_corners(voronoi: Voronoi, cell: int) -> Ints:
    region = np.array(voronoi.regions[voronoi.point_region[cell]])
    offset = voronoi.vertices[region] - voronoi.points[cell]
    return np.asarray(region[np.argsort(np.arctan2(offset[:, 1], offset[:, 0]))])


def split_evenly(points: Floats, groups: int, rng: np.random.Generator) -> Ints:
    """Group numbers 0..groups-1 from repeated cuts across the longer side, about equal in size."""
    labels = np.zeros(len(points), dtype=np.int64)
    todo = [(np.arange(len(points)), groups, 0)]
    while todo:
        members, parts, first = todo.pop()
        if parts == 1:
            labels[members] = first
            continue
        offset = points[members] - points[members].mean(axis=0)
        axis = np.linalg.eigh(offset.T @ offset)[1][:, -1]
        turn = rng.normal(0, 0.35)
        axis = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]) @ axis
        order = members[np.argsort(offset @ axis, kind="stable")]
        half = parts // 2
        cut = round(len(members) * half / parts)
        todo += [(order[:cut], half, first), (order[cut:], parts - half, first + half)]
    return labels


def _joined(labels: Ints, neighbours: csr_array) -> Ints:
    """The groups with every stray part given to the neighbouring group it touches most."""
    labels = labels.copy()
    for _ in range(20):
        links = neighbours.tocoo()
        same = labels[links.row] == labels[links.col]
        inside = coo_array((links.data[same], (links.row[same], links.col[same])), links.shape)
        part = connected_components(inside, directed=False)[1]
        sizes = np.bincount(part)
        largest = np.zeros(labels.max() + 1, dtype=np.int64)
        np.maximum.at(largest, labels, sizes[part])
        stray = np.flatnonzero(sizes[part] < largest[labels])
        if not len(stray):
            break
        for area in stray:
            around = neighbours.indices[neighbours.indptr[area] : neighbours.indptr[area + 1]]
            others = labels[around][labels[around] != labels[area]]
            labels[area] = np.bincount(others).argmax() if len(others) else labels[area]
    return labels


def _north_to_south(labels: Ints, centres: Floats) -> Ints:
    """The same groups numbered from the north, as the Office for National Statistics does."""
    northing = np.bincount(labels, weights=centres[:, 1]) / np.bincount(labels)
    rank = np.empty(len(northing), dtype=np.int64)
    rank[np.argsort(-northing)] = np.arange(len(northing))
    return np.asarray(rank[labels])


def points_inside(
    polygon: shapely.Polygon, centre: Floats, count: int, rng: np.random.Generator
) -> Floats:
    """Points spread evenly inside an area, clear of its border (areas are star-shaped)."""
    ring = shapely.get_coordinates(polygon.exterior)
    a, b = ring[:-1] - centre, ring[1:] - centre
    size = np.abs(a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0])
    side = rng.choice(len(size), count, p=size / size.sum())
    out, along = np.sqrt(rng.uniform(0, 0.92, count)), rng.uniform(0, 1, count)
    rim = a[side] * (1 - along)[:, None] + b[side] * along[:, None]
    return np.asarray(centre + out[:, None] * rim)
