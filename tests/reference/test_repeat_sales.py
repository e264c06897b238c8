"""Repeat-sales indices: the five sales of the rsmatrix README (reference case 26)."""

import json

import pandas as pd
import pytest

from neighbourhood_equity.models.prices.repeat_sales import (
    bailey_muth_nourse,
    pairs_of,
    shiller_arithmetic,
)

INDICES = {"grs": bailey_muth_nourse, "ars": shiller_arithmetic}
PRINTED = [("grs", 2, 238.1102), ("grs", 3, 125.9921), ("ars", 2, 240.0), ("ars", 3, 133.3333)]


@pytest.fixture(scope="module")
def sales(reference_cases) -> pd.DataFrame:
    return pd.read_csv(reference_cases / "26_repeat_sales_index" / "sales.csv")


@pytest.mark.parametrize(("check", "period", "value"), PRINTED)
def test_index(sales, check, period, value):
    pairs = pairs_of(sales, dwelling="id", period="date")
    index = INDICES[check](pairs).frame.set_index("period")["index"]
    assert index[period] == pytest.approx(value, abs=1e-4)


def test_numbers_are_those_of_the_reference_case(reference_cases):
    text = (reference_cases / "26_repeat_sales_index" / "expected.json").read_text("utf-8")
    ours = {
        name: ", ".join(f"{value:.4f}" for check, _, value in PRINTED if check == name)
        for name in INDICES
    }
    assert {check["id"]: check["value"] for check in json.loads(text)["checks"]} == ours
