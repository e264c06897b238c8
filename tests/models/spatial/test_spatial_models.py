"""Spatial models against their formulas written out, planted values and each other."""

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from scipy import stats
from shapely.geometry import box

from neighbourhood_equity.models.spatial.impacts import impacts, impacts_of_lags
from neighbourhood_equity.models.spatial.moran import (
    nearest_neighbours,
    neighbours_within,
    queen_neighbours,
)
from neighbourhood_equity.models.spatial.spatial_models import (
    common_factor_test,
    durbin_error,
    eigenvalues,
    lags_of_x,
    spatial_model,
)
from neighbourhood_equity.models.spatial.spatial_moments import error_by_moments, spatial_two_stage
from neighbourhood_equity.models.spatial.spatial_sample import spatial_sample
from neighbourhood_equity.models.spatial.spatial_score import Problem
from neighbourhood_equity.models.spatial.spatial_tests import lagrange_tests, residual_moran
from neighbourhood_equity.models.specification import Specification, SpecificationError

SIDE = 20
SPEC = Specification("s", "s", "y", ("x",), ("z",), weights="w", clusters="ward")


@pytest.fixture(scope="module")
def areas():
    squares = [box(x, y, x + 1, y + 1) for x in range(SIDE) for y in range(SIDE)]
    codes = [f"E{i:03d}" for i in range(len(squares))]
    return gpd.GeoDataFrame({"code": codes}, geometry=squares, crs=27700)


@pytest.fixture(scope="module")
def queen(areas):
    return queen_neighbours(areas)


@pytest.fixture(scope="module")
def dense(queen):
    return np.asarray(queen.weights.sparse.todense())


