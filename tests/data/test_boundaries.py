"""Polygons come in the British National Grid, whole and valid, or the file's fault is told."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from neighbourhood_equity.data.errors import DataError
from neighbourhood_equity.data.readers.boundaries import boundaries_lsoa21, boundaries_ward22

_SQUARE = [[[-1.9, 52.4], [-1.8, 52.4], [-1.8, 52.5], [-1.9, 52.5], [-1.9, 52.4]]]
_BOW_TIE = [[[-1.9, 52.4], [-1.8, 52.5], [-1.8, 52.4], [-1.9, 52.5], [-1.9, 52.4]]]


def _feature(coordinates: list[Any] = _SQUARE, code: str = "E05011118") -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": {"WD22CD": code, "WD22NM": "Acocks Green"},
        "geometry": {"type": "Polygon", "coordinates": coordinates},
    }


def _write(path: Path, *features: dict[str, Any], **members: Any) -> Path:
    document = {"type": "FeatureCollection", "features": features, **members}
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def test_degrees_become_grid_metres(tmp_path: Path) -> None:
    frame = boundaries_ward22(_write(tmp_path / "w.geojson", _feature())).frame
    assert frame.crs.to_epsg() == 27700
    # A tenth of a degree is about 6.8 km east and 11.1 km north at this latitude.
    assert frame.area.iloc[0] == pytest.approx(6.8e3 * 11.1e3, rel=0.01)


def test_grid_metres_stay_when_the_file_names_the_grid(tmp_path: Path) -> None:
    square = [[[4e5, 2.8e5], [4.1e5, 2.8e5], [4.1e5, 2.9e5], [4e5, 2.8e5]]]
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::27700"}}
    frame = boundaries_ward22(_write(tmp_path / "w.geojson", _feature(square), crs=crs)).frame
    assert frame.total_bounds.tolist() == [4e5, 2.8e5, 4.1e5, 2.9e5]


def test_grid_metres_without_a_name_are_told(tmp_path: Path) -> None:
    square = [[[4e5, 2.8e5], [4.1e5, 2.8e5], [4.1e5, 2.9e5], [4e5, 2.8e5]]]
    with pytest.raises(DataError, match="Expected longitude and latitude in Great Britain"):
        boundaries_ward22(_write(tmp_path / "w.geojson", _feature(square)))


def test_a_self_crossing_polygon_is_repaired(tmp_path: Path) -> None:
    frame = boundaries_ward22(_write(tmp_path / "w.geojson", _feature(_BOW_TIE))).frame
    assert frame.is_valid.all()
    assert frame.geom_type.iloc[0] == "MultiPolygon"


def test_missing_properties_are_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="lacks the properties LSOA21CD and LSOA21NM"):
        boundaries_lsoa21(_write(tmp_path / "l.geojson", _feature()))


def test_no_features_are_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no features"):
        boundaries_ward22(_write(tmp_path / "w.geojson"))


def test_a_feature_without_geometry_is_told(tmp_path: Path) -> None:
    bare = {**_feature(code="E05011119"), "geometry": None}
    with pytest.raises(DataError, match=r"1 of 2 .* feature 2 \(E05011119\) has no geometry"):
        boundaries_ward22(_write(tmp_path / "w.geojson", _feature(), bare))


def test_points_are_not_boundaries(tmp_path: Path) -> None:
    point = {**_feature(), "geometry": {"type": "Point", "coordinates": [-1.9, 52.4]}}
    with pytest.raises(DataError, match="not a Polygon or MultiPolygon"):
        boundaries_ward22(_write(tmp_path / "w.geojson", point))


def test_an_unknown_code_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="not a code of WD22: 'E01011118'"):
        boundaries_ward22(_write(tmp_path / "w.geojson", _feature(code="E01011118")))


def test_a_code_twice_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="repeat the key code"):
        boundaries_ward22(_write(tmp_path / "w.geojson", _feature(), _feature()))


def test_a_truncated_download_is_told(tmp_path: Path) -> None:
    packed = gzip.compress(_write(tmp_path / "w.geojson", _feature()).read_bytes())
    (tmp_path / "w.geojson.gz").write_bytes(packed[:-20])
    with pytest.raises(DataError, match="damaged or cut short"):
        boundaries_ward22(tmp_path / "w.geojson.gz")


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"", "the file is empty"), (b"{", "not readable as GeoJSON"), (b"[]", "no features")],
)
def test_something_else_is_told(tmp_path: Path, content: bytes, told: str) -> None:
    (tmp_path / "w.geojson").write_bytes(content)
    with pytest.raises(DataError, match=told):
        boundaries_ward22(tmp_path / "w.geojson")


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="the file is not there"):
        boundaries_ward22(tmp_path / "w.geojson")


_ODD = {
    "nothing": (None, "feature 1 is nothing"),
    "a list": ([], "feature 1 is a list"),
    "properties nothing": ({**_feature(), "properties": None}, "has for its properties nothing"),
    "properties a list": ({**_feature(), "properties": []}, "has for its properties a list"),
    "geometry a text": ({**_feature(), "geometry": "here"}, "has for its geometry a text"),
    "unknown type": (
        {**_feature(), "geometry": {"type": "curve", "coordinates": _SQUARE}},
        "is of the type 'curve'",
    ),
    "no coordinates": ({**_feature(), "geometry": {"type": "Polygon"}}, "make no polygon"),
    "text": (_feature([[["a", 52.4], ["b", 52.4], ["c", 52.5], ["a", 52.4]]]), "make no polygon"),
    "not a number": (_feature([[[float("nan"), 52.4], *_SQUARE[0]]]), "make no polygon|numbers"),
    "endless": (_feature([[[float("inf"), 52.4], *_SQUARE[0][1:4], [float("inf"), 52.4]]]), "numb"),
    "a number short": (_feature([[[-1.9], [-1.8], [-1.8], [-1.9]]]), "make no polygon"),
    "two points": (_feature([[[-1.9, 52.4], [-1.8, 52.4]]]), "make no polygon"),
    "empty": (_feature([]), "is empty"),
    "flat": (_feature([[[-1.9, 52.4], [-1.8, 52.4], [-1.7, 52.4], [-1.9, 52.4]]]), "has no area"),
}


@pytest.mark.parametrize(("feature", "told"), _ODD.values(), ids=list(_ODD))
def test_an_odd_feature_is_told_with_its_number(tmp_path: Path, feature: Any, told: str) -> None:
    with pytest.raises(DataError, match=told) as raised:
        boundaries_ward22(_write(tmp_path / "w.geojson", feature))
    assert "feature 1" in str(raised.value)


def test_odd_features_are_told_at_once(tmp_path: Path) -> None:
    bare = {**_feature(code="E05011119"), "geometry": None}
    with pytest.raises(
        DataError, match=r"2 of 3 .*feature 2 is nothing, not an object; feature 3 \(E05011119\)"
    ):
        boundaries_ward22(_write(tmp_path / "w.geojson", _feature(), None, bare))


def test_lists_without_end_are_told(tmp_path: Path) -> None:
    (tmp_path / "w.geojson").write_text('{"features":' + "[" * 100_000)
    with pytest.raises(DataError, match="lists within lists"):
        boundaries_ward22(tmp_path / "w.geojson")


@pytest.mark.parametrize("name", [None, "", " "])
def test_an_area_without_a_name_is_told(tmp_path: Path, name: str | None) -> None:
    feature = _feature()
    feature["properties"]["WD22NM"] = name
    with pytest.raises(DataError, match="'name': 1 of 1 values are not a name"):
        boundaries_ward22(_write(tmp_path / "w.geojson", feature))


def _named(name: str) -> dict[str, Any]:
    return {"type": "name", "properties": {"name": name}}


@pytest.mark.parametrize(
    "crs", ["EPSG:27700", {"properties": None}, {"type": "link"}, 27700], ids=str
)
def test_a_crs_member_that_names_nothing_is_told(tmp_path: Path, crs: Any) -> None:
    with pytest.raises(DataError, match=r"'crs' member .* names no coordinate system"):
        boundaries_ward22(_write(tmp_path / "w.geojson", _feature(), crs=crs))


def test_an_unknown_crs_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="names 'EPSG:999999', which is no coordinate system"):
        boundaries_ward22(_write(tmp_path / "w.geojson", _feature(), crs=_named("EPSG:999999")))


@pytest.mark.parametrize("longitude", [-1.9, 1.3])
def test_degrees_that_are_said_to_be_metres_are_told(tmp_path: Path, longitude: float) -> None:
    square = [[[longitude + x, y] for x, y in ((0, 52), (0.1, 52), (0.1, 53), (0, 52))]]
    with pytest.raises(DataError, match=r"'crs' member names OSGB36 .*EPSG:27700.*but coordinates"):
        boundaries_ward22(
            _write(tmp_path / "w.geojson", _feature(square), crs=_named("EPSG:27700"))
        )


def test_swapped_degrees_are_told(tmp_path: Path) -> None:
    square = [[[latitude, longitude] for longitude, latitude in _SQUARE[0]]]
    with pytest.raises(DataError, match="Expected longitude and latitude in Great Britain"):
        boundaries_ward22(_write(tmp_path / "w.geojson", _feature(square)))


def _west(path: Path, crs: str) -> float:
    west: float = boundaries_ward22(_write(path, _feature(), crs=_named(crs))).frame.total_bounds[0]
    return west


@pytest.mark.parametrize("crs", ["urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:4258"])
def test_degrees_of_europe_are_those_of_the_satellites(tmp_path: Path, crs: str) -> None:
    path = tmp_path / "w.geojson"
    assert _west(path, crs) == pytest.approx(_west(path, "EPSG:4326"), abs=2)


def test_degrees_of_the_old_datum_are_carried_over(tmp_path: Path) -> None:
    path = tmp_path / "w.geojson"
    # OSGB36 and WGS84 lie some 100 m apart in the Midlands.
    assert 50 < abs(_west(path, "EPSG:4277") - _west(path, "EPSG:4326")) < 150


def test_any_other_known_crs_is_carried_over(tmp_path: Path) -> None:
    square = [[[-211508, 6874000], [-200376, 6874000], [-200376, 6892000], [-211508, 6874000]]]
    path = _write(tmp_path / "w.geojson", _feature(square), crs=_named("EPSG:3857"))
    west, south, _, _ = boundaries_ward22(path).frame.total_bounds
    # 1.9 degrees west, and 52.41 north by the formula of the Mercator projection.
    assert (west, south) == pytest.approx((406_800, 279_000), abs=500)
