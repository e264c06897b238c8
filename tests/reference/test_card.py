"""Schooling by nearness to a college: Wooldridge, example 15.4 (Card 1995), and its set.

Example 15.4 prints two stages and their error, variances over N-K. The Anderson-Rubin set and the
first stage's t are those of iv.sensemakr (Cinelli and Hazlett); R's ivmodel prints the same set.
"""

import pandas as pd
import pytest

from neighbourhood_equity.models.estimate import Estimate
from neighbourhood_equity.models.loop.anderson_rubin import anderson_rubin
from neighbourhood_equity.models.loop.identification import Instruments
from neighbourhood_equity.models.loop.instruments import reduced_forms, two_stage
from neighbourhood_equity.models.specification import Specification

REGIONS = tuple(f"reg66{region}" for region in range(1, 9))
EQUATION = Specification(
    "reference.card",
    "Schooling and wages",
    "lwage",
    ("educ",),
    ("exper", "expersq", "black", "smsa", "south", "smsa66", *REGIONS),
    variance="classical",
)
NEAR = Instruments(("educ",), ("nearc4",))
# linearmodels' copy of the data holds log wages with six digits.
SIX_DIGITS = 2e-7
AR_SET = (0.024804835965035, 0.284823593338720)
FIRST_STAGE_T = 3.640849534187877


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    from linearmodels.datasets import card

    return card.load()


@pytest.fixture(scope="module")
def fit(frame) -> Estimate:
    return two_stage(frame, EQUATION, NEAR)


def test_coefficient(fit):
    assert fit.tidy()["estimate"][0] == pytest.approx(0.132, abs=1e-3)


def test_standard_error(fit):
    assert fit.tidy()["std_error"][0] == pytest.approx(0.055, abs=1e-3)


def test_small_sample_rule_is_named(fit):
    assert "residual sum of squares over N-K, N = 3010, K = 16" in fit.variance_rule


def test_first_stage(frame):
    """Example 15.4: 0.320 (0.088)."""
    row = reduced_forms(frame, EQUATION, NEAR)["educ"].tidy().iloc[0]
    assert (row["estimate"], row["std_error"]) == pytest.approx((0.320, 0.088), abs=1e-3)


def test_first_stage_f(fit):
    assert fit.diagnostics["first_stage_f"] == pytest.approx(FIRST_STAGE_T**2, abs=1e-9)


@pytest.mark.parametrize("end", [0, 1])
def test_anderson_rubin_set(frame, end):
    [piece] = anderson_rubin(frame, EQUATION, NEAR).pieces
    assert piece[end] == pytest.approx(AR_SET[end], abs=SIX_DIGITS)
