"""The headline estimates beside what was published."""

from __future__ import annotations

import pandas as pd

from ....analysis.quantities import NotEstimable
from ....analysis.results.how_large import Headline, HowLarge
from ...exhibits import Column, TableBody
from ...formats import format_unit
from ...words import compared_words
from .columns import in_percent

MEASURE = "A measure higher by one standard deviation; no published effect stands beside it"


def table(how_large: HowLarge) -> TableBody:
    """Measures of social capital first; programmes below what others found of acting on a place."""
    return TableBody(
        "how_large.estimates",
        pd.DataFrame(_row(one, how_large) for one in how_large.every),
        (
            Column("what", "What is compared"),
            Column("size", "Difference in price", "interval_percent1"),
            Column("sure", "Told from zero?"),
            Column("kind", "What it is"),
        ),
        shows=(how_large.every,),
        group_by="group",
    )


def _row(one: Headline, how_large: HowLarge) -> dict[str, object]:
    capital = one.measure is not None and one.measure.role == "social_capital"
    return {
        "group": MEASURE if capital else _programme(how_large),
        "what": compared_words(one),
        **in_percent(one.size, "size"),
        "sure": _sure(one),
        "kind": "effect, on a condition" if one.size.identified else "association",
    }


def _programme(how_large: HowLarge) -> str:
    """The heading of programmes: published effects on prices of acting on a place."""
    low, high = (
        format_unit(end.value, end.unit, 0)
        for end in (how_large.published_low, how_large.published_high)
    )
    return (
        f"A programme of coproduction; published for acting on a place: {low} to {high} "
        f"({how_large.published.value} effects, {how_large.published_seen.value} read at their "
        "source)"
    )


def _sure(one: Headline) -> str:
    if isinstance(one.size, NotEstimable):
        return "not estimable"
    if not one.trusted:
        return "too narrow to say"
    return "yes" if one.sure else "no"
