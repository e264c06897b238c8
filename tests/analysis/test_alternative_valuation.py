"""Appendix 2: every approach stands in the table, none is added, and what is unverified is said."""

import numpy as np
import pandas as pd
import pytest

from neighbourhood_equity.analysis.book import Book
from neighbourhood_equity.analysis.chapters import alternative_valuation
from neighbourhood_equity.analysis.chapters.alternative_exhibits import SCENARIO
from neighbourhood_equity.analysis.inputs import Inputs
from neighbourhood_equity.data.reference_tables import valuation_approaches, valuation_parameters

SCENARIOS = ["wellbeing.resident", "wellbeing.ward", "avoided.fiscal", "avoided.economic"]
REFUSALS = ["contingent", "repeat_sales", "points_in_pounds", "sum"]
NUMBERS = ["home_price", "ward_homes", "ward_residents", "unverified", "social_return.above_one"]
STUDIES = ["book", "real"]


@pytest.fixture(params=STUDIES)
def either(request: pytest.FixtureRequest) -> Book:
    """Each study in turn; the real one where its data are at hand."""
    return request.getfixturevalue(request.param)


def finding(book: Book, name: str):
    return book.findings[f"alternative_valuation.{name}"]


def side_by_side(book: Book) -> pd.DataFrame:
    return book.exhibits["alternative_valuation.side_by_side"].frame


def test_every_approach_is_in_the_table_in_the_order_of_the_comparison(either):
    named = side_by_side(either)["approach"].drop_duplicates().tolist()
    assert named == valuation_approaches()["approach"].tolist()


@pytest.mark.parametrize("name", [*SCENARIOS, "social_return"])
def test_a_scenario_is_quoted_in_words_that_say_so(either, name):
    found = finding(either, name)
    assert found.unit == "text"
    assert SCENARIO in found.value


@pytest.mark.parametrize("name", REFUSALS)
def test_what_cannot_be_had_is_refused(either, name):
    assert finding(either, name).value is None


@pytest.mark.parametrize("name", NUMBERS)
def test_ground_is_quoted(either, name):
    assert finding(either, name).value > 0


def test_sum_is_refused_for_its_overlap(either):
    assert "picture one change" in finding(either, "sum").reason


def test_hedonic_value_keeps_label_and_price(either):
    held = either.findings["valuing.coproduction_recorded.held"]
    value = finding(either, "hedonic")
    assert value.label == held.label == "adjusted"
    by_hand = held.value / 100 * finding(either, "home_price").value
    assert value.value == pytest.approx(by_hand)


def test_hedonic_value_of_a_ward_is_that_of_its_homes(book):
    lines = side_by_side(book).set_index("illustration")["central"]
    one, ward = (
        lines[f"Recorded coproduction, some against none; {what}"]
        for what in ("one home", "homes of an average ward")
    )
    assert ward / one == pytest.approx(finding(book, "ward_homes").value, rel=1e-4)


def test_wellby_is_uprated_by_prices(book, inputs):
    cpi = inputs.folder.read("cpi")
    yearly = cpi.groupby(cpi["month"].dt.year)["cpi"].mean()
    lines = side_by_side(book).set_index("illustration")["central"]
    assert lines["A rise of 0.1 points for one year; one resident"] == pytest.approx(
        0.1 * 13_000 * yearly[2024] / yearly[2019]
    )


def test_fiscal_cost_is_below_the_economic_one(either):
    lines = side_by_side(either).set_index("approach")["central"]
    assert lines["Cost avoidance: fiscal"] < lines["Cost avoidance: economic"]


def test_unverified_parameters_are_flagged_in_print(either):
    frame = either.exhibits["alternative_valuation.parameters"].frame.set_index("name")
    given = valuation_parameters().set_index("name")
    flagged = frame.index[frame["flag"] == "UNVERIFIED"]
    assert set(flagged) == set(given.index[~given["verified"] & (given["kind"] != "scenario")])
    assert "wellby" in flagged
    assert finding(either, "unverified").value == len(flagged)


def test_tornado_is_sorted_and_holds_the_ratio(either):
    frame = either.exhibits["alternative_valuation.swings"].frame
    assert (np.diff(frame["high"] - frame["low"]) <= 1e-12).all()
    assert frame["value"].between(frame["low"] - 1e-9, frame["high"] + 1e-9).all()


def test_prices_without_an_index_are_refused_in_words(inputs: Inputs, monkeypatch):
    """A price index that does not reach back to 2000 or 2019."""
    ground = alternative_valuation._ground(inputs)
    late = {year: value for year, value in ground.cpi.items() if year > 2020}
    short = alternative_valuation.Ground(
        ground.parameters, late, ground.year, ground.home_price, ground.homes, ground.residents
    )
    monkeypatch.setattr(alternative_valuation, "_ground", lambda inputs: short)
    book = Book()
    for term in ("coproduction_recorded", "civic_assets", "connectedness", "engagement"):
        book.chapter("valuing", ()).refuse(f"{term}.held", "percent", "of the test")
    alternative_valuation.compute(inputs, book)
    for name in (*SCENARIOS, "social_return", "hedonic"):
        assert finding(book, name).value is None
    assert "there is no value to add" in finding(book, "sum").reason
