"""The Neighbourhood Equity Model: the cycle, its multiplier and what would pay."""

from __future__ import annotations

from ..book import Book
from ..inputs import RECORD, Inputs
from .equity_capture import show_break_even
from .equity_cycle import cycle_figure

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
    """The refusal of the links that have no data, and the figure of all.

    Reads what the links, the loop, the account and the case studies found.
    """
    notes = book.chapter("equity_model", inputs.cited(SOURCES))
    book.show(cycle_figure(book.findings))
    with notes.part("break_even"):
        show_break_even(book, notes)
