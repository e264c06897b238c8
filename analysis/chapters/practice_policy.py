"""Section 2, second part: the community assets that public lists record."""

from __future__ import annotations

import pandas as pd

from ...data import tables
from ...report_templates.exhibits import Column, Table
from ..book import Book
from ..inputs import Inputs

SOURCES = ("libraries", "sports_clubs", "code_point_open")
OPERATORS = {"LA": "Libraries run by the council", "CR": "Libraries run by a community"}


def compute(inputs: Inputs, book: Book) -> None:
    """Count libraries by who runs them, and sports clubs."""
    notes = book.chapter("practice_policy", SOURCES)
    libraries = tables.open_libraries(inputs.folder)
    clubs = tables.active_clubs(inputs.folder)
    by_operator = (
        libraries["operation"].map(OPERATORS).fillna("Libraries run by others").value_counts()
    )
    rows = [{"asset": name, "number": int(number)} for name, number in by_operator.items()]
    rows.append({"asset": "Community amateur sports clubs", "number": len(clubs)})
    unplaced = int(libraries["easting"].isna().sum() + clubs["easting"].isna().sum())
    notes.quote("libraries", len(libraries), "count")
    notes.quote("libraries_by_communities", int(by_operator.get(OPERATORS["CR"], 0)), "count")
    notes.quote("clubs", len(clubs), "count")
    notes.quote("unplaced", unplaced, "count")
    book.show(
        Table(
            "practice_policy.assets",
            "Community assets on public lists",
            pd.DataFrame(rows),
            (Column("asset", "Asset"), Column("number", "Number", "count")),
            "Open or active at the date of each list; the city",
            f"{unplaced} postcodes are not in Code-Point Open and could not be placed. A library "
            "run by the council is provided, and not coproduced.",
            notes.source_line,
        )
    )
