"""Klein's Model I and Kmenta's market: two stages, limited information, three stages.

Klein: Greene, Econometric Analysis, as given by the reference case; no small-sample factor,
variances over N. Kmenta: R's systemfit 1.1-28, with its correction of degrees of freedom: N-K in
one equation, root((N-K)(N-K')) between two.
"""

import json
from pathlib import Path

import pandas as pd
import pytest

from neighbourhood_equity.models.estimate import Estimate
from neighbourhood_equity.models.loop.identification import Instruments
from neighbourhood_equity.models.loop.instruments import limited_information, two_stage
from neighbourhood_equity.models.loop.simultaneous import (
    StructuralEquation,
    SystemEstimate,
    three_stage,
)
from neighbourhood_equity.models.specification import Specification

CASE = "05_klein_kmenta_2sls_liml_3sls"
FIRST_YEAR = 1921
EXOGENOUS = {
    "klein": ("govExp", "taxes", "govWage", "trend", "capitalLag", "corpProfLag", "gnpLag"),
    "kmenta": ("income", "farmPrice", "trend"),
}
# Outcome, endogenous regressors, exogenous columns of the equation.
KLEIN = {
    "consumption": ("consump", ("corpProf", "wages"), ("corpProfLag",)),
    "investment": ("invest", ("corpProf",), ("corpProfLag", "capitalLag")),
    "wages": ("privWage", ("gnp",), ("gnpLag", "trend")),
}
KMENTA = {
    "demand": ("consump", ("price",), ("income",)),
    "supply": ("consump", ("price",), ("farmPrice", "trend")),
}
# Check of the reference case, estimator, equation, term; one unit of the last digit printed.
PRINTED = [
    ("2sls_C", "two stages", "consumption", "corpProf", 1e-3),
    ("2sls_C1", "two stages", "consumption", "wages", 1e-2),
    ("liml_C", "limited information", "consumption", "corpProf", 6e-4),
    ("liml_C0", "limited information", "consumption", "constant", 1e-3),
    ("liml_C1", "limited information", "consumption", "wages", 1e-3),
    ("liml_C2", "limited information", "consumption", "corpProfLag", 1e-3),
    ("3sls_C0", "three stages", "consumption", "constant", 6e-4),
    ("3sls_C", "three stages", "consumption", "corpProf", 1e-3),
    ("3sls_C1", "three stages", "consumption", "corpProfLag", 1e-3),
    ("3sls_C2", "three stages", "consumption", "wages", 1e-3),
    ("3sls_I", "three stages", "investment", "corpProf", 1e-3),
    ("3sls_I0", "three stages", "investment", "constant", 1e-3),
    ("3sls_I1", "three stages", "investment", "capitalLag", 1e-3),
    ("3sls_W", "three stages", "wages", "gnp", 1e-3),
    ("3sls_W1", "three stages", "wages", "gnpLag", 1e-3),
    ("km_D", "two stages", "demand", "price", 1e-6),
    ("km_S", "two stages", "supply", "price", 1e-6),
    ("km_S3", "three stages", "supply", "trend", 1e-6),
]
KAPPA = ("kappa_C", 1e-5)
# Henningsen and Hamann (2007), hausman.systemfit on Kmenta's data; remembered, not read again.
HAUSMAN = 2.5357


def _system(model: str, equations: dict) -> dict[str, StructuralEquation]:
    return {
        name: StructuralEquation(
            Specification(name, "", outcome, endogenous, own, variance="classical"),
            Instruments(
                endogenous, tuple(column for column in EXOGENOUS[model] if column not in own)
            ),
        )
        for name, (outcome, endogenous, own) in equations.items()
    }


SYSTEMS = {"klein": _system("klein", KLEIN), "kmenta": _system("kmenta", KMENTA)}
CORRECTED = {"klein": False, "kmenta": True}


@pytest.fixture(scope="module")
def frames(reference_cases: Path) -> dict[str, pd.DataFrame]:
    klein = pd.read_csv(reference_cases / CASE / "klein.csv")
    return {
        "klein": klein[klein["year"] >= FIRST_YEAR],
        "kmenta": pd.read_csv(reference_cases / CASE / "kmenta.csv"),
    }


@pytest.fixture(scope="module")
def checks(reference_cases: Path) -> dict[str, dict]:
    text = (reference_cases / CASE / "expected.json").read_text(encoding="utf-8")
    return {check["id"]: check for check in json.loads(text)["checks"]}


@pytest.fixture(scope="module")
def systems(frames) -> dict[str, SystemEstimate]:
    return {
        model: three_stage(frames[model], list(system.values()), corrected=CORRECTED[model])
        for model, system in SYSTEMS.items()
    }


def _model(equation: str) -> str:
    return "klein" if equation in KLEIN else "kmenta"


def _fit(frames, systems, estimator: str, equation: str) -> Estimate:
    model = _model(equation)
    if estimator == "three stages":
        return systems[model].equations[list(SYSTEMS[model]).index(equation)]
    asked = SYSTEMS[model][equation]
    single = two_stage if estimator == "two stages" else limited_information
    return single(frames[model], asked.specification, asked.instruments, corrected=CORRECTED[model])


@pytest.mark.parametrize(("check", "estimator", "equation", "term", "unit"), PRINTED)
class TestPrinted:
    def _row(self, frames, systems, estimator, equation, term):
        return _fit(frames, systems, estimator, equation).tidy().set_index("term").loc[term]

    def test_coefficient(self, frames, systems, checks, check, estimator, equation, term, unit):
        row = self._row(frames, systems, estimator, equation, term)
        assert row["estimate"] == pytest.approx(checks[check]["value"], abs=unit)

    def test_standard_error(self, frames, systems, checks, check, estimator, equation, term, unit):
        row = self._row(frames, systems, estimator, equation, term)
        # One more digit may be printed of the error than of the coefficient, never one less.
        assert row["std_error"] == pytest.approx(checks[check]["se"], abs=min(unit, 1e-3))


def test_kappa(frames, systems, checks):
    check, unit = KAPPA
    fit = _fit(frames, systems, "limited information", "consumption")
    assert fit.diagnostics["kappa"] == pytest.approx(checks[check]["value"], abs=unit)


def test_hausman_of_kmenta(systems):
    """systemfit's number; its seven degrees of freedom count coefficients, ours directions."""
    hausman = systems["kmenta"].hausman
    assert hausman is not None
    assert hausman.statistic == pytest.approx(HAUSMAN, abs=1e-4)


@pytest.mark.parametrize(
    ("estimator", "equation", "rule"),
    [
        ("two stages", "consumption", "sum of squares over N, no small-sample factor, N = 21"),
        ("limited information", "consumption", "no small-sample factor, N = 21"),
        ("three stages", "wages", "error covariances over N, no small-sample factor, N = 21"),
        ("two stages", "demand", "residual sum of squares over N-K, N = 20, K = 3"),
        ("three stages", "supply", "error covariances over root((N-K)(N-K')), N = 20, K = 4"),
    ],
)
def test_small_sample_rule_is_named(frames, systems, estimator, equation, rule):
    assert rule in _fit(frames, systems, estimator, equation).variance_rule


def test_every_check_of_the_case_is_made(checks):
    assert {KAPPA[0], *(check for check, *_ in PRINTED)} == set(checks)
