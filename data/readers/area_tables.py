"""What the one-row-an-area layouts share: named columns, one code, numbers within their range."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from ..errors import DataError, first_values
from ..reading import (
    Reading,
    fault,
    pick,
    published_name,
    read_text_table,
    require_codes,
    require_names,
    require_unique,
    to_numbers,
)

LSOA = ("E01[0-9]{6}", "an LSOA code (E01 and six digits)")
WARD = ("E05[0-9]{6}", "a ward code (E05 and six digits)")
EASTINGS, NORTHINGS = (1_000.0, 700_000.0), (1_000.0, 1_300_000.0)
"""Great Britain in metres of the National Grid, without its first kilometre: degrees lie there."""
POSTCODE = ("[A-Z]{1,2}[0-9][A-Z0-9]? [0-9][A-Z]{2}", "a postcode such as B1 1AA")


@dataclass(frozen=True, slots=True)
class Column:
    """A publisher's numeric column: our name, and the range its values must keep."""

    name: str
    low: float
    high: float


@contextmanager
def gathered() -> Iterator[Callable[[], AbstractContextManager[None]]]:
    """Run several checks and raise the faults of all of them as one `DataError`.

    Each ``with check():`` block may raise; the block that follows it still runs.
    """
    faults: list[str] = []

    @contextmanager
    def check() -> Iterator[None]:
        try:
            yield
        except DataError as error:
            faults.extend(error.faults)

    yield check
    if faults:
        raise DataError(faults)


def require_between(
    frame: pd.DataFrame, path: Path, columns: Sequence[str], low: float, high: float
) -> None:
    """Every number in ``columns`` lies between ``low`` and ``high``; missing numbers pass."""
    faults = []
    for column in columns:
        bad = (frame[column] < low) | (frame[column] > high)
        if bad.any():
            faults.append(fault(path, frame, column, bad, f"between {low:g} and {high:g}"))
    if faults:
        raise DataError(faults)


def require_on_grid(frame: pd.DataFrame, path: Path) -> None:
    """``easting`` and ``northing`` lie in Great Britain, in metres; missing ones pass."""
    for column, (low, high) in (("easting", EASTINGS), ("northing", NORTHINGS)):
        try:
            require_between(frame, path, [column], low, high)
        except DataError as error:
            raise DataError(
                f"{error} Expected metres of the National Grid (EPSG:27700) in Great Britain: are "
                "they degrees, or in the wrong columns?"
            ) from None


def require_percent(frame: pd.DataFrame, path: Path, column: str) -> None:
    """Every number lies between 0 and 100, and not all of them are as fractions would be."""
    require_between(frame, path, [column], 0, 100)
    if 0 < frame[column].max() <= 1:
        low, high = frame[column].min(), frame[column].max()
        raise DataError(
            f"{path.name}, column '{published_name(frame, column)}': all "
            f"{frame[column].count()} values lie between {low:g} and {high:g}. Are they fractions? "
            "Expected per cent; multiply them by 100."
        )


def require_no_ranks(frame: pd.DataFrame, path: Path, columns: Sequence[str]) -> None:
    """No column of scores holds the ranks from 1 to the number of its rows."""
    ranks = list(range(1, len(frame) + 1))
    ranked = [
        published_name(frame, name)
        for name in columns
        if len(ranks) > 1 and sorted(frame[name]) == ranks
    ]
    if ranked:
        raise DataError(
            f"{path.name}: column{'s' if len(ranked) > 1 else ''} {first_values(ranked, 8)} hold "
            f"the ranks 1 to {len(ranks)}. Expected scores; give the publisher's column of scores."
        )


def read_areas(
    path: Path,
    key: tuple[str, str],
    code: tuple[str, str],
    numbers: Mapping[str, Column],
    texts: Mapping[str, str] | None = None,
) -> Reading:
    """A table of one row an area; all of its faults are told at once, in the publisher's names.

    Parameters
    ----------
    key : the publisher's name of the code column, and ours
    code : pattern of a code, and what it is called
    numbers : the publisher's numeric columns
    texts : the publisher's columns of names and our names for them
    """
    texts = texts or {}
    ours = dict([key]) | dict(texts) | {name: column.name for name, column in numbers.items()}
    frame = read_text_table(path)
    pick(frame, path, ours)
    with gathered() as check:
        with check():
            require_codes(frame, path, key[0], *code)
        with check():
            require_unique(frame, path, [key[0]])
        for name in texts:
            with check():
                require_names(frame, path, key[0], name)
        for name, column in numbers.items():
            with check():
                frame = to_numbers(frame, path, [name])
                require_between(frame, path, [name], column.low, column.high)
    return Reading.of(pick(frame, path, ours), frame)
