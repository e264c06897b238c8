"""Small areas: limits known by hand, refusals, and coverage on simulated areas."""

import numpy as np
import pandas as pd
import pytest

from neighbourhood_equity.models.prices.small_area import benchmark, fay_herriot, shrink_cells
from neighbourhood_equity.models.specification import SpecificationError

ROUNDING = 1e-10


def _areas(rng, n=60, between=0.04):
    design = np.column_stack([np.ones(n), rng.normal(size=n)])
    variance = rng.uniform(0.01, 0.2, n)
    truth = design @ [1.0, 0.5] + np.sqrt(between) * rng.normal(size=n)
    return truth, truth + np.sqrt(variance) * rng.normal(size=n), variance, design


@pytest.fixture
def areas():
    return _areas(np.random.default_rng(3))


@pytest.fixture
def cells():
    rng = np.random.default_rng(4)
    area, period = np.repeat(np.arange(30), 8), np.tile(np.arange(8), 30)
    truth = rng.normal(0, 0.3, 30)[area] + 0.03 * period + rng.normal(0, 0.1, 240)
    variance = 0.09 / rng.integers(1, 12, 240)
    price = truth + np.sqrt(variance) * rng.normal(size=240)
    columns = {"area": area, "period": period, "log_price": price, "variance": variance}
    return pd.DataFrame({**columns, "truth": truth})


def _no_spread():
    design = np.column_stack([np.ones(6), [0.0, 1, 0, 1, 0, 1]])
    return fay_herriot(np.array([1.0, 2, 1.1, 2.1, 0.9, 1.9]), np.full(6, 0.5), design)


def test_no_spread_beyond_sampling_gives_a_zero_component():
    assert _no_spread().variance_component == 0


def test_zero_component_predicts_from_the_regression():
    assert _no_spread().estimate[1] == pytest.approx(2.0)


def test_zero_component_keeps_an_error():
    # g2 = 0.5 / 3 (mean of three); 2 g3 = 2 x (2 / (6 / 0.25)) / 0.5.
    assert _no_spread().mse[0] == pytest.approx(0.5 / 3 + 2 * (2 / 24) / 0.5)


def test_equal_variances_give_the_moment_estimate():
    rng = np.random.default_rng(5)
    direct = rng.normal(0, 1, 40)
    fit = fay_herriot(direct, np.full(40, 0.3), np.ones((40, 1)))
    assert fit.variance_component == pytest.approx(direct.var(ddof=1) - 0.3, rel=1e-6)


def test_area_without_direct_estimate_is_synthetic(areas):
    _, direct, variance, design = areas
    direct[0] = variance[0] = np.nan
    fit = fay_herriot(direct, variance, design)
    assert fit.estimate[0] == pytest.approx(design[0] @ fit.coefficients)


def test_error_of_an_area_without_direct_estimate(areas):
    _, direct, variance, design = areas
    direct[0] = variance[0] = np.nan
    fit = fay_herriot(direct, variance, design)
    synthetic = fit.variance_component + design[0] @ fit.covariance @ design[0]
    assert fit.mse[0] == pytest.approx(synthetic)


def test_area_without_direct_estimate_does_not_move_the_rest(areas):
    _, direct, variance, design = areas
    without = fay_herriot(direct[1:], variance[1:], design[1:])
    direct[0] = variance[0] = np.nan
    fit = fay_herriot(direct, variance, design)
    assert fit.estimate[1:] == pytest.approx(without.estimate, abs=ROUNDING)


def test_benchmark_meets_the_target(areas):
    fit = fay_herriot(*areas[1:])
    weights = np.linspace(1, 2, 60)
    assert weights @ benchmark(fit, weights, 70.0).estimate == pytest.approx(70.0)


def test_benchmark_raises_the_error_by_the_square_of_the_change(areas):
    fit = fay_herriot(*areas[1:])
    moved = benchmark(fit, np.full(60, 1 / 60), 1.2)
    assert moved.mse - fit.mse == pytest.approx(moved.adjustment**2)


def test_coefficient_of_variation_of_a_level(areas):
    fit = fay_herriot(*areas[1:])
    expected = np.sqrt(fit.mse[0]) / abs(fit.estimate[0])
    assert fit.tidy()["cv"][0] == pytest.approx(expected)


def test_coefficient_of_variation_of_a_logarithm(areas):
    fit = fay_herriot(*areas[1:], scale="log")
    assert fit.tidy()["cv"][0] == pytest.approx(np.sqrt(np.exp(fit.mse[0]) - 1))


@pytest.mark.parametrize("bad", [0.0, -0.1])
def test_sampling_variance_must_be_positive(areas, bad):
    areas[2][3] = bad
    with pytest.raises(SpecificationError, match="1 sampling variances are not above zero"):
        fay_herriot(*areas[1:])


def test_direct_estimate_without_variance_is_refused(areas):
    areas[2][3] = np.nan
    with pytest.raises(SpecificationError, match="without its variance"):
        fay_herriot(*areas[1:])


def test_collinear_covariates_are_refused(areas):
    _, direct, variance, design = areas
    with pytest.raises(SpecificationError, match="combinations of others"):
        fay_herriot(direct, variance, np.column_stack([design, design[:, 1] * 2]))


def test_cells_equal_the_regression_with_dummies(cells):
    dummies = pd.get_dummies(cells["period"], drop_first=True, dtype=float)
    design = np.column_stack([pd.get_dummies(cells["area"], dtype=float), dummies])
    peer = fay_herriot(cells["log_price"].to_numpy(), cells["variance"].to_numpy(), design)
    assert shrink_cells(cells)["log_price"].to_numpy() == pytest.approx(peer.estimate, abs=1e-9)


def test_cells_are_nearer_the_truth_than_what_they_were(cells):
    before = ((cells["log_price"] - cells["truth"]) ** 2).mean()
    after = ((shrink_cells(cells)["log_price"] - cells["truth"]) ** 2).mean()
    assert after < 0.8 * before


def test_area_without_any_price_is_refused(cells):
    cells.loc[cells["area"] == 7, ["log_price", "variance"]] = np.nan
    with pytest.raises(SpecificationError, match="1 of column area without any price"):
        shrink_cells(cells)


def test_cell_given_twice_is_refused(cells):
    with pytest.raises(SpecificationError, match="1 cells stand twice"):
        shrink_cells(pd.concat([cells, cells.iloc[:1]]))


def _repeated(times: int, between: float) -> tuple[float, float]:
    """Share of intervals that hold the truth; stated over realised mean square error."""
    rng = np.random.default_rng(6)
    inside, stated, realised = [], [], []
    for _ in range(times):
        truth, direct, variance, design = _areas(rng, between=between)
        table = fay_herriot(direct, variance, design).tidy()
        inside.append(((table["ci_low"] <= truth) & (truth <= table["ci_high"])).mean())
        stated.append((table["std_error"] ** 2).mean())
        realised.append(((table["estimate"] - truth) ** 2).mean())
    return float(np.mean(inside)), float(np.mean(stated) / np.mean(realised))


def test_coverage_small():
    # 40 x 60 intervals, Monte Carlo error 0.5 points.
    assert _repeated(40, between=0.2)[0] == pytest.approx(0.95, abs=0.015)


@pytest.mark.slow
def test_coverage():
    # 1000 x 60 intervals, Monte Carlo error 0.1 points.
    assert _repeated(1000, between=0.2)[0] == pytest.approx(0.95, abs=0.005)


@pytest.mark.slow
def test_stated_error_is_the_realised_one_where_areas_hardly_differ():
    assert _repeated(1000, between=0.04)[1] == pytest.approx(1, abs=0.03)
