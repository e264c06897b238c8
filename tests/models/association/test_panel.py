"""Panels against the regression with dummies, peers, and a simulation with known truth."""

import dataclasses
import re

import numpy as np
import pandas as pd
import pytest

from neighbourhood_equity.models.association.cross_section import cross_section
from neighbourhood_equity.models.association.panel import panel, random_effects
from neighbourhood_equity.models.estimate import Estimate
from neighbourhood_equity.models.specification import Specification, SpecificationError

# Same arithmetic in another order: what is left is rounding.
ROUNDING = 1e-8


def _frame(places: int = 40, periods: int = 5, seed: int = 3) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    place = np.repeat(np.arange(places), periods)
    year = np.tile(2010 + np.arange(periods), places)
    level = rng.normal(size=places)[place]
    capital = level + rng.normal(size=len(place)) + 0.3 * (year - 2010)
    price = 0.4 * capital + 2 * level + 0.1 * (year - 2010) + rng.normal(size=len(place))
    frame = pd.DataFrame({"price": price, "capital": capital, "place": place, "year": year})
    frame["ward"] = place // 4
    frame["sales"] = rng.uniform(0.5, 3, len(place))
    return frame.sample(frac=0.9, random_state=rng)  # unbalanced and in no order


def _specification(**changes: object) -> Specification:
    base = Specification(
        "test", "", "price", ("capital",), effects=("place", "year"), clusters="place"
    )
    return dataclasses.replace(base, **changes)


def _error(estimate: Estimate) -> float:
    return float(estimate.tidy()["std_error"][0])


@pytest.mark.parametrize("weights", [None, "sales"])
@pytest.mark.parametrize("variance", ["classical", "robust"])
@pytest.mark.parametrize("effects", [("place",), ("place", "year")])
class TestEqualsCrossSectionWithTheSameEffects:
    def _pair(self, effects, variance, weights):
        specification = _specification(effects=effects, variance=variance, weights=weights)
        return panel(_frame(), specification), cross_section(_frame(), specification)

    def test_coefficient(self, effects, variance, weights):
        ours, peer = self._pair(effects, variance, weights)
        assert ours.coefficients[0] == pytest.approx(peer.coefficients[0], rel=ROUNDING)

    def test_standard_error(self, effects, variance, weights):
        ours, peer = self._pair(effects, variance, weights)
        assert _error(ours) == pytest.approx(_error(peer), rel=ROUNDING)

    def test_r_squared(self, effects, variance, weights):
        ours, peer = self._pair(effects, variance, weights)
        assert ours.r_squared == pytest.approx(peer.r_squared, rel=1e-6)


@pytest.mark.parametrize("clusters", ["place", "ward", "year"])
def test_one_effect_is_linearmodels_own_rule(clusters):
    from linearmodels.panel import PanelOLS

    frame = _frame()
    data = frame.set_index(["place", "year"], drop=False)
    model = PanelOLS(data["price"], data[["capital"]], entity_effects=True)
    peer = model.fit(
        cov_type="clustered", clusters=data[clusters], debiased=True, group_debias=True
    )
    ours = panel(frame, _specification(effects=("place",), clusters=clusters))
    assert _error(ours) == pytest.approx(peer.std_errors["capital"], rel=ROUNDING)


@pytest.mark.parametrize(
    ("clusters", "parameters"),
    [
        ("place", 1 + 4),  # capital and four of five years; places lie in clusters
        ("ward", 1 + 4),
        ("year", 1 + 39),
        ("region", 1 + 40 + 4),  # nothing lies in these clusters
    ],
)
def test_effects_inside_clusters_are_not_counted(clusters, parameters):
    frame = _frame()
    frame["region"] = np.arange(len(frame)) % 7
    estimate = panel(frame, _specification(clusters=clusters))
    assert f"K = {parameters} (" in estimate.variance_rule


@pytest.mark.parametrize("clusters", ["place", "ward"])
def test_pyfixest_agrees(clusters):
    pyfixest = pytest.importorskip("pyfixest", reason="pyfixest is a peer for tests only")
    frame = _frame()
    peer = pyfixest.feols(
        "price ~ capital | place + year", frame, vcov={"CRV1": clusters}, weights="sales"
    )
    n = len(frame)
    # pyfixest keeps one parameter for the nested effect as a whole, as the constant.
    theirs = peer.se()["capital"] * np.sqrt((n - 6) / (n - 5))
    ours = panel(frame, _specification(clusters=clusters, weights="sales"))
    assert _error(ours) == pytest.approx(theirs, rel=1e-7)


