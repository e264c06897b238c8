"""Break-even and capture are each other's inverse; what makes no sense is refused."""

import numpy as np
import pytest

from neighbourhood_equity.models.loop.break_even import break_even_effect, value_captured


def test_nothing_spent_needs_no_effect():
    assert break_even_effect(0.0, 1e6, 0.05) == 0


def test_homes_must_double_where_cost_is_what_they_are_worth():
    assert break_even_effect(3e6, 3e6) == pytest.approx(np.log(2))


@pytest.mark.parametrize("captured", [0.01, 0.1, 1.0])
@pytest.mark.parametrize("cost", [1e5, 5e7])
def test_capture_at_the_break_even_effect_is_the_cost(cost, captured):
    effect = break_even_effect(cost, 2e8, captured)
    assert value_captured(effect, 2e8, captured) == pytest.approx(cost)


def test_many_places_at_once():
    effects = break_even_effect(np.array([1.0, 2.0]), np.array([10.0, 40.0]), 0.5)
    assert effects == pytest.approx(np.log([1.2, 1.1]))


def test_scale_of_the_money_does_not_matter():
    assert break_even_effect(50.0, 200.0) == pytest.approx(break_even_effect(5e7, 2e8))


def test_no_effect_captures_nothing():
    assert value_captured(0.0, 1e6, 0.3) == 0


@pytest.mark.parametrize(
    ("cost", "worth", "captured", "words"),
    [
        (1.0, 1.0, 0.0, "above 0 to 1; found 0.0"),
        (1.0, 1.0, 1.2, "found 1.2"),
        (-1.0, 1.0, 0.5, "a cost is not negative; found -1"),
        (1.0, 0.0, 0.5, "worth more than nothing; found 0"),
        (1.0, float("nan"), 0.5, "worth more than nothing"),
    ],
)
def test_what_makes_no_sense_is_refused(cost, worth, captured, words):
    with pytest.raises(ValueError, match=words):
        break_even_effect(cost, worth, captured)


def test_all_of_nothing_may_be_captured():
    assert value_captured(0.1, 1e6, 0.0) == 0
