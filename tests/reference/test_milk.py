"""Milk expenditure (Arora and Lahiri 1997), numbers of the R package sae (Molina and Marhuenda)."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from neighbourhood_equity.models.prices.small_area import SmallAreaEstimates, fay_herriot

PRINTED = 1e-6


@pytest.fixture(scope="module")
def case(reference_cases: Path) -> Path:
    return reference_cases / "20_milk_fay_herriot"


@pytest.fixture(scope="module")
def expected(case: Path) -> dict[str, list[float]]:
    checks = json.loads((case / "expected.json").read_text(encoding="utf-8"))["checks"]
    texts = {
        check["id"]: str(check["value"]).replace("(", ", ").replace(")", "") for check in checks
    }
    return {name: [float(part) for part in text.split(",")] for name, text in texts.items()}


@pytest.fixture(scope="module")
def milk(case: Path) -> SmallAreaEstimates:
    frame = pd.read_csv(case / "milk.csv")
    major = pd.get_dummies(frame["major_area"], drop_first=True, dtype=float)
    design = np.column_stack([np.ones(len(frame)), major])
    direct, error = frame["direct_est"].to_numpy(), frame["std_error"].to_numpy()
    return fay_herriot(direct, error**2, design)


def test_variance_component(milk, expected):
    assert milk.variance_component == pytest.approx(expected["reml"][0], abs=2e-6)


@pytest.mark.parametrize("term", range(4))
def test_coefficient(milk, expected, term):
    assert milk.coefficients[term] == pytest.approx(expected["beta"][2 * term], abs=PRINTED)


@pytest.mark.parametrize("term", range(4))
def test_standard_error(milk, expected, term):
    error = np.sqrt(milk.covariance[term, term])
    assert error == pytest.approx(expected["beta"][2 * term + 1], abs=PRINTED)


@pytest.mark.parametrize("area", range(5))
def test_prediction(milk, expected, area):
    assert milk.estimate[area] == pytest.approx(expected["eb"][area], abs=PRINTED)


@pytest.mark.parametrize("area", range(5))
def test_mean_square_error(milk, expected, area):
    assert milk.mse[area] == pytest.approx(expected["mse"][area], abs=PRINTED)
