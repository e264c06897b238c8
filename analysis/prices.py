"""Prices of small areas by year, from single sales or published means, each with its variance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..data import geography
from ..data.placing import place_sales
from ..data.sales import SalesRules, apply_monthly, clean_sales, with_floor_area
from ..models.absorb import absorb
from ..models.association.cross_section import cross_section
from ..models.estimate import Estimate
from ..models.prices.cell_shrinkage import shrink_hedonic_cells
from ..models.prices.characteristics import Characteristics
from ..models.prices.hedonic import area_period_cells, time_dummy_index
from ..models.prices.small_area import shrink_cells
from ..models.prices.variance_function import VarianceFunction, variance_function
from ..models.specification import Specification
from .inputs import Inputs

DWELLING = Characteristics(floor_area="floor_area")
"""Prices are those of a terraced house, not new, freehold, of the mean floor area."""
HEDONIC = "hedonic: type, new, tenure, floor area"
BETWEEN = "between sectors only"


@dataclass(frozen=True, slots=True)
class SmallAreaPrices:
    """What the house-price chapter describes.

    ``cells`` hold ``area, period, log_price, variance, sales``, shrunk, with the mean square error
    as ``variance``, beside ``direct``, ``direct_variance`` and ``cv``. ``wards`` hold the same five
    columns, not shrunk: they are large enough, and comparisons over time ask for errors that are
    independent. ``index`` holds ``period, log_index, variance`` of the city, first year zero.
    """

    geography: str
    mix_adjusted: str
    cells: pd.DataFrame
    wards: pd.DataFrame
    index: pd.DataFrame
    estimate: Estimate
    sales: pd.DataFrame | None
    """The single sales used, or None where prices come from published means."""
    counts: Mapping[str, int]
    """Rows of the raw file that were not used, by reason."""
    changes: Mapping[str, int]
    """Records of a monthly file by what was done with them; empty without one."""


def small_area_prices(inputs: Inputs) -> SmallAreaPrices:
    """Prices from single sales where the study has them, else from published sector means."""
    return (
        _from_sales(inputs) if inputs.study.prices.small_areas == "sales" else _from_sectors(inputs)
    )


def _from_sectors(inputs: Inputs) -> SmallAreaPrices:
    sectors = inputs.sectors
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
        "postcode sector",
        BETWEEN,
        cells,
        _wards_of_sectors(inputs, raw),
        index,
        estimate,
        sales=None,
        counts={},
        changes={},
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
            title="The city's index: years, postcode sectors held equal",
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


def _wards_of_sectors(inputs: Inputs, cells: pd.DataFrame) -> pd.DataFrame:
    """Prices carried to wards: sectors weighted by the postcodes that ward and sector share."""
    shares = geography.shares_by_ward(inputs.folder.read("code_point_open"))
    pairs = cells.merge(
        shares[["sector", "ward", "postcodes", "share"]], left_on="area", right_on="sector"
    )
    # A ward keeps the same sectors in every year, so that its growth is no change of weights.
    periods = cells["period"].nunique()
    whole = pairs.groupby(["ward", "sector"])["period"].transform("size") == periods
    pairs = pairs[whole].assign(
        worth=lambda rows: rows["postcodes"] * rows["log_price"],
        error=lambda rows: rows["postcodes"] ** 2 * rows["variance"],
        sold=lambda rows: rows["sales"] * rows["share"],
    )
    sums = pairs.groupby(["ward", "period"])[["worth", "error", "postcodes", "sold"]].sum()
    return (
        pd.DataFrame(
            {
                "log_price": sums["worth"] / sums["postcodes"],
                "variance": sums["error"] / sums["postcodes"] ** 2,
                "sales": sums["sold"].round().astype(int),
            }
        )
        .rename_axis(["area", "period"])
        .reset_index()
    )


def _from_sales(inputs: Inputs) -> SmallAreaPrices:
    folder = inputs.folder
    period = inputs.study.period
    rules = SalesRules(first_year=period.first_year, last_year=period.last_year)
    paid = folder.read("price_paid")
    changes: Mapping[str, int] = {}
    if folder.holds("price_paid_monthly"):
        paid, changes = apply_monthly(paid, folder.read("price_paid_monthly"))
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
    sales = sales.assign(dwelling=own).merge(
        inputs.areas[["lsoa21", "ward22"]], left_on="area", right_on="lsoa21", how="left"
    )
    cells = area_period_cells(sales, DWELLING)
    wards = area_period_cells(sales, DWELLING, area="ward22")
    index = time_dummy_index(sales, DWELLING)
    return SmallAreaPrices(
        "lower layer super output area",
        HEDONIC,
        shrink_hedonic_cells(cells).frame,
        wards.frame,
        index.frame.rename(columns={"log_price": "log_index"})[["period", "log_index", "variance"]],
        index.estimate,
        sales=sales,
        counts={**clean.counts, **placed.counts},
        changes=changes,
    )


def city_by_year(inputs: Inputs) -> pd.DataFrame:
    """Mean price of all the city's sales by year, beside the UK HPI and in real terms.

    Columns ``year, sales, mean_price, hpi_price`` (yearly mean of months; NaN where the year is not
    complete) and ``real_price`` (in pounds of the last year, by CPI).
    """
    sectors = inputs.sectors.assign(worth=inputs.sectors["mean_price"] * inputs.sectors["sales"])
    city = sectors.groupby("year")[["worth", "sales"]].sum()
    cpi = inputs.folder.read("cpi")
    prices = cpi.groupby(cpi["month"].dt.year)["cpi"].mean().reindex(city.index)
    frame = pd.DataFrame(
        {
            "sales": city["sales"],
            "mean_price": city["worth"] / city["sales"],
            "hpi_price": _hpi_by_year(inputs).reindex(city.index),
        }
    )
    frame["real_price"] = frame["mean_price"] * prices.iloc[-1] / prices
    return frame.rename_axis("year").reset_index()


def _hpi_by_year(inputs: Inputs) -> pd.Series:
    hpi = inputs.house_price_index
    years = hpi.groupby(hpi["date"].dt.year)["average_price"]
    complete = years.count() == 12
    return years.mean().where(complete)
