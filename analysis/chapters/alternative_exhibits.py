"""Exhibits of Appendix 2, and how a value of any unit is written."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from ...models.worth.valuation import Valuation
from ...report_templates.exhibits import Column, Figure, Table
from ...report_templates.formats import decimals, format_unit
from ..book import ChapterNotes

SCENARIO = "a scenario, not an estimate"
WIDEST = 8
"""Inputs that the figure of swings shows."""
_MILLION = 1e6
_KINDS = {
    "discount rate": "Discounting",
    "wellbeing": "Wellbeing",
    "fiscal": "Costs avoided",
    "economic": "Costs avoided",
    "points": "Points",
    "scenario": "Our own choices for the scenarios",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One illustration of one approach: what is valued, the value in words, and in numbers."""

    approach: str
    illustration: str
    value: str
    basis: str
    central: float = np.nan
    low: float = np.nan
    high: float = np.nan


def amount(value: Valuation) -> str:
    """Pounds with their range, in millions from a million on.

    >>> one = Valuation("wellbeing", 9e5, 1.25e6, 2e6, "pounds", "residents", "scenario")
    >>> amount(one)
    '£1.2 million (£0.9 million to £2.0 million)'
    """
    large = max(abs(value.low), abs(value.high)) >= _MILLION
    central, low, high = (_pounds(end, large) for end in (value.central, value.low, value.high))
    return central if value.low == value.high else f"{central} ({low} to {high})"


def _pounds(number: float, large: bool) -> str:
    if not large:
        return format_unit(number, "pounds")
    return f"{format_unit(number / _MILLION, 'pounds', 1)} million"


def show_comparison(approaches: pd.DataFrame, notes: ChapterNotes) -> None:
    """The approaches compared in words; what each needs and is strong in stands in the CSV."""
    notes.book.show(
        Table(
            "alternative_valuation.limits",
            "What each approach asks, where it stops, and what it may be added to",
            approaches,
            (
                Column("approach", "Approach"),
                Column("question_it_answers", "Question it answers"),
                Column("limits", "Limit"),
                Column("may_be_added_to", "May it be added to another?"),
            ),
            "In words; no worth is computed here",
            "The comparison is the authors' judgement from the sources cited in the text.",
            "The authors",
        )
    )


def show_side_by_side(lines: Sequence[Line], year: int, notes: ChapterNotes) -> None:
    """Every approach with what it says of one illustration, in the order of the comparison."""
    frame = pd.DataFrame([asdict(line) for line in lines])
    frame = frame.sort_values("approach", key=lambda names: names.map(_ORDER.index), kind="stable")
    notes.book.show(
        Table(
            "alternative_valuation.side_by_side",
            "Side by side: what each approach would say, and none is added to another",
            frame.reset_index(drop=True),
            (
                Column("approach", "Approach"),
                Column("illustration", "What is valued"),
                Column("value", "Value"),
                Column("basis", "Ground"),
            ),
            f"Pounds of {year} unless said otherwise; in brackets the interval or range",
            "Adjusted: an association among otherwise similar areas (interval by wards), taken on "
            "the mean price of homes sold; once, not a year. Scenario: what would be so if the "
            "change came about; nothing in the data says that it does. Range of a scenario: that "
            "of its parameters, for the social return the middle 95% of its draws.",
            f"{notes.source_line}; parameters as listed",
        )
    )


_ORDER = (
    "Hedonic pricing",
    "Repeat sales and price index",
    "Wellbeing valuation (WELLBY)",
    "Contingent valuation",
    "Social return on investment",
    "Cost avoidance: fiscal",
    "Cost avoidance: economic",
    "Valuing Worth (Birmingham City Council, 2009)",
    "Neighbourhood equity account",
)


def show_parameters(parameters: pd.DataFrame, notes: ChapterNotes) -> None:
    """Each parameter with source, date and whether it was opened there."""
    own = parameters["kind"] == "scenario"
    frame = parameters.assign(
        group=parameters["kind"].map(_KINDS),
        written=[_written(row) for row in parameters.to_dict("records")],
        flag=np.select([own, parameters["verified"]], ["our choice", "read there"], "UNVERIFIED"),
    )
    notes.book.show(
        Table(
            "alternative_valuation.parameters",
            "The parameters, and which were not verified at their source",
            frame,
            (
                Column("words", "Parameter"),
                Column("written", "Value (range)"),
                Column("source", "Source"),
                Column("flag", "At its source"),
            ),
            "In the unit and the money of the year named; uprated by consumer prices alone",
            "Read there: read at the source named. UNVERIFIED: taken from elsewhere; open the "
            "source before any use. Our choice: a scenario, with no evidence behind it. Discount "
            "rates have been under review since December 2025. All rows looked at on "
            f"{frame['checked'].max():%d %B %Y}. Addresses: tables folder of this report.",
            "As named in each row",
            group_by="group",
        )
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


def _number(value: object, unit: object) -> str:
    """A number with the sign of its unit; nothing where it is missing."""
    number = float(value)  # type: ignore[arg-type]
    if np.isnan(number):
        return ""
    written = decimals(number, 0 if number == int(number) else 1)
    if unit == "pounds":
        return f"£{written}"
    return f"{written}%" if str(unit).startswith("%") else written


def show_tornado(swings: pd.DataFrame, ratio: float, notes: ChapterNotes) -> None:
    """What each input's range does to the social return, the widest first."""
    ends = swings[["at_low", "at_high"]]
    shown = min(WIDEST, len(swings))
    frame = swings[["row"]].assign(value=ratio, low=ends.min(axis=1), high=ends.max(axis=1))
    low, high = (format_unit(frame[end].iloc[0], "pounds", 2) for end in ("low", "high"))
    notes.book.show(
        Figure(
            "alternative_valuation.swings",
            f"One input alone moves the example's social return from {low} to {high}",
            "dots",
            frame.head(shown),
            "Pounds of value for a pound of cost, with one input at each end of its range and all "
            "others at their central values",
            f"A declared example: {SCENARIO}. The {shown} widest of {len(swings)} inputs. Dashed: "
            "all inputs central. Ranges as in the table of parameters.",
            "Parameters as listed",
            alt="Rows, one an input, the widest range of the ratio at the top; a dashed line marks "
            "the ratio with all inputs at their central values.",
            options={
                "x_label": "Pounds of value for a pound of cost",
                "reference": ratio,
                "format": "number2",
            },
        )
    )
