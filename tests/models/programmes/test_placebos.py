import numpy as np
import pytest

from neighbourhood_equity.models.programmes.placebos import (
    backdated,
    detectable_by_rank,
    joint_placebos,
    leave_one_out,
    placebo_interval,
    rank_p,
    shared_donors,
)
from neighbourhood_equity.models.programmes.synthetic_control import synthetic_control

PLACEBOS = np.linspace(-1, 1, 99)
DRAWS = 20_000


def test_rank_of_the_largest_is_one_in_all() -> None:
    assert rank_p(5, PLACEBOS) == pytest.approx(1 / 100)


def test_rank_of_zero_is_one() -> None:
    assert rank_p(0, PLACEBOS) == pytest.approx(1)


@pytest.mark.parametrize("tie", [1.0, -1.0])
def test_a_placebo_as_far_as_the_place_counts(tie: float) -> None:
    assert rank_p(tie, np.array([1.0, 0.5])) == pytest.approx(2 / 3)


def test_interval_turns_a_bias_of_the_placebos_round() -> None:
    low, high = placebo_interval(0.5, PLACEBOS + 0.2)
    assert (low + high) / 2 == pytest.approx(0.3)
    assert high - low == pytest.approx(0.95 * 100 * 2 / 98)  # ranks of 100 places, steps of 2/98


@pytest.mark.parametrize(("number", "holds"), [(27, 1 - 2 / 28), (99, 0.95)])
def test_interval_holds_as_often_as_a_rank_says(number: int, holds: float) -> None:
    rng = np.random.default_rng(7)
    drawn = rng.normal(size=(DRAWS, number + 1))
    ends = np.array([placebo_interval(row[0], row[1:]) for row in drawn])
    inside = ((ends[:, 0] <= 0) & (ends[:, 1] >= 0)).mean()
    assert inside == pytest.approx(holds, abs=3 * np.sqrt(0.05 / DRAWS))


def test_detectable_effect_is_found_four_times_in_five() -> None:
    placebos = np.random.default_rng(3).normal(0, 1, 20_000)
    _, rise = detectable_by_rank(placebos)
    assert rise == pytest.approx(1.96 + 0.842, abs=0.05)


def test_detectable_effect_of_few_is_beyond_them_all() -> None:
    placebos = np.linspace(-1, 1, 21)
    assert detectable_by_rank(placebos)[1] == pytest.approx(1 - np.quantile(placebos, 0.2))


def test_leaving_out_the_only_good_donor_moves_the_effect() -> None:
    rng = np.random.default_rng(4)
    donors = rng.normal(0, 1, (10, 3)).cumsum(axis=0)
    place = donors[:, 0] + np.append(np.zeros(6), np.full(4, 0.5))
    effects = leave_one_out(
        lambda own, others, before: synthetic_control(own, others, before), place, donors, 6
    )
    assert synthetic_control(place, donors, 6).effect() == pytest.approx(0.5, abs=1e-2)
    assert abs(effects[0] - 0.5) > 0.1


def test_backdated_start_sees_no_year_after_the_true_one() -> None:
    rng = np.random.default_rng(4)
    donors = rng.normal(0, 1, (10, 3)).cumsum(axis=0)
    place = donors[:, 0] + np.append(np.zeros(6), np.full(4, 0.5))
    effect = backdated(
        lambda own, others, before: synthetic_control(own, others, before), place, donors, 6, 2
    )
    assert effect == pytest.approx(0, abs=1e-2)


def test_joint_rank_is_sharper_than_each() -> None:
    together = joint_placebos([PLACEBOS] * 3, np.random.default_rng(5).random((4000, 3)))
    assert rank_p(0.8, together) < 0.05 < rank_p(0.8, PLACEBOS)


def test_shared_donors_widen_the_mean_of_places() -> None:
    """Errors drawn anew: the places' mean beside a mean of places with donors of their own."""
    rng = np.random.default_rng(6)
    places, donors, sizes = 6, 12, np.array([1, 1, 1, 2, 2, 2])
    weights = rng.dirichlet(np.ones(donors), places)
    own = rng.normal(size=(DRAWS, places)) / np.sqrt(sizes)
    shared = own - rng.normal(size=(DRAWS, donors)) @ weights.T
    apart = own - np.einsum("rgj,gj->rg", rng.normal(size=(DRAWS, places, donors)), weights)
    ratio = shared.mean(axis=1).std() / apart.mean(axis=1).std()
    # Two standard deviations with 20,000 draws each: a ratio's error is about 1/sqrt(draws).
    assert shared_donors(weights, sizes) == pytest.approx(ratio, abs=3 / np.sqrt(DRAWS))


def test_one_place_needs_no_widening() -> None:
    assert shared_donors(np.full((1, 5), 0.2), np.ones(1)) == pytest.approx(1)
