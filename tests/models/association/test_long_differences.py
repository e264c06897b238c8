"""Long differences: equal to fixed effects with two periods, by hand with more, and refusals."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from neighbourhood_equity.models.association.cross_section import cross_section
from neighbourhood_equity.models.association.long_differences import long_differences
from neighbourhood_equity.models.association.panel import panel
from neighbourhood_equity.models.specification import Specification, SpecificationError

# Same arithmetic in another order: what is left is rounding.
ROUNDING = 1e-8
BASE = Specification("test", "", "price", ("capital",), effects=("place", "year"), clusters="place")


def _frame(periods: int = 2, places: int = 30) -> pd.DataFrame:
    rng = np.random.default_rng(7)
    place, year = np.repeat(np.arange(places), periods), np.tile(np.arange(periods), places)
    n = len(place)
    frame = pd.DataFrame({"place": place, "year": 2000 + year, "capital": rng.normal(size=n)})
    frame["price"] = 0.5 * frame["capital"] + rng.normal(size=places)[place] + rng.normal(size=n)
    frame["sales"] = rng.uniform(0.5, 3, n)
    frame["founded"] = rng.normal(size=places)[place] + 10.0 * year
    frame["district"] = np.array([f"D{one % 3}" for one in place])
    return frame.sample(frac=1, random_state=rng)


def _asked(**changes: object) -> Specification:
    return dataclasses.replace(BASE, **changes)


@pytest.mark.parametrize("weights", [None, "sales"])
class TestTwoPeriodsAreFixedEffects:
    @pytest.mark.parametrize("variance", ["clustered", "robust", "classical"])
    def test_coefficient(self, weights, variance):
        asked = _asked(weights=weights, variance=variance)
        ours, fixed = long_differences(_frame(), asked, 1), panel(_frame(), asked)
        assert ours.coefficients[0] == pytest.approx(fixed.coefficients[0], rel=ROUNDING)

    # A place is one row here and two there, which shows in (N-1)/(N-K) of the clustered rule. HC1
    # would take the two rows for independent, so it has no counterpart.
    @pytest.mark.parametrize(
        ("variance", "factor"), [("clustered", (29 / 28) / (59 / 58)), ("classical", 1.0)]
    )
    def test_standard_error(self, weights, variance, factor):
        asked = _asked(weights=weights, variance=variance)
        ours, fixed = long_differences(_frame(), asked, 1), panel(_frame(), asked)
        theirs = fixed.tidy()["std_error"][0] * np.sqrt(factor)
        assert ours.tidy()["std_error"][0] == pytest.approx(theirs, rel=ROUNDING)


@pytest.mark.parametrize("weights", [None, "sales"])
def test_windows_are_averaged(weights):
    frame = _frame(periods=7).assign(one=1.0)
    by_hand = []
    for place, rows in frame.groupby("place"):
        ends = [rows[rows["year"] < 2002], rows[rows["year"] > 2004]]
        mass = [end[weights or "one"] for end in ends]
        row = {
            name: np.average(ends[1][name], weights=mass[1])
            - np.average(ends[0][name], weights=mass[0])
            for name in ("price", "capital")
        }
        first, last = (one.sum() for one in mass)
        by_hand.append({**row, "place": place, "mass": 1 / (1 / first + 1 / last)})
    peer = cross_section(
        pd.DataFrame(by_hand), _asked(effects=(), weights="mass" if weights else None)
    )
    ours = long_differences(frame, _asked(weights=weights), 2)
    assert ours.tidy().loc[0, "std_error"] == pytest.approx(peer.tidy().loc[0, "std_error"])


def test_what_happens_between_the_windows_is_not_seen():
    frame = _frame(periods=6)
    other = frame.assign(price=frame["price"].where(~frame["year"].isin([2002, 2003]), 99.0))
    pd.testing.assert_frame_equal(
        long_differences(other, BASE, 2).tidy(), long_differences(frame, BASE, 2).tidy()
    )


def test_a_control_is_taken_from_the_first_window():
    frame = _frame(periods=6)
    first = frame["founded"].where(frame["year"] < 2002)
    held = frame.assign(founded=first.groupby(frame["place"]).transform("mean"))
    asked = _asked(controls=("founded",))
    pd.testing.assert_frame_equal(
        long_differences(frame, asked, 2).tidy(), long_differences(held, asked, 2).tidy()
    )


def test_a_third_effect_is_a_trend_of_its_own():
    frame = _frame(periods=4)
    trend = frame["district"].map({"D0": 0.0, "D1": 1.0, "D2": 5.0}) * (frame["year"] - 2000)
    asked = _asked(effects=("place", "year", "district"))
    bent = long_differences(frame.assign(price=frame["price"] + trend), asked, 1)
    assert bent.coefficients[0] == pytest.approx(
        long_differences(frame, asked, 1).coefficients[0], rel=ROUNDING
    )


def test_a_row_is_a_place():
    assert long_differences(_frame(periods=6), BASE, 2).n == 30


def test_places_without_an_end_are_dropped_and_counted():
    frame = _frame(periods=4)
    frame = frame[(frame["place"] > 2) | (frame["year"] < 2002)]
    estimate = long_differences(frame, BASE, 2)
    assert estimate.dropped == {"place without both ends of year": 3}


def test_rule_is_named():
    assert "G = 30, N = 30, K = 2" in long_differences(_frame(), BASE, 1).variance_rule


@pytest.mark.parametrize("window", [0, 2])
def test_windows_must_not_meet(window):
    with pytest.raises(SpecificationError, match=r"does not fit 2 periods; it may be 1 to 1"):
        long_differences(_frame(), BASE, window)


def test_a_cluster_that_changes_is_refused():
    frame = _frame().assign(ward=lambda rows: rows["year"])
    with pytest.raises(SpecificationError, match="ward is not the same in all rows of 30"):
        long_differences(frame, _asked(clusters="ward"), 1)


def test_one_effect_is_refused():
    with pytest.raises(SpecificationError, match="take the place and the period"):
        long_differences(_frame(), _asked(effects=("place",)), 1)
