"""Lines over time: labelled at their ends, or small multiples with one key."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, MaxNLocator, NullLocator

from ..exhibits import Figure
from .canvas import (
    ACCENT,
    CONTRAST,
    DASHES,
    GREY,
    INK,
    LINE,
    MAX_HEIGHT,
    PALE,
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
    spread,
    text_width,
    to_svg,
    wrap,
    write_ticks,
    written,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_LABELLED_AT_MOST = 8
_EVENT = 9.5
"""Height of a row of events' words, in points."""


def draw_lines(figure: Figure) -> str:
    """Columns ``x, y, series``, optional ``low, high, panel``.

    Options: ``x_label, y_label, y_format, log_y, events`` (pairs of x and text), ``panel_events``
    (such pairs by panel), ``emphasis`` (series drawn in colour, the others in grey), ``dots``
    (whether a series is points with intervals), ``marked`` (pairs of x and y to ring, by panel).
    """
    frame = figure.frame
    styles = _styles(frame, figure.options)
    limits = limits_of(frame, figure.options)
    if "panel" in frame.columns and frame["panel"].nunique() > 1:
        return _small_multiples(figure, styles, limits)
    return _one_chart(figure, styles, limits)


def _styles(frame: pd.DataFrame, options: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """How each series is drawn, those behind first."""
    names = [str(name) for name in frame["series"].unique()]
    emphasis = [str(name) for name in options.get("emphasis", ())]
    keyed = "panel" in frame.columns
    if not emphasis:
        return {
            name: {
                "color": SERIES[i % len(SERIES)],
                "lw": 1.6,
                "ls": DASHES[i % len(DASHES)] if keyed else "-",
            }
            for i, name in enumerate(names)
        }
    front = (ACCENT, CONTRAST, INK)
    grey = {
        name: {
            "color": PALE if len(names) > _LABELLED_AT_MOST else "#8d979c",
            "lw": 0.7 if len(names) > _LABELLED_AT_MOST else 1.2,
            "ls": DASHES[1] if keyed else "-",
        }
        for name in names
        if name not in emphasis
    }
    strong = {
        name: {"color": front[i % 3], "lw": 1.9, "ls": "-"}
        for i, name in enumerate(emphasis)
        if name in names
    }
    return grey | strong


def limits_of(frame: pd.DataFrame, options: Mapping[str, Any]) -> tuple[float, float]:
    """Limits of y: from zero where the data come near it, with air above."""
    columns = [name for name in ("y", "low", "high") if name in frame.columns]
    low, high = float(np.nanmin(frame[columns])), float(np.nanmax(frame[columns]))
    if options.get("log_y"):
        air = (high / low) ** 0.05
        return low / air, high * air
    air = 0.05 * (high - low or abs(high) or 1)
    if low >= 0 and low < 0.5 * high:
        return 0.0, high + air
    return low - air, high + air


def _paint(
    axes: Axes,
    frame: pd.DataFrame,
    styles: Mapping[str, Mapping[str, Any]],
    limits: tuple[float, float],
    options: Mapping[str, Any],
) -> None:
    """Axes, grid, bands and lines of one chart."""
    scale_y(axes, limits, options)
    for order, (name, style) in enumerate(styles.items()):
        own = frame[frame["series"].astype(str) == name].sort_values("x")
        if options.get("dots"):
            colour = style["color"]
            axes.vlines(own["x"], own["low"], own["high"], color=colour, alpha=0.25, lw=0.7)
            axes.plot(own["x"], own["y"], "o", ms=1.7, color=colour, zorder=3 + order / 100)
            continue
        if {"low", "high"} <= set(own.columns):
            axes.fill_between(
                own["x"], own["low"], own["high"], color=style["color"], alpha=0.16, lw=0
            )
        axes.plot(own["x"], own["y"], zorder=3 + order / 100, **style)


def scale_y(axes: Axes, limits: tuple[float, float], options: Mapping[str, Any]) -> None:
    """The vertical axis with its ticks, its grid and the line of zero."""
    if options.get("log_y"):
        axes.set_yscale("log")
        axes.yaxis.set_major_locator(FixedLocator(_log_ticks(*limits)))
        axes.yaxis.set_minor_locator(NullLocator())
    else:
        axes.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
    axes.set_ylim(*limits)
    write_ticks(axes, "y", options.get("y_format"))
    axes.grid(axis="y")
    axes.set_axisbelow(True)
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0)
    if limits[0] < 0 < limits[1]:
        axes.axhline(0, color=GREY, lw=0.6)


