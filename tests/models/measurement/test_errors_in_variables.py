"""Corrections for measurement error against closed forms and independent formulas.

No published output of an errors-in-variables command was at hand: the coefficients are checked by
the formula of Stata's eivreg and of R's eivtools, (X'X - S) b = X'y with S = N (1 - r) s2, the
constant among the columns and s2 the variance over N.
"""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from neighbourhood_equity.models.association.cross_section import cross_section
from neighbourhood_equity.models.measurement.errors_in_variables import (
    errors_in_variables,
    two_indicators,
)
from neighbourhood_equity.models.specification import Specification, SpecificationError

ROUNDING = 1e-9
BARE = Specification("test", "", "price", ("capital",), variance="robust")


def _frame(rows: int = 240, seed: int = 5) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    ward, year = rng.integers(0, 20, rows), rng.integers(0, 5, rows)
    true = rng.normal(size=rows) + 0.1 * ward
    need = rng.normal(size=rows) + 0.5 * true
    price = 0.5 * true - 0.4 * need + 0.1 * ward + rng.normal(size=20)[ward] * true
    columns = {
        "price": price + rng.normal(size=rows),
        "capital": true + rng.normal(scale=0.7, size=rows),
        "other": 2 * true + rng.normal(scale=1.2, size=rows),
        "need": need + rng.normal(scale=0.2, size=rows),
        "ward": ward,
        "year": year,
    }
    return pd.DataFrame({**columns, "homes": rng.uniform(0.3, 4, rows)})


def _specification(**changes: object) -> Specification:
    base = dataclasses.replace(BARE, controls=("need",), effects=("ward",))
    return dataclasses.replace(base, clusters="ward", variance="clustered", **changes)


def _error(estimate, term="capital"):
    return estimate.tidy().set_index("term").loc[term, "std_error"]


class TestOneRegressor:
    def test_coefficient_is_naive_over_reliability(self):
        naive = cross_section(_frame(), BARE).coefficients[0]
        found = errors_in_variables(_frame(), BARE, {"capital": 0.6}).coefficients[0]
        assert found == pytest.approx(naive / 0.6, rel=ROUNDING)

    @pytest.mark.parametrize("changes", [{}, {"variance": "clustered", "clusters": "ward"}])
    def test_error_is_naive_over_reliability(self, changes):
        specification = dataclasses.replace(BARE, **changes)
        naive = _error(cross_section(_frame(), specification))
        found = _error(errors_in_variables(_frame(), specification, {"capital": 0.6}))
        assert found == pytest.approx(naive / 0.6, rel=ROUNDING)

    def test_error_of_reliability_adds_by_delta_method(self):
        # b = naive / r: the derivative by r is -b / r.
        known = errors_in_variables(_frame(), BARE, {"capital": 0.6})
        unsure = errors_in_variables(
            _frame(), BARE, {"capital": 0.6}, reliability_error={"capital": 0.05}
        )
        added = (known.coefficients[0] / 0.6 * 0.05) ** 2
        assert unsure.covariance[0, 0] == pytest.approx(
            known.covariance[0, 0] + added, rel=ROUNDING
        )


