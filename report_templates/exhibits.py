"""Tables and figures as values: tidy frames with words; drawing and typesetting come later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import pandas as pd

from ..analysis.quantities import NotEstimable
from .captions import Caption

Format = Literal[
    "text",
    "count",
    "year",
    "number0",
    "number1",
    "number2",
    "number3",
    "percent0",
    "percent1",
    "pounds",
    "thousands",
    "millions",
    "interval_percent1",
    "interval_number2",
    "interval_millions",
]
WORK = "citation_key"
"""The column of a table's frame that names the work behind a row, blank where there is none."""
ADDRESS = "address"
"""The column of a table's frame with the page behind a row, blank where there is none."""
FigureKind = Literal[
    "lines", "coefficients", "choropleth", "cycle", "dots", "bars", "locator", "panels", "scatter"
]


@dataclass(frozen=True, slots=True)
class Column:
    """How one column of a table's frame is headed and written.

    ``interval_*`` formats write the column and its ``{name}_low`` and ``{name}_high`` companions as
    "1.2 (0.3 to 2.1)". ``percent*`` formats expect percentages (1.2 is written 1.2%). ``thousands``
    and ``millions`` write whole units as so many of them, without a sign: the label names them.
    """

    name: str
    label: str
    format: Format = "text"


@dataclass(frozen=True, slots=True)
class Table:
    """A table: numbers stay numbers until it is typeset. A NaN is written as an en dash."""

    id: str
    title: str
    frame: pd.DataFrame
    columns: tuple[Column, ...]
    measure: str
    note: str
    source: str
    total_row: bool = False
    group_by: str | None = None
    """A column of ``frame`` whose runs of equal values become subheadings."""
    dense: bool = False
    """Low rows and names on one line, for a table of every area."""

    @property
    def works(self) -> tuple[str, ...]:
        """Keys of the works that its rows name."""
        return tuple(filter(None, self.frame[WORK])) if WORK in self.frame else ()


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure: its tidy frame (what the CSV holds), and drawing options of its kind."""

    id: str
    title: str
    kind: FigureKind
    frame: pd.DataFrame
    measure: str
    note: str
    source: str
    alt: str
    options: Mapping[str, Any] = field(default_factory=dict)


Exhibit = Table | Figure


@dataclass(frozen=True, slots=True)
class TableBody:
    """A table before its caption; ``shows`` are the results whose sources stand below it."""

    id: str
    frame: pd.DataFrame
    columns: tuple[Column, ...]
    shows: tuple[object, ...]
    total_row: bool = False
    group_by: str | None = None
    dense: bool = False

    def captioned(self, caption: Caption, source: str) -> Table:
        """The table with its words."""
        return Table(
            self.id,
            caption.title,
            self.frame,
            self.columns,
            caption.measure,
            caption.note,
            caption.source or source,
            self.total_row,
            self.group_by,
            self.dense,
        )


@dataclass(frozen=True, slots=True)
class FigureBody:
    """A figure before its caption; ``shows`` are the results whose sources stand below it."""

    id: str
    kind: FigureKind
    frame: pd.DataFrame
    shows: tuple[object, ...]
    options: Mapping[str, Any] = field(default_factory=dict)

    def captioned(self, caption: Caption, source: str) -> Figure:
        """The figure with its words."""
        return Figure(
            self.id,
            caption.title,
            self.kind,
            self.frame,
            caption.measure,
            caption.note,
            caption.source or source,
            caption.alt,
            self.options,
        )


Body = TableBody | FigureBody


ALL = ""
"""Id of what is missing where a chapter's exhibits are refused together."""


@dataclass(frozen=True, slots=True)
class Missing:
    """A table or figure that could not be made, and why."""

    id: str
    because: NotEstimable
