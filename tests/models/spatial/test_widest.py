"""The longest of the cluster's and Conley's intervals is the one returned."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from neighbourhood_equity.models.association.cross_section import cross_section
from neighbourhood_equity.models.spatial.conley import ConleyRule, conley
from neighbourhood_equity.models.spatial.widest import widest
from neighbourhood_equity.models.specification import Specification

ASKED = Specification("w", "", "y", ("x",), clusters="ward", variance="clustered")
BARTLETT = ConleyRule(kernel="bartlett")
CUT_OFFS = (500.0, 2000.0, 4000.0)


@pytest.fixture
def frame() -> pd.DataFrame:
    rng = np.random.default_rng(6)
    n = 200
    places = rng.uniform(0, 9000, (n, 2))
    slope = np.sin(places / 2000).sum(axis=1)
    data = {"x": slope + rng.normal(size=n), "y": slope + rng.normal(size=n)}
    ward = (places // 1000) @ np.array([9, 1])
    return pd.DataFrame(data | {"ward": ward, "easting": places[:, 0], "northing": places[:, 1]})


def test_errors_that_cross_wards_are_told_by_the_widest_cut_off(frame):
    found = widest(frame, ASKED, "x", CUT_OFFS, BARTLETT)
    errors = {each: conley(frame, ASKED, each, BARTLETT)["x"].std_error for each in CUT_OFFS}
    assert found.cut_off == max(errors, key=errors.__getitem__)
    assert found.coefficient.std_error == max(errors.values())
    assert "Conley" in found.variance_rule


def test_the_clusters_stand_where_they_are_the_least_sure(frame):
    few = replace(ASKED, clusters="side", variance="bias_reduced")
    sides = frame.assign(side=frame["easting"] // 3001)
    found = widest(sides, few, "x", (1.0,), BARTLETT)
    assert found.cut_off is None
    assert found.coefficient == cross_section(sides, few)["x"]


def test_a_cut_off_that_holds_every_row_plays_no_part(frame):
    found = widest(frame, ASKED, "x", (1e6,), BARTLETT)
    assert found.cut_off is None
