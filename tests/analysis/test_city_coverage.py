"""Each estimator of the report finds what was planted in simulated towns, and nothing in others.

The small version asks of a few small towns that no estimate is far from what was planted. The slow
one makes 200 towns with effects and 200 without, and holds the kept tables against them.
"""

import re

import numpy as np
import pandas as pd
import pytest
from city_coverage import (
    AGAIN,
    MISSING,
    REPLICATIONS,
    TABLES,
    kept,
    replicate,
    starred,
    summary,
    table_text,
)

from neighbourhood_equity.data.simulated_city import SMALL

FEW = 3
SMALL_TABLES = ("rules", "equations", "panels")
"""A small town has too few sales for a comparison of places, and too few wards for one of wards."""
FAR = 4.5
"""Standard errors of a mean over towns: with so many rows, chance alone hardly ever goes beyond."""
SAME = 1.1
"""Points of a rate: two towns of 200 on the edge of their intervals."""


@pytest.fixture(scope="module")
def few() -> pd.DataFrame:
    rows = [replicate(seed, SMALL, SMALL_TABLES, planted=("yes",)) for seed in range(FEW)]
    return pd.concat(rows, ignore_index=True)


def _distance(rows: pd.DataFrame) -> pd.Series:
    """Mean distance from what was planted, in its standard error, by estimator and effect."""
    error = (rows["high"] - rows["low"]) / (2 * 1.96)
    off = (rows["estimate"] - rows["planted"]) / error
    by_row = off.groupby([rows["estimator"], rows["effect"]])
    return by_row.sum() / np.sqrt(by_row.size())


def test_no_estimator_is_far_from_what_was_planted(few: pd.DataFrame) -> None:
    distance = _distance(few).abs()
    assert distance.max() < FAR, distance[distance >= FAR].to_string()


def test_an_effect_in_another_unit_would_be_seen(few: pd.DataFrame) -> None:
    doubled = few.assign(estimate=2 * few["estimate"])
    panel = _distance(doubled[doubled["estimator"] == "Two-way panel, weighted"])
    assert panel.min() > FAR


@pytest.fixture(scope="module")
def found() -> pd.DataFrame:
    return summary(pd.concat([replicate(seed) for seed in range(REPLICATIONS)]))


def test_rates_that_are_off_were_made_again_and_hold() -> None:
    off = [row for table in TABLES if table not in MISSING for row in starred(table)]
    made = [" | ".join(names) for names in _cells(kept(AGAIN)).index]
    assert sorted(off) == sorted(made)
    assert starred(AGAIN) == []


@pytest.mark.slow
@pytest.mark.parametrize("table", TABLES)
def test_the_kept_table_is_what_is_found(found: pd.DataFrame, table: str) -> None:
    now, before = (_cells(text) for text in (table_text(found.loc[table]), kept(table)))
    assert list(now.index) == list(before.index)
    assert now["mean found"].to_numpy() == pytest.approx(
        before["mean found"].to_numpy(), abs=2e-3, nan_ok=True
    )
    for rate in ("coverage", "size", "power"):
        assert now[rate].to_numpy() == pytest.approx(
            before[rate].to_numpy(), abs=SAME, nan_ok=True
        ), rate


def _cells(text: str) -> pd.DataFrame:
    head, _, *lines = (line.strip("| ").split("|") for line in text.splitlines())
    frame = pd.DataFrame([[cell.strip() for cell in line] for line in lines])
    frame.columns = [cell.strip() for cell in head]
    return frame.set_index(["estimator", "effect of"]).map(_number)


def _number(cell: str) -> float:
    number = re.match(r"[\d.-]+", cell)
    return float(number.group()) if number else np.nan
