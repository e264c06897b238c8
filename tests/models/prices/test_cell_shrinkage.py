"""Shrunken hedonic cells: what all periods of an area share stays in their error."""

import numpy as np
import pandas as pd
import pytest

from neighbourhood_equity.models.prices.cell_shrinkage import shrink_hedonic_cells
from neighbourhood_equity.models.prices.characteristics import Characteristics
from neighbourhood_equity.models.prices.hedonic import area_period_cells

PLAIN = Characteristics({"property_type": "T"})
LASTING, PASSING = 0.05, 0.03
AREAS, YEARS, DWELLINGS = 40, 10, 60


def _sales(seed: int, sales: int = 6000) -> pd.DataFrame:
    """Dwellings with a lasting difference, sold several times over ten years."""
    rng = np.random.default_rng(seed)
    dwelling = rng.integers(0, AREAS * DWELLINGS, sales)
    area, year = dwelling // DWELLINGS, rng.integers(0, YEARS, sales)
    lasting = np.sqrt(LASTING) * rng.normal(size=AREAS * DWELLINGS)
    kind = rng.choice(list("TD"), AREAS * DWELLINGS)
    shock = 0.08 * rng.normal(size=(AREAS, YEARS))
    noise = np.sqrt(PASSING) * rng.normal(size=sales)
    logs = 11 + shock[area, year] + lasting[dwelling] + 0.5 * (kind[dwelling] == "D") + noise
    return pd.DataFrame(
        {
            "area": area,
            "year": year,
            "property_type": kind[dwelling],
            "dwelling": dwelling,
            "log_price": logs,
        }
    )


def test_lasting_variance_of_a_dwelling_is_recovered():
    found = [
        shrink_hedonic_cells(area_period_cells(_sales(seed), PLAIN)).dwelling_variance
        for seed in range(6)
    ]
    assert np.mean(found) == pytest.approx(LASTING, abs=3 * np.std(found) / np.sqrt(len(found)))


def test_lasting_variance_is_shared_by_the_pairs_of_sales_of_one_dwelling():
    sales = _sales(1)
    cells = area_period_cells(sales, PLAIN)
    alone = shrink_hedonic_cells(cells, dwelling=None).shared_variance
    together = shrink_hedonic_cells(cells)
    same = [
        np.equal.outer(part, part)[np.triu_indices(len(part), 1)].mean()
        for part in sales.groupby("area")["dwelling"].apply(np.asarray)
    ]
    expected = alone + together.dwelling_variance * np.array(same)
    assert together.shared_variance.to_numpy() == pytest.approx(expected.to_numpy())


def test_sales_of_different_dwellings_share_nothing_lasting():
    sales = _sales(1).assign(dwelling=np.arange(6000))
    assert shrink_hedonic_cells(area_period_cells(sales, PLAIN)).dwelling_variance == 0


@pytest.fixture(scope="module")
def sales_without_a_cell() -> pd.DataFrame:
    sales = _sales(2)
    return sales[(sales["area"] != 3) | (sales["year"] != 7)]


class TestEveryAreaAndPeriod:
    @pytest.fixture
    def frame(self, sales_without_a_cell) -> pd.DataFrame:
        return shrink_hedonic_cells(area_period_cells(sales_without_a_cell, PLAIN)).frame

    def test_has_a_price(self, frame):
        assert frame.groupby("area")["log_price"].count().tolist() == [YEARS] * AREAS

    def test_is_told_apart_where_it_has_no_sale(self, frame):
        empty = frame[frame["synthetic"]]
        assert empty[["area", "period", "sales"]].to_numpy().tolist() == [[3, 7, 0]]

    def test_keeps_its_hedonic_price_and_variance_beside(self, frame, sales_without_a_cell):
        cells = area_period_cells(sales_without_a_cell, PLAIN).frame
        both = frame.merge(cells, on=["area", "period"], suffixes=("", "_cell"))
        assert both["direct"].tolist() == pytest.approx(both["log_price_cell"].tolist())
        assert both["direct_variance"].tolist() == pytest.approx(both["variance_cell"].tolist())

    def test_error_is_no_less_than_what_the_area_shares(self, frame, sales_without_a_cell):
        shared = shrink_hedonic_cells(area_period_cells(sales_without_a_cell, PLAIN))
        least = frame["area"].map(shared.shared_variance)
        assert (frame["variance"] > least).all()

    def test_coefficient_of_variation_is_that_of_its_error(self, frame):
        expected = np.sqrt(np.exp(frame["variance"]) - 1)
        assert frame["cv"].tolist() == pytest.approx(expected.tolist())


def test_characteristics_read_far_from_the_sales_add_to_every_error():
    """All are detached but a handful: the price of a terrace rests on one uncertain coefficient."""
    sales = _sales(2)
    rare = sales[(sales["property_type"] == "D") | (sales.index < 200)]
    terrace = shrink_hedonic_cells(area_period_cells(rare, PLAIN), None).frame
    detached = Characteristics({"property_type": "D"})
    plain = shrink_hedonic_cells(area_period_cells(rare, detached), None).frame
    assert (terrace["variance"] - plain["variance"]).mean() == pytest.approx(
        float(area_period_cells(rare, PLAIN).covariance[0, 0]), rel=0.2
    )
