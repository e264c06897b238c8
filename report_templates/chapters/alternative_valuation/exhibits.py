"""The tables and the figure of Appendix 2."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ....analysis.quantities import NotEstimable, Quantity
from ....analysis.results.social_return import HOMES, MEMBERS, ExampleReturn
from ....analysis.results.valuation import AlternativeValuation, Hedonic, Scenario
from ...exhibits import Body, Column, FigureBody, Missing, TableBody
from ...formats import decimals, format_unit
from ...reasons import reason_words
from ...words import LABEL_NAMES

SCENARIO = "a scenario, not an estimate"
WIDEST = 8
"""Inputs that the figure of swings shows."""
KINDS = {
    "discount rate": "Discounting",
    "wellbeing": "Wellbeing",
    "fiscal": "Costs avoided",
    "economic": "Costs avoided",
    "points": "Points",
    "scenario": "Our own choices for the scenarios",
}
OUTCOMES = {
    MEMBERS: "Members of the group feel better: ",
    HOMES: "Other homes are spared a burglary: ",
    "": "",
}
INPUTS = {
    "quantity": "how many",
    "proxy": "value of one",
    "deadweight": "what would have happened anyway",
    "attribution": "the share due to others",
    "displacement": "the share displaced",
    "drop_off": "the share lost each year",
    "cost": "The cost",
}


class Line(NamedTuple):
    """One illustration of one approach: what is valued, the value in words, and in numbers."""

    illustration: str
    value: str
    basis: str
    central: float = np.nan
    low: float = np.nan
    high: float = np.nan


def exhibits(
    valuation: AlternativeValuation, social_return: ExampleReturn
) -> Iterator[Body | Missing]:
    """The approaches in words and side by side, their parameters, and what moves the example."""
    yield TableBody(
        "alternative_valuation.limits",
        valuation.approaches_compared,
        (
            Column("approach", "Approach"),
            Column("question_it_answers", "Question it answers"),
            Column("limits", "Limit"),
        ),
        shows=(),
    )
    yield TableBody(
        "alternative_valuation.side_by_side",
        _side_by_side(valuation, social_return),
        (
            Column("approach", "Approach"),
            Column("illustration", "What is valued"),
            Column("value", "Value"),
            Column("basis", "Ground"),
        ),
        shows=(valuation, social_return),
    )
    yield TableBody(
        "alternative_valuation.parameters",
        _parameters(valuation.parameters_listed),
        (
            Column("words", "Parameter"),
            Column("written", "Value (range)"),
            Column("source", "Source"),
            Column("flag", "At its source"),
        ),
        shows=(),
        group_by="group",
    )
    yield _swings(social_return)


def _side_by_side(found: AlternativeValuation, example: ExampleReturn) -> pd.DataFrame:
    """Each approach with what it says of its illustrations, in the order of the comparison."""
    rise = f"A rise of {found.satisfaction.value:g} points for one year"
    fewer = f"{found.burglaries.value} burglaries fewer in an average ward in a year"
    lines = {
        "hedonic": _hedonic(found.hedonic),
        "repeat_sales": [_refused("Coproduction", found.repeat_sales)],
        "wellbeing": [
            _supposed(f"{rise}; one resident", found.wellbeing.resident),
            _supposed(f"{rise}; residents of an average ward", found.wellbeing.ward),
        ],
        "contingent": [_refused("Coproduction", found.contingent)],
        "social_return": [_returned("A declared example project", example)],
        "fiscal": [_supposed(fewer, found.avoided.fiscal)],
        "economic": [_supposed(fewer, found.avoided.economic)],
        "points": [_bid("A bid in the middle of both scales", found)],
        "equity_account": [
            Line(
                "All homes of a place, and who holds them",
                "see the Neighbourhood Equity Model",
                "the same prices as hedonic pricing",
            )
        ],
    }
    compared = found.approaches_compared[["name", "approach"]].itertuples(index=False)
    return pd.DataFrame(
        {"approach": approach, **line._asdict()}
        for name, approach in compared
        for line in lines[name]
    )


def _hedonic(hedonic: Hedonic) -> Iterator[Line]:
    for one in hedonic.measures:
        recorded = one.measure.role == "coproduction"
        asked = f"{one.measure.words}, {'some against none' if recorded else 'one deviation more'}"
        yield _estimated(f"{asked}; one home", one.home)
        if one is hedonic.measures[0] and not isinstance(hedonic.ward, NotEstimable):
            yield _estimated(f"{asked}; homes of an average ward", hedonic.ward)


def _estimated(asked: str, value: Quantity | NotEstimable) -> Line:
    if isinstance(value, NotEstimable):
        return _refused(asked, value)
    basis = LABEL_NAMES[value.label]
    return _line(asked, basis, value.value, value.low, value.high)


def _supposed(asked: str, scenario: Scenario) -> Line:
    central, low, high = scenario.central, scenario.low, scenario.high
    if isinstance(central, NotEstimable):
        return _refused(asked, central)
    ends = (None if end is None else end.value for end in (low, high))
    return _line(asked, SCENARIO, central.value, *ends)


def _line(
    asked: str, basis: str, central: float | None, low: float | None, high: float | None
) -> Line:
    """A value in pounds; its range, if it has none, is itself."""
    ends = [central if end is None else end for end in (low, high)]
    value = format_unit(central, "pounds")
    if ends[0] != ends[1]:
        value += f" ({' to '.join(format_unit(end, 'pounds') for end in ends)})"
    return Line(asked, value, basis, *(float(end or 0) for end in (central, *ends)))


def _returned(asked: str, example: ExampleReturn) -> Line:
    if isinstance(example.drawn, NotEstimable):
        return _refused(asked, example.drawn)
    ends = tuple(one.value for one in (example.drawn.ratio, example.drawn.low, example.drawn.high))
    central, low, high = (format_unit(end, "pounds", 2) for end in ends)
    return Line(asked, f"{central} for each £1 ({low} to {high})", SCENARIO, *ends)


def _bid(asked: str, found: AlternativeValuation) -> Line:
    most = found.points_most.value
    said = f"{found.points.value:g} of {most} points; no pounds"
    return Line(asked, said, SCENARIO, found.points.value, 0, most)


def _refused(asked: str, value: NotEstimable) -> Line:
    return Line(asked, f"not estimable, because {reason_words(value.reason)}", "none")


def _swings(example: ExampleReturn) -> FigureBody | Missing:
    """What each input's range does to the social return, the widest first."""
    drawn = example.drawn
    if isinstance(drawn, NotEstimable):
        return Missing("alternative_valuation.swings", drawn)
    swings = drawn.swings
    rows = swings["outcome"].map(OUTCOMES) + swings["input"].map(INPUTS)
    frame = pd.DataFrame({"row": rows, "value": drawn.ratio.value}).join(swings[["low", "high"]])
    return FigureBody(
        "alternative_valuation.swings",
        "dots",
        frame.head(WIDEST),
        shows=(),
        options={
            "x_label": "Pounds of value for a pound of cost",
            "reference": drawn.ratio.value,
            "format": "number2",
        },
    )


