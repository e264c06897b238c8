"""The factor model on data with known loadings, and what it refuses."""

import numpy as np
import pandas as pd
import pytest
from scipy import optimize, stats

from neighbourhood_equity.models.measurement.factor_likelihood import Layout
from neighbourhood_equity.models.measurement.factor_model import (
    confirmatory_factor,
    factor_from_covariance,
)
from neighbourhood_equity.models.specification import SpecificationError

FOUR = {name: tuple(f"{name}{i}" for i in range(3)) for name in ("a", "b", "c", "d")}


def _population(factors, loadings, phi):
    """Covariances of items with variance one; equal loadings a factor."""
    items = [item for named in factors.values() for item in named]
    owner = np.repeat(np.arange(len(factors)), [len(named) for named in factors.values()])
    matrix = np.array(loadings)[:, None] * (owner[:, None] == np.arange(len(factors)))
    covariance = matrix @ phi @ matrix.T
    covariance[np.diag_indices(len(items))] = 1.0
    return pd.DataFrame(covariance, items, items)


def _draw(covariance, n, rng):
    values = rng.standard_normal((n, len(covariance))) @ np.linalg.cholesky(covariance).T
    return pd.DataFrame(values, columns=covariance.columns)


def _phi(value, factors=4):
    return np.where(np.eye(factors, dtype=bool), 1.0, value)


LOADINGS = np.tile([0.8, 0.7, 0.5], 4)


def test_population_loadings_come_back():
    fit = factor_from_covariance(_population(FOUR, LOADINGS, _phi(0.4)), 500, FOUR)
    assert fit.standardised == pytest.approx(LOADINGS, abs=1e-6)


def test_population_correlations_come_back():
    fit = factor_from_covariance(_population(FOUR, LOADINGS, _phi(0.4)), 500, FOUR)
    assert fit.correlations == pytest.approx(_phi(0.4), abs=1e-6)


def test_true_model_fits_exactly():
    fit = factor_from_covariance(_population(FOUR, LOADINGS, _phi(0.4)), 500, FOUR).fit
    assert (fit.df, fit.cfi, fit.rmsea) == (48, 1.0, 0.0)
    assert fit.chi_square == pytest.approx(0, abs=1e-6)


def test_rmsea_is_of_n_rows():
    # lavaan divides by n, others by n - 1: three printed digits do not tell them apart.
    data = _draw(_population(FOUR, LOADINGS, _phi(0.4)), 60, np.random.default_rng(4))
    fit = confirmatory_factor(data, {"all": tuple(data)}).fit
    assert fit.rmsea**2 * fit.df * 60 == pytest.approx(fit.chi_square - fit.df)


def test_second_order_loadings_come_back():
    loading = np.array([0.9, 0.8, 0.6, 0.5])
    phi = np.where(np.eye(4, dtype=bool), 1.0, np.outer(loading, loading))
    fit = factor_from_covariance(_population(FOUR, LOADINGS, phi), 500, FOUR, second_order=True)
    assert fit.second_order == pytest.approx(loading, abs=1e-6)
    assert fit.fit.df == 50


@pytest.mark.parametrize("second_order", [False, True])
def test_slopes_are_the_derivatives_of_the_implied_covariances(second_order):
    pairs = [(0, 1), (0, 2), (1, 2)]
    layout = Layout(np.repeat([0, 1, 2], 2), 3, second_order, pairs)
    theta = np.random.default_rng(5).uniform(0.3, 0.9, layout.size)
    step = 1e-6 * np.eye(layout.size)
    wanted = [(layout.implied(theta + d) - layout.implied(theta - d)) / 2e-6 for d in step]
    assert layout.slopes(theta) == pytest.approx(np.array(wanted), abs=1e-8)


def test_three_items_of_one_factor_have_closed_forms():
    # l1^2 = s12 s13 / s23 with three items and one factor.
    r = pd.DataFrame([[1, 0.4, 0.3], [0.4, 1, 0.2], [0.3, 0.2, 1]], list("xyz"), list("xyz"))
    fit = factor_from_covariance(r, 100, {"f": tuple("xyz")})
    assert fit.standardised**2 == pytest.approx([0.6, 4 / 15, 0.15], abs=1e-7)


