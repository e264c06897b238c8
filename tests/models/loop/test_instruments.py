"""Instrumented equations against the textbook's algebra, with weights and absorbed effects."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from linearmodels.iv import IV2SLS, IVLIML

from neighbourhood_equity.models.loop.identification import IdentificationError, Instruments
from neighbourhood_equity.models.loop.instruments import (
    limited_information,
    moments,
    reduced_forms,
    two_stage,
)
from neighbourhood_equity.models.specification import Specification

WARDS = 20
EQUATION = Specification(
    "price", "", "price", ("capital",), ("income",), ("ward",), "sales", "ward"
)
ONE = Instruments(("capital",), ("clubs",))
TWO = Instruments(("capital",), ("clubs", "halls"))


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    rng = np.random.default_rng(11)
    n = 200
    ward = np.arange(n) % WARDS
    clubs, halls, income, cause, noise = rng.normal(size=(5, n))
    capital = 0.6 * clubs + 0.4 * halls + 0.3 * income + cause + 0.2 * ward
    price = 0.5 * capital - 0.2 * income - cause + noise
    sales = rng.integers(10, 60, n).astype(float)
    columns = {"price": price, "capital": capital, "income": income, "clubs": clubs, "halls": halls}
    return pd.DataFrame({**columns, "sales": sales, "ward": ward})


def _with_dummies(frame: pd.DataFrame) -> tuple[pd.Series, pd.DataFrame]:
    dummies = pd.get_dummies(frame["ward"], dtype=float).add_prefix("ward ")
    return frame["price"], dummies.assign(income=frame["income"])


def test_absorbed_effects_are_the_dummies(frame):
    price, held = _with_dummies(frame)
    plain = IV2SLS(price, held, frame["capital"], frame[["clubs", "halls"]], weights=frame["sales"])
    peer = plain.fit(cov_type="clustered", clusters=frame["ward"], debiased=True)
    row = two_stage(frame, EQUATION, TWO).tidy().iloc[0]
    assert row["estimate"] == pytest.approx(peer.params["capital"], rel=1e-9)
    assert row["std_error"] == pytest.approx(peer.std_errors["capital"], rel=1e-9)


@pytest.mark.parametrize("fuller", [0.0, 1.0])
def test_limited_information_is_that_of_the_dummies(frame, fuller):
    price, held = _with_dummies(frame)
    equation = replace(EQUATION, weights=None, variance="classical")
    peer = IVLIML(price, held, frame["capital"], frame[["clubs", "halls"]], fuller=fuller)
    expected = peer.fit(cov_type="unadjusted", debiased=True)
    row = limited_information(frame, equation, TWO, fuller=fuller).tidy().iloc[0]
    assert row["estimate"] == pytest.approx(expected.params["capital"], rel=1e-9)
    assert row["std_error"] == pytest.approx(expected.std_errors["capital"], rel=1e-9)


@pytest.mark.parametrize("estimator", [two_stage, limited_information, moments])
def test_one_instrument_gives_the_ratio_of_reduced_forms(frame, estimator):
    forms = reduced_forms(frame, EQUATION, ONE)
    ratio = forms["price"].coefficients[0] / forms["capital"].coefficients[0]
    assert estimator(frame, EQUATION, ONE).coefficients[0] == pytest.approx(ratio, rel=1e-6)


@pytest.mark.parametrize("variance", ["classical", "robust", "clustered"])
def test_the_uncorrected_variance_is_smaller_by_its_factor(frame, variance):
    equation = replace(EQUATION, effects=(), variance=variance)
    n, k, groups = len(frame), 3, WARDS
    factor = n / (n - k)
    if variance == "clustered":
        factor = groups / (groups - 1) * (n - 1) / (n - k)
    corrected, plain = (
        two_stage(frame, equation, TWO, corrected=choice).covariance for choice in (True, False)
    )
    assert corrected == pytest.approx(factor * plain, rel=1e-9)


@pytest.mark.parametrize(
    ("variance", "corrected", "words"),
    [
        ("clustered", True, "clustered by ward, CR1: factor G/(G-1) x (N-1)/(N-K), G = 20"),
        ("clustered", False, "clustered by ward, CR0, G = 20, no small-sample factor"),
        ("robust", True, "HC1: factor N/(N-K), N = 200, K = 3"),
        ("classical", False, "residual sum of squares over N, no small-sample factor, N = 200"),
    ],
)
def test_the_rule_is_named(frame, variance, corrected, words):
    equation = replace(EQUATION, effects=(), variance=variance)
    rule = two_stage(frame, equation, TWO, corrected=corrected).variance_rule
    assert rule.startswith("two-stage least squares, capital by clubs and halls; ")
    assert words in rule


def test_the_label_is_iv(frame):
    assert two_stage(frame, EQUATION, TWO).specification.label == "iv"


def test_the_constant_is_the_last_term_without_effects(frame):
    equation = replace(EQUATION, effects=())
    assert two_stage(frame, equation, TWO).terms == ("capital", "income", "constant")


def test_sargan_is_linearmodels(frame):
    equation = replace(EQUATION, effects=(), weights=None, variance="classical")
    held = frame[["income"]].assign(constant=1.0)
    peer = IV2SLS(frame["price"], held, frame["capital"], frame[["clubs", "halls"]]).fit()
    numbers = moments(frame, equation, TWO).diagnostics
    # The weights of the second step rest on residuals of the first, with their mean taken out.
    assert numbers["j"] == pytest.approx(peer.sargan.stat, rel=1e-6)
    assert numbers["j_df"] == 1


def test_without_an_instrument_to_spare_there_is_no_j(frame):
    assert "j" not in moments(frame, EQUATION, ONE).diagnostics


def test_an_instrument_with_a_path_of_its_own_is_found_by_j(frame):
    wrong = frame.assign(price=frame["price"] + frame["halls"])
    assert moments(wrong, EQUATION, TWO).diagnostics["j_p"] < 0.001


def test_too_few_clusters_for_the_weights_are_refused(frame):
    few = replace(EQUATION, clusters="quarter")
    with pytest.raises(IdentificationError, match="2 clusters cannot weigh 3 moments"):
        moments(frame.assign(quarter=frame["ward"] % 2), few, TWO)


def test_reduced_forms_hold_the_controls_equal(frame):
    form = reduced_forms(frame, EQUATION, TWO)["capital"]
    assert form.terms == ("clubs", "halls", "income")


def test_diagnostics_hold_the_first_stage(frame):
    numbers = two_stage(frame, EQUATION, TWO).diagnostics
    assert numbers["effective_f"] > numbers["effective_f_critical"] > 0
