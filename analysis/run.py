"""The results of a run: made, and found under their names."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import fields
from importlib import import_module

from .book import Book
from .derived import derived
from .findings import Finding, Pedigree
from .graph import Made, make
from .inputs import RECORD, Inputs
from .reasons import Reason, Refused
from .refused_result import RefusedResult

CHAPTERS: tuple[str, ...] = ()
"""Chapters not yet turned to results, each after those that it waits for."""

Worded = Callable[[Reason], str]
"""A reason in words."""


def compute(inputs: Inputs, wanted: Collection[str], worded: Worded) -> Book:
    """The results wanted and all that they need, with their findings and estimates.

    Parameters
    ----------
    wanted : names of results, see `analysis.graph`
    worded : puts into words why a finding could not be had
    """
    given = {one.name: getattr(inputs, one.name) for one in fields(inputs)} | {"inputs": inputs}
    made = make(wanted, given)
    found = derived(made, inputs.cited((RECORD,)), worded)
    book = Book(results={name: one.record for name, one in made.items()})
    for finding in found.findings:
        book.findings.add(finding)
    book.estimates += found.estimates
    for one in made.values():
        if isinstance(one.record, RefusedResult) and one.node.prefix not in book.findings:
            book.findings.refuse_part(_refusal(one, one.record, worded))
    return book


def _refusal(made: Made, record: RefusedResult, worded: Worded) -> Finding:
    """The refusal of every finding of a result."""
    reason = worded(Refused(record.message.split("; ")[0]))
    pedigree = Pedigree(made.node.module, made.sources)
    return Finding(made.node.prefix, None, "text", "described", pedigree, reason=reason)


def add_chapters(names: Sequence[str], inputs: Inputs, book: Book) -> Book:
    """The book with what these chapters add to it."""
    for name in names:
        with book.part(name):
            import_module(f".chapters.{name}", __package__).compute(inputs, book)
    return book
