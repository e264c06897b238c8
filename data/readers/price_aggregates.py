"""House prices added up to areas: by third parties from Price Paid Data, and by the ONS."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from ..errors import DataError, first_values
from ..reading import (
    Reading,
    pick,
    read_text_table,
    require_codes,
    require_unique,
    require_years,
    to_numbers,
)
from .area_tables import require_on_grid

_SECTOR = r"[A-Z]{1,2}[0-9][A-Z0-9]? [0-9]"
_SHARE = "share_"
_DISTRICT = r"[A-Z]{1,2}[0-9][A-Z0-9]?"
_PER_SQM = {
    "num_sales": "sales",
    "total_floor_area": "floor_area",
    "total_price": "total_price",
    "price_per_sqm": "price_per_sqm",
    "adj_price_per_sqm": "real_price_per_sqm",
}
_TYPES = {
    "Detached": "detached",
    "Semi-detached": "semi_detached",
    "Terraced": "terraced",
    "Flat/maisonette": "flat",
}


def sector_prices(path: Path) -> Reading:
    """Mean price and number of sales by postcode sector and year.

    Returns
    -------
    Reading
        ``year, sector`` ("B1 1"), ``mean_price`` (pounds, rounded to thousands upstream; a mean,
        not adjusted for the mix of dwellings), ``sales, region``.
    """
    raw = read_text_table(path)
    frame = pick(
        raw,
        path,
        {
            "Year": "year",
            "Sector": "sector",
            "Price": "mean_price",
            "Volume": "sales",
            "Region": "region",
        },
    )
    require_codes(frame, path, "sector", _SECTOR, "a postcode sector like 'B1 1'")
    require_years(frame, path, "year")
    frame = _whole(frame, path, ["year", "sales"])
    frame = to_numbers(frame, path, ["mean_price"], above=0)
    require_unique(frame, path, ["year", "sector"])
    return Reading.of(frame, raw)


def sector_share(path: Path) -> Reading:
    """How much of each postcode sector lies in the district.

    Returns
    -------
    Reading
        ``sector, postcodes`` (all of the sector), ``share`` (0-1 of them in the district),
        ``easting, northing`` (their mean, metres, EPSG:27700), ``district`` (its code).
    """
    raw = read_text_table(path)
    share = [name for name in raw.columns if name.startswith(_SHARE)]
    if len(share) > 1:
        raise DataError(
            f"{path.name}: {len(share)} columns of shares: {first_values(share)}. Expected that of "
            "one district; keep the study's and remove the others."
        )
    frame = pick(
        raw,
        path,
        {
            "Sector": "sector",
            "n_postcodes": "postcodes",
            share[0] if share else f"{_SHARE}<district code>": "share",
            "mean_eastings": "easting",
            "mean_northings": "northing",
        },
    )
    require_codes(frame, path, "sector", _SECTOR, "a postcode sector like 'B1 1'")
    frame = _whole(frame, path, ["postcodes"])
    frame = to_numbers(frame, path, ["share"], above=-1e-12)
    frame = to_numbers(frame, path, ["easting", "northing"], blank=("",))
    require_on_grid(frame, path)
    if (frame["share"] > 1).any():
        over = frame.loc[frame["share"] > 1, "sector"].tolist()
        raise DataError(
            f"{path.name}, column 'share': above one in {len(over)} sectors, first {over[0]!r}. "
            "Expected shares between 0 and 1."
        )
    require_unique(frame, path, ["sector"])
    return Reading.of(frame.assign(district=share[0].removeprefix(_SHARE)), raw)


def lsoa_price_per_sqm(path: Path) -> Reading:
    """Price per square metre by LSOA (2021), pooled over all years of the file.

    Returns
    -------
    Reading
        ``lsoa21, sales, floor_area`` (m2), ``total_price`` (pounds), ``price_per_sqm`` (pounds of
        the day), ``real_price_per_sqm`` (pounds of January 2026, CPI D7BT).
    """
    return _per_sqm(path, {"LSOA21CD": "lsoa21"}, {"lsoa21": (r"[EW]01[0-9]{6}", "an LSOA code")})


def msoa_price_per_sqm(path: Path) -> Reading:
    """Price per square metre by MSOA (2021), pooled; columns as of `lsoa_price_per_sqm`.

    Returns
    -------
    Reading
        ``msoa21, name, sales, floor_area, total_price, price_per_sqm, real_price_per_sqm``.
    """
    return _per_sqm(
        path,
        {"msoa21cd": "msoa21", "msoa21nm": "name"},
        {"msoa21": (r"[EW]02[0-9]{6}", "an MSOA code")},
    )


def district_type_price_per_sqm(path: Path) -> Reading:
    """Price per square metre by postcode district and property type, pooled over the years.

    Returns
    -------
    Reading
        ``postcode_district, property_type`` (ALL, D, S, T, F, O) and the measures of
        `lsoa_price_per_sqm`.
    """
    return _per_sqm(
        path,
        {"postcode_district": "postcode_district", "property_type": "property_type"},
        {
            "postcode_district": (_DISTRICT, "a postcode district like 'B1'"),
            "property_type": (r"ALL|[DSTFO]", "one of ALL, D, S, T, F, O"),
        },
    )


def district_year_price_per_sqm(path: Path) -> Reading:
    """Price per square metre by postcode district and year.

    Returns
    -------
    Reading
        ``year, postcode_district, sales, floor_area`` (m2), ``real_price_per_sqm`` (pounds of
        January 2026, CPI D7BT).
    """
    raw = read_text_table(path)
    measures = {
        name: _PER_SQM[name] for name in ("num_sales", "total_floor_area", "adj_price_per_sqm")
    }
    frame = pick(raw, path, {"year": "year", "postcode_district": "postcode_district", **measures})
    require_codes(frame, path, "postcode_district", _DISTRICT, "a postcode district like 'B1'")
    require_years(frame, path, "year")
    frame = _whole(frame, path, ["year", "sales"])
    frame = to_numbers(frame, path, ["floor_area", "real_price_per_sqm"], above=0)
    require_unique(frame, path, ["year", "postcode_district"])
    return Reading.of(frame, raw)


def lsoa_median_price(path: Path) -> Reading:
    """Median price paid by LSOA (2011), the last period of the file (HPSSA dataset 46).

    Returns
    -------
    Reading
        ``lsoa11, name, median_price`` (pounds; missing where suppressed as ``:``).
    """
    raw = read_text_table(path)
    periods = [name for name in raw.columns if name.startswith("Year ending")]
    frame = pick(
        raw,
        path,
        {
            "LSOA code": "lsoa11",
            "LSOA name": "name",
            periods[-1] if periods else "Year ending <month year>": "median_price",
        },
    )
    require_codes(frame, path, "lsoa11", r"[EW]01[0-9]{6}", "an LSOA code")
    frame = to_numbers(frame, path, ["median_price"], blank=(":",), above=0)
    require_unique(frame, path, ["lsoa11"])
    return Reading.of(frame, raw)


def sales_by_type(path: Path) -> Reading:
    """Homes sold in calendar years by property type (ONS, house prices: local authority).

    Returns
    -------
    Reading
        ``year, area_name, property_type`` (detached, semi_detached, terraced, flat), ``sales``. The
        years ending in other months, prices and build status are dropped: they say the same again.
    """
    raw = read_text_table(path)
    layout = {
        "Month": "month",
        "Year": "year",
        "Geography": "area_name",
        "PropertyType": "property_type",
        "BuildStatus": "build",
        "HouseSalesAndPrices": "measure",
        "Value": "sales",
    }
    frame = pick(raw, path, layout)
    counted = frame["measure"].eq("Count of sales") & frame["build"].eq("All")
    kept = frame[counted & frame["month"].eq("December") & frame["property_type"].ne("All")]
    if kept.empty:
        raise DataError(
            f"{path.name}: no row counts the sales of a year ending in December. Expected 'Count "
            "of sales' in column 'HouseSalesAndPrices'. Has the publisher renamed the categories?"
        )
    require_codes(kept, path, "property_type", "|".join(_TYPES), f"one of {', '.join(_TYPES)}")
    require_years(kept, path, "year")
    kept = _whole(kept, path, ["year", "sales"])
    require_unique(kept, path, ["area_name", "year", "property_type"])
    kept = kept.assign(property_type=kept["property_type"].map(_TYPES))
    columns = ["year", "area_name", "property_type", "sales"]
    dropped = {"not sales of a calendar year by type": len(raw) - len(kept)}
    return Reading.of(kept[columns].reset_index(drop=True), raw, dropped)


def _per_sqm(path: Path, keys: Mapping[str, str], rules: Mapping[str, tuple[str, str]]) -> Reading:
    raw = read_text_table(path)
    frame = pick(raw, path, {**keys, **_PER_SQM})
    for column, (pattern, expected) in rules.items():
        require_codes(frame, path, column, pattern, expected)
    frame = _whole(frame, path, ["sales"])
    frame = to_numbers(
        frame, path, [name for name in _PER_SQM.values() if name != "sales"], above=0
    )
    require_unique(frame, path, list(rules))
    return Reading.of(frame, raw)


def _whole(frame: pd.DataFrame, path: Path, columns: list[str]) -> pd.DataFrame:
    for column in columns:
        expected = "a whole number above zero and below a thousand million"
        require_codes(frame, path, column, r"0*[1-9][0-9]{0,8}", expected)
    return frame.astype(dict.fromkeys(columns, "int64"))
