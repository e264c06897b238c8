"""Checks of a data folder, each one sentence that is true or not."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from .catalogue import DataFolder, Source, catalogue
from .errors import DataError, first_values

# Where every code of a tidy column must be found: the first of these sources that is there.
_HOMES: Mapping[str, tuple[tuple[str, str], ...]] = {
    "lsoa01": (("boundaries_lsoa01", "code"), ("lsoa01_lsoa11", "lsoa01")),
    "lsoa11": (("boundaries_lsoa11", "code"), ("lsoa11_lsoa21", "lsoa11")),
    "lsoa21": (("boundaries_lsoa21", "code"), ("lsoa11_lsoa21", "lsoa21")),
    "msoa11": (("boundaries_msoa11", "code"),),
    "msoa21": (("boundaries_msoa21", "code"), ("lsoa21_msoa21", "msoa21")),
    "ward13": (("boundaries_ward13", "code"),),
    "ward17": (("boundaries_ward13", "code"), ("lsoa11_ward17", "ward17")),
    "ward19": (("boundaries_ward22", "code"), ("lsoa11_ward19", "ward19")),
    "ward22": (("boundaries_ward22", "code"), ("lsoa21_ward22", "ward22")),
    "ward24": (("boundaries_ward22", "code"), ("lsoa21_ward24", "ward24")),
}
# Code-Point Open calls its column "ward" in every release; the set of wards differs.
_WARD_SETS = {"code_point_open": "ward22", "code_point_open_2014": "ward17"}
_PRICES: Mapping[str, tuple[str, ...]] = {
    "price_paid": ("price",),
    "epc_sales": ("price",),
    "uk_hpi": ("average_price", "detached", "semi_detached", "terraced", "flat"),
    "sector_prices": ("mean_price",),
    "lsoa_price_per_sqm": ("price_per_sqm", "real_price_per_sqm"),
    "msoa_price_per_sqm": ("price_per_sqm", "real_price_per_sqm"),
    "district_year_price_per_sqm": ("real_price_per_sqm",),
    "district_type_price_per_sqm": ("price_per_sqm", "real_price_per_sqm"),
    "lsoa_median_price": ("median_price",),
}
_SHARES = ("census_2021_tenure", "census_2021_accommodation")
_SHARE_TOLERANCE = 1e-6
_VOLUME_BAND = 0.05
_MAJORITY = 0.5


@dataclass(frozen=True, slots=True)
class Check:
    """One sentence about the data, whether it holds, and what was found."""

    source: str
    """The catalogue's id of the source."""
    sentence: str
    passed: bool
    detail: str = ""


def check_folder(
    folder: DataFolder,
    expected: Mapping[str, int],
    needed: Collection[str] = (),
    *,
    needed_only: bool = False,
) -> list[Check]:
    """Read every source that is there and check it; nothing is raised for a fault in a file.

    Parameters
    ----------
    expected : number of areas by geography, such as ``{"lsoa21": 659, "ward22": 69}``
    needed : ids of sources without which a study cannot run; only their absence is a failure
    needed_only : leave the other sources unread

    Returns
    -------
    checks in the order: files, counts, codes, prices, shares, volumes

    Raises
    ------
    DataError
        The folder itself is not there, or ``expected`` names an unknown geography.
    """
    unknown = [name for name in expected if name not in _HOMES]
    if unknown:
        raise DataError(
            f"expected areas: no geography {first_values(unknown)}. "
            f"Choose from {', '.join(_HOMES)}."
        )
    if not folder.root.is_dir():
        raise DataError(
            f"{folder.root}: no such folder. Expected a folder of publishers' files; "
            "give it with --data DIR."
        )
    frames: dict[str, pd.DataFrame] = {}
    checks: list[Check] = []
    for source in catalogue().values():
        if needed_only and source.id not in needed:
            continue
        checks.append(_read(folder, source, source.id in needed, frames))
    checks += _counts(frames, expected)
    checks += _codes(frames)
    checks += _positive_prices(frames)
    checks += _shares(frames)
    checks += _volumes(frames)
    return checks


def list_sources(folder: DataFolder | None) -> pd.DataFrame:
    """The catalogue as a table, with the file that holds each source, blank if none is there.

    Parameters
    ----------
    folder : where to look; without one every file is blank

    Returns
    -------
    frame ``id, title, publisher, edition, licence, file``
    """
    rows = [
        (s.id, s.title, s.publisher, s.edition, s.licence, _file_of(folder, s))
        for s in catalogue().values()
    ]
    return pd.DataFrame(rows, columns=["id", "title", "publisher", "edition", "licence", "file"])


def _file_of(folder: DataFolder | None, source: Source) -> str:
    if folder is None:
        return ""
    try:
        return folder.locate(source.id).name
    except DataError:
        return ""


