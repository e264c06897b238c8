"""The look that all figures share: fonts, palette, sizes, axes, and SVG that never varies."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import matplotlib
from font_source_sans_pro import font_files_ttf  # type: ignore[import-untyped]
from matplotlib import font_manager
from matplotlib.figure import Figure as Canvas
from matplotlib.ft2font import LoadFlags
from matplotlib.lines import Line2D

from ..formats import format_number
from ..typography import curly

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ..exhibits import Format

INK: Final = "#1d2327"
ACCENT: Final = "#0f5f66"
CONTRAST: Final = "#a86300"
GREY: Final = "#5f686d"
PALE: Final = "#c3c9cc"
BAND: Final = "#e9ecee"
PAPER: Final = "#ffffff"
# Words are set in these, so each is 4.5 times as dark or light as the page.
SERIES: Final = (ACCENT, CONTRAST, INK, "#7a5195", "#6b757a", "#2f78a3")
DASHES: Final = ("-", (0, (5, 2)), (0, (1.2, 1.6)), (0, (7, 2, 1.5, 2)))

WIDTH: Final = 160.0
"""Width of the text on the page, in millimetres."""
MAX_HEIGHT: Final = 170.0
TEXT: Final = 9.0
SMALL: Final = 8.5
LINE: Final = 3.8
"""Height of a line of text, in millimetres."""
POINT: Final = 72 / 25.4
"""Points in a millimetre."""

_FAMILY: Final = "Source Sans Pro"
_FACES: Final = {400: "SourceSansPro", 600: "SourceSansProSemibold"}
_RC: Final = {
    "axes.edgecolor": GREY,
    "axes.labelcolor": INK,
    "axes.labelsize": TEXT,
    "axes.linewidth": 0.5,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.unicode_minus": True,
    "figure.dpi": 72,
    "figure.facecolor": "none",
    "font.family": [_FAMILY],
    "font.size": TEXT,
    "grid.color": "#dfe3e5",
    "grid.linewidth": 0.4,
    "lines.solid_capstyle": "butt",
    "savefig.facecolor": "none",
    "svg.fonttype": "none",
    "text.color": INK,
    "text.parse_math": False,
    "xtick.color": GREY,
    "xtick.labelcolor": INK,
    "xtick.labelsize": SMALL,
    "xtick.major.size": 2.5,
    "xtick.major.width": 0.5,
    "ytick.color": GREY,
    "ytick.labelcolor": INK,
    "ytick.labelsize": SMALL,
    "ytick.major.size": 2.5,
    "ytick.major.width": 0.5,
}


@contextmanager
def house_style() -> Iterator[None]:
    """Matplotlib's settings for a figure of ours, on top of its own defaults and nobody else's."""
    _register_fonts()
    settings: dict[Any, Any] = {
        key: value
        for key, value in matplotlib.rcParamsDefault.items()
        if not key.startswith("backend")
    }
    with matplotlib.rc_context(settings | _RC):
        yield


@cache
def _register_fonts() -> None:
    for face in (*_FACES.values(), "SourceSansProIt"):
        font_manager.fontManager.addfont(font_files_ttf[face])


def new_canvas(height: float) -> Canvas:
    """An empty canvas of the text's width and ``height`` millimetres."""
    return Canvas(figsize=(WIDTH / 25.4, height / 25.4))


def axes_at(canvas: Canvas, left: float, top: float, width: float, height: float) -> Axes:
    """Axes at a place in millimetres from the canvas's left and top edges."""
    full = canvas.get_figheight() * 25.4
    return canvas.add_axes((left / WIDTH, 1 - (top + height) / full, width / WIDTH, height / full))


def page_axes(canvas: Canvas) -> Axes:
    """Axes without marks over the whole canvas; one unit is a millimetre, y runs upwards."""
    height = canvas.get_figheight() * 25.4
    axes = axes_at(canvas, 0, 0, WIDTH, height)
    axes.set(xlim=(0, WIDTH), ylim=(0, height))
    axes.axis("off")
    axes.set_zorder(-1)
    return axes


def text_width(text: str, size: float = TEXT, weight: int = 400) -> float:
    """Width of one line of ``text`` set in the report's sans, in millimetres."""
    font = font_manager.get_font(font_files_ttf[_FACES[weight]])
    font.set_size(size, 72)
    font.set_text(text, 0.0, flags=LoadFlags.NO_HINTING)
    return float(font.get_width_height()[0]) / 64 / POINT


