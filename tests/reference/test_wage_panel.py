"""Wage panel: Wooldridge, example 14.4 and table 14.2 (Vella and Verbeek 1998)."""

import json
from collections.abc import Callable

import pandas as pd
import pytest

from neighbourhood_equity.models.association.correlated_effects import correlated_effects
from neighbourhood_equity.models.association.cross_section import cross_section
from neighbourhood_equity.models.association.panel import panel, random_effects
from neighbourhood_equity.models.estimate import Estimate
from neighbourhood_equity.models.specification import Specification

Estimator = Callable[[pd.DataFrame, Specification], Estimate]

FIXED_TRAITS = ("educ", "black", "hisp", "exper", "expersq")
ESTIMATORS: dict[str, tuple[Estimator, tuple[str, ...], tuple[str, ...]]] = {
    "pooled": (cross_section, FIXED_TRAITS, ("year",)),
    "random": (random_effects, FIXED_TRAITS, ("nr", "year")),
    "fixed": (panel, ("expersq",), ("nr", "year")),
    "correlated": (correlated_effects, FIXED_TRAITS, ("nr", "year")),
}
# Check of the reference case, estimator, term, coefficient, error, one unit of their last digit.
PRINTED = [
    ("po", "pooled", "union", 0.182, 0.017, 1e-3),
    ("po1", "pooled", "married", 0.108, 0.016, 1e-3),
    ("re", "random", "educ", 0.092, 0.011, 1e-3),
    ("re1", "random", "married", 0.064, 0.017, 1e-3),
    ("re2", "random", "union", 0.106, 0.018, 1e-3),
    ("fe", "fixed", "married", 0.047, 0.018, 1e-3),
    ("fe1", "fixed", "union", 0.080, 0.019, 1e-3),
    ("fe2", "fixed", "expersq", -0.0052, 0.0007, 1e-4),
]
THETA = 0.6429  # linearmodels 7.1


@pytest.fixture(scope="module")
def estimates() -> dict[str, pd.DataFrame]:
    return {name: _estimate(name).tidy().set_index("term") for name in ESTIMATORS}


def _estimate(name: str) -> Estimate:
    from linearmodels.datasets import wage_panel

    estimator, controls, effects = ESTIMATORS[name]
    specification = Specification(
        f"reference.wage_panel.{name}",
        "Wages, union and marriage",
        "lwage",
        ("union", "married"),
        controls,
        effects,
        clusters="nr",
        variance="clustered" if name == "correlated" else "classical",
    )
    return estimator(wage_panel.load(), specification)


@pytest.mark.parametrize(("check", "name", "term", "value", "error", "unit"), PRINTED)
def test_coefficient(estimates, check, name, term, value, error, unit):
    assert estimates[name].loc[term, "estimate"] == pytest.approx(value, abs=unit)


@pytest.mark.parametrize(("check", "name", "term", "value", "error", "unit"), PRINTED)
def test_standard_error(estimates, check, name, term, value, error, unit):
    assert estimates[name].loc[term, "std_error"] == pytest.approx(error, abs=unit)


@pytest.mark.parametrize("term", ["union", "married", "expersq"])
def test_correlated_effects_within_are_the_fixed_effects(estimates, term):
    # Mundlak (1978): an identity in a balanced panel; what differs is rounding.
    within = estimates["correlated"].loc[f"{term}.within", "estimate"]
    assert within == pytest.approx(estimates["fixed"].loc[term, "estimate"], rel=1e-8)


def test_traits_that_never_change_have_no_mean(estimates):
    assert {"educ", "black", "hisp", "exper"} <= set(estimates["correlated"].index)


def test_theta():
    assert _estimate("random").diagnostics["theta"] == pytest.approx(THETA, abs=1e-4)


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("pooled", "N = 4360, K = 15"),
        ("random", "N = 4360, K = 15"),
        ("fixed", "N = 4360, K = 555"),
    ],
)
def test_small_sample_rule_is_named(name, rule):
    assert f"residual sum of squares over N-K, {rule}" in _estimate(name).variance_rule


def test_numbers_are_those_of_the_reference_case(reference_cases):
    text = (reference_cases / "07_wagepan_panel" / "expected.json").read_text(encoding="utf-8")
    checks = json.loads(text)["checks"]
    ours = {check: (value, error) for check, _, _, value, error, _ in PRINTED}
    assert {check["id"]: (check["value"], check.get("se")) for check in checks} == {
        **ours,
        "theta": (THETA, None),
    }
