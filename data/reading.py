"""Opening a publisher's file and handing back a tidy frame with its row count."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from .errors import DataError, first_values
from .opening import file_bytes, require_utf8

_PUBLISHED = "published"
"""The attribute of a picked frame that keeps the publisher's name of each column, for messages."""
_EMPTY = "empty_lines"
"""The attribute of a table that counts its lines of separators alone."""
_FIRST_YEAR = 1900
_THOUSANDS = r"[+-]?[1-9][0-9]{0,2}(,[0-9]{3})+(\.[0-9]*)?"
_POINT = "a number with a decimal point (a comma parts thousands only: 1,234.5)"


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

    @classmethod
    def of(
        cls, frame: pd.DataFrame, table: pd.DataFrame, dropped: Mapping[str, int] | None = None
    ) -> Reading:
        """The reading of a `read_text_table`: rows that were not dropped are kept in ``frame``."""
        lost = dict(dropped or {})
        kept = len(table) - sum(lost.values())
        if empty := table.attrs.get(_EMPTY, 0):
            lost["nothing between the commas"] = empty
        return cls(frame, len(table) + empty, kept, lost)


def read_text_table(path: Path, *, header: bool = True) -> pd.DataFrame:
    """A CSV, packed or not, with every column as text, blanks as empty strings.

    Lines of separators alone, as spreadsheets leave them, are no rows; `Reading.of` counts them.
    Without ``header`` columns are numbered from zero.
    """
    content = file_bytes(path)
    try:
        frame: pd.DataFrame = pd.read_csv(
            io.BytesIO(content), header=None, dtype=str, keep_default_na=False, encoding="utf-8-sig"
        )
    except UnicodeDecodeError:
        require_utf8(content, path)
        raise
    except pd.errors.EmptyDataError:
        raise DataError(
            f"{path.name}: the file is empty. Put the whole file in its place."
        ) from None
    except pd.errors.ParserError as broken:
        raise DataError(
            f"{path.name}: not a readable CSV ({str(broken).strip()}). Expected as many fields in "
            "every line as in the first, parted by commas, and every quote closed."
        ) from None
    if header:
        names = frame.iloc[0].tolist()
        frame = frame.iloc[1:].set_axis(names, axis="columns").reset_index(drop=True)
    frame = _without_empty_lines(frame)
    if frame.empty:
        raise DataError(
            f"{path.name}: the file has a header but no rows. Put the whole file in its place."
        )
    return frame


def _without_empty_lines(frame: pd.DataFrame) -> pd.DataFrame:
    bare = frame.iloc[:, 0] == ""
    empty = bare[bare].index[(frame[bare] == "").all(axis="columns")]
    if len(empty):
        frame = frame.drop(index=empty).reset_index(drop=True)
    frame.attrs[_EMPTY] = len(empty)
    return frame


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
    found = pd.Series(frame.columns, dtype=str).str.strip()
    twice = [name for name in columns if (found == name.strip()).sum() > 1]
    if twice:
        raise DataError(
            f"{path.name}: column{'s' if len(twice) > 1 else ''} {first_values(twice, 8)} "
            "found more than once. Expected each once; remove the one that is not meant."
        )
    picked = frame[list(columns)].rename(columns=dict(columns))
    picked.attrs[_PUBLISHED] = {ours: theirs for theirs, ours in columns.items()}
    return picked


def published_name(frame: pd.DataFrame, column: str) -> str:
    """What the publisher calls a column of a picked frame."""
    name: str = frame.attrs.get(_PUBLISHED, {}).get(column, column)
    return name


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
        text = frame[column].str.strip()
        grouped = text.str.contains(",", regex=False)
        thousands = grouped & text.str.fullmatch(_THOUSANDS)
        numbers = pd.to_numeric(
            text.mask(thousands, text.str.replace(",", "", regex=False)), errors="coerce"
        )
        bad = ~np.isfinite(numbers) & ~(numbers.isna() & text.isin(list(blank)))
        if (bad & grouped).any():
            faults.append(fault(path, frame, column, bad & grouped, _POINT))
        elif bad.any():
            faults.append(fault(path, frame, column, bad, "a number"))
        elif above is not None and (numbers <= above).any():
            faults.append(fault(path, frame, column, numbers <= above, f"a number above {above:g}"))
        out[column] = numbers
    if faults:
        raise DataError(faults)
    return out


