"""Neighbours and Moran's I by the codes of a table."""

import numpy as np
import pandas as pd
import pytest

from neighbourhood_equity.models.spatial.moran import moran
from neighbourhood_equity.models.spatial.spatial_frames import moran_of, neighbours_of
from neighbourhood_equity.models.spatial.spatial_models import spatial_model
from neighbourhood_equity.models.specification import Specification, SpecificationError

GRID = pd.DataFrame(
    {
        "area": [f"A{number}" for number in range(25)],
        "easting": np.tile(range(5), 5) * 100.0,
        "northing": np.repeat(range(5), 5) * 100.0,
        "price": np.repeat(range(5), 5) + np.tile([0.0, 0.1, 0.0, 0.2, 0.1], 5),
    }
)


def test_neighbours_within_a_step_of_a_grid_are_two_to_four():
    sizes = neighbours_of(GRID, "area", within=100).weights.cardinalities.values()
    assert sorted(set(sizes)) == [2, 3, 4]


def test_values_are_found_by_their_code_whatever_the_order():
    found = neighbours_of(GRID, "area", k=4)
    shuffled = GRID.sample(frac=1, random_state=3)
    here = moran_of(shuffled, "price", found, "area", np.random.default_rng(1))
    there = moran(GRID["price"].to_numpy(), found, np.random.default_rng(1))
    assert here == there


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        (GRID.rename(columns={"easting": "eastings"}), r"no column easting \(did you mean"),
        (GRID.assign(easting=np.nan), "25 areas lack their area or coordinates"),
        (GRID.head(5), "5 areas have no 6 neighbours each"),
        (GRID.assign(area="A1"), "codes must be unique"),
    ],
)
def test_fault_of_the_areas_is_said_in_a_sentence(frame, words):
    with pytest.raises(SpecificationError, match=words):
        neighbours_of(frame, "area")


def test_other_areas_than_those_of_the_neighbours_are_refused():
    other = GRID.assign(area="B" + GRID["area"])
    with pytest.raises(SpecificationError, match="the area of the frame and of the neighbours"):
        moran_of(other, "price", neighbours_of(GRID, "area"), "area", np.random.default_rng(1))


def test_a_code_column_spelt_wrongly_is_named():
    asked = Specification(outcome="price", regressors=("easting",))
    with pytest.raises(SpecificationError, match=r"no column aera \(did you mean area\?\)"):
        spatial_model(GRID, asked, neighbours_of(GRID, "area"), "aera", "lag")
