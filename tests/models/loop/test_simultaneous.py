"""Three stages on a made system, and what a system must not be."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from neighbourhood_equity.models.loop.identification import IdentificationError, Instruments
from neighbourhood_equity.models.loop.instruments import two_stage
from neighbourhood_equity.models.loop.simultaneous import StructuralEquation, three_stage
from neighbourhood_equity.models.specification import Specification

B, A = 0.4, 0.3


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    """price = B capital + growth + income + u, capital = A price + clubs + halls + income + v."""
    rng = np.random.default_rng(17)
    n = 400
    income, growth, clubs, halls, u, v = rng.normal(size=(6, n))
    v = 0.6 * u + 0.8 * v
    price = (B * (clubs + halls + income + v) + growth + income + u) / (1 - A * B)
    capital = A * price + clubs + halls + income + v
    names = ("price", "capital", "income", "growth", "clubs", "halls")
    return pd.DataFrame(
        dict(zip(names, (price, capital, income, growth, clubs, halls), strict=True))
    ).assign(ward=np.arange(n) % 40, sales=rng.integers(10, 50, n).astype(float))


def _equation(outcome, endogenous, own, excluded, **options) -> StructuralEquation:
    options = {"variance": "classical", **options}
    spec = Specification(outcome, "", outcome, (endogenous,), ("income", *own), **options)
    return StructuralEquation(spec, Instruments((endogenous,), excluded))


def _loop(**options) -> list[StructuralEquation]:
    return [
        _equation("price", "capital", ("growth",), ("clubs", "halls"), **options),
        _equation("capital", "price", ("clubs", "halls"), ("growth",), **options),
    ]


def _just_identified(**options) -> list[StructuralEquation]:
    return [
        _equation("price", "capital", ("growth",), ("clubs",), **options),
        _equation("capital", "price", ("clubs",), ("growth",), **options),
    ]


@pytest.mark.parametrize(("place", "truth"), [(0, B), (1, A)])
def test_the_loop_is_found(frame, place, truth):
    row = three_stage(frame, _loop()).equations[place].tidy().iloc[0]
    assert row["ci_low"] <= truth <= row["ci_high"]


def test_errors_go_together_as_made(frame):
    assert three_stage(frame, _loop()).error_correlation[0, 1] == pytest.approx(0.6, abs=0.1)


@pytest.mark.parametrize("weights", [None, "sales"])
@pytest.mark.parametrize("place", [0, 1])
def test_without_instruments_to_spare_three_stages_are_two(frame, place, weights):
    loop = _just_identified(weights=weights)
    three = three_stage(frame, loop).equations[place]
    two = two_stage(frame, loop[place].specification, loop[place].instruments, corrected=False)
    assert three.coefficients == pytest.approx(two.coefficients, rel=1e-6)
    assert three.covariance == pytest.approx(two.covariance, rel=1e-6)


def test_without_instruments_to_spare_there_is_nothing_to_test(frame):
    assert three_stage(frame, _just_identified()).hausman is None


@pytest.mark.parametrize("place", [0, 1])
def test_the_textbook_s_formula(frame, place):
    """(X'(S^-1 x P) X)^-1 X'(S^-1 x P) y, S from the errors of two stages, over N."""
    one = np.ones(len(frame))
    exogenous = np.column_stack([one, frame[["income", "growth", "clubs", "halls"]]])
    project = exogenous @ np.linalg.pinv(exogenous)
    y = [frame["price"].to_numpy(), frame["capital"].to_numpy()]
    x = [
        np.column_stack([frame[["capital", "income", "growth"]], one]),
        np.column_stack([frame[["price", "income", "clubs", "halls"]], one]),
    ]
    two = [np.linalg.solve(b.T @ project @ b, b.T @ project @ a) for a, b in zip(y, x, strict=True)]
    errors = np.column_stack([a - b @ c for a, b, c in zip(y, x, two, strict=True)])
    inverse = np.linalg.inv(errors.T @ errors / len(frame))
    left = np.block([[inverse[i, j] * x[i].T @ project @ x[j] for j in range(2)] for i in range(2)])
    right = [sum(inverse[i, j] * x[i].T @ project @ y[j] for j in range(2)) for i in range(2)]
    found = np.split(np.linalg.solve(left, np.concatenate(right)), [4])[place]
    variance = np.linalg.inv(left)[4 * place, 4 * place]
    fit = three_stage(frame, _loop()).equations[place]
    assert fit.coefficients == pytest.approx(found, rel=1e-8)
    # The library's variance rests on the errors of three stages, which are near those of two.
    assert fit.covariance[0, 0] == pytest.approx(variance, rel=1e-2)


def test_hausman_counts_the_instruments_to_spare(frame):
    assert three_stage(frame, _loop()).hausman.df == 1


def test_hausman_finds_a_fault_that_spreads(frame):
    wrong = frame.assign(price=frame["price"] + frame["halls"])
    assert three_stage(wrong, _loop()).hausman.p_value < 0.001


def test_clusters_change_the_variance_alone(frame):
    classical, clustered = (
        three_stage(frame, _loop(**options)).equations[0]
        for options in ({}, {"variance": "clustered", "clusters": "ward"})
    )
    assert clustered.coefficients == pytest.approx(classical.coefficients)
    assert clustered.clusters == 40
    assert "clustered by ward, G = 40" in clustered.variance_rule


def test_incomplete_rows_are_dropped_from_all_equations(frame):
    system = three_stage(frame.assign(halls=frame["halls"].where(frame.index > 4)), _loop())
    assert [one.n for one in system.equations] == [395, 395]
    assert system.equations[0].dropped == {"without halls": 5}


def test_absorbed_effects_are_the_dummies(frame):
    absorbed = three_stage(frame, _loop(effects=("ward",))).equations[0]
    dummies = pd.get_dummies(frame["ward"], drop_first=True, dtype=float).add_prefix("w")
    wards = tuple(dummies.columns)
    dummied = [
        replace(one, specification=replace(
            one.specification, controls=(*one.specification.controls, *wards)
        ))
        for one in _loop()
    ]  # fmt: skip
    full = three_stage(frame.join(dummies), dummied).equations[0]
    assert absorbed.coefficients == pytest.approx(full.coefficients[:3], rel=1e-6)


def test_all_faults_are_told_at_once(frame):
    loop = [
        _equation("price", "capital", (), ("income",)),
        _equation("capital", "price", ("clubs",), ("growth",), weights="sales", effects=("ward",)),
    ]
    with pytest.raises(IdentificationError) as refused:
        three_stage(frame, loop, corrected=True)
    told = str(refused.value)
    assert "price: income is an instrument and also a control of the equation" in told
    assert "price does without clubs, growth, which another equation uses" in told
    assert "the equations differ in their weights" in told
    assert "does not count absorbed effects" in told


@pytest.mark.parametrize(
    ("loop", "told"),
    [(_loop()[:1], "two equations or more, not 1"), ([_loop()[0]] * 2, "the same name")],
)
def test_what_is_no_system_is_refused(frame, loop, told):
    with pytest.raises(IdentificationError, match=told):
        three_stage(frame, loop)
