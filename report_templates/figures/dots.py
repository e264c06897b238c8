"""Ranked dots with intervals."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.ticker import MaxNLocator

from ..exhibits import Figure
from .canvas import (
    ACCENT,
    CONTRAST,
    GREY,
    LINE,
    MAX_HEIGHT,
    POINT,
    SMALL,
    TEXT,
    WIDTH,
    axes_at,
    new_canvas,
    page_axes,
    text_width,
    to_svg,
    write_ticks,
    written,
)

_ROWS_IN_A_COLUMN = 42


def draw_dots(figure: Figure) -> str:
    """Columns ``row, value, low, high``, optional ``group``; the largest value stands first.

    Options: ``x_label, format, reference`` (a value drawn as a line; intervals above
    and below it are told apart). More rows than a page is high
    go into a second column.
    """
    frame = _ranked(figure.frame)
    options = figure.options
    columns = 2 if len(frame) > _ROWS_IN_A_COLUMN else 1
    per = -(-len(frame) // columns)
    top = 5.0 if "reference" in options else 1.5
    foot = 6.0 + (LINE + 1 if options.get("x_label") else 0)
    pitch = min(4.8, (MAX_HEIGHT - top - foot) / per)
    size = min(TEXT, pitch * POINT * 0.82)
    canvas = new_canvas(top + per * pitch + foot)
    page = page_axes(canvas)
    full = page.get_ylim()[1]
    limits = _limits(frame, options.get("reference"))
    half = (WIDTH - 5 * (columns - 1)) / columns
    label = min(max(text_width(row, size) for row in frame["row"]) + 2.5, half * 0.55)
    width = half - label - 1.5
    for column in range(columns):
        own = frame.iloc[column * per : (column + 1) * per]
        x = column * (half + 5)
        axes = axes_at(canvas, x + label, top, width, per * pitch)
        axes.set(xlim=limits, ylim=(per - 0.5, -0.5), yticks=[])
        axes.spines["left"].set_visible(False)
        axes.xaxis.set_major_locator(MaxNLocator(max(4, int(width / 8)), steps=[1, 2, 2.5, 5, 10]))
        write_ticks(axes, "x", options.get("format"))
        axes.grid(axis="x")
        axes.set_axisbelow(True)
        if "reference" in options:
            axes.axvline(options["reference"], color=GREY, lw=0.8, ls=(0, (3, 2)))
            words = written(options["reference"], options.get("format", "number1"))
            axes.text(options["reference"], -0.6, words, size=SMALL, color=GREY, ha="center")
        places = np.arange(len(own))
        colours = _colours(own, options.get("reference"))
        axes.hlines(places, own["low"], own["high"], color=colours, lw=1.1)
        axes.scatter(own["value"], places, s=14, color=colours, lw=0, zorder=3)
        for place, (row, heading) in enumerate(zip(own["row"], own["heading"], strict=True)):
            y = full - top - (place + 0.5) * pitch
            fitting = size * min(1, (label - 2) / text_width(row, size, 600 if heading else 400))
            page.text(
                x,
                y,
                row,
                size=fitting,
                va="center_baseline",
                weight=600 if heading else 400,
            )
    if options.get("x_label"):
        page.text(WIDTH / 2, 0.8, options["x_label"], ha="center", va="bottom")
    return to_svg(canvas, figure.id)


def _colours(rows: pd.DataFrame, reference: float | None) -> list[str]:
    """One colour for intervals above the reference, one below it, grey for those that hold it."""
    if reference is None:
        return [ACCENT] * len(rows)
    above, below = rows["low"] > reference, rows["high"] < reference
    return [str(each) for each in np.select([above, below], [ACCENT, CONTRAST], GREY)]


def _ranked(frame: pd.DataFrame) -> pd.DataFrame:
    """Rows by falling value, those of a group together under a row with its name."""
    frame = frame.astype({"row": str}).assign(heading=False)
    frame = frame.sort_values("value", ascending=False, kind="stable")
    if "group" not in frame.columns:
        return frame
    parts = []
    for group, part in frame.groupby("group", sort=False):
        parts += [pd.DataFrame({"row": [str(group)], "heading": [True]}), part]
    return pd.concat(parts, ignore_index=True).astype({"heading": bool})


def _limits(frame: pd.DataFrame, reference: float | None) -> tuple[float, float]:
    values = pd.concat(
        [frame["low"], frame["high"], frame["value"], pd.Series([reference], dtype=float)]
    )
    low, high = float(values.min()), float(values.max())
    air = 0.03 * (high - low or 1)
    return low - air, high + air
