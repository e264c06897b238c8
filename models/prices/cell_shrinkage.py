"""Hedonic prices of thin cells of area and period, drawn towards their area and their period.

`small_area.shrink_cells` takes the errors of cells as independent. Two parts of a hedonic cell's
error are not: the coefficients of characteristics are the same for all cells, and a dwelling that
is sold again brings what its characteristics leave unsaid into another year of its area. No
averaging over an area's years takes such an error out, so it is set apart before cells are
shrunk and added to the mean square error afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from .hedonic import Cells
from .small_area import shrink_cells

# Least part of a cell's variance that stays its own where an area has very few dwellings.
_OWN = 0.1


@dataclass(frozen=True, slots=True, eq=False)
class ShrunkCells:
    """Prices of every area in every period.

    Parameters
    ----------
    frame : ``area, period, log_price, variance`` (mean square error), ``sales`` (0 where
        predicted), ``direct, direct_variance, shrinkage, cv, synthetic`` of `shrink_cells`
    dwelling_variance : of a dwelling's lasting difference in log price from what its
        characteristics say
    shared_variance : by area, the error that all its periods share
    """

    frame: pd.DataFrame
    dwelling_variance: float
    shared_variance: pd.Series


def shrink_hedonic_cells(cells: Cells, dwelling: str | None = "dwelling") -> ShrunkCells:
    """Predict the price of the reference dwelling in every area and period.

    Parameters
    ----------
    cells : of `area_period_cells`
    dwelling : column of the sales that names the dwelling, or None to take sales as independent

    Raises
    ------
    SpecificationError
        As `small_area.shrink_cells`.
    """
    frame = cells.frame
    area, areas = pd.factorize(frame["area"], sort=True)
    sales = frame["sales"].to_numpy()
    sold = np.bincount(area, sales)
    weighted = [np.bincount(area, sales * column) for column in cells.means.T]
    means = np.column_stack(weighted) / sold[:, None]
    shared = np.einsum("aj,jk,ak->a", means, cells.covariance, means)
    lasting = 0.0
    if dwelling is not None:
        lasting = _lasting_variance(cells, dwelling)
        shared += lasting * _repeated(cells, dwelling, area)
    variance = frame["variance"].to_numpy()
    own = np.maximum(variance - shared[area], _OWN * variance)
    grid = pd.MultiIndex.from_product([areas, np.sort(frame["period"].unique())])
    keys = ["area", "period"]
    full = frame.assign(variance=own).set_index(keys).reindex(grid.set_names(keys)).reset_index()
    shrunk = shrink_cells(full)
    of_area = pd.Series(shared, index=pd.Index(areas, name="area"), name="shared_variance")
    shrunk["variance"] += shrunk["area"].map(of_area)
    shrunk["direct_variance"] += shrunk["area"].map(of_area)
    shrunk["cv"] = np.sqrt(np.expm1(shrunk["variance"]))
    shrunk["sales"] = shrunk["sales"].fillna(0).astype(int)
    return ShrunkCells(shrunk, lasting, of_area)


def _lasting_variance(cells: Cells, dwelling: str) -> float:
    """Mean product of the residuals of a dwelling's consecutive sales in different cells.

    A residual has lost the mean of its cell, which leaves 1 - 1/n of what the dwelling brings.
    """
    ordered = cells.used.assign(residual=cells.residuals)[[dwelling, "cell", "residual"]]
    ordered = ordered.sort_values(dwelling, kind="stable")
    left = 1 - 1 / cells.frame["sales"].to_numpy()[ordered["cell"]]
    names, cell = ordered[dwelling].to_numpy(), ordered["cell"].to_numpy()
    pair = (names[1:] == names[:-1]) & (cell[1:] != cell[:-1])
    residual = ordered["residual"].to_numpy()
    product = float(np.sum((residual[1:] * residual[:-1])[pair]))
    weight = float(np.sum((left[1:] * left[:-1])[pair]))
    if weight <= 0:
        return 0.0
    return min(max(product / weight, 0.0), cells.residual_variance)


def _repeated(cells: Cells, dwelling: str, area: np.ndarray) -> np.ndarray:
    """(areas,) share of the pairs of an area's sales that are of one dwelling."""
    of_sale = area[cells.used["cell"].to_numpy()]
    times = cells.used.groupby([of_sale, dwelling], sort=False).size()
    holder = times.index.get_level_values(0).to_numpy()
    count = times.to_numpy()
    sold = np.bincount(of_sale)
    same = np.bincount(holder, count * (count - 1))
    return np.asarray(same / np.maximum(sold * (sold - 1), 1))
