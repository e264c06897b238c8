"""Prices by type of a made city of three wards, against prices worked out by hand."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from neighbourhood_equity.analysis.results import account_prices
from neighbourhood_equity.analysis.results.account_prices import area_prices

HOMES = pd.DataFrame(
    {
        "lsoa21": ["A", "B", "C"],
        "ward22": ["W0", "W1", "W2"],
        "detached": [100, 50, 0],
        "semi_detached": [0, 0, 40],
        "terraced": [0, 0, 40],
        "flat": [100, 150, 0],
    }
)
SALES = pd.DataFrame(
    {
        "property_type": ["detached", "semi_detached", "terraced", "flat"],
        "sales": [60, 8, 8, 20],
    }
)


class Folder:
    def holds(self, name):
        return name == "sales_by_type"

    def read(self, name):
        return SALES


@pytest.fixture
def found(monkeypatch):
    """Detached homes cost 300,000 in the city and flats 100,000; the mean sale is 200,000."""
    types = np.array([300_000.0, 200_000.0, 150_000.0, 100_000.0])[:, None]
    means = SimpleNamespace(
        level="ward22",
        areas=pd.Index(["W0", "W1", "W2"]),
        log_price=np.log([[200_000.0]] * 3),
        carried=np.eye(3),
        errors=np.zeros((1, 3)),
        border=(),
    )
    monkeypatch.setattr(account_prices, "_means", lambda *asked: means)
    monkeypatch.setattr(account_prices, "_city_types", lambda *asked: (types, 2024))
    monkeypatch.setattr(account_prices, "house_price_index", lambda *asked: None)
    study = SimpleNamespace(geography=SimpleNamespace(district="E0"))
    measured = SimpleNamespace(single_sales=None)
    return area_prices(study, Folder(), pd.DataFrame(), measured, HOMES, np.array([2024]))


def test_a_type_that_is_sold_oftener_weighs_more_in_the_mean_of_sales(found):
    # Of 480 homes 150 are detached and 250 flats; of 96 sales 60 and 20. A detached home is sold
    # (60/96)/(150/480) = 2 times as often as its share, a flat (20/96)/(250/480) = 0.4 times.
    # Ward 0 has 100 and 100 homes, so sells 200 : 40, at a city mean of (5 x 300 + 1 x 100)/6
    # = 266,667 pounds; its mean sale of 200,000 is three quarters of that. Ward 1 has 50 and 150,
    # so sells 100 : 60, at (5 x 300 + 3 x 100)/8 = 225,000; its mean is eight ninths of that.
    detached, flat = found.by_type[:2, 0, 0], found.by_type[:2, 3, 0]
    assert detached == pytest.approx([225_000, 266_667], rel=1e-5)
    assert flat == pytest.approx([75_000, 88_889], rel=1e-5)
    assert found.basket == "weighted"
