"""Bars from zero, upright or lying, with their values written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from ..exhibits import Figure, Format
from .canvas import (
    GREY,
    INK,
    LINE,
    MAX_HEIGHT,
    PAPER,
    POINT,
    SERIES,
    SMALL,
    TEXT,
    WIDTH,
    axes_at,
    draw_key,
    key_lines,
    new_canvas,
    page_axes,
    plain,
    text_width,
    to_svg,
    wrap,
    write_ticks,
    written,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def draw_bars(figure: Figure) -> str:
    """Columns ``category, value``, optional ``series, low, high``.

    Options: ``y_label`` (of the values), ``format, horizontal``. Categories keep the frame's order.
    """
    frame = figure.frame
    if "series" not in frame.columns:
        frame = frame.assign(series="")
    frame = frame.astype({"category": str, "series": str})
    names = list(frame["series"].unique())
    key = key_lines(names, 0) * LINE + 1.5 if len(names) > 1 else 0.0
    draw = _lying if figure.options.get("horizontal") else _upright
    page = draw(figure, frame, names, key)
    if key:
        marks = [(Line2D([], [], color=SERIES[i], lw=6), name) for i, name in enumerate(names)]
        draw_key(page, marks, 0, page.get_ylim()[1] - LINE / 2)
    canvas = page.get_figure(root=True)
    assert canvas is not None
    return to_svg(canvas, figure.id)


def _lying(figure: Figure, frame: pd.DataFrame, names: list[str], key: float) -> Axes:
    categories = list(frame["category"].unique())
    label = min(max(text_width(name) for name in categories) + 3, 65.0)
    words = {name: wrap(name, label - 3) for name in categories}
    foot = LINE + 2 if figure.options.get("y_label") else 1.0
    thick = 4.2 * len(names) + 2.0
    thick = max(thick, max(len(w) for w in words.values()) * (LINE - 0.3) + 1.5)
    pitch = min(thick, (MAX_HEIGHT - key - foot) / len(categories))
    canvas = new_canvas(key + pitch * len(categories) + foot)
    page = page_axes(canvas)
    full = page.get_ylim()[1]
    low, high = _limits(frame)
    style = figure.options.get("format")
    room = (
        max(text_width(written(v, style) if style else plain(v)) for v in frame["value"].dropna())
        + 3
    )
    width = WIDTH - label - room - (room if low < 0 else 0)
    axes = axes_at(canvas, label + (room if low < 0 else 0), key, width, pitch * len(categories))
    axes.set(xlim=(low, high), ylim=(len(categories) - 0.5, -0.5), xticks=[], yticks=[])
    axes.spines[["bottom", "left"]].set_visible(False)
    axes.axvline(0, color=INK, lw=0.7)
    _bars(axes, frame, names, categories, style, lying=True)
    for i, name in enumerate(categories):
        lines = words[name]
        for n, text in enumerate(lines):
            y = full - key - (i + 0.5) * pitch + (LINE - 0.3) * ((len(lines) - 1) / 2 - n)
            page.text(0, y, text, va="center_baseline")
    if figure.options.get("y_label"):
        page.text(label, 0.8, figure.options["y_label"], va="bottom", color=GREY)
    return page


def _upright(figure: Figure, frame: pd.DataFrame, names: list[str], key: float) -> Axes:
    categories = list(frame["category"].unique())
    low, high = _limits(frame)
    style = figure.options.get("format")
    ticks = MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
    left = max(text_width(written(v, style) if style else plain(v), SMALL) for v in ticks) + 2
    slot = (WIDTH - left) / len(categories)
    words = [wrap(name, slot - 1.5, SMALL) for name in categories]
    crowded = any(text_width(w, SMALL) > slot for lines in words for w in lines)
    every = 1
    if crowded:
        every = int(np.ceil((max(text_width(c, SMALL) for c in categories) + 2) / slot))
        words = [[name] for name in categories]
    label = LINE + 1.5 if figure.options.get("y_label") else 0.0
    top, height = key + label + 3, 66.0
    canvas = new_canvas(top + height + 3 + max(len(w) for w in words) * LINE)
    page = page_axes(canvas)
    axes = axes_at(canvas, left, top, WIDTH - left, height)
    axes.set(xlim=(-0.5, len(categories) - 0.5), ylim=(low, high))
    axes.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
    write_ticks(axes, "y", style)
    axes.tick_params(length=0)
    axes.spines[["bottom", "left"]].set_visible(False)
    axes.set_xticks(range(0, len(categories), every), ["\n".join(w) for w in words[::every]])
    axes.grid(axis="y")
    axes.set_axisbelow(True)
    axes.axhline(0, color=INK, lw=0.7)
    _bars(axes, frame, names, categories, style, lying=False)
    if label:
        y = page.get_ylim()[1] - key - 0.5
        page.text(0, y, figure.options["y_label"], va="top", color=GREY)
    return page


def _bars(
    axes: Axes,
    frame: pd.DataFrame,
    names: list[str],
    categories: list[str],
    style: Format | None,
    lying: bool,
) -> None:
    """Bars of each series side by side, intervals where given, values at the ends of lying bars."""
    thickness = min(0.78 / len(names), 0.6)
    for i, name in enumerate(names):
        own = frame[frame["series"] == name].dropna(subset=["value"])
        at = (
            own["category"].map(categories.index).astype(float)
            + (i - (len(names) - 1) / 2) * thickness
        )
        draw = axes.barh if lying else axes.bar
        draw(at, own["value"], thickness * 0.92, color=SERIES[i], lw=0, zorder=2)
        ends = own["value"]
        if {"low", "high"} <= set(own.columns):
            draw_line = axes.hlines if lying else axes.vlines
            for colour, width in ((PAPER, 2.4), (INK, 1.0)):
                draw_line(at, own["low"], own["high"], color=colour, lw=width, zorder=3)
            ends = own["high"].where(own["value"] >= 0, own["low"]).fillna(own["value"])
        if not lying:
            continue
        for y, end, value in zip(at, ends, own["value"], strict=True):
            axes.annotate(
                written(value, style) if style else plain(value),
                (end, y),
                xytext=(1.2 * POINT * (1 if value >= 0 else -1), 0),
                textcoords="offset points",
                ha="left" if value >= 0 else "right",
                va="center_baseline",
                size=TEXT if len(names) == 1 else SMALL,
            )


def _limits(frame: pd.DataFrame) -> tuple[float, float]:
    columns = [name for name in ("value", "low", "high") if name in frame.columns]
    low, high = float(np.nanmin(frame[columns])), float(np.nanmax(frame[columns]))
    reach = max(high, 0.0) - min(low, 0.0)
    return min(low, 0.0) - (0.05 * reach if low < 0 else 0), max(high, 0.0) + 0.03 * reach