def _log_ticks(low: float, high: float) -> list[float]:
    """Round numbers between the limits: three to seven of them."""
    decades = range(math.floor(math.log10(low)) - 1, math.ceil(math.log10(high)) + 1)
    for steps in ((1,), (1, 3), (1, 2, 5), (1, 1.5, 2, 3, 5, 7)):
        ticks = [step * 10.0**decade for decade in decades for step in steps]
        inside = [tick for tick in ticks if low <= tick <= high]
        if len(inside) >= 4:
            return inside
    even = MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
    return [float(tick) for tick in even if low <= tick <= high]


def fit_x(axes: Axes, frame: pd.DataFrame, ticks: int) -> None:
    """The horizontal axis over the whole frame, with about so many ticks."""
    low, high = float(frame["x"].min()), float(frame["x"].max())
    air = 0.01 * (high - low or 1)
    axes.set_xlim(low - air, high + air)
    whole = bool((frame["x"] % 1 == 0).all())
    axes.xaxis.set_major_locator(
        MaxNLocator(ticks, integer=whole, steps=[1, 2, 2.5, 5, 10] if not whole else [1, 2, 5, 10])
    )
    years = whole and low > 1000 and high < 3000
    write_ticks(axes, "x", "year" if years else None)


def event_rows(
    frame: pd.DataFrame, events: Sequence[tuple[float, str]], width: float
) -> list[tuple[float, str, int, bool]]:
    """Each event with the row its words stand in, from 0 upwards, and whether they run leftwards.

    The later event stands lower, so that no event's line runs through another's words.
    """
    low, high = float(frame["x"].min()), float(frame["x"].max())
    starts: list[float] = []
    placed = []
    for x, words in sorted(events, reverse=True):
        if not low <= x <= high:
            continue
        at = (x - low) / ((high - low) or 1) * width
        needed = text_width(words, SMALL) + 2.5
        backwards = at + needed > width + 4 and at > needed
        begin, end = (at - needed, at) if backwards else (at, at + needed)
        row = next((i for i, start in enumerate(starts) if end < start), len(starts))
        starts[row : row + 1] = [begin]
        placed.append((x, words, row, backwards))
    return placed


def events_height(placed: Sequence[tuple[float, str, int, bool]]) -> float:
    """Millimetres above a chart that its events' words need."""
    return max((row + 1 for _, _, row, _ in placed), default=0) * _EVENT / POINT


def mark_events(axes: Axes, placed: Sequence[tuple[float, str, int, bool]]) -> None:
    """Thin lines with their words beside them, above the chart."""
    for x, words, row, backwards in placed:
        height = 2 + _EVENT * row
        axes.axvline(x, color=GREY, lw=0.7, ls=(0, (2, 1.5)), zorder=2)
        axes.annotate(
            words,
            (x, 1),
            xycoords=("data", "axes fraction"),
            xytext=(-2.5 if backwards else 2.5, height),
            textcoords="offset points",
            ha="right" if backwards else "left",
            size=SMALL,
            color=GREY,
        )
        axes.annotate(
            "",
            (x, 1),
            xycoords=("data", "axes fraction"),
            xytext=(0, height + 7),
            textcoords="offset points",
            arrowprops={"arrowstyle": "-", "color": GREY, "lw": 0.7, "shrinkA": 0, "shrinkB": 0},
        )


def tick_room(limits: tuple[float, float], options: Mapping[str, Any]) -> float:
    """Millimetres left of a chart that its ticks' words need."""
    style = options.get("y_format")
    words = [
        written(value, style) if style else plain(round(value, 2))
        for value in (*limits, *MaxNLocator(5).tick_values(*limits))
    ]
    return max(text_width(text, SMALL) for text in words) + 2


def _one_chart(
    figure: Figure, styles: Mapping[str, Mapping[str, Any]], limits: tuple[float, float]
) -> str:
    options = figure.options
    emphasis = {str(name) for name in options.get("emphasis", ())}
    few = len(styles) <= _LABELLED_AT_MOST or not emphasis
    labelled = [name for name in styles if few or name in emphasis]
    room = max((text_width(name, TEXT) for name in labelled), default=0) + 3
    room = room if len(styles) > 1 else 2
    events = [*options.get("events", ()), *chain(*options.get("panel_events", {}).values())]
    left = tick_room(limits, options)
    width, height = WIDTH - left - room, 58.0
    placed = event_rows(figure.frame, events, width)
    top = 2.0 + events_height(placed) + (LINE + 1 if options.get("y_label") else 0)
    canvas = new_canvas(top + height + 8 + (LINE if options.get("x_label") else 0))
    page = page_axes(canvas)
    axes = axes_at(canvas, left, top, width, height)
    _paint(axes, figure.frame, styles, limits, options)
    fit_x(axes, figure.frame, 9)
    axes.set_xlabel(options.get("x_label", ""))
    if options.get("y_label"):
        page.text(0, page.get_ylim()[1] - 0.5, options["y_label"], va="top", color=GREY)
    mark_events(axes, placed)
    if len(styles) > 1:
        _label_ends(axes, figure.frame, styles, labelled, width, height)
    return to_svg(canvas, figure.id)


