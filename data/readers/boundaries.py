"""Boundaries of areas, as the Open Geography Portal publishes them in GeoJSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import shapely

from ..errors import DataError, first_values
from ..reading import Reading, file_bytes, require_codes, require_unique

_GRID = "EPSG:27700"


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


def _boundaries(path: Path, prefix: str, entity: str) -> Reading:
    document = _load(path)
    features = document["features"]
    names = {f"{prefix}CD": "code", f"{prefix}NM": "name"}
    found = [sorted(feature.get("properties") or {}) for feature in features]
    lacking = [place for place, keys in enumerate(found) if not names.keys() <= set(keys)]
    if lacking:
        raise DataError(
            f"{path.name}: {len(lacking)} of {len(features)} features lack the properties "
            f"{' or '.join(names)}; feature {lacking[0] + 1} has "
            f"{first_values(found[lacking[0]], 8) or 'none'}. Has the publisher renamed them? "
            "Restore the names."
        )
    bare = [place for place, feature in enumerate(features) if not feature.get("geometry")]
    if bare:
        raise DataError(
            f"{path.name}: {len(bare)} of {len(features)} features have no geometry (first is "
            f"feature {bare[0] + 1}). Download the file again."
        )
    frame = gpd.GeoDataFrame.from_features(features, crs=_crs_of(document))
    frame = frame[[*names, "geometry"]].rename(columns=names)
    _require_plausible(frame, path)
    require_codes(frame, path, "code", f"[EW]{entity}[0-9]{{6}}", f"a code of {prefix}")
    require_unique(frame, path, ["code"])
    frame = frame.to_crs(_GRID)
    broken = ~frame.is_valid
    frame.loc[broken, "geometry"] = shapely.make_valid(
        frame.loc[broken, "geometry"].to_numpy(), method="structure", keep_collapsed=False
    )
    return Reading(frame, len(features), len(frame))


def _load(path: Path) -> dict[str, Any]:
    content = file_bytes(path)
    try:
        document: Any = json.loads(content)
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


def _crs_of(document: dict[str, Any]) -> str:
    # RFC 7946 has longitude and latitude only; the portal's older exports name the grid.
    name = str((document.get("crs") or {}).get("properties", {}).get("name", ""))
    return _GRID if "27700" in name else "EPSG:4326"


def _require_plausible(frame: gpd.GeoDataFrame, path: Path) -> None:
    shapes = sorted(set(frame.geom_type) - {"Polygon", "MultiPolygon"})
    if shapes:
        raise DataError(
            f"{path.name}: geometries of type {first_values(shapes)}. Expected polygons; "
            "download the boundary file, not the centroids."
        )
    west, south, east, north = frame.total_bounds
    if frame.crs == "EPSG:4326" and not (-9 < west <= east < 2.5 and 49 < south <= north < 61):
        raise DataError(
            f"{path.name}: coordinates run from {west:g}, {south:g} to {east:g}, {north:g}. "
            "Expected longitude and latitude in Great Britain; download the file in WGS84, or "
            "name the British National Grid (EPSG:27700) in its 'crs' member."
        )
