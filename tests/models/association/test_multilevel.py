"""Multilevel models: closed forms, the library's likelihood, and what is refused."""

import dataclasses
import time

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from neighbourhood_equity.models.association import mixed_likelihood
from neighbourhood_equity.models.association.cross_section import cross_section
from neighbourhood_equity.models.association.group_means import split_by_group
from neighbourhood_equity.models.association.mixed_likelihood import (
    blocks,
    fit,
    fit_at,
    predictions,
)
from neighbourhood_equity.models.association.multilevel import SingularFit, multilevel, slope_spread
from neighbourhood_equity.models.specification import Specification, SpecificationError

# Same arithmetic in another order: what is left is rounding.
ROUNDING = 1e-8
# The search stops when the likelihood is flat to twelve digits; its arguments are good to six.
SEARCH = 1e-5
SPEC = Specification("test", "", "price", ("capital",), ("crime",), ("ward",), variance="classical")


def _areas(
    slopes: float = 0.5, levels: float = 1.0, wards: int = 30, size: int = 8, seed: int = 5
) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    ward = rng.permutation(np.arange(wards * size) % wards)
    n = len(ward)
    frame = pd.DataFrame({"ward": ward, "crime": rng.normal(size=n)})
    frame["capital"] = rng.normal(size=n) + rng.normal(size=wards)[ward]
    slope = 1 + slopes * rng.normal(size=wards)[ward]
    frame["price"] = slope * frame["capital"] - 0.5 * frame["crime"]
    frame["price"] += levels * rng.normal(size=wards)[ward] + rng.normal(size=n)
    return frame


@pytest.fixture(scope="module")
def areas() -> pd.DataFrame:
    return _areas()


WARDS, SIZE = 12, 5


@pytest.fixture(scope="module")
def values() -> np.ndarray:
    """A balanced one-way layout."""
    rng = np.random.default_rng(2)
    return 3 + rng.normal(size=(WARDS, 1)) + rng.normal(size=(WARDS, SIZE))


class TestBalancedOneWayLayout:
    """Without terms, restricted maximum likelihood is the analysis of variance."""

    def _blocks(self, values):
        one = np.ones((values.size, 1))
        return blocks(values.ravel(), one, one, np.repeat(np.arange(WARDS), SIZE))

    def _found(self, values):
        return fit(self._blocks(values))

    def _squares(self, values):
        means = values.mean(axis=1)
        inside = ((values - means[:, None]) ** 2).sum() / (WARDS * (SIZE - 1))
        return inside, SIZE * means.var(ddof=1)

    def test_error_variance(self, values):
        assert self._found(values).variance == pytest.approx(self._squares(values)[0], rel=SEARCH)

    def test_variance_of_levels(self, values):
        found, (inside, between) = self._found(values), self._squares(values)
        ours = found.variance * found.factor[0, 0] ** 2
        assert ours == pytest.approx((between - inside) / SIZE, rel=SEARCH)

    def test_variance_of_the_mean(self, values):
        found, (_, between) = self._found(values), self._squares(values)
        assert found.covariance[0, 0] == pytest.approx(between / values.size, rel=SEARCH)

    def test_predictions_are_shrunk_means(self, values):
        inside, between = self._squares(values)
        shrunk = (1 - inside / between) * (values.mean(axis=1) - values.mean())
        effects, _ = predictions(self._blocks(values), self._found(values))
        assert effects[:, 0] == pytest.approx(shrunk, rel=SEARCH)


def _parts(frame: pd.DataFrame):
    fixed = np.column_stack([np.ones(len(frame)), frame["capital"], frame["crime"]])
    codes = pd.factorize(frame["ward"])[0]
    return blocks(frame["price"].to_numpy(), fixed, fixed[:, :2], codes)


def test_deviance_is_that_of_statsmodels(areas):
    from statsmodels.regression.mixed_linear_model import MixedLM, MixedLMParams

    found = fit_at(_parts(areas), np.array([[0.8, 0.0], [0.2, 0.4]]))
    fixed = np.column_stack([np.ones(len(areas)), areas["capital"], areas["crime"]])
    model = MixedLM(areas["price"], fixed, areas["ward"], fixed[:, :2])
    at = MixedLMParams.from_components(found.coefficients, cov_re=found.factor @ found.factor.T)
    # What its fit() would set before it searches.
    model.reml, model.cov_pen, model.fe_pen = True, None, None
    peer = -2 * model.loglike(at, profile_fe=False)
    assert found.deviance == pytest.approx(peer, rel=ROUNDING)