class TestSeveralTerms:
    def test_equals_formula_with_constant(self):
        frame, reliability = _frame(), {"capital": 0.7, "need": 0.95}
        specification = dataclasses.replace(BARE, controls=("need",))
        columns = frame[["capital", "need"]].assign(constant=1).to_numpy()
        unreliable = np.array([0.3, 0.05, 0])
        moments = columns.T @ columns - np.diag(len(frame) * unreliable * columns.var(axis=0))
        expected = np.linalg.solve(moments, columns.T @ frame["price"])
        found = errors_in_variables(frame, specification, reliability)
        assert found.coefficients == pytest.approx(expected[:2], rel=ROUNDING)

    @pytest.mark.parametrize("weights", [None, "homes"])
    @pytest.mark.parametrize("effects", [(), ("ward",), ("ward", "year")])
    def test_no_error_is_least_squares(self, effects, weights):
        specification = _specification()
        specification = dataclasses.replace(specification, effects=effects, weights=weights)
        naive = cross_section(_frame(), specification)
        found = errors_in_variables(_frame(), specification, {"capital": 1.0})
        assert found.covariance == pytest.approx(naive.covariance, rel=1e-7)

    @pytest.mark.parametrize("weights", [None, "homes"])
    def test_error_moment_is_mean_of_simulated_errors(self, weights):
        # What the diagnostics say is left is what added noise shows to be left.
        rng, frame = np.random.default_rng(1), _frame()
        specification = dataclasses.replace(
            _specification(), effects=("ward", "year"), weights=weights, controls=()
        )
        found = errors_in_variables(frame, specification, error_variance={"capital": 0.4})
        squares = []
        for _ in range(300):
            noise = frame.assign(capital=rng.normal(scale=np.sqrt(0.4), size=len(frame)))
            squares.append(_within_squares(noise, specification))
        share = np.mean(squares) / _within_squares(frame, specification)
        left = found.diagnostics["reliability_left_capital"]
        spread = np.std(squares) / np.sqrt(300) / _within_squares(frame, specification)
        assert 1 - left == pytest.approx(share, abs=4 * spread)

    def test_influence_is_that_of_leaving_a_ward_out(self):
        # With error variances given the jackknife over wards is the sandwich, to order 1/G.
        frame = _frame(2000, 8)
        specification = dataclasses.replace(_specification(), effects=())
        variance = {"capital": 0.4}
        whole = errors_in_variables(frame, specification, error_variance=variance)
        left_out = [
            errors_in_variables(
                frame[frame["ward"] != ward], specification, error_variance=variance
            ).coefficients[0]
            for ward in range(20)
        ]
        jackknife = np.sqrt(19 / 20 * np.sum((np.array(left_out) - np.mean(left_out)) ** 2))
        assert _error(whole) == pytest.approx(jackknife, rel=0.1)

    def test_given_reliability_moves_variance_as_jackknife(self):
        frame = _frame(2000, 8)
        specification = dataclasses.replace(_specification(), effects=())
        whole = errors_in_variables(frame, specification, {"capital": 0.7})
        left_out = [
            errors_in_variables(
                frame[frame["ward"] != ward], specification, {"capital": 0.7}
            ).coefficients[0]
            for ward in range(20)
        ]
        jackknife = np.sqrt(19 / 20 * np.sum((np.array(left_out) - np.mean(left_out)) ** 2))
        assert _error(whole) == pytest.approx(jackknife, rel=0.1)

    def test_delta_method_is_derivative_by_reliability(self):
        step, specification = 1e-5, _specification()
        moved = [
            errors_in_variables(_frame(), specification, {"capital": 0.8 + side}).coefficients
            for side in (step, -step)
        ]
        slope = (moved[0] - moved[1]) / (2 * step)
        known = errors_in_variables(_frame(), specification, {"capital": 0.8})
        unsure = errors_in_variables(
            _frame(), specification, {"capital": 0.8}, reliability_error={"capital": 0.1}
        )
        added = unsure.covariance - known.covariance
        assert added == pytest.approx(0.01 * np.outer(slope, slope), rel=1e-4)

    def test_label_stays(self):
        estimate = errors_in_variables(_frame(), _specification(), {"capital": 0.8})
        assert estimate.specification.label == "adjusted"

    def test_rule_is_named(self):
        rule = errors_in_variables(_frame(), _specification(), {"capital": 0.8}).variance_rule
        assert "reliability as known; clustered by ward, CR1" in rule


class TestRefusals:
    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            ({"reliability": {"capital": 0.2}}, "as large as the variation left: for capital"),
            ({"reliability": {"capital": 1.2}}, "reliability of capital is 1.2"),
            ({"reliability": {"capital": 0}}, "reliability of capital is 0"),
            ({"reliability": {"other": 0.8}}, "other has an error but is no term"),
            ({"error_variance": {"capital": -1}}, "error variance of capital is -1"),
            ({}, "no term is named"),
            (
                {"reliability": {"capital": 0.8}, "error_variance": {"capital": 1}},
                "a reliability and an error variance",
            ),
            (
                {"error_variance": {"capital": 0.1}, "reliability_error": {"capital": 0.1}},
                "a reliability that is not given",
            ),
        ],
    )
    def test_arguments(self, arguments, message):
        with pytest.raises(SpecificationError, match=message):
            errors_in_variables(_frame(), _specification(), **arguments)

    def test_more_than_all_of_the_outcome(self):
        frame = _frame().assign(price=lambda f: f["capital"] + 0.1 * f["price"])
        with pytest.raises(SpecificationError, match="times the outcome's variance"):
            errors_in_variables(frame, BARE, {"capital": 0.7})

    def test_classical_variance(self):
        classical = dataclasses.replace(BARE, variance="classical")
        with pytest.raises(SpecificationError, match="choose robust or clustered"):
            errors_in_variables(_frame(), classical, {"capital": 0.8})


