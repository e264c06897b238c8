"""Vintages, sectors, places, distances and print outlines, on areas small enough to reckon."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from neighbourhood_equity.data.catalogue import DataFolder
from neighbourhood_equity.data.errors import DataError
from neighbourhood_equity.data.geography import (
    centroids,
    convert,
    place_lsoas,
    place_sectors,
    sector_of,
    shares_by_ward,
    simplify_for_print,
    ward_weights,
    within_distance,
)

# A unchanged, B split into B1 and B2, C and D merged into E.
_LOOKUP = pd.DataFrame({"lsoa11": ["A", "B", "B", "C", "D"], "lsoa21": ["A", "B1", "B2", "E", "E"]})
_SCORES = pd.DataFrame({"lsoa11": ["A", "B", "C", "D"], "score": [1.0, 2.0, 3.0, 7.0]})
_RESIDENTS = pd.Series({"A": 10, "B": 10, "C": 300, "D": 100})

_WARDS = pd.DataFrame({"lsoa21": ["A", "B1", "B2", "E"], "ward22": ["W", "W", "V", "V"]})
_POINTS = pd.DataFrame(
    {
        "postcode": ["B1 1AA", "B1 1AB", "B1 1AD", "B1 1AE", "B1 2AA"],
        "ward": ["W", "W", "V", "", "V"],
    }
)
_HOMES = pd.DataFrame({"postcode": _POINTS["postcode"], "lsoa11": ["A", "B", "B", "C", "D"]})


def _places(*rows: tuple[str, str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["place", "geography", "code"])


def _convert(frame: pd.DataFrame, weights: pd.Series | None = None) -> pd.Series:
    carried = convert(frame, _LOOKUP, "lsoa11", "lsoa21", ["score"], weights)
    return carried.set_index("lsoa21")["score"]


def test_an_unchanged_area_keeps_its_value() -> None:
    assert _convert(_SCORES, _RESIDENTS)["A"] == 1.0


def test_the_parts_of_a_split_area_copy_its_value() -> None:
    assert _convert(_SCORES, _RESIDENTS)[["B1", "B2"]].tolist() == [2.0, 2.0]


def test_a_merged_area_takes_the_mean_by_residents() -> None:
    assert _convert(_SCORES, _RESIDENTS)["E"] == pytest.approx((3 * 300 + 7 * 100) / 400)


def test_without_weights_the_mean_is_plain() -> None:
    assert _convert(_SCORES)["E"] == 5.0


def test_a_missing_part_leaves_the_known_one() -> None:
    assert _convert(_SCORES.replace(7.0, np.nan), _RESIDENTS)["E"] == 3.0


def test_without_a_known_part_the_value_is_missing() -> None:
    assert np.isnan(_convert(_SCORES.replace({3.0: np.nan, 7.0: np.nan}), _RESIDENTS)["E"])


def test_only_areas_reached_are_returned() -> None:
    assert _convert(_SCORES.head(1)).index.tolist() == ["A"]


def test_a_code_outside_the_lookup_is_told() -> None:
    strange = _SCORES.replace("A", "Z")
    with pytest.raises(DataError, match="1 codes are not in the lookup from lsoa11 to lsoa21: 'Z'"):
        _convert(strange)


def test_an_area_without_weight_is_told() -> None:
    with pytest.raises(DataError, match="not in the weights by lsoa11: 'D'"):
        _convert(_SCORES, _RESIDENTS.drop("D"))


def test_the_sector_is_the_postcode_without_its_unit() -> None:
    assert sector_of(pd.Series(["B1 1AA", "B98 0XY", ""])).tolist() == ["B1 1", "B98 0", ""]


def test_sector_shares_by_ward_leave_out_postcodes_without_a_ward() -> None:
    shares = shares_by_ward(_POINTS).set_index(["sector", "ward"])["share"]
    assert shares[("B1 1", "W")] == pytest.approx(2 / 3)
    assert shares.groupby("sector").sum().tolist() == pytest.approx([1, 1])


def test_a_place_of_wards_holds_their_lsoas() -> None:
    found = place_lsoas(_places(("P", "ward22", "V"), ("P", "lsoa21", "E")), _WARDS)
    assert found["lsoa21"].tolist() == ["B2", "E"]


def test_unknown_codes_of_both_geographies_are_told_at_once() -> None:
    with pytest.raises(DataError) as raised:
        place_lsoas(_places(("P", "ward22", "X"), ("P", "lsoa21", "Y")), _WARDS)
    assert len(raised.value.faults) == 2


def test_an_unknown_geography_is_told() -> None:
    with pytest.raises(DataError, match=r"'ward17'\. Expected ward22 or lsoa21"):
        place_lsoas(_places(("P", "ward17", "X")), _WARDS)


def test_a_place_of_wards_has_the_postcodes_of_its_wards() -> None:
    shares = place_sectors(_places(("P", "ward22", "W")), _POINTS, _HOMES, _LOOKUP)
    assert shares.to_dict("list") == {"place": ["P"], "sector": ["B1 1"], "share": [0.5]}


def test_a_place_of_lsoas_has_half_the_postcodes_of_a_halved_area() -> None:
    areas = _places(("P", "lsoa21", "A"), ("P", "lsoa21", "B1"))
    shares = place_sectors(areas, _POINTS, _HOMES, _LOOKUP)
    # One postcode in A and half of the two in B, of the four in the sector.
    assert shares["share"].tolist() == [pytest.approx(2 / 4)]


def test_a_place_in_two_geographies_is_told() -> None:
    areas = _places(("P", "lsoa21", "A"), ("P", "ward22", "W"))
    with pytest.raises(DataError, match="Give each place in one geography"):
        place_sectors(areas, _POINTS, _HOMES, _LOOKUP)


def test_points_on_and_within_the_circle_count() -> None:
    points = pd.DataFrame({"easting": [0.0, 3.0, 3.0, np.nan], "northing": [0.0, 4.0, 4.1, 0.0]})
    areas = pd.DataFrame({"code": ["A", "B"], "easting": [0.0, 99.0], "northing": [0.0, 0.0]})
    assert within_distance(points, areas, 5.0)["count"].tolist() == [2, 0]


def test_no_points_count_nothing() -> None:
    none = pd.DataFrame({"easting": [], "northing": []})
    areas = pd.DataFrame({"code": ["A"], "easting": [0.0], "northing": [0.0]})
    assert within_distance(none, areas, 5.0)["count"].tolist() == [0]


def _jagged() -> gpd.GeoDataFrame:
    """Two areas of a square kilometre that share a border with 401 points."""
    north = np.linspace(0, 1000, 401)
    border = np.column_stack([1000 + 20 * np.sin(north), north])
    west = shapely.Polygon([(0, 0), *border, (0, 1000)])
    east = shapely.Polygon([(2000, 0), *border, (2000, 1000)])
    return gpd.GeoDataFrame({"code": ["A", "B"]}, geometry=[west, east], crs="EPSG:27700")


def test_print_outlines_keep_to_the_vertices() -> None:
    plain = simplify_for_print(_jagged(), 25)
    assert shapely.get_num_coordinates(plain.geometry.to_numpy()).mean() <= 25


def test_print_outlines_still_share_their_border() -> None:
    plain = simplify_for_print(_jagged(), 25)
    assert shapely.coverage_is_valid(plain.geometry.to_numpy())


def test_plain_outlines_stay() -> None:
    square = gpd.GeoDataFrame({"code": ["A"]}, geometry=[shapely.box(0, 0, 9, 9)])
    assert simplify_for_print(square).geometry.iloc[0].equals(square.geometry.iloc[0])


def test_a_centroid_is_the_middle() -> None:
    square = gpd.GeoDataFrame({"code": ["A"]}, geometry=[shapely.box(0, 0, 8, 4)], index=[7])
    assert centroids(square).iloc[0].tolist() == ["A", 4.0, 2.0]


def test_residents_of_2011_reach_every_area_of_2021(shared_data: Path) -> None:
    folder = DataFolder(shared_data)
    residents = folder.read("lsoa11_population").astype({"population": float})
    lookup = folder.read("lsoa11_lsoa21")
    weights = residents.set_index("lsoa11")["population"]
    carried = convert(residents, lookup, "lsoa11", "lsoa21", ["population"], weights)
    assert set(carried["lsoa21"]) == set(folder.read("boundaries_lsoa21")["code"])
    assert carried["population"].notna().all()


def test_a_ward_is_made_of_the_citys_sectors_and_of_others_where_it_has_none():
    shares = pd.DataFrame(
        {
            "sector": ["in", "out", "in", "out"],
            "ward": ["W1", "W1", "W2", "W3"],
            "postcodes": [3, 9, 1, 4],
        }
    )
    weights = ward_weights(shares, ["in", "out"], ["in"])
    assert weights.loc[["W1", "W2"], "in"].tolist() == [1.0, 1.0]
    assert weights.loc["W3", "out"] == 1.0
    assert weights.sum(axis=1).tolist() == [1.0] * 3
