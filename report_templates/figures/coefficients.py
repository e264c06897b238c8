"""Estimates with their intervals: rows in groups, a zero line, benchmarks as pale bands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from ..exhibits import Figure
from .canvas import (
    ACCENT,
    BAND,
    CONTRAST,
    GREY,
    INK,
    LINE,
    MAX_HEIGHT,
    PAPER,
    SMALL,
    TEXT,
    WIDTH,
    axes_at,
    draw_key,
    key_lines,
    new_canvas,
    page_axes,
    text_width,
    to_svg,
    wrap,
    write_ticks,
    written,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MARKS: Final[Mapping[str, tuple[str, str, float, str]]] = {
    "described": ("o", INK, 5, "described"),
    "adjusted": ("o", INK, 5, "adjusted"),
    "did": ("s", ACCENT, 5, "difference in differences"),
    "iv": ("D", ACCENT, 4.8, "instrumental variable"),
    "synthetic_control": ("^", ACCENT, 6, "synthetic control"),
    "simulated": ("*", CONTRAST, 8, "simulated"),
}
"""Shape, colour, size and words of each identification label."""

_ROW_LABEL_AT_MOST = 64.0
_VALUE_GAP = 3.0
_PACE = LINE - 0.4
"""Millimetres from line to line of a row's words."""
_FAR = 10
"""Ends that lie this many times further out than the middle one are not drawn to."""
_BEYOND = "reaches beyond the axis"


def draw_coefficients(figure: Figure) -> str:
    """Columns ``row, estimate, low, high, label``, optional ``series, panel``.

    Options: ``x_label, format`` (of the ticks), ``values`` (format of what is written beside a plot
    of one series), ``bands`` (low, high, text), ``strong`` (whether each panel's last row is drawn
    in colour). Panels of the same rows stand side by side; others stand one under the other. A
    missing estimate is said in words.
    An interval far wider than the others is cut at the axis, with an arrow.
    """
    frame = figure.frame.reset_index(drop=True)
    if "panel" not in frame.columns:
        frame = frame.assign(panel="")
    frame = frame.astype({"row": str, "panel": str, "label": str})
    rows = [tuple(part["row"].unique()) for _, part in frame.groupby("panel", sort=False)]
    beside = 1 < len(rows) <= 4 and len(set(rows)) == 1
    panels = list(frame["panel"].unique())
    columns = [[name] for name in panels] if beside else [panels]
    own = frame[frame["panel"].isin(columns[0])]
    label = _label_width(own, beside)
    return _draw(figure, frame, _lines(own, label), label, columns)


def _label_width(frame: pd.DataFrame, beside: bool) -> float:
    """Millimetres for the names of rows."""
    weight = 600 if "series" in frame.columns else 400
    widest = max(text_width(row, TEXT, weight) for row in frame["row"]) + 3
    return min(widest, _ROW_LABEL_AT_MOST - (14 if beside else 0))


def _lines(frame: pd.DataFrame, label: float) -> pd.DataFrame:
    """One record a line of the plot: ``panel, row, series``, and ``at`` in line heights.

    A row whose name takes more lines stands half of them further from its neighbours.
    """
    keys = ["panel", "row", *(["series"] if "series" in frame.columns else [])]
    lines = frame[keys].drop_duplicates()
    order = {
        name: i
        for i, name in enumerate(dict.fromkeys(zip(lines["panel"], lines["row"], strict=True)))
    }
    place = [order[pair] for pair in zip(lines["panel"], lines["row"], strict=True)]
    lines = lines.assign(place=place).sort_values("place", kind="stable")
    at, step = [], 0.0
    previous: tuple[str, str] | None = None
    for panel, row in zip(lines["panel"], lines["row"], strict=True):
        if previous and panel != previous[0]:
            step += 0.6
        if panel and (previous is None or panel != previous[0]):
            step += 1.0
        elif previous and row != previous[1] and "series" in keys:
            step += 0.5
        more = 0.0 if "series" in keys else 0.35 * (len(wrap(row, label - 3)) - 1)
        at.append(step + more)
        step += 1.0 + 2 * more
        previous = (panel, row)
    return lines.assign(at=at)


