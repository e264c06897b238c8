"""The factor model against lavaan's printed output on the WISC-IV, one and four factors.

Data: covariances of ten subtests, and correlations and standard deviations of five, of 550
children, from Beaujean (2014), Latent Variable Modeling Using R. Output of lavaan 0.6-19 as printed
in the articles "Confirmatory Factor Analysis" and "Second Order Latent Models" of the R package
learnSEM (E. M. Buchanan), maximum likelihood, standard errors by expected information.
"""

import numpy as np
import pandas as pd
import pytest

from neighbourhood_equity.models.measurement.factor_model import FactorModel, factor_from_covariance

CHILDREN = 550
# Three decimals are printed.
PRINTED = 5.1e-4


def symmetric(lower: list[float], names: list[str]) -> pd.DataFrame:
    matrix = np.zeros((len(names), len(names)))
    matrix[np.tril_indices(len(names))] = lower
    return pd.DataFrame(matrix + matrix.T - np.diag(np.diag(matrix)), index=names, columns=names)


FIVE = ["information", "similarities", "word", "matrix", "picture"]
FACTORS = {
    "gc": ("comprehension", "information", "similarities", "vocabulary"),
    "gf": ("matrix", "picture"),
    "gsm": ("digit_span", "letter_number"),
    "gs": ("coding", "symbol_search"),
}


@pytest.fixture(scope="module")
def one_factor() -> FactorModel:
    correlations = symmetric(
        [1, 0.72, 1, 0.64, 0.63, 1, 0.51, 0.48, 0.37, 1, 0.37, 0.38, 0.38, 0.38, 1], FIVE
    )
    deviations = np.array([3.01, 3.03, 2.99, 2.89, 2.98])
    covariance = correlations * np.outer(deviations, deviations)
    return factor_from_covariance(covariance, CHILDREN, {"g": tuple(FIVE)})


@pytest.fixture(scope="module")
def four_factors() -> FactorModel:
    names = ["comprehension", "information", "matrix", "picture", "similarities"]
    names += ["vocabulary", "digit_span", "letter_number", "coding", "symbol_search"]
    lower = [8.29, 5.37, 9.06, 2.83, 4.44, 8.35, 2.83, 3.32, 3.36, 8.88, 5.50, 6.66, 4.20, 3.43]
    lower += [9.18, 6.18, 6.73, 4.01, 3.33, 6.77, 9.12, 3.52, 3.77, 3.19, 2.75, 3.88, 4.05, 8.88]
    lower += [3.79, 4.50, 3.72, 3.39, 4.53, 4.70, 4.54, 8.94, 2.30, 2.67, 2.40, 2.38, 2.06, 2.59]
    lower += [2.65, 2.83, 8.76, 3.06, 4.04, 3.70, 2.79, 3.59, 3.67, 3.44, 4.20, 4.53, 9.73]
    return factor_from_covariance(symmetric(lower, names), CHILDREN, FACTORS)


ONE = {
    "chi_square": 26.775,
    "df": 5,
    "baseline_chi_square": 1073.427,
    "cfi": 0.980,
    "tli": 0.959,
    "rmsea": 0.089,
    "rmsea_low": 0.058,
    "rmsea_high": 0.123,
    "srmr": 0.034,
}
FOUR = {
    "chi_square": 52.226,
    "df": 29,
    "baseline_chi_square": 2554.487,
    "cfi": 0.991,
    "tli": 0.986,
    "rmsea": 0.038,
    "rmsea_low": 0.021,
    "rmsea_high": 0.055,
    "srmr": 0.020,
}


@pytest.mark.parametrize("measure", ONE)
def test_fit_of_one_factor(one_factor: FactorModel, measure: str) -> None:
    assert getattr(one_factor.fit, measure) == pytest.approx(ONE[measure], abs=PRINTED)


@pytest.mark.parametrize("measure", FOUR)
def test_fit_of_four_factors(four_factors: FactorModel, measure: str) -> None:
    assert getattr(four_factors.fit, measure) == pytest.approx(FOUR[measure], abs=PRINTED)


# item: loading, standard error, standardised loading, uniqueness and its standard error
ONE_ITEMS = {
    "information": (1.000, np.nan, 0.857, 2.395, 0.250),
    "similarities": (0.985, 0.045, 0.839, 2.709, 0.258),
    "word": (0.860, 0.045, 0.742, 4.009, 0.295),
    "matrix": (0.647, 0.047, 0.578, 5.551, 0.360),
    "picture": (0.542, 0.050, 0.470, 6.909, 0.434),
}
FOUR_ITEMS = {
    "comprehension": (1.000, np.nan, 0.762, 3.467, 0.240),
    "information": (1.160, 0.056, 0.846, 2.571, 0.203),
    "similarities": (1.166, 0.056, 0.845, 2.622, 0.207),
    "vocabulary": (1.218, 0.056, 0.885, 1.973, 0.181),
    "matrix": (1.000, np.nan, 0.693, 4.336, 0.424),
    "picture": (0.839, 0.078, 0.563, 6.051, 0.434),
    "digit_span": (1.000, np.nan, 0.661, 4.996, 0.377),
    "letter_number": (1.172, 0.086, 0.771, 3.614, 0.381),
    "coding": (1.000, np.nan, 0.601, 5.581, 0.428),
    "symbol_search": (1.429, 0.139, 0.816, 3.249, 0.573),
}
COLUMNS = ["loading", "std_error", "standardised", "uniqueness", "uniqueness_error"]


@pytest.mark.parametrize("item", ONE_ITEMS)
def test_items_of_one_factor(one_factor: FactorModel, item: str) -> None:
    found = one_factor.tidy().set_index("item").loc[item, COLUMNS].to_numpy(float)
    assert found == pytest.approx(np.array(ONE_ITEMS[item]), abs=PRINTED, nan_ok=True)


@pytest.mark.parametrize("item", FOUR_ITEMS)
def test_items_of_four_factors(four_factors: FactorModel, item: str) -> None:
    found = four_factors.tidy().set_index("item").loc[item, COLUMNS].to_numpy(float)
    assert found == pytest.approx(np.array(FOUR_ITEMS[item]), abs=PRINTED, nan_ok=True)


@pytest.mark.parametrize(
    ("first", "second", "printed"),
    [
        ("gc", "gf", 0.778),
        ("gc", "gsm", 0.766),
        ("gc", "gs", 0.559),
        ("gf", "gsm", 0.825),
        ("gf", "gs", 0.705),
        ("gsm", "gs", 0.707),
    ],
)
def test_correlations_of_factors(
    four_factors: FactorModel, first: str, second: str, printed: float
) -> None:
    at = four_factors.factors.index
    found = four_factors.correlations[at(first), at(second)]
    assert found == pytest.approx(printed, abs=PRINTED)
