"""Appendix 3 from a small made city, for studies of one, two, three and five measures."""

from dataclasses import fields

import numpy as np
import pandas as pd
import pytest
from made_chapter import Printed

from neighbourhood_equity.analysis.quantities import Count, NotEstimable, Number, Share, Year
from neighbourhood_equity.analysis.reasons import NoSurvey, TooFewMeasures
from neighbourhood_equity.analysis.results.base_map import BaseMap
from neighbourhood_equity.analysis.results.capital_by_ward import (
    WardTurnout,
    capital_by_ward,
    capital_relations,
)
from neighbourhood_equity.analysis.results.index_prices import IndexPrices, index_prices
from neighbourhood_equity.analysis.results.national_indicators import NationalIndicators
from neighbourhood_equity.analysis.results.own_survey import OwnSurvey
from neighbourhood_equity.analysis.results.social_index import SocialIndex, social_index
from neighbourhood_equity.analysis.study import Study, find_study, read_study
from neighbourhood_equity.report_templates.chapters.social_capital.exhibits import exhibits
from neighbourhood_equity.report_templates.exhibits import Missing

FIVE = ["civic_assets", "connectedness", "engagement", "clubs_within_1km", "libraries_within_1km"]
AREAS, WARDS = 240, 24
SHAPES = pd.DataFrame({"code": ["a1"], "geometry": None})
NONE = NotEstimable(NoSurvey(), "count", "described")


def _areas() -> pd.DataFrame:
    rng = np.random.default_rng(11)
    common = rng.normal(size=AREAS)
    frame = pd.DataFrame({name: common + rng.normal(size=AREAS) for name in FIVE})
    wards = np.arange(AREAS) % WARDS
    return frame.assign(
        lsoa21=[f"E0{n:03}" for n in range(AREAS)],
        ward22=[f"W{n:02}" for n in wards],
        ward22_name=[f"Ward {n}" for n in wards],
        place_or_ward=[f"W{n:02}" for n in wards],
        households=rng.integers(400, 800, AREAS),
        sales=rng.integers(20, 80, AREAS),
        income_deprivation=rng.normal(size=AREAS) - common / 2,
        safety=rng.normal(size=AREAS),
        owned=rng.uniform(size=AREAS),
        log_price_per_sqm=8 + 0.1 * common + rng.normal(0, 0.1, AREAS),
    )


def _study(measures: list[str], last: str = "ward") -> Study:
    shipped = read_study(find_study("simulated_city"))
    steps = [
        shipped.cross_section.steps[1],
        shipped.cross_section.steps[1].model_copy(
            update={"name": last, "title": "plus tenure", "controls": ["owned"]}
        ),
    ]
    section = shipped.cross_section.model_copy(update={"social_capital": measures, "steps": steps})
    return shipped.model_copy(update={"cross_section": section})


def _results(measures: list[str], last: str = "ward") -> dict:
    study, areas = _study(measures, last), _areas()
    wards = areas[["ward22", "ward22_name"]].drop_duplicates()
    turnout = WardTurnout(
        election=Year(2022),
        highest_turnout=Share(41.0),
        highest_turnout_ward="Ward 3",
        lowest_turnout=Share(18.0),
        lowest_turnout_ward="Ward 9",
        by_ward=wards.rename(columns={"ward22_name": "name"}).assign(
            turnout=np.linspace(18, 41, WARDS)
        ),
    )
    index = social_index(study, areas)
    by_ward = capital_by_ward(study, areas, index, turnout)
    nothing = pd.DataFrame()
    return {
        "national_indicators": NationalIndicators(Count(13), Count(14), nothing, nothing),
        "own_survey": OwnSurvey(NONE, NONE),
        "social_index": index,
        "index_prices": index_prices(study, areas, index),
        "ward_turnout": turnout,
        "capital_by_ward": by_ward,
        "capital_relations": capital_relations(study, areas, index, by_ward),
    }


def _printed(measures: list[str], last: str = "ward") -> Printed:
    results = _results(measures, last)
    base = BaseMap({"lsoa21": SHAPES, "ward22": SHAPES}, ())
    return Printed(results, list(exhibits(**results, base_map=base)))


def _text(printed: Printed) -> str:
    return printed.text(
        "social_capital/text.md.j2", "social_capital", lede=str, city="Middleham", simulated=True
    )


