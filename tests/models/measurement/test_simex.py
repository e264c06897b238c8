"""SIMEX against what it must find in least squares: the corrected moments, in closed form."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from neighbourhood_equity.models.association.cross_section import cross_section
from neighbourhood_equity.models.measurement.errors_in_variables import errors_in_variables
from neighbourhood_equity.models.measurement.simex import simex
from neighbourhood_equity.models.specification import Specification, SpecificationError

SPECIFICATION = Specification(
    "test", "", "price", ("capital",), ("need",), ("ward",), clusters="ward"
)
VARIANCE = {"capital": 0.5}


def _frame(rows: int = 400, seed: int = 3, effect: float = 0.5) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    ward = rng.integers(0, 25, rows)
    true = rng.normal(size=rows) + 0.1 * ward
    need = rng.normal(size=rows) + 0.5 * true
    price = effect * true - 0.4 * need + 0.1 * ward + rng.normal(size=rows)
    capital = true + rng.normal(scale=np.sqrt(0.5), size=rows)
    columns = {"price": price, "capital": capital, "need": need, "ward": ward}
    return pd.DataFrame({**columns, "homes": rng.uniform(0.3, 4, rows)})


def _simex(specification=SPECIFICATION, frame=None, **options):
    frame = _frame() if frame is None else frame
    return simex(frame, specification, VARIANCE, np.random.default_rng(7), **options)


class TestRational:
    @pytest.mark.parametrize("weights", [None, "homes"])
    def test_coefficients_are_those_of_corrected_moments(self, weights):
        specification = dataclasses.replace(SPECIFICATION, weights=weights)
        exact = errors_in_variables(_frame(), specification, error_variance=VARIANCE)
        found = _simex(specification, draws=400)
        error = np.sqrt(np.diag(exact.covariance))
        assert found.coefficients == pytest.approx(exact.coefficients, abs=0.2 * error.min())

    @pytest.mark.parametrize("variance", ["robust", "clustered"])
    def test_errors_are_those_of_corrected_moments(self, variance):
        specification = dataclasses.replace(SPECIFICATION, variance=variance)
        exact = errors_in_variables(_frame(), specification, error_variance=VARIANCE)
        found = _simex(specification, draws=400)
        expected = np.sqrt(np.diag(exact.covariance))
        assert np.sqrt(np.diag(found.covariance)) == pytest.approx(expected, rel=0.08)

    def test_a_weak_measure_gives_the_same_with_every_seed(self):
        # A third of what is left of it is true: chance in the noise must not reach the pole.
        frame, variance = _frame(rows=800), {"capital": 1.0}
        found = [
            simex(frame, SPECIFICATION, variance, np.random.default_rng(seed), draws=100)
            for seed in range(5)
        ]
        spread = np.ptp([one.coefficients[0] for one in found])
        assert spread < 0.2 * np.sqrt(found[0].covariance[0, 0])

    def test_a_pole_beside_the_end_is_refused(self):
        frame = _frame()
        exact = errors_in_variables(frame, SPECIFICATION, error_variance=VARIANCE)
        left = exact.diagnostics["reliability_left_capital"]
        nearly_all = {"capital": 0.5 * 0.99 / (1 - left)}
        with pytest.raises(SpecificationError, match="chance decides the coefficient"):
            simex(frame, SPECIFICATION, nearly_all, np.random.default_rng(7), draws=50)

    def test_no_effect_stays_none(self):
        estimate = _simex(frame=_frame(effect=0.0), draws=50).tidy().iloc[0]
        assert abs(estimate["estimate"]) < 3 * estimate["std_error"] < 1


class TestQuadratic:
    def test_falls_short_as_the_closed_form_says(self):
        # One regressor of reliability r: b(lambda) = b r / (1 + (1 - r) lambda).
        specification = dataclasses.replace(SPECIFICATION, controls=(), effects=())
        frame = _frame(20_000)
        naive = cross_section(frame, specification).coefficients[0]
        unreliable = 0.5 / frame["capital"].var()
        doses = np.array([0, 0.5, 1, 1.5, 2])
        line = np.polynomial.Polynomial.fit(doses, 1 / (1 + unreliable * doses), 2)
        found = _simex(specification, frame, draws=20, extrapolant="quadratic")
        assert found.coefficients[0] / naive == pytest.approx(line(-1), rel=0.01)


class TestReport:
    def test_naive_is_least_squares(self):
        naive = cross_section(_frame(), SPECIFICATION).coefficients[0]
        assert _simex(draws=1).diagnostics["naive_capital"] == pytest.approx(naive)

    def test_same_generator_same_answer(self):
        assert _simex(draws=3).coefficients[0] == _simex(draws=3).coefficients[0]

    def test_rule_is_named(self):
        rule = _simex(draws=3).variance_rule
        assert "5 doses x 3 draws, rational extrapolant" in rule
        assert "clustered by ward, CR1" in rule


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"draws": 0}, "0 draws are none"),
        ({"doses": (0.5, 1.0)}, "three or more different doses"),
        ({"doses": (0.0, 1.0, 2.0)}, "three or more different doses"),
        ({"error_variance": {"capital": 0.0}}, "error variance of capital is 0"),
        ({"error_variance": {"homes": 1.0}}, "homes has an error but is no term"),
        ({"error_variance": {"capital": 5.0}}, "as large as the variation left: for capital"),
    ],
)
def test_refusals(options, message):
    arguments = {"error_variance": VARIANCE, "rng": np.random.default_rng(1), **options}
    with pytest.raises(SpecificationError, match=message):
        simex(_frame(), SPECIFICATION, **arguments)
