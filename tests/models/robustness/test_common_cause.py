"""Errors with a planted correlation: the path at that correlation is the true one, exactly."""

import numpy as np
import pandas as pd
import pytest

from neighbourhood_equity.models.association.cross_section import cross_section
from neighbourhood_equity.models.loop.path_model import path_model
from neighbourhood_equity.models.robustness.common_cause import common_cause
from neighbourhood_equity.models.specification import Specification

TRUE = 0.5
EXACT = 1e-10
ASKED = Specification("t", "", "y", ("m",), ("t", "x"), clusters="ward")


def planted(rho: float, seed: int = 3) -> pd.DataFrame:
    """m and y with errors of correlation exactly rho in the sample, unrelated to t and x."""
    rng = np.random.default_rng(seed)
    basis, _ = np.linalg.qr(np.column_stack([np.ones(200), rng.normal(size=(200, 4))]))
    t, x, first, second = basis[:, 1:].T
    other = rho * first + np.sqrt(1 - rho**2) * second
    m = 0.4 * t - 0.2 * x + 1.5 * first
    y = TRUE * m + 0.3 * t + 0.7 * other
    return pd.DataFrame({"t": t, "x": x, "m": m, "y": y, "ward": np.arange(200) // 10})


@pytest.mark.parametrize("rho", [-0.6, -0.1, 0.0, 0.3, 0.8])
def test_the_path_at_the_planted_correlation_is_the_true_one(rho):
    found = common_cause(planted(rho), ASKED, "m")
    assert found.path_at(rho) == pytest.approx(TRUE, abs=EXACT)


@pytest.mark.parametrize("rho", [-0.6, 0.3])
def test_the_path_is_zero_at_its_own_rho(rho):
    found = common_cause(planted(rho), ASKED, "m")
    assert found.path_at(found.rho) == pytest.approx(0, abs=EXACT)


def test_rho_is_the_correlation_of_what_all_else_leaves():
    frame = planted(0.3)
    held = np.column_stack([np.ones(200), frame["t"], frame["x"]])
    left = [
        column - held @ np.linalg.lstsq(held, column)[0]
        for column in (frame["m"].to_numpy(), frame["y"].to_numpy())
    ]
    assert common_cause(frame, ASKED, "m").rho == pytest.approx(np.corrcoef(*left)[0, 1], abs=EXACT)


def test_without_a_common_cause_the_path_is_least_squares():
    frame = planted(0.3)
    found = common_cause(frame, ASKED, "m")
    assert found.path_at(0.0) == pytest.approx(cross_section(frame, ASKED).coefficients[0])


def test_an_indirect_effect_dies_with_its_path():
    """t -> m -> y: the product at rho, with the path at rho in it, is zero at the same rho."""
    frame = planted(0.3)
    stations = Specification("t", "", "y", ("t", "m"), ("x",), clusters="ward")
    model = path_model(frame, stations, np.random.default_rng(0), draws=20)
    found = common_cause(frame, ASKED, "m")
    assert model.paths[1, 0] * found.path_at(0.0) == pytest.approx(model.indirect.estimate)
    assert model.paths[1, 0] * found.path_at(found.rho) == pytest.approx(0, abs=EXACT)


def test_a_correlation_of_one_is_refused():
    with pytest.raises(ValueError, match="between -1 and 1"):
        common_cause(planted(0.3), ASKED, "m").path_at(1.0)
