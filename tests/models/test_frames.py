"""A person's table at the door: near names, categories, what is no table."""

import numpy as np
import pandas as pd
import pytest

from neighbourhood_equity.models.association.cross_section import cross_section
from neighbourhood_equity.models.frames import coded
from neighbourhood_equity.models.specification import Specification, SpecificationError

HOMES = pd.DataFrame(
    {
        "price": [5.1, 5.4, 4.9, 6.2, 6.0, 5.8, 5.5, 5.9],
        "capital": [0.1, 0.5, -0.2, 0.9, 0.8, 0.3, 0.2, 0.7],
        "rooms": [3, 4, 2, 5, 5, 4, 3, 4],
        "kind": ["flat", "terrace", "flat", "house", "house", "terrace", "terrace", "house"],
    }
)
ASKED = Specification(outcome="price", regressors=("capital",), controls=("kind", "rooms"))


def test_a_column_of_categories_is_estimated_as_its_dummies():
    dummies = HOMES.assign(
        terrace=(HOMES["kind"] == "terrace") * 1.0, house=(HOMES["kind"] == "house") * 1.0
    )
    by_hand = Specification(
        outcome="price", regressors=("capital",), controls=("house", "terrace", "rooms")
    )
    found = cross_section(HOMES, ASKED)
    assert found.terms == ("capital", "kind[house]", "kind[terrace]", "rooms")
    assert found.coefficients == pytest.approx(cross_section(dummies, by_hand).coefficients)


def test_the_first_level_left_out_is_that_of_the_column_of_categories():
    ordered = pd.Categorical(HOMES["kind"], ["terrace", "flat", "house", "boat"])
    _, specification = coded(HOMES.assign(kind=ordered), ASKED)
    assert specification.controls == ("kind[flat]", "kind[house]", "rooms")


def test_numbers_pass_as_they_are():
    numbers = HOMES.assign(kind=range(8))
    frame, specification = coded(numbers, ASKED)
    assert frame is numbers
    assert specification is ASKED


def test_a_level_of_rows_that_are_not_used_gets_no_dummy():
    lone = HOMES.assign(kind=HOMES["kind"].replace("flat", "barge"))
    lone.loc[lone["kind"] == "barge", "price"] = np.nan
    assert coded(lone, ASKED)[1].controls == ("kind[terrace]", "rooms")


def test_a_row_without_a_category_is_not_used():
    frame = HOMES.assign(kind=HOMES["kind"].mask(HOMES.index == 6))
    assert cross_section(frame, ASKED).n == 7


def test_numbers_written_as_text_are_no_categories():
    with pytest.raises(SpecificationError, match="kind holds str whose values are numbers"):
        coded(HOMES.assign(kind=HOMES["rooms"].astype(str)), ASKED)


def test_one_category_alone_is_refused():
    with pytest.raises(SpecificationError, match="kind holds one category alone"):
        coded(HOMES.assign(kind="flat"), ASKED)


def test_a_series_is_no_table():
    with pytest.raises(SpecificationError, match="a Series stands where a DataFrame is needed"):
        cross_section(HOMES["price"], ASKED)


def test_a_column_spelt_wrongly_brings_the_near_one():
    asked = Specification(outcome="pricee", regressors=("capital",))
    with pytest.raises(SpecificationError, match=r"no column pricee \(did you mean price\?\)"):
        cross_section(HOMES, asked)
