"""From Price Paid rows to the sales that a price index counts, every rule declared and counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from .errors import DataError
from .geography import sector_of
from .readers import land_registry

PLAUSIBLE_FLOOR_AREA = (15.0, 1000.0)
"""Square metres: below is no dwelling, above is a slip of the decimal point or a whole block."""
_NORMAL = 1.4826
"""Standard deviations of a normal variable in one median absolute deviation."""
_USED = [
    "transaction_id", "price", "date", "property_type", "new_build", "tenure", "postcode",
    "category", "status",
]  # fmt: skip
_ADDRESS = ["paon", "saon", "street", "town"]
_KEPT = [
    "transaction_id", "price", "log_price", "year", "date", "property_type", "new_build", "tenure",
    "postcode", "dwelling",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class SalesRules:
    """Which sales an index counts. The rules apply in the order of `clean_sales`."""

    last_year: int
    """The last year whose sales are nearly all registered: registration takes months."""
    first_year: int = 1995
    """The year in which Price Paid Data begin."""
    nominal_share: float = 0.2
    """A price below this share of the year's `nominal_quantile` is nominal: a transfer between
    relatives, of a part, or a discount. (Right to Buy at a discount is excluded upstream.)"""
    nominal_quantile: float = 0.25
    """Quantile of the year's prices; a low one, so that dear districts do not move the floor."""
    extreme_deviations: float = 5.0
    """A log price further than this many robust standard deviations (1.4826 times the median
    absolute deviation) from the median of its type and year is extreme. Five keep the dear
    streets of a city and drop slips of the pen and sales of whole blocks."""
    extreme_least_sales: int = 20
    """A type and year with fewer sales is not judged: its deviation is not known."""

    def __post_init__(self) -> None:
        if self.first_year > self.last_year:
            raise ValueError("the first year lies after the last")
        if not (0 <= self.nominal_share < 1 and 0 < self.nominal_quantile < 1):
            raise ValueError("the nominal share and quantile lie between 0 and 1")
        if self.extreme_deviations <= 0:
            raise ValueError("extreme deviations must be above 0")


@dataclass(frozen=True, slots=True, eq=False)
class CleanSales:
    """The sales kept, and how many rows each rule took away, in the order of the rules."""

    frame: pd.DataFrame
    counts: Mapping[str, int]
    rows_in: int

    def __post_init__(self) -> None:
        lost = self.rows_in - len(self.frame) - sum(self.counts.values())
        if lost:
            raise ValueError(f"{lost} rows were neither kept nor dropped by a rule")


def clean_sales(price_paid: pd.DataFrame, rules: SalesRules) -> CleanSales:
    """Sales at full market value of whole dwellings.

    A row is counted for the first rule it meets: superseded by a later record of the same
    transaction; deleted by the publisher; category B (additional prices: repossessions, buy-to-let,
    companies); type O (not a dwelling, or not one); tenure not recorded; the same dwelling, day
    and price again; a nominal price; before the first or after the last year; an extreme price.
    The floor and the deviations are those of the rows that the rules before have left.

    Parameters
    ----------
    price_paid : tidy frame of `land_registry.price_paid`; several files below one another count
        in their order, the later record of a transaction supersedes the earlier one

    Returns
    -------
    CleanSales
        ``transaction_id, price`` (pounds), ``log_price, year, date, property_type`` (D, S, T, F),
        ``new_build`` (bool), ``tenure`` (F, L), ``postcode`` (blank if none), ``dwelling`` (see
        `dwelling_key`), in the order of the input, numbered from 0.
    """
    frame = price_paid[_USED].assign(
        log_price=np.log(price_paid["price"].astype(float)),
        year=price_paid["date"].dt.year.astype("int64"),
        dwelling=dwelling_key(price_paid),
    )
    counts: dict[str, int] = {}
    for reason, drop in (
        ("superseded by a later record", _superseded),
        ("deleted by the publisher", lambda rows: rows["status"] == "D"),
        ("category B", lambda rows: rows["category"] == "B"),
        ("type other", lambda rows: rows["property_type"] == "O"),
        ("tenure not recorded", lambda rows: rows["tenure"] == "U"),
        ("same dwelling, date and price", _repeated),
        ("nominal price", lambda rows: _nominal(rows, rules)),
        ("before the first year", lambda rows: rows["year"] < rules.first_year),
        ("after the last year", lambda rows: rows["year"] > rules.last_year),
        ("extreme price", lambda rows: _extreme(rows, rules)),
    ):
        dropped = drop(frame).to_numpy(dtype=bool)
        counts[reason] = int(dropped.sum())
        if dropped.any():
            frame = frame[~dropped]
    return CleanSales(frame[_KEPT].reset_index(drop=True), counts, len(price_paid))


def read_price_paid(path: str | Path) -> pd.DataFrame:
    """The rows of a Price Paid file, as `land_registry.price_paid` reads and checks them."""
    if not Path(path).is_file():
        raise DataError(f"No file {path}. Expected Price Paid Data; give the path of the file.")
    return land_registry.price_paid(Path(path)).frame


