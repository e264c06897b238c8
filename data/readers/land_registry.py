"""HM Land Registry: Price Paid Data, their match to floor areas, and the UK House Price Index."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import numpy as np
import pandas as pd

from ..errors import DataError
from ..opening import file_bytes, require_utf8
from ..reading import (
    Reading,
    pick,
    read_text_table,
    require_codes,
    require_every_month,
    require_no_header,
    require_unique,
    to_numbers,
)

if TYPE_CHECKING:
    import pyarrow.csv

# https://www.gov.uk/guidance/about-the-price-paid-data: columns in the publisher's order.
_PRICE_PAID_COLUMNS = (
    "transaction_id",
    "price",
    "date",
    "postcode",
    "property_type",
    "new_build",
    "tenure",
    "paon",
    "saon",
    "street",
    "locality",
    "town",
    "district",
    "county",
    "category",
    "status",
)
_GUID = r"[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}"
# Control characters and the mark of a broken encoding: a damaged file, or an unclosed quote.
_TEXT = "[^\x00-\x1f\x7f-\x9f\ufffd]"
_ADDRESS = (f"{_TEXT}*", "text without control characters")
_PLACE_NAME = (f"{_TEXT}+", "a name without control characters")
_PRICE_PAID_VALUES: Mapping[str, tuple[str, str]] = {
    "transaction_id": (rf"\{{{_GUID}\}}|{_GUID}", "a transaction id like {8-4-4-4-12 hex digits}"),
    "price": (r"0*[1-9][0-9]{0,11}", "a whole number of pounds above zero"),
    "date": ("read", "a date like 2024-01-31 00:00, from 1995 to today"),
    "postcode": (r"|[A-Z]{1,2}[0-9][A-Z0-9]? [0-9][A-Z]{2}", "a postcode or blank"),
    "property_type": (r"[DSTFO]", "one of D, S, T, F, O"),
    "new_build": (r"[YN]", "Y or N"),
    "tenure": (r"[FLU]", "one of F, L, U"),
    **dict.fromkeys(("paon", "saon", "street", "locality"), _ADDRESS),
    **dict.fromkeys(("town", "district", "county"), _PLACE_NAME),
    "category": (r"[AB]", "A or B"),
    "status": (r"[ACD]?", "one of A, C, D or blank"),
}
_EPC_SALES = {
    "transaction": "transaction_id",
    "price": "price",
    "transfer_date": "date",
    "postcode": "postcode",
    "property_type": "property_type",
    "lsoa11cd": "lsoa11",
    "total_floor_area": "floor_area",
    "current_energy_rating": "energy_rating",
    "match_score": "match_score",
}
_EPC_SALES_VALUES: Mapping[str, tuple[str, str]] = {
    **{
        column: rule
        for column, rule in _PRICE_PAID_VALUES.items()
        if column in ("transaction_id", "price", "date", "postcode", "property_type")
    },
    "lsoa11": (r"[EW]01[0-9]{6}", "an LSOA code"),
    "energy_rating": (r"[A-G]", "a letter from A to G"),
}
_AUTHORITY = "E0[6-9][0-9]{6}|W06[0-9]{6}"
"""Codes of the authorities whose index is monthly throughout."""
_FIRST_DAY = pd.Timestamp("1995-01-01")


def price_paid(path: Path) -> Reading:
    """Sales as registered, one row each; a file with a fault in any row is refused.

    Accepted and put into the publisher's form: a transaction id without braces or in small
    letters, a postcode in small letters or with other blanks, a blank status (A), any line ends,
    a byte-order mark, fields without quotes. Lines with nothing in them are not rows.

    Parameters
    ----------
    path : a file in the 16-column layout without a header, all fields quoted

    Returns
    -------
    Reading
        ``transaction_id, price`` (pounds), ``date, postcode`` (blank if none), ``property_type``
        (D, S, T, F, O), ``new_build`` (bool), ``tenure`` (F, L, U), ``paon, saon, street,
        locality, town, district, county, category`` (A, B), ``status`` (A, C, D; blank means A).

    Raises
    ------
    DataError
        The faults of all columns at once, each with its count, first values and first row.
    """
    frame = _rows(path)
    require_no_header(frame, path, ["price", "date"])
    rows = len(frame)
    frame["postcode"] = _spaced_postcodes(frame["postcode"])
    dates = _days(frame["date"])
    _check_sales(frame, dates, path, _PRICE_PAID_VALUES)
    frame["transaction_id"] = _braced(frame["transaction_id"])
    frame["price"] = frame["price"].astype("int64")
    frame["date"] = dates
    frame["new_build"] = frame["new_build"] == "Y"
    frame["status"] = frame["status"].replace("", "A")
    return Reading(frame, rows, len(frame))


def _rows(path: Path) -> pd.DataFrame:
    """All rows as text, or a fault where one has another number of fields.

    Arrow's reader, since pandas' fills a row cut short with blanks.
    """
    import pyarrow as pa
    import pyarrow.csv

    other: list[tuple[int, int]] = []

    def note(row: pyarrow.csv.InvalidRow) -> str:
        other.append((row.actual_columns, row.number))
        return "skip"

    names = list(_PRICE_PAID_COLUMNS)
    content = file_bytes(path)
    try:
        table = pyarrow.csv.read_csv(
            pa.BufferReader(content),
            # Rows have their number in one thread only.
            pyarrow.csv.ReadOptions(column_names=names, use_threads=False),
            pyarrow.csv.ParseOptions(invalid_row_handler=note),
            pyarrow.csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string())),
        )
    except pa.ArrowInvalid as broken:
        require_utf8(content, path)
        raise DataError(
            f"{path.name}: not a readable CSV: a row is longer than a megabyte, as if a quote were "
            f"not closed ({broken}). Close it, or download the file again in the publisher's "
            "layout."
        ) from None
    if other:
        _refuse_widths(path, other, len(table))
    text = pd.StringDtype(na_value=np.nan)
    frame: pd.DataFrame = table.to_pandas(types_mapper=lambda _: text)
    return frame


def _refuse_widths(path: Path, other: list[tuple[int, int]], right: int) -> NoReturn:
    """``other`` holds the number of fields and the line of each row that has not 16."""
    counts = ", ".join(f"{n} fields in {c:,}" for n, c in Counter(n for n, _ in other).items())
    raise DataError(
        f"{path.name}: {len(other):,} of {len(other) + right:,} rows do not have the "
        f"{len(_PRICE_PAID_COLUMNS)} fields of Price Paid Data without a header "
        f"({', '.join(_PRICE_PAID_COLUMNS)}): {counts} (first in data row {other[0][1]}). "
        "Correct these rows, or download the file again in the publisher's layout."
    )


def _spaced_postcodes(postcodes: pd.Series) -> pd.Series:
    """Capitals, and one blank before the last three characters."""
    compact = postcodes.str.replace(" ", "", regex=False).str.upper()
    return (compact.str[:-3] + " " + compact.str[-3:]).str.strip()


def _days(texts: pd.Series) -> pd.Series:
    """The day of each text; missing where it is none, or lies before the data or after today."""
    days = pd.to_datetime(texts.str[:10], format="%Y-%m-%d", errors="coerce")
    whole = texts.str[10:].isin(["", " 00:00", " 00:00:00"])
    return days.where(whole & days.between(_FIRST_DAY, pd.Timestamp.now()))


def _braced(ids: pd.Series) -> pd.Series:
    return "{" + ids.str.strip("{}").str.upper() + "}"


def _check_sales(
    frame: pd.DataFrame, dates: pd.Series, path: Path, rules: Mapping[str, tuple[str, str]]
) -> None:
    # Dates that were read are masked, so that the message shows only the others.
    shown = frame.assign(date=frame["date"].mask(dates.notna(), "read"))
    ids = frame.assign(transaction_id=_braced(frame["transaction_id"]))
    checks: list[Callable[[], None]] = [
        partial(require_codes, shown, path, column, *rule) for column, rule in rules.items()
    ]
    checks.append(partial(require_unique, ids, path, ["transaction_id"]))
    faults: list[str] = []
    for check in checks:
        try:
            check()
        except DataError as error:
            faults.extend(error.faults)
    if faults:
        raise DataError(faults)


def uk_hpi(path: Path) -> Reading:
    """Monthly average prices and sales of every area in the file, be it one city or all.

    Returns
    -------
    Reading
        ``date`` (first of the month), ``area_name, area_code, average_price, sales`` (missing
        where not yet published), ``detached, semi_detached, terraced, flat`` (pounds).
    """
    prices = {
        "AveragePrice": "average_price",
        "DetachedPrice": "detached",
        "SemiDetachedPrice": "semi_detached",
        "TerracedPrice": "terraced",
        "FlatPrice": "flat",
    }
    raw = read_text_table(path)
    names = {
        "Date": "date",
        "RegionName": "area_name",
        "AreaCode": "area_code",
        "AveragePrice": "average_price",
        "SalesVolume": "sales",
        **prices,
    }
    frame = pick(raw, path, names)
    require_codes(
        frame, path, "date", r"01/(0[1-9]|1[0-2])/[0-9]{4}", "the first of a month as dd/mm/yyyy"
    )
    require_codes(frame, path, "area_code", r"[EWSNK][0-9]{8}", "an area code of nine characters")
    frame = to_numbers(frame, path, ["average_price"], above=0)
    frame = to_numbers(frame, path, [*prices.values()][1:], blank=("",), above=0)
    frame = to_numbers(frame, path, ["sales"], blank=("",), above=-1)
    require_unique(frame, path, ["area_code", "date"])
    frame["date"] = pd.to_datetime(frame["date"], format="%d/%m/%Y")
    authorities = frame[frame["area_code"].str.fullmatch(_AUTHORITY)]
    for area, months in authorities.groupby("area_name")["date"]:
        require_every_month(months, path, f"the index of {area}")
    return Reading.of(frame, raw)


def epc_sales(path: Path) -> Reading:
    """Sales matched to the floor area of an energy performance certificate (third party).

    Returns
    -------
    Reading
        ``transaction_id`` (of `price_paid`), ``price`` (pounds), ``date, postcode, property_type``
        (D, S, T, F), ``lsoa11, floor_area`` (square metres, as on the certificate; a few are
        implausible), ``energy_rating`` (A to G), ``match_score`` (0-100 likeness of the addresses,
        missing where they are the same).
    """
    raw = read_text_table(path)
    frame = pick(raw, path, _EPC_SALES)
    dates = _days(frame["date"])
    _check_sales(frame, dates, path, _EPC_SALES_VALUES)
    frame["transaction_id"] = _braced(frame["transaction_id"])
    frame = to_numbers(frame, path, ["floor_area"], above=0)
    frame = to_numbers(frame, path, ["match_score"], blank=("",), above=0)
    frame["price"] = frame["price"].astype("int64")
    return Reading.of(frame.assign(date=dates), raw)
