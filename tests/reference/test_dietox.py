"""Weight of pigs by week: lme4's lmer, as recorded in the tests that statsmodels ships.

Data: ``dietox`` of the R package geepack, in ``regression/tests/results`` of statsmodels.
Numbers: R, ``lmer(Weight ~ Time + (1 | Pig))`` and ``lmer(Weight ~ Time + (1 + Time | Pig))``,
restricted maximum likelihood, quoted in ``regression/tests/test_lme.py`` of statsmodels 0.15.
"""

from importlib import resources

import numpy as np
import pandas as pd
import pytest

from neighbourhood_equity.models.association.multilevel import Multilevel, multilevel
from neighbourhood_equity.models.specification import Specification

SPEC = Specification("dietox", "", "Weight", ("Time",), effects=("Pig",), variance="classical")
# Six to eight digits are recorded; both searches stop where the likelihood is flat.
DIGITS = 2e-5
LEVELS = {
    "slope": 6.942505,
    "slope_error": 0.03338727,
    "residual": 11.36692,
    "levels": 40.39395,
    "likelihood": -2404.775,
}
SLOPES = {
    "slope": 6.939014,
    "slope_error": 0.0798254,
    "residual": 6.03745,
    "levels": 19.4934552,
    "slopes": 0.4160620,
    "covariance": 0.2938323,
    "likelihood": -2217.047,
}


@pytest.fixture(scope="module")
def pigs() -> pd.DataFrame:
    file = resources.files("statsmodels") / "regression/tests/results/dietox.csv"
    if not file.is_file():
        pytest.skip("this build of statsmodels ships without the data of its tests")
    with file.open("rb") as opened:
        return pd.read_csv(opened)


@pytest.fixture(scope="module")
def found(pigs) -> dict[str, Multilevel]:
    return {"levels": multilevel(pigs, SPEC), "slopes": multilevel(pigs, SPEC, "Time")}


def _ours(result: Multilevel) -> dict[str, float]:
    return {
        "slope": float(result.estimate.coefficients[0]),
        "slope_error": float(np.sqrt(result.estimate.covariance[0, 0])),
        "residual": result.residual_sd**2,
        "levels": result.intercept_sd**2,
        "slopes": result.slope_sd**2,
        "covariance": result.correlation * result.slope_sd * result.intercept_sd,
        "likelihood": result.estimate.diagnostics["deviance"] / -2,
    }


@pytest.mark.parametrize("number", LEVELS)
def test_random_intercepts(found, number):
    assert _ours(found["levels"])[number] == pytest.approx(LEVELS[number], rel=DIGITS)


@pytest.mark.parametrize("number", SLOPES)
def test_random_slopes(found, number):
    assert _ours(found["slopes"])[number] == pytest.approx(SLOPES[number], rel=DIGITS)
