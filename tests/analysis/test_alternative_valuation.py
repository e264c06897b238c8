"""Appendix 2's results: every approach on one ground, what cannot be had refused, no sum."""

import sys
from pathlib import Path

import numpy as np
import pytest

from neighbourhood_equity.analysis.quantities import NotEstimable
from neighbourhood_equity.data.reference_tables import valuation_parameters
from neighbourhood_equity.report_templates.reasons import reason_words

sys.path.append(str(Path(__file__).parents[1] / "report_templates"))
from made_valuation import CPI, FOUND, NONE, results

PRICE, HOMES, RESIDENTS = 225_000, 4001 / 2, 7001 / 2


@pytest.fixture(scope="module")
def made():
    return results()


@pytest.fixture(scope="module")
def found(made):
    return made["valuation"]


def test_the_ground_is_the_last_year_and_an_average_ward(found):
    ground = found.ground
    assert ground.home_price.value == PRICE
    assert (ground.ward_homes.value, ground.ward_residents.value) == (2000, 3500)


def test_a_hedonic_value_is_the_association_on_the_price_of_a_home(found):
    home = found.hedonic.first
    assert home.value == pytest.approx(FOUND.value / 100 * PRICE)
    assert (home.low, home.high) == pytest.approx(
        (FOUND.low / 100 * PRICE, FOUND.high / 100 * PRICE)
    )
    assert home.label == "adjusted"


def test_coproduction_comes_first_and_for_a_wards_homes_too(found):
    assert [one.key for one in found.hedonic.measures] == ["coproduction_recorded", "engagement"]
    assert found.hedonic.ward.value == pytest.approx(found.hedonic.first.value * HOMES)


def test_a_study_without_coproduction_values_its_first_measure():
    hedonic = results(civic_assets=FOUND, engagement=NONE)["valuation"].hedonic
    assert hedonic.first is hedonic.measures[0].home
    assert hedonic.measures[0].key == "civic_assets"


def test_what_could_not_be_estimated_has_no_value_and_the_same_reason(found):
    (_, refused) = found.hedonic.measures
    assert refused.home.reason == NONE.reason


def test_wellbeing_is_uprated_by_consumer_prices(found):
    resident, ward = found.wellbeing.resident, found.wellbeing.ward
    uprated = 125 / 100
    assert resident.central.value == pytest.approx(0.1 * 13_000 * uprated)
    assert (resident.low.value, resident.high.value) == pytest.approx(
        (0.1 * 10_000 * uprated, 0.1 * 16_000 * uprated)
    )
    assert ward.central.value == pytest.approx(resident.central.value * RESIDENTS)


def test_a_burglary_costs_public_bodies_less_than_society(found):
    fiscal, economic = found.avoided.fiscal, found.avoided.economic
    assert fiscal.central.value == pytest.approx(10 * 500 * 125 / 70)
    assert fiscal.central.value < economic.central.value
    assert fiscal.low is None


def test_the_sum_is_refused_for_what_its_parts_share(found):
    words = reason_words(found.sum.reason)
    assert words.startswith("hedonic price, wellbeing, fiscal avoided cost and economic avoided")
    assert "picture one change" in words


def test_points_are_no_pounds(found):
    assert (found.points.value, found.points_most.value) == (22.5, 45)
    assert "22.5 points cannot be turned into pounds" in reason_words(found.points_in_pounds.reason)


def test_parameters_of_others_that_nobody_opened_are_counted_apart_from_our_choices(found):
    given = valuation_parameters()
    own = given["kind"] == "scenario"
    assert found.own_choices.value == own.sum()
    assert found.unverified.value == (~given["verified"] & ~own).sum() > 0


def test_the_example_lies_inside_its_draws_and_its_swings_around_it(made):
    drawn = made["social_return"].drawn
    assert drawn.low.value < drawn.ratio.value < drawn.high.value
    widths = drawn.swings["high"] - drawn.swings["low"]
    assert (np.diff(widths) <= 1e-12).all()
    inside = (drawn.swings["low"], drawn.swings["high"])
    assert ((inside[0] <= drawn.ratio.value) & (drawn.ratio.value <= inside[1])).all()
    assert drawn.widest == pytest.approx((inside[0].iloc[0], inside[1].iloc[0]))


def test_prices_that_do_not_reach_back_refuse_what_would_need_them():
    late = {year: index for year, index in CPI.items() if year > 2000}
    made = results(cpi=late)
    found = made["valuation"]
    assert found.wellbeing.ward.central.value > 0
    for refused in (found.avoided.fiscal.central, made["social_return"].ratio):
        assert isinstance(refused, NotEstimable)
        assert reason_words(refused.reason) == "the consumer prices hold no 2000"


def test_with_nothing_to_value_there_is_no_value_to_add():
    found = results(cpi={1990: 50.0}, coproduction_recorded=NONE)["valuation"]
    assert reason_words(found.sum.reason) == "there is no value to add"
    assert isinstance(found.hedonic.first, NotEstimable)


def test_one_value_alone_is_no_sum():
    found = results(cpi={1990: 50.0}, coproduction_recorded=FOUND)["valuation"]
    assert reason_words(found.sum.reason) == "there are not two values to add"