@pytest.mark.parametrize("entry", [(0, 0), (1, 0), (1, 1)])
def test_derivative_is_that_of_the_deviance(areas, entry):
    parts, factor, step = _parts(areas), np.array([[0.8, 0.0], [0.2, 0.4]]), np.zeros((2, 2))
    step[entry] = 1e-6
    rise = fit_at(parts, factor + step).deviance - fit_at(parts, factor - step).deviance
    slope = mixed_likelihood._solved(parts, factor)[1][entry]
    # Differences of a deviance of hundreds keep five digits at this step.
    assert slope == pytest.approx(rise / 2e-6, rel=1e-4, abs=1e-3)


def test_no_other_factor_is_likelier(areas):
    parts, rng = _parts(areas), np.random.default_rng(1)
    best = fit(parts)
    others = [
        fit_at(parts, best.factor + np.tril(rng.normal(scale=0.1, size=(2, 2)))) for _ in range(50)
    ]
    assert min(other.deviance for other in others) > best.deviance


def test_within_is_fixed_effects_when_levels_vary_alone(areas):
    split = split_by_group(areas, SPEC, "ward", ("ward",))
    ours = multilevel(split.rows, split.specification).estimate
    assert ours.coefficients[0] == pytest.approx(
        cross_section(areas, SPEC).coefficients[0], rel=SEARCH
    )


@pytest.fixture(scope="module")
def found(areas):
    return multilevel(areas, SPEC, "capital")


def test_slope_sd_is_near_the_planted(found):
    assert found.slope_sd == pytest.approx(0.5, abs=0.2)


def test_range_holds_95_per_cent_of_a_normal(found):
    low, high = found.middle
    assert (high - low) / 2 == pytest.approx(1.959964 * found.slope_sd, rel=1e-6)


def test_groups_differ_less_than_the_model_says(found):
    # Predictions are shrunk towards the middle.
    assert found.groups["slope"].std() < found.slope_sd


def test_share_is_of_what_is_left_at_zero(found):
    levels, rest = found.intercept_sd**2, found.residual_sd**2
    assert found.share == pytest.approx(levels / (levels + rest), rel=ROUNDING)


class TestNakagawa:
    """Written out: the variance of the random part at a row, averaged over rows (Johnson 2014)."""

    def _parts(self, areas, found):
        line = areas[["capital", "crime"]].to_numpy() @ found.estimate.coefficients
        sds, x = (found.intercept_sd, found.slope_sd), areas["capital"]
        random = sds[0] ** 2 + 2 * found.correlation * sds[0] * sds[1] * x + sds[1] ** 2 * x**2
        return np.array([line.var(ddof=1), random.mean(), found.residual_sd**2])

    def test_marginal(self, areas, found):
        parts = self._parts(areas, found)
        assert found.marginal_r2 == pytest.approx(parts[0] / parts.sum(), rel=ROUNDING)

    def test_conditional(self, areas, found):
        parts = self._parts(areas, found)
        assert found.conditional_r2 == pytest.approx(parts[:2].sum() / parts.sum(), rel=ROUNDING)


@pytest.mark.parametrize(("extra", "df"), [((), 29), (("age",), 28)])
def test_terms_between_groups_cost_degrees_of_freedom(areas, extra, df):
    frame = areas.assign(age=np.sin(areas["ward"]))
    asked = dataclasses.replace(SPEC, controls=("crime", *extra))
    assert multilevel(frame, asked, "capital").estimate.df == df


def test_rule_is_named(found):
    rule = found.estimate.variance_rule
    assert "random intercepts and slopes of capital by ward, G = 30, N = 240; t with 29" in rule


def test_units_of_the_slope_are_immaterial(areas, found):
    large = multilevel(areas.assign(capital=1e6 * areas["capital"]), SPEC, "capital")
    assert 1e6 * large.slope_sd == pytest.approx(found.slope_sd, rel=SEARCH)


def test_spread_is_that_of_the_fit(areas, found):
    assert slope_spread(areas, SPEC, "capital").sd == pytest.approx(found.slope_sd, rel=ROUNDING)


