"""Appendix 2: the approaches to valuation, compared in words."""

from __future__ import annotations

from ...data.reference_tables import valuation_approaches
from ...report_templates.exhibits import Column, Table
from ..book import Book
from ..inputs import Inputs


def compute(inputs: Inputs, book: Book) -> None:
    """One table of approaches; it holds no worth, and none may be added up."""
    notes = book.chapter("alternative_valuation", ())
    table = valuation_approaches()
    notes.quote("approaches", len(table), "count")
    for name, title, columns in (
        (
            "questions",
            "What each approach asks",
            (
                Column("question_it_answers", "Question it answers"),
                Column("unit_of_value", "Unit of value"),
                Column("needs", "What it needs"),
            ),
        ),
        (
            "limits",
            "What each approach can and cannot bear",
            (
                Column("strengths", "Strength"),
                Column("limits", "Limit"),
                Column("may_be_added_to", "May it be added to another?"),
            ),
        ),
    ):
        book.show(
            Table(
                f"alternative_valuation.{name}",
                title,
                table,
                (Column("approach", "Approach"), *columns),
                "In words; no worth is computed here",
                "The comparison is the authors' judgement from the sources cited in the text.",
                "The authors",
            )
        )
