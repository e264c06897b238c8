"""Coverage of intervals with and without correction for measurement error, the truth known."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from neighbourhood_equity.models.cross_section import cross_section
from neighbourhood_equity.models.errors_in_variables import errors_in_variables, two_indicators
from neighbourhood_equity.models.simex import simex
from neighbourhood_equity.models.specification import Specification

TRUTH = 0.5
RELIABILITY = 0.6
WARDS, AREAS = 69, 660
REPLICATIONS = 400
FEW = 40
TABLE = Path(__file__).parents[2] / "docs" / "measurement_error_simulation.md"
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


def summary_of(replications: int) -> pd.DataFrame:
    """Mean and spread of the estimates, mean standard error and coverage, by estimator."""
    runs = [estimates_of(seed) for seed in range(replications)]
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
