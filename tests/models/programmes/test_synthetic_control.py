import numpy as np
import pytest
from scipy.optimize import minimize

from neighbourhood_equity.models.programmes.synthetic_control import (
    PENALTIES,
    _augmented,
    _chosen_penalty,
    augmented_synthetic_control,
    optimality_gap,
    simplex_weights,
    synthetic_control,
)

Panel = tuple[np.ndarray, np.ndarray]


@pytest.fixture
def panel() -> Panel:
    """A place, 40 donors, 20 years; 12 before the start; one common factor."""
    rng = np.random.default_rng(11)
    factor = rng.normal(0, 0.1, 20).cumsum()
    donors = (
        np.outer(factor, rng.uniform(0.5, 1.5, 40))
        + rng.normal(11, 0.4, 40)
        + rng.normal(0, 0.03, (20, 40))
    )
    return donors[:, 0], donors[:, 1:]


def test_weights_are_on_the_simplex(panel: Panel) -> None:
    place, donors = panel
    weights = simplex_weights(place[:12], donors[:12])
    assert weights.min() >= 0
    assert weights.sum() == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize("ridge", [0.0, 0.01, 1.0])
def test_weights_meet_the_conditions_of_the_optimum(panel: Panel, ridge: float) -> None:
    place, donors = panel
    weights = simplex_weights(place[:12], donors[:12], ridge)
    assert optimality_gap(place[:12], donors[:12], weights, ridge) < 1e-10


def test_even_weights_do_not_meet_them(panel: Panel) -> None:
    place, donors = panel
    even = np.full(donors.shape[1], 1 / donors.shape[1])
    assert optimality_gap(place[:12], donors[:12], even) > 1e-6


def test_loss_is_that_of_a_general_solver(panel: Panel) -> None:
    place, donors = panel
    few = donors[:12, :6]

    def loss(weights: np.ndarray) -> float:
        return float(((place[:12] - few @ weights) ** 2).sum())

    peer = minimize(
        loss,
        np.full(6, 1 / 6),
        bounds=[(0, 1)] * 6,
        constraints={"type": "eq", "fun": lambda weights: weights.sum() - 1},
        method="SLSQP",
        options={"ftol": 1e-14, "maxiter": 1000},
    )
    assert loss(simplex_weights(place[:12], few)) == pytest.approx(peer.fun, rel=1e-5)


def test_a_place_made_of_two_donors_is_found(panel: Panel) -> None:
    _, donors = panel
    place = 0.3 * donors[:, 2] + 0.7 * donors[:, 5]
    weights = simplex_weights(place, donors)
    assert weights[[2, 5]] == pytest.approx([0.3, 0.7], abs=1e-8)


@pytest.mark.parametrize("intercept", [False, True])
def test_a_planted_effect_is_recovered(panel: Panel, intercept: bool) -> None:
    _, donors = panel
    place = 0.3 * donors[:, 2] + 0.7 * donors[:, 5]
    place[12:] += 0.05
    comparison = synthetic_control(place, donors, 12, intercept=intercept)
    assert comparison.effect() == pytest.approx(0.05, abs=2e-3)


def test_intercept_makes_the_level_irrelevant(panel: Panel) -> None:
    place, donors = panel
    here = synthetic_control(place, donors, 12, intercept=True)
    there = synthetic_control(place + 3, donors, 12, intercept=True)
    assert there.gap == pytest.approx(here.gap)


def test_large_penalty_gives_back_the_synthetic_control(panel: Panel) -> None:
    place, donors = panel
    plain = synthetic_control(place, donors, 12, intercept=True)
    augmented = augmented_synthetic_control(place, donors, 12, penalty=1e9)
    assert augmented.effect() == pytest.approx(plain.effect(), abs=1e-6)


def test_no_penalty_fits_the_years_before(panel: Panel) -> None:
    place, donors = panel
    assert augmented_synthetic_control(place, donors, 12, penalty=1e-9).misfit < 1e-6


def test_augmented_weights_sum_to_one(panel: Panel) -> None:
    place, donors = panel
    assert augmented_synthetic_control(place, donors, 12).weights.sum() == pytest.approx(1)


def test_penalty_is_that_of_leaving_out_each_year(panel: Panel) -> None:
    place, donors = panel[0][:12], panel[1][:12]
    weights = simplex_weights(place, donors)
    centred = donors - donors.mean(axis=1, keepdims=True)
    tried = PENALTIES * (centred**2).sum() / 12
    errors = []
    for penalty in tried:
        rests = [np.arange(12) != year for year in range(12)]
        fits = [_augmented(place[rest], donors[rest], weights, penalty) for rest in rests]
        missed = [place[year] - donors[year] @ fit for year, fit in enumerate(fits)]
        errors.append(np.mean(np.square(missed)))
    best = tried[int(np.argmin(errors))]
    assert _chosen_penalty(place, donors, weights) == pytest.approx(best)


def test_no_years_before_is_refused(panel: Panel) -> None:
    place, donors = panel
    with pytest.raises(ValueError, match="before the start of 20"):
        synthetic_control(place, donors, 0)


def test_missing_numbers_are_refused(panel: Panel) -> None:
    place, donors = panel
    donors = donors.copy()
    donors[3, 3] = np.nan
    with pytest.raises(ValueError, match="values of the donors are missing"):
        synthetic_control(place, donors, 12)
