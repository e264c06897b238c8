"""Quantities keep what was computed; per cent is a view."""

from dataclasses import replace

import numpy as np
import pytest

from neighbourhood_equity.analysis.quantities import PriceDifference, Share
from neighbourhood_equity.models.estimate import Estimate
from neighbourhood_equity.models.specification import Specification

ASKED = Specification("a.b", "A", "log_price", ("ties",), clusters="ward22", label="adjusted")
FITTED = Estimate(ASKED, ("ties",), np.array([0.05]), np.array([[4e-4]]), np.inf, 9, 3, 0.5, "CR1")


def test_a_price_difference_keeps_logs_and_shows_per_cent():
    found = PriceDifference.of(FITTED, "ties")
    assert (found.log, found.std_error) == (0.05, pytest.approx(0.02))
    assert found.value == pytest.approx(5.127109637602404)
    assert found.low == pytest.approx(100 * np.expm1(0.05 - 1.959963984540054 * 0.02))
    assert (found.specification, found.label, found.rule) == ("a.b", "adjusted", "CR1")


def test_a_price_difference_without_an_error_has_no_interval():
    found = PriceDifference.of(replace(FITTED, covariance=np.array([[np.nan]])), "ties")
    assert (found.low, found.high, found.std_error) == (None, None, None)


def test_a_share_may_stand_without_an_interval():
    assert (Share(12.0).low, Share(12.0).high) == (None, None)
