"""Pooled prices are brought to one date by what their real and nominal means tell of it."""

import numpy as np
import pandas as pd
import pytest

from neighbourhood_equity.data.catalogue import DataFolder
from neighbourhood_equity.data.dated_prices import log_price_at_one_date, mean_sale_date

MONTHS = pd.date_range("2000-01-01", "2020-12-01", freq="MS")
YEARS = (MONTHS.year + (MONTHS.month - 0.5) / 12).to_numpy(float)
CPI = pd.DataFrame({"month": MONTHS, "cpi": 100 * np.exp(0.02 * (YEARS - 2000))})
HPI = pd.DataFrame({"date": MONTHS, "average_price": 1e5 * np.exp(0.05 * (YEARS - 2000))})


def sold(year):
    """Nominal and real mean of sales of one date, at 1,000 pounds of 2000 a square metre."""
    nominal = pd.Series([1000 * np.exp(0.05 * (year - 2000))])
    return nominal, nominal * np.exp(0.02 * (YEARS[-1] - year))


@pytest.mark.parametrize("year", [2001.3, 2010.0, 2019.5])
def test_the_date_of_sale_is_found(year):
    assert mean_sale_date(*sold(year), CPI)[0] == pytest.approx(year, abs=0.01)


def test_areas_that_differ_by_date_alone_have_one_price():
    moved = [
        log_price_at_one_date(sold(year)[0], pd.Series([year]), HPI)[0] for year in (2003, 2017)
    ]
    assert moved == pytest.approx([np.log(1000) + 0.05 * (YEARS[-1] - 2000)] * 2)


def test_a_month_of_falling_prices_does_not_move_a_date_past_it():
    dented = CPI.assign(cpi=CPI["cpi"].where(MONTHS != "2010-01-01", 90.0))
    assert mean_sale_date(*sold(2010.5), dented)[0] == pytest.approx(2010.5, abs=0.01)


def test_birminghams_areas_were_sold_between_2010_and_2019(shared_data):
    """The referee's figures: range of the implied date, and its correlation with the log price."""
    folder = DataFolder(shared_data)
    pooled = folder.read("lsoa_price_per_sqm")
    date = mean_sale_date(pooled["price_per_sqm"], pooled["real_price_per_sqm"], folder.read("cpi"))
    assert (date.min(), date.max()) == pytest.approx((2010.2, 2018.6), abs=0.1)
    assert np.corrcoef(date, np.log(pooled["price_per_sqm"]))[0, 1] == pytest.approx(0.64, abs=0.02)
