"""The Neighbourhood Equity Model as a ring of five stations: the report's emblem."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import pandas as pd
from matplotlib.lines import Line2D
from matplotlib.patches import Arc, Circle, Polygon

from ..exhibits import Figure
from ..words import IDENTIFIED
from .canvas import (
    ACCENT,
    GREY,
    INK,
    LINE,
    PALE,
    PAPER,
    SMALL,
    TEXT,
    WIDTH,
    draw_key,
    new_canvas,
    page_axes,
    to_svg,
    wrap,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

STATIONS: Final = ("coproduction", "outcomes", "social_capital", "asset_values", "equity")
_NAMES: Final = {
    "coproduction": ("Coproduction",),
    "outcomes": ("Outcomes",),
    "social_capital": ("Social", "capital"),
    "asset_values": ("Asset", "values"),
    "equity": ("Neighbourhood", "equity"),
}
_LABELS: Final = {
    "described": "described",
    "adjusted": "adjusted",
    "did": "difference in differences",
    "iv": "instrumental variable",
    "synthetic_control": "synthetic control",
    "simulated": "simulated",
}
_RING: Final = 43.0
_STATION: Final = 13.5
_HEIGHT: Final = 115.5
_CENTRE: Final = (WIDTH / 2, 58.0)


def draw_cycle(figure: Figure) -> str:
    """Columns ``link, estimate, low, high, size, label, text``; an empty label is not estimable.

    Arrows are as wide as their ``size``, in one unit for all, is large among those drawn; solid if
    identified, dashed if adjusted or described, grey without an estimate.
    """
    canvas = new_canvas(_HEIGHT)
    page = page_axes(canvas)
    links = {str(row["link"]): row for _, row in figure.frame.iterrows()}
    largest = float(figure.frame["size"].abs().max()) or 1.0
    for i, station in enumerate(STATIONS):
        link = f"{station}->{STATIONS[(i + 1) % len(STATIONS)]}"
        if link in links:
            _draw_link(page, i, links[link], largest)
    for i, station in enumerate(STATIONS):
        _draw_station(page, _at(_angle(i)), _NAMES[station])
    _draw_key(page)
    return to_svg(canvas, figure.id)


def _angle(station: int) -> float:
    """Degrees of a station, clockwise from the top."""
    return 90.0 - 72.0 * station


def _at(angle: float, radius: float = _RING) -> tuple[float, float]:
    turn = math.radians(angle)
    return _CENTRE[0] + radius * math.cos(turn), _CENTRE[1] + radius * math.sin(turn)


def _draw_station(page: Axes, centre: tuple[float, float], name: tuple[str, ...]) -> None:
    page.add_patch(Circle(centre, _STATION, facecolor=ACCENT, edgecolor=PAPER, lw=1.5, zorder=4))
    for n, word in enumerate(name):
        y = centre[1] + (LINE + 0.2) * ((len(name) - 1) / 2 - n)
        page.text(
            centre[0],
            y,
            word,
            ha="center",
            va="center_baseline",
            color=PAPER,
            weight=600,
            zorder=5,
        )


def _draw_link(page: Axes, start: int, link: pd.Series, largest: float) -> None:
    estimable = bool(link["label"]) and not pd.isna(link["estimate"])
    identified = link["label"] in IDENTIFIED
    colour = (ACCENT if identified else INK) if estimable else PALE
    width = 1.6 + 3.0 * abs(float(link["size"])) / largest if estimable else 1.6
    clear = math.degrees(2 * math.asin((_STATION + 1.5) / 2 / _RING))
    head = math.degrees((2.6 + width * 0.45) / _RING)
    first, last = _angle(start) - clear, _angle(start + 1) + clear
    page.add_patch(
        Arc(
            _CENTRE,
            2 * _RING,
            2 * _RING,
            theta1=last + head * 0.9,
            theta2=first,
            color=colour,
            lw=width,
            ls="-" if identified or not estimable else (0, (5 / width, 3 / width)),
        )
    )
    half = 1.3 + width * 0.28
    corners = [_at(last), _at(last + head, _RING + half), _at(last + head, _RING - half)]
    page.add_patch(Polygon(corners, closed=True, facecolor=colour, lw=0, zorder=3))
    _write_link(page, (_angle(start) + _angle(start + 1)) / 2, link, estimable)


def _write_link(page: Axes, middle: float, link: pd.Series, estimable: bool) -> None:
    """What is known of a link, outside its arrow."""
    x, y = _at(middle, _RING + 4.5)
    side = math.cos(math.radians(middle))
    room = WIDTH - x if side > 0.1 else x if side < -0.1 else 70.0
    text = str(link["text"]) or ("" if estimable else "not estimable")
    lines = [line for part in text.split("\n") for line in wrap(part, room - 1)]
    styles = [(line, INK if estimable else GREY, TEXT) for line in lines]
    if estimable:
        styles.append((_LABELS[str(link["label"])], GREY, SMALL))
    ha = "left" if side > 0.1 else "right" if side < -0.1 else "center"
    reach = (len(styles) - 1) * LINE
    top = y + reach / 2 + math.sin(math.radians(middle)) * reach / 2
    for n, (line, colour, size) in enumerate(styles):
        page.text(
            x,
            top - n * LINE,
            line,
            ha=ha,
            va="center_baseline",
            color=colour,
            size=size,
            weight=600 if n == 0 and estimable else 400,
        )


def _draw_key(page: Axes) -> None:
    """What the arrows' lines mean, in the middle of the ring."""
    x, y = _CENTRE
    items = (
        (Line2D([], [], color=ACCENT, lw=2), "identified effect"),
        (Line2D([], [], color=INK, lw=2, ls=(0, (2.5, 1.5))), "adjusted association"),
        (Line2D([], [], color=PALE, lw=2), "no estimate"),
    )
    for n, item in enumerate(items):
        draw_key(page, [item], x - 19, y + LINE * 1.15 * (1 - n))