def _read(
    folder: DataFolder, source: Source, needed: bool, frames: dict[str, pd.DataFrame]
) -> Check:
    there = bool(source.shipped) or any(
        True for pattern in source.files for _ in folder.root.glob(pattern)
    )
    if not there:
        sentence = f"{_name(source.id)} is in the data folder"
        where = f"Download it from {source.page} into the folder '{source.folder}'."
        return Check(
            source.id, sentence, not needed, f"not there. {where}" if needed else "not there"
        )
    sentence = f"{_name(source.id)} is readable, every row kept or dropped for a stated reason"
    try:
        frames[source.id] = folder.read(source.id)
    except DataError as error:
        return Check(source.id, sentence, False, " ".join(error.faults))
    record = next(p for p in folder.provenance if p.source.id == source.id)
    lost = "".join(f", {count} dropped: {reason}" for reason, count in record.dropped.items())
    balanced = record.rows_in == record.rows_kept + sum(record.dropped.values())
    detail = f"{record.file}: {record.rows_in:,} rows in, {record.rows_kept:,} kept{lost}"
    return Check(source.id, sentence, balanced, detail)


def _counts(frames: Mapping[str, pd.DataFrame], expected: Mapping[str, int]) -> Iterator[Check]:
    for geography, count in expected.items():
        for source_id, column in _HOMES[geography]:
            if source_id in frames:
                found = frames[source_id][column].nunique()
                sentence = f"{_name(source_id)} holds {count:,} areas"
                yield Check(source_id, sentence, found == count, f"{found:,} found")
                break


def _codes(frames: Mapping[str, pd.DataFrame]) -> Iterator[Check]:
    for source_id, frame in frames.items():
        for geography, codes in _codes_of(source_id, frame):
            homes = [home for home in _HOMES[geography] if home[0] in frames]
            if homes and homes[0][0] != source_id:
                yield _codes_at_home(source_id, codes, frames, *homes[0])


def _codes_of(source_id: str, frame: pd.DataFrame) -> Iterator[tuple[str, set[str]]]:
    if source_id == "place_areas":
        for geography, rows in frame.groupby("geography"):
            if geography in _HOMES:
                yield str(geography), set(rows["code"])
        return
    if source_id in _WARD_SETS:
        yield _WARD_SETS[source_id], set(frame["ward"]) - {""}
    for column in frame.columns.intersection(list(_HOMES)):
        yield column, set(frame[column]) - {""}


def _codes_at_home(
    source_id: str,
    codes: set[str],
    frames: Mapping[str, pd.DataFrame],
    home: str,
    column: str,
) -> Check:
    strange = sorted(codes - set(frames[home][column]))
    detail = (
        f"{len(strange)} codes of {_name(source_id)} are not in {_name(home)}: "
        f"{first_values(strange)}. Use files of one vintage and one city, or correct the codes."
        if strange
        else ""
    )
    sentence = f"All {len(codes):,} codes of {_name(source_id)} are in {_name(home)}"
    return Check(source_id, sentence, not strange, detail)


def _positive_prices(frames: Mapping[str, pd.DataFrame]) -> Iterator[Check]:
    for source_id, columns in _PRICES.items():
        if source_id in frames:
            prices = frames[source_id][list(columns)]
            low = int((prices <= 0).any(axis=1).sum())
            missing = int(prices.isna().any(axis=1).sum())
            sentence = f"All prices of {_name(source_id)} are above zero"
            detail = f"{low:,} rows are not, {missing:,} rows lack a price"
            yield Check(source_id, sentence, low == 0, detail)


def _shares(frames: Mapping[str, pd.DataFrame]) -> Iterator[Check]:
    for source_id in _SHARES:
        if source_id in frames:
            parts = frames[source_id].select_dtypes("number").drop(columns="households")
            off = (parts.sum(axis=1) - 1).abs()
            sentence = f"The shares of {_name(source_id)} sum to one in every area"
            detail = f"the largest difference is {off.max():.1e}"
            yield Check(source_id, sentence, bool((off <= _SHARE_TOLERANCE).all()), detail)


def _volumes(frames: Mapping[str, pd.DataFrame]) -> Iterator[Check]:
    if not {"sector_prices", "sector_share", "uk_hpi"} <= frames.keys():
        return
    share = frames["sector_share"]
    inside = share.loc[share["share"] >= _MAJORITY, "sector"]
    sectors = frames["sector_prices"]
    counted = sectors[sectors["sector"].isin(inside)].groupby("year")["sales"].sum()
    hpi = frames["uk_hpi"]
    monthly = hpi.groupby(hpi["date"].dt.year)["sales"]
    full = monthly.sum()[monthly.count() == 12]
    ratio = (counted / full - 1).dropna()
    outside = ratio[ratio.abs() > _VOLUME_BAND]
    if ratio.empty:
        return
    told = ", ".join(f"{year} {value:+.1%}" for year, value in outside.items())
    sentence = (
        f"Note: sales of the sectors with at least half of their postcodes in the city are within "
        f"{_VOLUME_BAND:.0%} of the UK House Price Index in {len(ratio) - len(outside)} of "
        f"{len(ratio)} years"
    )
    yield Check("sector_prices", sentence, True, f"outside: {told}" if told else "")


def _name(source_id: str) -> str:
    return f"'{catalogue()[source_id].title}'"
