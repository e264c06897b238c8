"""Boundaries of areas, as the Open Geography Portal publishes them in GeoJSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyproj
import shapely

from ..errors import DataError, first_values
from ..opening import file_text
from ..reading import Reading, require_codes, require_names, require_unique
from .area_tables import EASTINGS, NORTHINGS

_GRID = "EPSG:27700"
_DEGREES = "EPSG:4326"
# Longitude and latitude, as EPSG:4326 is in GeoJSON.
_CRS84 = "CRS84"
_SHAPES = {"Polygon", "MultiPolygon"}
_MOST_TOLD = 3
_NO_AREA = 1e-12
"""In the file's units: under a square metre, be they degrees or metres."""


def boundaries_lsoa01(path: Path) -> Reading:
    """LSOA 2001 polygons: ``code, name, geometry`` in EPSG:27700."""
    return _boundaries(path, "LSOA01", "01")


def boundaries_lsoa11(path: Path) -> Reading:
    """LSOA 2011 polygons: ``code, name, geometry`` in EPSG:27700."""
    return _boundaries(path, "LSOA11", "01")


def boundaries_lsoa21(path: Path) -> Reading:
    """LSOA 2021 polygons: ``code, name, geometry`` in EPSG:27700."""
    return _boundaries(path, "LSOA21", "01")


def boundaries_msoa11(path: Path) -> Reading:
    """MSOA 2011 polygons: ``code, name, geometry`` in EPSG:27700."""
    return _boundaries(path, "MSOA11", "02")


def boundaries_msoa21(path: Path) -> Reading:
    """MSOA 2021 polygons: ``code, name, geometry`` in EPSG:27700."""
    return _boundaries(path, "MSOA21", "02")


def boundaries_ward13(path: Path) -> Reading:
    """Wards of 2013 (the set in force 2004-2018): ``code, name, geometry`` in EPSG:27700."""
    return _boundaries(path, "WD13", "05")


def boundaries_ward22(path: Path) -> Reading:
    """Wards of 2022 (the set in force since 2018): ``code, name, geometry`` in EPSG:27700."""
    return _boundaries(path, "WD22", "05")


class _OddFeature(Exception):
    """What is wrong with one feature, in words."""


def _boundaries(path: Path, prefix: str, entity: str) -> Reading:
    document = _load(path)
    crs = _crs_of(document, path)
    areas = _areas(document["features"], (f"{prefix}CD", f"{prefix}NM"), path)
    frame = gpd.GeoDataFrame(
        areas, columns=["code", "name", "geometry"], geometry="geometry", crs=crs
    )
    require_codes(frame, path, "code", f"[EW]{entity}[0-9]{{6}}", f"a code of {prefix}")
    require_unique(frame, path, ["code"])
    require_names(frame, path, "code", "name")
    given = frame.total_bounds
    frame = _on_grid(frame, path)
    _require_in_britain(frame, given, crs, path)
    broken = ~frame.is_valid
    frame.loc[broken, "geometry"] = shapely.make_valid(
        frame.loc[broken, "geometry"].to_numpy(), method="structure", keep_collapsed=False
    )
    return Reading(frame.sort_values("code", ignore_index=True), len(areas), len(frame))


def _load(path: Path) -> dict[str, Any]:
    try:
        document: Any = json.loads(file_text(path))
    except RecursionError:
        raise DataError(
            f"{path.name}: lists within lists without end. Expected a GeoJSON FeatureCollection of "
            "areas; download it again."
        ) from None
    except ValueError as broken:
        raise DataError(
            f"{path.name}: not readable as GeoJSON ({broken}). Download it again as GeoJSON."
        ) from None
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list) or not features:
        raise DataError(
            f"{path.name}: no features. Expected a GeoJSON FeatureCollection of areas; "
            "download it again."
        )
    collection: dict[str, Any] = document
    return collection


