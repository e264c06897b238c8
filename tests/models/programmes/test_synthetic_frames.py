"""Synthetic comparators from a table: labels as in the table, and every fault in a sentence."""

import numpy as np
import pandas as pd
import pytest

from neighbourhood_equity.models.programmes.placebos import rank_p
from neighbourhood_equity.models.programmes.synthetic_control import synthetic_control
from neighbourhood_equity.models.programmes.synthetic_did import synthetic_did
from neighbourhood_equity.models.programmes.synthetic_frames import (
    synthetic_control_of,
    synthetic_did_of,
)
from neighbourhood_equity.models.specification import SpecificationError

UNITS = ["Acton", "Barton", "Clifton", "Denton", "Easton", "Fulton"]
YEARS = range(2000, 2012)
START = 2008
RISE = 0.5


def _table() -> pd.DataFrame:
    rng = np.random.default_rng(4)
    paths = rng.normal(0, 0.05, (len(YEARS), len(UNITS))).cumsum(axis=0) + 5
    paths[8:, 0] = paths[8:, 1:3].mean(axis=1) + RISE
    paths[:8, 0] = paths[:8, 1:3].mean(axis=1)
    wide = pd.DataFrame(paths, index=pd.Index(YEARS, name="year"), columns=UNITS)
    rows = wide.melt(ignore_index=False, var_name="area", value_name="price").reset_index()
    return rows.sample(frac=1, random_state=1)


TABLE = _table()
ASKED = {"unit": "area", "time": "year", "treated": "Acton", "start": START}


def _arrays() -> tuple[np.ndarray, np.ndarray]:
    wide = TABLE.pivot(index="year", columns="area", values="price")
    return wide["Acton"].to_numpy(), wide.drop(columns="Acton").to_numpy()


def test_the_gap_stands_by_year_and_the_weights_by_unit():
    found = synthetic_control_of(TABLE, "price", **ASKED)
    plain = synthetic_control(*_arrays(), 8)
    assert list(found.gap.index) == list(YEARS)
    assert found.gap.to_numpy() == pytest.approx(plain.gap)
    assert found.weights[UNITS[1:]].to_numpy() == pytest.approx(plain.weights)
    assert set(found.weights.index[:2]) == {"Barton", "Clifton"}


def test_synthetic_did_is_the_one_of_arrays():
    assert synthetic_did_of(TABLE, "price", **ASKED).effect == pytest.approx(
        synthetic_did(*_arrays(), 8).effect()
    )


def test_outcome_and_comparator_differ_by_the_gap():
    tidy = synthetic_control_of(TABLE, "price", **ASKED).tidy()
    assert (tidy["outcome"] - tidy["comparator"]).to_numpy() == pytest.approx(tidy["gap"])
    assert list(tidy.loc[tidy["treated"], "time"]) == [2008, 2009, 2010, 2011]


def test_a_placebo_is_the_comparison_of_a_donor_with_the_other_donors():
    placebos = synthetic_control_of(TABLE, "price", **ASKED).placebos()
    _, donors = _arrays()
    of_barton = synthetic_control(donors[:, 0], donors[:, 1:], 8).effect()
    assert placebos.effects["Barton"] == pytest.approx(of_barton)
    assert list(placebos.effects.index) == UNITS
    assert placebos.p_value == rank_p(placebos.effects["Acton"], placebos.effects[1:].to_numpy())
    assert placebos.p_ratio == pytest.approx(1 / 6)


def test_several_units_are_taken_as_their_mean():
    both = synthetic_control_of(TABLE, "price", **{**ASKED, "treated": ["Acton", "Barton"]})
    assert both.paths.treated[2000] == pytest.approx(
        TABLE.query("year == 2000 and area in ['Acton', 'Barton']")["price"].mean()
    )
    with pytest.raises(SpecificationError, match="compare each treated unit on its own"):
        both.placebos()


def test_what_is_shown_names_units_years_and_effect():
    shown = repr(synthetic_control_of(TABLE, "price", **ASKED))
    for part in ("Acton", "2008", "Barton 0.", "effect 0.5"):
        assert part in shown


def _holed() -> pd.DataFrame:
    holed = (TABLE["area"] == "Denton") & (TABLE["year"] == 2003)
    return TABLE.assign(price=TABLE["price"].mask(holed))


@pytest.mark.parametrize(
    ("frame", "changes", "words"),
    [
        (TABLE, {"unit": "aera"}, r"no column aera \(did you mean area\?\)"),
        (TABLE, {"treated": "Actn"}, r"no area is Actn \(did you mean Acton\?\)"),
        (TABLE, {"treated": []}, "no treated unit is named"),
        (TABLE, {"treated": UNITS}, "every area is treated"),
        (TABLE, {"start": 2031}, "start 2031 must lie after the first year, 2000"),
        (TABLE, {"start": 2000}, "start 2000 must lie after the first year, 2000"),
        (TABLE, {"start": "May"}, "start 'May' is not of the kind of year"),
        (TABLE, {"form": "cubic"}, "form 'cubic' is not one of plain, intercept, augmented"),
        (TABLE["price"], {}, "a Series stands where a DataFrame is needed"),
        (_holed(), {}, r"price is missing for 1 of 72 units and times \(Denton at 2003\)"),
        (TABLE.iloc[1:], {}, "price is missing for 1 of 72"),
        (pd.concat([TABLE, TABLE[:2]]), {}, "2 rows repeat the same area and year"),
        (TABLE.assign(price="dear"), {}, "price holds str where numbers are needed"),
    ],
)
def test_fault_is_said_in_a_sentence(frame, changes, words):
    with pytest.raises(SpecificationError, match=words):
        synthetic_control_of(frame, "price", **{**ASKED, **changes})
