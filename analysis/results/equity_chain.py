"""From coproduction to prices by each route through the stations, past them, and in all.

A route is worth the product of its links, and the routes add up to what a regression of price on
coproduction finds. Routes take their intervals from draws of whole wards, since a product is
skewed; directly and in all are coefficients, with their own errors.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import pandas as pd

from ...data.measures import Measure, measure
from ...models.estimate import Estimate
from ...models.inference.cluster_bootstrap import Bootstrapped
from ...models.loop.path_model import PathModel, path_model
from ...models.specification import NotEstimable as Inestimable
from ...models.specification import Specification
from ..equations import by_ward
from ..graph import result
from ..quantities import Count, NotEstimable, PriceDifference, Share
from ..reasons import NoTotal, Reason, Refused
from ..study import Study
from .equity_links import EquityLinks, Ground, chain_ground, fitted, index_noise
from .social_index import SocialIndex
from .verdicts import Verdicts

DRAWS = 4999
FEW_WARDS = 20
"""Wards with coproduction below which its intervals are too narrow, see docs/loop_simulation.md."""
LAST_LINK = "equity_model.asset_values"
"""The equation that holds all stations."""
Difference = PriceDifference | NotEstimable


@dataclass(frozen=True, slots=True)
class Route:
    """The product of the links between these stations, first and last among them."""

    INLINE: ClassVar = ("difference",)
    stations: tuple[Measure, ...]
    difference: PriceDifference

    @property
    def key(self) -> str:
        """The stations on the way."""
        return "_and_".join(one.column for one in self.stations[1:-1])


@dataclass(frozen=True, slots=True)
class EquityChain:
    """The whole chain.

    Parameters
    ----------
    treated_wards : wards with coproduction on record
    level : column of the wards that are drawn
    product : the route through all stations
    indirect, direct : by all routes through a station, and past all stations
    total : in all
    share : of the total that runs through the stations
    corrected : ``product`` with the known error of the index taken out
    through : each route through a station, the longest first
    sums : the equations of the direct part and of the total
    """

    areas: Count
    wards: Count
    treated_wards: Count
    few_wards: Count
    level: str
    draws: Count
    lost_draws: Count | NotEstimable
    product: Difference
    indirect: Difference
    direct: Difference
    total: Difference
    share: Share | NotEstimable
    corrected: Difference
    through: tuple[Route, ...]
    sums: tuple[Estimate, ...]

    @property
    def enough_wards(self) -> bool:
        """Whether intervals of routes that begin at coproduction can be trusted."""
        return self.treated_wards.value >= self.few_wards.value

    def measurable(self, verdicts: Verdicts) -> bool:
        """Whether the product may be printed: one of links that are unclear looks precise."""
        estimated = not isinstance(self.product, NotEstimable)
        supported = all(one.answer == "supported" for one in verdicts.links)
        return estimated and supported and self.enough_wards


@result(prefix="equity_model.chain")
def equity_chain(
    study: Study, areas: pd.DataFrame, equity_links: EquityLinks, social_index: SocialIndex
) -> EquityChain:
    """The routes, if the first link and the last have an estimate."""
    ground, noise = chain_ground(study, areas), index_noise(social_index)
    start = ground.stations[0]
    asked = _all_stations(ground, equity_links)
    model = _model(study, ground, asked, None)
    corrected = noise if isinstance(noise, Reason) else _model(study, ground, asked, noise)
    whole = _whole(ground, asked)
    total = NotEstimable(whole) if isinstance(whole, Reason) else PriceDifference.of(whole, start)
    treated = ground.areas.groupby(ground.section.wards)[start].max() > 0
    coproduced = start in ground.section.coproduction
    return EquityChain(
        areas=Count(len(ground.areas), columns=ground.stations),
        wards=Count(len(treated), columns=ground.stations),
        treated_wards=Count(int(treated.sum()) if coproduced else 0, columns=(start,)),
        few_wards=Count(FEW_WARDS),
        level=ground.section.wards,
        draws=Count(DRAWS),
        lost_draws=NotEstimable(model, unit="count")
        if isinstance(model, Reason)
        else Count(model.lost),
        product=_product(model),
        indirect=NotEstimable(model) if isinstance(model, Reason) else _in_logs(model.indirect),
        direct=_direct(asked, equity_links, start),
        total=total,
        share=_share(model, total),
        corrected=_product(corrected),
        through=() if isinstance(model, Reason) else _routes(model),
        sums=tuple(
            one for one in (*equity_links.estimates[-1:], whole) if isinstance(one, Estimate)
        ),
    )


def _all_stations(ground: Ground, links: EquityLinks) -> Specification | Reason:
    """The last link's equation, if the first link could be had."""
    for link in (links.links[0], links.links[-1]):
        if isinstance(link.held, NotEstimable):
            return link.held.reason
    return links.links[-1].estimates["held"].specification


def _model(
    study: Study,
    ground: Ground,
    asked: Specification | Reason,
    noise: Mapping[str, float] | None,
) -> PathModel | Reason:
    if isinstance(asked, Reason):
        return asked
    rng = np.random.default_rng(study.seed)
    drawn = by_ward(ground.section, asked)
    try:
        return path_model(ground.areas, drawn, rng, draws=DRAWS, error_variance=noise)
    except Inestimable as fault:
        return Refused(str(fault))


def _whole(ground: Ground, asked: Specification | Reason) -> Estimate | Reason:
    if isinstance(asked, Reason):
        return asked
    return fitted(
        ground.areas,
        replace(
            asked,
            name="equity_model.chain.total",
            title="Coproduction to prices, in all",
            regressors=asked.regressors[:1],
        ),
    )


def _direct(asked: Specification | Reason, links: EquityLinks, start: str) -> Difference:
    if isinstance(asked, Reason):
        return NotEstimable(asked)
    return PriceDifference.of(links.links[-1].estimates["held"], start)


def _in_logs(found: Bootstrapped) -> PriceDifference:
    return PriceDifference(
        found.estimate,
        found.low,
        found.high,
        found.std_error,
        label="adjusted",
        specification=LAST_LINK,
    )


def _product(model: PathModel | Reason) -> Difference:
    if isinstance(model, Reason):
        return NotEstimable(model)
    return _in_logs(model.route(*model.stations))


def _routes(model: PathModel) -> tuple[Route, ...]:
    longest_first = sorted(model.routes()[1:], key=len, reverse=True)
    return tuple(
        Route(tuple(map(measure, route)), _in_logs(model.route(*route))) for route in longest_first
    )


def _share(model: PathModel | Reason, total: Difference) -> Share | NotEstimable:
    """The share that runs through the stations, where there is a total to have a share of."""
    if isinstance(model, Reason):
        return NotEstimable(model)
    if isinstance(total, NotEstimable):
        return total
    if (total.log_low or 0.0) <= 0 <= (total.log_high or 0.0):
        return NotEstimable(NoTotal())
    share = model.share_indirect
    return Share(
        100 * share.estimate,
        100 * share.low,
        100 * share.high,
        label="adjusted",
        specification=LAST_LINK,
    )
