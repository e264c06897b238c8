"""SCPC: what the authors' Stata command prints for 500 made rows, and its critical values."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from scipy.special import ndtri

from neighbourhood_equity.models.spatial.scpc import Scpc, scpc
from neighbourhood_equity.models.specification import Specification

ROWS = 500
STATA = {
    "x1": (0.86274294, 0.05183058, 16.645441, 3.601e-06, 0.72766769, 0.99781818),
    "x2": (-0.24685574, 0.03140924, -7.8593352, 0.00026068, -0.32806696, -0.16564452),
}
"""Coefficient, error, t, p and 95% interval."""
CRITICAL = {
    "x1": {0.68: 1.191, 0.90: 2.090, 0.95: 2.606, 0.99: 3.891},
    "x2": {0.68: 1.177, 0.90: 2.070, 0.95: 2.586, 0.99: 3.863},
}
SEARCH = 0.0015
"""The command stops looking for a critical value 0.001 above it, and prints three digits."""


def _uniform_of_r(seed: int) -> Callable[[int], np.ndarray]:
    """R's ``runif`` after ``set.seed``: the Mersenne Twister, seeded in R's way."""
    states = []
    for _ in range(50 + 625):
        seed = (69069 * seed + 1) % 2**32
        states.append(seed)
    generator = np.random.RandomState()
    generator.set_state(("MT19937", np.array(states[51:], dtype=np.uint32), 624))
    return lambda n: generator.randint(0, 2**32, size=n, dtype=np.uint32) * 2.3283064365386963e-10


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    """``set.seed(123)``; normal x1, x2 and errors; uniform longitude and latitude."""
    uniform = _uniform_of_r(123)

    def normal() -> np.ndarray:
        first, second = uniform(2 * ROWS).reshape(ROWS, 2).T
        return np.asarray(ndtri((np.floor(2**27 * first) + second) / 2**27))

    x1, x2, error = normal(), normal(), normal()
    longitude, latitude = -180 + 360 * uniform(ROWS), -90 + 180 * uniform(ROWS)
    y = 1 + 0.8 * x1 - 0.3 * x2 + error
    # The run took its columns in the order of the file, the longitude for a latitude. Beyond a
    # pole that is the point on the other side.
    north, east = np.radians(longitude), np.radians(latitude)
    return pd.DataFrame(
        {
            "y": y,
            "x1": x1,
            "x2": x2,
            "lat": np.degrees(np.arcsin(np.sin(north))),
            "lon": np.degrees(
                np.arctan2(np.cos(north) * np.sin(east), np.cos(north) * np.cos(east))
            ),
        }
    )


def _fitted(frame: pd.DataFrame, level: float = 0.95) -> Scpc:
    asked = Specification(outcome="y", regressors=("x1", "x2"))
    return scpc(frame, asked, coordinates=("lat", "lon"), metric="great_circle", level=level)


def test_the_rows_are_those_of_the_run(frame: pd.DataFrame) -> None:
    first = (-0.263611388297598, -0.560475646552213, -0.601892845985016)
    assert frame.loc[0, ["y", "x1", "x2"]].tolist() == pytest.approx(first, abs=1e-14)


def test_the_command_is_met(frame: pd.DataFrame) -> None:
    found = _fitted(frame)
    assert found.components == 6
    for name, (estimate, error, statistic, p_value, low, high) in STATA.items():
        term = found[name]
        assert term.estimate == pytest.approx(estimate, abs=1e-8)
        assert term.std_error == pytest.approx(error, rel=2e-5)
        assert term.statistic == pytest.approx(statistic, rel=2e-5)
        assert term.p_value == pytest.approx(p_value, rel=3e-4)
        assert (term.ci_low, term.ci_high) == pytest.approx((low, high), abs=SEARCH * error)


@pytest.mark.parametrize("level", [0.68, 0.99])
def test_critical_values_of_other_levels_are_met(frame: pd.DataFrame, level: float) -> None:
    found = _fitted(frame, level)
    for name, critical in CRITICAL.items():
        assert found[name].critical == pytest.approx(critical[level], abs=SEARCH)