def market_sales(price_paid: pd.DataFrame, rules: SalesRules | None = None) -> CleanSales:
    """Clean sales with the postcode sector of each as its ``area``.

    Parameters
    ----------
    price_paid : tidy frame of `land_registry.price_paid`
    rules : by default those of `SalesRules` up to the last whole year of the file

    Returns
    -------
    CleanSales
        As `clean_sales`; ``area`` is missing without a postcode, and ``dwelling`` where it cannot
        be told.
    """
    if missing := [name for name in (*_USED, *_ADDRESS) if name not in price_paid]:
        raise DataError(
            f"The sales have no column {', '.join(missing)}. Expected the columns of Price Paid "
            "Data; read the file with read_price_paid."
        )
    if rules is None:
        last = price_paid["date"].max()
        rules = SalesRules(last_year=int(last.year if last.month == 12 else last.year - 1))
    clean = clean_sales(price_paid, rules)
    sector, dwelling = sector_of(clean.frame["postcode"]).str.strip(), clean.frame["dwelling"]
    frame = clean.frame.assign(
        area=sector.mask(sector == ""), dwelling=dwelling.mask(dwelling == "")
    )
    return CleanSales(frame, clean.counts, clean.rows_in)


def dwelling_key(price_paid: pd.DataFrame) -> pd.Series:
    """The same text for every sale of a dwelling: postcode, number or name, and flat.

    Upper case, with every run of blanks and punctuation as one blank. Without a postcode the
    street and town stand for it. Blank where number and flat are both missing, since then a
    dwelling cannot be told from its neighbours.
    """
    place = price_paid["postcode"].where(
        price_paid["postcode"] != "", price_paid["street"] + " " + price_paid["town"]
    )
    key = place + "|" + price_paid["paon"] + "|" + price_paid["saon"]
    tidy = key.str.upper().str.replace(r"[^A-Z0-9|]+", " ", regex=True)
    return tidy.mask((price_paid["paon"] == "") & (price_paid["saon"] == ""), "")


def _superseded(rows: pd.DataFrame) -> pd.Series:
    return rows.duplicated("transaction_id", keep="last")


def _repeated(rows: pd.DataFrame) -> pd.Series:
    return rows.duplicated(["dwelling", "date", "price"]) & (rows["dwelling"] != "")


def _nominal(rows: pd.DataFrame, rules: SalesRules) -> pd.Series:
    floor = rows.groupby("year")["price"].quantile(rules.nominal_quantile) * rules.nominal_share
    return rows["price"] < rows["year"].map(floor)


def _extreme(rows: pd.DataFrame, rules: SalesRules) -> pd.Series:
    keys = [rows["property_type"], rows["year"]]
    off = (rows["log_price"] - rows["log_price"].groupby(keys).transform("median")).abs()
    grouped = off.groupby(keys)
    most = rules.extreme_deviations * _NORMAL * grouped.transform("median")
    judged = grouped.transform("size") >= rules.extreme_least_sales
    # More than half of the prices alike leave no deviation to judge by.
    return judged & (most > 0) & (off > most)


def apply_monthly(
    base: pd.DataFrame, monthly: pd.DataFrame
) -> tuple[pd.DataFrame, Mapping[str, int]]:
    """Bring a complete file up to date by a monthly one.

    Status A adds a record, C replaces the earlier record of the same transaction, D deletes it.

    Parameters
    ----------
    base : tidy frame of `land_registry.price_paid`
    monthly : the same of one monthly file, or of several below one another in order of month;
        the last record of a transaction counts

    Returns
    -------
    frame : the records of ``base`` that stand, then the added and changed ones, numbered from 0
    counts : records of ``monthly`` by what was done; they sum to its rows. A deletion or change
        of a record that ``base`` does not hold is told apart, as is an addition that it holds
        already (it replaces the record)
    """
    superseded = _superseded(monthly)
    last = monthly[~superseded]
    held = last["transaction_id"].isin(base["transaction_id"])
    counts = {"superseded within the monthly file": int(superseded.sum())}
    for status, done in {"A": "added", "C": "changed", "D": "deleted"}.items():
        as_expected = held != (status == "A")
        told = "already held" if status == "A" else "not held"
        counts[done] = int(((last["status"] == status) & as_expected).sum())
        counts[f"{done}, {told}"] = int(((last["status"] == status) & ~as_expected).sum())
    standing = base[~base["transaction_id"].isin(last["transaction_id"])]
    return pd.concat([standing, last[last["status"] != "D"]], ignore_index=True), counts


def with_floor_area(
    sales: pd.DataFrame,
    epc_sales: pd.DataFrame,
    plausible: tuple[float, float] = PLAUSIBLE_FLOOR_AREA,
) -> tuple[pd.DataFrame, Mapping[str, int]]:
    """The sales with ``floor_area`` (square metres) of the certificate matched to each.

    Parameters
    ----------
    sales : with ``transaction_id``
    epc_sales : tidy frame of `land_registry.epc_sales`
    plausible : least and most square metres; a floor area outside becomes missing

    Returns
    -------
    frame : ``sales`` with ``floor_area``, missing where unknown
    counts : sales with a floor area, without a certificate, and with an implausible floor area
    """
    known = epc_sales.set_index("transaction_id")["floor_area"]
    area = sales["transaction_id"].map(known).astype(float)
    implausible = area.notna() & ~area.between(*plausible)
    counts = {
        "floor area known": int(area.notna().sum() - implausible.sum()),
        "no certificate matched": int(area.isna().sum()),
        "implausible floor area": int(implausible.sum()),
    }
    return sales.assign(floor_area=area.mask(implausible)), counts
