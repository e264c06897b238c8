"""HM Land Registry: Price Paid Data and the UK House Price Index."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from ..errors import DataError
from ..reading import (
    Reading,
    pick,
    read_text_table,
    require_codes,
    require_unique,
    to_numbers,
)

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
_PRICE_PAID_VALUES: Mapping[str, tuple[str, str]] = {
    "transaction_id": (r"\S+", "a transaction id"),
    "price": (r"0*[1-9][0-9]{0,11}", "a whole number of pounds above zero"),
    "postcode": (r"|[A-Z]{1,2}[0-9][A-Z0-9]? [0-9][A-Z]{2}", "a postcode or blank"),
    "property_type": (r"[DSTFO]", "one of D, S, T, F, O"),
    "new_build": (r"[YN]", "Y or N"),
    "tenure": (r"[FLU]", "one of F, L, U"),
    "category": (r"[AB]", "A or B"),
    "status": (r"[ACD]?", "one of A, C, D or blank"),
}


def price_paid(path: Path) -> Reading:
    """Sales as registered, one row each.

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
        The faults of all columns at once.
    """
    raw = read_text_table(path, header=None)
    if raw.shape[1] != len(_PRICE_PAID_COLUMNS):
        raise DataError(
            f"{path.name}: {raw.shape[1]} columns. Expected the {len(_PRICE_PAID_COLUMNS)} columns "
            f"of Price Paid Data without a header: {', '.join(_PRICE_PAID_COLUMNS)}. "
            "Download the file again in the publisher's layout."
        )
    # A row cut short leaves its last fields missing; filled, it fails the check of that field.
    frame = raw.set_axis(list(_PRICE_PAID_COLUMNS), axis=1).fillna({"status": "missing"}).fillna("")
    frame["postcode"] = frame["postcode"].str.strip().str.replace("  ", " ", regex=False)
    dates = pd.to_datetime(frame["date"].str[:10], format="%Y-%m-%d", errors="coerce")
    _check_price_paid(frame, dates, path)
    frame["price"] = frame["price"].astype("int64")
    frame["date"] = dates
    frame["new_build"] = frame["new_build"] == "Y"
    frame["status"] = frame["status"].replace("", "A")
    return Reading(frame, len(raw), len(frame))


def _check_price_paid(frame: pd.DataFrame, dates: pd.Series, path: Path) -> None:
    # Dates that were read are masked, so that the message shows only the others.
    shown = frame.assign(date=frame["date"].mask(dates.notna(), "read"))
    rules = {**_PRICE_PAID_VALUES, "date": ("read", "a date like 2024-01-31 00:00")}
    faults: list[str] = []
    for column, (pattern, expected) in rules.items():
        try:
            require_codes(shown, path, column, pattern, expected)
        except DataError as error:
            faults.extend(error.faults)
    try:
        require_unique(frame, path, ["transaction_id"])
    except DataError as error:
        faults.extend(error.faults)
    if faults:
        raise DataError(faults)


def uk_hpi(path: Path) -> Reading:
    """Monthly average prices and sales of local authorities.

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
    return Reading(frame, len(raw), len(frame))
