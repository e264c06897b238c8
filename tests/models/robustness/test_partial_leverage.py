"""Partial leverage from the hat matrix; leaving rows out is estimating without them."""

import numpy as np
import pandas as pd
import pytest

from neighbourhood_equity.models.association.cross_section import cross_section
from neighbourhood_equity.models.robustness.partial_leverage import (
    partial_leverage,
    without_leverage,
)
from neighbourhood_equity.models.specification import Specification, SpecificationError

ASKED = Specification("l", "", "y", ("x",), ("z",), effects=("ward",), weights="w")


@pytest.fixture
def frame() -> pd.DataFrame:
    rng = np.random.default_rng(8)
    n = 60
    x, z = rng.normal(size=(2, n))
    data = {"x": x, "z": z, "y": x + z + rng.normal(size=n), "w": rng.uniform(0.2, 3, n)}
    return pd.DataFrame(data | {"ward": rng.integers(0, 5, n)}, index=[f"a{i}" for i in range(n)])


def test_leverage_is_what_the_term_adds_to_the_hat_matrix(frame):
    def hat(columns: list[np.ndarray]) -> np.ndarray:
        right = np.sqrt(frame["w"].to_numpy())[:, None] * np.column_stack(columns)
        return np.diag(right @ np.linalg.pinv(right))

    others = [np.eye(5)[frame["ward"]], frame["z"].to_numpy()]
    added = hat([*others, frame["x"].to_numpy()]) - hat(others)
    found = partial_leverage(frame, ASKED, "x")
    assert found.to_numpy() == pytest.approx(added)
    assert found.index.equals(frame.index)


def test_a_row_far_out_holds_most(frame):
    frame.loc["a7", "x"] = 40.0
    assert partial_leverage(frame, ASKED, "x").idxmax() == "a7"


def test_the_rows_of_most_leverage_are_left_out(frame):
    leverage = partial_leverage(frame, ASKED, "x")
    kept = frame.loc[leverage.sort_values().index[:-3]]
    found = without_leverage(frame, ASKED, "x")
    assert found["x"].estimate == pytest.approx(cross_section(kept, ASKED)["x"].estimate)
    assert found.dropped["with most partial leverage"] == 3


def test_a_row_without_a_value_does_not_count_among_the_share(frame):
    frame.loc[frame.index[:20], "z"] = np.nan
    assert without_leverage(frame, ASKED, "x").dropped["with most partial leverage"] == 2


@pytest.mark.parametrize("share", [0.0, 1.0, np.nan])
def test_a_share_that_is_none_is_refused(frame, share):
    with pytest.raises(SpecificationError, match="between 0 and 1"):
        without_leverage(frame, ASKED, "x", share)


def test_an_unknown_term_is_refused(frame):
    with pytest.raises(SpecificationError, match="no term xx"):
        partial_leverage(frame, ASKED, "xx")


def test_an_index_with_a_name_twice_is_refused(frame):
    with pytest.raises(SpecificationError, match="names every row once"):
        without_leverage(frame.set_axis(["a"] * 60), ASKED, "x")
