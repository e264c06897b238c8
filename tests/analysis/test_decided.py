"""What is laid down before a run is told as the study has it, and turned into pounds."""

import pytest

from neighbourhood_equity.analysis.quantities import Money, PriceDifference, Year
from neighbourhood_equity.analysis.results.city_prices import CityPrices
from neighbourhood_equity.analysis.results.decided import decided
from neighbourhood_equity.analysis.results.typical_home import typical_home
from neighbourhood_equity.analysis.results.verdicts import Verdicts
from neighbourhood_equity.analysis.study import Study, find_study, read_study
from neighbourhood_equity.analysis.verdicts import Verdict


@pytest.fixture(scope="module")
def study() -> Study:
    return read_study(find_study("birmingham"))


def test_a_measure_either_tests_the_model_or_is_an_amenity(study):
    told = decided(study)
    assert [one.column for one in told.tests] == ["engagement"]
    assert [one.column for one in told.amenities] == ["civic_assets", "connectedness"]


def test_every_measure_tests_the_model_where_the_study_names_none(study):
    silent = study.decision.model_copy(update={"tests_the_model": []})
    told = decided(study.model_copy(update={"decision": silent}))
    assert len(told.tests) == 3
    assert told.amenities == ()


def test_the_checks_are_those_declared_and_that_of_programmes(study):
    assert decided(study).checks == (*study.decision.scorecard, "placebos")


def test_a_difference_in_per_cent_comes_to_pounds_of_the_mean_price_to_the_hundred(study):
    prices = object.__new__(CityPrices)
    object.__setattr__(prices, "last_price", Money(255_930.0))
    object.__setattr__(prices, "last_year", Year(2024))
    one = Verdict("engagement", True, PriceDifference(0.0, -0.01, 0.02), ())
    asked = Verdicts((one,), (), (), one)
    home = typical_home(prices, decided(study), asked)
    assert (home.price.value, home.plausible_low.value) == (255_900, 5_100)
    assert (home.differences["engagement"].low, home.differences["engagement"].high) == (
        -2_500,
        5_200,
    )
