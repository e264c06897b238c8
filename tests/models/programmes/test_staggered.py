"""Starts at different times: what is refused or dropped, and what the means must add up to."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from neighbourhood_equity.models.estimate import Estimate
from neighbourhood_equity.models.programmes.aggregation import (
    aggregate,
    band_reach,
    by_start,
    event_study,
    per_unit,
)
from neighbourhood_equity.models.programmes.alternative_estimators import (
    bacon,
    imputation,
    sun_abraham,
    two_stage_did,
    two_way,
)
from neighbourhood_equity.models.programmes.honest_did import honest_bounds
from neighbourhood_equity.models.programmes.pre_trends import (
    PreTrendTest,
    detectable_trend,
    event_pre_test,
    pre_trend_test,
)
from neighbourhood_equity.models.programmes.staggered import (
    Adoption,
    GroupTime,
    StaggeredError,
    group_time,
    staggered_panel,
)

YEARS = 12
SAME = 1e-9
"""Exact arithmetic, up to rounding."""
ADOPTION = Adoption(
    name="made_up", title="Made up", unit="area", time="year", first="start", outcome="price"
)
BY_PLACE = replace(ADOPTION, clusters="place")


def city(noise: float, effect: float = 0.1) -> pd.DataFrame:
    """24 areas in 12 places that start in years 5 to 8, and 20 that never start.

    The effect grows by ``effect`` a year, twice as fast in the first places.
    """
    rng = np.random.default_rng(7)
    start = np.r_[np.repeat(np.tile([5, 6, 7, 8], 3), 2), np.zeros(20, dtype=int)]
    year = np.arange(1, YEARS + 1)
    since = year - start[:, None]
    on = (start[:, None] > 0) & (since >= 0)
    grows = np.where(start == 5, 2 * effect, effect)[:, None] * (since + 1) * on
    price = rng.normal(size=(44, 1)) + 0.05 * year + grows + noise * rng.normal(size=since.shape)
    return pd.DataFrame(
        {
            "area": np.repeat([f"a{index:02}" for index in range(44)], YEARS),
            "place": np.repeat(np.arange(44) // 2, YEARS),
            "year": np.tile(year, 44),
            "start": np.repeat(start, YEARS),
            "price": price.ravel(),
            "dose": (0.5 * on).ravel(),
        }
    )


@pytest.fixture(scope="module")
def exact() -> GroupTime:
    return group_time(staggered_panel(city(0.0), ADOPTION))


@pytest.fixture(scope="module")
def noisy() -> GroupTime:
    return group_time(staggered_panel(city(0.1), BY_PLACE))


def test_each_effect_is_the_planted_one(exact: GroupTime) -> None:
    rate = np.where(exact.groups == 5, 0.2, 0.1)
    planted = np.where(exact.since >= 0, rate * (exact.since + 1), 0)
    assert exact.effects == pytest.approx(planted, abs=SAME)


@pytest.mark.parametrize(
    ("mean", "planted"),
    [
        ("simple", (0.2 * 36 + 0.1 * (28 + 21 + 15)) / (8 + 7 + 6 + 5)),
        ("group", (0.2 * 4.5 + 0.1 * (4 + 3.5 + 3)) / 4),
        (
            "dynamic",
            np.mean([*(0.125 * s for s in (1, 2, 3, 4, 5)), 0.8, 0.3 / 2 * 7, 0.2 * 8]),
        ),
        (
            "calendar",
            np.mean(
                [
                    0.2 * 1,
                    (0.4 + 0.1) / 2,
                    (0.6 + 0.2 + 0.1) / 3,
                    *((0.2 * (y - 4) + 0.1 * (3 * y - 18)) / 4 for y in range(8, 13)),
                ]
            ),
        ),
    ],
)
def test_means_weigh_as_their_names_say(exact: GroupTime, mean: str, planted: float) -> None:
    assert aggregate(exact).tidy().set_index("term").loc[mean, "estimate"] == pytest.approx(planted)


def test_two_way_misses_what_grows_and_differs(exact: GroupTime) -> None:
    assert two_way(exact.panel).coefficients[0] < 0.8 * aggregate(exact).coefficients[0]


@pytest.mark.parametrize("estimator", [sun_abraham, imputation, two_stage_did])
def test_peers_find_the_planted_mean(exact: GroupTime, estimator) -> None:
    simple = aggregate(exact).coefficients[0]
    assert estimator(exact.panel).coefficients[0] == pytest.approx(simple, abs=1e-6)


def test_decomposition_is_that_of_the_two_way_estimate(noisy: GroupTime) -> None:
    parts = bacon(noisy.panel)
    assert parts.coefficient == pytest.approx(two_way(noisy.panel).coefficients[0], abs=SAME)


def test_decomposition_weights_sum_to_one(noisy: GroupTime) -> None:
    assert sum(bacon(noisy.panel).weights.values()) == pytest.approx(1)


def test_clustered_error_is_diff_diff_s_but_for_the_factor(noisy: GroupTime) -> None:
    """Its factor counts all 22 places; ours the 12 treated and the 10 others each by themselves."""
    from diff_diff import CallawaySantAnna

    peer = CallawaySantAnna(base_period="universal", cluster="cluster").fit(
        noisy.panel.rows, outcome="outcome", unit="unit", time="time", first_treat="first"
    )
    plain = peer.overall_se**2 / (22 / 21)
    assert 12 / 11 < aggregate(noisy).covariance[0, 0] / plain < 10 / 9


def test_places_are_the_draws(noisy: GroupTime) -> None:
    assert (noisy.panel.treated_clusters, noisy.panel.df) == (12, 11)


def test_rule_names_factor_and_reference(noisy: GroupTime) -> None:
    rule = aggregate(noisy).variance_rule
    assert "G/(G-1) of the clusters behind each mean, 12 of 22 treated; t with 11 degrees" in rule


def test_label_is_did(noisy: GroupTime) -> None:
    assert aggregate(noisy).specification.label == "did"


def test_no_error_of_a_start_with_one_place() -> None:
    frame = city(0.1)
    frame["place"] = frame["place"].where(frame["start"] == 0, -frame["start"])
    panel = staggered_panel(frame, replace(BY_PLACE, few=2))
    assert np.isnan(sun_abraham(panel).covariance).all()
    with pytest.raises(StaggeredError, match="4 of 4 starts have one cluster each"):
        by_start(group_time(panel))


def test_not_yet_treated_serve_where_all_start() -> None:
    frame = city(0.0)
    found = group_time(
        staggered_panel(frame[frame["start"] > 0], replace(ADOPTION, control="not_yet"))
    )
    first = (found.groups == 5) & (found.times == 6)
    assert found.effects[first] == pytest.approx(0.4)


@pytest.mark.parametrize(
    ("change", "adoption", "words"),
    [
        (lambda f: f.assign(start=1), ADOPTION, "no area starts after the first year"),
        (lambda f: f.assign(start=0), ADOPTION, "no area starts after the first year"),
        (lambda f: f[f["start"] > 0], ADOPTION, "every area starts, so none is left"),
        (lambda f: f.assign(start=6), replace(ADOPTION, control="not_yet"), "starts at once"),
        (
            lambda f: f[(f["start"] == 0) | (f["place"] == 0)],
            BY_PLACE,
            "only 1 of the 11 clusters by place is treated, fewer than the 10",
        ),
        (lambda f: f.drop(columns="start"), ADOPTION, "no column start"),
        (lambda f: pd.concat([f, f.head(3)]), ADOPTION, "3 rows repeat the same area and year"),
        (lambda f: f.assign(start=f["year"]), ADOPTION, "start changes within 44"),
        (lambda f: f.assign(place=f["year"]), BY_PLACE, "place changes within 44"),
    ],
)
def test_the_impossible_is_refused_in_words(change, adoption: Adoption, words: str) -> None:
    with pytest.raises(StaggeredError, match=words):
        staggered_panel(change(city(0.1)), adoption)


def test_units_treated_from_the_first_year_are_dropped_and_counted() -> None:
    frame = city(0.1)
    frame["start"] = frame["start"].mask(frame["place"] == 0, 1)
    panel = staggered_panel(frame, ADOPTION)
    assert panel.already == 2
    assert panel.dropped["where the area starts treated"] == 2 * YEARS


def test_units_with_a_gap_are_dropped_and_counted() -> None:
    panel = staggered_panel(city(0.1).drop(index=3), ADOPTION)
    assert panel.dropped["where the area lacks a year"] == YEARS - 1


def test_a_start_after_the_data_is_none() -> None:
    frame = city(0.1)
    frame["start"] = frame["start"].mask(frame["start"] == 8, YEARS + 3)
    assert set(staggered_panel(frame, ADOPTION).starts) == {0, 5, 6, 7}


def test_per_unit_divides_by_the_dose(exact: GroupTime) -> None:
    panel = exact.panel
    dose = city(0.0)["dose"].to_numpy()
    amount = group_time(replace(panel, rows=panel.rows.assign(outcome=dose)))
    doubled = 2 * aggregate(exact).coefficients[0]
    assert per_unit(exact, amount).coefficients[0] == pytest.approx(doubled)


def test_a_ratio_that_never_varies_has_no_error(noisy: GroupTime) -> None:
    tenth = replace(noisy, effects=noisy.effects / 10, influence=noisy.influence / 10)
    assert per_unit(tenth, noisy).covariance[0, 0] == pytest.approx(0, abs=SAME)


def test_event_study_leaves_out_the_base_year(noisy: GroupTime) -> None:
    assert event_study(noisy, -3, 1).terms == ("-3", "-2", "0", "1")


def test_event_study_refuses_years_without_effects(noisy: GroupTime) -> None:
    with pytest.raises(StaggeredError, match=r"no start has effects \[8, 9\]"):
        event_study(noisy, -2, 9)


def test_band_of_one_estimate_is_its_interval() -> None:
    from scipy import stats

    reach = band_reach(np.eye(1), 11.0, np.random.default_rng(1), draws=200_000)
    assert reach == pytest.approx(stats.t.ppf(0.975, 11), abs=0.02)


def test_band_of_independent_estimates_is_sidak_s() -> None:
    from scipy import stats

    reach = band_reach(np.eye(6), np.inf, np.random.default_rng(1), draws=200_000)
    assert reach == pytest.approx(stats.norm.ppf((1 + 0.95 ** (1 / 6)) / 2), abs=0.02)


def test_detectable_effect_is_found_four_times_in_five() -> None:
    from scipy import stats

    from neighbourhood_equity.models.inference.detectable import minimum_detectable

    least = minimum_detectable(1.0, np.inf)
    assert stats.norm.sf(stats.norm.ppf(0.975) - least) == pytest.approx(0.8)


def test_hotelling_of_one_estimate_is_its_t_test() -> None:
    from scipy import stats

    assert PreTrendTest(2.0**2, 1, 11).p == pytest.approx(2 * stats.t.sf(2.0, 11))


def test_hotelling_nears_chi_squared() -> None:
    assert PreTrendTest(9.0, 3, 1e7).p == pytest.approx(PreTrendTest(9.0, 3, np.inf).p, abs=1e-6)


def test_a_joint_test_of_more_than_the_places_carry_is_refused() -> None:
    with pytest.raises(StaggeredError, match="cannot be tested jointly with 3 degrees"):
        pre_trend_test(np.ones(4), np.eye(4), 3.0)


def test_power_against_the_detectable_trend(noisy: GroupTime) -> None:
    events = event_study(noisy, -4, 3)
    steps = np.array([-3.0, -2.0, -1.0])
    slope = detectable_trend(events, power=0.8)
    test = event_pre_test(events)
    away = slope**2 * steps @ np.linalg.solve(events.covariance[:3, :3], steps)
    assert test.power(away) == pytest.approx(0.8, abs=1e-4)


def events_of(before: float, after: float) -> Estimate:
    """An event study with one step of this size before the start and these effects after."""
    found = group_time(staggered_panel(city(0.0, effect=0.0), ADOPTION))
    plain = event_study(found, -3, 1)
    return replace(
        plain,
        coefficients=np.array([before, 0.0, after, after]),
        covariance=1e-4 * np.eye(4),
    )


def test_breakdown_where_the_later_parting_explains_the_effect() -> None:
    """Steps of Mbar 0.1 after the start bias the mean of two years by Mbar 0.1 (1 + 2)/2."""
    bounds = honest_bounds(events_of(-0.1, 0.3), 2, np.random.default_rng(1))
    margin = 1.959964 * np.sqrt(1e-4 / 2)
    assert bounds.breakdown() == pytest.approx((0.3 - margin) / 0.15, rel=1e-5)


@pytest.mark.parametrize("cautious", [False, True])
def test_the_interval_touches_zero_at_the_breakdown(cautious: bool) -> None:
    bounds = honest_bounds(events_of(-0.1, 0.3), 2, np.random.default_rng(1))
    low, _ = bounds.interval(bounds.breakdown(cautious=cautious), cautious=cautious)
    assert low == pytest.approx(0, abs=1e-12)


def test_caution_breaks_down_sooner() -> None:
    bounds = honest_bounds(events_of(-0.1, 0.3), 2, np.random.default_rng(1))
    assert 0 < bounds.breakdown(cautious=True) < bounds.breakdown()


def test_caution_gives_half_of_the_error_to_the_effect_and_half_to_the_steps() -> None:
    bounds = honest_bounds(events_of(-0.1, 0.3), 2, np.random.default_rng(1))
    low, high = bounds.interval(0, cautious=True)
    assert (high - low) / 2 == pytest.approx(stats.norm.isf(0.0125) * np.sqrt(1e-4 / 2), rel=1e-5)
    # Steps of -0.1 to 0 and 0 to 0; the first is a difference of two estimates, the other of one.
    drawn = np.random.default_rng(2).normal(size=(100_000, 2))
    largest = np.abs(np.column_stack([np.diff(drawn)[:, 0] / 2**0.5, drawn[:, 1]])).max(axis=1)
    reach = np.quantile(largest, 0.975)
    assert bounds.step_at_most == pytest.approx(0.1 + reach * np.sqrt(2e-4), rel=2e-3)


def test_bounds_refuse_more_years_than_there_are() -> None:
    with pytest.raises(StaggeredError, match="need 5 periods after the start"):
        honest_bounds(events_of(-0.1, 0.3), 5, np.random.default_rng(1))