def _parameters(listed: pd.DataFrame) -> pd.DataFrame:
    """Each parameter with source, date and whether it was opened there."""
    own = listed["kind"] == "scenario"
    return listed.assign(
        group=listed["kind"].map(KINDS),
        written=[_written(row) for row in listed.to_dict("records")],
        flag=np.select([own, listed["verified"]], ["our choice", "read there"], "second hand"),
    )


def _written(row: Mapping[Hashable, Any]) -> str:
    """A parameter with range, unit and year: "£13,000 (£10,000 to £16,000), 2019 prices"."""
    value, low, high = (_number(row[name], row["unit"]) for name in ("value", "low", "high"))
    ends = f"{low} to {high}" if low else ""
    text = f"{value} ({ends})" if value and ends else value or ends
    unit, year = str(row["unit"]), row["price_year"]
    if unit.startswith("%"):
        text += unit[1:]
    elif unit != "pounds":
        text += f" {unit}"
    return text if pd.isna(year) else f"{text}, {year:.0f} prices"


def _number(value: float, unit: object) -> str:
    """A number with the sign of its unit; nothing where it is missing."""
    if np.isnan(value):
        return ""
    written = decimals(value, 0 if value == int(value) else 1)
    if unit == "pounds":
        return f"£{written}"
    return f"{written}%" if str(unit).startswith("%") else written
