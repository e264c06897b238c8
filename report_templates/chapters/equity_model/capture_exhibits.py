"""The tables of what could be captured of a rise in worth, and of the rises that would pay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

import numpy as np
import pandas as pd

from ....analysis.results.break_even import BreakEven
from ....analysis.results.capture import CaptureRoutes, CaptureScenarios
from ....analysis.results.case_effects import CaseEffects, PlaceEffect
from ...exhibits import Body, Column, TableBody
from ...formats import format_number, format_unit

SCENARIO = "scenario, not an estimate"


def scenarios_table(capture_scenarios: CaptureScenarios) -> Body:
    """Gain and multiplier for laid-down worth and capture, marked as scenarios."""
    rows = pd.DataFrame(asdict(one) for one in capture_scenarios.scenarios)
    return TableBody(
        "equity_model.scenarios",
        rows.assign(share=100 * rows["share"], label=SCENARIO),
        (
            Column("worth", "Worth gained for £1", "pounds"),
            Column("share", "Share captured", "percent0"),
            Column("gain", "Gain of a round", "number2"),
            Column("multiplier", "Multiplier", "number2"),
            Column("rounds", "Rounds to 90%", "count"),
            Column("label", "Label"),
        ),
        shows=(capture_scenarios,),
    )


def routes_table(capture_routes: CaptureRoutes) -> Body:
    """The ways of capture that exist, and what is known of the share each can take."""
    table = capture_routes.table
    known = table["share_high"].notna()
    return TableBody(
        "equity_model.routes",
        table.assign(part=np.where(known, "none", "not known")),
        (
            Column("route", "Route"),
            Column("levied_by", "Levied by"),
            Column("base", "On"),
            Column("part", "Share of a rise"),
            Column("limit", "What limits it"),
        ),
        shows=(capture_routes,),
    )


def break_even_table(break_even: BreakEven, effects: CaseEffects) -> Body:
    """The rise that pays for each cost, by the share captured; and the effect that was found."""
    shares = [format_number(100 * share, "percent0") for share in break_even.captured]
    names = [f"at_{share.removesuffix('%')}" for share in shares]

    def needed(rises: Sequence[float]) -> dict[str, float]:
        return dict(zip(names, rises, strict=True))

    programmes = [
        {
            "group": "Programmes with a recorded cost",
            "what": f"{one.name}, {one.of.began}: {format_unit(one.cost, 'pounds')}",
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
            *(
                Column(name, f"{share} captured", "percent1")
                for name, share in zip(names, shares, strict=True)
            ),
            *(found if programmes else ()),
        ),
        shows=(break_even,),
        group_by="group",
    )


def _found(effects: CaseEffects, key: str) -> dict[str, float | None]:
    one = effects.of(key)
    if not isinstance(one, PlaceEffect):
        return {}
    effect = one.running.effect
    return {"found": effect.value, "found_low": effect.low, "found_high": effect.high}
