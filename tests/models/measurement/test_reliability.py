"""Reliability of sums with known parts."""

import numpy as np
import pandas as pd
import pytest

from neighbourhood_equity.models.measurement.factor_model import factor_from_covariance
from neighbourhood_equity.models.measurement.reliability import omega_of, reliability
from neighbourhood_equity.models.specification import SpecificationError

LOADINGS = np.array([0.9, 0.7, 0.5, 0.4])
ITEMS = tuple("wxyz")
OMEGA = LOADINGS.sum() ** 2 / (LOADINGS.sum() ** 2 + (1 - LOADINGS**2).sum())


def _draw(n, rng, loadings=LOADINGS):
    noise = rng.standard_normal((n, len(loadings))) * np.sqrt(1 - loadings**2)
    factor = rng.standard_normal((n, 1))
    return pd.DataFrame(factor * loadings + noise, columns=list(ITEMS[: len(loadings)]))


def _population():
    covariance = np.outer(LOADINGS, LOADINGS)
    covariance[np.diag_indices(4)] = 1.0
    return pd.DataFrame(covariance, list(ITEMS), list(ITEMS))


def test_omega_of_the_population():
    model = factor_from_covariance(_population(), 100, {"f": ITEMS}, "fixed_variance")
    assert omega_of(model)[0] == pytest.approx(OMEGA)


def test_error_of_omega_is_the_delta_method():
    model = factor_from_covariance(_population(), 100, {"f": ITEMS}, "fixed_variance")
    theta = np.concatenate([model.loadings, model.uniquenesses])

    def omega(at):
        return at[:4].sum() ** 2 / (at[:4].sum() ** 2 + at[4:].sum())

    slope = np.array([(omega(theta + d) - omega(theta - d)) / 2e-6 for d in 1e-6 * np.eye(8)])
    wanted = np.sqrt(slope @ model.covariance @ slope)
    assert omega_of(model)[1] == pytest.approx(wanted, rel=1e-6)


def test_omega_is_the_squared_correlation_of_the_sum_with_the_factor():
    rng = np.random.default_rng(3)
    factor = rng.standard_normal(200_000)
    noise = rng.standard_normal((200_000, 4)) * np.sqrt(1 - LOADINGS**2)
    total = (factor[:, None] * LOADINGS + noise).sum(axis=1)
    assert np.corrcoef(total, factor)[0, 1] ** 2 == pytest.approx(OMEGA, abs=0.004)


def test_alpha_of_two_halves_is_the_spearman_brown_of_equal_variances():
    x = np.array([1.0, -1.0, 2.0, -2.0, 0.0])
    y = np.array([2.0, -2.0, 1.0, -1.0, 0.0])
    r = np.corrcoef(x, y)[0, 1]
    found = reliability(pd.DataFrame({"x": x, "y": y}), ("x", "y"))
    assert found.alpha == pytest.approx(2 * r / (1 + r))


def test_two_items_have_alpha_but_no_omega():
    found = reliability(_draw(50, np.random.default_rng(1)), ("w", "x"))
    assert np.isnan([found.omega, found.omega_low, *found.alpha_without]).all()
    assert "not identified" in found.no_omega


def test_item_that_runs_against_the_rest_shows():
    data = _draw(200, np.random.default_rng(1))
    found = reliability(data.assign(w=-data["w"]), ITEMS).tidy_items().set_index("item")
    assert found.loc["w", "item_rest"] < 0
    assert found["alpha_without"].idxmax() == "w"


def test_units_change_alpha_but_scaled_items_give_the_standardised_one():
    data = _draw(200, np.random.default_rng(1))
    found = reliability(data / data.std(), ITEMS)
    r = found.mean_correlation
    assert found.alpha == pytest.approx(4 * r / (1 + 3 * r))


def test_interval_of_omega_stays_under_one():
    found = reliability(_draw(25, np.random.default_rng(2), np.full(4, 0.97)), ITEMS)
    assert found.omega_low < found.omega < found.omega_high < 1


def test_item_that_does_not_vary_is_refused():
    data = _draw(20, np.random.default_rng(1)).assign(w=1.0)
    with pytest.raises(SpecificationError, match="w do not vary"):
        reliability(data, ITEMS)


def _coverage(replications, seed):
    rng = np.random.default_rng(seed)
    held = np.zeros(2)
    equal = 4 * 0.36 / (1 + 3 * 0.36)
    for _ in range(replications):
        found = reliability(_draw(150, rng), ITEMS)
        held[0] += found.omega_low <= OMEGA <= found.omega_high
        alike = reliability(_draw(150, rng, np.full(4, 0.6)), ITEMS)
        held[1] += alike.alpha_low <= equal <= alike.alpha_high
    return held / replications


def test_intervals_of_omega_and_alpha_cover():
    # 200 replications: Monte Carlo error 0.015.
    assert _coverage(200, 5) == pytest.approx([0.95, 0.95], abs=0.045)


@pytest.mark.slow
def test_intervals_of_omega_and_alpha_cover_over_many_replications():
    assert _coverage(1000, 6) == pytest.approx([0.95, 0.95], abs=0.02)
