"""Noise in a regressor's place: the same t as one by one, its likeness, its verdicts, refusals."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from neighbourhood_equity.models.association.cross_section import cross_section
from neighbourhood_equity.models.sample import take_sample
from neighbourhood_equity.models.spatial.noise_placebo import (
    noise_placebo,
    noise_statistics,
    spatial_noise,
)
from neighbourhood_equity.models.spatial.placed import distances
from neighbourhood_equity.models.spatial.residual_reach import Likeness, residual_reach
from neighbourhood_equity.models.specification import Specification, SpecificationError

ASKED = Specification("n", "", "y", ("x",), ("z",), clusters="ward", variance="bias_reduced")
ALONE = replace(ASKED, variance="robust")
REACH, SHARE, ROWS = 1500.0, 0.6, 300
NONE = Likeness(0.0, 0.0)


def town(seed: int = 1, effect: float = 0.0) -> pd.DataFrame:
    """Areas in nine wards; regressor and errors alike in neighbouring places."""
    rng = np.random.default_rng(seed)
    places = rng.uniform(0, 9000, (ROWS, 2))
    alike = spatial_noise(distances(places, "plane"), REACH, 2, rng)
    error = np.sqrt(SHARE) * alike[:, 0] + np.sqrt(1 - SHARE) * rng.normal(size=ROWS)
    z = rng.normal(size=ROWS)
    return pd.DataFrame(
        {
            "x": alike[:, 1],
            "z": z,
            "y": effect * alike[:, 1] + z + error,
            "w": rng.uniform(0.5, 2, ROWS),
            "ward": (places // 3000) @ np.array([3, 1]),
            "half": rng.integers(0, 2, ROWS),
            "easting": places[:, 0],
            "northing": places[:, 1],
        }
    )


@pytest.mark.parametrize("variance", ["classical", "robust", "clustered", "bias_reduced"])
@pytest.mark.parametrize("effects", [(), ("ward",), ("ward", "half")])
@pytest.mark.parametrize("weights", [None, "w"])
def test_each_noise_has_the_t_of_its_own_equation(variance, effects, weights):
    frame, noise = town(), np.random.default_rng(4).normal(size=(ROWS, 3))
    asked = replace(ASKED, variance=variance, effects=effects, weights=weights)
    statistics, df = noise_statistics(take_sample(frame, asked), asked, "x", noise)
    for column, statistic, own_df in zip(noise.T, statistics, df, strict=True):
        alone = cross_section(frame.assign(x=column), asked)["x"]
        assert (statistic, own_df) == pytest.approx((alone.statistic, alone.df))


def test_noise_is_as_alike_as_it_says():
    apart = np.array([[0.0, 700.0, 2000.0], [700.0, 0.0, 1500.0], [2000.0, 1500.0, 0.0]])
    noise = spatial_noise(apart, 1000.0, 200_000, np.random.default_rng(2))
    assert np.cov(noise) == pytest.approx(np.exp(-apart / 1000), abs=0.012)


def test_noise_without_reach_is_alone():
    noise = spatial_noise(np.zeros((2, 2)), 0.0, 100_000, np.random.default_rng(2))
    assert np.cov(noise) == pytest.approx(np.eye(2), abs=0.012)


def test_the_reach_is_where_the_restricted_likelihood_is_highest():
    frame = town()
    found = residual_reach(frame, replace(ASKED, weights="w"))

    def log_likelihood(reach: float, share: float) -> float:
        root = np.sqrt(frame["w"] / frame["w"].mean()).to_numpy()
        right = root[:, None] * np.column_stack([np.ones(ROWS), frame[["x", "z"]]])
        apart = distances(frame[["easting", "northing"]].to_numpy(), "plane")
        alike = share * np.exp(-apart / reach) + (1 - share) * np.eye(ROWS)
        inverse = np.linalg.inv(alike)
        middle = right.T @ inverse @ right
        outcome = root * frame["y"].to_numpy()
        left = outcome - right @ np.linalg.solve(middle, right.T @ inverse @ outcome)
        spread = (ROWS - 3) * np.log(left @ inverse @ left)
        return -(np.linalg.slogdet(alike)[1] + np.linalg.slogdet(middle)[1] + spread) / 2

    highest = log_likelihood(found.reach, found.share)
    for reach, share in [(0.8, 1), (1.25, 1), (1, 0.9), (1, 1.1)]:
        assert log_likelihood(reach * found.reach, share * found.share) < highest


def test_the_reach_is_near_the_planted_one():
    found = [residual_reach(town(seed), replace(ASKED, effects=("ward",))) for seed in range(5)]
    assert np.median([each.reach for each in found]) == pytest.approx(REACH, rel=0.4)
    assert np.median([each.share for each in found]) == pytest.approx(SHARE, abs=0.15)


def test_errors_that_are_not_alike_have_no_reach():
    frame = town().assign(y=np.random.default_rng(17).normal(size=ROWS))
    assert residual_reach(frame, ASKED) == NONE


def test_a_rule_keeps_its_promise_against_noise_that_is_not_alike():
    found = noise_placebo(town(), ASKED, "x", np.random.default_rng(5), draws=499, likeness=NONE)
    assert found.rejects == pytest.approx(0.05, abs=0.03)


def test_a_rule_that_takes_areas_for_independent_rejects_noise():
    found = noise_placebo(town(), ALONE, "x", np.random.default_rng(5), draws=499)
    assert found.rejects > 0.15
    assert found.reach == pytest.approx(residual_reach(town(), ASKED).reach)


def test_a_regressor_that_is_noise_is_no_more_than_noise():
    found = [
        noise_placebo(town(seed), ALONE, "x", np.random.default_rng(5), draws=99)
        for seed in range(8)
    ]
    assert sum(each.rule_p < 0.05 for each in found) >= 2
    assert sum(each.placebo_p < 0.05 for each in found) <= 1


def test_a_strong_effect_beats_every_noise():
    found = noise_placebo(town(effect=2.0), ASKED, "x", np.random.default_rng(5), draws=99)
    assert found.placebo_p == pytest.approx(1 / 100)


def test_one_seed_gives_one_answer():
    first, second = (
        noise_placebo(town(), ASKED, "x", np.random.default_rng(5), draws=20, likeness=NONE)
        for _ in range(2)
    )
    assert first.statistics.tolist() == second.statistics.tolist()


@pytest.mark.parametrize(
    ("changes", "term", "draws", "words"),
    [
        ({"easting": 1.0, "northing": 1.0}, "x", 9, "at one point"),
        ({}, "q", 9, "no term q"),
        ({}, "x", 0, "needs one noise or more"),
    ],
)
def test_what_has_no_placebo_is_refused(changes, term, draws, words):
    with pytest.raises(SpecificationError, match=words):
        noise_placebo(town().assign(**changes), ASKED, term, np.random.default_rng(5), draws=draws)


@pytest.mark.parametrize(("reach", "share"), [(-1, 0.5), (np.nan, 0.5), (np.inf, 1), (1000, 1.5)])
def test_a_likeness_that_is_none_is_refused(reach, share):
    with pytest.raises(SpecificationError, match="a likeness of reach"):
        Likeness(reach, share)