def _draw(
    figure: Figure,
    frame: pd.DataFrame,
    lines: pd.DataFrame,
    label: float,
    columns: Sequence[Sequence[str]],
) -> str:
    options, beside = figure.options, len(columns) > 1
    has_series = "series" in lines.columns
    aside = max(text_width(str(s), SMALL) for s in lines["series"]) + 3 if has_series else 0.0
    values = {} if beside or has_series else _values(frame, options)
    room = max((text_width(words, SMALL) + _VALUE_GAP for words in values.values()), default=2.0)
    labels = [name for name in MARKS if name in set(frame.loc[frame["estimate"].notna(), "label"])]
    bands = list(options.get("bands", ()))
    left, gap = label + aside, 4.0
    width = (WIDTH - left - room - gap * (len(columns) - 1)) / len(columns)
    heads = max(len(wrap(names[0], width, TEXT, 600)) for names in columns) * LINE if beside else 0
    top = heads + 1.5 + (0 if beside else (LINE * len(bands)))
    limits = _limits(frame, bands)
    cut = bool((frame["low"].lt(limits[0]) | frame["high"].gt(limits[1])).any())
    words = [*(MARKS[name][3] for name in labels), *([b[2] for b in bands] if beside else [])]
    key = key_lines([*words, *([_BEYOND] if cut else [])], 0) * LINE + 2
    foot = 6.5 + (LINE + 0.5 if options.get("x_label") else 0) + key
    deepest = float(lines["at"].max()) + 1
    pitch = min(5.2, (MAX_HEIGHT - top - foot) / deepest)
    canvas = new_canvas(top + deepest * pitch + foot)
    page = page_axes(canvas)
    full = page.get_ylim()[1]
    _write_rows(page, lines, label, aside, full - top, pitch, not beside)
    for i, names in enumerate(columns):
        x = left + i * (width + gap)
        axes = axes_at(canvas, x, top, width, deepest * pitch)
        axes.set(xlim=limits, ylim=(deepest - 0.5, -0.5))
        own = frame[frame["panel"].isin(names)]
        keys = ["row", "series"] if has_series else ["row"]
        keys = keys if beside else ["panel", *keys]
        _paint(axes, own.merge(lines[[*keys, "at"]], on=keys), bands, options, width)
        for line in lines.to_dict("records") if values else ():
            page.text(
                WIDTH,
                full - top - (line["at"] + 0.5) * pitch,
                values[line["panel"], line["row"]],
                size=SMALL,
                ha="right",
                va="center_baseline",
                color=GREY,
            )
        if beside:
            for n, part in enumerate(wrap(names[0], width, TEXT, 600)):
                page.text(x, full - n * LINE, part, va="top", weight=600)
        else:
            _name_bands(page, bands, limits, left, width, full - top)
    if options.get("x_label"):
        page.text(
            left + (WIDTH - left - room) / 2,
            key + 0.5,
            options["x_label"],
            ha="center",
            va="bottom",
        )
    _key(page, labels, bands if beside else (), cut, key - LINE)
    return to_svg(canvas, figure.id)


def _values(frame: pd.DataFrame, options: Mapping[str, Any]) -> dict[tuple[str, str], str]:
    """Each row's estimate with its interval, in words."""
    style = options.get("values", "number1")
    return {
        (point["panel"], point["row"]): ""
        if pd.isna(point["estimate"])
        else "{} ({} to {})".format(
            *(written(point[name], style) for name in ("estimate", "low", "high"))
        )
        for point in frame.to_dict("records")
    }


def _limits(frame: pd.DataFrame, bands: Sequence[tuple[float, float, str]]) -> tuple[float, float]:
    """Limits that hold every estimate, every band, zero, and every interval but one far wider."""
    ends = pd.concat([frame["low"], frame["high"]])
    far = _FAR * ends.abs().median()
    values = [0.0, *ends.clip(-far, far), *frame["estimate"]]
    values += [edge for low, high, _ in bands for edge in (low, high)]
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    air = 0.04 * (high - low or 1)
    return low - air, high + air