def wrap(text: str, width: float, size: float = TEXT, weight: int = 400) -> list[str]:
    """Lines of ``text`` no wider than ``width`` millimetres, unless one word is."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, size, weight) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines or [""]


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Positions near those ``wanted``, ``gap`` apart where ``low`` to ``high`` has room."""
    order = sorted(range(len(wanted)), key=wanted.__getitem__)
    gap = min(gap, (high - low) / max(len(order) - 1, 1))
    # Labels that collide form a block round the mean of where its members want to be.
    blocks: list[list[int]] = []
    for index in order:
        blocks.append([index])
        while len(blocks) > 1 and _start(blocks[-1], wanted, gap, low, high) < (
            _start(blocks[-2], wanted, gap, low, high) + gap * len(blocks[-2]) - 1e-9
        ):
            blocks[-2:] = [blocks[-2] + blocks[-1]]
    placed = [0.0] * len(wanted)
    for block in blocks:
        first = _start(block, wanted, gap, low, high)
        for step, index in enumerate(block):
            placed[index] = first + gap * step
    return placed


def _start(
    block: Sequence[int], wanted: Sequence[float], gap: float, low: float, high: float
) -> float:
    reach = gap * (len(block) - 1)
    middle = sum(wanted[index] for index in block) / len(block)
    return min(max(middle - reach / 2, low), high - reach)


def written(value: float, style: Format) -> str:
    """A number as the report's text writes it."""
    return format_number(value, style)


def plain(value: float) -> str:
    """A tick's number with as many decimals as it needs and a true minus."""
    return f"{value:,.10g}".replace("-", "\u2212")


def write_ticks(axes: Axes, which: str, style: Format | None) -> None:
    """Tick labels of the ``which`` axis ("x" or "y") in a format of the report."""
    axis = axes.xaxis if which == "x" else axes.yaxis

    def label(value: float, _position: float) -> str:
        value = 0.0 if abs(value) < 1e-12 else value
        return written(value, style) if style else plain(value)

    axis.set_major_formatter(label)


def draw_key(
    page: Axes, items: Sequence[tuple[Line2D, str]], left: float, y: float, size: float = SMALL
) -> None:
    """A key of sample marks and words from ``left`` on, its first line at height ``y``."""
    x, line = left, 0
    for mark, words in items:
        needed = 8 + text_width(words, size) + 4
        if x > left and x + needed > WIDTH:
            x, line = left, line + 1
        height = y - line * LINE
        middle = [x + 3.0] if mark.get_linestyle() == "None" else [x, x + 3.0, x + 6.0]
        mark.set_data(middle, [height] * len(middle))
        mark.set_markevery([len(middle) // 2])
        page.add_line(mark)
        page.text(x + 7.5, height, words, size=size, va="center_baseline")
        x += needed


def key_lines(words: Sequence[str], left: float, size: float = SMALL) -> int:
    """How many lines ``draw_key`` will take for these ``words``."""
    x, lines = left, 1
    for text in words:
        needed = 12 + text_width(text, size)
        if x > left and x + needed > WIDTH:
            x, lines = left, lines + 1
        x += needed
    return lines


def to_svg(canvas: Canvas, salt: str, decimals: int = 2) -> str:
    """The canvas as an ``svg`` element for inlining; the same canvas gives the same bytes.

    Parameters
    ----------
    canvas : the drawn figure
    salt : what makes its inner ids differ from those of other figures in one page
    decimals : of coordinates, in points
    """
    stream = io.StringIO()
    with matplotlib.rc_context({"svg.hashsalt": salt}):
        canvas.savefig(
            stream,
            format="svg",
            metadata={"Date": None, "Creator": None, "Format": None, "Type": None},
        )
    svg = stream.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>\s*|<!--.*?-->\s*", "", svg, flags=re.DOTALL)
    svg = re.sub(r"<[^>]+>", lambda found: _short_tag(found[0], decimals), svg)
    svg = re.sub(r">([^<]+)</", lambda text: f">{curly(text[1])}</", svg)
    return re.sub(r"\n\s*", "\n", svg).strip() + "\n"


def _short_tag(tag: str, decimals: int) -> str:
    """A tag of the drawing without ids of its groups, its coordinates rounded."""
    tag = re.sub(r'<g id="[^"]*"', "<g", tag)
    tag = re.sub(r' transform="rotate\(-0 [^"]*\)"', "", tag)
    return re.sub(
        r' (d|x|y|points|transform)="([^"]*)"',
        lambda found: f' {found[1]}="{_rounded(found[2], decimals)}"',
        tag,
    )


def _rounded(numbers: str, decimals: int) -> str:
    return re.sub(
        r"-?\d+\.\d+",
        lambda found: f"{float(found[0]):.{decimals}f}".rstrip("0").rstrip("."),
        " ".join(numbers.split()),
    )
