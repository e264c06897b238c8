"""How full the pages of a PDF are, from where their words stand."""

import re
from pathlib import Path

import pikepdf

_MILLIMETRE = 96 / 25.4
_TOP, _HEIGHT = 25 * _MILLIMETRE, 247 * _MILLIMETRE
"""Of a page's text, in the pixels in which WeasyPrint writes a page."""
_LINE = re.compile(rb"\n1 0 0 -1 [-\d.]+ ([-\d.]+) Tm")


def page_fill(path: Path) -> list[float]:
    """The share of each page's height down to its last line of words."""
    with pikepdf.open(path) as document:
        return [_fill(page.Contents.read_bytes()) for page in document.pages]


def _fill(operators: bytes) -> float:
    lines = [(float(each) - _TOP) / _HEIGHT for each in _LINE.findall(operators)]
    return max((line for line in lines if 0 <= line <= 1), default=0.0)
