"""Prices of small areas by year, from single sales or published means, each with its variance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd

from ...data import geography
from ...data.catalogue import DataFolder
from ...data.placing import place_sales
from ...data.sales import SalesRules, apply_monthly, clean_sales, with_floor_area
from ...models.absorb import absorb
from ...models.association.cross_section import cross_section
from ...models.estimate import Estimate
from ...models.prices.cell_shrinkage import shrink_hedonic_cells
from ...models.prices.characteristics import Characteristics
from ...models.prices.fixed_basket import double_imputation_fisher, fixed_basket_index
from ...models.prices.hedonic import area_period_cells, time_dummy_index
from ...models.prices.repeat_sales import (
    bailey_muth_nourse,
    case_shiller,
    pairs_of,
    shiller_arithmetic,
)
from ...models.prices.small_area import shrink_cells
from ...models.specification import Specification
from ...models.variance_function import VarianceFunction, variance_function
from ..graph import result
from ..quantities import Count, Share
from ..study import Study

DWELLING = Characteristics(floor_area="floor_area")
"""Prices are those of a terraced house, not new, freehold, of the mean floor area."""
MEANS = ("log_price", "sector")
"""Columns of the sector panel from which published means come."""


@dataclass(frozen=True, slots=True)
class SmallAreaPrices:
    """Prices of a city's small areas and wards by year, and the index of the city.

    Parameters
    ----------
    level : of the small areas, by the column of their codes
    by_area : ``area, period, log_price, variance, sales``, shrunk, with the mean square error as
        ``variance``, beside ``direct``, ``direct_variance`` and ``cv``
    by_ward : the first five of these, not shrunk: wards are large enough, and comparisons over time
        ask for errors that are independent
    index : ``period, log_index, variance`` of the city, first year zero
    methods : the log index by year, one column a method; the first is that of ``index``
    single_sales : how many were used, None where prices come from published means
    left_out : rows of the raw file that were not used, by reason
    cells : pairs of area and year; ``cell_sales`` and ``cell_cv`` are those of the middle one
    """

    level: Literal["sector", "lsoa21"]
    by_area: pd.DataFrame
    by_ward: pd.DataFrame
    index: pd.DataFrame
    methods: pd.DataFrame
    estimate: Estimate
    single_sales: int | None
    left_out: Mapping[str, int]
    cells: Count
    cell_sales: Count
    cell_cv: Share

    @property
    def mix_adjusted(self) -> str:
        """What is held equal, as the price table has it."""
        if self.single_sales is None:
            return "between sectors only"
        return "hedonic: type, new, tenure, floor area"

    @property
    def geography(self) -> str:
        """The small areas, as the price table names them."""
        return "postcode sector" if self.level == "sector" else "lower layer super output area"


@result(prefix="house_prices")
def small_area_prices(
    study: Study, folder: DataFolder, sectors: pd.DataFrame, areas: pd.DataFrame
) -> SmallAreaPrices:
    """Prices from single sales where the study has them, else from published sector means."""
    if study.prices.small_areas == "sales":
        return _from_sales(study, folder, areas)
    return _from_sectors(folder, sectors)


def _from_sectors(folder: DataFolder, sectors: pd.DataFrame) -> SmallAreaPrices:
    errors = sector_errors(sectors)
    raw = pd.DataFrame(
        {
            "area": sectors["sector"],
            "period": sectors["year"],
            "log_price": sectors["log_price"],
            "variance": errors.of_mean(sectors["sales"].to_numpy(float)),
            "sales": sectors["sales"],
        }
    )
    cells = shrink_cells(raw)
    estimate, index = _index_of_sectors(sectors)
    return SmallAreaPrices(
        level="sector",
        by_area=cells,
        by_ward=_wards_of_sectors(folder, raw),
        index=index,
        methods=index.set_index("period")[["log_index"]].set_axis(["sectors"], axis=1),
        estimate=estimate,
        single_sales=None,
        left_out={},
        cells=Count(len(cells), columns=MEANS),
        cell_sales=Count(round(cells["sales"].median()), columns=MEANS),
        cell_cv=Share(100 * float(cells["cv"].median()), columns=MEANS),
    )


def sector_errors(sectors: pd.DataFrame) -> VarianceFunction:
    """How the error of a sector's log mean price falls with its sales."""
    counts = sectors["sales"].to_numpy(float)
    codes = tuple(pd.factorize(sectors[key])[0] for key in ("sector", "year"))
    within = absorb(sectors[["log_price"]].to_numpy(float), codes, counts / counts.mean())
    return variance_function(within.values[:, 0], counts)