def _label_ends(
    axes: Axes,
    frame: pd.DataFrame,
    styles: Mapping[str, Mapping[str, Any]],
    labelled: Sequence[str],
    width: float,
    height: float,
) -> None:
    """Names of series beside their last points, moved apart where they would touch."""
    low, high = axes.transData.inverted().transform(axes.transAxes.transform([(0, 0), (1, 1)]))[
        :, 0
    ]
    ends, wanted = [], []
    for name in labelled:
        own = frame[frame["series"].astype(str) == name].dropna(subset=["y"]).sort_values("x")
        last = own.iloc[-1]
        point = axes.transAxes.inverted().transform(
            axes.transData.transform((last["x"], last["y"]))
        )
        ends.append((float(last["x"] - low) / (high - low) * width, float(point[1]) * height))
        wanted.append(ends[-1][1])
    for name, (x, y), at in zip(
        labelled, ends, spread(wanted, LINE - 0.2, 1.0, height), strict=True
    ):
        colour = styles[name]["color"]
        axes.annotate(
            name,
            (x / width, y / height),
            xycoords="axes fraction",
            xytext=(width * POINT + 6, at * POINT),
            textcoords="axes points",
            va="center_baseline",
            color=colour if colour not in (PALE, "#8d979c") else GREY,
            weight=600 if styles[name]["lw"] > 1.8 else 400,
            arrowprops={
                "arrowstyle": "-",
                "color": colour,
                "lw": 0.5,
                "shrinkA": 1,
                "shrinkB": 1,
                "relpos": (0, 0.4),
            },
        )


def _small_multiples(
    figure: Figure, styles: Mapping[str, Mapping[str, Any]], limits: tuple[float, float]
) -> str:
    frame, options = figure.frame, figure.options
    panels = [str(name) for name in frame["panel"].unique()]
    columns = 2 if len(panels) in (2, 4) else 3
    rows = -(-len(panels) // columns)
    keyed = len(styles) > 1
    key = key_lines(list(styles), 0) * LINE + 1.5 if keyed else 0.0
    label = LINE + 1 if options.get("y_label") else 0.0
    events = {str(name): pairs for name, pairs in options.get("panel_events", {}).items()}
    left, gap, foot = tick_room(limits, options), 5.0, 6.5
    width = (WIDTH - left - 2 - gap * (columns - 1)) / columns
    placed = {
        panel: event_rows(frame, [*options.get("events", ()), *events.get(panel, ())], width)
        for panel in panels
    }
    titles = {panel: wrap(panel, width, TEXT, 600) for panel in panels}
    words = 1.7 + LINE * max(map(len, titles.values()))
    head = words + max(events_height(each) for each in placed.values())
    height = min(width * 0.72, (MAX_HEIGHT - key - label) / rows - head - foot)
    canvas = new_canvas(key + label + rows * (height + head + foot))
    page = page_axes(canvas)
    full = page.get_ylim()[1]
    if keyed:
        dots = {"marker": "o", "ms": 4, "lw": 0} if options.get("dots") else {}
        marks = [(Line2D([], [], **{**styles[n], **dots}), n) for n in reversed(list(styles))]
        draw_key(page, marks, 0, full - LINE / 2)
    if options.get("y_label"):
        page.text(0, full - key - 0.5, options["y_label"], va="top", color=GREY)
    for i, panel in enumerate(panels):
        column, row = i % columns, i // columns
        x = left + column * (width + gap)
        y = key + label + row * (height + head + foot)
        axes = axes_at(canvas, x, y + head, width, height)
        _paint(axes, frame[frame["panel"].astype(str) == panel], styles, limits, options)
        fit_x(axes, frame, 4)
        axes.tick_params(labelleft=column == 0)
        for at in options.get("marked", {}).get(panel, ()):
            axes.plot(*at, "o", ms=7, mfc="none", mec=INK, mew=1.1, zorder=5)
        for n, line in enumerate(titles[panel]):
            page.text(x, full - y - 0.5 - n * LINE, line, va="top", weight=600)
        mark_events(axes, placed[panel])
    return to_svg(canvas, figure.id)
