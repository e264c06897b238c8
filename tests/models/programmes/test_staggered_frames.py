"""Staggered starts from a table: the effects of the arrays behind it, by start and period."""

import numpy as np
import pandas as pd
import pytest

from neighbourhood_equity import NeighbourhoodEquityError
from neighbourhood_equity.models.programmes.staggered_frames import staggered_of

EFFECT = 0.2


def _table() -> pd.DataFrame:
    """Twelve areas that start in year 5 or 7, and twelve that never do."""
    rng = np.random.default_rng(5)
    table = pd.MultiIndex.from_product([range(24), range(1, 11)], names=["area", "year"])
    table = table.to_frame(index=False)
    table["start"] = np.where(table["area"] < 12, 5 + 2 * (table["area"] % 2), np.nan)
    started = table["year"] >= table["start"]
    return table.assign(price=EFFECT * started + 0.01 * rng.normal(size=len(table)))


TABLE = _table()
ASKED = {"unit": "area", "time": "year", "first": "start"}
FOUND = staggered_of(TABLE, "price", **ASKED)


def test_each_start_and_period_is_a_row():
    tidy = FOUND.tidy()
    after = tidy["time"] >= tidy["start"]
    assert set(tidy["start"]) == {5, 7}
    assert tidy.loc[after, "estimate"].to_numpy() == pytest.approx(EFFECT, abs=0.03)
    assert tidy.loc[(tidy["start"] == 5) & (tidy["time"] == 6), "term"].item() == "+1"


def test_the_means_and_the_events_are_asked_of_the_record():
    assert FOUND.means()["simple"].estimate == pytest.approx(EFFECT, abs=0.01)
    assert FOUND.event_study(-3, 2).terms == ("-3", "-2", "0", "1", "2")
    assert FOUND.pre_test().k == 8


def test_what_is_shown_holds_the_mean_and_the_rule():
    shown = repr(FOUND)
    assert "mean over all after the start 0." in shown
    assert "12 of 24 clusters treated" in shown


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"first": "starts"}, r"no column starts \(did you mean start\?\)"),
        ({"time": "name"}, "name must hold numbers"),
        ({"control": "all"}, "control 'all' is not one of never, not_yet"),
    ],
)
def test_fault_is_said_in_a_sentence(changes, words):
    with pytest.raises(NeighbourhoodEquityError, match=words):
        staggered_of(TABLE.assign(name="a"), "price", **{**ASKED, **changes})
