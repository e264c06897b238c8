"""The factor model and alpha against lavaan, semTools and pingouin in print.

Three factors: lavaan tutorial (Rosseel 2012, Journal of Statistical Software 48(2), section 3) on
Holzinger and Swineford's nine tests, 301 children; data from `semopy.examples.holzinger39`.
One factor and two: KABC-I, 200 children, Kline, Principles and Practice of Structural Equation
Modeling, chapter on confirmatory factor analysis, lavaan output; correlations and standard
deviations as printed there. Alpha: semTools, help page of `reliability` (Holzinger and Swineford);
pingouin, documentation of `cronbach_alpha` (checked by its authors against R's psych).
"""

import numpy as np
import pandas as pd
import pytest

from neighbourhood_equity.models.measurement.factor_model import (
    confirmatory_factor,
    factor_from_covariance,
)
from neighbourhood_equity.models.measurement.reliability import (
    cronbach_alpha,
    feldt_interval,
    reliability,
)

VISUAL, TEXTUAL, SPEED = ("x1", "x2", "x3"), ("x4", "x5", "x6"), ("x7", "x8", "x9")
KABC_ITEMS = ("hm", "nr", "wo", "gc", "tr", "sm", "ma", "ps")
KABC_DEVIATIONS = np.array([3.4, 2.4, 2.9, 2.7, 2.7, 4.2, 2.8, 3.0])
KABC_CORRELATIONS = """
1.00
.39 1.00
.35 .67 1.00
.21 .11 .16 1.00
.32 .27 .29 .38 1.00
.40 .29 .28 .30 .47 1.00
.39 .32 .30 .31 .42 .41 1.00
.39 .29 .37 .42 .58 .51 .42 1.00
"""
# Twelve people answer eleven questions: pingouin's cronbach_wide_missing, gaps filled with medians
# as in its documentation; its example without the gaps counts incomplete rows in the interval.
QUESTIONS = """
11111111111
11111111010
10111111100
11101101100
11111000100
01101111000
11110010000
11111000000
01011000010
10010100000
11100000000
10010000000
"""


@pytest.fixture(scope="module")
def children():
    return pytest.importorskip(
        "semopy", reason="semopy holds the data; it has no wheel: `pip install semopy` to run this"
    ).examples.holzinger39.get_data()


@pytest.fixture(scope="module")
def three(children):
    return confirmatory_factor(children, {"visual": VISUAL, "textual": TEXTUAL, "speed": SPEED})


@pytest.fixture(scope="module")
def kabc():
    lower = np.zeros((8, 8))
    lower[np.tril_indices(8)] = [float(word) for word in KABC_CORRELATIONS.split()]
    correlation = lower + lower.T - np.eye(8)
    covariance = correlation * np.outer(KABC_DEVIATIONS, KABC_DEVIATIONS)
    return pd.DataFrame(covariance, KABC_ITEMS, KABC_ITEMS)


def test_three_factor_loadings(three):
    printed = [1.000, 0.554, 0.729, 1.000, 1.113, 0.926, 1.000, 1.180, 1.082]
    assert three.loadings == pytest.approx(printed, abs=5.1e-4)


def test_three_factor_errors(three):
    printed = [0.100, 0.109, 0.065, 0.055, 0.165, 0.151]
    assert three.loading_errors[[1, 2, 4, 5, 7, 8]] == pytest.approx(printed, abs=5.1e-4)


def test_three_factor_chi_square(three):
    assert three.fit.chi_square == pytest.approx(85.306, abs=5.1e-4)
    assert three.fit.df == 24


def test_three_factor_baseline(three):
    assert three.fit.baseline_chi_square == pytest.approx(918.852, abs=5.1e-4)
    assert three.fit.baseline_df == 36


def test_three_factor_fit(three):
    fit = three.fit
    found = [fit.cfi, fit.tli, fit.rmsea, fit.rmsea_low, fit.rmsea_high, fit.srmr]
    assert found == pytest.approx([0.931, 0.896, 0.092, 0.071, 0.114, 0.065], abs=5.1e-4)


def test_three_factor_covariances(three):
    found = three.factor_covariance[np.tril_indices(3)]
    assert found == pytest.approx([0.809, 0.408, 0.979, 0.262, 0.173, 0.384], abs=5.1e-4)


def test_three_factor_uniquenesses(three):
    printed = [0.549, 1.134, 0.844, 0.371, 0.446, 0.356, 0.799, 0.488, 0.566]
    assert three.uniquenesses == pytest.approx(printed, abs=5.1e-4)


def test_three_factor_uniqueness_errors(three):
    printed = [0.114, 0.102, 0.091, 0.048, 0.058, 0.043, 0.081, 0.074, 0.071]
    assert three.tidy()["uniqueness_error"].to_numpy() == pytest.approx(printed, abs=5.1e-4)


def test_second_order_of_three_is_the_same_model(children, three):
    named = {"visual": VISUAL, "textual": TEXTUAL, "speed": SPEED}
    second = confirmatory_factor(children, named, second_order=True)
    assert second.fit.chi_square == pytest.approx(three.fit.chi_square)
    assert second.correlations == pytest.approx(three.correlations, abs=1e-6)


def test_one_factor_of_kabc(kabc):
    fit = factor_from_covariance(kabc, 200, {"general": KABC_ITEMS}).fit
    assert (round(fit.chi_square, 3), fit.df) == (105.427, 20)
    found = [fit.cfi, fit.rmsea, fit.rmsea_low, fit.rmsea_high, fit.srmr]
    assert found == pytest.approx([0.818, 0.146, 0.119, 0.174, 0.084], abs=6e-4)


def test_two_factors_of_kabc(kabc):
    named = {"sequential": KABC_ITEMS[:3], "simultaneous": KABC_ITEMS[3:]}
    fit = factor_from_covariance(kabc, 200, named).fit
    assert (round(fit.chi_square, 3), fit.df) == (38.325, 19)
    found = [fit.cfi, fit.rmsea, fit.rmsea_low, fit.rmsea_high, fit.srmr]
    assert found == pytest.approx([0.959, 0.071, 0.038, 0.104, 0.072], abs=6e-4)


@pytest.mark.parametrize(
    ("items", "printed"),
    [
        (VISUAL, 0.6261171),
        (TEXTUAL, 0.8827069),
        (SPEED, 0.6884550),
        ((*VISUAL, *TEXTUAL, *SPEED), 0.7604886),
    ],
)
def test_alpha_of_semtools(children, items, printed):
    assert reliability(children, items).alpha == pytest.approx(printed, abs=1e-6)


def test_alpha_and_interval_of_pingouin():
    answers = np.array([[float(digit) for digit in row] for row in QUESTIONS.split()])
    alpha = cronbach_alpha(np.cov(answers, rowvar=False))
    assert alpha == pytest.approx(0.7380192, abs=1e-7)
    assert feldt_interval(alpha, *answers.shape) == pytest.approx((0.447, 0.911), abs=5.1e-4)
