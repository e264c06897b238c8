"""One door to every index: the same numbers as the method behind it, in one set of columns."""

import numpy as np
import pandas as pd
import pytest

from neighbourhood_equity.models.prices.characteristics import Characteristics
from neighbourhood_equity.models.prices.hedonic import time_dummy_index
from neighbourhood_equity.models.prices.price_index import IN_WORDS, price_index
from neighbourhood_equity.models.prices.repeat_sales import case_shiller, pairs_of
from neighbourhood_equity.models.specification import SpecificationError

GROWTH = 0.05
HELD = Characteristics({"kind": "T"})


def _sales(homes: int = 300) -> pd.DataFrame:
    """Each dwelling sold twice, years apart, in a city whose prices grow by a known rate."""
    rng = np.random.default_rng(8)
    first = rng.integers(2010, 2013, homes)
    second = first + rng.integers(1, 4, homes)
    kind, area = rng.choice(["T", "D"], homes), rng.choice(["B1 1", "B2 4", "B3 9"], homes)
    level = 12 + 0.4 * (kind == "D") + 0.1 * (area == "B3 9") + rng.normal(0, 0.1, homes)
    rows = [
        pd.DataFrame(
            {
                "dwelling": np.arange(homes),
                "year": year,
                "date": pd.to_datetime(pd.Series(year).astype(str) + "-06-01"),
                "kind": kind,
                "area": area,
                "price": np.exp(level + GROWTH * (year - 2010) + rng.normal(0, 0.03, homes)),
            }
        )
        for year in (first, second)
    ]
    return pd.concat(rows, ignore_index=True)


SALES = _sales()


@pytest.mark.parametrize("method", list(IN_WORDS))
def test_every_method_finds_the_growth_that_was_planted(method):
    tidy = price_index(SALES, method, characteristics=HELD).tidy()
    assert tidy["index"].iloc[0] == 100
    assert np.log(tidy["index"].iloc[-1] / 100) == pytest.approx(5 * GROWTH, abs=0.05)
    assert ((tidy["ci_low"] <= tidy["index"]) & (tidy["index"] <= tidy["ci_high"])).all()


def test_the_time_dummy_index_is_that_of_its_module():
    logs = SALES.assign(log_price=np.log(SALES["price"]))
    there = time_dummy_index(logs, HELD).estimate.tidy()["ci_low"].to_numpy()[:5]
    here = price_index(SALES, characteristics=HELD).tidy()["ci_low"].to_numpy()[1:]
    assert here == pytest.approx(100 * np.exp(there))


def test_the_repeat_sales_index_is_that_of_its_module():
    there = case_shiller(pairs_of(SALES)).frame
    here = price_index(SALES, "case_shiller").tidy()
    pd.testing.assert_frame_equal(here[["period", "index"]], there[["period", "index"]])


def test_sales_without_a_dwelling_make_no_pair_and_are_counted():
    lacking = SALES.assign(dwelling=SALES["dwelling"].mask(SALES["dwelling"] < 5))
    assert price_index(lacking, "repeat_sales").dropped["without dwelling"] == 10


def test_what_is_shown_says_the_method_the_last_period_and_the_rule():
    shown = repr(price_index(SALES, characteristics=HELD))
    for part in ("2010 = 100 (hedonic, time dummies)", "\n2015: ", "clustered by area"):
        assert part in shown


@pytest.mark.parametrize(
    ("sales", "method", "words"),
    [
        (SALES.rename(columns={"area": "areas"}), "time_dummy", r"no column area \(did you mean"),
        (SALES.assign(price=0), "time_dummy", "price is zero or negative in 600 rows"),
        (SALES.assign(price="dear"), "time_dummy", "price holds str where numbers"),
        (SALES.assign(price=np.nan), "time_dummy", "no sale is left: 600 without price"),
        (SALES, "hedonic", "method 'hedonic' is not one of time_dummy, fixed_basket"),
        (SALES["price"], "time_dummy", "a Series stands where a DataFrame is needed"),
    ],
)
def test_fault_is_said_in_a_sentence(sales, method, words):
    with pytest.raises(SpecificationError, match=words):
        price_index(sales, method, characteristics=HELD)
