"""Checks of a folder against what a study asks of it: the district, the city, the years."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

import pandas as pd

from .catalogue import DataFolder
from .errors import first_values
from .reading import read_text_table
from .source_checks import Check, Frames, titled

_OF_THE_DISTRICT = (
    "lsoa01_lsoa11",
    "lsoa11_lsoa21",
    "lsoa21_ward22",
    "lsoa21_ward24",
    "lsoa11_ward19",
    "lsoa21_msoa21",
)
"""Lookups whose every row must be of the district, where the file says of which it is."""
_WITH_THE_DISTRICT = {
    "postcode_lookup": "lad",
    "code_point_open": "district",
    "uk_hpi": "area_code",
}
"""Files that may hold more districts, and the column that says of which a row is."""

_MEND = "Give the files of the study's district, or correct geography.district in the study."


@dataclass(frozen=True, slots=True)
class Scope:
    """What a study asks of a folder."""

    district: str
    city: str
    first_year: int
    last_year: int
    sector_share_at_least: float
    """A postcode sector belongs to the city if this share of its postcodes does."""
    expected: Mapping[str, int]
    """Number of areas by geography, such as ``{"lsoa21": 659, "ward22": 69}``."""
    needed: Collection[str]
    """Sources without which the study cannot run."""
    optional: Collection[str]
    """Sources that it reads where they are there."""


def check_scope(folder: DataFolder, frames: Frames, scope: Scope) -> Iterator[Check]:
    """The folder is of the study's district and city, and its files hold the study's years."""
    yield from _districts(folder, frames, scope)
    yield from _share_column(frames, scope)
    yield from _city_years(frames, scope)
    yield from _index_months(frames, scope)


def of_city(frames: Frames, scope: Scope) -> pd.DataFrame:
    """The rows of the sector prices that are of the city's sectors."""
    share, prices = frames["sector_share"], frames["sector_prices"]
    inside = share.loc[share["share"] >= scope.sector_share_at_least, "sector"]
    return prices[prices["sector"].isin(inside)]


def index_of(frames: Frames, scope: Scope) -> pd.DataFrame:
    """The rows of the UK House Price Index that are of the district."""
    hpi = frames["uk_hpi"]
    return hpi[hpi["area_code"] == scope.district]


def _districts(folder: DataFolder, frames: Frames, scope: Scope) -> Iterator[Check]:
    for source_id in _OF_THE_DISTRICT:
        if source_id in frames:
            codes, names = _authorities(folder, source_id)
            if codes:
                yield _all_of(source_id, codes, scope)
            if names and codes == {scope.district}:
                yield _named(source_id, names, scope)
    for source_id, column in _WITH_THE_DISTRICT.items():
        if source_id in frames and (codes := set(frames[source_id][column]) - {""}):
            yield _some_of(source_id, codes, scope)


def _authorities(folder: DataFolder, source_id: str) -> tuple[set[str], set[str]]:
    """Codes and names of the local authorities that a lookup's rows are of, if it says so."""
    table = read_text_table(folder.locate(source_id))
    found: dict[str, set[str]] = {"CD": set(), "NM": set()}
    for column in table.columns[table.columns.str.fullmatch(r"LAD\d\d(CD|NM)")]:
        found[column[-2:]] |= set(table[column]) - {""}
    return found["CD"], found["NM"]


def _all_of(source_id: str, codes: set[str], scope: Scope) -> Check:
    others = sorted(codes - {scope.district})
    sentence = f"{titled(source_id)} is of the district {scope.district}, as the study is"
    if not others:
        return Check(source_id, sentence, True)
    if scope.district in codes:
        found = f"it holds rows of {first_values(others)} as well. Keep those of {scope.district}."
    else:
        found = f"it is of {first_values(others)}. {_MEND}"
    return Check(source_id, sentence, False, found)


def _some_of(source_id: str, codes: set[str], scope: Scope) -> Check:
    found = scope.district in codes
    detail = "" if found else f"it holds {first_values(sorted(codes))} only. {_MEND}"
    sentence = f"{titled(source_id)} holds the district {scope.district}"
    return Check(source_id, sentence, found, detail)