@pytest.fixture(scope="module")
def made(areas, dense):
    """Columns by the Durbin model (rho 0.4, b 1, g 0.5) and by the error model (lambda 0.6)."""
    rng = np.random.default_rng(5)
    n = len(areas)
    x, z = rng.normal(size=(2, n))
    w = rng.uniform(0.5, 2, n)
    e = rng.normal(size=n) / np.sqrt(w)
    durbin = np.linalg.solve(np.eye(n) - 0.4 * dense, 2 + x + 0.5 * dense @ x - z + e)
    error = 2 + x - z + np.linalg.solve(np.eye(n) - 0.6 * dense, e)
    frame = pd.DataFrame({"code": areas["code"], "x": x, "z": z, "w": w, "y": durbin})
    # Rows in another order than the neighbours: the join must not be by place.
    whole = frame.assign(error_y=error, ward=np.arange(n) // 40)
    return whole.sample(frac=1, random_state=3)


@pytest.fixture(scope="module")
def durbin(made, queen):
    return spatial_model(made, SPEC, queen, "code")


def _value(estimate, term):
    row = estimate.tidy().set_index("term").loc[term]
    return row["estimate"], row["std_error"]


@pytest.mark.parametrize(
    ("term", "planted"), [("x", 1.0), ("z", -1.0), ("lag_x", 0.5), ("lag_z", 0.0), ("rho", 0.4)]
)
def test_durbin_finds_what_was_planted(durbin, term, planted):
    value, error = _value(durbin.estimate, term)
    assert abs(value - planted) < 3 * error < 0.6


def test_error_model_finds_lambda(made, queen):
    spec = replace(SPEC, outcome="error_y")
    value, error = _value(spatial_model(made, spec, queen, "code", "error").estimate, "lambda")
    assert abs(value - 0.6) < 3 * error < 0.3


def test_likelihood_is_the_normal_density(durbin, made, queen, dense):
    rows = made.sort_values("code")
    value = durbin.estimate.tidy().set_index("term")["estimate"]
    x, z, y, w = (rows[name].to_numpy() for name in ("x", "z", "y", "w"))
    w = w / w.mean()
    mean = value["constant"] + value["x"] * x + value["z"] * z
    mean = mean + dense @ (value["lag_x"] * x + value["lag_z"] * z)
    e = y - value["rho"] * dense @ y - mean
    variance = durbin.estimate.diagnostics["error_variance"] / w
    jacobian = np.linalg.slogdet(np.eye(len(y)) - value["rho"] * dense)[1]
    density = -0.5 * (np.log(2 * np.pi * variance) + e**2 / variance).sum()
    assert durbin.log_likelihood == pytest.approx(density + jacobian, abs=1e-6)


def test_covariance_is_the_inverse_curvature(made, queen):
    """The expected information is near minus the slope of the likelihood's own slope in rho."""
    fit = spatial_model(made, SPEC, queen, "code", "lag")
    spatial = spatial_sample(made, SPEC, queen, "code")
    basis, _ = np.linalg.qr(spatial.design)
    left = spatial.outcome - basis @ (basis.T @ spatial.outcome)
    moved = spatial.starred_matrix @ spatial.outcome
    moved = moved - basis @ (basis.T @ moved)

    def profile(rho):
        e = left - rho * moved
        return np.log(1 - rho * fit.eigenvalues).sum() - len(e) / 2 * np.log(e @ e)

    h = 1e-3
    curvature = (profile(fit.rho + h) - 2 * profile(fit.rho) + profile(fit.rho - h)) / h**2
    assert _value(fit.estimate, "rho")[1] == pytest.approx((-curvature) ** -0.5, rel=0.05)


def test_effects_are_the_means_of_the_multiplier(durbin, dense):
    value = durbin.estimate.tidy().set_index("term")["estimate"]
    n = len(dense)
    moved = np.linalg.solve(
        np.eye(n) - value["rho"] * dense, value["x"] * np.eye(n) + value["lag_x"] * dense
    )
    direct, total = np.trace(moved) / n, moved.sum() / n
    found = impacts(durbin, np.random.default_rng(1), 50).query("term == 'x'")["estimate"]
    np.testing.assert_allclose(found, [direct, total - direct, total], rtol=1e-9)


def test_error_of_the_total_is_that_of_the_delta_method(durbin):
    value = durbin.estimate.tidy().set_index("term")["estimate"]
    at = [durbin.estimate.terms.index(term) for term in ("x", "lag_x", "rho")]
    rest = 1 - value["rho"]
    slope = np.array([1 / rest, 1 / rest, (value["x"] + value["lag_x"]) / rest**2])
    expected = np.sqrt(slope @ durbin.estimate.covariance[np.ix_(at, at)] @ slope)
    found = impacts(durbin, np.random.default_rng(1), 4000).query("term == 'x'")
    # Monte Carlo error of a standard deviation from 4,000 draws: 1.1%.
    assert found["std_error"].iloc[2] == pytest.approx(expected, rel=0.06)


def test_one_generator_gives_one_answer(durbin):
    one, other = (impacts(durbin, np.random.default_rng(4), 100) for _ in range(2))
    pd.testing.assert_frame_equal(one, other)


def test_common_factor_is_refused_where_it_is_false(durbin, made, queen):
    inside = spatial_model(made, SPEC, queen, "code", "error")
    assert common_factor_test(durbin, inside).p_value < 0.001


def test_common_factor_has_a_degree_for_each_lag(durbin, made, queen):
    inside = spatial_model(made, SPEC, queen, "code", "error")
    assert common_factor_test(durbin, inside).df == 2


def test_common_factor_stands_where_it_is_true(made, queen):
    spec = replace(SPEC, outcome="error_y")
    whole, inside = (spatial_model(made, spec, queen, "code", form) for form in ("durbin", "error"))
    assert common_factor_test(whole, inside).p_value > 0.01


@pytest.mark.parametrize("form", ["lag", "error"])
@pytest.mark.parametrize("term", ["x", "spatial"])
def test_effects_absorbed_are_dummies(made, queen, form, term):
    name = {"spatial": {"lag": "rho", "error": "lambda"}[form]}.get(term, term)
    spec = replace(SPEC, effects=("ward",))
    absorbed = spatial_model(made, spec, queen, "code", form, score="adjusted")
    dummies = pd.get_dummies(made["ward"], prefix="d", dtype=float).iloc[:, 1:]
    spelt_out = replace(SPEC, controls=("z", *dummies.columns))
    spelt = spatial_model(made.join(dummies), spelt_out, queen, "code", form, score="adjusted")
    assert _value(absorbed.estimate, name) == pytest.approx(_value(spelt.estimate, name), 1e-6)


def test_durbin_has_the_lags_of_the_effects(made, queen, dense):
    spec = replace(SPEC, effects=("ward",))
    absorbed = spatial_model(made, spec, queen, "code", score="adjusted")
    rows = made.sort_values("code")
    dummies = pd.get_dummies(rows["ward"], prefix="d", dtype=float)
    lags = pd.DataFrame(dense @ dummies.to_numpy(), rows.index, dummies.columns).add_prefix("lag_")
    x = pd.DataFrame(dense @ rows[["x", "z"]].to_numpy(), rows.index, ["lag_x", "lag_z"])
    frame = rows.join(dummies.iloc[:, 1:]).join(lags.iloc[:, 1:]).join(x)
    others = tuple(name for name in frame if name not in made and name != "lag_x")
    spelt_out = replace(SPEC, controls=("lag_x", "z", *others))
    spelt = spatial_model(frame, spelt_out, queen, "code", "lag", score="adjusted")
    for term in ("x", "lag_x", "rho"):
        assert _value(absorbed.estimate, term) == pytest.approx(_value(spelt.estimate, term), 1e-6)


@pytest.mark.parametrize("form", ["lag", "error", "durbin"])
def test_a_likelihood_with_effects_is_refused(made, queen, form):
    with pytest.raises(SpecificationError, match="ask for the adjusted score"):
        spatial_model(made, replace(SPEC, effects=("ward",)), queen, "code", form)


def test_a_ratio_of_adjusted_fits_is_refused(made, queen, durbin):
    inside = spatial_model(made, SPEC, queen, "code", "error", score="adjusted")
    with pytest.raises(SpecificationError, match="fits by likelihood"):
        common_factor_test(durbin, inside)


@pytest.mark.parametrize("errors", [False, True])
def test_adjusted_score_has_mean_zero_at_the_truth(made, queen, dense, errors):
    """And the likelihood's has not, where 400 areas bear 100 levels."""
    rng = np.random.default_rng(8)
    n, rho = len(made), 0.5
    frame = made.sort_values("code").assign(group=np.arange(n) // 4, w=1.0)
    spec = replace(SPEC, effects=("group",), weights=None)
    filter_, roots = np.eye(n) - rho * dense, eigenvalues(queen)
    drawn = []
    for _ in range(64):
        e = rng.normal(size=n)
        y = np.linalg.solve(filter_, frame["x"] + e)
        if errors:
            y = frame["x"] + np.linalg.solve(filter_, e)
        spatial = spatial_sample(frame.assign(y=y), spec, queen, "code")
        problem = Problem(spatial, errors, roots)
        step = (problem.log_likelihood(rho + 1e-4) - problem.log_likelihood(rho - 1e-4)) / 2e-4
        drawn.append((problem.adjusted_score(rho), step))
    mean, error = np.mean(drawn, axis=0), np.std(drawn, axis=0, ddof=1) / 8
    assert abs(mean[0]) < 3 * error[0]
    assert mean[1] < -10 * error[1]


def test_error_of_the_adjusted_score_is_its_variance_over_its_slope(made, queen):
    """Both written out for the lag model, where 400 areas bear 200 levels and they differ."""
    n = len(made)
    frame = made.sort_values("code").assign(group=np.arange(n) // 2)
    spec = replace(SPEC, effects=("group",), weights=None)
    spatial = spatial_sample(frame, spec, queen, "code")
    parts = Problem(spatial, False, eigenvalues(queen)).parts("adjusted")
    matrix, design = spatial.starred_matrix.toarray(), spatial.design
    left = np.eye(n) - design @ np.linalg.pinv(design)
    moved = matrix @ np.linalg.inv(np.eye(n) - parts.rho * matrix)
    form = left @ moved
    signal = left @ moved @ design @ parts.coefficients
    shared = signal @ signal / parts.variance - 2 * np.trace(form) ** 2 / (n - design.shape[1])
    variance = shared + np.trace(form @ form) + np.trace(form @ form.T)
    slope = shared + np.trace(form @ moved) + np.trace(form @ form.T)
    assert parts.covariance[-1, -1] == pytest.approx(variance / slope**2, rel=1e-8)
    assert abs(variance / slope - 1) > 0.02


def test_restricted_likelihood_is_highest_at_the_root(made, queen, dense):
    """The error model's restricted likelihood written out: log|A| - log|X'A'A X|/2 - ..."""
    spec = replace(SPEC, outcome="error_y", effects=("ward",), weights=None)
    fit = spatial_model(made, spec, queen, "code", "error", score="adjusted")
    spatial = spatial_sample(made, spec, queen, "code")
    matrix, design, y = spatial.matrix.toarray(), spatial.design, spatial.outcome
    n, k = design.shape

    def restricted(rho):
        filter_ = np.eye(n) - rho * matrix
        columns, outcome = filter_ @ design, filter_ @ y
        e = outcome - columns @ np.linalg.lstsq(columns, outcome)[0]
        half = np.linalg.slogdet(columns.T @ columns)[1] / 2
        return np.linalg.slogdet(filter_)[1] - half - (n - k) / 2 * np.log(e @ e)

    h = 1e-3
    slope = (restricted(fit.rho + h) - restricted(fit.rho - h)) / (2 * h)
    bend = (restricted(fit.rho + h) - 2 * restricted(fit.rho) + restricted(fit.rho - h)) / h**2
    error = _value(fit.estimate, "lambda")[1]
    assert abs(slope) < 1e-3 / error
    assert error == pytest.approx((-bend) ** -0.5, rel=0.1)


def test_other_areas_than_the_neighbours_are_refused(made, queen):
    with pytest.raises(SpecificationError, match="1 neighbours have no complete row"):
        spatial_model(made.iloc[1:], SPEC, queen, "code", "lag")


def test_total_of_the_lags_has_the_error_of_the_sum(made, queen):
    estimate = lags_of_x(made, SPEC, queen, "code")
    at = [estimate.terms.index(term) for term in ("x", "lag_x")]
    expected = np.sqrt(estimate.covariance[np.ix_(at, at)].sum())
    found = impacts_of_lags(estimate).query("term == 'x' and effect == 'total'")
    assert found["std_error"].iloc[0] == pytest.approx(expected)


def test_lagged_effects_have_degrees_of_freedom_of_their_own(made, queen):
    estimate = lags_of_x(made, replace(SPEC, variance="bias_reduced"), queen, "code")
    own = estimate.tidy().set_index("term")[["ci_low", "ci_high"]]
    found = impacts_of_lags(estimate).query("term == 'x'").set_index("effect")
    for effect, term in (("direct", "x"), ("indirect", "lag_x")):
        assert found.loc[effect, ["ci_low", "ci_high"]].tolist() == pytest.approx(
            list(own.loc[term])
        )
    total = found.loc["total"]
    reach = stats.t.ppf(0.975, estimate.df_of("x", "lag_x")) * total["std_error"]
    assert total["ci_high"] == pytest.approx(total["estimate"] + reach)


def test_durbin_error_model_finds_what_was_planted(made, queen):
    estimate = durbin_error(made, replace(SPEC, outcome="error_y"), queen, "code")
    for term, planted in (("x", 1.0), ("lag_x", 0.0), ("lambda", 0.6)):
        value, error = _value(estimate, term)
        assert abs(value - planted) < 3 * error < 0.6
    found = impacts_of_lags(estimate).query("term == 'x'").set_index("effect")["estimate"]
    assert found["total"] == pytest.approx(found["direct"] + found["indirect"])


def test_two_stage_finds_rho(made, queen):
    # Durbin's neighbour term is in the equation, so that W W x is left as the instrument.
    spec = replace(SPEC, outcome="y2")
    rng = np.random.default_rng(9)
    dense = np.asarray(queen.weights.sparse.todense())
    rows = made.sort_values("code")
    e = 0.5 * rng.normal(size=len(rows))
    y2 = np.linalg.solve(np.eye(len(rows)) - 0.4 * dense, rows["x"] - rows["z"] + e)
    value, error = _value(spatial_two_stage(rows.assign(y2=y2), spec, queen, "code"), "rho")
    assert abs(value - 0.4) < 3 * error < 0.3


def test_moments_are_near_likelihood(made, queen):
    spec = replace(SPEC, outcome="error_y")
    likely = spatial_model(made, spec, queen, "code", "error")
    found = error_by_moments(made, spec, queen, "code")
    assert found == pytest.approx(likely.rho, abs=2 * _value(likely.estimate, "lambda")[1])


def test_nearest_neighbours_are_six(areas):
    assert set(nearest_neighbours(areas, 6).weights.cardinalities.values()) == {6}


def test_band_of_one_is_the_rook(areas):
    assert neighbours_within(areas, 1.0).weights.cardinalities[0] == 2


def test_band_too_short_joins_every_area(areas):
    assert neighbours_within(areas, 0.5).joined == len(areas)


@pytest.mark.parametrize("make", [queen_neighbours, nearest_neighbours])
def test_eigenvalues_add_up_to_the_squares_of_the_matrix(areas, make):
    neighbours = make(areas)
    matrix = np.asarray(neighbours.weights.sparse.todense())
    squares = (eigenvalues(neighbours) ** 2).sum()
    assert squares == pytest.approx(np.trace(matrix @ matrix), rel=1e-8)


def _rejected(areas, queen, statistic, replications=200):
    """Share of p values below 0.05 where nothing is alike, with wards and weights."""
    rng = np.random.default_rng(2)
    n = len(areas)
    spec = replace(SPEC, effects=("ward",))
    below = 0
    for _ in range(replications):
        x, z, e = rng.normal(size=(3, n))
        w = rng.uniform(0.5, 2, n)
        frame = pd.DataFrame({"code": areas["code"], "x": x, "z": z, "w": w})
        frame = frame.assign(y=x + e / np.sqrt(w), ward=np.arange(n) // 40)
        below += statistic(spatial_sample(frame, spec, queen, "code")) < 0.05
    return below / replications


def _lag_p(spatial):
    return lagrange_tests(spatial).set_index("test").loc["lag", "p_value"]


@pytest.mark.slow
@pytest.mark.parametrize("statistic", [lambda s: residual_moran(s).p_value, _lag_p])
def test_size_with_effects_and_weights(areas, queen, statistic):
    # Monte Carlo error at 5% and 200 replications: 1.5 points.
    assert _rejected(areas, queen, statistic) == pytest.approx(0.05, abs=3 * 0.0154)


def test_moran_of_residuals_expects_what_independence_gives(areas, queen):
    """Mean and spread of I over 300 draws of independent errors, wards held equal."""
    rng = np.random.default_rng(6)
    n = len(areas)
    frame = pd.DataFrame({"code": areas["code"], "ward": np.arange(n) // 40})
    frame = frame.assign(x=rng.normal(size=n), z=rng.normal(size=n), w=1.0, y=rng.normal(size=n))
    spatial = spatial_sample(frame, replace(SPEC, effects=("ward",)), queen, "code")
    basis, _ = np.linalg.qr(spatial.design)
    e = rng.normal(size=(n, 300))
    e = e - basis @ (basis.T @ e)
    drawn = (e * (spatial.matrix @ e)).sum(axis=0) / (e * e).sum(axis=0)
    found = residual_moran(spatial)
    sd = (found.statistic - found.expected) / found.z
    assert drawn.mean() == pytest.approx(found.expected, abs=4 * sd / np.sqrt(300))
    assert drawn.std() == pytest.approx(sd, rel=0.15)


def test_more_columns_than_areas_are_refused(made, queen):
    frame = made.assign(group=np.arange(len(made)) // 2)
    with pytest.raises(SpecificationError, match="400 areas cannot carry"):
        spatial_model(frame, replace(SPEC, effects=("group",)), queen, "code", score="adjusted")