def require_codes(frame: pd.DataFrame, path: Path, column: str, pattern: str, what: str) -> None:
    """Every value of ``column`` matches ``pattern`` (a full-match regular expression)."""
    bad = ~frame[column].astype(str).str.fullmatch(pattern)
    if bad.any():
        raise DataError(fault(path, frame, column, bad, what))


def require_no_header(frame: pd.DataFrame, path: Path, columns: Sequence[int | str]) -> None:
    """The first row of a layout without a header has a number in one of these columns."""
    first = frame[list(columns)].iloc[0]
    if not first.str.match(r"\W*[0-9]").any():
        raise DataError(
            f"{path.name}: the first row is a header ({first_values(frame.iloc[0].tolist())}). "
            "Expected the publisher's layout, which has none. Remove the header."
        )


def require_years(frame: pd.DataFrame, path: Path, column: str) -> None:
    """Every value of ``column`` is a year in four digits, from 1900 to the next."""
    last = pd.Timestamp.now().year + 1
    years = frame[column].astype(str)
    bad = ~years.str.fullmatch("[12][0-9]{3}")
    bad |= ~pd.to_numeric(years.where(~bad)).between(_FIRST_YEAR, last)
    if bad.any():
        expected = f"a year in four digits, from {_FIRST_YEAR} to {last}"
        raise DataError(fault(path, frame, column, bad, expected))


def require_every_month(months: pd.Series, path: Path, what: str) -> None:
    """No month is missing between the first and the last of ``months`` (first days)."""
    every = pd.date_range(months.min(), months.max(), freq="MS")
    lacking = every.difference(pd.DatetimeIndex(months)).strftime("%Y-%m").tolist()
    if lacking:
        raise DataError(
            f"{path.name}: {what} lacks {len(lacking)} of {len(every)} months: "
            f"{first_values(lacking)}. Expected every month from the first to the last; put the "
            "whole series in the file."
        )


def require_names(frame: pd.DataFrame, path: Path, code: str, name: str) -> None:
    """Every code has a name, and one only."""
    blank = frame[name].str.strip() == ""
    if blank.any():
        raise DataError(fault(path, frame, name, blank, "a name"))
    names = frame.groupby(code)[name].unique()
    several = names[names.str.len() > 1]
    if len(several):
        raise DataError(
            f"{path.name}: {len(several)} codes have several names, such as {several.index[0]}: "
            f"{first_values(list(several.iloc[0]))}. Expected one name a code; correct the others."
        )


def require_unique(frame: pd.DataFrame, path: Path, columns: Sequence[str]) -> None:
    """No two rows share the same values in ``columns``."""
    twice = frame.duplicated(list(columns))
    if twice.any():
        keys = frame.loc[twice, list(columns)].astype(str).agg(" ".join, axis=1).tolist()
        raise DataError(
            f"{path.name}: {int(twice.sum())} rows repeat the key {' + '.join(columns)}: "
            f"{first_values(keys)}. Expected each once; remove the repeated rows."
        )


def fault(path: Path, frame: pd.DataFrame, column: str, bad: pd.Series, expected: str) -> str:
    """The sentence for the ``bad`` values of a column: how many, the first, what is expected."""
    first = int(bad.to_numpy().argmax())
    return (
        f"{path.name}, column '{published_name(frame, column)}': {int(bad.sum())} of {len(frame)} "
        f"values are not {expected}: {first_values(frame.loc[bad, column].tolist())} "
        f"(first in data row {first + 1}). Correct or remove these rows."
    )
