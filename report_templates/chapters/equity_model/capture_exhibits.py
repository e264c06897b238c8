"""The tables of what could be captured of a rise in worth, and of the rises that would pay."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ....analysis.results.break_even import BreakEven
from ....analysis.results.capture import CaptureRoutes
from ....analysis.results.case_effects import CaseEffects, PlaceEffect
from ...exhibits import Body, Column, TableBody
from ...formats import format_number, format_unit

BEYOND = 100
"""Per cent of a home's price above which a rise that would pay is not told to the digit."""


def routes_table(capture_routes: CaptureRoutes) -> Body:
    """The ways of capture that exist, and which part of a rise in homes that stand each takes."""
    table = capture_routes.table
    none, owned = table["share_high"] == 0, table["reaches_existing_homes"] == "yes"
    part = np.select([none, owned], ["none", "all of what it owns"], "depends on the contract")
    return TableBody(
        "equity_model.routes",
        table.assign(part=part),
        (
            Column("route", "Route"),
            Column("part", "Part of a rise"),
            Column("limit", "What limits it"),
        ),
        shows=(capture_routes,),
    )


def break_even_table(break_even: BreakEven, effects: CaseEffects) -> Body:
    """The rise that pays for each cost, by the share captured; and the effect that was found."""
    shares = [format_number(100 * share, "percent0") for share in break_even.captured]
    names = [f"at_{share.removesuffix('%')}" for share in shares]

    def needed(rises: Sequence[float]) -> dict[str, str]:
        return dict(zip(names, map(_rise, rises), strict=True))

    programmes = [
        {
            "group": "Programmes with a recorded cost",
            "what": f"{one.name}, {one.of.began}: {format_unit(one.cost, 'pounds', 0)}",
            **needed(one.rises),
            **_found(effects, one.key),
        }
        for one in break_even.recorded
    ]
    scenarios = [
        {
            "group": "Scenarios, at the city's mean worth of a home",
            "what": f"{format_unit(one.cost, 'pounds')} a home",
            **needed(one.rises),
        }
        for one in break_even.scenarios
    ]
    found = (Column("found", "Found while it ran", "interval_percent1"),)
    return TableBody(
        "equity_model.break_even",
        pd.DataFrame([*programmes, *scenarios]),
        (
            Column("what", "Cost"),
            *(Column(name, f"{share} captured") for name, share in zip(names, shares, strict=True)),
            *(found if programmes else ()),
        ),
        shows=(break_even,),
        group_by="group",
    )


def _rise(percent: float) -> str:
    """A rise of so many per cent; what is beyond all experience is not given to the digit."""
    return f"over {BEYOND}%" if percent > BEYOND else format_number(percent, "percent1")


def _found(effects: CaseEffects, key: str) -> dict[str, float | None]:
    one = effects.of(key)
    if not isinstance(one, PlaceEffect):
        return {}
    effect = one.running.effect
    return {"found": effect.value, "found_low": effect.low, "found_high": effect.high}
