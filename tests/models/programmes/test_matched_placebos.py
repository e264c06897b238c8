"""The nearest in standard deviations are found, and what cannot be matched is refused."""

import numpy as np
import pandas as pd
import pytest

from neighbourhood_equity.models.programmes.matched_placebos import matched_units
from neighbourhood_equity.models.specification import SpecificationError

COLUMNS = ("log_price", "log_sales")
PLACE = {"log_price": 11.0, "log_sales": 3.0}


@pytest.fixture
def units() -> pd.DataFrame:
    data = {"log_price": [11.0, 11.1, 13.0, np.nan], "log_sales": [9.0, 3.2, 3.0, 3.0]}
    return pd.DataFrame(data, index=["many", "near", "dear", "unknown"])


def test_the_nearest_comes_first(units):
    assert matched_units(units, PLACE, COLUMNS, 3).index.tolist() == ["near", "many", "dear"]


def test_distances_are_in_standard_deviations(units):
    found = matched_units(units, PLACE, COLUMNS, 3)
    spread = units.dropna().std()
    assert found.loc["dear", "distance"] == pytest.approx(2 / spread["log_price"])
    assert found.loc["near", "distance"] == pytest.approx(
        np.hypot(0.1 / spread["log_price"], 0.2 / spread["log_sales"])
    )


def test_pounds_or_pence_match_the_same(units):
    pence = matched_units(
        units.assign(log_price=100 * units["log_price"]), PLACE | {"log_price": 1100.0}, COLUMNS, 2
    )
    assert pence.index.equals(matched_units(units, PLACE, COLUMNS, 2).index)


@pytest.mark.parametrize(
    ("place", "columns", "number", "words"),
    [
        (PLACE, ("log_prise",), 1, "did you mean log_price"),
        ({"log_price": np.nan}, COLUMNS, 1, "no log_price; the place has no log_sales"),
        (PLACE, COLUMNS, 4, "4 units are wanted and 3 have"),
        (PLACE, (), 1, "no column is named"),
        (PLACE | {"still": 1.0}, ("still",), 1, "still does not vary"),
    ],
)
def test_what_cannot_be_matched_is_refused(units, place, columns, number, words):
    with pytest.raises(SpecificationError, match=words):
        matched_units(units.assign(still=1.0), place, columns, number)
