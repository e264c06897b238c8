"""Appendix 4's tables and figures of variation: where it lies, whether it narrows, neighbours."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from ....analysis.quantities import NotEstimable
from ....analysis.results.price_variation import (
    Catching,
    LikeNeighbours,
    PriceVariation,
    Spread,
    VariationByLevel,
)
from ....data.levels import LEVELS
from ...exhibits import Body, Column, FigureBody, Missing, TableBody
from ...formats import format_number

SPREAD = "Spread"


def variation(found: PriceVariation) -> Iterator[Body | Missing]:
    """The shares of variance, the spread by year, and the tests."""
    yield _shares(found.levels)
    yield _spread(found.spread)
    yield _tests(found.catching, found.neighbours)


def _shares(levels: VariationByLevel) -> Body | Missing:
    if levels.fit is None:
        assert isinstance(levels.theil_share, NotEstimable)
        return Missing("house_prices.shares", levels.theil_share)
    table = levels.fit.tidy()
    percent = 100 * table[["share", "ci_low", "ci_high"]].set_axis(
        ["share", "share_low", "share_high"], axis=1
    )
    names = [
        f"Between {LEVELS[name].plural}" if name in LEVELS else "Within them"
        for name in table["level"]
    ]
    return TableBody(
        "house_prices.shares",
        table.drop(columns="share").assign(level=names).join(percent),
        (
            Column("level", "Level"),
            Column("groups", "Groups", "count"),
            Column("share", "Share of variance", "interval_percent1"),
        ),
        shows=(levels,),
    )


def _spread(spread: Spread) -> Body | Missing:
    if spread.fit is None:
        assert isinstance(spread.sigma_change, NotEstimable)
        return Missing("house_prices.sigma", spread.sigma_change)
    axes = {"period": "x", "deviation": "y", "ci_low": "low", "ci_high": "high"}
    line = spread.fit.tidy().rename(columns=axes)
    return FigureBody(
        "house_prices.sigma",
        "lines",
        line.assign(series=SPREAD)[["x", "y", "low", "high", "series"]].dropna(),
        (spread,),
        {"y_label": "Log points", "y_format": "number2", "emphasis": [SPREAD]},
    )


def _tests(catching: Catching, neighbours: LikeNeighbours) -> Body | Missing:
    rows = [*_slopes(catching), *_alike(neighbours)]
    if not rows:
        assert isinstance(catching.beta, NotEstimable)
        return Missing("house_prices.tests", catching.beta)
    return TableBody(
        "house_prices.tests",
        pd.DataFrame(rows).reindex(
            columns=["name", "value", "value_low", "value_high", "p", "n", "how"]
        ),
        (
            Column("name", "Measure"),
            Column("value", "Value", "number2"),
            Column("value_low", "from", "number2"),
            Column("value_high", "to", "number2"),
            Column("p", "p", "number3"),
            Column("n", "Areas", "count"),
            Column("how", "How"),
        ),
        shows=(catching, neighbours),
    )


def _slopes(catching: Catching) -> Iterator[dict[str, object]]:
    for name, estimate in (
        ("Growth on first level, as observed", catching.observed),
        ("Growth on first level, net of sampling error", catching.net),
    ):
        if estimate is None:
            continue
        row = estimate.tidy().iloc[0]
        yield {
            "name": name,
            "value": float(row["estimate"]),
            "value_low": float(row["ci_low"]),
            "value_high": float(row["ci_high"]),
            "p": float(row["p_value"]),
            "n": estimate.n,
            "how": f"wards; {estimate.variance_rule.split(':')[0]}",
        }


def _alike(neighbours: LikeNeighbours) -> Iterator[dict[str, object]]:
    for name, fit in (
        ("Moran's I of price levels, small areas", neighbours.of_levels),
        ("Moran's I of growth, wards", neighbours.of_growth),
    ):
        if fit is not None:
            expected = format_number(fit.expected, "number3")
            yield {
                "name": name,
                "value": fit.statistic,
                "p": fit.p_permutation,
                "n": fit.n,
                "how": f"{fit.permutations} permutations; expected without resemblance {expected}",
            }