@pytest.fixture(scope="module")
def of_two() -> Printed:
    return _printed(FIVE[:2])


@pytest.fixture(scope="module")
def of_five() -> Printed:
    return _printed(FIVE)


@pytest.fixture(scope="module")
def of_one() -> Printed:
    return _printed(FIVE[:1])


def _exhibit(printed: Printed, name: str):
    return next(one for one in printed.bodies if one.id == f"social_capital.{name}")


def test_an_index_of_two_measures_is_made_and_rests_on_alpha(of_two: Printed) -> None:
    index: SocialIndex = of_two.results["social_index"]
    assert index.made
    assert not index.by_omega
    assert isinstance(index.alpha, Number)
    assert index.reliability.value == index.alpha.value


def test_of_two_measures_none_is_left_out(of_two: Printed) -> None:
    index: SocialIndex = of_two.results["social_index"]
    assert index.least_rank_correlation == NotEstimable(TooFewMeasures(2, 3), "number", "described")
    assert "goes least with the rest" not in _text(of_two)


def test_the_table_of_two_measures_has_no_empty_column(of_two: Printed) -> None:
    assert [one.name for one in _exhibit(of_two, "items").columns] == ["item", "item_rest"]


def test_the_words_count_the_measures(of_two: Printed, of_five: Printed) -> None:
    assert "An index of 2 domains treats" in _text(of_two)
    assert "between the two domains taken together" in _text(of_two)
    assert "An index of 5 measures treats" in _text(of_five)
    assert "between the five measures taken together" in _text(of_five)


def test_a_measure_of_another_source_is_explained(of_five: Printed) -> None:
    assert "counts registered clubs by their postcode" in _text(of_five)


def test_each_measure_has_a_row_and_a_column(of_five: Printed) -> None:
    assert len(_exhibit(of_five, "items").frame) == len(FIVE)
    assert len(_exhibit(of_five, "relations").columns) == len(FIVE) + 1
    assert len(_exhibit(of_five, "wards").columns) == len(FIVE) + 3


def test_one_measure_is_no_index_and_its_chapter_says_so(of_one: Printed) -> None:
    index: SocialIndex = of_one.results["social_index"]
    refused = [
        one.name for one in fields(index) if isinstance(getattr(index, one.name), NotEstimable)
    ]
    assert {"alpha", "omega", "index_error", "reliability"} <= set(refused)
    assert (
        "An index is not estimable, because the study names 1 measure of social capital, and this "
        "takes 2 or more." in _text(of_one)
    )


def test_what_stands_on_an_index_is_missing_without_one(of_one: Printed) -> None:
    missing = {one.id for one in of_one.bodies if isinstance(one, Missing)}
    assert missing == {
        f"social_capital.{name}"
        for name in ("survey", "map_areas", "items", "index_wards", "error")
    }
    captions = of_one.captions("social_capital/captions.md.j2")
    assert set(captions) == {one.id for one in of_one.bodies} - missing


@pytest.mark.parametrize("printed", ["of_two", "of_five"])
def test_each_exhibit_has_a_caption(printed: str, request: pytest.FixtureRequest) -> None:
    made: Printed = request.getfixturevalue(printed)
    shown = {one.id for one in made.bodies if not isinstance(one, Missing)}
    assert set(made.captions("social_capital/captions.md.j2")) == shown


def test_a_note_names_the_reliability_that_was_used(of_two: Printed, of_five: Printed) -> None:
    notes = [
        one.captions("social_capital/captions.md.j2")["social_capital.error"].note
        for one in (of_two, of_five)
    ]
    assert "(alpha), taken as known" in notes[0]
    assert "(omega), taken as known" in notes[1]


def test_the_last_step_may_have_any_name() -> None:
    prices: IndexPrices = _printed(FIVE[:3], "inside_wards").results["index_prices"]
    assert list(prices.index) == ["together", "inside_wards"]
    assert prices.last.corrected is prices.index["inside_wards"].differences["corrected"]


def test_the_error_taken_out_makes_the_association_larger(of_five: Printed) -> None:
    first = of_five.results["index_prices"].first
    assert first.corrected.value > first.naive.value > 0


def test_the_measure_that_holds_turnout_is_warned_of(of_two: Printed, of_five: Printed) -> None:
    assert "Charities, grants and voting is itself built from turnout" in _text(of_five)
    assert "circularity" not in _text(of_two)
