"""Appendix 4's tables and figures of wards and places: growth, ranks, paths."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from ....analysis.quantities import REACH, NotEstimable
from ....analysis.results.base_map import BaseMap
from ....analysis.results.place_paths import PlacePaths
from ....analysis.results.price_variation import WardRanks
from ....analysis.results.ward_growth import WardGrowth
from ...exhibits import Body, Column, FigureBody, Missing, TableBody
from ...maps import map_body

PLACE = "The place"


def growth_map(growth: WardGrowth, base: BaseMap) -> Body:
    """Growth a year by ward."""
    values = pd.DataFrame(
        {"code": growth.wards["area"], "value": 100 * np.expm1(growth.wards["growth"])}
    )
    return map_body("house_prices.map_growth", values, "ward22", base, (growth,), format="percent1")


def ranked(ranks: WardRanks, base: BaseMap) -> Iterator[Body | Missing]:
    """Places climbed, and the wards in order."""
    if isinstance(ranks.climbed, NotEstimable) or ranks.wards is None:
        for name in ("house_prices.map_ranks", "house_prices.wards_ranked"):
            yield Missing(name, ranks.climbed)  # type: ignore[arg-type]
        return
    places = ranks.wards.rename(columns={"area": "code", "climbed": "value"})
    yield map_body(
        "house_prices.map_ranks",
        places[["code", "value"]],
        "ward22",
        base,
        (ranks,),
        format="number0",
        ramp="diverging",
    )
    yield TableBody(
        "house_prices.wards_ranked",
        _table(ranks.wards),
        (
            Column("name", "Ward"),
            Column("sales", "Sales", "count"),
            Column("price", "Price, last years", "pounds"),
            Column("growth", "Growth a year", "interval_percent1"),
            Column("rank", "Rank", "count"),
            Column("rank_low", "at best", "count"),
            Column("rank_high", "at worst", "count"),
            Column("rank_first", "Rank, first years", "count"),
        ),
        shows=(ranks,),
    )


def _table(wards: pd.DataFrame) -> pd.DataFrame:
    """The wards with level, growth and rank, each with its interval."""
    reach = REACH * np.sqrt(wards["last_variance"])
    a_year = REACH * wards["growth_error"]
    return wards.assign(
        price=np.exp(wards["last"]),
        price_low=np.exp(wards["last"] - reach),
        price_high=np.exp(wards["last"] + reach),
        growth=100 * np.expm1(wards["growth"]),
        growth_low=100 * np.expm1(wards["growth"] - a_year),
        growth_high=100 * np.expm1(wards["growth"] + a_year),
    )


def paths(places: PlacePaths, shows: tuple[object, ...]) -> Body | Missing:
    """Each place against the city: per cent above or below, with a band."""
    if isinstance(places.places, NotEstimable):
        return Missing("house_prices.places", places.places)
    gaps = places.paths[["log_gap", "low", "high"]].rename(columns={"log_gap": "y"})
    frame = gaps.apply(lambda column: 100 * np.expm1(column)).assign(
        series=PLACE, panel=places.paths["place"]
    )
    frame.insert(0, "x", places.paths["year"])
    return FigureBody(
        "house_prices.places",
        "lines",
        frame,
        (places, *shows),
        {"y_label": "Per cent", "y_format": "number0", "emphasis": [PLACE]},
    )
