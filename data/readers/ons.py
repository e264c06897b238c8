"""Office for National Statistics: consumer prices, population, and lookups between areas."""

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
    require_every_month,
    require_names,
    require_unique,
    to_numbers,
)

# The UK file also holds Scottish, Northern Irish and island codes, and postcodes without an area.
_UK_LSOA = r"|[EW]01[0-9]{6}|[^EW][A-Z0-9]{7,8}"
_UK_MSOA = r"|[EW]02[0-9]{6}|[^EW][A-Z0-9]{7,8}"
_TITLE, _IDENTIFIER, _SERIES = "Title", "CDID", "D7BT"
_MONTH = "[12][0-9]{3} (JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)"
_NAME = "_name"
_CODES: Mapping[str, tuple[str, str]] = {
    "lsoa": (r"[EW]01[0-9]{6}", "an LSOA code"),
    "msoa": (r"[EW]02[0-9]{6}", "an MSOA code"),
    "ward": (r"[EW]05[0-9]{6}", "a ward code"),
}


def cpi(path: Path) -> Reading:
    """Consumer Prices Index, all items (series D7BT).

    Read as the publisher's page gives it, with lines of titles and then years, quarters and
    months; or in two columns, ``date`` (2024-01) and ``cpi``.

    Returns
    -------
    Reading
        ``month`` (first day), ``cpi`` (2015 = 100).
    """
    raw = read_text_table(path)
    dropped: dict[str, int] = {}
    if raw.columns[0] == _TITLE:
        frame, dropped = _months_of_series(raw, path)
    else:
        frame = pick(raw, path, {"date": "month", "cpi": "cpi"})
    require_codes(frame, path, "month", r"[0-9]{4}-(0[1-9]|1[0-2])", "a month like 2024-01")
    frame = to_numbers(frame, path, ["cpi"], above=0)
    require_unique(frame, path, ["month"])
    frame["month"] = pd.to_datetime(frame["month"], format="%Y-%m")
    require_every_month(frame["month"], path, "the series")
    return Reading.of(frame, raw, dropped)


def _months_of_series(raw: pd.DataFrame, path: Path) -> tuple[pd.DataFrame, dict[str, int]]:
    """The months of the series in a download of the ONS, which may hold others; lines left out."""
    labels = raw.iloc[:, 0].str.strip()
    identifiers = raw[labels == _IDENTIFIER].to_numpy().ravel().tolist()
    if identifiers.count(_SERIES) != 1:
        raise DataError(
            f"{path.name}: its series are {first_values(identifiers[1:])}. Expected {_SERIES}, "
            "once; download the time series of that name."
        )
    values = raw.iloc[:, identifiers.index(_SERIES)]
    monthly = labels.str.fullmatch(_MONTH)
    longer = labels.str.fullmatch("[12][0-9]{3}( Q[1-4])?")
    months = pd.to_datetime(labels[monthly].str.title(), format="%Y %b").dt.strftime("%Y-%m")
    frame = pd.DataFrame({"month": months, "cpi": values[monthly]}).reset_index(drop=True)
    if frame.empty:
        raise DataError(
            f"{path.name}: no month in the series. Expected lines such as '2024 JAN'; download it "
            "with its months."
        )
    dropped = {
        "years and quarters, of which the months are kept": int(longer.sum()),
        "lines of titles": int((~monthly & ~longer).sum()),
    }
    return frame, dropped


def postcode_lookup(path: Path) -> Reading:
    """Postcodes, live and terminated, to the areas of the 2011 census.

    Returns
    -------
    Reading
        ``postcode`` ("B1 1AA"), ``introduced`` (yyyymm), ``terminated`` (yyyymm, blank if live),
        ``oa11, lsoa11, msoa11, lad``.
    """
    raw = read_text_table(path)
    frame = pick(
        raw,
        path,
        {
            "pcds": "postcode",
            "dointr": "introduced",
            "doterm": "terminated",
            "oa11cd": "oa11",
            "lsoa11cd": "lsoa11",
            "msoa11cd": "msoa11",
            "ladcd": "lad",
        },
    )
    rules = {
        "postcode": (r"GIR 0AA|[A-Z]{1,2}[0-9][A-Z0-9]? [0-9][A-Z]{2}", "a postcode"),
        "introduced": (r"[0-9]{6}", "a month as yyyymm"),
        "terminated": (r"([0-9]{6})?", "a month as yyyymm or blank"),
        "oa11": (r"|[A-Z0-9]{9}", "an output area code or blank"),
        "lsoa11": (_UK_LSOA, "an LSOA code or blank"),
        "msoa11": (_UK_MSOA, "an MSOA code or blank"),
        "lad": (r"|[A-Z][0-9]{8}", "a local authority code or blank"),
    }
    _require_all(frame, path, rules)
    require_unique(frame, path, ["postcode"])
    return Reading.of(frame, raw)


