"""How a result shows itself in a notebook: a heading, its rows, and what stands under them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

import pandas as pd

MOST_ROWS = 12
"""Rows of a table that are shown; `Record.tidy` gives all."""


class Record(ABC):
    """A result with rows, shown as aligned lines or as a table of HTML."""

    __slots__ = ()

    @abstractmethod
    def tidy(self) -> pd.DataFrame:
        """The result as rows with named columns."""

    @abstractmethod
    def heading(self) -> str:
        """What was estimated, in one line."""

    @abstractmethod
    def notes(self) -> Sequence[str]:
        """How sure, on what rows, by which rule; a line each."""

    def __repr__(self) -> str:
        table, notes = self._shown()
        return "\n".join([self.heading(), table.to_string(index=False), *notes])

    def _repr_html_(self) -> str:
        table, notes = self._shown()
        rows = table.to_html(index=False, border=0, escape=True)
        under = "".join(f"<p>{escape(note)}</p>" for note in notes)
        return f"<p><strong>{escape(self.heading())}</strong></p>{rows}{under}"

    def _shown(self) -> tuple[pd.DataFrame, list[str]]:
        rows = self.tidy()
        left = len(rows) - MOST_ROWS
        more = [f"and {left} more rows: tidy() gives all"] if left > 0 else []
        return rows.head(MOST_ROWS).map(as_text), [*more, *(note for note in self.notes() if note)]


@dataclass(frozen=True, slots=True, repr=False)
class Numbers(Record):
    """A result of single numbers: one row, its fields that are numbers or words."""

    def tidy(self) -> pd.DataFrame:
        values = {name: getattr(self, name) for name in self.__dataclass_fields__}
        row = {
            name: value for name, value in values.items() if isinstance(value, int | float | str)
        }
        return pd.DataFrame([row])

    def notes(self) -> Sequence[str]:
        return ()


def as_text(value: object) -> str:
    """A value of a table with four significant digits; nothing where it is missing.

    >>> as_text(0.0123456), as_text(2012), as_text(float("nan")), as_text("x")
    ('0.01235', '2012', '', 'x')
    """
    if value is None or value is pd.NA or value != value:
        return ""
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def reasons(dropped: Mapping[str, int]) -> str:
    """Rows not used, by reason, in words."""
    return "; ".join(f"{rows} {why}" for why, rows in dropped.items())
