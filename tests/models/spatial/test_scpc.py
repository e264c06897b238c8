"""SCPC as a rule: levels and p values agree, units and dummies do not matter, refusals in words."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from neighbourhood_equity.models.association.cross_section import cross_section
from neighbourhood_equity.models.spatial.scpc import Scpc, scpc
from neighbourhood_equity.models.specification import Specification, SpecificationError

ASKED = Specification("s", "", "y", ("x",), ("z",), effects=("ward",), weights="w")


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    rng = np.random.default_rng(3)
    n = 70
    place = rng.uniform(0, 9000, (n, 2))
    ward = (place[:, 0] // 3000).astype(int)
    x = place[:, 1] / 9000 + 0.3 * rng.normal(size=n)
    return pd.DataFrame(
        {
            "y": 0.4 * x + ward + place[:, 1] / 18000 + rng.normal(size=n),
            "x": x,
            "z": rng.normal(size=n),
            "w": rng.uniform(0.5, 2, n),
            "ward": ward,
            "easting": place[:, 0],
            "northing": place[:, 1],
        }
    )


@pytest.fixture(scope="module")
def fitted(frame) -> Scpc:
    return scpc(frame, ASKED)


def test_the_estimate_is_that_of_least_squares(frame, fitted):
    assert fitted["x"].estimate == pytest.approx(cross_section(frame, ASKED)["x"].estimate)


def test_the_critical_value_at_the_level_of_p_is_the_statistic(frame, fitted):
    found = fitted["x"]
    again = scpc(frame, ASKED, level=1 - found.p_value)["x"]
    assert again.critical == pytest.approx(abs(found.statistic), rel=1e-4)


def test_the_interval_is_wider_than_one_that_takes_errors_for_independent(frame, fitted):
    found, plain = fitted["x"], cross_section(frame, ASKED)["x"]
    assert found.ci_high - found.ci_low > plain.ci_high - plain.ci_low


def test_more_likeness_guarded_against_costs_critical_value(frame):
    mild, strong = (scpc(frame, ASKED, average)["x"].critical for average in (0.02, 0.1))
    assert strong > mild


def test_kilometres_or_metres_are_the_same(frame, fitted):
    kilometres = frame.assign(easting=frame["easting"] / 1000, northing=frame["northing"] / 1000)
    metres, other = fitted, scpc(kilometres, ASKED)
    assert other["x"].std_error == pytest.approx(metres["x"].std_error)
    assert other.halves_over == pytest.approx(metres.halves_over / 1000)


def test_half_of_the_correlation_is_left_where_it_says(frame, fitted):
    places = frame[["easting", "northing"]].to_numpy()
    apart = np.linalg.norm(places[:, None] - places[None], axis=2)[np.triu_indices(70, 1)]
    assert (0.5 ** (apart / fitted.halves_over)).mean() == pytest.approx(0.03)


def test_dummies_are_the_absorbed_effect(frame, fitted):
    coded = frame.assign(ward=frame["ward"].map({0: "a", 1: "b", 2: "c"}))
    dummies = scpc(coded, replace(ASKED, controls=("z", "ward"), effects=()))["x"]
    absorbed = fitted["x"]
    assert dummies.std_error == pytest.approx(absorbed.std_error)
    assert dummies.critical == pytest.approx(absorbed.critical)


def test_a_weight_of_one_for_all_is_none(frame):
    alike, none = scpc(frame.assign(w=2.0), ASKED), scpc(frame, replace(ASKED, weights=None))
    assert alike["x"].ci_low == pytest.approx(none["x"].ci_low)


@pytest.mark.parametrize(
    ("changes", "average", "words"),
    [
        ({"easting": 1.0, "northing": 1.0}, 0.03, "in different places"),
        ({}, 0.0, "cannot be guarded against"),
        ({}, 1.0, "cannot be guarded against"),
    ],
)
def test_what_cannot_be_guarded_against_is_refused(frame, changes, average, words):
    with pytest.raises(SpecificationError, match=words):
        scpc(frame.assign(**changes), ASKED, average)


def test_an_unknown_regressor_is_refused(fitted):
    with pytest.raises(SpecificationError, match="no regressor z among x"):
        fitted["z"]
