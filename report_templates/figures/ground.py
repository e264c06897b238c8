"""What maps are drawn with: filled and hatched shapes, outlines, names on a halo, a scale bar.

Patches are added as artists: the page's limits stand, and finding a patch's own takes long.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.textpath import TextPath
from matplotlib.transforms import Affine2D

from .canvas import GREY, INK, LINE, PAPER, POINT, SMALL, WIDTH, text_width, wrap

if TYPE_CHECKING:
    from matplotlib.axes import Axes


_PACE: Final = LINE - 0.3
_LABEL: Final = 24.0
"""Millimetres from which a name takes a second line."""


def one_path(shapes: np.ndarray, place: Affine2D) -> Path:
    """All rings of the shapes as one path on the page, without points that fall together."""
    rings = shapely.get_rings(shapely.get_parts(shapes))
    vertices, codes = [], []
    for ring in rings:
        points = np.round(place.transform(shapely.get_coordinates(ring)) * POINT, 1)
        keep = np.r_[True, np.any(np.diff(points, axis=0) != 0, axis=1)]
        points = points[keep]
        if len(points) < 4:
            continue
        vertices.append(points / POINT)
        codes.append([Path.MOVETO, *[Path.LINETO] * (len(points) - 2), Path.CLOSEPOLY])
    return (
        Path(np.concatenate(vertices), np.concatenate(codes))
        if vertices
        else Path(np.empty((0, 2)))
    )


def fill(page: Axes, shapes: np.ndarray, place: Affine2D, colour: str) -> None:
    """The shapes in one colour."""
    if len(shapes):
        # The thin edge in the same colour closes the hairlines that renderers leave between areas.
        page.add_artist(
            PathPatch(one_path(shapes, place), facecolor=colour, edgecolor=colour, lw=0.3)
        )


def lines_path(lines: np.ndarray) -> Path:
    """Some lines as one path."""
    vertices, codes = [], []
    for line in lines:
        points = shapely.get_coordinates(line)
        vertices.append(points)
        codes.append([Path.MOVETO, *[Path.LINETO] * (len(points) - 1)])
    return Path(np.concatenate(vertices), np.concatenate(codes))


def hatch(
    page: Axes, shapes: np.ndarray, place: Affine2D, colour: str = GREY, falling: bool = False
) -> None:
    """Slanted lines cut to the shapes; renderers disagree about SVG patterns."""
    area = shapely.transform(shapely.union_all(shapes), place.transform)
    west, south, east, north = shapely.bounds(area)
    starts = np.arange(west - (north - south), east, 1.1)
    low, high = (north, south) if falling else (south, north)
    slants = [[(x, low), (x + north - south, high)] for x in starts]
    parts = shapely.get_parts(shapely.intersection(shapely.linestrings(slants), area))
    parts = parts[(shapely.get_type_id(parts) == 1) & ~shapely.is_empty(parts)]
    if len(parts):
        page.add_artist(PathPatch(lines_path(parts), fill=False, edgecolor=colour, lw=0.4))


def outline(page: Axes, shapes: np.ndarray, place: Affine2D) -> None:
    """Boundaries of the wards, each shared one drawn once."""
    draw_outline(page, shapely.union_all(shapely.boundary(shapes)), place, INK, 0.1)


def draw_outline(
    page: Axes, shared: shapely.Geometry, place: Affine2D, colour: str, coarse: float
) -> None:
    """Lines that meet at their ends, true to ``coarse`` millimetres."""
    merged = shapely.line_merge(shared)
    lines = shapely.get_parts(shapely.transform(merged, place.transform))
    lines = shapely.simplify(lines, coarse)
    page.add_artist(
        PathPatch(lines_path(lines), fill=False, edgecolor=colour, lw=0.45, joinstyle="round")
    )


@dataclass(frozen=True, slots=True)
class _Label:
    """A name in lines round a point of the page, in millimetres."""

    lines: tuple[str, ...]
    x: float
    y: float

    @property
    def half(self) -> tuple[float, float]:
        """Half its width and half its height."""
        wide = max(text_width(line, SMALL, 600) for line in self.lines)
        return wide / 2, len(self.lines) * _PACE / 2

    def touches(self, other: _Label, air: float = 0.6) -> bool:
        (a, b), (c, d) = self.half, other.half
        return abs(self.x - other.x) < a + c + air and abs(self.y - other.y) < b + d + air / 2

    def covers(self, point: tuple[float, float]) -> bool:
        wide, high = self.half
        return abs(self.x - point[0]) < wide + 0.6 and abs(self.y - point[1]) < high + 0.6

    def fits(self, height: float) -> bool:
        wide, high = self.half
        return wide <= self.x <= WIDTH - wide and high <= self.y <= height - high


def name_places(
    page: Axes,
    places: Sequence[tuple[float, float, str]],
    place: Affine2D,
    patches: np.ndarray | Sequence[shapely.Geometry] = (),
    beside: bool = False,
) -> None:
    """Names on a white halo; beside its patch, with a line, where a name would hide it.

    Parameters
    ----------
    places : easting, northing, name
    place : from metres to the page
    patches : shapes in metres, one of them round each place
    beside : whether patches are small and told by their colour, so that no name may lie on one
    """
    height = page.get_ylim()[1]
    points = [tuple(place.transform(one[:2])) for one in places]
    centre = np.mean(points, axis=0) if points else np.zeros(2)
    taken: list[_Label] = []
    for (x, y), one in sorted(zip(points, places, strict=True), key=lambda pair: -pair[0][1]):
        lines = tuple(wrap(one[2], _LABEL, SMALL, 600))
        own = _Label(lines, x, y)
        on_it = [] if beside or _hides(own, one, patches, place) else [(0.0, 0.0)]
        away = np.arctan2(y - centre[1], x - centre[0])
        tried = [_Label(lines, x + dx, y + dy) for dx, dy in (*on_it, *_around(own, away))]
        others = [point for point in points if point != (x, y)]
        free = (
            each
            for each in tried
            if each.fits(height)
            and not any(map(each.touches, taken))
            and not any(map(each.covers, others))
        )
        label = next(free, own)
        taken.append(label)
        if (label.x, label.y) != (x, y):
            _leader(page, label, (x, y))
        for n, line in enumerate(lines):
            _halo(page, line, label.x, label.y + _PACE * ((len(lines) - 1) / 2 - n))


def _hides(
    label: _Label,
    one: tuple[float, float, str],
    patches: np.ndarray | Sequence[shapely.Geometry],
    place: Affine2D,
) -> bool:
    """Whether a name is about as large as the shape that it would lie on."""
    own = [each for each in patches if shapely.contains_xy(each, *one[:2])]
    wide, high = label.half
    return any(
        shapely.area(shapely.transform(each, place.transform)) < 4 * wide * high for each in own
    )


def _around(label: _Label, away: float) -> Iterator[tuple[float, float]]:
    """Steps from a point to where its name may stand, first those away from the others."""
    wide, high = label.half
    for reach in (5.0, 8.0, 12.0, 17.0):
        for turn in (0.0, 0.6, -0.6, 1.2, -1.2, 1.9, -1.9, 2.6, -2.6, np.pi):
            cos, sin = np.cos(away + turn), np.sin(away + turn)
            yield float(cos * (reach + wide)), float(sin * (reach + high))


def _leader(page: Axes, label: _Label, point: tuple[float, float]) -> None:
    """A thin line from the edge of a name to what it names."""
    wide, high = label.half
    dx, dy = point[0] - label.x, point[1] - label.y
    share = min(wide / abs(dx) if dx else np.inf, high / abs(dy) if dy else np.inf, 1.0)
    ends = np.array([[label.x + share * dx, label.y + share * dy], point])
    page.plot(*ends.T, color=INK, lw=0.6, zorder=5.5)
    page.plot(*point, "o", ms=1.8, color=INK, zorder=5.5)


def _halo(page: Axes, words: str, x: float, y: float) -> None:
    baseline = y - 0.33 * SMALL / POINT
    label = page.text(x, baseline, words, size=SMALL, weight=600, ha="center", zorder=6)
    # The halo is a shape under real text, so that the name can still be found and copied; few
    # vertices, since a stroke round every letter doubles the time that a map takes in the PDF.
    letters = TextPath((0, 0), words, size=SMALL / POINT, prop=label.get_fontproperties())
    left = x - text_width(words, SMALL, 600) / 2
    rings = [np.asarray(ring) + np.array([left, baseline]) for ring in letters.to_polygons()]
    shapes = [shapely.Polygon(ring) for ring in rings]
    around = shapely.simplify(shapely.union_all(shapely.buffer(shapes, 0.4, quad_segs=2)), 0.1)
    whole = shapely.polygons(shapely.get_exterior_ring(shapely.get_parts(around)))
    page.add_artist(PathPatch(one_path(whole, Affine2D()), facecolor=PAPER, lw=0, zorder=5))


def scale_bar(page: Axes, left: float, y: float, scale: float, kilometres: int = 5) -> None:
    """Some kilometres at ``scale`` millimetres a metre."""
    length = 1000 * kilometres * scale
    page.plot([left, left + length], [y, y], color=INK, lw=1.2, zorder=6)
    for x in (left, left + length):
        page.plot([x, x], [y - 0.8, y + 0.8], color=INK, lw=0.8, zorder=6)
    _halo(page, f"{kilometres} km", left + length / 2, y + 2.6)