def _write_rows(
    page: Axes,
    lines: pd.DataFrame,
    label: float,
    aside: float,
    top: float,
    pitch: float,
    headed: bool,
) -> None:
    """Words at the left: headings of panels, names of rows, and of series next to the plot."""
    seen: tuple[str, str] | None = None
    group = ""
    for line in lines.to_dict("records"):
        panel, row = line["panel"], line["row"]
        y = top - (line["at"] + 0.5) * pitch
        if headed and panel and panel != group:
            page.text(0, y + pitch, panel, va="center_baseline", weight=600, color=ACCENT)
            group = panel
        if (panel, row) != seen:
            weight = 600 if aside and not headed else 400
            _stack(page, wrap(row, label - 3, TEXT, weight), y, weight, bool(aside))
            seen = (panel, row)
        if aside:
            page.text(
                label + aside - 3,
                y,
                str(line["series"]),
                ha="right",
                va="center_baseline",
                size=SMALL,
                color=GREY,
            )


def _stack(page: Axes, words: Sequence[str], y: float, weight: int, downwards: bool) -> None:
    first = y if downwards else y + _PACE * (len(words) - 1) / 2
    for i, text in enumerate(words):
        page.text(0, first - i * _PACE, text, va="center_baseline", weight=weight)


def _paint(
    axes: Axes,
    frame: pd.DataFrame,
    bands: Sequence[tuple[float, float, str]],
    options: Mapping[str, Any],
    width: float,
) -> None:
    axes.xaxis.set_major_locator(MaxNLocator(max(4, int(width / 11)), steps=[1, 2, 2.5, 5, 10]))
    write_ticks(axes, "x", options.get("format"))
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.grid(axis="x")
    axes.set_axisbelow(True)
    for low, high, _ in bands:
        axes.axvspan(low, high, color=BAND, lw=0, zorder=0)
    axes.axvline(0, color=INK, lw=0.8, zorder=2)
    last = frame.groupby("panel")["at"].transform("max") if options.get("strong") else -1.0
    for point in frame.assign(strong=frame["at"] == last).to_dict("records"):
        at, estimate = point["at"], point["estimate"]
        if pd.isna(estimate):
            axes.annotate(
                "not estimable",
                (0, at),
                xytext=(4, 0),
                textcoords="offset points",
                size=SMALL,
                color=GREY,
                va="center_baseline",
            )
            continue
        shape, colour, size, _ = MARKS[point["label"]]
        colour = ACCENT if point["strong"] else colour
        axes.plot([point["low"], point["high"]], [at, at], color=colour, lw=1.3, zorder=3)
        left, right = axes.get_xlim()
        ends = ((point["low"] < left, left, "<"), (point["high"] > right, right, ">"))
        for edge, arrow in [(edge, arrow) for beyond, edge, arrow in ends if beyond]:
            axes.plot([edge], [at], arrow, color=colour, ms=5, clip_on=False, zorder=4)
        axes.plot(
            [estimate],
            [at],
            shape,
            ms=size,
            mec=colour,
            mew=1.1,
            zorder=4,
            mfc=PAPER if point["label"] == "described" else colour,
        )


def _name_bands(
    page: Axes,
    bands: Sequence[tuple[float, float, str]],
    limits: tuple[float, float],
    left: float,
    width: float,
    y: float,
) -> None:
    """The words of each band above it, one line a band, with a leader down to its middle."""
    for i, (low, high, words) in enumerate(bands):
        middle = left + ((low + high) / 2 - limits[0]) / (limits[1] - limits[0]) * width
        half = text_width(words, SMALL) / 2
        centre = min(max(middle, half), WIDTH - half)
        height = y + LINE * (len(bands) - 1 - i) + 0.8
        page.text(centre, height, words, ha="center", size=SMALL, color=GREY)
        if i < len(bands) - 1:
            page.plot([middle, middle], [y, height - 0.6], color=GREY, lw=0.4)


def _key(
    page: Axes,
    labels: Sequence[str],
    bands: Sequence[tuple[float, float, str]],
    cut: bool,
    y: float,
) -> None:
    items = []
    for name in labels:
        shape, colour, size, words = MARKS[name]
        mark = Line2D(
            [],
            [],
            color=colour,
            lw=1.3,
            marker=shape,
            ms=size,
            mec=colour,
            mew=1.1,
            mfc=PAPER if name == "described" else colour,
        )
        items.append((mark, words))
    swatch = [(Line2D([], [], color=BAND, lw=8), words) for _, _, words in bands]
    arrow = [(Line2D([], [], color=INK, marker=">", ms=5, ls=""), _BEYOND)] if cut else []
    draw_key(page, [*items, *swatch, *arrow], 0, y + LINE / 2 - 0.5)
