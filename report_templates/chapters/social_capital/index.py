"""The index of Appendix 3: its map, what measures add, its wards, and its error beside price."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from ....analysis.quantities import NotEstimable, PriceDifference
from ....analysis.results.base_map import BaseMap
from ....analysis.results.index_prices import IndexPrices
from ....analysis.results.social_index import REACH, SocialIndex
from ....data.measures import measure
from ...exhibits import Body, Column, FigureBody, Missing, TableBody
from ...maps import map_body
from ..valuing.columns import in_percent

METHODS = {
    "naive": "As measured",
    "corrected": "Errors in variables",
    "simex": "Simulation and extrapolation",
}
ADDED = (
    Column("loading", "Loading", "interval_number2"),
    Column("item_rest", "Correlation with the rest", "number2"),
    Column("alpha_without", "Alpha without it", "number2"),
    Column("rank_correlation", "Ranks without it", "number2"),
    Column("largest_rank_change", "Most places moved", "count"),
)
"""What a measure adds to the index, of which two measures have less than three."""
SHOWN = ("map_areas", "items", "index_wards", "error")


def exhibits(
    social_index: SocialIndex, index_prices: IndexPrices, base_map: BaseMap
) -> Iterator[Body | Missing]:
    """All that stands on the index, or why there is none."""
    if isinstance(social_index.index_error, NotEstimable):
        for name in SHOWN:
            yield Missing(f"social_capital.{name}", social_index.index_error)
        return
    yield map_body(
        "social_capital.map_areas",
        social_index.by_area.rename(columns={"lsoa21": "code"})[["code", "value"]],
        "lsoa21",
        base_map,
        shows=(social_index,),
        format="number1",
        ramp="diverging",
    )
    yield _items(social_index)
    yield _wards(social_index)
    yield _error(social_index, index_prices)


def _items(index: SocialIndex) -> Body:
    table = index.by_item.assign(item=[measure(name).words for name in index.by_item["item"]])
    had = tuple(one for one in ADDED if one.name in table and table[one.name].notna().any())
    return TableBody(
        "social_capital.items", table, (Column("item", "Domain"), *had), shows=(index,)
    )


def _wards(index: SocialIndex) -> Body:
    wards = index.by_ward
    reach = REACH * wards["error"]
    frame = pd.DataFrame(
        {
            "row": wards["ward22_name"],
            "value": wards["value"],
            "low": wards["value"] - reach,
            "high": wards["value"] + reach,
        }
    )
    return FigureBody(
        "social_capital.index_wards",
        "dots",
        frame,
        shows=(index,),
        options={"x_label": "Standard deviations", "format": "number1", "reference": 0.0},
    )


def _error(index: SocialIndex, prices: IndexPrices) -> Body | Missing:
    if not prices.made:
        why = prices.last.naive
        assert isinstance(why, NotEstimable)
        return Missing("social_capital.error", why)
    rows = [
        {
            "step": at.step.title,
            "method": METHODS[method],
            **(in_percent(found) if isinstance(found, PriceDifference) else {}),
            "left": at.left(method) if at.left(method) is not None else np.nan,
        }
        for at in prices.steps
        for method, found in at.differences.items()
    ]
    return TableBody(
        "social_capital.error",
        pd.DataFrame(rows),
        (
            Column("method", "Method"),
            Column("estimate", "Difference in price", "interval_percent1"),
            Column("left", "Reliability left", "number2"),
        ),
        shows=(prices, index),
        group_by="step",
    )