def test_ends_of_the_spread_are_as_much_less_likely(areas):
    spread, parts = slope_spread(areas, SPEC, "capital"), _parts(areas)
    best = fit(parts)
    ratios = np.geomspace(0.1, 2, 60)
    profile = [mixed_likelihood.fit_with_slope_ratio(parts, at, best) for at in ratios]
    kept = [
        at * np.sqrt(one.variance)
        for at, one in zip(ratios, profile, strict=True)
        if one.deviance < best.deviance + 3.8415
    ]
    step = ratios[1] / ratios[0]
    assert (kept[0], kept[-1]) == pytest.approx((spread.low, spread.high), rel=step - 1)


def test_planted_spread_is_found(areas):
    assert slope_spread(areas, SPEC, "capital").p_value < 0.001


def test_p_value_halves_one_and_two_degrees_of_freedom():
    # Stram and Lee (1994), written out: a variance on its bound and a free covariance.
    frame = _areas(slopes=0.2)
    gain = (
        multilevel(frame, SPEC).estimate.diagnostics["deviance"]
        - multilevel(frame, SPEC, "capital").estimate.diagnostics["deviance"]
    )
    mixture = (stats.chi2.sf(gain, 1) + stats.chi2.sf(gain, 2)) / 2
    assert slope_spread(frame, SPEC, "capital").p_value == pytest.approx(mixture, rel=SEARCH)


@pytest.mark.parametrize("seed", range(4))
def test_no_spread_has_an_interval_from_zero(seed):
    spread = slope_spread(_areas(slopes=0.0, seed=seed), SPEC, "capital")
    assert spread.low == 0 or spread.p_value <= 0.05


@pytest.mark.parametrize("seed", range(4))
def test_no_spread_has_an_upper_end(seed):
    assert 0 < slope_spread(_areas(slopes=0.0, seed=seed), SPEC, "capital").high < 1


def test_640_areas_take_less_than_a_second():
    frame = _areas(wards=69, size=9)
    began = time.perf_counter()
    multilevel(frame, SPEC, "capital")
    assert time.perf_counter() - began < 1


def test_no_levels_are_refused_in_words():
    frame = _areas(levels=0.0, slopes=0.0)[["ward", "price", "capital"]]
    inside = frame - frame.groupby("ward").transform("mean").reindex(columns=frame.columns).fillna(
        0
    )
    with pytest.raises(SingularFit, match="the wards do not differ in level"):
        multilevel(inside, dataclasses.replace(SPEC, controls=()))


def test_equal_slopes_are_refused_in_words():
    frame = _areas(slopes=0.0)
    # Each ward has the same slope to the last digit.
    own = frame.groupby("ward")["capital"].transform("mean")
    frame["inside"] = frame["capital"] - own
    rest = frame["price"] - frame["inside"]
    for _, rows in frame.groupby("ward"):
        x = rows["inside"]
        rest[rows.index] -= x * (x @ rest[rows.index]) / (x @ x)
    asked = dataclasses.replace(SPEC, regressors=("inside",), controls=())
    with pytest.raises(SingularFit, match="variance of the slopes of inside over wards is zero"):
        multilevel(frame.assign(price=rest + frame["inside"]), asked, "inside")


def test_slopes_tied_to_levels_are_refused_in_words():
    frame = _areas(slopes=0.0, levels=0.0)
    level = np.random.default_rng(9).normal(size=30)[frame["ward"]]
    frame["price"] += 3 * level + 0.6 * level * frame["capital"]
    with pytest.raises(SingularFit, match="a correlation of one"):
        multilevel(frame, SPEC, "capital")


@pytest.mark.parametrize(
    ("changes", "slope", "words"),
    [
        ({"weights": "crime", "controls": ()}, None, "weights are not supported"),
        ({"variance": "robust"}, None, "ask for classical"),
        ({"effects": ()}, None, "effects name one group"),
        ({}, "age", "the slope age is not among the terms"),
        ({"controls": ("age",)}, "age", "age does not vary inside a ward"),
    ],
)
def test_what_cannot_be_estimated_is_refused(areas, changes, slope, words):
    frame = areas.assign(age=np.sin(areas["ward"]))
    with pytest.raises(SpecificationError, match=words):
        multilevel(frame, dataclasses.replace(SPEC, **changes), slope)


def test_two_groups_are_refused(areas):
    with pytest.raises(SpecificationError, match="2 groups are too few"):
        multilevel(areas[areas["ward"] < 2], SPEC)
