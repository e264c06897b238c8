"""Variance shares against analysis of variance, statsmodels and simulated truth; Theil by hand."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.regression.mixed_linear_model import MixedLM

from neighbourhood_equity.models.prices.variance_shares import theil, variance_shares
from neighbourhood_equity.models.specification import SpecificationError


def _city(rng, wards=30, middles=45, rows=180, spread=(0.3, 0.4, 0.5)):
    ward, middle = rng.integers(0, wards, rows), rng.integers(0, middles, rows)
    effects = (
        spread[0] * rng.normal(size=wards)[ward] + spread[1] * rng.normal(size=middles)[middle]
    )
    price = 12 + effects + spread[2] * rng.normal(size=rows)
    return pd.DataFrame({"price": price, "ward": ward, "middle": middle})


def _balanced(groups=12, size=5):
    rng = np.random.default_rng(11)
    ward = np.repeat(np.arange(groups), size)
    return pd.DataFrame(
        {"ward": ward, "price": rng.normal(size=groups)[ward] + rng.normal(size=60)}
    )


def _shares(frame, groupings, draws=99):
    return variance_shares(frame, "price", groupings, np.random.default_rng(12), draws)


@pytest.fixture(scope="module")
def crossed():
    return _city(np.random.default_rng(13))


def _anova(frame):
    table = frame.groupby("ward")["price"]
    within = table.var(ddof=1).mean()
    return table.mean().var(ddof=1) - within / 5, within


@pytest.mark.parametrize("component", [0, 1])
def test_balanced_groups_equal_the_analysis_of_variance(component):
    frame = _balanced()
    found = _shares(frame, ("ward",)).variances
    assert found[component] == pytest.approx(_anova(frame)[component], rel=1e-4)


@pytest.mark.parametrize("component", [0, 1])
def test_unbalanced_groups_equal_statsmodels(crossed, component):
    peer = MixedLM(crossed["price"], np.ones(len(crossed)), groups=crossed["ward"]).fit(reml=True)
    expected = [float(np.asarray(peer.cov_re)[0, 0]), peer.scale]
    found = _shares(crossed, ("ward",)).variances
    assert found[component] == pytest.approx(expected[component], rel=1e-3)


def test_shares_add_up(crossed):
    assert _shares(crossed, ("ward", "middle")).shares.sum() == pytest.approx(1)


def test_order_of_groupings_is_immaterial(crossed):
    one, other = (_shares(crossed, g).shares for g in (("ward", "middle"), ("middle", "ward")))
    assert one[0] == pytest.approx(other[1], abs=1e-4)


def test_same_generator_gives_the_same_interval(crossed):
    one, other = (_shares(crossed, ("ward", "middle")) for _ in range(2))
    assert one.low.tolist() == other.low.tolist()


def test_interval_of_a_grouping_without_effect_starts_at_zero():
    frame = _city(np.random.default_rng(14), spread=(0.0, 0.4, 0.5))
    assert _shares(frame, ("ward", "middle")).low[0] == 0


def test_grouping_of_single_rows_is_refused(crossed):
    with pytest.raises(SpecificationError, match="row makes 180 groups of 180 rows"):
        _shares(crossed.assign(row=range(180)), ("ward", "row"))


def test_same_groups_twice_are_refused(crossed):
    with pytest.raises(SpecificationError, match="same groups"):
        _shares(crossed.assign(again=crossed["ward"].map(str)), ("ward", "again"))


def _coverage(times, level):
    rng = np.random.default_rng(15)
    truth = np.array([0.09, 0.16, 0.25]) / 0.5
    inside = []
    for _ in range(times):
        found = variance_shares(_city(rng), "price", ("ward", "middle"), rng, 199)
        inside.append(found.low[level] <= truth[level] <= found.high[level])
    return float(np.mean(inside))


@pytest.mark.slow
@pytest.mark.parametrize("level", [0, 1, 2])
def test_coverage(level):
    # 300 cities: Monte Carlo error 1.3 points. The percentile bootstrap falls short in so small a
    # city (90% for the share within); the bound is there to catch a broken one.
    assert 0.88 < _coverage(300, level) < 0.98


def test_theil_of_two_by_hand():
    # Values 1 and 3, mean 2: (0.5 ln 0.5 + 1.5 ln 1.5) / 2.
    expected = (0.5 * np.log(0.5) + 1.5 * np.log(1.5)) / 2
    assert theil(np.array([1.0, 3]), np.array(["a", "b"])).total == pytest.approx(expected)


def test_theil_between_groups_is_that_of_their_means():
    values, groups = np.array([1.0, 1, 2, 4]), np.array([0, 0, 1, 1])
    means = theil(np.array([1.0, 1, 3, 3]), groups)
    assert theil(values, groups).between == pytest.approx(means.total)


def test_theil_within_equal_groups_is_zero():
    assert theil(np.array([1.0, 1, 3, 3]), np.array([0, 0, 1, 1])).within == pytest.approx(0)


def test_theil_refuses_what_is_not_a_price():
    with pytest.raises(SpecificationError, match="above zero"):
        theil(np.array([1.0, 0]), np.array([0, 1]))
