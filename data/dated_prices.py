"""Prices of small areas at one date: a mean over many years of sales is of no date.

Where more homes were sold early, an area looks cheaper than it is. The ratio of the mean in real
and in nominal pounds tells when its sales were, and the house price index brings the mean to one
date.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

MID_MONTH = 0.5 / 12


def mean_sale_date(nominal: pd.Series, real: pd.Series, cpi: pd.DataFrame) -> pd.Series:
    """The date whose consumer prices turn each nominal mean into the real one.

    Parameters
    ----------
    nominal, real : means of the same sales, the second in pounds of the index's last month
    cpi : monthly ``month, cpi``, see `readers.ons.cpi`

    Returns
    -------
    years with decimals; the first or last of the index where a ratio lies beyond it
    """
    cpi = cpi.sort_values("month")
    prices = cpi["cpi"].to_numpy(float)
    # Consumer prices fall in some Januaries; a level reached before dates from then.
    rising = np.maximum.accumulate(prices)
    then = prices[-1] * nominal / real
    return pd.Series(np.interp(then, rising, _years(cpi["month"])), index=nominal.index)


def log_price_at_one_date(
    nominal: pd.Series, date: pd.Series, house_prices: pd.DataFrame
) -> pd.Series:
    """Log of each mean price, brought from its date to the last month of the house price index.

    Parameters
    ----------
    date : years with decimals
    house_prices : monthly ``date, average_price`` of the city, see `readers.land_registry.uk_hpi`
    """
    house_prices = house_prices.sort_values("date")
    index = np.log(house_prices["average_price"].to_numpy(float))
    then = np.interp(date, _years(house_prices["date"]), index)
    return pd.Series(np.log(nominal) + index[-1] - then, index=nominal.index)


def _years(months: pd.Series) -> np.ndarray:
    years = months.dt.year + (months.dt.month - 1) / 12 + MID_MONTH
    return np.asarray(years, dtype=float)
