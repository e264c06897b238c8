"""What a home of each type costs in each area and year, and how sure that is.

    P_akt = P_at H_kt / sum_j b_aj H_jt

P_at is the area's measured price, H_kt the UK HPI's price of a home of type k in the city, and b_a
the shares of types that the measured price stands for: a terraced house alone where prices are
hedonic, the mix of homes sold where they are means of sales. What is sold in an area is its stock
weighted by how much oftener the city's homes of each type are sold than their share of the stock.

Hedonic prices are taken by small area: dear types stand on dear ground within a ward, and a ward's
price of a terraced house would leave that out. Means of sales have it in them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from ...data import geography
from ...data.catalogue import DataFolder
from ...data.sales import PLAUSIBLE_FLOOR_AREA
from ...data.tables import house_price_index
from ..study import Study
from .small_area_prices import SmallAreaPrices, sector_errors

TYPES = ("detached", "semi_detached", "terraced", "flat")
FLOOR_AREA = "log floor area"
UNKNOWN_AREA = "floor area unknown"
"""Terms of the hedonic regression that hold the size of a home."""
Basket = Literal["terraced", "weighted", "sold"]
"""What a measured price stands for: a terraced house of the usual size; the homes sold, weighted
back to the types of the stock; or the homes sold, whose types are taken to be those of the stock.
"""


@dataclass(frozen=True, slots=True)
class AreaPrices:
    """Prices of A areas in T years by the four `TYPES`.

    Parameters
    ----------
    level : "lsoa21" or "ward22"
    areas, years : (A,) codes and (T,)
    by_type : (A, 4, T) pounds
    carried : (A, J) weights of the J prices whose errors are independent in the areas' log prices
    errors : (T, J) their standard errors
    border : wards priced by postcode sectors that lie mostly outside the city
    type_year : last year whose prices by type are known; later years keep its relations
    type_prices : (4, T) pounds in the city
    """

    level: str
    areas: pd.Index
    years: np.ndarray
    by_type: np.ndarray
    carried: np.ndarray
    errors: np.ndarray
    basket: Basket
    border: tuple[str, ...]
    type_year: int
    type_prices: np.ndarray

    def loadings(self, year: int) -> np.ndarray:
        """(A, J) of each log price on errors of variance one, in the year of place ``year``."""
        return np.asarray(self.carried * self.errors[year])


@dataclass(frozen=True, slots=True)
class _Measured:
    """Log prices (A, T) of areas, and the errors in them as of `AreaPrices`."""

    level: str
    areas: pd.Index
    log_price: np.ndarray
    carried: np.ndarray
    errors: np.ndarray
    border: tuple[str, ...] = ()


def area_prices(
    study: Study,
    folder: DataFolder,
    sectors: pd.DataFrame,
    measured: SmallAreaPrices,
    homes: pd.DataFrame,
    years: np.ndarray,
) -> AreaPrices:
    """Prices by area, type and year.

    Parameters
    ----------
    homes : ``lsoa21, ward22`` and the number of homes by type (columns `TYPES`)
    """
    hedonic = measured.single_sales is not None
    found = (
        _hedonic(study, folder, measured, homes, years)
        if hedonic
        else _means(folder, sectors, years)
    )
    types, type_year = _city_types(house_price_index(folder, study.geography.district), years)
    stock = homes.groupby(found.level)[list(TYPES)].sum()
    known = found.areas.isin(stock.index)
    kept = found.areas[known]
    basket: Basket
    if hedonic:
        basket = "terraced"
        shares = np.tile(np.eye(len(TYPES))[TYPES.index("terraced")], (len(kept), 1))
    else:
        shares, basket = _sold(folder, stock.loc[kept])
    level = np.exp(found.log_price[known]) / (shares @ types)
    return AreaPrices(
        level=found.level,
        areas=kept,
        years=years,
        by_type=level[:, None, :] * types[None],
        carried=found.carried[known],
        errors=found.errors,
        basket=basket,
        border=found.border,
        type_year=type_year,
        type_prices=types,
    )


def _hedonic(
    study: Study,
    folder: DataFolder,
    measured: SmallAreaPrices,
    homes: pd.DataFrame,
    years: np.ndarray,
) -> _Measured:
    """Prices as the house-price chapter has them; no two areas share a sale.

    They are those of small areas if all of them have one in every year, else those of wards. They
    are read at the mean floor area of all types, and are carried to that of terraced houses.
    """
    shown = measured.by_area[~(measured.by_area["cv"] > study.prices.cv_at_most)]
    level = "lsoa21"
    price, variance = _in_every_year(shown, years)
    if not homes["lsoa21"].isin(price.index).all():
        level = "ward22"
        price, variance = _in_every_year(measured.by_ward, years)
    return _Measured(
        level,
        price.index,
        price.to_numpy(float) - _size_premium(folder, measured),
        np.eye(len(price)),
        np.sqrt(variance.to_numpy(float)).T,
    )


def _in_every_year(cells: pd.DataFrame, years: np.ndarray) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Log prices and variances of the areas that have both in every year, areas by years."""
    price, variance = (
        cells.pivot(index="area", columns="period", values=column).reindex(columns=years)
        for column in ("log_price", "variance")
    )
    whole = price.notna().all(axis=1) & variance.notna().all(axis=1)
    return price[whole], variance[whole]


