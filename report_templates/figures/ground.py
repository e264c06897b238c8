"""What maps are drawn with: filled and hatched shapes, outlines, names on a halo, a scale bar.

Patches are added as artists: the page's limits stand, and finding a patch's own takes long.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import shapely
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.textpath import TextPath
from matplotlib.transforms import Affine2D

from .canvas import GREY, INK, LINE, PAPER, POINT, SMALL, WIDTH, text_width

if TYPE_CHECKING:
    from matplotlib.axes import Axes


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


def name_places(page: Axes, places: Sequence[tuple[float, float, str]], place: Affine2D) -> None:
    """Names on a white halo, moved up or down where they would lie on one another."""
    taken: list[tuple[float, float, float]] = []
    for easting, northing, words in sorted(places, key=lambda item: -item[1]):
        x, wanted = place.transform((easting, northing))
        half = text_width(words, SMALL, 600) / 2
        x = min(max(x, half + 0.5), WIDTH - half - 0.5)
        y = next(
            wanted + shift
            for shift in (0, -1.2, 1.2, -2.4, 2.4, -3.6, 3.6, -5, 5, 0.001)
            if shift == 0.001
            or all(
                abs(wanted + shift - b) > LINE - 0.6 or abs(x - a) > half + c + 0.8
                for a, b, c in taken
            )
        )
        taken.append((x, y, half))
        _halo(page, words, x, y)


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


def scale_bar(page: Axes, left: float, y: float, scale: float) -> None:
    """Five kilometres at ``scale`` millimetres a metre."""
    length = 5000 * scale
    page.plot([left, left + length], [y, y], color=INK, lw=1.2)
    for x in (left, left + length):
        page.plot([x, x], [y - 0.8, y + 0.8], color=INK, lw=0.8)
    page.text(left + length / 2, y + 1.2, "5 km", size=SMALL, ha="center")