def test_just_identified_model_is_not_testable():
    r = pd.DataFrame([[1, 0.4, 0.3], [0.4, 1, 0.2], [0.3, 0.2, 1]], list("xyz"), list("xyz"))
    fit = factor_from_covariance(r, 100, {"f": tuple("xyz")}).fit
    assert fit.df == 0
    assert np.isnan([fit.cfi, fit.tli, fit.rmsea, fit.srmr, fit.p_value]).all()


def test_marker_and_fixed_variance_are_one_model():
    data = _draw(_population(FOUR, LOADINGS, _phi(0.4)), 300, np.random.default_rng(4))
    marker = confirmatory_factor(data, FOUR)
    fixed = confirmatory_factor(data, FOUR, "fixed_variance")
    ratio = fixed.loadings / fixed.loadings[[0, 0, 0, 3, 3, 3, 6, 6, 6, 9, 9, 9]]
    assert marker.loadings == pytest.approx(ratio)
    assert marker.fit == fixed.fit


def test_units_of_the_items_leave_the_standardised_solution_alone():
    data = _draw(_population(FOUR, LOADINGS, _phi(0.4)), 300, np.random.default_rng(4))
    other = data * np.geomspace(1e-3, 1e3, 12)
    scaled, plain = confirmatory_factor(other, FOUR), confirmatory_factor(data, FOUR)
    assert scaled.standardised_errors == pytest.approx(plain.standardised_errors)
    assert scaled.loadings[1] == pytest.approx(
        plain.loadings[1]
        * other["a1"].std()
        / data["a1"].std()
        / other["a0"].std()
        * data["a0"].std()
    )


def test_no_other_parameters_fit_better():
    # A general optimiser on the likelihood itself, without our derivatives.
    items = {"f": tuple("wxyz")}
    data = _draw(_population(items, [0.8, 0.6, 0.5, 0.4], np.eye(1)), 80, np.random.default_rng(2))
    observed = np.cov(data, rowvar=False, bias=True)

    def minus_two_log_likelihood(theta):
        implied = np.outer(theta[:4], theta[:4]) + np.diag(theta[4:] ** 2)
        ratio = np.linalg.solve(implied, observed)
        return 80 * (np.trace(ratio) - np.linalg.slogdet(ratio)[1] - 4)

    best = optimize.minimize(minus_two_log_likelihood, np.full(8, 0.6), tol=1e-12)
    assert confirmatory_factor(data, items).fit.chi_square == pytest.approx(best.fun, abs=1e-5)


def test_bartlett_scores_are_unbiased_and_regression_scores_shrink():
    covariance = _population(FOUR, LOADINGS, _phi(0.4))
    model = factor_from_covariance(covariance, 10**6, FOUR, "fixed_variance")
    items = pd.DataFrame(model.loading_matrix[:, [0]].T, columns=list(model.items))
    assert model.scores(items, "bartlett")[["a", "b"]].to_numpy()[0] == pytest.approx([1, 0])
    assert 0.5 < model.scores(items)["a"].iloc[0] < 1


@pytest.mark.parametrize("method", ["regression", "bartlett"])
def test_score_errors_are_the_spread_of_scores_about_the_factors(method):
    rng = np.random.default_rng(6)
    model = factor_from_covariance(
        _population(FOUR, LOADINGS, _phi(0.4)), 10**6, FOUR, "fixed_variance"
    )
    factor = rng.standard_normal((40_000, 4)) @ np.linalg.cholesky(_phi(0.4)).T
    noise = rng.standard_normal((40_000, 12)) * np.sqrt(1 - LOADINGS**2)
    data = pd.DataFrame(factor @ model.loading_matrix.T + noise, columns=list(model.items))
    score = model.scores(data, method)
    # Monte Carlo error of a standard deviation from 40,000 draws: 0.4%.
    assert (score["b"] - factor[:, 1]).std() == pytest.approx(score["b_error"].iloc[0], rel=0.015)


