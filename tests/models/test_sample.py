"""Which rows are used, and what is refused in words."""

import numpy as np
import pandas as pd
import pytest

from neighbourhood_equity.models.sample import take_sample
from neighbourhood_equity.models.specification import Specification, SpecificationError

SPECIFICATION = Specification(
    "test", "a test", "price", ("capital",), ("rooms",), ("ward",), "sales", "ward"
)


@pytest.fixture
def frame() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "price": [5.0, 6.1, 5.5, 7.2, 6.6, 5.9, 7.0, 6.3],
            "capital": [1.0, 2.0, 1.5, 3.0, 2.5, 1.0, 2.0, 2.6],
            "rooms": [3, 4, 4, 5, 3, 3, 5, 4],
            "ward": ["a", "a", "b", "b", "b", "c", "c", "c"],
            "sales": [2.0, 1.0, 3.0, 1.0, 2.0, 2.0, 1.0, 4.0],
        }
    )


def _faults(frame: pd.DataFrame, specification: Specification = SPECIFICATION) -> str:
    with pytest.raises(SpecificationError) as caught:
        take_sample(frame, specification)
    return str(caught.value)


def test_complete_frame_is_used_whole(frame):
    sample = take_sample(frame, SPECIFICATION)
    assert (len(sample.rows), sample.dropped) == (8, {})


def test_rows_are_counted_by_the_first_column_they_lack(frame):
    frame.loc[0, ["price", "rooms"]] = np.nan
    frame.loc[5, "rooms"] = np.nan
    dropped = take_sample(frame, SPECIFICATION).dropped
    assert dropped == {"without price": 1, "without rooms": 1, "alone in their ward": 1}


def test_dropped_and_used_rows_add_up(frame):
    frame.loc[[0, 5], "rooms"] = np.nan
    sample = take_sample(frame, SPECIFICATION)
    assert len(sample.rows) + sum(sample.dropped.values()) == len(frame)


def test_a_lone_row_can_leave_another_alone():
    # Without (b, 1) year 1 holds (a, 1) alone; without that, ward a is one row.
    frame = pd.DataFrame(
        {
            "price": [1.0, 4.0, 2.0, 3.0, 5.0, 4.5, 2.5],
            "capital": [1.0, 2.0, 2.0, 5.0, 3.0, 1.0, 7.0],
            "ward": ["b", "a", "c", "c", "d", "d", "a"],
            "year": [1, 1, 2, 3, 2, 3, 4],
        }
    )
    specification = Specification(
        "test", "a test", "price", ("capital",), effects=("ward", "year"), variance="classical"
    )
    with pytest.raises(SpecificationError, match="4 rows cannot carry 4 parameters"):
        take_sample(frame, specification)


def test_weights_have_mean_one(frame):
    assert take_sample(frame, SPECIFICATION).weights.mean() == pytest.approx(1)


def test_missing_columns_are_named_together(frame):
    assert "no column capital, sales" in _faults(frame.drop(columns=["capital", "sales"]))


def test_text_is_refused(frame):
    frame["rooms"] = frame["rooms"].astype(str)
    assert "rooms holds str where numbers are needed" in _faults(frame)


def test_infinite_value_is_refused(frame):
    frame.loc[2, "price"] = -np.inf
    assert "price is infinite in 1 rows" in _faults(frame)


@pytest.mark.parametrize("weight", [0.0, -1.0])
def test_weight_that_is_not_positive_is_refused(frame, weight):
    frame.loc[2, "sales"] = weight
    assert "the weight sales is zero or negative in 1 rows" in _faults(frame)


def test_faults_of_columns_are_told_at_once(frame):
    frame.loc[2, "sales"] = 0.0
    frame["rooms"] = "three"
    assert _faults(frame.drop(columns="capital")).count(";") == 2


def test_one_cluster_is_refused(frame):
    assert "all 8 rows are in one cluster of ward" in _faults(frame.assign(ward="a"))


def test_constant_term_is_refused(frame):
    assert "rooms does not vary within ward" in _faults(frame.assign(rooms=4))


def test_term_constant_within_the_effect_is_refused(frame):
    frame["capital"] = frame["ward"].map({"a": 1.1, "b": 2.3, "c": 3.7})
    assert "capital does not vary within ward" in _faults(frame)


def test_constant_outcome_is_refused(frame):
    assert "price does not vary" in _faults(frame.assign(price=0.1))


def test_collinear_term_is_refused_with_its_parts(frame):
    frame["rooms"] = 1e6 * frame["capital"] + frame["ward"].map({"a": 1, "b": 2, "c": 3})
    assert "rooms is a combination of capital within ward" in _faults(frame)


def test_nearly_collinear_term_is_used(frame):
    frame["rooms"] = frame["capital"] + 1e-4 * frame["rooms"]
    assert take_sample(frame, SPECIFICATION).parameters == 5


def test_small_units_are_not_taken_for_no_variation(frame):
    frame["rooms"] = 1e-12 * frame["rooms"]
    assert take_sample(frame, SPECIFICATION).parameters == 5


def test_no_complete_row_is_refused_with_the_reasons(frame):
    assert "no row is left: 8 without price" in _faults(frame.assign(price=np.nan))


def test_more_parameters_than_rows_are_refused(frame):
    few = frame.head(5).assign(area=[60.0, 75.0, 71.0, 90.0, 64.0])
    specification = Specification(
        "test", "", "price", ("capital", "rooms", "area"), effects=("ward",), variance="classical"
    )
    assert "5 rows cannot carry 5 parameters" in _faults(few, specification)
