"""Appendix 2, the social return of a declared example, with its ranges and their effect."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...models.worth.social_return import (
    Outcome,
    Range,
    SocialReturn,
    fixed,
    one_at_a_time,
    social_return,
)
from ...report_templates.formats import format_unit
from ..book import ChapterNotes
from .alternative_exhibits import SCENARIO, Line, show_tornado

if TYPE_CHECKING:
    from .alternative_valuation import Ground

DRAWS = 200_000
MEMBERS = "members of the group feel better"
HOMES = "other homes are spared a burglary"
_INPUTS = {
    "quantity": "how many",
    "proxy": "worth of one",
    "deadweight": "what would have happened anyway",
    "attribution": "the share due to others",
    "displacement": "the share displaced",
    "drop_off": "the share lost each year",
    "cost": "The cost",
}


def compute(ground: Ground, seed: int, notes: ChapterNotes) -> Line:
    """The ratio, its Monte Carlo interval, and what each input does to it; or why there is none."""
    approach, asked = "Social return on investment", "A declared example project"
    try:
        outcomes, cost = _example(ground)
    except ValueError as impossible:
        notes.refuse("social_return", "ratio", str(impossible), "described")
        return Line(approach, asked, f"not estimable, because {impossible}", "none")
    found = social_return(outcomes, cost, ground.schedule, np.random.default_rng(seed), DRAWS)
    _quote(found, notes)
    swings = one_at_a_time(outcomes, cost, ground.schedule)
    swings["row"] = [
        f"{outcome[0].upper()}{outcome[1:]}: {_INPUTS[name]}" if outcome else _INPUTS[name]
        for outcome, name in zip(swings["outcome"], swings["input"], strict=True)
    ]
    show_tornado(swings, found.ratio, notes)
    low, central, high = (
        format_unit(end, "pounds", 2) for end in (found.low, found.ratio, found.high)
    )
    said = f"{central} for each £1 ({low} to {high})"
    notes.quote("social_return", f"{said}, {SCENARIO}", "text")
    return Line(approach, asked, said, SCENARIO, found.ratio, found.low, found.high)


def _quote(found: SocialReturn, notes: ChapterNotes) -> None:
    notes.quote("social_return.draws", found.draws, "count")
    notes.quote("social_return.above_one", 100 * found.above_one, "percent")


def _example(ground: Ground) -> tuple[list[Outcome], Range]:
    """Two outcomes of different people, so that no gain is counted twice."""
    rise = ground.number("scenario_satisfaction")
    low, central, high = (rise * ground.pounds("wellby", p) for p in ("low", "value", "high"))
    burglary = fixed(ground.pounds("burglary_economic"))
    return (
        [
            _outcome(
                MEMBERS, _range("scenario_members", ground), Range(low, central, high), ground
            ),
            _outcome(HOMES, _range("scenario_homes", ground), burglary, ground),
        ],
        _range("scenario_cost", ground),
    )


def _outcome(name: str, quantity: Range, proxy: Range, ground: Ground) -> Outcome:
    return Outcome(
        name,
        quantity,
        proxy,
        _range("scenario_deadweight", ground, 100),
        _range("scenario_attribution", ground, 100),
        _range("scenario_displacement", ground, 100),
        _range("scenario_drop_off", ground, 100),
        round(ground.number("scenario_years")),
    )


def _range(name: str, ground: Ground, whole: float = 1) -> Range:
    row = ground.parameters[name]
    return Range(row["low"] / whole, row["value"] / whole, row["high"] / whole)
