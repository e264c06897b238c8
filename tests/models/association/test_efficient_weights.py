"""Weights by the variance of each row: found again, better than others, refusals in words."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from neighbourhood_equity.models.association.cross_section import cross_section
from neighbourhood_equity.models.association.efficient_weights import WEIGHT, efficient_weights
from neighbourhood_equity.models.specification import Specification, SpecificationError

ASKED = Specification("e", "", "y", ("x",), effects=("ward",), weights="sales")
CONSTANT, PER_SALE = 0.006, 0.97
"""What the residuals of a city's prices show."""


def town(rng: np.random.Generator, areas: int = 300) -> pd.DataFrame:
    sales = np.exp(rng.normal(5, 1.3, areas)).round() + 1
    x = rng.normal(size=areas)
    error = rng.normal(size=areas) * np.sqrt(CONSTANT + PER_SALE / sales)
    ward = np.arange(areas) % 20
    return pd.DataFrame({"x": x, "y": 0.02 * x + error, "sales": sales, "ward": ward})


def test_the_variance_is_found_again():
    found = efficient_weights(town(np.random.default_rng(2), 20_000), ASKED, "sales")
    assert found.function.constant == pytest.approx(CONSTANT, rel=0.1)
    assert found.function.per_value == pytest.approx(PER_SALE, rel=0.15)


def test_the_function_is_where_the_likelihood_is_highest():
    frame = town(np.random.default_rng(2))
    found = efficient_weights(frame, ASKED, "sales")
    weighted = replace(ASKED, weights=WEIGHT)
    left = cross_section(found.join(frame), weighted).residuals

    def log_likelihood(constant: float, per_value: float) -> float:
        variance = constant + per_value / frame["sales"]
        return -(np.log(variance) + left**2 / variance).sum() / 2

    best = (found.function.constant, found.function.per_value)
    for moved in [(0.97, 1), (1.03, 1), (1, 0.97), (1, 1.03)]:
        assert log_likelihood(*np.multiply(best, moved)) < log_likelihood(*best)


def test_a_weight_is_the_inverse_of_the_variance():
    frame = town(np.random.default_rng(3))
    found = efficient_weights(frame, ASKED, "sales")
    variance = found.function.constant + found.function.per_value / frame["sales"]
    assert (found.weights * variance).std() == pytest.approx(0, abs=1e-12)
    assert found.weights.mean() == pytest.approx(1)


def test_estimates_stray_least_with_them():
    alone, estimates = replace(ASKED, effects=()), []
    for seed in range(30):
        frame = town(np.random.default_rng(seed))
        weights = [efficient_weights(frame, alone, "sales").weights, frame["sales"], None]
        estimates.append([_slope(frame, each) for each in weights])
    efficient, by_sales, alike = np.std(estimates, axis=0)
    assert efficient < by_sales
    assert efficient < alike


def _slope(frame: pd.DataFrame, weights: pd.Series | None) -> float:
    root = None if weights is None else np.sqrt(weights)
    return float(np.polyfit(frame["x"], frame["y"], 1, w=root)[0])


def test_errors_that_do_not_fall_give_equal_weights():
    frame = town(np.random.default_rng(4))
    frame["y"] = np.random.default_rng(4).normal(size=300) * np.sqrt(frame["sales"])
    assert efficient_weights(frame, ASKED, "sales").weights.tolist() == pytest.approx([1.0] * 300)


def test_a_row_that_is_not_used_has_no_weight():
    frame = town(np.random.default_rng(5))
    frame.loc[3, "x"] = np.nan
    frame.loc[4, "sales"] = np.nan
    joined = efficient_weights(frame, ASKED, "sales").join(frame)
    assert joined[WEIGHT].isna().to_numpy().nonzero()[0].tolist() == [3, 4]


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        (town(np.random.default_rng(5)).drop(columns="sales"), "no column sales"),
        (town(np.random.default_rng(5)).set_axis([0] * 300), "names a row twice"),
        (town(np.random.default_rng(5)).assign(sales=0), "not above zero"),
        (town(np.random.default_rng(5)).assign(sales=4), "sales does not vary"),
    ],
)
def test_what_tells_no_weight_is_refused(frame, words):
    with pytest.raises(SpecificationError, match=words):
        efficient_weights(frame, ASKED, "sales")
