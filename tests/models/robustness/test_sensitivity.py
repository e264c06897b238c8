"""Oster's equations where the truth is known in closed form; edges of the robustness value."""

import numpy as np
import pandas as pd
import pytest

from neighbourhood_equity.models.robustness.sensitivity import bounds, oster, robustness
from neighbourhood_equity.models.specification import Specification, SpecificationError

TRUTH = 0.7


def _orthogonal(rows: int, columns: int) -> np.ndarray:
    """Columns with mean zero, variance one and no correlation at all, in the sample itself."""
    raw = np.random.default_rng(4).normal(size=(rows, columns))
    basis, _ = np.linalg.qr(raw - raw.mean(axis=0))
    return basis * np.sqrt(rows)


def _city(delta: float = 1.0) -> tuple[pd.DataFrame, float]:
    """A city in which selection on the unmeasured is ``delta`` times that on the measured.

    Y = TRUTH X + W1 + W2 + e; cov(X, W2) / var(W2) = delta cov(X, W1) / var(W1).
    """
    first, second, own, error = _orthogonal(400, 4).T
    measured, unmeasured = 1.2 * first, 0.8 * second
    x = 0.5 * measured + 0.5 * delta * unmeasured + 0.9 * own
    y = TRUTH * x + measured + unmeasured + 0.6 * error
    r_max = 1 - 0.6**2 / y.var()
    return pd.DataFrame({"y": y, "x": x, "m": measured, "ward": np.arange(400) % 20}), r_max


SPECIFICATION = Specification("t", "", "y", ("x",), ("m",), clusters="ward")


def test_oster_finds_the_truth_at_delta_one():
    frame, r_max = _city()
    assert oster(frame, SPECIFICATION, "x", r_max).adjusted == pytest.approx(TRUTH, rel=1e-8)


@pytest.mark.parametrize("delta", [0.5, 1.0, 1.6])
def test_oster_finds_delta_at_the_truth(delta):
    frame, r_max = _city(delta)
    found = oster(frame, SPECIFICATION, "x", r_max, target=TRUTH)
    assert found.delta == pytest.approx(delta, rel=1e-8)


def test_oster_with_the_measured_as_effects_is_the_same():
    frame, r_max = _city()
    frame = frame.assign(m=np.sign(frame["m"]), kind=(frame["m"] > 0).astype(int))
    absorbed = Specification("t", "", "y", ("x",), effects=("kind",), clusters="ward")
    one = oster(frame, SPECIFICATION, "x", r_max)
    assert oster(frame, absorbed, "x", r_max).delta == pytest.approx(one.delta, rel=1e-8)


def test_r_max_is_capped_at_one():
    frame, _ = _city()
    assert oster(frame, SPECIFICATION, "x").r_max == 1.0


def test_oster_needs_something_held_equal():
    alone = Specification("t", "", "y", ("x",), clusters="ward")
    with pytest.raises(SpecificationError, match="holds nothing equal"):
        oster(_city()[0], alone, "x")


def test_a_confounder_at_the_robustness_value_takes_all_away():
    """Adding one column that explains RV of what is left of both brings the estimate to zero."""
    frame, _ = _city()
    value = robustness(frame, SPECIFICATION, "x").value
    right = np.column_stack([np.ones(400), frame["m"]])
    left_x = frame["x"] - right @ np.linalg.lstsq(right, frame["x"])[0]
    full = np.column_stack([right, frame["x"]])
    left_y = frame["y"] - full @ np.linalg.lstsq(full, frame["y"])[0]
    # A confounder with partial correlations sqrt(RV) with x, and with y given x.
    noise = np.random.default_rng(1).normal(size=400)
    everything = np.column_stack([full, frame["y"]])
    noise -= everything @ np.linalg.lstsq(everything, noise)[0]
    unit = [part / np.linalg.norm(part) for part in (left_x, left_y, noise)]
    with_x = np.sqrt(value)
    with_y = np.sqrt(value * (1 - value))
    rest = np.sqrt(1 - with_x**2 - with_y**2)
    z = with_x * unit[0] + with_y * unit[1] + rest * unit[2]
    widened = Specification("t", "", "y", ("x",), ("m", "z"), clusters="ward")
    assert robustness(frame.assign(z=z), widened, "x").estimate == pytest.approx(0, abs=1e-10)


def test_an_estimate_that_is_not_significant_has_no_robust_sign():
    frame, _ = _city()
    noise = pd.DataFrame({**frame, "y": np.random.default_rng(2).normal(size=400)})
    assert robustness(noise, SPECIFICATION, "x").value_alpha == 0.0


def test_a_benchmark_that_is_not_a_term_is_refused():
    with pytest.raises(SpecificationError, match="ward not among the terms"):
        bounds(_city()[0], SPECIFICATION, "x", ["ward"])
