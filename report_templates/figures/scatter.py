"""Points of areas in a grid of small charts, each with a straight line through them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from matplotlib.ticker import MaxNLocator

from ..exhibits import Figure
from .canvas import (
    ACCENT,
    GREY,
    INK,
    LINE,
    SMALL,
    WIDTH,
    axes_at,
    new_canvas,
    page_axes,
    to_svg,
    wrap,
    write_ticks,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

AREA, TREND = "area", "line"
"""What a row of the frame is."""
_LEFT: Final = 12.0
_GAP: Final = 4.0
_HEIGHT: Final = 38.0
_FOOT: Final = 6.5


def draw_scatter(figure: Figure) -> str:
    """Columns ``panel, row, part, x, y``: panels side by side, rows below each other.

    Options: ``x_label, y_label, y_format``. Charts of one row share their y axis.
    """
    frame, options = figure.frame, figure.options
    panels, rows = list(frame["panel"].unique()), list(frame["row"].unique())
    width = (WIDTH - _LEFT - _GAP * (len(panels) - 1)) / len(panels)
    titles = [wrap(panel, width, SMALL, 600) for panel in panels]
    head = max(map(len, titles)) * LINE + 1
    each = LINE + 1.5 + _HEIGHT + _FOOT
    canvas = new_canvas(head + each * len(rows) + LINE)
    page = page_axes(canvas)
    full = page.get_ylim()[1]
    for i, lines in enumerate(titles):
        for n, line in enumerate(lines):
            page.text(
                _LEFT + i * (width + _GAP), full - n * LINE, line, va="top", size=SMALL, weight=600
            )
    for j, row in enumerate(rows):
        top = head + j * each
        page.text(0, full - top, f"{row}. {options['y_label']}", va="top", size=SMALL, color=GREY)
        own = frame[frame["row"] == row]
        for i, panel in enumerate(panels):
            place = (_LEFT + i * (width + _GAP), top + LINE + 1.5)
            axes = axes_at(canvas, *place, width, _HEIGHT)
            _paint(axes, own[own["panel"] == panel], own, options.get("y_format"), i == 0)
    page.text(_LEFT + (WIDTH - _LEFT) / 2, 0.5, options["x_label"], ha="center", size=SMALL)
    return to_svg(canvas, figure.id, decimals=1)


def _paint(
    axes: Axes, frame: pd.DataFrame, row: pd.DataFrame, y_format: str | None, first: bool
) -> None:
    axes.set(xlim=_limits(row["x"]), ylim=_limits(row["y"]))
    axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    axes.yaxis.set_major_locator(MaxNLocator(5))
    axes.axhline(0, color=INK, lw=0.6)
    points, line = (frame[frame["part"] == part] for part in (AREA, TREND))
    # Dots as ends of strokes too short to see are one path, which is light.
    dot = np.array([0.0, 1e-3, np.nan])
    axes.plot(
        (points["x"].to_numpy()[:, None] + dot).ravel(),
        np.repeat(points["y"].to_numpy(), 3),
        color=GREY,
        lw=1.7,
        alpha=0.45,
        solid_capstyle="round",
    )
    axes.plot(line["x"], line["y"], color=ACCENT, lw=1.6)
    write_ticks(axes, "x", None)
    write_ticks(axes, "y", y_format)  # type: ignore[arg-type]
    if not first:
        axes.set_yticklabels([])


def _limits(values: pd.Series) -> tuple[float, float]:
    """Ends between which all but the farthest hundredth lies."""
    low, high = values.quantile(0.005), values.quantile(0.995)
    air = 0.06 * (high - low or 1)
    return float(low - air), float(high + air)
