"""The stock of dwellings of a simulated city and its sales."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .geography import Flags, Floats, Ints
from .postcodes import Postcodes
from .process import DWELLINGS, City, price_path
from .truth import CitySize, Planted

TYPES = "DSTFO"
PER_SQM = {"D": 0.12, "S": 0.05, "T": 0.0, "F": 0.06, "O": 0.0}
"""Log price a square metre against a terraced house."""
_FLOOR_AREA = {"D": (118, 0.24), "S": (88, 0.17), "T": (79, 0.17), "F": (58, 0.20), "O": (110, 0.4)}
"""Median in square metres and standard deviation of the log, alike in every area."""
_NEW_PREMIUM = 0.08
_NEW_SHARE = 0.08
_OTHER_SHARE = 0.012
_MATCHED_SHARE = 0.6
_ADDITIONAL_SHARE = 0.05
_ADDITIONAL_SINCE = 2014
_MONTHS = np.array([0.80, 0.82, 1.0, 0.93, 1.02, 1.10, 1.12, 1.13, 1.04, 1.06, 1.04, 0.94])
MONTH_SHARES = _MONTHS / _MONTHS.sum()
"""Of a year's sales, by month."""
_VOLUMES = {
    1995: 9, 1999: 13, 2002: 15, 2004: 14, 2007: 14, 2008: 7, 2009: 6, 2012: 6.5, 2014: 9,
    2016: 10, 2019: 10, 2020: 8, 2021: 11, 2022: 9, 2023: 7, 2025: 7,
}  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Dwellings:
    """The stock from which sales are drawn."""

    postcode: Ints
    kind: Ints
    """Index into `TYPES`."""
    floor_area: Floats
    """Square metres."""
    leasehold: Flags
    new: Flags
    """First sold by its builder within the years of the data."""
    number: Ints
    """House number, or the flat's number in its building."""


@dataclass(frozen=True, slots=True, eq=False)
class Sales:
    """The sales of a city in order of date."""

    dwelling: Ints
    day: NDArray[np.datetime64]
    year: Ints
    month: Ints
    """Months since January 1995."""
    price: Ints
    """Pounds."""
    new_build: Flags
    additional: Flags
    """Category B: sales that are not standard."""
    matched: Flags
    """Matched to an energy certificate, so that the floor area is known."""


def make_dwellings(
    city: City, postcodes: Postcodes, size: CitySize, rng: np.random.Generator
) -> Dwellings:
    """Dwellings spread evenly over live postcodes, by type as the census has them."""
    count = size.dwellings
    postcode = np.sort(rng.integers(0, int(postcodes.live.sum()), count))
    kinds = np.array([TYPES.index(kind) for kind, *_ in DWELLINGS.values()])
    by_type = np.zeros((size.areas, len(TYPES)))
    np.add.at(by_type.T, kinds, city.housing.accommodation.T)
    bounds = np.cumsum(by_type / by_type.sum(axis=1, keepdims=True), axis=1)
    draw = rng.uniform(size=count)[:, None]
    kind = (draw > bounds[postcodes.area[postcode], :-1]).sum(axis=1)
    kind = np.where(rng.uniform(size=count) < _OTHER_SHARE, TYPES.index("O"), kind)
    median, spread = (np.array(column) for column in zip(*_FLOOR_AREA.values(), strict=True))
    floor_area = np.round(median[kind] * np.exp(spread[kind] * rng.normal(size=count)))
    flat = kind == TYPES.index("F")
    first = np.searchsorted(postcode, postcode)
    return Dwellings(
        postcode=postcode,
        kind=kind,
        floor_area=floor_area,
        leasehold=np.where(flat, rng.uniform(size=count) < 0.97, rng.uniform(size=count) < 0.06),
        new=rng.uniform(size=count) < _NEW_SHARE,
        number=1 + np.arange(count) - first,
    )


def make_sales(
    city: City,
    postcodes: Postcodes,
    dwellings: Dwellings,
    size: CitySize,
    plant: Planted,
    rng: np.random.Generator,
) -> Sales:
    """Sales of dwellings drawn with replacement, at the price of their area and year."""
    count = size.sales
    years = np.arange(size.first_year, size.last_year + 1)
    volume = np.interp(years, list(_VOLUMES), list(_VOLUMES.values()))
    year = rng.choice(years, count, p=volume / volume.sum())
    month_of_year = rng.choice(12, count, p=MONTH_SHARES)
    month = (year - 1995) * 12 + month_of_year
    day = _working_day(month, rng)
    order = np.argsort(day, kind="stable")
    year, month, day = year[order], month[order], day[order]
    dwelling = rng.integers(0, size.dwellings, count)
    first = np.zeros(count, dtype=bool)
    first[np.unique(dwelling, return_index=True)[1]] = True
    new_build = first & dwellings.new[dwelling]
    additional = (year >= _ADDITIONAL_SINCE) & (rng.uniform(size=count) < _ADDITIONAL_SHARE)
    odd = additional | (dwellings.kind[dwelling] == TYPES.index("O"))
    area = postcodes.area[dwellings.postcode[dwelling]]
    log_price = (
        price_path(month)
        + city.log_price[area, year - size.first_year]
        + _dwelling_part(dwellings, dwelling)
        + _NEW_PREMIUM * new_build
        + np.where(odd, 2.0, 1.0) * plant.dwelling_sd * rng.normal(size=count)
    )
    return Sales(
        dwelling=dwelling,
        day=day,
        year=year,
        month=month,
        price=_rounded(np.exp(log_price)),
        new_build=new_build,
        additional=additional,
        matched=(rng.uniform(size=count) < _MATCHED_SHARE) & ~odd,
    )


def _dwelling_part(dwellings: Dwellings, dwelling: Ints) -> Floats:
    """What type and floor area add to the log price."""
    per_sqm = np.array([PER_SQM[kind] for kind in TYPES])
    part = per_sqm[dwellings.kind] + np.log(dwellings.floor_area)
    return np.asarray(part[dwelling])


def _working_day(month: Ints, rng: np.random.Generator) -> NDArray[np.datetime64]:
    """A day of the month; weekends move to the Friday before, where most completions fall."""
    start = np.datetime64("1995-01", "M") + month
    first = start.astype("datetime64[D]")
    length = ((start + 1).astype("datetime64[D]") - first).astype(np.int64)
    day = first + (3 + rng.uniform(size=len(month)) * (length - 3)).astype(np.int64)
    weekday = (day.astype(np.int64) + 3) % 7
    return np.asarray(day - np.maximum(weekday - 4, 0))


def _rounded(price: Floats) -> Ints:
    step = np.where(price < 100_000, 250, 500)
    return np.asarray((np.round(price / step) * step).astype(np.int64))
