"""Single-bounded contingent valuation: Carson and others (1992, 2003), the Exxon Valdez survey.

The four rows are the published answers to the first bid. Values: R's glm and the code of DCchoice
(Aizaki, Nakatani and Sato 2014), case 24; the lower bound: by hand from the rows.
"""

import numpy as np
import pytest

from neighbourhood_equity.models.valuation.contingent_valuation import (
    Answers,
    fit_bids,
    krinsky_robb,
    willingness_to_pay,
)
from neighbourhood_equity.models.valuation.turnbull import turnbull

CARSON = Answers.of([10, 30, 60, 120], [178, 138, 129, 88], [264, 267, 255, 257])
# The case prints six decimals of coefficients and four of dollars.
COEFFICIENT, DOLLARS = 1e-5, 1e-3
# The peer's search for the Weibull stops where the log-likelihood is 4e-8 below its maximum, which
# moves the median by 0.0015; see test_weibull_median_is_the_maximum.
SEARCHED = 2e-3
# Printed with two decimals, from a million draws of another generator.
DRAWN = 0.1


@pytest.mark.parametrize(
    ("distribution", "constant", "slope"),
    [
        ("logistic", (0.642441, 0.105166), (-0.011035, 0.001564)),
        ("log-logistic", (1.901438, 0.266721), (-0.509822, 0.070851)),
    ],
)
@pytest.mark.parametrize("column", ["estimate", "std_error"])
def test_coefficients(distribution, constant, slope, column):
    place = ["estimate", "std_error"].index(column)
    found = fit_bids(CARSON, distribution).tidy()[column].tolist()
    assert found == pytest.approx([constant[place], slope[place]], abs=COEFFICIENT)


@pytest.mark.parametrize("quantity", ["median", "mean"])
def test_linear_willingness_to_pay(quantity):
    found = willingness_to_pay(fit_bids(CARSON, "logistic"), quantity)
    assert (found.value, found.std_error) == pytest.approx((58.2199, 5.7948), abs=DOLLARS)


def test_krinsky_robb():
    ends = krinsky_robb(fit_bids(CARSON, "logistic"), np.random.default_rng(24), draws=1_000_000)
    assert ends == pytest.approx((46.78, 70.47), abs=DRAWN)


@pytest.mark.parametrize(
    ("distribution", "median", "tolerance"),
    [
        ("log-logistic", 41.6631, DOLLARS),
        ("log-normal", 41.5781, DOLLARS),
        ("weibull", 43.4618, SEARCHED),
    ],
)
def test_median(distribution, median, tolerance):
    found = willingness_to_pay(fit_bids(CARSON, distribution))
    assert found.value == pytest.approx(median, abs=tolerance)


def test_weibull_median_is_the_maximum():
    """The likelihood written out, with the slope that fits best given the peer's median."""
    slopes = np.linspace(-0.3760, -0.3759, 2001)
    a = -slopes * np.log(43.4618) - np.log(np.log(2))
    share = np.exp(-np.exp(-(a + np.outer(np.log(CARSON.bid), slopes))))
    peer = CARSON.yes @ np.log(share) + (CARSON.asked - CARSON.yes) @ np.log1p(-share)
    assert 0 < fit_bids(CARSON, "weibull").log_likelihood - peer.max() < 1e-7


def test_mean_is_infinite():
    found = willingness_to_pay(fit_bids(CARSON, "log-logistic"), "mean")
    assert found.value is None
    assert "infinite" in found.reason


# 10 x (129/267 - 86/264) + 30 x (126/255 - 129/267) + 60 x (169/257 - 126/255) + 120 x 88/257
def test_turnbull_mean():
    assert turnbull(CARSON).mean == pytest.approx(52.8007, abs=1e-4)


# 10^2 v(86/264) + 20^2 v(129/267) + 30^2 v(126/255) + 60^2 v(169/257), v(F) = F (1 - F) / asked
def test_turnbull_variance():
    shares, asked = np.array([86 / 264, 129 / 267, 126 / 255, 169 / 257]), CARSON.asked
    by_hand = np.array([100, 400, 900, 3600]) @ (shares * (1 - shares) / asked)
    assert turnbull(CARSON).std_error ** 2 == pytest.approx(by_hand)
