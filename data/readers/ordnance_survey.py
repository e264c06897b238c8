"""Ordnance Survey: where postcodes are."""

from __future__ import annotations

from pathlib import Path

from ..errors import DataError
from ..reading import (
    Reading,
    read_text_table,
    require_codes,
    require_no_header,
    require_unique,
    to_numbers,
)
from .area_tables import require_on_grid

# Data/CSV/*.csv has no header; the publisher ships the names in Column_Headers.csv.
_COLUMNS = {0: "postcode", 1: "quality", 2: "easting", 3: "northing", 8: "district", 9: "ward"}
_ALL_COLUMNS = 10
_GRID = [2, 3]


def code_point_open(path: Path) -> Reading:
    """Live postcodes with their grid reference and ward (Code-Point Open).

    Returns
    -------
    Reading
        ``postcode`` ("B1 1AA"), ``quality`` (10 best, 90 no reference), ``easting, northing``
        (metres, EPSG:27700; missing where the publisher gives none), ``district, ward`` (codes,
        blank where the publisher gives none).
    """
    raw = read_text_table(path, header=False)
    if raw.shape[1] != _ALL_COLUMNS:
        raise DataError(
            f"{path.name}: {raw.shape[1]} columns. Expected the {_ALL_COLUMNS} columns of "
            "Code-Point Open without a header. Download the file again in the publisher's layout."
        )
    require_no_header(raw, path, _GRID)
    frame = raw[list(_COLUMNS)].rename(columns=_COLUMNS)
    # Releases pad the outward code differently; the inward code is always the last three.
    compact = frame["postcode"].str.replace(" ", "", regex=False)
    frame["postcode"] = compact.str[:-3] + " " + compact.str[-3:]
    pattern = r"[A-Z]{1,2}[0-9][A-Z0-9]? [0-9][A-Z]{2}"
    require_codes(frame, path, "postcode", pattern, "a postcode")
    require_codes(frame, path, "quality", r"[1-9]0", "10, 20, ... 90")
    require_codes(frame, path, "district", r"|[EWS][0-9]{8}", "a district code")
    require_codes(frame, path, "ward", r"|[EWS][0-9]{8}", "a ward code")
    require_unique(frame, path, ["postcode"])
    frame = to_numbers(frame, path, ["quality", "easting", "northing"])
    frame["quality"] = frame["quality"].astype("int64")
    nowhere = (frame["easting"] == 0) & (frame["northing"] == 0)
    frame[["easting", "northing"]] = frame[["easting", "northing"]].mask(nowhere)
    require_on_grid(frame, path)
    return Reading.of(frame, raw)
