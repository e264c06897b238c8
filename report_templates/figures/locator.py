"""Small maps: where a place lies in its city, and which sectors it is compared with."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.transforms import Affine2D

from ..exhibits import Figure
from .canvas import (
    ACCENT,
    BAND,
    GREY,
    INK,
    LINE,
    PALE,
    PAPER,
    SMALL,
    WIDTH,
    new_canvas,
    page_axes,
    to_svg,
    wrap,
)
from .ground import draw_outline, fill, hatch, lines_path, name_places, one_path, scale_bar

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Mark = Callable[["Axes", np.ndarray], None]
_ZONE: Final = "#f6dfba"
_KEY: Final = 58.0
_GAP: Final = 4.0
_HEIGHT: Final = 64.0
_INSET: Final = 21.0
"""Height of the whole city in a corner of the frame, in millimetres."""
_COARSE: Final = 0.25
"""Millimetres within which a small map's outlines may be off."""
_AIR: Final = 1.3
_LEAST: Final = 5000.0
"""Metres that a close-up shows at least, and how much more than the place and its zone."""


def draw_locator(figure: Figure) -> str:
    """Columns ``sector, easting, northing, role``: a mark for the centre of each sector.

    A close-up of the place fills the frame; the whole city stands small in its corner.

    Options: ``city, place`` (shapes in metres), ``others`` (shapes, hatched), ``zone`` (a shape or
    None), ``wards`` (lines), ``areas`` (words for the place, the others, the zone),
    ``order`` (roles, of as many as there are `_MARKS`), ``names`` (easting, northing, text).
    """
    options, frame = figure.options, figure.frame
    canvas = new_canvas(_HEIGHT)
    page = page_axes(canvas)
    points = {
        role: frame.loc[frame["role"] == role, ["easting", "northing"]].to_numpy(float)
        for role in options["order"]
    }
    window = _window(options, points[options["order"][0]])
    west, south, east, _ = window
    scale = (WIDTH - _KEY - _GAP) / (east - west)
    ground = Affine2D().translate(-west, -south).scale(scale).translate(_KEY + _GAP, 0)
    names = [one for one in options["names"] if _inside(window, np.array([one[:2]]))[0]]
    _draw_ground(page, options, window, ground)
    for role, mark in zip(options["order"], _MARKS, strict=True):
        seen = points[role][_inside(window, points[role])]
        if len(seen):
            mark(page, ground.transform(seen))
    name_places(page, names, ground)
    counts = {str(role): int(number) for role, number in frame["role"].value_counts().items()}
    _draw_inset(page, options, window)
    _draw_key(page, options, counts, _KEY)
    scale_bar(page, _KEY + _GAP + 3, 3.0, scale, 1)
    return to_svg(canvas, figure.id, decimals=1)


def _window(options: Mapping[str, Any], own: np.ndarray) -> tuple[float, float, float, float]:
    """The part of the ground that the frame shows, as wide for its height as the frame is."""
    parts = [options["place"], *shapely.points(own), *filter(None, [options["zone"]])]
    west, south, east, north = shapely.total_bounds(parts)
    frame = (WIDTH - _KEY - _GAP) / _HEIGHT
    height = max(_AIR * (north - south), _AIR * (east - west) / frame, _LEAST)
    x, y = (west + east) / 2, (south + north) / 2
    half = height * frame / 2
    return x - half, y - height / 2, x + half, y + height / 2


def _inside(window: tuple[float, float, float, float], points: np.ndarray) -> np.ndarray:
    low, high = np.array(window[:2]), np.array(window[2:])
    return np.asarray(((points > low) & (points < high)).all(axis=1))