def _size_premium(folder: DataFolder, measured: SmallAreaPrices) -> float:
    """Log points by which a home of the mean floor area exceeds a terraced house of the usual.

    The regression prices a terraced house of unknown size, which is one of the usual size.
    """
    fit = measured.estimate
    terms: dict[str, float] = dict(zip(fit.terms, map(float, fit.coefficients), strict=True))
    if FLOOR_AREA not in terms:
        return 0.0
    if UNKNOWN_AREA in terms:
        return -terms[UNKNOWN_AREA]
    sales = folder.read("epc_sales")
    area = np.log(sales.loc[sales["floor_area"].between(*PLAUSIBLE_FLOOR_AREA), "floor_area"])
    return terms[FLOOR_AREA] * float(area.mean() - area[sales["property_type"] == "T"].mean())


def _means(folder: DataFolder, sectors: pd.DataFrame, years: np.ndarray) -> _Measured:
    """Sector means carried to wards by the postcodes that sector and ward share."""
    shares = geography.shares_by_ward(folder.read("code_point_open"))
    everywhere = folder.read("sector_prices")
    every = everywhere[everywhere["year"].isin(years)]
    mean, sales = (
        every.pivot(index="sector", columns="year", values=column).dropna().astype(float)
        for column in ("mean_price", "sales")
    )
    city = sectors["sector"].unique()
    carried = geography.ward_weights(shares, mean.index, city)
    border = sorted(carried.index[carried.loc[:, carried.columns.isin(city)].sum(axis=1) == 0])
    priced = list(carried.columns)
    error = np.sqrt(sector_errors(sectors).of_mean(sales.loc[priced].to_numpy()))
    matrix = carried.to_numpy()
    return _Measured(
        "ward22",
        carried.index,
        matrix @ np.log(mean.loc[priced].to_numpy()),
        matrix,
        error.T,
        tuple(border),
    )


def _city_types(hpi: pd.DataFrame, years: np.ndarray) -> tuple[np.ndarray, int]:
    """The UK HPI's price by type (4, T), and the last year that its file holds whole."""
    months = hpi.groupby(hpi["date"].dt.year)
    columns = list(TYPES)
    yearly = months[columns].mean()[(months[columns].count() == 12).all(axis=1)]
    known = yearly[yearly.index.isin(years)]
    return known.reindex(years).ffill().bfill().to_numpy(float).T, int(known.index.max())


def _sold(folder: DataFolder, stock: pd.DataFrame) -> tuple[np.ndarray, Basket]:
    """Shares of types among the homes sold in each area (A, 4), and what they stand for."""
    odds = np.ones(len(TYPES))
    basket: Basket = "sold"
    if folder.holds("sales_by_type"):
        sales = folder.read("sales_by_type")
        sold = sales.groupby("property_type")["sales"].sum()[list(TYPES)]
        homes = stock.sum()
        odds = ((sold / sold.sum()) / (homes / homes.sum())).to_numpy(float)
        basket = "weighted"
    weighted = stock.to_numpy(float) * odds
    return weighted / weighted.sum(axis=1, keepdims=True), basket