def test_rule_is_named():
    words = panel(_frame(), _specification()).variance_rule
    assert re.search(
        r"clustered by place, CR1: factor G/\(G-1\) x \(N-1\)/\(N-K\), G = 40, N = 180, K = 5 "
        r"\(.*without the effects of place\); t with 39 degrees of freedom",
        words,
    )


def test_singletons_are_dropped_and_counted():
    frame = pd.concat([_frame(), _frame().head(1).assign(place=999)])
    assert panel(frame, _specification()).dropped == {"alone in their place or year": 1}


def test_singletons_change_nothing_else():
    frame = pd.concat([_frame(), _frame().head(1).assign(place=999)])
    pd.testing.assert_frame_equal(
        panel(frame, _specification()).tidy(), panel(_frame(), _specification()).tidy()
    )


@pytest.mark.parametrize("estimator", [panel, random_effects])
def test_scale_of_weights_is_immaterial(estimator):
    specification = _specification(weights="sales")
    rescaled = estimator(_frame().assign(sales=1e3 * _frame()["sales"]), specification)
    pd.testing.assert_frame_equal(rescaled.tidy(), estimator(_frame(), specification).tidy())


def test_periods_may_be_words():
    frame = _frame()
    words = frame.assign(year=frame["year"].map(lambda year: f"{year}-{year - 1999}"))
    pd.testing.assert_frame_equal(
        panel(words, _specification()).tidy(), panel(frame, _specification()).tidy()
    )


def test_place_twice_in_a_period_is_refused():
    frame = pd.concat([_frame(), _frame().head(2)])
    with pytest.raises(SpecificationError, match="2 rows repeat a place in the same year"):
        panel(frame, _specification())


@pytest.mark.parametrize("effects", [(), ("place", "year", "ward")])
def test_number_of_effects_is_refused(effects):
    with pytest.raises(SpecificationError, match="entity, or entity and period"):
        panel(_frame(), _specification(effects=effects))


def test_term_that_never_changes_in_a_place_is_refused():
    frame = _frame().assign(capital=_frame()["ward"] / 3)
    with pytest.raises(SpecificationError, match="capital does not vary within place and year"):
        panel(frame, _specification())


def test_random_effects_can_estimate_a_term_that_never_changes():
    frame = _frame()
    estimate = random_effects(frame, _specification(controls=("ward",)))
    assert estimate.terms == ("capital", "ward")


def test_random_effects_mix_between_and_within():
    # Levels raise both price and capital: within sees 0.4, pooled too much, random effects between.
    frame = _frame()
    within = panel(frame, _specification()).coefficients[0]
    pooled = cross_section(frame, _specification(effects=("year",))).coefficients[0]
    assert within < random_effects(frame, _specification()).coefficients[0] < pooled


def _simulated(rng: np.random.Generator, places: int = 40) -> pd.Series:
    """The row of `tidy` from two periods with shocks that persist in a place; the truth is 0.5."""
    place, year = np.repeat(np.arange(places), 2), np.tile([0, 1], places)
    capital = rng.normal(size=2 * places) + rng.normal(size=places)[place]
    error = 3 * rng.normal(size=places)[place] + rng.normal(size=2 * places)
    frame = pd.DataFrame({"price": 0.5 * capital + error + year, "capital": capital})
    return panel(frame.assign(place=place, year=year), _specification()).tidy().iloc[0]


@pytest.fixture(
    scope="module", params=[100, pytest.param(1500, marks=pytest.mark.slow)], ids=["few", "many"]
)
def simulations(request) -> pd.DataFrame:
    rng = np.random.default_rng(11)
    return pd.DataFrame([_simulated(rng) for _ in range(request.param)])


def test_interval_covers_within_monte_carlo_error(simulations):
    covered = ((simulations["ci_low"] <= 0.5) & (simulations["ci_high"] >= 0.5)).mean()
    # One point of slack: CR1 falls a little short of 95% with forty clusters.
    assert covered == pytest.approx(0.95, abs=0.01 + 3 * np.sqrt(0.05 * 0.95 / len(simulations)))


def test_error_is_the_spread_of_estimates(simulations):
    # Counting the places as parameters would make this ratio 1.4 with two periods.
    ratio = simulations["std_error"].mean() / simulations["estimate"].std()
    assert ratio == pytest.approx(1, abs=0.02 + 3 / np.sqrt(2 * len(simulations)))
