"""Basket indices against peers' regressions by period, with numerical derivatives."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from neighbourhood_equity.models.prices.characteristics import Characteristics, coded_sales
from neighbourhood_equity.models.prices.fixed_basket import (
    BasketIndex,
    double_imputation_fisher,
    fixed_basket_index,
)
from neighbourhood_equity.models.specification import SpecificationError

ROUNDING = 1e-8
CHARACTERISTICS = Characteristics({"property_type": "T", "new_build": False})
YEARS = (2001, 2002, 2003, 2004)
Baskets = list[np.ndarray]
Change = Callable[[np.ndarray, np.ndarray, Baskets, int], float]


@pytest.fixture(scope="module")
def sales() -> pd.DataFrame:
    """The mix, and the price of each characteristic, change from year to year."""
    rng = np.random.default_rng(6)
    parts = []
    for step, year in enumerate(YEARS):
        count = 200 + 40 * step
        kind = rng.choice(list("DSTF"), count, p=[0.1 + 0.05 * step, 0.3, 0.4 - 0.05 * step, 0.2])
        ward = rng.choice(
            ["north", "south", "west"], count, p=[0.5 - 0.1 * step, 0.3, 0.2 + 0.1 * step]
        )
        new = rng.uniform(size=count) < 0.2
        by_kind = pd.Series({"D": 0.6 + 0.1 * step, "S": 0.2, "T": 0.0, "F": -0.2})[kind].to_numpy()
        by_ward = pd.Series({"north": 0.3, "south": 0.1 * step, "west": 0.0})[ward].to_numpy()
        logs = 11 + 0.08 * step + by_kind + by_ward + 0.1 * new + 0.2 * rng.normal(size=count)
        parts.append(
            pd.DataFrame(
                {
                    "year": year,
                    "property_type": kind,
                    "ward": ward,
                    "new_build": new,
                    "log_price": logs,
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def _regressions(sales: pd.DataFrame):
    """Per year: rows of the design with a dummy a ward, coefficients and covariance."""
    from statsmodels.regression.linear_model import OLS

    wards = pd.get_dummies(sales["ward"], dtype=float).to_numpy()
    rows = np.column_stack([wards, coded_sales(sales, CHARACTERISTICS).values])
    designs = [rows[(sales["year"] == year).to_numpy()] for year in YEARS]
    fits = [
        OLS(sales.loc[sales["year"] == year, "log_price"].to_numpy(), right).fit()
        for year, right in zip(YEARS, designs, strict=True)
    ]
    return designs, [fit.params for fit in fits], [fit.cov_params() for fit in fits]


def _peer(sales: pd.DataFrame, change: Change) -> tuple[np.ndarray, np.ndarray]:
    """Log index and its variance by derivatives of the whole chain, found numerically."""
    designs, coefficients, covariances = _regressions(sales)
    k = len(coefficients[0])

    def chain(flat: np.ndarray) -> np.ndarray:
        each = flat.reshape(-1, k)
        steps = [change(each[t - 1], each[t], designs, t) for t in range(1, len(YEARS))]
        return np.cumsum([0.0, *steps])

    at = np.concatenate(coefficients)
    steps = 1e-5 * np.eye(len(at))
    slopes = np.column_stack([(chain(at + step) - chain(at - step)) / 2e-5 for step in steps])
    variance = np.zeros(len(YEARS))
    for number, covariance in enumerate(covariances):
        part = slopes[:, number * k : (number + 1) * k]
        variance += np.einsum("tj,jk,tk->t", part, covariance, part)
    return chain(at), variance


def _of_first(before: np.ndarray, now: np.ndarray, designs: Baskets, t: int) -> float:
    return float(designs[0].mean(axis=0) @ (now - before))


def _of_the_year_before(before: np.ndarray, now: np.ndarray, designs: Baskets, t: int) -> float:
    return float(designs[t - 1].mean(axis=0) @ (now - before))


def _fisher(before: np.ndarray, now: np.ndarray, designs: Baskets, t: int) -> float:
    ratios = [
        np.exp(rows @ now).sum() / np.exp(rows @ before).sum() for rows in designs[t - 1 : t + 1]
    ]
    return float(np.log(np.sqrt(ratios[0] * ratios[1])))


def _ours(sales: pd.DataFrame, name: str) -> BasketIndex:
    if name == "fisher":
        return double_imputation_fisher(sales, CHARACTERISTICS, "ward")
    return fixed_basket_index(sales, CHARACTERISTICS, "ward", basket=name)


PEERS = {"base": _of_first, "renewed": _of_the_year_before, "fisher": _fisher}


@pytest.mark.parametrize("name", PEERS)
class TestEqualsThePeer:
    def test_log_index(self, sales, name):
        expected = pytest.approx(_peer(sales, PEERS[name])[0], rel=ROUNDING, abs=1e-12)
        assert _ours(sales, name).frame["log_price"].to_numpy() == expected

    def test_variance(self, sales, name):
        expected = pytest.approx(_peer(sales, PEERS[name])[1], rel=1e-6)
        assert _ours(sales, name).frame["variance"].to_numpy() == expected

    def test_small_sample_rule_is_named(self, sales, name):
        assert "N = 1040, K = 28 (4 characteristics each, 12 absorbed" in (
            _ours(sales, name).variance_rule
        )


def test_without_strata_the_basket_is_of_characteristics_alone(sales):
    one = fixed_basket_index(sales.assign(ward="all"), CHARACTERISTICS, "ward").frame
    assert fixed_basket_index(sales, CHARACTERISTICS).frame.equals(one)


def test_change_of_mix_alone_does_not_move_the_index(sales):
    """North is dearer than west by 0.3 and sells less each year: the mean of log prices falls."""
    still = sales.assign(log_price=11 + 0.3 * (sales["ward"] == "north"))
    still["log_price"] += 0.001 * np.random.default_rng(1).normal(size=len(still))
    frame = fixed_basket_index(still, CHARACTERISTICS, "ward").frame
    assert frame["log_price"].to_numpy() == pytest.approx(0, abs=0.001)


def test_fisher_back_in_time_undoes_fisher_forth(sales):
    two = sales[sales["year"] <= 2002]
    swapped = two.assign(year=4003 - two["year"])
    forth = double_imputation_fisher(two, CHARACTERISTICS, "ward").frame["log_price"][1]
    back = double_imputation_fisher(swapped, CHARACTERISTICS, "ward").frame["log_price"][1]
    assert forth == pytest.approx(-back, rel=ROUNDING)


@pytest.mark.parametrize("gone_in", [2002, 2003])
@pytest.mark.parametrize("name", PEERS)
def test_areas_without_a_sale_in_a_period_are_named(sales, name, gone_in):
    gone = sales[(sales["ward"] != "west") | (sales["year"] != gone_in)]
    with pytest.raises(SpecificationError, match=rf"in {gone_in} \(west\).*use larger areas"):
        _ours(gone, name)
