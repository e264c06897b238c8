"""Columbus crime: Anselin (1988), chapter 12; numbers of R's spdep and spatialreg, and of spreg."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from libpysal.weights import W

from neighbourhood_equity.models.association.cross_section import cross_section
from neighbourhood_equity.models.spatial.impacts import impacts
from neighbourhood_equity.models.spatial.moran import Neighbours, moran
from neighbourhood_equity.models.spatial.spatial_models import (
    lags_of_x,
    spatial_model,
)
from neighbourhood_equity.models.spatial.spatial_moments import error_by_moments, spatial_two_stage
from neighbourhood_equity.models.spatial.spatial_sample import spatial_sample
from neighbourhood_equity.models.spatial.spatial_tests import lagrange_tests, residual_moran
from neighbourhood_equity.models.specification import Specification

CRIME = Specification("columbus", "Columbus", "CRIME", ("INC", "HOVAL"), variance="classical")


@pytest.fixture(scope="module")
def case(reference_cases: Path) -> Path:
    return reference_cases / "08_columbus_spatial"


@pytest.fixture(scope="module")
def checks(case: Path) -> dict[str, dict[str, object]]:
    found = json.loads((case / "expected.json").read_text(encoding="utf-8"))["checks"]
    return {check["id"]: check for check in found}


@pytest.fixture(scope="module")
def frame(case: Path) -> pd.DataFrame:
    columbus = pd.read_csv(case / "columbus_old.csv")
    return columbus.assign(code=[str(i + 1) for i in range(len(columbus))])


@pytest.fixture(scope="module")
def neighbours(case: Path) -> Neighbours:
    pairs = pd.read_csv(case / "columbus_old_neighbours.csv")
    weights = W({code: list(rows["j"]) for code, rows in pairs.groupby("i")})
    weights.transform = "r"
    return Neighbours(tuple(str(code) for code in weights.id_order), weights, 0)


@pytest.fixture(scope="module")
def lag(frame, neighbours):
    return spatial_model(frame, CRIME, neighbours, "code", "lag")


@pytest.fixture(scope="module")
def error(frame, neighbours):
    return spatial_model(frame, CRIME, neighbours, "code", "error")


@pytest.fixture(scope="module")
def durbin(frame, neighbours):
    return spatial_model(frame, CRIME, neighbours, "code", "durbin")


def _row(estimate, term):
    return estimate.tidy().set_index("term").loc[term]


def _agrees(estimate, term, check, tolerance=1e-5):
    row = _row(estimate, term)
    assert row["estimate"] == pytest.approx(check["value"], abs=tolerance)
    assert row["std_error"] == pytest.approx(check["se"], abs=tolerance)


def _impact(fit, term):
    found = impacts(fit, np.random.default_rng(8), draws=50)
    return list(found.loc[found["term"] == term, "estimate"])


@pytest.fixture(scope="module")
def crime(frame, neighbours):
    return moran(frame["CRIME"].to_numpy(), neighbours, np.random.default_rng(8))


def test_statistic(crime, checks):
    assert crime.statistic == pytest.approx(checks["mcrime"]["value"], abs=1e-6)


def test_z_under_randomisation(crime, checks):
    printed = float(str(checks["mcrime"]["stat"]).split("(z ")[1].rstrip(")"))
    assert crime.z == pytest.approx(printed, abs=1e-4)


@pytest.mark.parametrize(("id", "term"), [("ols", "INC"), ("ols1", "HOVAL")])
def test_least_squares(frame, checks, id, term):
    _agrees(cross_section(frame, CRIME), term, checks[id], 1e-4)


def test_moran_of_residuals(frame, neighbours, checks):
    found = residual_moran(spatial_sample(frame, CRIME, neighbours, "code"))
    assert found.statistic == pytest.approx(checks["I"]["value"], abs=1e-6)
    assert found.z == pytest.approx(2.9539, abs=1e-4)


@pytest.mark.parametrize(
    ("id", "name"),
    [
        ("lmerr", "error"),
        ("lmlag", "lag"),
        ("rlmerr", "robust_error"),
        ("rlmlag", "robust_lag"),
        ("sarma", "sarma"),
    ],
)
def test_lagrange_multiplier(frame, neighbours, checks, id, name):
    found = lagrange_tests(spatial_sample(frame, CRIME, neighbours, "code")).set_index("test")
    assert found.loc[name, "statistic"] == pytest.approx(checks[id]["value"], abs=1e-4)


@pytest.mark.parametrize(("id", "term"), [("sar", "rho"), ("sar1", "INC"), ("sar2", "HOVAL")])
def test_lag_model(lag, checks, id, term):
    _agrees(lag.estimate, term, checks[id])


def test_constant_of_the_lag_model(lag, checks):
    _agrees(lag.estimate, "constant", checks["sar0"], 1e-4)


def test_likelihood_of_the_lag_model(lag, checks):
    assert lag.log_likelihood == pytest.approx(checks["sarll"]["value"], abs=1e-4)


def test_income_in_the_lag_model(lag, checks):
    printed = [checks[id]["value"] for id in ("sarD", "sarI", "sarT")]
    assert _impact(lag, "INC") == pytest.approx(printed, abs=1e-5)


def test_house_values_in_the_lag_model(lag, checks):
    assert _impact(lag, "HOVAL")[2] == pytest.approx(checks["sarT2"]["value"], abs=1e-5)


@pytest.mark.parametrize(("id", "term"), [("sem", "lambda"), ("sem1", "INC")])
def test_error_model(error, checks, id, term):
    _agrees(error.estimate, term, checks[id])


def test_likelihood_of_the_error_model(error, checks):
    assert error.log_likelihood == pytest.approx(checks["semll"]["value"], abs=1e-4)


@pytest.mark.parametrize(("id", "term"), [("sdm", "rho"), ("sdm1", "lag_INC")])
def test_durbin_model(durbin, checks, id, term):
    _agrees(durbin.estimate, term, checks[id])


def test_income_in_the_durbin_model(durbin, checks):
    printed = [float(value) for value in str(checks["sdmT"]["value"]).split("/")]
    assert _impact(durbin, "INC") == pytest.approx(printed, abs=1e-5)


def test_lags_of_x(frame, neighbours, checks):
    _agrees(lags_of_x(frame, CRIME, neighbours, "code"), "lag_INC", checks["slx"])


def test_two_stage(frame, neighbours, checks):
    _agrees(spatial_two_stage(frame, CRIME, neighbours, "code"), "rho", checks["s2sls"])


def test_moments_of_the_error_model(frame, neighbours, checks):
    found = error_by_moments(frame, CRIME, neighbours, "code")
    assert found == pytest.approx(checks["gm"]["value"], abs=1e-3)
