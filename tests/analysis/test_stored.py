"""What is written of a run is read back as it was."""

import datetime
import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
import shapely

from neighbourhood_equity.analysis import stored
from neighbourhood_equity.analysis.quantities import Count, NotEstimable, Share
from neighbourhood_equity.analysis.reasons import HardlyVaries
from neighbourhood_equity.analysis.study import Step
from neighbourhood_equity.data.errors import DataError


def _again(record, tmp_path):
    stored.write(record, tmp_path / "results")
    return stored.read(tmp_path / "results")


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        "Ünïted “£” $ {{ x }}",
        0.1 + 0.2,
        5e-324,
        math.inf,
        (1, "a", (2.5,)),
        [1, [2]],
        {"a": 1, "$": "no mark of ours"},
        {2001: "a", ("b", 1): None},
        datetime.date(2026, 11, 28),
        Count(3, columns=("sales",)),
        NotEstimable(HardlyVaries("ward22", 1, 5)),
        Step(name="ward", title="plus ward", effects=["ward22"]),
        b"\x89PNG",
        shapely.box(0, 0, 1, 2),
    ],
    ids=repr,
)
def test_a_value_comes_back_as_it_was(value, tmp_path):
    assert _again(value, tmp_path) == value


def test_what_is_no_number_comes_back(tmp_path):
    assert math.isnan(_again(math.nan, tmp_path))


def test_arrays_come_back_bit_for_bit(tmp_path):
    array = np.random.default_rng(1).normal(size=(3, 2))
    again = _again(array, tmp_path)
    assert again.tobytes() == array.tobytes()
    assert again.shape == array.shape


@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame({"a": [1.5, np.nan], "b": ["x", None]}, index=["p", "q"]),
        pd.DataFrame({"mixed": [1, "a", 2.5], "shape": [shapely.Point(0, 1)] * 3}),
        pd.DataFrame({"when": pd.to_datetime(["2024-01-01"]), "n": pd.array([3], dtype="Int64")}),
    ],
    ids=["plain", "mixed", "dates"],
)
def test_frames_come_back(frame, tmp_path):
    pd.testing.assert_frame_equal(_again(frame, tmp_path), frame, check_dtype=False)


def test_one_record_in_two_places_is_one_record_again(tmp_path):
    share = Share(40.0)
    again = _again({"a": share, "b": (share,)}, tmp_path)
    assert again["a"] is again["b"][0]


@dataclass(frozen=True)
class Stranger:
    number: int


def test_a_record_that_is_not_ours_is_refused(tmp_path):
    with pytest.raises(TypeError, match="no record of ours"):
        stored.write(Stranger(1), tmp_path / "results")


@pytest.mark.parametrize(
    "text",
    [
        "{",
        '{"$": "record", "of": "data.catalogue:catalogue", "as": 0, "is": {}}',
        '{"$": "record", "of": "analysis.nothing:Share", "as": 0, "is": {}}',
        '{"$": "frame", "as": 0, "file": "../../secret.parquet"}',
        '{"$": "strange"}',
    ],
    ids=["broken", "function", "unknown", "outside", "kind"],
)
def test_what_is_no_run_of_ours_is_refused_in_words(text, tmp_path):
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / stored.FILE).write_text(text)
    with pytest.raises(DataError, match="run the study again"):
        stored.read(tmp_path / "results")
