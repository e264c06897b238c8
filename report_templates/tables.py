"""A table's value as accessible HTML: caption, header cells with scope, numbers aligned."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from itertools import groupby
from typing import Any

import pandas as pd

from .exhibits import Column, Table
from .formats import NOT_A_NUMBER, format_number, is_missing

# Widest digit of Source Sans in em, so that intervals can be given one width a column.
_DIGIT_EM = 0.5
# A table of so many rows or fewer stays on one page.
_SHORT = 10


@dataclass(frozen=True, slots=True)
class Cell:
    """A written number and, where it has one, its interval in brackets."""

    text: str
    interval: str = ""


def table_html(table: Table, number: str) -> str:
    """The table with caption, measure, note and source.

    Parameters
    ----------
    table : what to print
    number : "Table A4.1"
    """
    kind = " short" if len(table.frame) <= _SHORT else " dense" if table.dense else ""
    return "\n".join(
        (
            f'<div class="exhibit table{kind}" id="exhibit-{escape(table.id)}">',
            "<table>",
            f'<caption><span class="exhibit-title"><b>{number}.</b> {escape(table.title)}</span>'
            f'<br><span class="measure">{escape(table.measure)}</span></caption>',
            _head(table.columns),
            *_bodies(table),
            "</table>",
            notes_html(table.note, table.source),
            "</div>",
        )
    )


def notes_html(note: str, source: str) -> str:
    """The lines below an exhibit."""
    return (
        f'<p class="note"><b>Note.</b> {escape(_stop(note))}<br>'
        f"<b>Source.</b> {escape(_stop(source))}</p>"
    )


def cell(row: dict[str, Any], column: Column) -> Cell:
    """One value as text; ``interval_*`` formats take the ``_low`` and ``_high`` companions.

    >>> cell({"b": 1.24, "b_low": -0.3, "b_high": 2.81}, Column("b", "B", "interval_number2"))
    Cell(text='1.24', interval='[−0.30, 2.81]')
    """
    value = row[column.name]
    text = format_number(value, column.format)
    if not column.format.startswith("interval_") or is_missing(value):
        return Cell(text)
    ends = [row[f"{column.name}_{side}"] for side in ("low", "high")]
    if any(is_missing(end) for end in ends):
        return Cell(text)
    low, high = (format_number(end, column.format) for end in ends)
    return Cell(text, f"[{low}, {high}]")


def _head(columns: tuple[Column, ...]) -> str:
    cells = "".join(
        f'<th scope="col" class="{_class(column)}">{escape(column.label)}</th>'
        for column in columns
    )
    return f"<thead><tr>{cells}</tr></thead>"


def _bodies(table: Table) -> Iterator[str]:
    rows: list[dict[str, Any]] = [
        {str(key): value for key, value in row.items()} for row in table.frame.to_dict("records")
    ]
    cells = [[cell(row, column) for column in table.columns] for row in rows]
    widths = [max((len(line[i].interval) for line in cells), default=0) for i in _span(table)]
    written = [_row(table, line, widths) for line in cells]
    if table.total_row and written:
        written[-1] = written[-1].replace("<tr>", '<tr class="total">', 1)
    if table.group_by is None:
        yield f"<tbody>{''.join(written)}</tbody>"
        return
    column = table.group_by
    for title, members in groupby(zip(rows, written, strict=True), lambda pair: pair[0][column]):
        heading = NOT_A_NUMBER if pd.isna(title) else str(title)
        yield (
            f'<tbody><tr class="group"><th scope="rowgroup" colspan="{len(table.columns)}">'
            f"{escape(heading)}</th></tr>{''.join(text for _, text in members)}</tbody>"
        )


def _span(table: Table) -> range:
    return range(len(table.columns))


def _row(table: Table, cells: list[Cell], widths: list[int]) -> str:
    parts = []
    for i, (column, value) in enumerate(zip(table.columns, cells, strict=True)):
        inside = escape(value.text)
        if widths[i]:
            width = widths[i] * _DIGIT_EM
            inside += (
                f' <span class="interval" style="width:{width:g}em">{escape(value.interval)}</span>'
            )
        tag, scope = ("th", ' scope="row"') if i == 0 else ("td", "")
        parts.append(f'<{tag}{scope} class="{_class(column)}">{inside}</{tag}>')
    return f"<tr>{''.join(parts)}</tr>"


def _class(column: Column) -> str:
    return "text" if column.format == "text" else "number"


def _stop(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."
