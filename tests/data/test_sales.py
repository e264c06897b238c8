"""Sales are cleaned by declared rules, each row counted once, and the month's changes applied."""

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from neighbourhood_equity.data.catalogue import DataFolder
from neighbourhood_equity.data.errors import DataError
from neighbourhood_equity.data.sales import (
    CleanSales,
    SalesRules,
    apply_monthly,
    clean_sales,
    dwelling_key,
    market_sales,
    read_price_paid,
    with_floor_area,
)

RULES = SalesRules(first_year=1995, last_year=2020)


def _sales(*changes: dict[str, object]) -> pd.DataFrame:
    """One sale a row: ordinary but for what is given."""
    rows = [
        {
            "transaction_id": f"{{{number}}}",
            "price": 100_000,
            "date": pd.Timestamp("2010-05-07"),
            "postcode": "B1 1AA",
            "property_type": "T",
            "new_build": False,
            "tenure": "F",
            "paon": str(number),
            "saon": "",
            "street": "A STREET",
            "town": "A TOWN",
            "category": "A",
            "status": "A",
            **change,
        }
        for number, change in enumerate(changes)
    ]
    return pd.DataFrame(rows)


def _dropped(clean: CleanSales) -> dict[str, int]:
    return {reason: count for reason, count in clean.counts.items() if count}


def test_an_ordinary_sale_is_kept() -> None:
    clean = clean_sales(_sales({}), RULES)
    assert _dropped(clean) == {}
    row = clean.frame.iloc[0]
    assert (row["year"], row["dwelling"]) == (2010, "B1 1AA|0|")
    assert row["log_price"] == pytest.approx(np.log(100_000))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"status": "D"}, "deleted by the publisher"),
        ({"category": "B"}, "category B"),
        ({"property_type": "O"}, "type other"),
        ({"tenure": "U"}, "tenure not recorded"),
        ({"paon": "0"}, "same dwelling, date and price"),
        ({"price": 19_999}, "nominal price"),
        ({"date": pd.Timestamp("1994-12-31")}, "before the first year"),
        ({"date": pd.Timestamp("2021-01-01")}, "after the last year"),
        ({"transaction_id": "{0}", "paon": "7"}, "superseded by a later record"),
    ],
)
def test_each_rule_counts_its_row(change: dict[str, object], reason: str) -> None:
    clean = clean_sales(_sales({}, {}, {}, {}, change), RULES)
    assert _dropped(clean) == {reason: 1}
    assert len(clean.frame) == 4


def test_a_row_is_counted_for_the_first_rule_it_meets() -> None:
    row = {"category": "B", "property_type": "O", "price": 1, "date": pd.Timestamp("2024-01-01")}
    clean = clean_sales(_sales({}, row), RULES)
    assert _dropped(clean) == {"category B": 1}


def test_the_order_of_the_rules_is_fixed() -> None:
    assert list(clean_sales(_sales({}), RULES).counts) == [
        "superseded by a later record",
        "deleted by the publisher",
        "category B",
        "type other",
        "tenure not recorded",
        "same dwelling, date and price",
        "nominal price",
        "before the first year",
        "after the last year",
        "extreme price",
    ]


def test_a_price_at_the_floor_is_kept() -> None:
    clean = clean_sales(_sales({}, {}, {}, {}, {"price": 20_000}), RULES)
    assert _dropped(clean) == {}


def _spread(prices: Sequence[float], **change: object) -> pd.DataFrame:
    return _sales(*({"price": round(price), **change} for price in prices))


def _around(deviations: float) -> list[float]:
    """Prices with a median absolute deviation of 0.1 in logs, and one so many deviations off."""
    logs = [11.0, 11.0, *[11.1, 10.9] * 10, 11 + deviations * 1.4826 * 0.1]
    return [math.exp(log) for log in logs]


@pytest.mark.parametrize(("deviations", "extreme"), [(4.9, 0), (5.1, 1), (-5.1, 1)])
def test_extreme_prices_lie_five_robust_deviations_off(deviations: float, extreme: int) -> None:
    clean = clean_sales(_spread(_around(deviations)), RULES)
    assert clean.counts["extreme price"] == extreme


def test_extreme_prices_are_judged_within_type_and_year() -> None:
    dear = _spread(np.exp([13.0, *[13.1, 12.9] * 10]).tolist(), property_type="D")
    both = pd.concat([_spread(_around(0)), dear], ignore_index=True)
    both["transaction_id"] = [f"{{{number}}}" for number in range(len(both))]
    both["paon"] = both["transaction_id"]
    assert clean_sales(both, RULES).counts["extreme price"] == 0


def test_few_sales_are_not_judged() -> None:
    assert clean_sales(_spread(_around(9)[-10:]), RULES).counts["extreme price"] == 0


def test_equal_prices_are_not_judged() -> None:
    clean = clean_sales(_spread([100_000] * 30 + [110_000]), RULES)
    assert clean.counts["extreme price"] == 0


def test_rows_that_vanish_are_an_error() -> None:
    with pytest.raises(ValueError, match="1 rows were neither kept nor dropped"):
        CleanSales(_sales({}), {"category B": 1}, 3)


@pytest.mark.parametrize(
    "fault",
    [{"last_year": 1990}, {"nominal_share": 1.0}, {"nominal_quantile": 0.0},
     {"extreme_deviations": 0.0}],
)  # fmt: skip
def test_rules_that_make_no_sense_are_refused(fault: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"first year|between 0 and 1|above 0"):
        SalesRules(**{"last_year": 2020, **fault})


