"""Tables and figures of other areas, other places and other choices."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from ....analysis.quantities import percent_effect
from ....analysis.results.area_sizes import AreaSizes
from ....analysis.results.moderators import MODERATORS, Moderators
from ....analysis.results.specification_curve import NONE, MeasureCurve, SpecificationCurve
from ....data.levels import level
from ....data.measures import measure
from ...exhibits import Body, Column, FigureBody, Missing, TableBody
from ..valuing.columns import in_percent, missing

OTHERS = "The other measures"
NO_EFFECTS, EACH_THE_SAME = "none", "each area the same"


def exhibits(
    area_sizes: AreaSizes, moderators: Moderators, specification_curve: SpecificationCurve
) -> Iterator[Body | Missing]:
    """Each of them, or why there is none."""
    yield from _sizes(area_sizes)
    yield from _moderators(moderators)
    yield from _curves(specification_curve)


def _sizes(found: AreaSizes) -> Iterator[Body | Missing]:
    """One equation at each size of area."""
    if not found.told:
        yield from missing(found.measures[0].smallest, "sensitivity.units")
        return
    yield TableBody(
        "sensitivity.units",
        pd.DataFrame(
            {
                "term": one.key,
                "unit": level(column).plural.capitalize(),
                "n": estimate.n,
                **in_percent(one.sizes[column], "percent"),
                "measure": one.measure.words,
            }
            for one in found.told
            for column, estimate in found.estimates.items()
        ),
        (
            Column("unit", "Areas"),
            Column("percent", "Difference in price", "interval_percent1"),
            Column("n", "Areas", "count"),
        ),
        shows=(found,),
        group_by="measure",
    )


def _moderators(found: Moderators) -> Iterator[Body | Missing]:
    """Every association where a moderator is low and where it is high."""
    if not found.told:
        yield from missing(found.measures[0].by[0].gap, "sensitivity.moderators")
        return
    yield TableBody(
        "sensitivity.moderators",
        pd.DataFrame(
            {
                "moderator": by.moderator.words,
                "measure": one.measure.words,
                **in_percent(by.low, "low"),
                **in_percent(by.high, "high"),
                **in_percent(by.gap, "gap"),
            }
            for moderator in map(measure, MODERATORS)
            for one in found.told
            for by in one.told
            if by.moderator == moderator
        ),
        (
            Column("measure", "Measure"),
            Column("low", "At the lower quartile", "interval_percent1"),
            Column("high", "At the upper quartile", "interval_percent1"),
            Column("gap", "Upper against lower", "interval_percent1"),
        ),
        shows=(found,),
        group_by="moderator",
    )


def _curves(found: SpecificationCurve) -> Iterator[Body | Missing]:
    """The curve of every measure."""
    if not found.told:
        why = found.measures[0].curve_median
        yield from missing(why, "sensitivity.curve")
        return
    yield FigureBody(
        "sensitivity.curve",
        "lines",
        pd.concat([_curve(one) for one in found.told], ignore_index=True),
        shows=(found,),
        options={
            "x_label": "Specification, by size of estimate",
            "y_label": "Per cent",
            "y_format": "number0",
            "dots": True,
            "marked": {one.measure.words: _headline(one, found.effects[-1]) for one in found.told},
        },
    )


def _curve(one: MeasureCurve) -> pd.DataFrame:
    kept = one.estimates
    return pd.DataFrame(
        {
            "x": range(1, len(kept) + 1),
            "y": kept["estimate"].map(percent_effect),
            "low": kept["ci_low"].map(percent_effect),
            "high": kept["ci_high"].map(percent_effect),
            "series": kept["effects"]
            .map(lambda column: f"Within {_effects(column)}")
            .where(kept["effects"] != "", "Across the city"),
            "panel": one.measure.words,
            "controls": kept["controls"].map(
                lambda places: "; ".join(
                    one.blocks[int(place)].title_or(OTHERS) for place in places.split()
                )
            ),
            "effects": kept["effects"].map(_effects),
            "weights": kept["weights"].replace("", EACH_THE_SAME),
            "minimum": kept["minimum"],
        }
    )


def _headline(one: MeasureCurve, effects: str) -> list[tuple[int, float]]:
    """Where the estimates with all held equal inside these groups stand on the weighted curve."""
    kept = one.estimates.reset_index(drop=True)
    held = kept["controls"].str.split().map(len)
    chosen = kept[(held == held.max()) & (kept["effects"] == effects) & (kept["weights"] != NONE)]
    first = chosen[chosen["minimum"] == chosen["minimum"].min()]
    return [(place + 1, percent_effect(b)) for place, b in first["estimate"].items()]


def _effects(column: str) -> str:
    return level(column).plural if column else NO_EFFECTS