def lsoa01_lsoa11(path: Path) -> Reading:
    """LSOA 2001 to LSOA 2011: ``lsoa01, lsoa11, change`` (U, S split, M merged, X irregular)."""
    columns = {"LSOA01CD": "lsoa01", "LSOA11CD": "lsoa11", "CHGIND": "change"}
    return _lookup(path, columns, ["lsoa01", "lsoa11"])


def lsoa11_lsoa21(path: Path) -> Reading:
    """LSOA 2011 to LSOA 2021: ``lsoa11, lsoa21, change`` (U, S split, M merged, X irregular)."""
    columns = {"LSOA11CD": "lsoa11", "LSOA21CD": "lsoa21", "CHGIND": "change"}
    return _lookup(path, columns, ["lsoa11", "lsoa21"])


def lsoa21_ward22(path: Path) -> Reading:
    """LSOA 2021 to its ward of 2022, best fit: ``lsoa21, ward22, ward22_name``."""
    columns = {"LSOA21CD": "lsoa21", "WD22CD": "ward22", "WD22NM": "ward22_name"}
    return _lookup(path, columns, ["lsoa21"])


def lsoa21_ward24(path: Path) -> Reading:
    """LSOA 2021 to its ward of 2024, best fit: ``lsoa21, ward24, ward24_name``."""
    columns = {"LSOA21CD": "lsoa21", "WD24CD": "ward24", "WD24NM": "ward24_name"}
    return _lookup(path, columns, ["lsoa21"])


def lsoa11_ward17(path: Path) -> Reading:
    """LSOA 2011 to its ward of 2017 (the set in force 2004-2018): ``lsoa11, ward17``."""
    return _lookup(path, {"LSOA11CD": "lsoa11", "WD17CD": "ward17"}, ["lsoa11"])


def lsoa11_ward19(path: Path) -> Reading:
    """LSOA 2011 to its ward of 2019, best fit: ``lsoa11, ward19, ward19_name``."""
    columns = {"LSOA11CD": "lsoa11", "WD19CD": "ward19", "WD19NM": "ward19_name"}
    return _lookup(path, columns, ["lsoa11"])


def lsoa21_msoa21(path: Path) -> Reading:
    """LSOA 2021 to the MSOA that holds it: ``lsoa21, msoa21, msoa21_name``."""
    columns = {"LSOA21CD": "lsoa21", "MSOA21CD": "msoa21", "MSOA21NM": "msoa21_name"}
    return _lookup(path, columns, ["lsoa21"])


def lsoa11_population(path: Path) -> Reading:
    """Residents of each LSOA (2011) at mid-2020: ``lsoa11, population`` (persons)."""
    raw = read_text_table(path)
    frame = pick(raw, path, {"lsoa11_code": "lsoa11", "total_population": "population"})
    require_codes(frame, path, "lsoa11", *_CODES["lsoa"])
    frame = to_numbers(frame, path, ["population"], above=0)
    require_unique(frame, path, ["lsoa11"])
    return Reading.of(frame, raw)


def _lookup(path: Path, columns: Mapping[str, str], key: list[str]) -> Reading:
    raw = read_text_table(path)
    frame = pick(raw, path, columns)
    rules = {
        column: _CODES[column.rstrip("0123456789")]
        for column in frame.columns
        if column.rstrip("0123456789") in _CODES
    }
    if "change" in frame.columns:
        rules["change"] = (r"[USMX]", "one of U, S, M, X")
    _require_all(frame, path, rules)
    require_unique(frame, path, key)
    for name in frame.columns[frame.columns.str.endswith(_NAME)]:
        require_names(frame, path, name.removesuffix(_NAME), name)
    return Reading.of(frame, raw)


def _require_all(frame: pd.DataFrame, path: Path, rules: Mapping[str, tuple[str, str]]) -> None:
    faults: list[str] = []
    for column, (pattern, expected) in rules.items():
        try:
            require_codes(frame, path, column, pattern, expected)
        except DataError as error:
            faults.extend(error.faults)
    if faults:
        raise DataError(faults)
