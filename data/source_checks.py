"""Checks of each source by itself: there, readable, counted, and in the unit it should be in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from .catalogue import DataFolder, Source, catalogue
from .errors import DataError

Frames = Mapping[str, pd.DataFrame]
"""What could be read of a folder, by the catalogue's id."""

HOMES: Mapping[str, tuple[tuple[str, str], ...]] = {
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
"""Where every code of a tidy column must be found: the first of these sources that is there."""
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
_PER_CENT = {"ward_turnout_2022": "turnout"}
_SCORES = {"cni_2023": ("need_civic_assets", "need_connectedness", "need_engagement")}
_SCORE_AT_MOST = 1000.0
"""No score of the index comes near it; ranks and slips do."""


@dataclass(frozen=True, slots=True)
class Check:
    """One sentence about the data, whether it holds, and what was found."""

    source: str
    """The catalogue's id of the source."""
    sentence: str
    passed: bool
    detail: str = ""
    note: bool = False
    """Told where it does not hold, and stops nothing."""

    @property
    def stops(self) -> bool:
        """Whether a report cannot be made because of it."""
        return not self.passed and not self.note


def titled(source_id: str) -> str:
    """A source as messages name it."""
    return f"'{catalogue()[source_id].title}'"


def absent(folder: DataFolder, source: Source, needed: bool) -> Check | None:
    """That a source is not in the folder; None where it is."""
    if folder.holds(source.id):
        return None
    where = f" {folder.advice(source.id)}" if needed else ""
    sentence = f"{titled(source.id)} is in the data folder"
    return Check(source.id, sentence, not needed, f"not there.{where}" if needed else "not there")


def readable(folder: DataFolder, source: Source, frames: dict[str, pd.DataFrame]) -> Check:
    """Read a source into ``frames``, and say how many of its rows were kept."""
    sentence = f"{titled(source.id)} is readable, every row kept or dropped for a stated reason"
    try:
        frames[source.id] = folder.read(source.id)
    except DataError as error:
        return Check(source.id, sentence, False, " ".join(error.faults))
    record = next(item for item in folder.provenance if item.source.id == source.id)
    lost = "".join(f", {count} dropped: {reason}" for reason, count in record.dropped.items())
    balanced = record.rows_in == record.rows_kept + sum(record.dropped.values())
    detail = f"{record.file}: {record.rows_in:,} rows in, {record.rows_kept:,} kept{lost}"
    return Check(source.id, sentence, balanced, detail)


def check_sources(frames: Frames, expected: Mapping[str, int]) -> Iterator[Check]:
    """Counts of areas, prices above zero, shares that sum to one, per cent, scores."""
    yield from _counts(frames, expected)
    yield from _positive_prices(frames)
    yield from _shares(frames)
    yield from _per_cent(frames)
    yield from _scores(frames)


def _counts(frames: Frames, expected: Mapping[str, int]) -> Iterator[Check]:
    for geography, count in expected.items():
        for source_id, column in HOMES[geography]:
            if source_id in frames:
                found = frames[source_id][column].nunique()
                sentence = f"{titled(source_id)} holds {count:,} areas"
                yield Check(source_id, sentence, found == count, f"{found:,} found")
                break


def _positive_prices(frames: Frames) -> Iterator[Check]:
    for source_id, columns in _PRICES.items():
        if source_id in frames:
            prices = frames[source_id][list(columns)]
            low = int((prices <= 0).any(axis=1).sum())
            missing = int(prices.isna().any(axis=1).sum())
            sentence = f"All prices of {titled(source_id)} are above zero"
            detail = f"{low:,} rows are not, {missing:,} rows lack a price"
            yield Check(source_id, sentence, low == 0, detail)


def _shares(frames: Frames) -> Iterator[Check]:
    for source_id in _SHARES:
        if source_id in frames:
            parts = frames[source_id].select_dtypes("number").drop(columns="households")
            off = (parts.sum(axis=1) - 1).abs()
            sentence = f"The shares of {titled(source_id)} sum to one in every area"
            detail = f"the largest difference is {off.max():.1e}"
            yield Check(source_id, sentence, bool((off <= _SHARE_TOLERANCE).all()), detail)


def _per_cent(frames: Frames) -> Iterator[Check]:
    for source_id, column in _PER_CENT.items():
        if source_id in frames:
            most = frames[source_id][column].max()
            detail = (
                f"the largest is {most:g}, as if written as a fraction. Multiply by a hundred."
                if most <= 1
                else f"the largest is {most:g}"
            )
            sentence = f"The {column} of {titled(source_id)} is in per cent"
            yield Check(source_id, sentence, bool(most > 1), detail)


def _scores(frames: Frames) -> Iterator[Check]:
    for source_id, columns in _SCORES.items():
        if source_id in frames:
            scores = frames[source_id][list(columns)]
            odd = [
                f"{name} runs to {values.abs().max():,.0f}"
                for name, values in scores.items()
                if values.abs().max() > _SCORE_AT_MOST
            ]
            advice = ". Use the column of scores, not that of ranks." if odd else ""
            sentence = f"The scores of {titled(source_id)} are scores and not ranks"
            yield Check(source_id, sentence, not odd, "; ".join(odd) + advice)
