"""Appendix 2's pages: every approach stands in the table, and what is no estimate is said to be."""

import pytest
from made_chapter import Printed
from made_valuation import FOUND, NONE, results

from neighbourhood_equity.data.reference_tables import valuation_approaches, valuation_parameters
from neighbourhood_equity.report_templates.chapters.alternative_valuation.exhibits import (
    SCENARIO,
    exhibits,
)
from neighbourhood_equity.report_templates.exhibits import Missing


class Page:
    """The chapter as it is printed from results."""

    def __init__(self, made: dict) -> None:
        self.bodies = list(exhibits(made["valuation"], made["social_return"]))
        self.frames = {one.id: one.frame for one in self.bodies if not isinstance(one, Missing)}
        self.printed = Printed(made, self.bodies)

    @property
    def lines(self):
        return self.frames["alternative_valuation.side_by_side"]

    def text(self) -> str:
        return self.printed.text(
            "alternative_valuation/text.md.j2", "alternative_valuation", lede=str
        )

    def captions(self):
        return self.printed.captions("alternative_valuation/captions.md.j2")


@pytest.fixture(scope="module")
def page():
    return Page(results())


@pytest.fixture(scope="module")
def without_prices():
    """Consumer prices reach back to no year that a parameter names."""
    return Page(results(cpi={2024: 125.0}))


def test_every_approach_is_in_the_table_in_the_order_of_the_comparison(page):
    named = page.lines["approach"].drop_duplicates().tolist()
    assert named == valuation_approaches()["approach"].tolist()


def test_each_measure_of_the_study_has_a_hedonic_line():
    held = {"civic_assets": FOUND, "connectedness": FOUND, "engagement": NONE}
    lines = Page(results(**held)).lines.query("approach == 'Hedonic pricing'")
    assert lines["illustration"].tolist() == [
        "Places to meet (civic assets), one deviation more; one home",
        "Places to meet (civic assets), one deviation more; homes of an average ward",
        "Access to services and jobs (connectedness), one deviation more; one home",
        "Charities, grants and voting (active community), one deviation more; one home",
    ]
    assert lines["value"].iloc[-1] == "not estimable, because it does not vary"


def test_a_value_is_written_with_its_range_and_its_ground(page):
    lines = page.lines.set_index("illustration")
    one = lines.loc["A rise of 0.1 points for one year; one resident"]
    assert (one["value"], one["basis"]) == ("£1,625 (£1,250 to £2,000)", SCENARIO)
    cost = lines[lines["approach"] == "Cost avoidance: fiscal"]
    assert cost["value"].tolist() == ["£8,929"]


def test_a_scenario_is_printed_in_words_that_say_so(page):
    text = page.text()
    assert "In a scenario, a rise" in text
    assert "would be worth £1,625 (£1,250 to £2,000) to a" in text
    assert "In a scenario with" in text


def test_the_measure_is_the_studys_first():
    assert "The measure is places to meet." in Page(results(civic_assets=FOUND)).text()


def test_no_value_is_printed_where_the_prices_are_lacking(without_prices):
    text = without_prices.text()
    assert "**Wellbeing.** This is not estimable, because the consumer prices hold no 2019" in text
    assert "**Cost avoidance.** This is not estimable, because the consumer prices hold no" in text
    assert "social return is not estimable, because the consumer prices hold no 2019" in text
    assert SCENARIO not in text


def test_without_a_ratio_there_is_no_figure_of_what_moves_it(without_prices):
    assert "alternative_valuation.swings" not in without_prices.frames
    assert "alternative_valuation.swings" not in without_prices.captions()


def test_every_exhibit_has_its_caption(page):
    assert set(page.captions()) == set(page.frames)


def test_the_figure_is_titled_by_the_ends_of_its_widest_row(page):
    widest = page.frames["alternative_valuation.swings"].iloc[0]
    title = page.captions()["alternative_valuation.swings"].title
    assert title.endswith(f"from £{widest['low']:.2f} to £{widest['high']:.2f}")


def test_unverified_parameters_are_flagged_in_print(page):
    frame = page.frames["alternative_valuation.parameters"].set_index("name")
    given = valuation_parameters().set_index("name")
    flagged = frame.index[frame["flag"] == "second hand"]
    assert set(flagged) == set(given.index[~given["verified"] & (given["kind"] != "scenario")])
    assert frame.loc["wellby", "written"] == "£13,000 (£10,000 to £16,000), 2019 prices"
