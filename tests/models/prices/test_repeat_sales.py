"""Repeat-sales indices against the same regression by peers, and on data with known variances."""

import numpy as np
import pandas as pd
import pytest

from neighbourhood_equity.models.prices.repeat_sales import (
    Pairs,
    bailey_muth_nourse,
    case_shiller,
    pairs_of,
    shiller_arithmetic,
)
from neighbourhood_equity.models.specification import SpecificationError

# Same arithmetic in another order: what is left is rounding.
ROUNDING = 1e-8
CONSTANT, A_YEAR = 0.02, 0.004


def _sales(seed: int = 5, dwellings: int = 400, years: int = 8) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    dwelling = np.repeat(np.arange(dwellings), 3)
    days = rng.integers(0, 365 * years, len(dwelling))
    date = pd.Timestamp("2001-01-01") + pd.to_timedelta(days, unit="D")
    logs = 11 + rng.normal(size=dwellings)[dwelling] + 0.06 * days / 365
    price = np.exp(logs + 0.15 * rng.normal(size=len(dwelling)))
    return pd.DataFrame({"dwelling": dwelling, "date": date, "year": date.year, "price": price})


@pytest.fixture(scope="module")
def pairs() -> Pairs:
    return pairs_of(_sales())


def _drifting(rng: np.random.Generator, count: int = 4000) -> Pairs:
    """Pairs whose log relative has variance CONSTANT + A_YEAR gap and no index growth."""
    first = rng.integers(0, 20, count)
    second = rng.integers(first + 1, 22)
    gap = (second - first).astype(float)
    relative = np.sqrt(CONSTANT + A_YEAR * gap) * rng.normal(size=count)
    frame = pd.DataFrame(
        {
            "dwelling": np.arange(count),
            "first_period": first,
            "second_period": second,
            "first_price": 1e5,
            "second_price": 1e5 * np.exp(relative),
            "gap": gap,
        }
    )
    return Pairs(frame, {})


def _dummies(pairs: Pairs) -> np.ndarray:
    periods = sorted({*pairs.frame["first_period"], *pairs.frame["second_period"]})[1:]
    first, second = (pairs.frame[f"{when}_period"].to_numpy() for when in ("first", "second"))
    return np.equal.outer(second, periods).astype(float) - np.equal.outer(first, periods)


def _relative(pairs: Pairs) -> np.ndarray:
    return np.log(pairs.frame["second_price"] / pairs.frame["first_price"]).to_numpy()


class TestPairs:
    SALES = pd.DataFrame(
        {
            "dwelling": ["a", "b", "a", "a", "a", "c", "c"],
            "date": pd.to_datetime(
                [f"{year}-01-01" for year in (2003, 2001, 2001, 2003, 2003, 2001, 2002)]
            )
            + pd.to_timedelta([120, 0, 120, 120, 240, 0, 0], unit="D"),
            "price": [120, 50, 100, 125, 130, 10, 20],
        }
    )
    SALES["year"] = SALES["date"].dt.year

    def test_are_consecutive_sales(self):
        frame = pairs_of(self.SALES).frame
        assert frame[["dwelling", "first_price", "second_price"]].to_numpy().tolist() == [
            ["a", 100, 120],
            ["c", 10, 20],
        ]

    def test_those_not_used_are_counted(self):
        assert pairs_of(self.SALES).dropped == {"on the same day": 1, "within one year": 1}

    def test_gap_is_in_years(self):
        assert pairs_of(self.SALES).frame["gap"].tolist() == pytest.approx([2.0, 1.0], abs=0.002)


@pytest.fixture(scope="module")
def least_squares(pairs):
    from statsmodels.regression.linear_model import OLS

    return OLS(_relative(pairs), _dummies(pairs)).fit()


class TestBaileyMuthNourse:
    def test_coefficients(self, pairs, least_squares):
        assert bailey_muth_nourse(pairs).coefficients == pytest.approx(
            least_squares.params, rel=ROUNDING
        )

    def test_standard_errors(self, pairs, least_squares):
        variance = bailey_muth_nourse(pairs).frame["variance"][1:]
        assert np.sqrt(variance).to_numpy() == pytest.approx(least_squares.bse, rel=ROUNDING)

    def test_error_of_the_index_is_by_the_delta_method(self, pairs, least_squares):
        frame = bailey_muth_nourse(pairs).frame
        expected = 100 * np.exp(least_squares.params) * least_squares.bse
        assert frame["std_error"][1:].to_numpy() == pytest.approx(expected, rel=ROUNDING)

    def test_small_sample_rule_is_named(self, pairs):
        index = bailey_muth_nourse(pairs)
        assert f"N = {len(pairs.frame)} pairs, K = 7 periods; t with {index.df}" in (
            index.variance_rule
        )

    def test_sales_are_counted_by_period(self, pairs):
        assert bailey_muth_nourse(pairs).frame["sales"].sum() == 2 * len(pairs.frame)


@pytest.fixture(scope="module")
def three_stages():
    """The three stages by statsmodels."""
    from statsmodels.regression.linear_model import GLS, OLS

    pairs = _drifting(np.random.default_rng(2))
    squares = OLS(_relative(pairs), _dummies(pairs)).fit().resid ** 2
    stage = np.column_stack([np.ones(len(squares)), pairs.frame["gap"]])
    fitted = OLS(squares, stage).fit().fittedvalues
    return pairs, GLS(_relative(pairs), _dummies(pairs), sigma=fitted).fit()


