"""Moran's I of crime in Columbus: Anselin (1988), chapter 12; numbers of R's spdep."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from libpysal.weights import W

from neighbourhood_equity.models.moran import Moran, Neighbours, moran


@pytest.fixture(scope="module")
def case(reference_cases: Path) -> Path:
    return reference_cases / "08_columbus_spatial"


@pytest.fixture(scope="module")
def check(case: Path) -> dict[str, object]:
    checks = json.loads((case / "expected.json").read_text(encoding="utf-8"))["checks"]
    return next(check for check in checks if check["id"] == "mcrime")


@pytest.fixture(scope="module")
def crime(case: Path) -> Moran:
    frame = pd.read_csv(case / "columbus_old.csv")
    pairs = pd.read_csv(case / "columbus_old_neighbours.csv")
    weights = W({code: list(rows["j"]) for code, rows in pairs.groupby("i")})
    weights.transform = "r"
    neighbours = Neighbours(tuple(str(code) for code in weights.id_order), weights, 0)
    return moran(frame["CRIME"].to_numpy(), neighbours, np.random.default_rng(8))


def test_statistic(crime, check):
    assert crime.statistic == pytest.approx(check["value"], abs=1e-6)


def test_z_under_randomisation(crime, check):
    printed = float(str(check["stat"]).split("(z ")[1].rstrip(")"))
    assert crime.z == pytest.approx(printed, abs=1e-4)
