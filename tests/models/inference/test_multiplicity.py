"""Holm by hand; Romano-Wolf between the plain p value and Holm's, and its family-wise size."""

import numpy as np
import pytest

from neighbourhood_equity.models.inference.multiplicity import holm, romano_wolf


def test_holm_by_hand():
    assert holm([0.02, 0.01, 0.5]).tolist() == pytest.approx([0.04, 0.03, 0.5])


def test_holm_does_not_exceed_one():
    assert holm([0.6, 0.9]).tolist() == [1.0, 1.0]


def test_one_hypothesis_keeps_its_p_value():
    draws = np.random.default_rng(1).normal(size=(999, 1))
    plain = (1 + np.sum(np.abs(draws) >= 1.7)) / 1000
    assert romano_wolf([1.7], draws)[0] == pytest.approx(plain)


def test_perfectly_dependent_tests_cost_nothing():
    draws = np.repeat(np.random.default_rng(1).normal(size=(999, 1)), 3, axis=1)
    assert romano_wolf([2.1, 2.1, 2.1], draws) == pytest.approx(romano_wolf([2.1], draws[:, :1])[0])


def test_adjusted_values_keep_the_order_of_the_statistics():
    adjusted = romano_wolf([0.5, 3.0, 2.0], np.random.default_rng(1).normal(size=(999, 3)))
    assert adjusted[1] <= adjusted[2] <= adjusted[0]


def test_step_down_leaves_out_what_was_tested_before():
    """Only the first statistic is ever drawn as large as the second: it no longer counts there."""
    draws = np.array([[2.5, 0.1], [2.5, 0.2], [0.1, 0.3]])
    assert romano_wolf([3.0, 2.0], draws).tolist() == pytest.approx([1 / 4, 1 / 4])


def test_the_step_of_the_largest_is_over_the_whole_family():
    draws = np.array([[0.1, 3.5], [0.2, 0.1], [2.5, 0.3]])
    assert romano_wolf([3.0, 2.0], draws).tolist() == pytest.approx([2 / 4, 2 / 4])


def test_a_draw_as_far_as_the_statistic_counts():
    assert romano_wolf([2.0], np.array([[2.0], [1.0]]))[0] == pytest.approx(2 / 3)


def test_family_wise_size():
    """1,000 families under no effect: one or more rejections in 5%, within three MC errors."""
    rng = np.random.default_rng(7)
    draws = rng.normal(size=(999, 3))
    rejected = [romano_wolf(rng.normal(size=3), draws).min() <= 0.05 for _ in range(1000)]
    assert np.mean(rejected) == pytest.approx(0.05, abs=3 * np.sqrt(0.05 * 0.95 / 1000) + 0.007)