class TestTwoIndicators:
    def test_one_regressor_is_ratio_of_covariances(self):
        frame = _frame()
        moments = np.cov(frame[["price", "capital", "other"]].T)
        first, second = two_indicators(frame, BARE, "capital", "other")
        expected = [moments[0, 2] / moments[1, 2], moments[0, 1] / moments[1, 2]]
        found = [first.coefficients[0], second.coefficients[0]]
        assert found == pytest.approx(expected, rel=ROUNDING)

    @pytest.mark.parametrize("weights", [None, "homes"])
    @pytest.mark.parametrize("variance", ["classical", "robust", "clustered"])
    def test_variance_is_that_with_dummies(self, variance, weights):
        frame = _frame()
        specification = dataclasses.replace(_specification(), variance=variance, weights=weights)
        first, _ = two_indicators(frame, specification, "capital", "other")
        expected = _dummies_2sls(frame, variance, weights)
        assert _error(first) == pytest.approx(expected, rel=1e-7)

    def test_terms_and_label(self):
        first, second = two_indicators(_frame(), _specification(), "capital", "other")
        assert (first.terms, second.terms) == (("capital", "need"), ("other", "need"))
        assert second.specification.label == "adjusted"

    def test_same_rows_in_both(self):
        frame = _frame()
        frame.loc[3, "other"] = np.nan
        first, second = two_indicators(frame, _specification(), "capital", "other")
        assert (first.n, second.n) == (239, 239)

    def test_first_stage_is_squared_t(self):
        first, _ = two_indicators(_frame(), _specification(), "capital", "other")
        stage = dataclasses.replace(_specification(), outcome="capital", regressors=("other",))
        t = cross_section(_frame(), stage).tidy()["statistic"][0]
        assert first.diagnostics["first_stage_f"] == pytest.approx(t**2)

    def test_misplaced_columns(self):
        with pytest.raises(SpecificationError, match="other is not among the regressors; need has"):
            two_indicators(_frame(), _specification(), "other", "need")

    def test_same_indicator_twice(self):
        frame = _frame().assign(other=lambda f: 3 * f["capital"])
        with pytest.raises(SpecificationError, match="other is a combination of capital"):
            two_indicators(frame, _specification(), "capital", "other")


def _within_squares(frame, specification):
    from neighbourhood_equity.models.sample import take_sample

    sample = take_sample(frame, specification)
    return float(sample.weights @ sample.within_right[:, 0] ** 2)


def _dummies_2sls(frame, variance, weights):
    """Standard error of two-stage least squares with a dummy a ward, by its formula."""
    n = len(frame)
    weight = frame[weights] / frame[weights].mean() if weights else pd.Series(np.ones(n))
    root = np.sqrt(weight.to_numpy())[:, None]
    wards = np.eye(20)[frame["ward"]]
    right = root * np.column_stack([frame[["capital", "need"]], wards])
    instruments = root * np.column_stack([frame[["other", "need"]], wards])
    outcome = root[:, 0] * frame["price"].to_numpy()
    fitted = instruments @ np.linalg.lstsq(instruments, right)[0]
    bread = np.linalg.inv(fitted.T @ right)
    residual = outcome - right @ (bread @ fitted.T @ outcome)
    k = right.shape[1]
    scores = fitted * residual[:, None]
    if variance == "classical":
        meat = fitted.T @ fitted * (residual @ residual) / (n - k)
    elif variance == "robust":
        meat = scores.T @ scores * n / (n - k)
    else:
        sums = wards.T @ scores
        meat = sums.T @ sums * 20 / 19 * (n - 1) / (n - k)
    return np.sqrt((bread @ meat @ bread.T)[0, 0])