def test_row_without_an_item_has_no_score():
    data = _draw(_population(FOUR, LOADINGS, _phi(0.4)), 100, np.random.default_rng(1))
    data.loc[3, "a1"] = np.nan
    model = confirmatory_factor(data, FOUR)
    assert (model.n, dict(model.dropped)) == (99, {"missing item": 1})
    assert model.scores(data).loc[3].isna().all()


def test_heywood_case_is_reported():
    # s12 s13 / s23 = 1.08: more common variance than variance.
    r = pd.DataFrame([[1, 0.9, 0.6], [0.9, 1, 0.5], [0.6, 0.5, 1]], list("xyz"), list("xyz"))
    model = factor_from_covariance(r, 100, {"f": tuple("xyz")})
    assert model.heywood == ("x has a uniqueness of -0.0792, below zero",)


@pytest.mark.parametrize(
    ("factors", "words"),
    [
        ({"f": ("a0", "a1")}, "not identified"),
        ({"f": ("a0", "a1", "a2"), "g": ("b0",)}, "g has 1 items"),
        ({"f": ("a0", "a1", "a2"), "g": ("a0", "b1")}, "a0 stand twice"),
        ({"f": ("a0", "a1", "nowhere")}, "lacks nowhere"),
        ({}, "no factor"),
    ],
)
def test_model_that_is_not_identified_is_refused(factors, words):
    data = _draw(_population(FOUR, LOADINGS, _phi(0.4)), 100, np.random.default_rng(1))
    with pytest.raises(SpecificationError, match=words):
        confirmatory_factor(data, factors)


def test_pair_without_correlation_to_another_factor_is_refused():
    two = {"a": FOUR["a"], "b": FOUR["b"][:2]}
    covariance = _population(two, LOADINGS[:5], np.eye(2))
    with pytest.raises(SpecificationError, match=r"not identified|no maximum"):
        factor_from_covariance(covariance, 300, two)


def test_constant_and_copied_items_are_refused():
    data = _draw(_population(FOUR, LOADINGS, _phi(0.4)), 100, np.random.default_rng(1))
    with pytest.raises(SpecificationError, match="a1 do not vary"):
        confirmatory_factor(data.assign(a1=1.0), FOUR)
    with pytest.raises(SpecificationError, match="combinations"):
        confirmatory_factor(data.assign(a1=data["a0"]), FOUR)


def _coverage(replications, seed):
    """Shares of intervals that hold the true standardised and marker loadings, 200 rows."""
    rng = np.random.default_rng(seed)
    covariance = _population(FOUR, LOADINGS, _phi(0.4))
    ratio = LOADINGS / 0.8
    held = np.zeros(2)
    for _ in range(replications):
        table = confirmatory_factor(_draw(covariance, 200, rng), FOUR).tidy()
        inside = (table["standardised_low"] <= LOADINGS) & (table["standardised_high"] >= LOADINGS)
        free = table["std_error"].notna()
        marker = ((table["ci_low"] <= ratio) & (table["ci_high"] >= ratio))[free]
        held += inside.mean(), marker.mean()
    return held / replications


def test_loading_intervals_cover():
    # 60 x 12 intervals, correlated within a replication: Monte Carlo error about 0.01.
    assert _coverage(60, 1) == pytest.approx([0.95, 0.95], abs=0.03)


@pytest.mark.slow
def test_loading_intervals_cover_over_many_replications():
    assert _coverage(400, 2) == pytest.approx([0.95, 0.95], abs=0.015)


@pytest.mark.slow
def test_chi_square_has_its_distribution():
    rng = np.random.default_rng(3)
    covariance = _population(FOUR, LOADINGS, _phi(0.4))
    found = [confirmatory_factor(_draw(covariance, 1000, rng), FOUR).fit for _ in range(200)]
    assert stats.kstest([fit.p_value for fit in found], "uniform").pvalue > 0.01
