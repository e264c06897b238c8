"""Appendix 4's words, tables and figures from a made city of a few sectors."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from made_chapter import Printed

from neighbourhood_equity.analysis.quantities import Count, Money, NotEstimable, Number, Ratio
from neighbourhood_equity.analysis.reasons import NoneInAPlace
from neighbourhood_equity.analysis.results.base_map import BaseMap
from neighbourhood_equity.analysis.results.city_prices import CityPrices, city_prices
from neighbourhood_equity.analysis.results.place_paths import PlacePaths
from neighbourhood_equity.analysis.results.price_levels import PriceLevels
from neighbourhood_equity.analysis.results.price_table import PriceTable
from neighbourhood_equity.analysis.results.price_variation import price_variation
from neighbourhood_equity.analysis.results.small_area_prices import small_area_prices
from neighbourhood_equity.analysis.results.ward_growth import ward_growth
from neighbourhood_equity.analysis.study import find_study, read_study
from neighbourhood_equity.report_templates.chapters.house_prices.exhibits import exhibits
from neighbourhood_equity.report_templates.exhibits import Missing

STUDY = read_study(find_study("birmingham"))
YEARS = range(2000, 2012)
SECTORS = ("B1 1", "B1 2", "B2 1", "B2 2")
WARDS = ("W1", "W1", "W2", "W2")
SHAPES = pd.DataFrame({"code": ["W1", "W2"], "geometry": None})
TEXT, CAPTIONS = "house_prices/text.md.j2", "house_prices/captions.md.j2"


class Folder(SimpleNamespace):
    """Tables by their source's name."""

    def read(self, name: str) -> pd.DataFrame:
        return vars(self)[name]


def panel() -> pd.DataFrame:
    rng = np.random.default_rng(5)
    rows = [
        {"sector": sector, "year": year, "sales": 40 + 10 * place, "mean_price": price}
        for place, sector in enumerate(SECTORS)
        for year in YEARS
        if (price := 90_000 * (1 + place / 4) * 1.05 ** (year - 2000) * np.exp(rng.normal(0, 0.01)))
    ]
    frame = pd.DataFrame(rows)
    return frame.assign(log_price=np.log(frame["mean_price"]))


def folder() -> Folder:
    months = pd.date_range("2000-01-01", "2011-12-01", freq="MS")
    growth = 1.05 ** (months.year.to_numpy() - 2000 + np.sin(months.year.to_numpy()) / 5)
    points = [
        {"postcode": f"{sector}{letters}", "ward": ward}
        for sector, ward in zip(SECTORS, WARDS, strict=True)
        for letters in ("AA", "AB")
    ]
    district = STUDY.geography.district
    return Folder(
        code_point_open=pd.DataFrame(points),
        cpi=pd.DataFrame({"month": months, "cpi": np.linspace(70, 100, len(months))}),
        uk_hpi=pd.DataFrame(
            {"area_code": district, "date": months, "average_price": 80_000 * growth, "sales": 9}
        ),
        boundaries_lsoa21=SHAPES.iloc[:0],
        boundaries_ward22=SHAPES.iloc[:0],
    )


