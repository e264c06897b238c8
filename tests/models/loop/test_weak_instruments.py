"""First-stage statistics against the first stage's own regression, and known critical values."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from neighbourhood_equity.models.association.cross_section import cross_section
from neighbourhood_equity.models.loop.identification import Instruments
from neighbourhood_equity.models.loop.weak_instruments import (
    effective_critical,
    instrument_strength,
)
from neighbourhood_equity.models.specification import Specification

EQUATION = Specification("price", "", "price", ("capital",), ("income",), clusters="ward")
ONE = Instruments(("capital",), ("clubs",))
TWO = Instruments(("capital",), ("clubs", "halls"))


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    rng = np.random.default_rng(7)
    columns = rng.normal(size=(150, 5))
    frame = pd.DataFrame(columns, columns=["price", "capital", "income", "clubs", "halls"])
    frame["capital"] += 0.3 * frame["clubs"] * (1 + frame["halls"] ** 2)
    return frame.assign(ward=np.arange(150) % 25)


def _first_stage(frame, equation, instruments):
    stage = replace(equation, outcome="capital", regressors=instruments.excluded)
    return cross_section(frame, stage)


@pytest.mark.parametrize("variance", ["classical", "robust", "clustered"])
def test_the_ruled_f_is_the_first_stage_s(frame, variance):
    equation = replace(EQUATION, variance=variance)
    stage = _first_stage(frame, equation, TWO)
    signal = stage.coefficients[:2]
    expected = signal @ np.linalg.solve(stage.covariance[:2, :2], signal) / 2
    assert instrument_strength(frame, equation, TWO).ruled == pytest.approx(expected, rel=1e-9)


def test_the_classical_f_does_not_depend_on_the_rule(frame):
    rules = ("classical", "robust", "clustered")
    found = [instrument_strength(frame, replace(EQUATION, variance=v), TWO) for v in rules]
    assert found[0].classical == pytest.approx(found[0].ruled)
    assert len({round(one.classical, 9) for one in found}) == 1


@pytest.mark.parametrize("variance", ["robust", "clustered"])
def test_one_instrument_has_one_robust_f(frame, variance):
    found = instrument_strength(frame, replace(EQUATION, variance=variance), ONE)
    assert found.effective == pytest.approx(found.ruled, rel=1e-9)


def test_effective_f_by_its_definition(frame):
    stage = _first_stage(frame, EQUATION, TWO)
    z = frame[["clubs", "halls"]].to_numpy()
    held = np.column_stack([np.ones(150), frame["income"]])
    z = z - held @ np.linalg.lstsq(held, z)[0]
    signal, variance = stage.coefficients[:2], stage.covariance[:2, :2]
    expected = signal @ z.T @ z @ signal / np.trace(variance @ z.T @ z)
    assert instrument_strength(frame, EQUATION, TWO).effective == pytest.approx(expected, rel=1e-9)


# Montiel Olea and Pflueger (2013) print 23.1 for one instrument and 10% of the worst bias.
def test_critical_value_of_one_instrument():
    assert effective_critical(np.eye(1)) == pytest.approx(23.1, abs=0.05)


def test_unlike_instruments_count_as_fewer():
    one, two, alike = (
        effective_critical(np.diag(roots)) for roots in ([1.0], [1.0, 0.1], [1.0, 1.0])
    )
    assert one > two > alike


def test_several_regressors_have_the_cragg_donald_statistic(frame):
    equation = replace(EQUATION, regressors=("capital", "income"), controls=())
    both = Instruments(("capital", "income"), ("clubs", "halls"))
    found = instrument_strength(frame, equation, both)
    z = frame[["clubs", "halls"]].to_numpy() - frame[["clubs", "halls"]].to_numpy().mean(axis=0)
    x = frame[["capital", "income"]].to_numpy() - frame[["capital", "income"]].to_numpy().mean(0)
    fitted = z @ np.linalg.lstsq(z, x)[0]
    noise = (x - fitted).T @ (x - fitted) / (150 - 3)
    roots = np.linalg.eigvals(np.linalg.solve(noise, fitted.T @ fitted)) / 2
    assert found.classical == pytest.approx(roots.min(), rel=1e-9)
    assert found.weak


def test_no_instrument_counts_as_weak_for_nothing(frame):
    strong = frame.assign(capital=frame["clubs"] + 0.1 * frame["capital"])
    assert not instrument_strength(strong, EQUATION, ONE).weak
