"""The cycle as a figure, an arrow for each step of the model."""

from __future__ import annotations

import pandas as pd

from ....analysis.results.equity_cycle import Arrow, EquityCycle
from ....analysis.results.equity_links import EquityLinks
from ....analysis.results.verdicts import Verdicts
from ...exhibits import Body, FigureBody
from ...formats import format_unit
from ...verdict_words import ANSWERS

DRAWN = ("estimate", "low", "high", "size")


def cycle_figure(equity_cycle: EquityCycle, equity_links: EquityLinks, verdicts: Verdicts) -> Body:
    """Every arrow with the answer to its step and the estimate behind it, as wide as its size."""
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
        shows=(equity_links, verdicts.of_the_model),
    )


def _text(arrow: Arrow) -> str:
    if arrow.estimate is None:
        return "by definition" if arrow.definition else ANSWERS["refused"]
    value, low, high = (
        format_unit(end, arrow.unit) for end in (arrow.estimate, arrow.low, arrow.high)
    )
    unit = "" if arrow.unit == "percent" else " sd"
    return f"{ANSWERS[arrow.answer]}\n{value}{unit} ({low} to {high})"
