"""The fast bootstrap against the plain one, its interval, and its size with few clusters."""

import itertools

import numpy as np
import pandas as pd
import pytest
from statsmodels.api import WLS

from neighbourhood_equity.models.inference.wild_bootstrap import wild_cluster_bootstrap
from neighbourhood_equity.models.specification import Specification, SpecificationError

SPECIFICATION = Specification("t", "", "y", ("x",), ("z",), clusters="ward")


def _frame(wards: int = 6, each: int = 8, slope: float = 0.0, seed: int = 1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    ward = np.repeat(np.arange(wards), each)
    x = rng.normal(size=wards)[ward] + 0.3 * rng.normal(size=len(ward))
    z = rng.normal(size=len(ward))
    error = rng.normal(size=wards)[ward] + rng.normal(size=len(ward))
    frame = pd.DataFrame({"y": slope * x + 0.5 * z + error, "x": x, "z": z, "ward": ward})
    return frame.assign(w=rng.uniform(0.5, 2, len(ward)), kind=rng.integers(0, 3, len(ward)))


def _plain_p(frame, null, weights, effects):
    """Every sign vector by hand: impose the null, refit with dummies, CR1 t."""
    parts = [np.ones(len(frame)), frame["x"], frame["z"]]
    parts += [(frame[e] == v).astype(float) for e in effects for v in sorted(frame[e].unique())[1:]]
    right = np.column_stack(parts)
    weight = frame[weights].to_numpy() if weights else np.ones(len(frame))
    target = (frame["y"] - null * frame["x"]).to_numpy()
    short = WLS(target, np.delete(right, 1, axis=1), weights=weight).fit()
    ward = frame["ward"].to_numpy()

    def statistic(outcome):
        fit = WLS(outcome, right, weights=weight).fit(cov_type="cluster", cov_kwds={"groups": ward})
        return abs((fit.params[1] - null) / fit.bse[1])

    real = statistic(frame["y"].to_numpy())
    fitted = short.fittedvalues + null * frame["x"].to_numpy()
    drawn = [
        statistic(fitted + np.array(signs)[ward] * short.resid)
        for signs in itertools.product([-1.0, 1.0], repeat=ward.max() + 1)
    ]
    return float(np.mean(np.array(drawn) >= real * (1 - 1e-9)))


@pytest.mark.parametrize("null", [0.0, 0.7])
@pytest.mark.parametrize("weights", [None, "w"])
@pytest.mark.parametrize("effects", [(), ("kind",)])
def test_equals_the_plain_bootstrap(null, weights, effects):
    frame = _frame()
    specification = Specification("t", "", "y", ("x",), ("z",), effects, weights, "ward")
    ours = wild_cluster_bootstrap(
        frame, specification, "x", np.random.default_rng(0), null=null, weights="rademacher"
    )
    assert ours.p_value == pytest.approx(_plain_p(frame, null, weights, effects), abs=1e-12)


@pytest.mark.parametrize("end", ["low", "high"])
def test_ends_of_the_interval_are_where_the_test_turns(end):
    frame = _frame(14, slope=1.0)
    fit = wild_cluster_bootstrap(frame, SPECIFICATION, "x", np.random.default_rng(0), draws=999)
    inside, outside = (
        wild_cluster_bootstrap(
            frame,
            SPECIFICATION,
            "x",
            np.random.default_rng(0),
            draws=999,
            null=getattr(fit, end) + step * (1 if end == "high" else -1),
        ).p_value
        for step in (-1e-6, 1e-6)
    )
    assert inside > 0.05 >= outside


def test_few_clusters_get_webbs_weights():
    fit = wild_cluster_bootstrap(_frame(), SPECIFICATION, "x", np.random.default_rng(0), draws=99)
    assert "Webb weights, 99 draws" in fit.rule


def test_many_clusters_get_rademacher_draws():
    fit = wild_cluster_bootstrap(
        _frame(20), SPECIFICATION, "x", np.random.default_rng(0), draws=199
    )
    assert "Rademacher weights, 199 draws" in fit.rule


def test_the_same_generator_gives_the_same_draws():
    one, two = (
        wild_cluster_bootstrap(_frame(20), SPECIFICATION, "x", np.random.default_rng(5), draws=99)
        for _ in range(2)
    )
    assert np.array_equal(one.statistics, two.statistics)


def test_size_with_twelve_clusters():
    """200 replications under no effect: rejections at 5% within three Monte Carlo errors."""
    rejected = [
        wild_cluster_bootstrap(
            _frame(12, 5, seed=100 + seed),
            SPECIFICATION,
            "x",
            np.random.default_rng(seed),
            draws=199,
        ).p_value
        <= 0.05
        for seed in range(200)
    ]
    assert np.mean(rejected) == pytest.approx(0.05, abs=3 * np.sqrt(0.05 * 0.95 / 200))


def test_a_term_that_is_not_there_is_refused():
    with pytest.raises(SpecificationError, match="not among the terms"):
        wild_cluster_bootstrap(_frame(), SPECIFICATION, "w", np.random.default_rng(0))
