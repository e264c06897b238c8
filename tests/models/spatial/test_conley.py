"""Conley's variance against the sum written out, and against the rules it contains."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from neighbourhood_equity.models.association.cross_section import cross_section
from neighbourhood_equity.models.spatial.conley import ConleyRule, conley, conley_curve
from neighbourhood_equity.models.specification import Specification, SpecificationError

SALE = Specification(
    "s",
    "s",
    "y",
    ("x",),
    ("z",),
    effects=("ward",),
    weights="w",
    clusters="ward",
    variance="robust",
)


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    rng = np.random.default_rng(11)
    n = 120
    # Whole kilometres: many rows share a point and many pairs lie at the cut-off itself.
    places = rng.integers(0, 8, (n, 2)) * 1000.0
    common = rng.normal(size=(8, 8))[tuple((places // 1000).astype(int).T)]
    x = common + rng.normal(size=n)
    return pd.DataFrame(
        {
            "y": x + common + rng.normal(size=n),
            "x": x,
            "z": rng.normal(size=n),
            "w": rng.uniform(0.5, 2, n),
            "ward": rng.integers(0, 6, n),
            "easting": places[:, 0],
            "northing": places[:, 1],
        }
    )


def _written_out(frame: pd.DataFrame, cut_off: float, bartlett: bool) -> np.ndarray:
    dummies = np.eye(6)[frame["ward"]]
    right = np.column_stack([frame[["x", "z"]], dummies])
    w = frame["w"].to_numpy() / frame["w"].mean()
    bread = np.linalg.inv(right.T @ (w[:, None] * right))
    residual = frame["y"] - right @ bread @ (right.T @ (w * frame["y"]))
    scores = right * (w * residual.to_numpy())[:, None]
    points = frame[["easting", "northing"]].to_numpy()
    distance = np.linalg.norm(points[:, None] - points[None], axis=2)
    share = np.maximum(1 - distance / cut_off, 0) if bartlett else 1.0 * (distance <= cut_off)
    return (bread @ scores.T @ share @ scores @ bread)[:2, :2] * 120 / (120 - 8)


@pytest.mark.parametrize("cut_off", [1000.0, 2500.0])
@pytest.mark.parametrize("kernel", ["uniform", "bartlett"])
def test_sum_over_pairs_with_weights_and_effects(frame, cut_off, kernel):
    found = conley(frame, SALE, cut_off, ConleyRule(kernel=kernel))
    expected = _written_out(frame, cut_off, kernel == "bartlett")
    np.testing.assert_allclose(found.covariance, expected, rtol=1e-9)


def test_no_distance_is_hc1(frame):
    apart = frame.assign(easting=np.arange(120.0))
    found = conley(apart, SALE, 0.0).covariance
    np.testing.assert_allclose(found, cross_section(apart, SALE).covariance, rtol=1e-9)


def test_wards_far_apart_are_clusters(frame):
    apart = frame.assign(easting=1e6 * frame["ward"], northing=0.0)
    found = conley(apart, SALE, 10.0, ConleyRule(factor="none")).covariance
    clustered = cross_section(apart, replace(SALE, variance="clustered")).covariance
    cr1 = 6 / 5 * 119 / (120 - 8)
    np.testing.assert_allclose(cr1 * found, clustered, rtol=1e-9)


def test_coefficients_are_those_of_the_cross_section(frame):
    found = conley(frame, SALE, 1500.0).coefficients
    np.testing.assert_allclose(found, cross_section(frame, SALE).coefficients, rtol=1e-9)


def test_curve_holds_each_cut_off(frame):
    curve = conley_curve(frame, SALE, [1000.0, 2500.0])
    alone = conley(frame, SALE, 2500.0).tidy()
    np.testing.assert_allclose(curve["std_error"].to_numpy()[2:], alone["std_error"], rtol=1e-12)


def test_curve_counts_the_neighbours(frame):
    points = frame[["easting", "northing"]].to_numpy()
    distance = np.linalg.norm(points[:, None] - points[None], axis=2)
    expected = (distance <= 1000).sum() / 120 - 1
    assert conley_curve(frame, SALE, [1000.0])["neighbours"][0] == pytest.approx(expected)


def test_errors_that_go_together_widen_the_error(frame):
    shared = replace(SALE, effects=())
    apart = frame.assign(easting=np.arange(120.0), northing=0.0)
    together, alone = (
        conley(rows, shared, 0.0).tidy()["std_error"].iloc[0] for rows in (frame, apart)
    )
    assert together > 1.05 * alone


def test_row_without_a_place_is_dropped_and_counted(frame):
    lacking = frame.assign(easting=frame["easting"].where(frame.index > 2))
    assert conley(lacking, SALE, 1000.0).dropped == {"without easting": 3}


def test_negative_cut_off_is_refused(frame):
    with pytest.raises(SpecificationError, match="not negative"):
        conley(frame, SALE, -1.0)


def test_variance_that_is_not_positive_is_refused(frame):
    # Residuals 1, -1, 1, -1, so the points on the line have scores 1, -2, 1.
    line = pd.DataFrame(
        {"y": [2.0, 0, 0, -2], "x": [1.0, 1, -1, -1], "easting": [0.0, 1, 1, 2], "northing": 0.0}
    )
    plain = Specification("s", "s", "y", ("x",), variance="robust")
    with pytest.raises(SpecificationError, match="is not positive"):
        conley(line, plain, 1.0)
