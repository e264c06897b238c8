"""Hedonic indices of a city's 300,000 sales: the seconds they take, beside named peers.

Seconds are of processor time over all threads, so that cores do not count.
"""

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from neighbourhood_equity.data.simulated_city.making import make_model
from neighbourhood_equity.data.simulated_city.sales import TYPES
from neighbourhood_equity.data.simulated_city.truth import CitySize
from neighbourhood_equity.models.estimate import Estimate
from neighbourhood_equity.models.prices.characteristics import Characteristics, coded_sales
from neighbourhood_equity.models.prices.hedonic import area_period_cells, time_dummy_index

SECONDS = 1.5
EQUAL = 1e-8
CELLS = "x0 + x1 + x2 + x3 + x4 | cell"
INDEX = "x0 + x1 + x2 + x3 + x4 + C(year) | area"

pytestmark = pytest.mark.benchmark


@pytest.fixture(scope="module")
def sales() -> pd.DataFrame:
    model, _ = make_model(1, CitySize(sales=305_000))
    sold, dwellings = model.sales, model.dwellings
    kind = np.array(list(TYPES))[dwellings.kind[sold.dwelling]]
    frame = pd.DataFrame(
        {
            "area": np.array(model.lsoa21)[model.postcodes.area[dwellings.postcode[sold.dwelling]]],
            "year": sold.year,
            "log_price": np.log(sold.price),
            "property_type": kind,
            "new_build": sold.new_build,
            "tenure": np.where(dwellings.leasehold[sold.dwelling], "L", "F"),
        }
    )
    return frame[kind != "O"].head(300_000).reset_index(drop=True)


@pytest.fixture(scope="module")
def coded(sales) -> pd.DataFrame:
    """The same sales with the columns that peers need: theirs is the regression alone."""
    values = coded_sales(sales, Characteristics()).values
    frame = pd.DataFrame(values, columns=[f"x{number}" for number in range(values.shape[1])])
    cell = sales.groupby(["area", "year"]).ngroup()
    return frame.assign(
        log_price=sales["log_price"], area=sales["area"], year=sales["year"], cell=cell
    )


def _timed(what: Callable[[], Any]) -> tuple[Any, float]:
    started = time.process_time()
    result = what()
    return result, time.process_time() - started


def _pyfixest(coded: pd.DataFrame, formula: str, variance: str | dict[str, str]):
    pyfixest = pytest.importorskip("pyfixest")
    formula = f"log_price ~ {formula}"
    pyfixest.feols(formula, coded.head(20_000), vcov=variance, fixef_rm="none")  # compiles
    return _timed(lambda: pyfixest.feols(formula, coded, vcov=variance, fixef_rm="none"))


def _linearmodels(coded: pd.DataFrame, effect: str, right: pd.DataFrame, **variance: object):
    from linearmodels.iv.absorbing import AbsorbingLS

    absorbed = coded[[effect]].astype("category")
    model = AbsorbingLS(coded["log_price"], right, absorb=absorbed)
    return _timed(lambda: model.fit(debiased=True, **variance))


def _counted_less(estimate: Estimate, parameters: int) -> float:
    """Our standard error over a peer's, whose K leaves out the effects nested in the clusters."""
    ours = len(estimate.terms) + (estimate.clusters or 0)
    return float(np.sqrt((estimate.n - parameters) / (estimate.n - ours)))


def _show(**seconds: float) -> None:
    print("; ".join(f"{name} {value:.2f} s" for name, value in seconds.items()))


def test_there_are_300_000_sales(sales):
    assert len(sales) == 300_000


class TestCells:
    @pytest.fixture
    def ours(self, sales):
        return _timed(lambda: area_period_cells(sales, Characteristics()))

    def test_are_made_in_time(self, ours):
        _show(ours=ours[1])
        assert ours[1] <= SECONDS

    def test_equal_pyfixest(self, ours, coded):
        (cells, seconds), (peer, theirs) = ours, _pyfixest(coded, CELLS, "iid")
        _show(ours=seconds, pyfixest=theirs)
        assert cells.coefficients == pytest.approx(peer.coef().to_numpy(), abs=EQUAL)
        errors = np.sqrt(np.diag(cells.covariance))
        assert errors == pytest.approx(peer.se().to_numpy(), abs=EQUAL)

    def test_equal_linearmodels(self, ours, coded):
        right = coded[[f"x{number}" for number in range(5)]]
        (cells, seconds), (peer, theirs) = (
            ours,
            _linearmodels(coded, "cell", right, cov_type="unadjusted"),
        )
        _show(ours=seconds, linearmodels=theirs)
        assert cells.coefficients == pytest.approx(peer.params.to_numpy(), abs=EQUAL)
        errors = np.sqrt(np.diag(cells.covariance))
        assert errors == pytest.approx(peer.std_errors.to_numpy(), abs=EQUAL)


class TestTimeDummyIndex:
    @pytest.fixture
    def ours(self, sales):
        return _timed(lambda: time_dummy_index(sales, Characteristics()))

    def test_is_made_in_time(self, ours):
        _show(ours=ours[1])
        assert ours[1] <= SECONDS

    def test_equals_pyfixest(self, ours, coded):
        (index, seconds), (peer, theirs) = ours, _pyfixest(coded, INDEX, {"CRV1": "area"})
        _show(ours=seconds, pyfixest=theirs)
        years = [name for name in peer.coef().index if "year" in name]
        found = index.frame["log_price"][1:].to_numpy()
        assert found == pytest.approx(peer.coef()[years].to_numpy(), abs=EQUAL)
        errors = np.sqrt(index.frame["variance"][1:].to_numpy())
        expected = peer.se()[years].to_numpy() * _counted_less(index.estimate, 35)
        assert errors == pytest.approx(expected, abs=EQUAL)

    def test_equals_linearmodels(self, ours, coded):
        dummies = pd.get_dummies(coded["year"], dtype=float).iloc[:, 1:].add_prefix("y")
        right = pd.concat([dummies, coded[[f"x{number}" for number in range(5)]]], axis=1)
        area = pd.Series(pd.factorize(coded["area"])[0])
        (index, seconds), (peer, theirs) = (
            ours,
            _linearmodels(coded, "area", right, cov_type="clustered", clusters=area),
        )
        _show(ours=seconds, linearmodels=theirs)
        assert index.estimate.coefficients == pytest.approx(peer.params.to_numpy(), abs=EQUAL)
        errors = np.sqrt(np.diag(index.estimate.covariance))
        expected = peer.std_errors.to_numpy() * _counted_less(index.estimate, 34)
        assert errors == pytest.approx(expected, abs=EQUAL)
