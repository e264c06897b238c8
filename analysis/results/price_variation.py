"""Where the variation of prices lies, whether it narrows, ranks of wards, and like neighbours."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, ClassVar, TypeVar

import numpy as np
import pandas as pd

from ...data.catalogue import DataFolder
from ...models.estimate import Estimate
from ...models.prices.convergence import (
    BetaConvergence,
    SigmaConvergence,
    beta_convergence,
    sigma_convergence,
)
from ...models.prices.ranks import ranks
from ...models.prices.variance_shares import VarianceShares, theil, variance_shares
from ...models.spatial.moran import Moran, moran, queen_neighbours
from ...models.specification import NotEstimable as Inestimable
from ..graph import result
from ..quantities import Coefficient, Count, NotEstimable, Number, PValue, Quantity, Share
from ..reasons import AllNeighbours, Reason, Refused
from ..study import Study
from .small_area_prices import SmallAreaPrices
from .ward_growth import WardGrowth

PRICE = ("log_price_per_sqm",)
CHANCE = 0.05


@dataclass(frozen=True, slots=True)
class VariationByLevel:
    """Shares of the variance of areas' log prices, and of their inequality between wards."""

    share_ward22: Share | NotEstimable
    share_msoa21: Share | NotEstimable
    share_within: Share | NotEstimable
    theil_share: Share | NotEstimable
    fit: VarianceShares | None = None


@dataclass(frozen=True, slots=True)
class LikeNeighbours:
    """Moran's I of price levels of small areas, and of growth of wards."""

    moran_level: Number | NotEstimable
    moran_level_p: PValue | NotEstimable
    moran_growth: Number | NotEstimable
    moran_growth_p: PValue | NotEstimable
    of_levels: Moran | None
    of_growth: Moran | None

    @property
    def growth_alike(self) -> bool:
        """Whether growth resembles the neighbours' more than chance would make it."""
        return isinstance(self.moran_growth_p, PValue) and self.moran_growth_p.p < CHANCE


@dataclass(frozen=True, slots=True)
class WardRanks:
    """The order of wards, the dearest first, at both ends of the data.

    Parameters
    ----------
    ranks_apart : wards in which the intervals of the two ranks do not meet, a stricter rule than
        one interval of the change
    rank_width : places between the ends of the middle ward's interval
    climber, climbed : the ward that climbed furthest, and how many places
    wards : those of `WardGrowth` with ``rank, rank_low, rank_high, rank_first, climbed``
    """

    ranks_apart: Count | NotEstimable
    rank_width: Count | NotEstimable
    climbed: Count | NotEstimable
    climber: str = ""
    wards: pd.DataFrame | None = None


@dataclass(frozen=True, slots=True)
class Catching:
    """Growth on the first level, net of the sampling error in it; both equations."""

    beta: Coefficient | NotEstimable
    observed: Estimate | None = None
    net: Estimate | None = None


@dataclass(frozen=True, slots=True)
class Spread:
    """The standard deviation of areas' log prices, sampling error taken out."""

    sigma_change: Number | NotEstimable
    sigma_first: Number | NotEstimable
    sigma_last: Number | NotEstimable
    sigma_areas: Count | NotEstimable
    fit: SigmaConvergence | None = None


@dataclass(frozen=True, slots=True)
class PriceVariation:
    """All that is said of differences between areas."""

    INLINE: ClassVar = ("levels", "neighbours", "ranks", "catching", "spread")
    levels: VariationByLevel
    neighbours: LikeNeighbours
    ranks: WardRanks
    catching: Catching
    spread: Spread


@result(prefix="house_prices")
def price_variation(
    study: Study,
    folder: DataFolder,
    areas: pd.DataFrame,
    small_area_prices: SmallAreaPrices,
    ward_growth: WardGrowth,
) -> PriceVariation:
    """Shares of variance, convergence, ranks and resemblance of neighbours."""
    rng, wards = np.random.default_rng(study.seed), ward_growth.wards
    # One generator serves all, so their order is part of the result.
    levels = _kept(VariationByLevel, lambda: _levels(study, areas, rng))
    of_levels = _tried(lambda: _alike_levels(folder, areas, rng))
    ranked = _kept(WardRanks, lambda: _ranks(wards, rng))
    of_growth = _tried(lambda: _alike_growth(folder, wards, rng))
    return PriceVariation(
        levels=levels,
        neighbours=_neighbours(of_levels, of_growth),
        ranks=ranked,
        catching=_kept(Catching, lambda: _catching(wards)),
        spread=_kept(Spread, lambda: _spread(small_area_prices.by_area, rng)),
    )


R = TypeVar("R", VariationByLevel, WardRanks, Catching, Spread)


def _kept(kind: type[R], make: Callable[[], R]) -> R:
    """A part, or one whose numbers are all refused for the estimator's reason."""
    try:
        return make()
    except Inestimable as fault:
        return kind(**_refused(kind, Refused(str(fault))))