def _index_of_sectors(sectors: pd.DataFrame) -> tuple[Estimate, pd.DataFrame]:
    """Year effects with sector effects absorbed, weighted by sales, clustered by sector."""
    years = sorted(sectors["year"].unique())
    dummies = {f"year_{year}": (sectors["year"] == year).astype(float) for year in years[1:]}
    estimate = cross_section(
        sectors.assign(**dummies),
        Specification(
            name="house_prices.index",
            title="City index: years, sectors held equal",
            outcome="log_price",
            regressors=tuple(dummies),
            effects=("sector",),
            weights="sales",
            clusters="sector",
            label="described",
        ),
    )
    return estimate, pd.DataFrame(
        {
            "period": years,
            "log_index": [0.0, *estimate.coefficients],
            "variance": [0.0, *np.diag(estimate.covariance)],
        }
    )


def _wards_of_sectors(folder: DataFolder, cells: pd.DataFrame) -> pd.DataFrame:
    """Prices carried to wards; the errors of sectors are independent of each other."""
    shares = geography.shares_by_ward(folder.read("code_point_open"))
    price, variance, sales = (
        cells.pivot(index="area", columns="period", values=column).dropna()
        for column in ("log_price", "variance", "sales")
    )
    weights = geography.ward_weights(shares, price.index, price.index)
    price, variance, sales = (
        part.loc[weights.columns].rename_axis("sector") for part in (price, variance, sales)
    )
    part = shares.pivot(index="ward", columns="sector", values="share").fillna(0.0)
    carried = {
        "log_price": weights @ price,
        "variance": weights**2 @ variance,
        "sales": (part.loc[weights.index, weights.columns] @ sales).round().astype(int),
    }
    return (
        pd.DataFrame({name: frame.stack() for name, frame in carried.items()})
        .rename_axis(["area", "period"])
        .reset_index()
    )


def _from_sales(study: Study, folder: DataFolder, areas: pd.DataFrame) -> SmallAreaPrices:
    sales, left_out = _single_sales(study, folder, areas)
    cells = shrink_hedonic_cells(area_period_cells(sales, DWELLING)).frame
    index = time_dummy_index(sales, DWELLING)
    # Of a sale, not of a sector's mean: a column's name tells its source.
    asked = replace(index.estimate.specification, outcome="log_price_paid")
    frame = index.frame.rename(columns={"log_price": "log_index"})
    return SmallAreaPrices(
        level="lsoa21",
        by_area=cells,
        by_ward=area_period_cells(sales, DWELLING, area="ward22").frame,
        index=frame[["period", "log_index", "variance"]],
        methods=_by_method(sales, frame.set_index("period")["log_index"]),
        estimate=replace(index.estimate, specification=asked),
        single_sales=len(sales),
        left_out=left_out,
        cells=Count(len(cells)),
        cell_sales=Count(round(cells["sales"].median())),
        cell_cv=Share(100 * float(cells["cv"].median())),
    )


def _single_sales(
    study: Study, folder: DataFolder, areas: pd.DataFrame
) -> tuple[pd.DataFrame, Mapping[str, int]]:
    """The sales that can be used, with area, ward and dwelling; rows left out by reason."""
    period = study.period
    rules = SalesRules(first_year=period.first_year, last_year=period.last_year)
    paid = folder.read("price_paid")
    if folder.holds("price_paid_monthly"):
        paid, _ = apply_monthly(paid, folder.read("price_paid_monthly"))
    clean = clean_sales(paid, rules)
    placed = place_sales(
        clean.frame,
        folder.read("postcode_lookup"),
        folder.read("lsoa11_lsoa21"),
        folder.read("code_point_open"),
        folder.read("boundaries_lsoa21"),
    )
    sales, _ = with_floor_area(placed.frame, folder.read("epc_sales"))
    # A sale whose dwelling cannot be told from its neighbours stands for a dwelling of its own.
    own = sales["dwelling"].where(sales["dwelling"] != "", sales["transaction_id"])
    wards = areas[["lsoa21", "ward22"]]
    sales = sales.assign(dwelling=own).merge(wards, left_on="area", right_on="lsoa21", how="left")
    return sales, {**clean.counts, **placed.counts}


def _by_method(sales: pd.DataFrame, time_dummies: pd.Series) -> pd.DataFrame:
    """The city's log index by every method that single sales allow."""
    pairs = pairs_of(sales)
    frames = {
        "fixed_basket": fixed_basket_index(sales, DWELLING, "ward22").frame,
        "double_imputation": double_imputation_fisher(sales, DWELLING, "ward22").frame,
        "bailey_muth_nourse": bailey_muth_nourse(pairs).frame,
        "case_shiller": case_shiller(pairs).frame,
        "shiller_arithmetic": shiller_arithmetic(pairs).frame,
    }
    others = {name: frame.set_index("period")["log_price"] for name, frame in frames.items()}
    return pd.DataFrame({"time_dummies": time_dummies, **others})