def _draw_ground(
    page: Axes,
    options: Mapping[str, Any],
    window: tuple[float, float, float, float],
    ground: Affine2D,
) -> None:
    """City, zone, other places, place and wards, cut to the frame."""

    def cut(shapes: Sequence[shapely.Geometry]) -> np.ndarray:
        parts = shapely.clip_by_rect(np.asarray(shapes, dtype=object), *window)
        return np.asarray(parts[~shapely.is_empty(parts)])

    fill(page, cut([options["city"]]), ground, BAND)
    if options["zone"] is not None:
        fill(page, cut([options["zone"]]), ground, _ZONE)
    if len(others := cut(options["others"])):
        hatch(page, others, ground)
    fill(page, cut([options["place"]]), ground, ACCENT)
    draw_outline(page, shapely.clip_by_rect(options["wards"], *window), ground, GREY, _COARSE)
    edge = (_KEY + _GAP, 0.2), WIDTH - _KEY - _GAP - 0.2, _HEIGHT - 0.4
    page.add_artist(Rectangle(*edge, fill=False, edgecolor=GREY, lw=0.5))


def _draw_inset(
    page: Axes, options: Mapping[str, Any], window: tuple[float, float, float, float]
) -> None:
    """Where in the city the close-up lies, in the corner of the frame."""
    west, south, east, north = shapely.total_bounds(options["city"])
    scale = (_INSET - 3) / (north - south)
    width = scale * (east - west) + 3
    left, foot = WIDTH - width - 0.2, _HEIGHT - _INSET - 0.2
    place = Affine2D().translate(-west, -south).scale(scale).translate(left + 1.5, foot + 1.5)
    page.add_artist(
        Rectangle((left, foot), width, _INSET, facecolor=PAPER, edgecolor=GREY, lw=0.5, zorder=7)
    )
    for shape, colour in ((options["city"], PALE), (options["place"], ACCENT)):
        path = one_path(np.array([shape]), place)
        page.add_artist(PathPatch(path, facecolor=colour, lw=0, zorder=8))
    part = one_path(np.array([shapely.box(*window)]), place)
    page.add_artist(PathPatch(part, fill=False, edgecolor=INK, lw=0.7, zorder=9))


def _discs(page: Axes, points: np.ndarray, radius: float, inside: str) -> None:
    discs = shapely.buffer(shapely.points(points), radius, quad_segs=2)
    page.add_artist(
        PathPatch(one_path(discs, Affine2D()), facecolor=inside, edgecolor=INK, lw=0.6, zorder=3)
    )


def _crosses(page: Axes, points: np.ndarray) -> None:
    strokes = np.array([[(-0.6, -0.6), (0.6, 0.6)], [(-0.6, 0.6), (0.6, -0.6)]])
    lines = shapely.linestrings((points[:, None, None] + strokes).reshape(-1, 2, 2))
    page.add_artist(PathPatch(lines_path(lines), fill=False, edgecolor=INK, lw=0.6, zorder=3))


_MARKS: Final[Sequence[Mark]] = (
    lambda page, points: _discs(page, points, 0.95, INK),
    lambda page, points: _discs(page, points, 0.8, PAPER),
    _crosses,
    lambda page, points: _discs(page, points, 0.3, GREY),
)
"""A sector of the place, one too near, one otherwise ruled out, a donor."""


def _draw_key(
    page: Axes, options: Mapping[str, Any], counts: Mapping[str, int], width: float
) -> None:
    """A swatch for each tint, a mark for each role with its number of sectors."""
    y = page.get_ylim()[1] - 2.5

    def say(words: str) -> None:
        nonlocal y
        lines = wrap(words, width - 9, SMALL)
        for line in lines:
            page.text(8, y, line, size=SMALL, va="center_baseline")
            y -= LINE
        y -= 1.8

    shown = (True, len(options["others"]) > 0, options["zone"] is not None)
    for words, colour, drawn in zip(options["areas"], (ACCENT, BAND, _ZONE), shown, strict=True):
        if drawn:
            swatch = (0.2, y - 1.8)
            page.add_artist(Rectangle(swatch, 6, 3.6, facecolor=colour, edgecolor=GREY, lw=0.4))
            if colour == BAND:
                hatch(page, np.array([shapely.box(0.2, y - 1.8, 6.2, y + 1.8)]), Affine2D())
            say(words)
    for role, mark in zip(options["order"], _MARKS, strict=True):
        if counts.get(role):
            mark(page, np.array([[3.2, y]]))
            say(f"{role}: {counts[role]}")
