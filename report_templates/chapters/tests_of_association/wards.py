"""The associations inside wards, between them, and how far wards differ."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from ....analysis.quantities import NotEstimable
from ....analysis.results.ward_slopes import Slopes, WardSlopes
from ....data.levels import level
from ...exhibits import Body, Column, Missing, TableBody
from ..valuing.columns import in_percent


def exhibits(ward_slopes: WardSlopes) -> Iterator[Body | Missing]:
    """The table, or why there is none."""
    if isinstance(ward_slopes.areas, NotEstimable):
        yield Missing("within_between.wards", ward_slopes.areas)
    else:
        yield _wards(ward_slopes)


def _wards(ward_slopes: WardSlopes) -> TableBody:
    where = level(ward_slopes.level)
    return TableBody(
        "within_between.wards",
        pd.DataFrame(
            {
                "measure": one.measure.words,
                "p": one.found.spread_p.value,
                **in_percent(one.found.within, "within"),
                **in_percent(one.found.between, "between"),
                **in_percent(one.found.spread, "spread"),
                "lowest": in_percent(one.found.lowest)["estimate"],
                "highest": in_percent(one.found.highest)["estimate"],
            }
            for one in ward_slopes.every
            if isinstance(one.found, Slopes)
        ),
        (
            Column("measure", "Measure"),
            Column("within", f"Inside a {where.singular}", "interval_percent1"),
            Column("between", f"Between {where.plural}", "interval_percent1"),
            Column("spread", f"Spread over {where.plural}", "interval_percent1"),
            Column("p", "p of none", "number3"),
            Column("lowest", f"95% of {where.plural}: from", "percent1"),
            Column("highest", "to", "percent1"),
        ),
        shows=(ward_slopes,),
    )
