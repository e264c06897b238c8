"""One module per kind of figure; each draws a tidy frame as SVG."""

from __future__ import annotations

from ..exhibits import Figure


def draw(figure: Figure, small: bool = False) -> str:
    """A figure as an ``svg`` element to stand inline in HTML.

    Parameters
    ----------
    figure : the tidy frame and the drawing options of its kind
    small : to be shown at half its width, with words large enough for that; a cycle only

    Returns
    -------
    SVG text, 160 mm wide and at most 170 mm high, its text set in "Source Sans Pro"; the page that
    holds it must offer that font. The same figure gives the same bytes.
    """
    from . import bars, choropleth, coefficients, cycle, dots, lines, locator, panels, scatter
    from .canvas import house_style

    painters = {
        "lines": lines.draw_lines,
        "coefficients": coefficients.draw_coefficients,
        "choropleth": choropleth.draw_choropleth,
        "cycle": cycle.draw_cycle,
        "dots": dots.draw_dots,
        "bars": bars.draw_bars,
        "locator": locator.draw_locator,
        "panels": panels.draw_panels,
        "scatter": scatter.draw_scatter,
    }
    with house_style():
        if small:
            return cycle.draw_cycle(figure, small=True)
        return painters[figure.kind](figure)
