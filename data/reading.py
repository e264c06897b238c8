"""Opening a publisher's file and handing back a tidy frame with its row count."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from .errors import DataError, first_values


@dataclass(frozen=True, slots=True)
class Reading:
    """A tidy frame and what became of the file's rows.

    ``rows_in == rows_kept + sum(dropped.values())`` holds for every reading; for a long layout
    that is turned wide ``rows_kept`` counts rows of the file, not of ``frame``.
    """

    frame: pd.DataFrame
    rows_in: int
    rows_kept: int
    dropped: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        lost = self.rows_in - self.rows_kept - sum(self.dropped.values())
        if lost:
            raise ValueError(f"{lost} rows were neither kept nor dropped for a stated reason")


_PUBLISHED = "published"
"""The attribute of a picked frame that keeps the publisher's name of each column, for messages."""


def read_text_table(path: Path, **options: Any) -> pd.DataFrame:
    """A CSV (or .csv.gz) with every column as text, blanks as empty strings.

    Options go to :func:`pandas.read_csv`. A missing, empty or truncated file raises `DataError`.
    """
    settings: dict[str, Any] = {
        "dtype": str,
        "keep_default_na": False,
        "encoding": "utf-8-sig",
        **options,
    }
    try:
        with _opening(path):
            frame: pd.DataFrame = pd.read_csv(path, **settings)
    except pd.errors.EmptyDataError:
        raise DataError(f"{path.name}: the file is empty. Download it again.") from None
    except (pd.errors.ParserError, UnicodeDecodeError) as broken:
        raise DataError(
            f"{path.name}: not a readable CSV ({broken}). Expected the publisher's own layout."
        ) from None
    if frame.empty:
        raise DataError(f"{path.name}: the file has a header but no rows. Download it again.")
    return frame


def file_bytes(path: Path) -> bytes:
    """What the file holds, unpacked where its name ends in ``.gz``; never nothing."""
    with _opening(path):
        content = path.read_bytes()
        if path.suffix == ".gz":
            content = gzip.decompress(content)
    if not content.strip():
        raise DataError(f"{path.name}: the file is empty. Download it again.")
    return content


@contextmanager
def _opening(path: Path) -> Iterator[None]:
    """A missing or damaged file becomes a `DataError`."""
    try:
        yield
    except FileNotFoundError:
        raise DataError(
            f"{path.name}: the file is not there. Expected it in {path.parent}."
        ) from None
    except (EOFError, gzip.BadGzipFile, zlib.error) as broken:
        raise DataError(
            f"{path.name}: the compressed file is damaged or cut short ({broken}). Download it "
            "again."
        ) from None


def pick(frame: pd.DataFrame, path: Path, columns: Mapping[str, str]) -> pd.DataFrame:
    """The named publisher's columns under our names; every missing one is told at once.

    Parameters
    ----------
    columns : mapping of the publisher's column name to ours
    """
    missing = [name for name in columns if name not in frame.columns]
    if missing:
        raise DataError(
            f"{path.name}: column{'s' if len(missing) > 1 else ''} "
            f"{first_values(missing, 8)} not found. Found {first_values(list(frame.columns), 8)}. "
            "Has the publisher renamed them? Restore the names or correct the reader's list."
        )
    picked = frame[list(columns)].rename(columns=dict(columns))
    picked.attrs[_PUBLISHED] = {ours: theirs for theirs, ours in columns.items()}
    return picked


def to_numbers(
    frame: pd.DataFrame,
    path: Path,
    columns: Iterable[str],
    *,
    blank: Sequence[str] = (),
    above: float | None = None,
) -> pd.DataFrame:
    """The frame with text columns turned into floats; every fault of the file is told at once.

    Parameters
    ----------
    blank : texts that the publisher writes for a suppressed or missing value (become NaN)
    above : every number must lie above this
    """
    out = frame.copy()
    faults: list[str] = []
    for column in columns:
        text = frame[column].str.strip().str.replace(",", "", regex=False)
        numbers = pd.to_numeric(text, errors="coerce")
        bad = ~np.isfinite(numbers) & ~(numbers.isna() & text.isin(list(blank)))
        if bad.any():
            faults.append(_say(path, frame, column, bad, "a number"))
        elif above is not None and (numbers <= above).any():
            faults.append(_say(path, frame, column, numbers <= above, f"a number above {above:g}"))
        out[column] = numbers
    if faults:
        raise DataError(faults)
    return out


def require_codes(frame: pd.DataFrame, path: Path, column: str, pattern: str, what: str) -> None:
    """Every value of ``column`` matches ``pattern`` (a full-match regular expression)."""
    bad = ~frame[column].astype(str).str.fullmatch(pattern)
    if bad.any():
        raise DataError(_say(path, frame, column, bad, what))


def require_unique(frame: pd.DataFrame, path: Path, columns: Sequence[str]) -> None:
    """No two rows share the same values in ``columns``."""
    twice = frame.duplicated(list(columns))
    if twice.any():
        keys = frame.loc[twice, list(columns)].astype(str).agg(" ".join, axis=1).tolist()
        raise DataError(
            f"{path.name}: {int(twice.sum())} rows repeat the key {' + '.join(columns)}: "
            f"{first_values(keys)}. Expected each once; remove the repeated rows."
        )


def _say(path: Path, frame: pd.DataFrame, column: str, bad: pd.Series, expected: str) -> str:
    first = int(bad.to_numpy().argmax())
    theirs = frame.attrs.get(_PUBLISHED, {}).get(column, column)
    return (
        f"{path.name}, column '{theirs}': {int(bad.sum())} of {len(frame)} values are not "
        f"{expected}: {first_values(frame.loc[bad, column].tolist())} "
        f"(first in data row {first + 1}). Correct or remove these rows."
    )
