"""Numbers and dates as they are printed: one place for rounding, signs and units."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

import pandas as pd

from .exhibits import Format

MINUS = "\u2212"
NOT_A_NUMBER = "\u2013"
PERCENT_POINTS = "percentage points"

_DECIMALS: Mapping[str, int] = {
    "count": 0,
    "number0": 0,
    "number1": 1,
    "number2": 2,
    "number3": 3,
    "percent0": 0,
    "percent1": 1,
    "interval_percent1": 1,
    "interval_number2": 2,
    "pounds": 0,
    "thousands": 0,
    "millions": 0,
    "interval_millions": 0,
}
_SCALES: Mapping[str, float] = {"thousands": 1e3, "millions": 1e6, "interval_millions": 1e6}
_ROUNDED_FROM = 10_000
_LARGE = ((1e9, "billion"), (1e6, "million"))
_UNIT_DECIMALS: Mapping[str, int] = {
    "percent": 1,
    "points": 1,
    "count": 0,
    "number": 2,
    "ratio": 1,
}


def format_number(value: object, format: Format) -> str:
    """A value as a cell of a table or an axis writes it.

    Percentages are given in per cent (1.2 is written 1.2%). Missing values are an en dash.

    >>> format_number(-1234.56, "number1")
    '−1,234.6'
    >>> format_number(250000, "pounds")
    '£250,000'
    >>> format_number(104_912_000_000, "millions")
    '104,912'
    """
    if is_missing(value):
        return NOT_A_NUMBER
    if format == "text":
        return str(value)
    number = float(value)  # type: ignore[arg-type]
    if format == "year":
        return f"{number:.0f}"
    text = decimals(number / _SCALES.get(format, 1.0), _DECIMALS[format])
    if format == "number3" and number != 0 and float(f"{number:.3f}") == 0:
        return "<0.001" if number > 0 else f">{MINUS}0.001"
    if "percent" in format:
        return f"{text}%"
    return _in_pounds(text) if format == "pounds" else text


def format_unit(value: object, unit: str, places: int | None = None) -> str:
    """A finding's value in its unit, as a sentence writes it.

    >>> format_unit(-0.349, "percent")
    '−0.3%'
    >>> format_unit(1.25, "points", 2)
    '1.25 percentage points'
    >>> format_unit(0.0002, "p")
    '<0.001'
    >>> format_unit(104_912_000_000, "pounds")
    '£105 billion'
    >>> format_unit(240_671, "pounds")
    '£241,000'
    """
    if is_missing(value):
        return NOT_A_NUMBER
    if unit == "text":
        return str(value)
    number = float(value)  # type: ignore[arg-type]
    if unit == "year":
        return f"{number:.0f}"
    if unit == "p":
        return format_number(number, "number3")
    if unit == "pounds":
        return _money(number, places)
    text = decimals(number, _UNIT_DECIMALS[unit] if places is None else places)
    return text + {"percent": "%", "points": f" {PERCENT_POINTS}"}.get(unit, "")


def decimals(number: float, places: int) -> str:
    """A number with a comma in the thousands, a true minus sign and no negative zero.

    >>> decimals(-0.0001, 1)
    '0.0'
    """
    text = f"{abs(number):,.{places}f}"
    negative = number < 0 and any(digit in text for digit in "123456789")
    return f"{MINUS}{text}" if negative else text


def spelled(number: int, noun: str = "") -> str:
    """A small count as a word, a larger one in digits, before its noun if it has one.

    >>> spelled(3), spelled(40), spelled(1, "measure"), spelled(2, "measure")
    ('three', '40', 'one measure', 'two measures')
    """
    word = _SPELLED[number] if 0 <= number < len(_SPELLED) else f"{number:,}"
    return f"{word} {noun}{'' if number == 1 else 's'}" if noun else word


def listed(things: Iterable[str]) -> str:
    """Things after one another with "and" before the last, "nothing" if there are none.

    >>> listed(["deprivation", "tenure", "the ward"]), listed([])
    ('deprivation, tenure and the ward', 'nothing')
    """
    *first, last = [*things] or ["nothing"]
    return f"{', '.join(first)} and {last}" if first else last


def format_date(day: date) -> str:
    """A date in British words.

    >>> format_date(date(2026, 11, 24))
    '24 November 2026'
    """
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def is_missing(value: object) -> bool:
    """Whether a cell is empty: None, NaN, NaT or NA."""
    return bool(pd.isna(value))  # type: ignore[call-overload]


def _money(number: float, places: int | None) -> str:
    """Pounds in a sentence, from a million upwards in millions or billions.

    From ten thousand on they have three figures: no worth or cost of this package is surer.
    """
    if places is None and abs(number) >= _ROUNDED_FROM:
        number = float(f"{number:.3g}")
    for size, name in _LARGE:
        if abs(number) >= size:
            text = decimals(number / size, 1 if places is None else places).removesuffix(".0")
            return f"{_in_pounds(text)} {name}"
    return _in_pounds(decimals(number, places or 0))


def _in_pounds(text: str) -> str:
    return f"{MINUS}£{text[1:]}" if text.startswith(MINUS) else f"£{text}"


_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_SPELLED = (
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)
