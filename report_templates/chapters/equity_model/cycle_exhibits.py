"""The cycle as a figure, an arrow for each step of the model."""

from __future__ import annotations

import pandas as pd

from ....analysis.results.equity_cycle import Arrow, EquityCycle
from ....analysis.results.equity_links import EquityLinks
from ...exhibits import Body, FigureBody
from ...formats import format_unit

DRAWN = ("estimate", "low", "high", "size")


def cycle_figure(equity_cycle: EquityCycle, equity_links: EquityLinks) -> Body:
    """Every arrow with its estimate, as wide as its size."""
    frame = pd.DataFrame(
        {
            "link": one.link,
            **{name: getattr(one, name) for name in DRAWN},
            "label": one.label,
            "text": _text(one),
        }
        for one in equity_cycle.arrows
    )
    return FigureBody(
        "equity_model.cycle",
        "cycle",
        frame.astype(dict.fromkeys(DRAWN, float)),
        shows=(equity_links,),
    )


def _text(arrow: Arrow) -> str:
    if arrow.estimate is None:
        return "by definition" if arrow.definition else "not estimable"
    value, low, high = (
        format_unit(end, arrow.unit) for end in (arrow.estimate, arrow.low, arrow.high)
    )
    unit = "" if arrow.unit == "percent" else " sd"
    lines = [f"{value}{unit} [{low} to {high}]"]
    if not arrow.told:
        lines.append("not told from zero")
    return "\n".join(lines)
