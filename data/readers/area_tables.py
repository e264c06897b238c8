"""What the one-row-an-area layouts share: named columns, one code, numbers within their range."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from ..errors import DataError, first_values
from ..reading import Reading, pick, read_text_table, require_codes, require_unique, to_numbers

LSOA = ("E01[0-9]{6}", "an LSOA code (E01 and six digits)")
WARD = ("E05[0-9]{6}", "a ward code (E05 and six digits)")
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
        bad = ((frame[column] < low) | (frame[column] > high)).to_numpy()
        if bad.any():
            faults.append(
                f"{path.name}, column '{column}': {int(bad.sum())} of {len(frame)} values are not "
                f"between {low:g} and {high:g}: {first_values(frame[column][bad].tolist())} (first "
                f"in data row {int(bad.argmax()) + 1}). Correct or remove these rows."
            )
    if faults:
        raise DataError(faults)


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
    texts : the publisher's text columns and our names for them
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
        for name, column in numbers.items():
            with check():
                frame = to_numbers(frame, path, [name])
                require_between(frame, path, [name], column.low, column.high)
    return Reading(pick(frame, path, ours), len(frame), len(frame))
