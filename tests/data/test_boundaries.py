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
    with pytest.raises(DataError, match="lack the properties LSOA21CD or LSOA21NM"):
        boundaries_lsoa21(_write(tmp_path / "l.geojson", _feature()))


def test_no_features_are_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no features"):
        boundaries_ward22(_write(tmp_path / "w.geojson"))


def test_a_feature_without_geometry_is_told(tmp_path: Path) -> None:
    bare = {**_feature(code="E05011119"), "geometry": None}
    with pytest.raises(DataError, match=r"1 of 2 features have no geometry \(first is feature 2\)"):
        boundaries_ward22(_write(tmp_path / "w.geojson", _feature(), bare))


def test_points_are_not_boundaries(tmp_path: Path) -> None:
    point = {**_feature(), "geometry": {"type": "Point", "coordinates": [-1.9, 52.4]}}
    with pytest.raises(DataError, match="Expected polygons"):
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
