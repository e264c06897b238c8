"""Maps in classes: each class one path, wards outlined, places named, a key with counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import shapely
from matplotlib.patches import Rectangle
from matplotlib.transforms import Affine2D

from ...data.levels import level
from ..exhibits import Figure, Format
from .canvas import (
    BAND,
    GREY,
    LINE,
    PAPER,
    SMALL,
    TEXT,
    WIDTH,
    new_canvas,
    page_axes,
    to_svg,
    wrap,
    written,
)
from .ground import fill, hatch, name_places, outline, scale_bar

if TYPE_CHECKING:
    from matplotlib.axes import Axes

RAMPS: Final[Mapping[str, tuple[str, ...]]] = {
    "sequential": ("#e4f1ef", "#aad5d1", "#65aeae", "#2a7d83", "#0b4a52"),
    "diverging": ("#5e3c99", "#b2a0d0", "#f1efec", "#f6b26b", "#b85f00"),
    "category": ("#0f5f66", "#d98a1c", "#b2a0d0", "#8fc1a9", "#545c61"),
}
_DECIMALS: Final[Mapping[str, int]] = {
    "number1": 1,
    "number2": 2,
    "number3": 3,
    "percent1": 1,
}
REST: Final = "#eceeef"
"""The colour of the category that the option ``rest`` names: all that is not in question."""
_TALLEST: Final = 140.0
"""Millimetres: a map leaves room on its page for what is said of it."""
_NAMED: Final = 12
"""Places named beside those of the title; more would hide the map."""
_KEY: Final = 38.0
_GAP: Final = 3.0


@dataclass(frozen=True, slots=True)
class _Class:
    """One colour of the map: its words, its colour, and the areas that have it."""

    words: str
    colour: str
    areas: np.ndarray
    ruled: bool
    """Whether it has white lines, since a colour as light or dark means something else."""


def draw_choropleth(figure: Figure) -> str:
    """Columns ``code, value``; an area of the geometry without a value is hatched.

    Options: ``geometry`` (code and polygons in metres, already simplified), ``level`` (what they
    are), ``outline`` (wards), ``places`` and ``wards`` (easting, northing, text: those that are
    named, and those that are if title or alternative text do), ``ramp, format, classes, breaks``
    (inner class limits), ``unit``.
    """
    options = figure.options
    geometry = options["geometry"]
    values = geometry["code"].map(figure.frame.set_index("code")["value"])
    shapes = np.asarray(geometry.geometry.array)
    classes = _classes(values, options)
    missing = shapes[values.isna().to_numpy()]
    west, south, east, north = shapely.total_bounds(shapes)
    aspect = (north - south) / (east - west)
    height = min(_TALLEST, (WIDTH - _KEY - _GAP) * aspect)
    width = height / aspect
    canvas = new_canvas(max(height, 60.0))
    page = page_axes(canvas)
    full = page.get_ylim()[1]
    left = min(WIDTH - width, (WIDTH + _KEY - width) / 2)
    scale = width / (east - west)
    place = Affine2D().translate(-west, -south).scale(scale).translate(left, (full - height) / 2)
    for each in classes:
        fill(page, shapes[each.areas], place, each.colour)
        if each.ruled and each.areas.any():
            hatch(page, shapes[each.areas], place, PAPER, falling=True)
    if len(missing):
        fill(page, missing, place, BAND)
        hatch(page, missing, place)
    wards = options.get("outline")
    drawn = np.asarray(wards.geometry.array) if wards is not None else np.array([])
    if len(drawn):
        outline(page, drawn, place)
    name_places(page, _named(figure), place, drawn, "rest" in options)
    _draw_key(page, classes, missing, options)
    scale_bar(page, _free_foot(shapes, place, 5000 * scale), 2.0, scale)
    return to_svg(canvas, figure.id, decimals=1)


def _named(figure: Figure) -> list[tuple[float, float, str]]:
    """The wards that the figure's words name, and the study's places."""
    words = f"{figure.title} {figure.alt}"
    said = [one for one in figure.options.get("wards", ()) if one[2] in words]
    others = [one for one in figure.options.get("places", ()) if one not in said]
    return [*said, *others[:_NAMED]]


def _free_foot(shapes: np.ndarray, place: Affine2D, length: float) -> float:
    """Where at the foot of the page a scale bar starts: at the left, unless the map is there."""
    corner = shapely.transform(shapely.box(0, 0, length, 8.0), place.inverted().transform)
    return WIDTH - length - 0.5 if shapely.intersects(shapes, corner).any() else 0.5


def _classes(values: pd.Series, options: Mapping[str, Any]) -> list[_Class]:
    ramp = options.get("ramp", "sequential")
    if ramp == "category":
        named = options.get("order") or sorted(values.dropna().unique())
        colour_of = {**dict(zip(named, RAMPS[ramp], strict=False)), options.get("rest"): REST}
        return [
            _Class(
                str(name),
                colour_of[name],
                (values == name).to_numpy(dtype=bool),
                ruled=i % 2 == 1 and name != options.get("rest"),
            )
            for i, name in enumerate(named)
        ]
    style: Format = options.get("format", "number1")
    known = values.dropna().to_numpy(dtype=float)
    if not len(known):
        return []
    breaks = _breaks(known, options, style)
    colours = _colours(RAMPS[ramp], len(breaks) + 1)
    number = values.to_numpy(dtype=float)
    found = np.where(np.isnan(number), -1, np.digitize(number, breaks))
    said = [written(value, style) for value in breaks]
    words = ["all areas"]
    if said:
        between = [f"{low} to under {high}" for low, high in pairwise(said)]
        words = [f"under {said[0]}", *between, f"{said[-1]} and over"]
    lower = len(words) // 2 if ramp == "diverging" else 0
    return [_Class(words[i], colours[i], found == i, i < lower) for i in range(len(words))]


def _breaks(known: np.ndarray, options: Mapping[str, Any], style: Format) -> list[float]:
    """Inner class limits, exactly as they will be written: given, even about zero, or quantiles."""
    if options.get("breaks") is not None:
        return [float(value) for value in options["breaks"]]
    classes = int(options.get("classes", 5))
    if options.get("ramp") == "diverging":
        step = float(np.quantile(np.abs(known), 0.85)) / (classes - 2)
        limits = step * (2 * np.arange(1, classes) - classes)
    else:
        limits = np.quantile(known, np.arange(1, classes) / classes)
    spread = float(np.ptp(known))
    coarse = 2 - int(np.floor(np.log10(spread))) if spread > 0 else 0
    rounded = np.round(limits, min(_DECIMALS.get(style, 0), coarse))
    return sorted(set(rounded.tolist()))


def _colours(ramp: Sequence[str], count: int) -> list[str]:
    """Colours of a ramp for fewer or as many classes as it has, its ends always among them."""
    if count > len(ramp):
        raise ValueError(f"a map has at most {len(ramp)} classes, {count} were asked for")
    if count == 1:
        return [ramp[len(ramp) // 2]]
    return [ramp[round(i * (len(ramp) - 1) / (count - 1))] for i in range(count)]


def _draw_key(
    page: Axes,
    classes: Sequence[_Class],
    missing: np.ndarray,
    options: Mapping[str, Any],
) -> None:
    """Unit, a swatch a class with its limits and number of areas, no data."""
    counted = level(options["level"]).count if "level" in options else _areas
    y = page.get_ylim()[1] - 0.5
    for line in (
        wrap(str(options.get("unit", "")), _KEY - 2, TEXT, 600) if options.get("unit") else ()
    ):
        page.text(0, y, line, va="top", weight=600)
        y -= LINE
    y -= 1.5
    ordered = classes if options.get("ramp") == "category" else classes[::-1]
    rows = [(each.words, each.colour, int(each.areas.sum()), each.ruled) for each in ordered]
    if len(missing):
        rows.append(("no data", BAND, len(missing), False))
    for words, colour, count, ruled in rows:
        page.add_patch(Rectangle((0.2, y - 3.6), 6, 3.6, facecolor=colour, edgecolor=GREY, lw=0.4))
        swatch = np.array([shapely.box(0.2, y - 3.6, 6.2, y)])
        if words == "no data":
            hatch(page, swatch, Affine2D())
        elif ruled:
            hatch(page, swatch, Affine2D(), PAPER, falling=True)
        for line in wrap(words, _KEY - 8, SMALL):
            page.text(8, y - 1.8, line, size=SMALL, va="center_baseline")
            y -= LINE - 0.3
        y += LINE - 0.3
        y -= LINE - 0.3
        page.text(8, y - 1.8, counted(count), size=SMALL, va="center_baseline", color=GREY)
        y -= LINE + 1.2


def _areas(number: int) -> str:
    return f"{number:,} area{'s' if number != 1 else ''}"
