"""One city's index by every method that its data allow, each held against the UK HPI."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..models.prices.fixed_basket import double_imputation_fisher, fixed_basket_index
from ..models.prices.repeat_sales import (
    bailey_muth_nourse,
    case_shiller,
    pairs_of,
    shiller_arithmetic,
)
from .prices import DWELLING, SmallAreaPrices

SALE_BY_SALE = "type, new, tenure, floor area"
SAME_DWELLING = "the same dwelling twice"


def indices(prices: SmallAreaPrices, mean_price: pd.Series) -> pd.DataFrame:
    """Log indices by year, first year zero.

    Parameters
    ----------
    mean_price : pounds by year, of all sales

    Returns
    -------
    frame with one column a method (index: year); ``attrs["held_equal"]`` maps each to what it
    holds equal
    """
    main = prices.index.set_index("period")["log_index"]
    series = {"Mean of all sales": np.log(mean_price / mean_price.iloc[0])}
    held = {"Mean of all sales": "nothing"}
    if prices.sales is None:
        series["Sectors held equal"], held["Sectors held equal"] = main, "postcode sector"
    else:
        series["Hedonic, time dummies"] = main
        held["Hedonic, time dummies"] = f"area, {SALE_BY_SALE}"
        for name, frame in _of_sales(prices.sales).items():
            series[name] = frame.set_index(frame.columns[0])["log_price"]
            held[name] = SAME_DWELLING if name.startswith("Repeat") else f"ward, {SALE_BY_SALE}"
    table = pd.DataFrame(series)
    table.attrs["held_equal"] = held
    return table


def _of_sales(sales: pd.DataFrame) -> dict[str, pd.DataFrame]:
    pairs = pairs_of(sales)
    columns = ["period", "log_price"]
    return {
        "Hedonic, fixed basket": fixed_basket_index(sales, DWELLING, "ward22").frame[columns],
        "Hedonic, double imputation": double_imputation_fisher(sales, DWELLING, "ward22").frame[
            columns
        ],
        "Repeat sales, Bailey-Muth-Nourse": bailey_muth_nourse(pairs).frame[columns],
        "Repeat sales, Case-Shiller": case_shiller(pairs).frame[columns],
        "Repeat sales, arithmetic": shiller_arithmetic(pairs).frame[columns],
    }


def against(indices: pd.DataFrame, reference: pd.Series) -> pd.DataFrame:
    """Each index beside a reference: rise, correlation and difference of yearly growth.

    Returns
    -------
    frame ``method, held_equal, rise`` (ratio), ``correlation, difference`` (root mean square, in
    percentage points)
    """
    growth = reference.diff()
    rows = []
    for name, index in indices.items():
        both = pd.DataFrame({"own": index.diff(), "reference": growth}).dropna()
        off = both["own"] - both["reference"]
        rows.append(
            {
                "method": name,
                "held_equal": indices.attrs["held_equal"][name],
                "rise": float(np.exp(index.iloc[-1])),
                "correlation": float(both["own"].corr(both["reference"])),
                "difference": float(100 * np.sqrt((off**2).mean())),
            }
        )
    return pd.DataFrame(rows)
