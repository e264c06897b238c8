"""Convergence where the truth is known: areas that do not converge, measured with error."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from neighbourhood_equity.models.prices.convergence import beta_convergence, sigma_convergence
from neighbourhood_equity.models.specification import SpecificationError

NOISE = 0.04


def _areas(rng, n=4000, beta=0.0):
    level = rng.normal(0, 0.4, n)
    final = 1 + (1 + beta) * level + rng.normal(0, 0.1, n)
    measured = level + np.sqrt(NOISE) * rng.normal(size=n)
    columns = {"initial": measured, "final": final, "variance": NOISE, "truth": level}
    return pd.DataFrame({**columns, "ward": rng.integers(0, 50, n)})


@pytest.fixture(scope="module")
def areas():
    return _areas(np.random.default_rng(16))


@pytest.fixture
def cells(areas):
    few = areas.head(200)
    first = few.assign(period=1995, log_price=few["initial"])
    last = few.assign(period=2024, log_price=few["final"], variance=0.0)
    stacked = pd.concat([first.rename_axis("area"), last.rename_axis("area")]).reset_index()
    return stacked[["area", "period", "log_price", "variance"]]


def _sigma(cells, seed=17):
    return sigma_convergence(cells, np.random.default_rng(seed), draws=199)


@pytest.mark.parametrize(("column", "attribute"), [("estimate", "params"), ("std_error", "bse")])
def test_beta_equals_least_squares_with_hc1(areas, column, attribute):
    growth = areas["final"] - areas["initial"]
    peer = sm.OLS(growth, sm.add_constant(areas["initial"])).fit(cov_type="HC1")
    ours = beta_convergence(areas, "initial", "final").tidy()
    assert ours[column][0] == pytest.approx(getattr(peer, attribute)["initial"], rel=1e-8)


def test_noise_alone_looks_like_convergence(areas):
    # Reliability 0.16 / 0.20: b = -0.2 where nothing converges.
    assert beta_convergence(areas, "initial", "final").tidy()["estimate"][0] < -0.15


def test_correction_finds_no_convergence(areas):
    found = beta_convergence(areas, "initial", "final", "variance").tidy()
    assert abs(found["estimate"][1]) < 3 * found["std_error"][1]


def test_correction_finds_true_convergence():
    frame = _areas(np.random.default_rng(18), beta=-0.3)
    found = beta_convergence(frame, "initial", "final", "variance").tidy()
    assert found["estimate"][1] == pytest.approx(-0.3, abs=0.03)


def test_reliability(areas):
    found = beta_convergence(areas, "initial", "final", "variance").reliability
    assert found == pytest.approx(0.8, abs=0.02)


def test_clusters_are_named(areas):
    found = beta_convergence(areas, "initial", "final", clusters="ward")
    assert "clustered by ward" in found.estimate.variance_rule


def test_all_noise_is_refused(areas):
    with pytest.raises(SpecificationError, match="as large as the variance"):
        beta_convergence(areas.assign(variance=0.5), "initial", "final", "variance")


def test_missing_sampling_variance_is_refused(areas):
    with pytest.raises(SpecificationError, match="4000 sampling variances"):
        beta_convergence(areas.assign(variance=np.nan), "initial", "final", "variance")


def test_sigma_is_the_standard_deviation(cells):
    expected = cells.loc[cells["period"] == 1995, "log_price"].std(ddof=1)
    assert _sigma(cells.drop(columns="variance")).deviation[0] == pytest.approx(expected)


def test_sigma_is_net_of_sampling_variance(cells):
    observed = cells.loc[cells["period"] == 1995, "log_price"].var(ddof=1)
    assert _sigma(cells).deviation[0] == pytest.approx(np.sqrt(observed - NOISE))


def test_sigma_leaves_out_areas_without_all_periods(cells):
    assert _sigma(cells.iloc[1:]).areas == 199


def test_sigma_interval_holds_the_estimate(cells):
    found = _sigma(cells)
    assert found.low[0] < found.deviation[0] < found.high[0]


def test_sigma_interval_is_that_of_a_normal_sample(cells):
    # Standard error of a standard deviation s of n normal values: s / sqrt(2 n); MC error 5%.
    found = _sigma(cells.drop(columns="variance"))
    width = 2 * 1.96 * found.deviation[0] / np.sqrt(2 * 200)
    assert found.high[0] - found.low[0] == pytest.approx(width, rel=0.3)


def test_same_generator_gives_the_same_interval(cells):
    assert _sigma(cells).change_low == _sigma(cells).change_low


def test_cell_given_twice_is_refused(cells):
    with pytest.raises(SpecificationError, match="stands twice"):
        _sigma(pd.concat([cells, cells.head(1)]))


def test_sampling_error_as_large_as_the_spread_is_refused():
    cells = pd.DataFrame(
        [(area, period, 10 + 0.01 * area, 1.0) for area in range(5) for period in (1, 2)],
        columns=["area", "period", "log_price", "variance"],
    )
    with pytest.raises(SpecificationError, match="as large as the spread"):
        sigma_convergence(cells, np.random.default_rng(1))
