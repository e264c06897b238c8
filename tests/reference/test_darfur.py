"""Robustness value and bounds on Darfur: Cinelli and Hazlett (2020), as sensemakr prints them."""

import json
from pathlib import Path

import pandas as pd
import pytest

from neighbourhood_equity.models.robustness.sensitivity import Bound, Robustness, bounds, robustness
from neighbourhood_equity.models.specification import Specification

CASE = "15_darfur_sensitivity"
SPECIFICATION = Specification(
    "darfur",
    "",
    "peacefactor",
    ("directlyharmed",),
    ("age", "farmer_dar", "herder_dar", "pastvoted", "hhsize_darfur", "female"),
    effects=("village",),
    variance="classical",
)
TERM = "directlyharmed"


@pytest.fixture(scope="module")
def checks(reference_cases: Path) -> dict[str, dict[str, object]]:
    text = (reference_cases / CASE / "expected.json").read_text(encoding="utf-8")
    return {check["id"]: check for check in json.loads(text)["checks"]}


@pytest.fixture(scope="module")
def frame(reference_cases: Path) -> pd.DataFrame:
    return pd.read_csv(reference_cases / CASE / "darfur.csv")


@pytest.fixture(scope="module")
def sure(frame: pd.DataFrame) -> Robustness:
    return robustness(frame, SPECIFICATION, TERM)


@pytest.fixture(scope="module")
def found(frame: pd.DataFrame) -> dict[str, Bound]:
    return dict(
        zip(("b1", "b2", "b3"), bounds(frame, SPECIFICATION, TERM, ["female"]), strict=True)
    )


@pytest.mark.parametrize(
    ("check", "attribute"),
    [
        ("b", "estimate"),
        ("t", "statistic"),
        ("r2", "partial_r2"),
        ("rv", "value"),
        ("rva", "value_alpha"),
    ],
)
def test_robustness(sure, checks, check, attribute):
    assert getattr(sure, attribute) == pytest.approx(checks[check]["value"], abs=1e-5)


def test_standard_error(sure, checks):
    assert sure.std_error == pytest.approx(checks["b"]["se"], abs=1e-5)


@pytest.mark.parametrize("check", ["b1", "b2", "b3"])
def test_bounds(found, checks, check):
    bound = found[check]
    printed = [
        float(part) for part in str(checks[check]["value"]).split("/")[:5] if " to " not in part
    ]
    shares = [bound.r2_term, bound.r2_outcome] if check == "b1" else []
    ours = [*shares, bound.estimate, bound.std_error, bound.statistic]
    assert ours == pytest.approx(printed[: len(ours)], abs=1e-4)


def test_interval_of_the_third_bound(found, checks):
    ends = [float(end) for end in str(checks["b3"]["value"]).split("/")[-1].split(" to ")]
    assert [found["b3"].low, found["b3"].high] == pytest.approx(ends, abs=1e-4)
