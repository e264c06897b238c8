"""Tables of sectors against themselves and others, and of areas in wards."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from ....analysis.quantities import NotEstimable, PriceDifference
from ....analysis.results.sector_changes import SectorChanges
from ....analysis.results.ward_slopes import Slopes, WardSlopes
from ....data.levels import level
from ...exhibits import Body, Column, Missing, TableBody
from .columns import in_percent


def exhibits(sector_changes: SectorChanges, ward_slopes: WardSlopes) -> Iterator[Body | Missing]:
    """Both tables, or why there is none."""
    if isinstance(sector_changes.long, NotEstimable):
        yield Missing("within_between.sectors", sector_changes.long)
    else:
        yield TableBody(
            "within_between.sectors",
            pd.DataFrame(_comparisons(sector_changes)),
            (
                Column("comparison", "Comparison"),
                Column("estimate", "Difference in price", "interval_percent1"),
                Column("n", "Rows", "count"),
                Column("clusters", "Sectors", "count"),
            ),
            shows=(sector_changes,),
            group_by="group",
        )
    if isinstance(ward_slopes.areas, NotEstimable):
        yield Missing("within_between.wards", ward_slopes.areas)
    else:
        yield _wards(ward_slopes)


def _comparisons(changes: SectorChanges) -> Iterator[dict[str, object]]:
    window = changes.window.value
    weighed = {"weighted": f"weighted by {changes.weights}", "unweighted": "each sector equal"}
    lines = [
        (f"Correlated random effects, {words}", said, part[key])
        for key, words in weighed.items()
        for said, part in (
            ("Within a sector: after the start against before", changes.within),
            ("Between sectors: inside a place against outside", changes.between),
        )
    ]
    group = f"Long differences, mean of the last {window} years less that of the first {window}"
    lines += [
        (group, "Change alone", changes.long),
        (group, "plus price at the start", changes.long_from_start),
    ]
    for group, comparison, difference in lines:
        if isinstance(difference, PriceDifference):
            estimate = changes.estimate_of(difference)
            yield {
                "group": group,
                "comparison": comparison,
                **in_percent(difference),
                "n": estimate.n,
                "clusters": estimate.clusters,
            }


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
