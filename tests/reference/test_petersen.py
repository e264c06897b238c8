"""Clustered errors and the wild bootstrap on Petersen's test data: R sandwich, pyfixest."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from neighbourhood_equity.models.association.cross_section import cross_section
from neighbourhood_equity.models.inference.cluster_robust import cluster_robust, two_way_clustered
from neighbourhood_equity.models.inference.wild_bootstrap import wild_cluster_bootstrap
from neighbourhood_equity.models.specification import Specification, Variance

CASE = "16_petersen_cluster_wild"
YEARS = 10
# R sandwich multiplies CR0 by G/(G-1) and leaves CR3 without the jackknife's (G-1)/G; pyfixest
# multiplies sandwich's CR3 by G/(G-1) again.
SANDWICH = np.sqrt(YEARS / (YEARS - 1))


@pytest.fixture(scope="module")
def frame(reference_cases: Path) -> pd.DataFrame:
    return pd.read_csv(reference_cases / CASE / "petersen.csv")


@pytest.fixture(scope="module")
def checks(reference_cases: Path) -> dict[str, dict[str, float]]:
    text = (reference_cases / CASE / "expected.json").read_text(encoding="utf-8")
    return {check["id"]: check for check in json.loads(text)["checks"]}


def _specification(clusters: str = "year", variance: Variance = "clustered") -> Specification:
    return Specification("petersen", "", "y", ("x",), clusters=clusters, variance=variance)


def _error(frame, kind, clusters="year"):
    return cluster_robust(frame, _specification(clusters), kind).tidy()["std_error"][0]


def test_coefficient(frame, checks):
    fit = cluster_robust(frame, _specification(), "CR2")
    assert fit.coefficients[0] == pytest.approx(checks["b"]["value"], abs=1e-4)


def test_classical_error(frame, checks):
    fit = cross_section(frame, _specification(variance="classical"))
    assert fit.tidy()["std_error"][0] == pytest.approx(checks["b"]["se"], abs=1e-4)


def test_hc1(frame, checks):
    fit = cross_section(frame, _specification(variance="robust"))
    assert fit.tidy()["std_error"][0] == pytest.approx(checks["hc1"]["value"], abs=1e-4)


@pytest.mark.parametrize(("check", "clusters"), [("firm", "firm"), ("year", "year")])
def test_cr1(frame, checks, check, clusters):
    assert _error(frame, "CR1", clusters) == pytest.approx(checks[check]["value"], abs=1e-4)


@pytest.mark.parametrize(
    ("check", "kind", "factor", "unit"),
    [
        ("cr0y", "CR0", SANDWICH, 1e-7),
        ("cr2y", "CR2", 1.0, 1e-7),
        ("cr3y", "CR3", SANDWICH, 1e-7),
        ("cr3px", "CR3", SANDWICH**2, 1e-5),
    ],
)
def test_cluster_adjustments(frame, checks, check, kind, factor, unit):
    assert factor * _error(frame, kind) == pytest.approx(checks[check]["value"], abs=unit)


@pytest.mark.parametrize(
    ("check", "factor", "unit"), [("two", "own", 1e-4), ("two_px", "smallest", 1e-5)]
)
def test_two_ways(frame, checks, check, factor, unit):
    fit = two_way_clustered(frame, _specification("firm"), "year", factor)
    assert fit.tidy()["std_error"][0] == pytest.approx(checks[check]["value"], abs=unit)


@pytest.mark.parametrize(
    ("check", "null", "statistic"),
    [("wcr0", 0.0, 30.993325), ("wcr1", 1.0, 1.04326), ("wcr95", 0.95, 2.54077),
     ("wcr11", 1.1, -1.95174)],
)  # fmt: skip
class TestWildBootstrap:
    def _fit(self, frame, null):
        rng = np.random.default_rng(0)
        return wild_cluster_bootstrap(frame, _specification(), "x", rng, null=null)

    def test_p_value(self, frame, checks, check, null, statistic):
        assert self._fit(frame, null).p_value == pytest.approx(checks[check]["value"], abs=1e-9)

    def test_statistic(self, frame, checks, check, null, statistic):
        assert self._fit(frame, null).statistic == pytest.approx(statistic, abs=1e-5)

    def test_all_signs_are_taken(self, frame, checks, check, null, statistic):
        assert "all 1024 sign vectors" in self._fit(frame, null).rule


@pytest.mark.parametrize(
    ("kind", "rule"),
    [
        ("CR1", "CR1: factor G/(G-1) x (N-1)/(N-K), G = 10, N = 5000, K = 2"),
        ("CR3", "CR3: jackknife over clusters, factor (G-1)/G"),
    ],
)
def test_small_sample_rule_is_named(frame, kind, rule):
    assert rule in cluster_robust(frame, _specification(), kind).rule
