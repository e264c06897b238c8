"""Sales find their area of 2021 by the right lookup, and those that cannot are counted."""

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import box

from neighbourhood_equity.data.catalogue import DataFolder
from neighbourhood_equity.data.placing import PlacedSales, place_sales
from neighbourhood_equity.data.simulated_city import SMALL, make_city

LOOKUP = pd.DataFrame(
    [
        ("B1 1AA", "E01000001"),  # live, area as it was
        ("B1 1ZZ", "E01000001"),  # terminated
        ("B2 1AA", "E01000002"),  # in the western half of a split area
        ("B2 1AB", "E01000002"),  # in the eastern half
        ("B2 1AC", "E01000002"),  # in the eastern half
        ("B2 1ZZ", "E01000002"),  # terminated: no point
        ("B3 1AA", "E01000003"),  # merged with the next
        ("B3 1AB", "E01000004"),
        ("C1 1AA", "E01999999"),  # of another city
        ("C1 1AB", ""),  # of no area
    ],
    columns=["postcode", "lsoa11"],
)
PAIRS = pd.DataFrame(
    [
        ("E01000001", "E01000001"),
        ("E01000002", "E01000021"),
        ("E01000002", "E01000022"),
        ("E01000003", "E01000034"),
        ("E01000004", "E01000034"),
    ],
    columns=["lsoa11", "lsoa21"],
)
POINTS = pd.DataFrame(
    [
        ("B2 1AA", 5.0, 5.0),
        ("B2 1AB", 15.0, 5.0),
        ("B2 1AC", 16.0, 5.0),
        ("B9 9AA", 5.0, 15.0),  # newer than the lookup
        ("B9 9AB", 500.0, 500.0),  # newer, beyond the city
        ("B9 9AC", None, None),  # no grid reference
    ],
    columns=["postcode", "easting", "northing"],
)
BOUNDARIES = gpd.GeoDataFrame(
    {"code": ["E01000021", "E01000022", "E01000001"]},
    geometry=[box(0, 0, 10, 10), box(10, 0, 20, 10), box(0, 10, 20, 20)],
    crs=27700,
)


def _place(postcode: str, *, points: bool = True) -> PlacedSales:
    sales = pd.DataFrame({"postcode": [postcode], "price": [1]})
    if not points:
        return place_sales(sales, LOOKUP, PAIRS)
    return place_sales(sales, LOOKUP, PAIRS, POINTS, BOUNDARIES)


@pytest.mark.parametrize(
    ("postcode", "area", "way"),
    [
        ("B1 1AA", "E01000001", "by the lookup"),
        ("B1 1ZZ", "E01000001", "by the lookup"),
        ("B3 1AA", "E01000034", "by the lookup"),
        ("B3 1AB", "E01000034", "by the lookup"),
        ("B2 1AA", "E01000021", "in a split area: by the postcode's point"),
        ("B2 1AB", "E01000022", "in a split area: by the postcode's point"),
        ("B2 1ZZ", "E01000022", "in a split area: to the part with most postcodes"),
        ("B9 9AA", "E01000001", "postcode newer than the lookup: by its point"),
    ],
)
def test_a_postcode_finds_its_area(postcode: str, area: str, way: str) -> None:
    result = _place(postcode)
    assert result.frame["area"].tolist() == [area]
    assert {name: count for name, count in result.placed.items() if count} == {way: 1}


@pytest.mark.parametrize(
    ("postcode", "reason"),
    [
        ("", "no postcode"),
        ("B8 8AA", "postcode not in the lookup"),
        ("B9 9AB", "postcode not in the lookup"),
        ("B9 9AC", "postcode not in the lookup"),
        ("C1 1AA", "outside the city"),
        ("C1 1AB", "outside the city"),
    ],
)
def test_what_cannot_be_placed_is_counted(postcode: str, reason: str) -> None:
    result = _place(postcode)
    assert result.frame.empty
    assert {name: count for name, count in result.counts.items() if count} == {reason: 1}


def test_without_points_a_split_area_is_not_guessed() -> None:
    result = _place("B2 1AA", points=False)
    assert result.counts["in a split area: part not known"] == 1


def test_a_point_beyond_its_area_does_not_count() -> None:
    astray = POINTS.assign(northing=POINTS["northing"].where(POINTS["postcode"] != "B2 1AA", 15.0))
    sales = pd.DataFrame({"postcode": ["B2 1AA"]})
    result = place_sales(sales, LOOKUP, PAIRS, astray, BOUNDARIES)
    assert result.frame["area"].tolist() == ["E01000022"]
    assert result.placed["in a split area: to the part with most postcodes"] == 1


def test_the_order_of_sales_is_kept() -> None:
    sales = pd.DataFrame({"postcode": ["B2 1AB", "", "B1 1AA", "B2 1AB"], "price": [1, 2, 3, 4]})
    frame = place_sales(sales, LOOKUP, PAIRS, POINTS, BOUNDARIES).frame
    assert frame["price"].tolist() == [1, 3, 4]
    assert frame["area"].tolist() == ["E01000022", "E01000001", "E01000022"]


def test_no_sales_are_no_error() -> None:
    result = place_sales(pd.DataFrame({"postcode": pd.Series([], dtype="str")}), LOOKUP, PAIRS)
    assert len(result.frame) == sum(result.counts.values()) == 0


def test_sales_of_a_simulated_city_are_placed_where_they_are(tmp_path: Path) -> None:
    folder = DataFolder(make_city(tmp_path / "city", 5, SMALL))
    points = folder.read("code_point_open")
    boundaries = folder.read("boundaries_lsoa21")
    result = place_sales(
        folder.read("price_paid"),
        folder.read("postcode_lookup"),
        folder.read("lsoa11_lsoa21"),
        points,
        boundaries,
    )
    assert result.placed["in a split area: by the postcode's point"] > 0
    assert result.counts["no postcode"] == result.rows_in - len(result.frame)
    where = gpd.GeoDataFrame(
        points, geometry=gpd.points_from_xy(points["easting"], points["northing"]), crs=27700
    ).sjoin(boundaries, predicate="within")
    joined = result.frame.merge(where[["postcode", "code"]], on="postcode")
    assert (joined["area"] == joined["code"]).mean() > 0.999


def test_shared_sales_agree_with_a_third_partys_areas(shared_data: Path) -> None:
    folder = DataFolder(shared_data)
    result = place_sales(
        folder.read("price_paid"),
        folder.read("postcode_lookup"),
        folder.read("lsoa11_lsoa21"),
        folder.read("code_point_open"),
        folder.read("boundaries_lsoa21"),
    )
    assert len(result.frame) / result.rows_in > 0.99
    theirs = folder.read("epc_sales")[["transaction_id", "lsoa11"]]
    pairs = result.frame.merge(theirs, on="transaction_id").merge(
        folder.read("lsoa11_lsoa21"), on="lsoa11"
    )
    agree = (pairs["area"] == pairs["lsoa21"]).groupby(pairs["transaction_id"]).any()
    assert agree.mean() > 0.99
