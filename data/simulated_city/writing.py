"""Writing text, tables and boundaries so that the same city gives the same bytes."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyproj
import shapely
from numpy.typing import NDArray

_LONGITUDE_LATITUDE = pyproj.Transformer.from_crs("EPSG:27700", "EPSG:4326", always_xy=True)


def write_bytes(path: Path, content: bytes) -> None:
    """The bytes, compressed without a date where the name ends in ``.gz``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".gz":
        content = gzip.compress(content, compresslevel=1, mtime=0)
    path.write_bytes(content)


def write_table(path: Path, frame: pd.DataFrame | Mapping[str, Any], **options: Any) -> None:
    """A CSV with Unix line ends; options go to `pandas.DataFrame.to_csv`."""
    text = pd.DataFrame(frame).to_csv(index=False, lineterminator="\n", **options)
    write_bytes(path, text.encode("utf-8"))


def write_quoted_rows(path: Path, columns: Sequence[pa.Array], header: str = "") -> None:
    """A CSV with every field in quotes, from text columns, below a header if there is one."""
    table = pa.table(list(columns), names=[str(i) for i in range(len(columns))])
    sink = pa.BufferOutputStream()
    style = pyarrow.csv.WriteOptions(include_header=False, quoting_style="all_valid")
    pyarrow.csv.write_csv(table, sink, style)
    first = f"{header}\n".encode() if header else b""
    write_bytes(path, first + sink.getvalue().to_pybytes())


def texts(values: Iterable[str], index: NDArray[np.int64] | None = None) -> pa.Array:
    """A text column; with ``index`` the value at each of its positions."""
    column = pa.array(values, pa.string())
    return column if index is None else column.take(pa.array(index))


def write_boundaries(
    path: Path, polygons: NDArray[np.object_], properties: Sequence[Mapping[str, Any]]
) -> None:
    """GeoJSON in longitude and latitude (six decimals) from polygons in EPSG:27700."""
    degrees = shapely.transform(
        polygons, lambda xy: np.column_stack(_LONGITUDE_LATITUDE.transform(xy[:, 0], xy[:, 1]))
    )
    document = {
        "type": "FeatureCollection",
        "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}},
        "features": [
            {"type": "Feature", "properties": dict(row), "geometry": _rounded_geometry(polygon)}
            for row, polygon in zip(properties, degrees, strict=True)
        ],
    }
    write_bytes(path, json.dumps(document, separators=(",", ":")).encode())


def longitude_latitude(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n, 2) degrees of (n, 2) grid references."""
    return np.column_stack(_LONGITUDE_LATITUDE.transform(points[:, 0], points[:, 1]))


def _rounded_geometry(polygon: shapely.Geometry) -> dict[str, Any]:
    parts = [
        [np.round(shapely.get_coordinates(ring), 6).tolist() for ring in shapely.get_rings(part)]
        for part in shapely.get_parts(polygon)
    ]
    if len(parts) == 1:
        return {"type": "Polygon", "coordinates": parts[0]}
    return {"type": "MultiPolygon", "coordinates": parts}
