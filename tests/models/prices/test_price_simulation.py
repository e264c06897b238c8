"""Hedonic prices of simulated cities against the planted ones, and against plain averages."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from neighbourhood_equity.data.simulated_city.area_prices import write_area_prices
from neighbourhood_equity.data.simulated_city.layout import Model
from neighbourhood_equity.data.simulated_city.making import make_model, truth_of
from neighbourhood_equity.data.simulated_city.sales import TYPES
from neighbourhood_equity.data.simulated_city.truth import CitySize
from neighbourhood_equity.models.prices.cell_shrinkage import shrink_hedonic_cells
from neighbourhood_equity.models.prices.characteristics import Characteristics
from neighbourhood_equity.models.prices.hedonic import area_period_cells

# Fewer areas than the full city, with its sales an area and year.
SIZE = CitySize(areas=120, middle_areas=24, wards=13, sales=56_000)
CITIES = 200
FEW = 4
TABLE = Path(__file__).parents[3] / "docs" / "price_index_simulation.md"
KEYS = ["area", "period"]
NORMAL = 1.959964


def sales_of(model: Model) -> pd.DataFrame:
    """Sales of category A and the four types; floor area where a certificate is matched."""
    sales, dwellings = model.sales, model.dwellings
    area = model.postcodes.area[dwellings.postcode[sales.dwelling]]
    frame = pd.DataFrame(
        {
            "area": np.array(model.lsoa21)[area],
            "year": sales.year,
            "log_price": np.log(sales.price),
            "property_type": np.array(list(TYPES))[dwellings.kind[sales.dwelling]],
            "new_build": sales.new_build,
            "tenure": np.where(dwellings.leasehold[sales.dwelling], "L", "F"),
            "dwelling": sales.dwelling,
            "floor_area": np.where(sales.matched, dwellings.floor_area[sales.dwelling], np.nan),
        }
    )
    return frame[~sales.additional & (frame["property_type"] != "O")]


def errors_of(seed: int, folder: Path) -> dict[str, float]:
    """Root mean square errors and coverage of one city, over cells with a sale."""
    model, _ = make_model(seed, SIZE)
    path = folder / f"{seed}.csv.gz"
    write_area_prices(path, model)
    columns = {"lsoa21": "area", "year": "period", "log_price": "truth"}
    truth = pd.read_csv(path).rename(columns=columns)
    sales = sales_of(model)
    groups = sales.rename(columns={"year": "period"}).groupby(KEYS)["log_price"]
    result = {
        "plain mean": _error(truth, groups.mean().reset_index()),
        "plain median": _error(truth, groups.median().reset_index()),
    }
    size = truth_of(model, seed).reference_floor_area
    for name, characteristics in {
        "type": Characteristics(),
        "size": Characteristics(floor_area="floor_area", reference_floor_area=size),
    }.items():
        cells = area_period_cells(sales, characteristics)
        shrunk = shrink_hedonic_cells(cells).frame
        for kind, frame in (("cells", cells.frame), ("shrunk", shrunk[~shrunk["synthetic"]])):
            result[f"{kind}, {name}"] = _error(truth, frame)
            result[f"coverage {kind}, {name}"] = _coverage(truth, frame)
    return result


def _error(truth: pd.DataFrame, estimates: pd.DataFrame) -> float:
    """Root mean square error after the city's mean error, which favours the plain averages."""
    both = truth.merge(estimates, on=KEYS, validate="one_to_one")
    return float((both["log_price"] - both["truth"]).std(ddof=0))


def _coverage(truth: pd.DataFrame, estimates: pd.DataFrame) -> float:
    both = truth.merge(estimates, on=KEYS, validate="one_to_one")
    distance = (both["log_price"] - both["truth"]).abs()
    return float((distance <= NORMAL * np.sqrt(both["variance"])).mean())


def _reach(cities: int) -> float:
    """Two standard errors of a rate of 95% seen once in each of so many cities."""
    return float(2 * np.sqrt(0.95 * 0.05 / cities))


@pytest.fixture(scope="module")
def few(tmp_path_factory) -> pd.DataFrame:
    folder = tmp_path_factory.mktemp("few")
    return pd.DataFrame([errors_of(seed, folder) for seed in range(FEW)])


@pytest.fixture(scope="module")
def many(tmp_path_factory) -> pd.DataFrame:
    folder = tmp_path_factory.mktemp("many")
    return pd.DataFrame([errors_of(seed, folder) for seed in range(CITIES)])


@pytest.mark.parametrize("name", ["type", "size"])
@pytest.mark.parametrize("plain", ["plain mean", "plain median"])
class TestShrunkIndexHalvesTheErrorOfPlainAverages:
    def test_in_each_of_a_few_cities(self, few, plain, name):
        assert (few[plain] > 2 * few[f"shrunk, {name}"]).all()

    @pytest.mark.slow
    def test_in_each_of_many_cities(self, many, plain, name):
        assert (many[plain] > 2 * many[f"shrunk, {name}"]).all()


@pytest.mark.parametrize("column", ["cells, type", "cells, size", "shrunk, type", "shrunk, size"])
class TestIntervalsCoverTheTruth:
    def test_in_a_few_cities(self, few, column):
        # A city's rate has a standard deviation of 0.010 (docs/price_index_simulation.md).
        assert few[f"coverage {column}"].mean() == pytest.approx(0.95, abs=3 * 0.010 / FEW**0.5)

    @pytest.mark.slow
    def test_in_many_cities(self, many, column):
        assert many[f"coverage {column}"].mean() == pytest.approx(0.95, abs=_reach(CITIES))


@pytest.mark.slow
@pytest.mark.parametrize("column", ["cells, size", "shrunk, size"])
def test_with_floor_area_coverage_is_within_the_error_of_its_mean_over_cities(many, column):
    """Within two standard errors of the mean of 200 rates: at most a seventh of a point."""
    rates = many[f"coverage {column}"]
    assert rates.mean() == pytest.approx(0.95, abs=2 * rates.std() / np.sqrt(CITIES))


@pytest.mark.slow
def test_table_in_the_docs_is_that_of_the_simulation(many):
    row = r"^\| ([a-z, ]+) \| (0\.\d{4}) \| (?:([\d.]+)% \|)?"
    rows = re.findall(row, TABLE.read_text("utf-8"), re.MULTILINE)
    printed = {name: float(error) for name, error, _ in rows}
    printed |= {f"coverage {name}": float(rate) / 100 for name, _, rate in rows if rate}
    # A unit of the last digit printed, of errors and of rates alike.
    assert printed == pytest.approx(many.mean().to_dict(), abs=1e-4)