@pytest.fixture(scope="module")
def drifting_runs():
    rng = np.random.default_rng(11)
    return [_drifting(rng) for _ in range(40)]


class TestCaseShiller:
    def test_coefficients(self, three_stages):
        pairs, fit = three_stages
        assert case_shiller(pairs).coefficients == pytest.approx(fit.params, rel=1e-6, abs=1e-9)

    def test_standard_errors(self, three_stages):
        pairs, fit = three_stages
        variance = case_shiller(pairs).frame["variance"][1:]
        assert np.sqrt(variance).to_numpy() == pytest.approx(fit.bse, rel=1e-6)

    @pytest.mark.parametrize(
        ("part", "truth"), [("variance_constant", CONSTANT), ("variance_per_year", A_YEAR)]
    )
    def test_variance_is_recovered(self, drifting_runs, part, truth):
        found = np.array([case_shiller(pairs).diagnostics[part] for pairs in drifting_runs])
        assert found.mean() == pytest.approx(
            truth, abs=3 * found.std() / np.sqrt(len(drifting_runs))
        )

    def test_weights_make_it_more_precise_than_none(self, drifting_runs):
        plain = np.mean([bailey_muth_nourse(pairs).coefficients ** 2 for pairs in drifting_runs])
        weighted = np.mean([case_shiller(pairs).coefficients ** 2 for pairs in drifting_runs])
        assert weighted < 0.97 * plain

    def test_errors_are_those_of_repeated_samples(self, drifting_runs):
        found = [case_shiller(pairs) for pairs in drifting_runs]
        scaled = np.mean([index.coefficients**2 / np.diag(index.covariance) for index in found])
        # Periods of one index move together: about 40 independent squares of mean one.
        assert scaled == pytest.approx(1, abs=3 * np.sqrt(2 / len(drifting_runs)))

    def test_variances_are_not_negative(self):
        pairs = _drifting(np.random.default_rng(3))
        shrinking = pairs.frame.assign(gap=22 - pairs.frame["gap"])
        assert case_shiller(Pairs(shrinking, {})).diagnostics["variance_per_year"] == 0


@pytest.fixture(scope="module")
def instruments(pairs):
    from linearmodels.iv import IV2SLS

    signs = _dummies(pairs)
    first, second = (pairs.frame[f"{when}_price"].to_numpy() for when in ("first", "second"))
    base = pairs.frame["first_period"].min()
    left = np.where(pairs.frame["first_period"] == base, first, 0.0)
    right = (signs > 0) * second[:, None] - (signs < 0) * first[:, None]
    model = IV2SLS(left, None, right, signs)
    return model.fit(cov_type="robust", debiased=True)


class TestShillerArithmetic:
    def test_coefficients(self, pairs, instruments):
        found = shiller_arithmetic(pairs).coefficients
        assert found == pytest.approx(instruments.params.to_numpy(), rel=ROUNDING)

    def test_covariance(self, pairs, instruments):
        found = np.sqrt(np.diag(shiller_arithmetic(pairs).covariance))
        assert found == pytest.approx(instruments.std_errors.to_numpy(), rel=1e-7)

    def test_error_of_the_index_is_by_the_delta_method(self, pairs, instruments):
        frame = shiller_arithmetic(pairs).frame
        expected = 100 * instruments.std_errors / instruments.params**2
        assert frame["std_error"][1:].to_numpy() == pytest.approx(expected.to_numpy(), rel=1e-7)

    def test_is_the_ratio_of_values_where_there_are_two_periods(self):
        sales = pd.DataFrame(
            {
                "dwelling": list("aabbcc"),
                "year": [1, 2] * 3,
                "date": [1, 2] * 3,
                "price": [100, 150, 200, 220, 50, 90],
            }
        )
        index = shiller_arithmetic(pairs_of(sales)).frame["index"]
        assert index[1] == pytest.approx(100 * (150 + 220 + 90) / (100 + 200 + 50))


class TestWhatCannotBeEstimated:
    def test_periods_that_no_pair_links_are_named(self):
        sales = pd.DataFrame(
            {"dwelling": list("aabbccddee"), "year": [1, 2] * 3 + [3, 4] * 2, "price": 1.0}
        )
        with pytest.raises(SpecificationError, match="no chain of pairs links 3, 4 to 1"):
            bailey_muth_nourse(pairs_of(sales.assign(date=sales["year"])))

    def test_too_few_pairs(self):
        sales = pd.DataFrame({"dwelling": list("aa"), "year": [1, 2], "price": 1.0})
        with pytest.raises(SpecificationError, match="1 pairs cannot carry an index of 2"):
            bailey_muth_nourse(pairs_of(sales.assign(date=sales["year"])))

    def test_pairs_that_fit_exactly_give_no_weights(self):
        pairs = _drifting(np.random.default_rng(3))
        still = pairs.frame.assign(second_price=pairs.frame["first_price"])
        with pytest.raises(SpecificationError, match="every pair fits exactly"):
            case_shiller(Pairs(still, {}))
