"""Closed forms of a loop, the interval as a map of the gain's, and refusals in words."""

import numpy as np
import pytest

from neighbourhood_equity.models.inference.cluster_bootstrap import percentiles
from neighbourhood_equity.models.loop.loop_multiplier import (
    LoopGain,
    UnboundedLoopError,
    long_run_effects,
    loop_gain,
    multiplier,
    responses,
    rounds_to_reach,
    spectral_radius,
    years_to_reach,
)

LOOP = np.array([[0.0, 0.0, 0.5], [0.8, 0.0, 0.0], [0.0, 0.6, 0.0]])
"""Three stations in a ring: a gain of 0.5 x 0.8 x 0.6."""
GAIN = 0.24
WARDS = 69


def around(gain: float, spread: float, draws: int = 4000) -> LoopGain:
    rng = np.random.default_rng(5)
    drawn = np.column_stack([rng.normal(gain, spread, draws), np.ones(draws)])
    return loop_gain(np.array([gain, 1.0]), drawn, WARDS)


def test_the_gain_is_the_product_of_the_paths():
    assert around(0.3, 0.1).estimate == pytest.approx(0.3)


def test_the_interval_is_that_of_the_products():
    rng = np.random.default_rng(6)
    drawn = rng.normal([0.5, 0.4], 0.1, (999, 2))
    gain = loop_gain(np.array([0.5, 0.4]), drawn, WARDS)
    assert [gain.low, gain.high] == pytest.approx(
        list(np.quantile(drawn[:, 0] * drawn[:, 1], percentiles(WARDS)))
    )


def test_the_share_of_draws_at_one_or_more_is_counted():
    gain = loop_gain(np.array([0.5]), np.array([[0.5], [1.0], [1.5], [0.2]]), WARDS)
    assert gain.at_least_one == 0.5


@pytest.mark.parametrize("gain", [-0.5, 0.0, 0.3, 0.9])
def test_the_multiplier_is_the_sum_of_all_rounds(gain):
    found = multiplier(LoopGain.assumed(gain)).estimate
    assert found == pytest.approx(sum(gain**n for n in range(2000)))


def test_the_interval_is_the_map_of_the_gains_interval():
    gain = around(0.5, 0.1)
    found = multiplier(gain)
    assert [found.low, found.high] == pytest.approx([1 / (1 - gain.low), 1 / (1 - gain.high)])
    assert found.high - found.estimate > 1.5 * (found.estimate - found.low)


def test_the_delta_error_is_the_derivative_times_the_gains_error():
    gain = around(0.5, 0.1)
    step = 1e-6
    slope = (1 / (1 - 0.5 - step) - 1 / (1 - 0.5 + step)) / (2 * step)
    assert multiplier(gain).std_error == pytest.approx(slope * gain.std_error, rel=1e-6)


@pytest.mark.parametrize("gain", [around(0.8, 0.2), around(-0.9, 0.2), LoopGain.assumed(1.0)])
def test_a_loop_that_may_be_endless_has_no_multiplier(gain):
    with pytest.raises(UnboundedLoopError, match="only where all of it lies between -1 and 1"):
        multiplier(gain)


@pytest.mark.parametrize(
    ("paths", "draws"), [(np.ones(2), np.ones((5, 3))), (np.ones(1), np.full((5, 1), np.nan))]
)
def test_draws_that_do_not_fit_are_refused(paths, draws):
    with pytest.raises(ValueError, match=r"needed|finite"):
        loop_gain(paths, draws, WARDS)


def test_a_ring_settles_at_its_multiplier():
    effects = long_run_effects(LOOP, np.eye(3))
    assert np.diag(effects) == pytest.approx(np.full(3, 1 / (1 - GAIN)))


def test_the_spectral_radius_of_a_ring_is_the_root_of_its_gain():
    assert spectral_radius(LOOP) == pytest.approx(GAIN ** (1 / 3))


def test_a_system_without_end_is_refused():
    with pytest.raises(UnboundedLoopError, match=r"spectral radius of the system is 1\.\d\d"):
        long_run_effects(LOOP * 2, np.eye(3))


def test_responses_are_the_powers_of_the_system():
    shock = np.array([1.0, 0.0, 0.0])
    path = responses({1: LOOP}, shock, 6)
    powers = [np.linalg.matrix_power(LOOP, n) @ shock for n in range(7)]
    assert path == pytest.approx(np.cumsum(powers, axis=0))


def test_a_loop_with_lags_moves_once_a_round():
    """One station, half of it back after 3 years: 1, 1.5, 1.75 ... every third year."""
    path = responses({3: np.array([[0.5]])}, np.ones(1), 7)[:, 0]
    assert path == pytest.approx([1, 1, 1, 1.5, 1.5, 1.5, 1.75, 1.75])


def test_responses_end_at_the_long_run():
    shock = np.array([1.0, 0.5, 0.0])
    late = responses({1: 0.5 * LOOP, 2: 0.5 * LOOP}, shock, 200)[-1]
    assert late == pytest.approx(long_run_effects(LOOP, shock))


@pytest.mark.parametrize("gain", [0.05, 0.1, 0.5, 0.9, -0.5])
def test_rounds_are_years_where_a_round_takes_a_year(gain):
    path = responses({1: np.array([[gain]])}, np.ones(1), 100)[:, 0]
    assert rounds_to_reach(gain) == years_to_reach(path, 1 / (1 - gain))


def test_a_response_that_is_still_far_has_no_year():
    path = responses({1: np.array([[0.99]])}, np.ones(1), 10)[:, 0]
    assert years_to_reach(path, 100.0) is None


def test_no_gain_is_there_at_once():
    assert rounds_to_reach(0.0) == 0


def test_a_lag_of_no_years_is_refused():
    with pytest.raises(ValueError, match="from 1 on; found 0"):
        responses({0: LOOP}, np.ones(3), 3)
