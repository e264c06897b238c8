"""Charts side by side with a scale each: a place's path, and its gap among placebo gaps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
from matplotlib.lines import Line2D

from ..exhibits import Figure
from .canvas import (
    ACCENT,
    GREY,
    INK,
    LINE,
    PALE,
    SMALL,
    WIDTH,
    axes_at,
    draw_key,
    key_lines,
    new_canvas,
    page_axes,
    to_svg,
    wrap,
)
from .lines import event_rows, events_height, fit_x, limits_of, mark_events, scale_y, tick_room

if TYPE_CHECKING:
    from matplotlib.axes import Axes

STYLES: Final[Mapping[str, Mapping[str, Any]]] = {
    "place": {"color": ACCENT, "lw": 1.9, "ls": "-", "zorder": 4},
    "other": {"color": INK, "lw": 1.1, "ls": (0, (5, 2)), "zorder": 3.5},
    "interval": {"color": GREY, "lw": 0.8, "ls": "-", "zorder": 3.0},
    "many": {"color": PALE, "lw": 0.5, "ls": "-", "zorder": 2.5},
}
"""How a series is drawn: the place, what it is set against, and many lines of one kind."""
_GAP: Final = 6.0
_FOOT: Final = 6.5
_HEIGHT: Final = 46.0


def draw_panels(figure: Figure) -> str:
    """Columns ``panel, series, line, x, y``; the lines of one series are drawn alike.

    Options: ``styles`` (a name of `STYLES` by series), ``panels`` (by panel ``y_label, y_format,
    log_y, events``, the last as pairs of x and text), ``height`` (millimetres of a chart).
    """
    frame, options = figure.frame, figure.options
    names = [str(name) for name in frame["panel"].unique()]
    each = WIDTH / len(names)
    rooms = {name: _room(frame, name, options["panels"][name]) for name in names}
    styles = {name: STYLES[kind] for name, kind in options["styles"].items()}
    key = key_lines(list(styles), 0) * LINE + 2.5
    widths = {name: each - rooms[name] - _GAP * (len(names) > 1) for name in names}
    titles = {name: wrap(name, each - _GAP, SMALL, 600) for name in names}
    placed = {
        name: event_rows(frame, options["panels"][name]["events"], widths[name]) for name in names
    }
    title = max(len(lines) for lines in titles.values()) * LINE + LINE + 1
    head = key + title + max(events_height(rows) for rows in placed.values())
    height = float(options.get("height", _HEIGHT))
    canvas = new_canvas(head + height + _FOOT)
    page = page_axes(canvas)
    full = page.get_ylim()[1]
    draw_key(page, [(Line2D([], [], **styles[name]), name) for name in styles], 0, full - LINE / 2)
    for i, name in enumerate(names):
        y = full - key
        for line in titles[name]:
            page.text(i * each, y, line, va="top", size=SMALL, weight=600)
            y -= LINE
        own = options["panels"][name]
        page.text(i * each, y, own["y_label"], va="top", size=SMALL, color=GREY)
        axes = axes_at(canvas, i * each + rooms[name], head, widths[name], height)
        _paint(axes, frame[frame["panel"] == name], styles, own)
        fit_x(axes, frame, 4 if len(names) > 1 else 9)
        mark_events(axes, placed[name])
    return to_svg(canvas, figure.id, decimals=1)


def _room(frame: pd.DataFrame, name: str, options: Mapping[str, Any]) -> float:
    own = frame[frame["panel"] == name]
    return tick_room(limits_of(own, options), options)


def _paint(
    axes: Axes,
    frame: pd.DataFrame,
    styles: Mapping[str, Mapping[str, Any]],
    options: Mapping[str, Any],
) -> None:
    scale_y(axes, limits_of(frame, options), options)
    for name, style in styles.items():
        own = frame[frame["series"] == name]
        if len(own):
            # A gap between the lines of a series lets them be one path, which is light.
            wide = own.pivot(index="x", columns="line", values="y").sort_index()
            years = np.append(wide.index.to_numpy(float), np.nan)
            parts = [np.append(wide[line].to_numpy(float), np.nan) for line in wide]
            axes.plot(np.tile(years, len(parts)), np.concatenate(parts), **style)
