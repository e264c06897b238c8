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
_TALLEST: Final = 128.0
"""Millimetres: a map leaves room on its page for what is said of it."""
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

    Options: ``geometry`` (code and polygons in metres, already simplified), ``outline``, ``places``
    (easting, northing, text), ``ramp, format, classes, breaks`` (inner class limits), ``unit``.
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
    left = WIDTH - width
    scale = width / (east - west)
    place = Affine2D().translate(-west, -south).scale(scale).translate(left, (full - height) / 2)
    for each in classes:
        fill(page, shapes[each.areas], place, each.colour)
        if each.ruled and each.areas.any():
            hatch(page, shapes[each.areas], place, PAPER, falling=True)
    if len(missing):
        fill(page, missing, place, BAND)
        hatch(page, missing, place)
    if options.get("outline") is not None:
        outline(page, np.asarray(options["outline"].geometry.array), place)
    name_places(page, options.get("places", ()), place)
    _draw_key(page, classes, missing, options, scale)
    return to_svg(canvas, figure.id, decimals=1)


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
        between = [f"{low} to {high}" for low, high in pairwise(said)]
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
    scale: float,
) -> None:
    """Unit, a swatch a class with its limits and number of areas, no data, five kilometres."""
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
        number = f"{written(count, 'count')} area{'s' if count != 1 else ''}"
        page.text(8, y - 1.8 - LINE + 0.3, number, size=7.5, va="center_baseline", color=GREY)
        y -= 2 * LINE + 0.4
    scale_bar(page, 0.2, y - 4, scale)
