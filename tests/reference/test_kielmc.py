"""Incinerator and house prices: Wooldridge, example 13.3 and table 13.2 (Kiel and McClain 1995)."""

import json
from pathlib import Path

import pandas as pd
import pytest

from neighbourhood_equity.models.association.cross_section import cross_section
from neighbourhood_equity.models.estimate import Estimate
from neighbourhood_equity.models.specification import Specification

DID = ("near_after", "nearinc", "y81")
AGE = ("age", "agesq")
SIZE = (*AGE, "intst", "land", "area", "rooms", "baths")
LOG_SIZE = (*AGE, "lintst", "lland", "larea", "rooms", "baths")
# Check of the reference case -> outcome, controls, term; "" asks for R squared.
CHECKS = {
    "a": ("rprice", (), "near_after"),
    "a0": ("rprice", (), "nearinc"),
    "a1": ("rprice", (), "y81"),
    "a2": ("rprice", (), ""),
    "b": ("rprice", AGE, "near_after"),
    "c": ("rprice", SIZE, "near_after"),
    "c1": ("rprice", SIZE, ""),
    "d": ("lrprice", (), "near_after"),
    "e": ("lrprice", LOG_SIZE, "near_after"),
}
# One unit of the last printed digit: two decimals for prices, three for logarithms.
UNIT = {"rprice": 0.01, "lrprice": 0.001}
HALF_OF_THIRD_DECIMAL = 5e-4


@pytest.fixture(scope="module")
def case(reference_cases: Path) -> Path:
    return reference_cases / "01_kielmc_house_price_did"


@pytest.fixture(scope="module")
def expected(case: Path) -> dict[str, dict[str, float]]:
    checks = json.loads((case / "expected.json").read_text(encoding="utf-8"))["checks"]
    return {check["id"]: check for check in checks}


def _estimate(case: Path, check: str) -> Estimate:
    outcome, controls, _ = CHECKS[check]
    frame = pd.read_csv(case / "kielmc.csv")
    frame["near_after"] = frame["y81"] * frame["nearinc"]
    title = "Incinerator and house prices"
    return cross_section(
        frame,
        Specification(
            f"reference.kielmc.{check}", title, outcome, DID, controls, variance="classical"
        ),
    )


def test_every_check_of_the_case_is_made(expected):
    assert set(expected) == set(CHECKS)


@pytest.mark.parametrize("check", [check for check, (_, _, term) in CHECKS.items() if term])
@pytest.mark.parametrize(("column", "key"), [("estimate", "value"), ("std_error", "se")])
def test_coefficient_and_error(case, expected, check, column, key):
    outcome, _, term = CHECKS[check]
    table = _estimate(case, check).tidy().set_index("term")
    assert table.loc[term, column] == pytest.approx(expected[check][key], abs=UNIT[outcome])


@pytest.mark.parametrize("check", [check for check, (_, _, term) in CHECKS.items() if not term])
def test_r_squared(case, expected, check):
    r_squared = _estimate(case, check).r_squared
    assert r_squared == pytest.approx(expected[check]["value"], abs=HALF_OF_THIRD_DECIMAL)


def test_small_sample_rule_is_named(case):
    assert "residual sum of squares over N-K, N = 321, K = 4" in _estimate(case, "a").variance_rule