@pytest.fixture(scope="module")
def results() -> dict[str, Any]:
    areas = pd.DataFrame(
        {
            "lsoa21": ["L1", "L2"],
            "ward22": ["W1", "W2"],
            "ward22_name": ["Aston", "Moseley"],
            "msoa21": ["M1", "M2"],
            "sales": [50, 60],
            "price_per_sqm": [1500.0, 2500.0],
            "log_price_per_sqm": np.log([1500.0, 2500.0]),
        }
    )
    prices = small_area_prices(STUDY, folder(), panel(), areas)
    growth = ward_growth(STUDY, areas, prices)
    levels = pd.DataFrame({"code": ["L1", "L2"], "value": [1500.0, 2500.0]})
    return {
        "small_area_prices": prices,
        "city_prices": city_prices(STUDY, folder(), panel(), prices),
        "price_levels": PriceLevels(
            levels,
            Money(1500.0),
            Money(2500.0),
            Ratio(5 / 3),
            Count(110),
            Count(2),
            Count(3),
            "Moseley",
            Money(2500.0),
            "Aston",
            Money(1500.0),
        ),
        "price_table": PriceTable(pd.DataFrame(), Count(0), prices.cell_cv),
        "ward_growth": growth,
        "price_variation": price_variation(STUDY, folder(), areas, prices, growth),
        "place_paths": PlacePaths(
            NotEstimable(NoneInAPlace("sector"), unit="count", label="described"),
            (),
            pd.DataFrame(),
        ),
        "base_map": BaseMap({"lsoa21": SHAPES, "ward22": SHAPES}, ()),
    }


def printed(results: dict[str, Any], **changed: Any) -> Printed:
    found = results | changed
    asked = {name: one for name, one in found.items() if name != "price_table"}
    return Printed(found, list(exhibits(**asked)))


def said(results: dict[str, Any], **changed: Any) -> str:
    words = printed(results, **changed)
    return words.text(TEXT, "house_prices", city="Made", lede=lambda *_, **__: "")


def title(results: dict[str, Any], exhibit: str, **changed: Any) -> str:
    return printed(results, **changed).captions(CAPTIONS)[exhibit].title


def moved(city: CityPrices, correlation: float) -> CityPrices:
    return replace(city, index_correlation=Number(correlation))


def test_that_prices_follow_the_uk_index_is_said_only_where_they_do(results):
    city = results["city_prices"]
    titles = [
        printed(results, city_prices=moved(city, one))
        .captions(CAPTIONS)["house_prices.index"]
        .title
        for one in (0.95, 0.31)
    ]
    assert "the city's prices follow the UK index" in titles[0]
    assert "follow" not in titles[1]
    assert titles[1].endswith("at 0.310")


def test_every_exhibit_has_its_caption(results):
    words = printed(results)
    made = {one.id for one in words.bodies if not isinstance(one, Missing)}
    assert set(words.captions(CAPTIONS)) == made


def test_published_means_are_not_called_single_sales(results):
    text = said(results)
    assert "The published files used here hold no type" in text
    assert "pairs of postcode sector and year" in text


def test_single_sales_are_not_called_published_means(results):
    sales = replace(results["small_area_prices"], single_sales=5000, level="lsoa21")
    text = said(results, small_area_prices=sales)
    assert "The single sales used here hold type" in text
    assert "published files" not in text


def test_wards_are_ranked_from_the_dearest(results):
    table = next(one for one in printed(results).bodies if one.id == "house_prices.wards_ranked")
    assert table.frame["name"].tolist() == ["Moseley", "Aston"]


def test_what_too_few_areas_cannot_tell_is_refused_part_by_part(results):
    text = said(results)
    assert "Growth is measured between the means of 3 years at each end, for 2 wards." in text
    assert text.count("not estimable") >= 2


def test_a_city_without_case_study_places_says_why_none_is_drawn(results):
    assert "no postcode sector with prices lies in a case-study place" in said(results)


def test_growth_is_asked_of_as_many_years_as_the_study_averages(results):
    longer = replace(results["ward_growth"], ward_window=Count(4))
    assert "between the means of 4 years" in said(results, ward_growth=longer)


@pytest.mark.parametrize(
    ("places", "named"), [(["Acton"], "Acton"), (["Acton", "Bow"], "The case-study places")]
)
def test_a_place_that_is_drawn_alone_is_named(results, places, named):
    paths = pd.DataFrame({"place": places, "year": 2000, "log_gap": 0.1, "low": 0.0, "high": 0.2})
    drawn = PlacePaths(Count(len(places)), (), paths)
    told = title(results, "house_prices.places", place_paths=drawn)
    assert told == f"{named} against the city"
