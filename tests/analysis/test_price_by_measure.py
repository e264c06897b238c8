"""The areas of Figure 3.1: over the city, and each as its distance from its ward's mean."""

import numpy as np
import pandas as pd
import pytest

from neighbourhood_equity.analysis.results.price_by_measure import PriceByMeasure, price_by_measure
from neighbourhood_equity.analysis.study import find_study, read_study

STUDY = read_study(find_study("birmingham"))


@pytest.fixture(scope="module")
def found() -> PriceByMeasure:
    """A town in which richer wards score lower, and areas that score higher cost more."""
    section = STUDY.cross_section
    ward = np.repeat(np.arange(4.0), 5)
    score = np.tile(np.linspace(-1, 1, 5), 4) - 3 * ward
    frame = pd.DataFrame(dict.fromkeys(section.social_capital, score)).assign(
        ward22=ward.astype(str),
        sales=100,
        sale_date=np.linspace(2010.2, 2018.6, 20),
        **{section.outcome: 0.1 * score + 0.6 * ward},
    )
    return price_by_measure(STUDY, pd.concat([frame, frame.head(1).assign(sales=1)]))


def slope(line: pd.DataFrame) -> float:
    return float(np.diff(line["y"])[0] / np.diff(line["x"])[0])


def test_the_slope_of_the_city_may_turn_inside_its_wards(found):
    city, inside = found.clouds[:2]
    assert slope(city.line) < 0 < slope(inside.line)


def test_inside_wards_points_are_distances_from_their_mean(found):
    inside = found.clouds[1].areas
    assert inside["x"].to_numpy() == pytest.approx(np.tile(np.linspace(-1, 1, 5), 4))


def test_areas_with_few_sales_are_no_points(found):
    assert {len(one.areas) for one in found.clouds} == {20}


def test_dates_of_sale_are_told_by_year(found):
    assert (found.earliest.value, found.latest.value) == (2010, 2018)
