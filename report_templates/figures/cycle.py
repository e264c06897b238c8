"""The Neighbourhood Equity Model as a ring of five stations: the report's emblem."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
from matplotlib.lines import Line2D
from matplotlib.patches import Arc, Circle, Polygon

from ...analysis.quantities import IDENTIFIED
from ..exhibits import Figure
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
    text_width,
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
_KEY: Final[Mapping[str, tuple[Mapping[str, Any], str]]] = {
    "identified": ({"color": ACCENT, "lw": 2}, "identified effect"),
    "adjusted": ({"color": INK, "lw": 2, "ls": (0, (2.5, 1.5))}, "adjusted association"),
    "none": ({"color": PALE, "lw": 2}, "not estimated"),
}


@dataclass(frozen=True, slots=True)
class _Ring:
    """Sizes of a drawing, in millimetres of its canvas."""

    height: float
    centre: tuple[float, float]
    radius: float
    station: float
    scale: float
    """How much larger than on the page its words and arrows are drawn."""

    def at(self, angle: float, radius: float | None = None) -> tuple[float, float]:
        turn, away = math.radians(angle), self.radius if radius is None else radius
        return self.centre[0] + away * math.cos(turn), self.centre[1] + away * math.sin(turn)


_FULL: Final = _Ring(115.5, (WIDTH / 2, 58.0), 43.0, 13.5, 1.0)
_SMALL: Final = _Ring(133.5, (WIDTH / 2, 61.5), 52.0, 19.5, 2.0)
_SMALL_TEXT: Final = 7.5


def draw_cycle(figure: Figure, small: bool = False) -> str:
    """The ring with what is known of each link; where it is small, the stations and arrows alone.

    Columns ``link, estimate, low, high, size, label, text``; an empty label is not estimable.

    Arrows are as wide as their ``size``, in one unit for all, is large among those drawn; solid if
    identified, dashed if adjusted or described, grey without an estimate.
    """
    ring = _SMALL if small else _FULL
    canvas = new_canvas(ring.height)
    page = page_axes(canvas)
    links = {str(row["link"]): row for _, row in figure.frame.iterrows()}
    largest = float(figure.frame["size"].abs().max()) or 1.0
    for i, station in enumerate(STATIONS):
        link = f"{station}->{STATIONS[(i + 1) % len(STATIONS)]}"
        if link in links:
            _draw_link(page, ring, i, links[link], largest)
            if not small:
                _write_link(page, ring, i, links[link])
    size = _SMALL_TEXT if small else TEXT
    for i, station in enumerate(STATIONS):
        _draw_station(page, ring, ring.at(_angle(i)), _NAMES[station], size)
    _draw_key(page, ring, figure.frame, _SMALL_TEXT if small else SMALL)
    return to_svg(canvas, figure.id)


def _angle(station: int) -> float:
    """Degrees of a station, clockwise from the top."""
    return 90.0 - 72.0 * station


def _draw_station(
    page: Axes, ring: _Ring, centre: tuple[float, float], name: tuple[str, ...], size: float
) -> None:
    disc = Circle(centre, ring.station, facecolor=ACCENT, edgecolor=PAPER, lw=1.5, zorder=4)
    page.add_patch(disc)
    for n, word in enumerate(name):
        y = centre[1] + (LINE + 0.2) * ring.scale * ((len(name) - 1) / 2 - n)
        page.text(
            centre[0],
            y,
            word,
            ha="center",
            va="center_baseline",
            color=PAPER,
            size=size * ring.scale,
            weight=600,
            zorder=5,
        )


def _is_estimable(link: pd.Series) -> bool:
    return bool(link["label"]) and not pd.isna(link["estimate"])


def _kind(link: pd.Series) -> str:
    if not _is_estimable(link):
        return "none"
    return "identified" if link["label"] in IDENTIFIED else "adjusted"


def _draw_link(page: Axes, ring: _Ring, start: int, link: pd.Series, largest: float) -> None:
    estimable = _is_estimable(link)
    identified = _kind(link) == "identified"
    colour = (ACCENT if identified else INK) if estimable else PALE
    width = 1.6 + 3.0 * abs(float(link["size"])) / largest if estimable else 1.6
    clear = math.degrees(2 * math.asin((ring.station + 1.5) / 2 / ring.radius))
    head = math.degrees((2.6 + width * 0.45) * ring.scale / ring.radius)
    first, last = _angle(start) - clear, _angle(start + 1) + clear
    page.add_patch(
        Arc(
            ring.centre,
            2 * ring.radius,
            2 * ring.radius,
            theta1=last + head * 0.9,
            theta2=first,
            color=colour,
            lw=width * ring.scale,
            ls="-" if identified or not estimable else (0, _dashes(width, ring)),
        )
    )
    half = (1.3 + width * 0.28) * ring.scale
    tip, inner, outer = last + head, ring.radius - half, ring.radius + half
    corners = [ring.at(last), ring.at(tip, outer), ring.at(tip, inner)]
    page.add_patch(Polygon(corners, closed=True, facecolor=colour, lw=0, zorder=3))


def _dashes(width: float, ring: _Ring) -> tuple[float, float]:
    """Dash and gap in widths of the line; a small ring's arrows are too short for long ones."""
    return 5 / width / ring.scale, 3 / width / ring.scale


def _write_link(page: Axes, ring: _Ring, start: int, link: pd.Series) -> None:
    """What is known of a link, outside its arrow."""
    middle, estimable = (_angle(start) + _angle(start + 1)) / 2, _is_estimable(link)
    x, y = ring.at(middle, ring.radius + 4.5)
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


def _draw_key(page: Axes, ring: _Ring, frame: pd.DataFrame, size: float) -> None:
    """What the lines of the arrows that are drawn mean, in the middle of the ring."""
    x, y = ring.centre
    kinds = {_kind(link) for _, link in frame.iterrows()}
    items = [item for kind, item in _KEY.items() if kind in kinds]
    left = x - (max(text_width(words, size * ring.scale) for _, words in items) + 7.5) / 2
    for n, (style, words) in enumerate(items):
        at = y + LINE * 1.15 * ring.scale * ((len(items) - 1) / 2 - n)
        draw_key(page, [(Line2D([], [], **style), words)], left, at, size * ring.scale)