def test_a_dwelling_is_known_however_its_address_is_written() -> None:
    keys = dwelling_key(
        _sales({"paon": "The Barn, 6", "saon": "Flat  2"}, {"paon": "THE BARN 6", "saon": "FLAT 2"})
    )
    assert keys[0] == keys[1] == "B1 1AA|THE BARN 6|FLAT 2"


def test_flats_of_a_house_are_different_dwellings() -> None:
    keys = dwelling_key(_sales({"paon": "1", "saon": "2"}, {"paon": "12"}, {"paon": "1 2"}))
    assert keys.nunique() == 3


def test_without_a_postcode_the_street_stands_for_it() -> None:
    keys = dwelling_key(_sales({"postcode": "", "paon": "1"}, {"paon": "1"}))
    assert keys.tolist() == ["A STREET A TOWN|1|", "B1 1AA|1|"]


def test_dwellings_without_number_are_not_taken_for_one_another() -> None:
    clean = clean_sales(_sales({"paon": ""}, {"paon": ""}), RULES)
    assert clean.frame["dwelling"].tolist() == ["", ""]


def test_the_months_records_are_added_changed_and_deleted() -> None:
    base = _sales({}, {}, {})
    monthly = _sales({"price": 1, "status": "C"}, {"status": "D"}, {}, {})
    monthly["transaction_id"] = ["{0}", "{1}", "{8}", "{9}"]
    frame, counts = apply_monthly(base, monthly)
    assert frame["transaction_id"].tolist() == ["{2}", "{0}", "{8}", "{9}"]
    assert frame.set_index("transaction_id")["price"]["{0}"] == 1
    assert {name: count for name, count in counts.items() if count} == {
        "added": 2,
        "changed": 1,
        "deleted": 1,
    }


def test_changes_of_records_not_held_are_told_apart() -> None:
    monthly = _sales({"status": "C"}, {"status": "D"}, {"status": "A"})
    monthly["transaction_id"] = ["{8}", "{9}", "{0}"]
    frame, counts = apply_monthly(_sales({}), monthly)
    assert frame["transaction_id"].tolist() == ["{8}", "{0}"]
    assert {name: count for name, count in counts.items() if count} == {
        "added, already held": 1,
        "changed, not held": 1,
        "deleted, not held": 1,
    }


def test_the_last_record_of_several_months_counts() -> None:
    months = _sales({"price": 1}, {"price": 2, "status": "C"}, {"status": "D"})
    months["transaction_id"] = ["{7}", "{7}", "{0}"]
    frame, counts = apply_monthly(_sales({}), months)
    assert frame[["transaction_id", "price"]].to_numpy().tolist() == [["{7}", 2]]
    assert counts["superseded within the monthly file"] == 1
    assert sum(counts.values()) == len(months)


def test_applying_and_cleaning_agree_with_cleaning_both_files_at_once() -> None:
    base = _sales({}, {}, {})
    monthly = _sales({"price": 90_000, "status": "C"}, {"status": "D"})
    at_once = clean_sales(pd.concat([base, monthly]), RULES)
    in_turn = clean_sales(apply_monthly(base, monthly)[0], RULES)
    kept = [set(clean.frame["transaction_id"]) for clean in (at_once, in_turn)]
    assert kept[0] == kept[1] == {"{0}", "{2}"}
    assert at_once.counts["superseded by a later record"] == 2


def test_floor_areas_are_joined_by_transaction() -> None:
    certificates = pd.DataFrame(
        {"transaction_id": ["{1}", "{2}", "{3}", "{9}"], "floor_area": [80.0, 14.9, 1000.1, 70.0]}
    )
    frame, counts = with_floor_area(_sales({}, {}, {}, {}), certificates)
    assert frame["floor_area"].fillna(0).tolist() == [0, 80, 0, 0]
    assert counts == {
        "floor area known": 1,
        "no certificate matched": 1,
        "implausible floor area": 2,
    }


def test_every_shared_sale_is_kept_or_counted(shared_data: Path) -> None:
    sales = DataFolder(shared_data).read("price_paid")
    clean = clean_sales(sales, SalesRules(last_year=2025))
    assert len(clean.frame) + sum(clean.counts.values()) == len(sales) == 1031
    # Eleven of the sample are of category B, and all three of type O are among them.
    assert (clean.counts["category B"], clean.counts["type other"]) == (11, 0)


def test_market_sales_stand_in_their_postcode_sector() -> None:
    found = market_sales(_sales({}, {"postcode": "", "street": "HIGH STREET"}), RULES).frame
    assert found["area"].fillna("none").tolist() == ["B1 1", "none"]


def test_market_sales_end_with_the_last_whole_year() -> None:
    may, december = ({"date": pd.Timestamp(f"2020-{month}-01")} for month in ("05", "12"))
    assert market_sales(_sales({}, may)).counts["after the last year"] == 1
    assert market_sales(_sales({}, december)).counts["after the last year"] == 0


def test_market_sales_say_which_columns_they_need() -> None:
    with pytest.raises(DataError, match="no column price, status"):
        market_sales(_sales({}).drop(columns=["price", "status"]))


def test_a_price_paid_file_that_is_not_there_is_named() -> None:
    with pytest.raises(DataError, match=r"No file nowhere\.csv"):
        read_price_paid("nowhere.csv")
