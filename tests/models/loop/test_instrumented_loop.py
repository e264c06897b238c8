"""The gain is the product of two-stage coefficients, and its draws are refits on drawn wards."""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from neighbourhood_equity.models.loop.identification import Instruments
from neighbourhood_equity.models.loop.instrumented_loop import instrumented_gain
from neighbourhood_equity.models.loop.instruments import two_stage
from neighbourhood_equity.models.loop.simultaneous import StructuralEquation
from neighbourhood_equity.models.specification import Specification, SpecificationError

sys.path.append(str(Path(__file__).parent))
from loop_city import COLUMNS, Paths, make_city

EXACT = 1e-8


def link(outcome, moved, held, instruments, weights=None):
    spec = Specification(
        f"to_{outcome}", "", outcome, (moved,), held, weights=weights, clusters="ward", label="iv"
    )
    return StructuralEquation(spec, Instruments((moved,), instruments))


def equations(weights=None):
    """To prices by two instruments, to social capital by one."""
    return (
        link("p", "s", ("z_p",), ("z_s", "o"), weights),
        link("s", "p", ("o", "z_s"), ("z_p",), weights),
    )


@pytest.fixture(scope="module")
def city():
    columns, ward = make_city(Paths(outcome_on_price=0.0), np.random.default_rng(11))
    frame = pd.DataFrame(columns, columns=list(COLUMNS)).assign(ward=ward)
    return frame.assign(w=np.random.default_rng(12).uniform(0.5, 2, len(frame)))


@pytest.mark.parametrize("weights", [None, "w"])
def test_the_gain_is_the_product_of_two_stage_links(city, weights):
    links = equations(weights)
    expected = np.prod(
        [
            two_stage(city, one.specification, one.instruments)
            .tidy()
            .set_index("term")
            .loc[one.instruments.endogenous[0], "estimate"]
            for one in links
        ]
    )
    gain = instrumented_gain(city, links, np.random.default_rng(0), draws=50)
    assert gain.estimate == pytest.approx(expected, abs=EXACT)


def test_the_planted_gain_is_inside(city):
    gain = instrumented_gain(city, equations(), np.random.default_rng(0))
    assert gain.low < Paths().gain < gain.high
    assert gain.at_least_one == 0


def test_rows_are_those_that_all_links_have(city):
    holed = city.assign(o=city["o"].where(np.arange(len(city)) % 7 > 0))
    whole = instrumented_gain(holed, equations(), np.random.default_rng(0), draws=50)
    kept = instrumented_gain(holed.dropna(), equations(), np.random.default_rng(0), draws=50)
    assert whole == kept


def test_links_that_do_not_fit_are_refused(city):
    first, second = equations()
    wrong = replace(second, specification=replace(second.specification, effects=("ward",)))
    other = replace(first, specification=replace(first.specification, weights="w"))
    with pytest.raises(SpecificationError, match="absorbs effects; weights or clusters differ"):
        instrumented_gain(city, (other, wrong), np.random.default_rng(0))