def _crs_of(document: dict[str, Any], path: Path) -> pyproj.CRS:
    """The coordinate system that the file names; RFC 7946 has longitude and latitude only."""
    member = document.get("crs")
    if member is None:
        return pyproj.CRS(_DEGREES)
    properties = member.get("properties") if isinstance(member, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    if not isinstance(name, str):
        raise DataError(
            f"{path.name}: its 'crs' member {json.dumps(member)[:80]} names no coordinate system. "
            'Expected {"type": "name", "properties": {"name": "EPSG:27700"}} or the like; correct '
            "the member, or leave it out where coordinates are longitude and latitude."
        )
    try:
        return pyproj.CRS(_DEGREES if name.endswith(_CRS84) else name)
    except pyproj.exceptions.CRSError:
        raise DataError(
            f"{path.name}: its 'crs' member names {name!r}, which is no coordinate system that is "
            "known. Expected EPSG:27700, EPSG:4326 or another EPSG number; correct the member."
        ) from None


def _areas(features: list[Any], names: tuple[str, str], path: Path) -> list[tuple[Any, ...]]:
    """Code, name and polygon of every feature, or all that are odd, each by number and code."""
    areas, faults = [], []
    for number, feature in enumerate(features, 1):
        try:
            areas.append(_area(feature, names))
        except _OddFeature as odd:
            faults.append(f"feature {number}{_code_of(feature, names[0])} {odd}")
    if faults:
        more = len(faults) - _MOST_TOLD
        raise DataError(
            f"{path.name}: {len(faults)} of {len(features)} features cannot be used: "
            f"{'; '.join(faults[:_MOST_TOLD])}{f' and {more} more' if more > 0 else ''}. "
            "Correct them, or download the publisher's boundaries of areas again."
        )
    return areas


def _area(feature: Any, names: tuple[str, str]) -> tuple[Any, ...]:
    if not isinstance(feature, dict):
        raise _OddFeature(f"is {_kind(feature)}, not an object")
    properties = feature.get("properties")
    if not isinstance(properties, dict):
        raise _OddFeature(f"has for its properties {_kind(properties)}, not an object")
    lacking = [name for name in names if name not in properties]
    if lacking:
        found = first_values(sorted(properties), 8) or "none"
        raise _OddFeature(f"lacks the properties {' and '.join(lacking)} (it has {found})")
    code, name = (properties[name] for name in names)
    return code, "" if name is None else str(name), _polygon(feature.get("geometry"))


def _polygon(geometry: Any) -> shapely.Geometry:
    if not geometry:
        raise _OddFeature("has no geometry")
    if not isinstance(geometry, dict):
        raise _OddFeature(f"has for its geometry {_kind(geometry)}, not an object")
    if geometry.get("type") not in _SHAPES:
        raise _OddFeature(
            f"is of the type {geometry.get('type')!r}, not a Polygon or MultiPolygon (boundaries "
            "are asked for, not centroids)"
        )
    try:
        shape: shapely.Geometry = shapely.geometry.shape(geometry)
    except (ValueError, TypeError, LookupError, AttributeError, shapely.errors.ShapelyError) as odd:
        raise _OddFeature(f"has coordinates that make no polygon ({odd})") from None
    if shape.is_empty:
        raise _OddFeature("is empty")
    if not np.isfinite(shapely.get_coordinates(shape)).all():
        raise _OddFeature("has coordinates that are not numbers")
    # The hull, since the two halves of a bow tie cancel out.
    if shape.convex_hull.area < _NO_AREA:
        raise _OddFeature("has no area")
    return shape


def _kind(value: Any) -> str:
    kinds: dict[Any, str] = {
        type(None): "nothing",
        str: "a text",
        list: "a list",
        dict: "an object",
    }
    return kinds.get(type(value), "a number")


def _code_of(feature: Any, key: str) -> str:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    code = properties.get(key) if isinstance(properties, dict) else None
    return f" ({code})" if isinstance(code, str) else ""


def _on_grid(frame: gpd.GeoDataFrame, path: Path) -> gpd.GeoDataFrame:
    try:
        return frame.to_crs(_GRID)
    except pyproj.exceptions.ProjError as broken:
        raise DataError(
            f"{path.name}: cannot be carried from {frame.crs.name} to the British National Grid "
            f"({broken}). Download the boundaries in WGS84."
        ) from None


def _require_in_britain(
    frame: gpd.GeoDataFrame, given: np.ndarray, crs: pyproj.CRS, path: Path
) -> None:
    west, south, east, north = frame.total_bounds
    lies = EASTINGS[0] < west <= east < EASTINGS[1] and NORTHINGS[0] < south <= north < NORTHINGS[1]
    if lies:
        return
    run = "{:g}, {:g} to {:g}, {:g}".format(*given)
    if crs == _DEGREES:
        raise DataError(
            f"{path.name}: coordinates run from {run}. Expected longitude and latitude in Great "
            "Britain; download the file in WGS84, or name the British National Grid (EPSG:27700) "
            "in its 'crs' member."
        )
    raise DataError(
        f"{path.name}: its 'crs' member names {crs.name} ({crs.to_string()}), but coordinates run "
        f"from {run}, which is not in Great Britain there. Correct the member or the coordinates."
    )