def _refused(kind: type[Any], reason: Reason) -> Mapping[str, Any]:
    refusal = NotEstimable(reason, unit="number", label="described")
    return {one.name: replace(refusal) for one in fields(kind) if "NotEstimable" in str(one.type)}


def _tried(make: Callable[[], Moran | Reason]) -> Moran | Reason:
    try:
        return make()
    except Inestimable as fault:
        return Refused(str(fault))


def _levels(study: Study, areas: pd.DataFrame, rng: np.random.Generator) -> VariationByLevel:
    sold = areas[areas["sales"] >= study.cross_section.minimum_sales]
    fit = variance_shares(sold, "log_price_per_sqm", ["ward22", "msoa21"], rng)
    parts = theil(sold["price_per_sqm"].to_numpy(float), pd.factorize(sold["ward22"])[0])
    ward, middle, within = (
        Share(100 * float(share), 100 * float(low), 100 * float(high), columns=PRICE)
        for share, low, high in zip(fit.shares, fit.low, fit.high, strict=True)
    )
    return VariationByLevel(ward, middle, within, Share(100 * parts.share, columns=PRICE), fit)


def _alike_levels(folder: DataFolder, areas: pd.DataFrame, rng: np.random.Generator) -> Moran:
    boundaries = folder.read("boundaries_lsoa21")
    priced = areas.dropna(subset=["log_price_per_sqm"])
    shapes = boundaries[boundaries["code"].isin(priced["lsoa21"])]
    values = priced.set_index("lsoa21")["log_price_per_sqm"].reindex(shapes["code"])
    return moran(values.to_numpy(float), queen_neighbours(shapes), rng)


def _alike_growth(
    folder: DataFolder, wards: pd.DataFrame, rng: np.random.Generator
) -> Moran | Reason:
    boundaries = folder.read("boundaries_ward22")
    shapes = boundaries[boundaries["code"].isin(wards["area"])]
    values = wards.set_index("area")["growth"].reindex(shapes["code"])
    neighbours = queen_neighbours(shapes)
    if neighbours.weights.nonzero == len(shapes) * (len(shapes) - 1):
        return AllNeighbours("ward22")
    return moran(values.to_numpy(float), neighbours, rng)


def _neighbours(levels: Moran | Reason, growth: Moran | Reason) -> LikeNeighbours:
    found: list[Quantity | NotEstimable] = []
    for one, columns in ((levels, PRICE), (growth, ())):
        if isinstance(one, Moran):
            found.append(Number(one.statistic, columns=columns))
            found.append(PValue(one.p_permutation, one.permutations, columns=columns))
        else:
            found.append(NotEstimable(one, unit="number", label="described"))
            found.append(NotEstimable(one, unit="p", label="described"))
    fits = (one if isinstance(one, Moran) else None for one in (levels, growth))
    return LikeNeighbours(*found, *fits)  # type: ignore[arg-type]


def _ranks(wards: pd.DataFrame, rng: np.random.Generator) -> WardRanks:
    last, first = (
        ranks(wards[end].to_numpy(), np.sqrt(wards[f"{end}_variance"].to_numpy()), rng, count=1)
        for end in ("last", "first")
    )
    ranked = wards.assign(
        rank=last.rank, rank_low=last.low, rank_high=last.high, rank_first=first.rank
    )
    ranked["climbed"] = ranked["rank_first"] - ranked["rank"]
    apart = (first.low > last.high) | (first.high < last.low)
    top = ranked.iloc[int(ranked["climbed"].argmax())]
    return WardRanks(
        ranks_apart=Count(int(apart.sum())),
        rank_width=Count(round(float(np.median(last.high - last.low)))),
        climbed=Count(int(top["climbed"])),
        climber=str(top["name"]),
        wards=ranked.sort_values("rank"),
    )


def _catching(wards: pd.DataFrame) -> Catching:
    beta = beta_convergence(wards, "first", "last", "first_variance")
    net = _net_of_error(beta)
    return Catching(Coefficient.of(net, net.terms[0]), beta.estimate, net)


def _net_of_error(beta: BetaConvergence) -> Estimate:
    """The corrected estimate under a name of its own."""
    corrected = beta.corrected or beta.estimate
    asked = corrected.specification
    return replace(
        corrected,
        specification=replace(
            asked, name=f"{asked.name}.net", title=f"{asked.title}, net of sampling error"
        ),
    )


def _spread(cells: pd.DataFrame, rng: np.random.Generator) -> Spread:
    # Shrunk prices are closer together than true ones, so the spread is taken from direct prices.
    if "direct" in cells:
        cells = cells.assign(log_price=cells["direct"], variance=cells["direct_variance"])
    fit = sigma_convergence(cells.dropna(subset=["log_price"]), rng)
    return Spread(
        sigma_change=Number(fit.change, fit.change_low, fit.change_high),
        sigma_first=Number(float(fit.deviation[0])),
        sigma_last=Number(float(fit.deviation[-1])),
        sigma_areas=Count(fit.areas),
        fit=fit,
    )
