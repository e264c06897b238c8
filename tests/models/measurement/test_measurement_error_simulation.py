"""Coverage of intervals with and without correction for measurement error, the truth known."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from neighbourhood_equity.models.association.cross_section import cross_section
from neighbourhood_equity.models.measurement.errors_in_variables import (
    errors_in_variables,
    two_indicators,
)
from neighbourhood_equity.models.measurement.simex import simex
from neighbourhood_equity.models.specification import Specification

TRUTH = 0.5
RELIABILITY = 0.6
WARDS, AREAS = 69, 660
REPLICATIONS = 400
FEW = 30
# Two standard errors of the coverage seen in all replications.
MONTE_CARLO = 2 * np.sqrt(0.95 * 0.05 / REPLICATIONS)
CORRECTED = [
    "errors in variables",
    "SIMEX, rational",
    "two indicators, first",
    "two indicators, second",
]
TABLE = Path(__file__).parents[3] / "docs" / "measurement_error_simulation.md"
SPECIFICATION = Specification(
    "simulation",
    "",
    outcome="price",
    regressors=("capital",),
    controls=("deprivation",),
    effects=("ward",),
    clusters="ward",
)


def areas_of(rng: np.random.Generator) -> tuple[pd.DataFrame, float]:
    """Areas in wards, and the error variance of both indicators.

    Wards differ in capital and price, deprivation drives both, shocks of price are shared within a
    ward along capital, so that errors are clustered though ward means are absorbed.
    """
    ward = rng.permutation(np.arange(AREAS) % WARDS)
    level = rng.normal(size=WARDS)[ward]
    deprivation = rng.normal(size=AREAS) + 0.5 * level
    capital = 0.5 * level - 0.5 * deprivation + rng.normal(size=AREAS)
    slope = rng.normal(scale=0.2, size=WARDS)[ward]
    price = (TRUTH + slope) * capital - 0.4 * deprivation + level + rng.normal(size=AREAS)
    # Variances: level 1, deprivation 1.25, capital 0.0625 + 0.25 + 1.
    error_variance = 1.3125 * (1 - RELIABILITY) / RELIABILITY
    noise = rng.normal(scale=np.sqrt(error_variance), size=(2, AREAS))
    frame = pd.DataFrame(
        {
            "price": price,
            "capital": capital + noise[0],
            "other": capital + noise[1],
            "deprivation": deprivation,
            "ward": ward,
        }
    )
    return frame, error_variance


def estimates_of(seed: int, draws: int = 50) -> dict[str, tuple[float, float, bool]]:
    """Estimate, standard error and whether the interval holds the truth, by estimator."""
    rng = np.random.default_rng(seed)
    frame, variance = areas_of(rng)
    error = {"capital": variance}
    first, second = two_indicators(frame, SPECIFICATION, "capital", "other")
    found = {
        "naive": cross_section(frame, SPECIFICATION),
        "errors in variables": errors_in_variables(frame, SPECIFICATION, {"capital": RELIABILITY}),
        "SIMEX, rational": simex(frame, SPECIFICATION, error, rng, draws=draws),
        "SIMEX, quadratic": simex(
            frame, SPECIFICATION, error, rng, draws=draws, extrapolant="quadratic"
        ),
        "two indicators, first": first,
        "two indicators, second": second,
    }
    rows = {}
    for name, estimate in found.items():
        row = estimate.tidy().iloc[0]
        holds = bool(row["ci_low"] <= TRUTH <= row["ci_high"])
        rows[name] = (row["estimate"], row["std_error"], holds)
    return rows


def summary_of(replications: int, draws: int = 50) -> pd.DataFrame:
    """Mean and spread of the estimates, mean standard error and coverage, by estimator."""
    runs = [estimates_of(seed, draws) for seed in range(replications)]
    rows = {}
    for name in runs[0]:
        estimate, error, holds = np.array([run[name] for run in runs]).T
        rows[name] = {
            "mean": estimate.mean(),
            "spread": estimate.std(ddof=1),
            "error": error.mean(),
            "coverage": holds.mean(),
        }
    return pd.DataFrame(rows).T


@pytest.fixture(scope="module")
def few() -> pd.DataFrame:
    return summary_of(FEW, draws=20)


@pytest.mark.parametrize("name", CORRECTED)
def test_corrected_covers_in_few(few, name):
    assert few.loc[name, "coverage"] >= 0.8


def test_naive_misses_in_few(few):
    assert few.loc["naive", "coverage"] < 0.6


@pytest.fixture(scope="module")
def summary() -> pd.DataFrame:
    return summary_of(REPLICATIONS)


@pytest.mark.slow
class TestAllReplications:
    @pytest.mark.parametrize("name", CORRECTED)
    def test_corrected_covers(self, summary, name):
        assert summary.loc[name, "coverage"] == pytest.approx(0.95, abs=MONTE_CARLO)

    @pytest.mark.parametrize("name", CORRECTED)
    def test_corrected_is_unbiased(self, summary, name):
        row = summary.loc[name]
        assert abs(row["mean"] - TRUTH) < 2 * row["spread"] / np.sqrt(REPLICATIONS)

    def test_naive_misses(self, summary):
        assert summary.loc["naive", "coverage"] < 0.6

    def test_table_is_what_is_found(self, summary):
        pattern = r"^\| ([^|]+?) \| (\d\.\d+) \| (\d\.\d+) \| (\d\.\d+) \| ([\d.]+)% \|"
        rows = re.findall(pattern, TABLE.read_text(encoding="utf-8"), re.MULTILINE)
        printed = {name: [float(number) for number in numbers] for name, *numbers in rows}
        assert list(printed) == list(summary.index)
        found = summary.assign(coverage=100 * summary["coverage"]).to_numpy()
        # Half a digit printed, and one replication on the edge of its interval.
        near = np.array([6e-4, 6e-4, 6e-4, 0.3])
        assert (np.abs(np.array(list(printed.values())) - found) < near).all()
