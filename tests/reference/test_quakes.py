"""Conley's errors of depth on magnitude: R's fixest, page vcov_conley; great circle by hand.

Rules: uniform kernel; factor N/(N-1) as fixest, none in the last.
"""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from neighbourhood_equity.models.spatial.conley import ConleyRule, conley
from neighbourhood_equity.models.specification import Specification

DEPTH = Specification("quakes", "Quakes", "depth", ("mag",), variance="robust")
FIXEST = ConleyRule(("lat", "long"), factor="N/(N-1)", metric="flat_degrees")
SPHERE = ConleyRule(("lat", "long"), factor="N/(N-1)", metric="great_circle")
BARE = ConleyRule(("lat", "long"), factor="none", metric="great_circle")


@pytest.fixture(scope="module")
def case(reference_cases: Path) -> Path:
    return reference_cases / "18_quakes_conley"


@pytest.fixture(scope="module")
def checks(case: Path) -> dict[str, dict[str, float]]:
    found = json.loads((case / "expected.json").read_text(encoding="utf-8"))["checks"]
    return {check["id"]: check for check in found}


@pytest.fixture(scope="module")
def quakes(case: Path) -> pd.DataFrame:
    return pd.read_csv(case / "quakes.csv")


def _error(frame: pd.DataFrame, cut_off: float, rule: ConleyRule) -> float:
    return float(np.sqrt(conley(frame, DEPTH, cut_off, rule).covariance[0, 0]))


def test_coefficient(quakes, checks):
    found = conley(quakes, DEPTH, 100, FIXEST).coefficients[0]
    assert found == pytest.approx(checks["b"]["value"], abs=1e-3)


def test_error_of_fixest(quakes, checks):
    assert _error(quakes, 100, FIXEST) == pytest.approx(checks["b"]["se"], abs=1e-4)


def test_variance_of_fixest(quakes, checks):
    found = conley(quakes, DEPTH, 100, FIXEST).covariance[0, 0]
    assert found == pytest.approx(checks["var"]["value"], abs=1e-3)


@pytest.mark.parametrize(
    ("id", "cut_off", "rule"), [("hav", 100, SPHERE), ("h200", 200, SPHERE), ("raw", 100, BARE)]
)
def test_great_circle(quakes, checks, id, cut_off, rule):
    assert _error(quakes, cut_off, rule) == pytest.approx(checks[id]["value"], abs=1e-4)


def test_rule_is_named(quakes):
    assert "factor N/(N-1)" in conley(quakes, DEPTH, 100, FIXEST).variance_rule
