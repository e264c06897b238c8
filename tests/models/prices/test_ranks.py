"""Ranks by draws against two areas, where the answer is a normal probability."""

import numpy as np
import pytest
from scipy import stats

from neighbourhood_equity.models.prices.ranks import ranks
from neighbourhood_equity.models.specification import SpecificationError


def _ranks(estimates, errors, count=1, draws=20_000):
    rng = np.random.default_rng(9)
    return ranks(np.array(estimates), np.array(errors), rng, count=count, draws=draws)


def test_probability_of_the_top_of_two():
    # P(theta_1 > theta_2) = Phi(1 / sqrt(1 + 4)); 20,000 draws: Monte Carlo error 0.003.
    expected = stats.norm.cdf(1 / np.sqrt(5))
    assert _ranks([1.0, 0.0], [1.0, 2.0]).top[0] == pytest.approx(expected, abs=0.01)


def test_bottom_of_two_is_the_other_top():
    found = _ranks([1.0, 0.0], [1.0, 2.0])
    assert found.bottom[1] == found.top[0]


def test_highest_estimate_has_rank_one():
    assert _ranks([1.0, 3.0, 2.0], [0.1, 0.1, 0.1]).rank.tolist() == [3, 1, 2]


def test_known_values_have_one_rank():
    found = _ranks([1.0, 3.0, 2.0], [0.0, 0.0, 0.0])
    assert found.low.tolist() == found.high.tolist() == [3, 1, 2]


def test_equal_areas_share_the_top():
    assert _ranks([0.0] * 10, [1.0] * 10, count=3).top == pytest.approx([0.3] * 10, abs=0.015)


def test_negative_error_is_refused():
    with pytest.raises(SpecificationError, match="not negative"):
        _ranks([1.0, 2.0], [0.1, -0.1])


def test_top_larger_than_the_city_is_refused():
    with pytest.raises(SpecificationError, match="a top of 3 among 2"):
        _ranks([1.0, 2.0], [0.1, 0.1], count=3)
