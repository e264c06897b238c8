"""The tables of scenarios and of the routes by which a rise in worth could be captured."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np
import pandas as pd

from ....analysis.results.capture import CaptureRoutes, CaptureScenarios
from ...exhibits import Body, Column, TableBody

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
