"""The ring of the cover: five stations, each arrow as sure as the report found its step."""

from __future__ import annotations

import math
from typing import Final

import pandas as pd

from ...analysis.quantities import IDENTIFIED
from ..exhibits import Figure
from .canvas import ACCENT, CONTRAST, PALE
from .cycle import STATIONS

_SIZE, _RADIUS, _STATION, _FIRST = 400, 150, 22, 30
_WIDTH: Final = 7
_CLEAR: Final = 13.0
"""Degrees between the middle of a station and an arrow."""
_HEAD: Final = 7.0


def draw_emblem(cycle: Figure | None) -> str:
    """SVG without words: an arrow is solid if identified, dashed if associated, else pale.

    Parameters
    ----------
    cycle : the ring with its numbers; all arrows are pale without it
    """
    labels = {} if cycle is None else _labels(cycle.frame)
    arrows = [
        _arrow(i, labels.get(f"{name}->{STATIONS[(i + 1) % len(STATIONS)]}", ""))
        for i, name in enumerate(STATIONS)
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_SIZE} {_SIZE}">'
        f"{''.join(arrows)}{''.join(map(_station, range(len(STATIONS))))}</svg>"
    )


def _labels(frame: pd.DataFrame) -> dict[str, str]:
    known = frame[frame["estimate"].notna()]
    return dict(zip(known["link"], known["label"], strict=True))


def _at(degrees: float, radius: float = _RADIUS) -> str:
    """A point of the ring, clockwise from the top."""
    turn = math.radians(degrees)
    half = _SIZE / 2
    return f"{half + radius * math.sin(turn):.1f} {half - radius * math.cos(turn):.1f}"


def _arrow(start: int, label: str) -> str:
    colour = ACCENT if label else PALE
    dashes = "" if label in IDENTIFIED or not label else ' stroke-dasharray="14 9"'
    first, last = 72 * start + _CLEAR, 72 * (start + 1) - _CLEAR
    head = f"{_at(last)} L {_at(last - _HEAD, _RADIUS + 11)} L {_at(last - _HEAD, _RADIUS - 11)}"
    return (
        f'<path d="M {_at(first)} A {_RADIUS} {_RADIUS} 0 0 1 {_at(last - _HEAD)}" fill="none" '
        f'stroke="{colour}" stroke-width="{_WIDTH}"{dashes}/>'
        f'<path d="M {head} Z" fill="{colour}"/>'
    )


def _station(number: int) -> str:
    x, y = _at(72 * number).split()
    radius, colour = (_FIRST, CONTRAST) if number == 0 else (_STATION, ACCENT)
    return f'<circle cx="{x}" cy="{y}" r="{radius}" fill="{colour}"/>'
