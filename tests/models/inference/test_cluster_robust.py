"""CR2 and CR3 against their definitions with explicit dummies, and their behaviour."""

import numpy as np
import pandas as pd
import pytest

from neighbourhood_equity.models.association.cross_section import cross_section
from neighbourhood_equity.models.inference.cluster_robust import (
    cluster_robust,
    leave_one_cluster_out,
    two_way_clustered,
)
from neighbourhood_equity.models.specification import Specification, SpecificationError

EFFECTS = [(), ("ward",), ("kind",), ("ward", "kind")]
ROUNDING = 1e-8


def _frame(rows: int = 160, wards: int = 12, seed: int = 3) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    ward = np.minimum(rng.geometric(0.15, rows) - 1, wards - 1)
    x = rng.normal(size=rows) + 0.5 * rng.normal(size=wards)[ward]
    z = rng.normal(size=rows)
    y = 0.4 * x - 0.3 * z + rng.normal(size=wards)[ward] + rng.normal(size=rows)
    kind = rng.integers(0, 4, rows)
    return pd.DataFrame(
        {"y": y, "x": x, "z": z, "ward": ward, "kind": kind, "w": rng.uniform(0.3, 3, rows)}
    )


def _specification(effects=(), weights=None):
    return Specification("t", "", "y", ("x",), ("z",), effects, weights, "ward")


def _with_dummies(frame, effects, weights, power):
    """The definition, dense: A_g = (I - H_gg)^power on the root-weighted design."""
    columns = [np.ones(len(frame)), frame["x"], frame["z"]]
    columns += [
        (frame[effect] == value).astype(float)
        for effect in effects
        for value in sorted(frame[effect].unique())[1:]
    ]
    root = np.sqrt(frame[weights].to_numpy() if weights else np.ones(len(frame)))
    right = root[:, None] * np.column_stack(columns)
    outcome = root * frame["y"].to_numpy()
    inverse = np.linalg.pinv(right.T @ right)
    maker = np.eye(len(frame)) - right @ inverse @ right.T
    scores, forms = [], []
    for ward in frame["ward"].unique():
        own = np.flatnonzero(frame["ward"] == ward)
        values, vectors = np.linalg.eigh(maker[np.ix_(own, own)])
        kept = values > 1e-9
        adjust = (vectors[:, kept] * values[kept] ** power) @ vectors[:, kept].T
        scores.append(inverse @ right[own].T @ adjust @ (maker @ outcome)[own])
        forms.append(maker[:, own] @ adjust @ right[own] @ inverse[:, 1])
    inner = np.array(forms) @ np.array(forms).T
    df = np.trace(inner) ** 2 / np.sum(inner**2)
    return float(np.sqrt(np.sum(np.array(scores)[:, 1] ** 2))), float(df)


@pytest.mark.parametrize("weights", [None, "w"])
@pytest.mark.parametrize("effects", EFFECTS)
class TestEqualsTheDefinition:
    def test_cr2_error(self, effects, weights):
        frame = _frame()
        ours = cluster_robust(frame, _specification(effects, weights), "CR2").tidy()
        error, _ = _with_dummies(frame, effects, weights, -0.5)
        assert ours["std_error"][0] == pytest.approx(error, rel=1e-6)

    def test_satterthwaite_df(self, effects, weights):
        frame = _frame()
        ours = cluster_robust(frame, _specification(effects, weights), "CR2").tidy()
        _, df = _with_dummies(frame, effects, weights, -0.5)
        assert ours["df"][0] == pytest.approx(df, rel=1e-6)

    def test_cr1_is_that_of_the_cross_section(self, effects, weights):
        frame, specification = _frame(), _specification(effects, weights)
        ours = cluster_robust(frame, specification, "CR1").covariance
        assert ours == pytest.approx(cross_section(frame, specification).covariance, rel=ROUNDING)

    def test_leaving_a_cluster_out(self, effects, weights):
        frame, specification = _frame(), _specification(effects, weights)
        ours = leave_one_cluster_out(frame, specification)
        ward = frame["ward"].iloc[0]
        direct = cross_section(frame[frame["ward"] != ward], specification)
        assert ours.loc[ward].to_numpy() == pytest.approx(direct.coefficients, rel=1e-6)


def test_cr3_is_the_jackknife():
    frame = _frame()
    fit = cluster_robust(frame, _specification(), "CR3")
    apart = leave_one_cluster_out(frame, _specification())["x"] - fit.coefficients[0]
    groups = len(apart)
    assert fit.covariance[0, 0] == pytest.approx((groups - 1) / groups * (apart**2).sum())


def test_cr2_is_unbiased_under_the_working_model():
    """Errors independent and alike: the mean of 200 variances is the true one, within 4 MC SE."""
    frame, rng = _frame(60, 6), np.random.default_rng(11)
    right = np.column_stack([np.ones(60), frame["x"], frame["z"]])
    truth = np.linalg.inv(right.T @ right)[1, 1]
    draws = [
        cluster_robust(frame.assign(y=rng.normal(size=60)), _specification()).covariance[0, 0]
        for _ in range(200)
    ]
    off = abs(np.mean(draws) - truth) / (np.std(draws) / np.sqrt(200))
    assert off < 4


def test_a_dominant_cluster_costs_degrees_of_freedom():
    frame = _frame()
    fit = cluster_robust(frame, _specification())
    assert fit.df[0] < fit.clusters - 1


def test_one_cluster_is_refused():
    with pytest.raises(SpecificationError, match="one cluster"):
        cluster_robust(_frame().assign(ward=1), _specification())


def test_two_ways_with_the_same_way_twice_is_one_way():
    frame = _frame().assign(again=lambda data: data["ward"])
    both = two_way_clustered(frame, _specification(), "again")
    one = cluster_robust(frame, _specification(), "CR1")
    assert both.covariance == pytest.approx(one.covariance, rel=ROUNDING)