def _named(source_id: str, names: set[str], scope: Scope) -> Check:
    """A city may be called by a part of its authority's name: Bristol for Bristol, City of."""
    city = scope.city.casefold()
    alike = any(city in name.casefold() or name.casefold() in city for name in names)
    detail = (
        f"the file calls the district {first_values(sorted(names))}, the study {scope.city!r}. "
        "Correct city or geography.district in the study."
    )
    sentence = f"The city of the study is that of {titled(source_id)}"
    return Check(source_id, sentence, alike, "" if alike else detail)


def _share_column(frames: Frames, scope: Scope) -> Iterator[Check]:
    if "sector_share" not in frames:
        return
    named = frames["sector_share"]["district"].unique().tolist()
    passed = named == [scope.district]
    detail = f"the column of shares is that of {first_values(named)}. {_MEND}"
    sentence = f"{titled('sector_share')} gives shares in {scope.district}"
    yield Check("sector_share", sentence, passed, "" if passed else detail)


def _city_years(frames: Frames, scope: Scope) -> Iterator[Check]:
    """Every year of the study is in the prices of the city and in consumer prices."""
    if {"sector_prices", "sector_share"} <= frames.keys():
        city = of_city(frames, scope)
        yield _holds_years("sector_prices", set(city["year"]), "sales in the city's sectors", scope)
    if "cpi" in frames:
        months = frames["cpi"].groupby(frames["cpi"]["month"].dt.year).size()
        yield _holds_years("cpi", set(months.index[months == 12]), "all months", scope)
    if "price_paid" in scope.needed and "price_paid" in frames:
        sold = set(frames["price_paid"]["date"].dt.year)
        yield _holds_years("price_paid", sold, "sales", scope)
    if "district_year_price_per_sqm" in frames:
        years = set(frames["district_year_price_per_sqm"]["year"])
        yield replace(
            _holds_years("district_year_price_per_sqm", years, "prices", scope), note=True
        )


def _holds_years(source_id: str, found: set[int], what: str, scope: Scope) -> Check:
    missing = sorted(set(range(scope.first_year, scope.last_year + 1)) - found)
    sentence = (
        f"{titled(source_id)} holds {what} of every year from {scope.first_year} to "
        f"{scope.last_year}"
    )
    detail = f"not of {_runs(missing)}. Complete the file, or change the study's period."
    return Check(source_id, sentence, not missing, detail if missing else "")


def _index_months(frames: Frames, scope: Scope) -> Iterator[Check]:
    """The index begins with the study and has no gap; it may end before the study does."""
    if "uk_hpi" not in frames:
        return
    months = index_of(frames, scope)["date"].dt.to_period("M")
    if months.empty:
        return
    start = min(pd.Period(f"{scope.first_year}-01"), months.max())
    gaps = pd.period_range(start, months.max()).difference(pd.PeriodIndex(months))
    listed = first_values([str(month) for month in gaps])
    detail = (
        f"not of {listed}. Complete the file, or change the study's period." if len(gaps) else ""
    )
    sentence = (
        f"{titled('uk_hpi')} holds every month of the district from January {scope.first_year} to "
        f"its last, {months.max().strftime('%B %Y')}"
    )
    yield Check("uk_hpi", sentence, not len(gaps), detail)
    ended = months.max() < pd.Period(f"{scope.first_year}-12")
    if ended or months.max() < pd.Period(f"{scope.last_year}-12"):
        yield Check(
            "uk_hpi",
            f"{titled('uk_hpi')} runs to December {scope.last_year}",
            False,
            f"it ends in {months.max().strftime('%B %Y')}; later years have no index.",
            note=not ended,
        )


def _runs(years: list[int]) -> str:
    """Years in words, those that follow each other as one run.

    Examples
    --------
    >>> _runs([1995, 2001, 2002, 2003])
    '1995, 2001 to 2003'
    """
    series = pd.Series(years)
    runs = series.groupby((series.diff() != 1).cumsum()).agg(["min", "max"])
    return ", ".join(
        str(first) if first == last else f"{first} to {last}"
        for first, last in runs.itertuples(index=False)
    )
