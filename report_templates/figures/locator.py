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
_TALLEST: Final = 84.0
_GAP: Final = 4.0
_COARSE: Final = 0.25
"""Millimetres within which a small map's outlines may be off."""


def draw_locator(figure: Figure) -> str:
    """Columns ``sector, easting, northing, role``: a mark for the centre of each sector.

    Options: ``city, place`` (shapes in metres), ``others`` (shapes, hatched), ``zone`` (a shape or
    None), ``wards`` (lines), ``areas`` (words for the place, the others, the zone),
    ``order`` (roles, of as many as there are `_MARKS`), ``names`` (easting, northing, text),
    ``tallest`` (millimetres).
    """
    options, frame = figure.options, figure.frame
    west, south, east, north = shapely.total_bounds(options["city"])
    height = float(options.get("tallest", _TALLEST))
    scale = min(height / (north - south), (WIDTH - 60) / (east - west))
    canvas = new_canvas(height)
    page = page_axes(canvas)
    left = WIDTH - scale * (east - west)
    ground = Affine2D().translate(-west, -south).scale(scale).translate(left, 0)
    fill(page, np.array([options["city"]]), ground, BAND)
    if options["zone"] is not None:
        fill(page, np.array([options["zone"]]), ground, _ZONE)
    if len(options["others"]):
        hatch(page, np.asarray(options["others"]), ground)
    fill(page, np.array([options["place"]]), ground, ACCENT)
    draw_outline(page, options["wards"], ground, GREY, _COARSE)
    for role, mark in zip(options["order"], _MARKS, strict=True):
        own = frame.loc[frame["role"] == role, ["easting", "northing"]].to_numpy(float)
        if len(own):
            mark(page, ground.transform(own))
    name_places(page, options["names"], ground)
    counts = {str(role): int(number) for role, number in frame["role"].value_counts().items()}
    _draw_key(page, options, counts, left - _GAP)
    scale_bar(page, 0.2, 2.0, scale)
    return to_svg(canvas, figure.id, decimals=1)


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
