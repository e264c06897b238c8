"""A table's value as accessible HTML: caption, header cells with scope, numbers aligned."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from itertools import groupby
from typing import Any

import pandas as pd

from .exhibits import ADDRESS, WORK, Column, Table
from .formats import NOT_A_NUMBER, format_number, is_missing

# Widest digit of Source Sans in em, so that the numbers of a column can be given one width.
_DIGIT_EM = 0.5
# Tables of more lines break between their groups; others stay whole and may wait for a page.
_WHOLE = 24
# A group of so many rows or fewer stays on one page.
_TOGETHER = 10
# Letters in a line of the text's measure, and in a name that a first column holds on one line.
_MEASURE, _NAME, _GUTTER = 74, 34, 3
# Sources of more letters take half the width below an exhibit, not the side column.
_LONG_SOURCE = 120


@dataclass(frozen=True, slots=True)
class Cell:
    """A written number and, where it has one, its interval in brackets."""

    text: str
    interval: str = ""


def table_html(table: Table, number: str, source: str | None = None) -> str:
    """The table with caption, measure, note and source.

    Parameters
    ----------
    table : what to print
    number : "Table A4.1"
    source : HTML of its sources, where these are said in other words than its own
    """
    waits = len(table.frame) + _groups(table) <= _WHOLE
    narrow = ("beside" if waits else "narrow") if _is_narrow(table) else ""
    kinds = ("exhibit table", "dense" * table.dense, narrow)
    html = "\n".join(
        (
            f'<div class="{" ".join(filter(None, kinds))}" id="exhibit-{escape(table.id)}">',
            "<table>",
            f'<caption><span class="exhibit-title"><b>{number}.</b> {escape(table.title)}</span>'
            f'<br><span class="measure">{escape(table.measure)}</span></caption>',
            _head(table.columns),
            *_bodies(table, number),
            "</table>",
            notes_html(table.note, source or escape(sentence(table.source))),
            "</div>",
        )
    )
    return f'<div class="{"float" if waits else "float breaks"}">{html}</div>'


def notes_html(note: str, source: str) -> str:
    """The lines below an exhibit or beside it; ``source`` is HTML."""
    kind = "notes even" if len(source) > _LONG_SOURCE else "notes"
    return (
        f'<div class="{kind}"><p class="note"><b>Note.</b> {escape(_stop(sentence(note)))}</p>\n'
        f'<p class="note"><b>Source.</b> {_stop(source)}</p></div>'
    )


def cell(row: dict[str, Any], column: Column) -> Cell:
    """One value as text; ``interval_*`` formats take the ``_low`` and ``_high`` companions.

    >>> cell({"b": 1.24, "b_low": -0.3, "b_high": 2.81}, Column("b", "B", "interval_percent1"))
    Cell(text='1.2%', interval='(−0.3 to 2.8)')
    """
    value = row[column.name]
    text = format_number(value, column.format)
    if not column.format.startswith("interval_") or is_missing(value):
        return Cell(text)
    ends = [row[f"{column.name}_{side}"] for side in ("low", "high")]
    if any(is_missing(end) for end in ends):
        return Cell(text)
    low, high = (format_number(end, column.format).removesuffix("%") for end in ends)
    return Cell(text, f"({low} to {high})")


def _head(columns: tuple[Column, ...]) -> str:
    cells = "".join(
        f'<th scope="col" class="{_class(column)}">{escape(column.label)}</th>'
        for column in columns
    )
    return f"<thead><tr>{cells}</tr></thead>"


def _bodies(table: Table, number: str) -> Iterator[str]:
    rows = _records(table)
    cells = [[cell(row, column) for column in table.columns] for row in rows]
    widths = [_Widths.of([line[i] for line in cells]) for i in range(len(table.columns))]
    links = [f"#ref-{row[WORK]}" if row.get(WORK) else row.get(ADDRESS, "") for row in rows]
    written = [_row(table, line, widths, link) for line, link in zip(cells, links, strict=True)]
    if written:
        # A page's head says which table goes on there, and in which group (see report.css).
        written[0] = written[0].replace("<tr", f'<tr data-table="{number} (continued)"', 1)
    if table.total_row and written:
        written[-1] = written[-1].replace("<tr", '<tr class="total"', 1)
    if table.group_by is None:
        yield _body("", written)
        return
    column = table.group_by
    for title, members in groupby(zip(rows, written, strict=True), lambda pair: pair[0][column]):
        heading = escape(NOT_A_NUMBER if pd.isna(title) else sentence(str(title)))
        yield _body(
            f'<tr class="group" data-group="{heading}"><th scope="rowgroup" '
            f'colspan="{len(table.columns)}">{heading}</th></tr>',
            [text for _, text in members],
        )


def _body(head: str, rows: list[str]) -> str:
    kind = "" if len(rows) > _TOGETHER else ' class="together"'
    return f"<tbody{kind}>{head}{''.join(rows)}</tbody>"


def _groups(table: Table) -> int:
    return 0 if table.group_by is None else table.frame[table.group_by].nunique(dropna=False)


def _records(table: Table) -> list[dict[str, Any]]:
    return [
        {str(key): value for key, value in row.items()} for row in table.frame.to_dict("records")
    ]


def _is_narrow(table: Table) -> bool:
    """Whether the measure of the text has room for it, so that its notes may stand beside it."""
    rows = [cell(row, column) for row in _records(table) for column in table.columns]
    count = len(table.columns)
    wide = 0
    for i, column in enumerate(table.columns):
        longest = max((len(c.text) + len(c.interval) for c in rows[i::count]), default=0)
        head = max(map(len, column.label.split()), default=0)
        wide += max(min(longest, _NAME) if column.format == "text" else longest, head) + _GUTTER
    return wide <= _MEASURE


@dataclass(frozen=True, slots=True)
class _Widths:
    """Letters of the widest estimate and the widest interval of a column."""

    estimate: int
    interval: int

    @classmethod
    def of(cls, cells: list[Cell]) -> _Widths:
        return cls(
            max((len(each.text) for each in cells if each.interval), default=0),
            max((len(each.interval) for each in cells), default=0),
        )


def _row(table: Table, cells: list[Cell], widths: list[_Widths], link: str) -> str:
    """One row; its source links to the work in the list of references or to a page, if any."""
    parts = []
    for i, (column, value) in enumerate(zip(table.columns, cells, strict=True)):
        inside = escape(value.text)
        if link and column.name == "source":
            inside = f'<a class="cite" href="{escape(link)}">{inside}</a>'
        if value.interval:
            inside = (
                f"{_set('estimate', value.text, widths[i].estimate)} "
                f"{_set('interval', value.interval, widths[i].interval)}"
            )
        tag, scope = ("th", ' scope="row"') if i == 0 else ("td", "")
        parts.append(f'<{tag}{scope} class="{_class(column)}">{inside}</{tag}>')
    return f"<tr>{''.join(parts)}</tr>"


def _set(kind: str, text: str, letters: int) -> str:
    return f'<span class="{kind}" style="width:{letters * _DIGIT_EM:g}em">{escape(text)}</span>'


def _class(column: Column) -> str:
    if column.format == "text":
        return "text"
    return "pair" if column.format.startswith("interval_") else "number"


def sentence(text: str) -> str:
    """Words as a sentence opens with them."""
    return text[:1].upper() + text[1:]


def _stop(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."
