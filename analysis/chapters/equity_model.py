"""The Neighbourhood Equity Model: what would pay for a programme."""

from __future__ import annotations

from ..book import Book
from ..inputs import RECORD, Inputs
from .equity_capture import show_break_even

SOURCES = (
    "lsoa_price_per_sqm",
    "cni_2023",
    RECORD,
    "imd_2019_scores",
    "imd_2025",
    "census_2021_tenure",
    "census_2021_accommodation",
)


def compute(inputs: Inputs, book: Book) -> None:
    """What would pay, from what the account and the case studies found."""
    notes = book.chapter("equity_model", inputs.cited(SOURCES))
    with notes.part("break_even"):
        show_break_even(book, notes)
