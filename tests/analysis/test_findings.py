"""Findings are named once, finite, and a refusal has its reason."""

import math

import pytest

from neighbourhood_equity.analysis.book import Book
from neighbourhood_equity.analysis.findings import Finding, Findings, Pedigree
from neighbourhood_equity.analysis.quantities import percent_effect

WHERE = Pedigree("tests", ())


def test_a_name_is_given_once() -> None:
    findings = Findings()
    findings.add(Finding("a", 1, "count", "described", WHERE))
    with pytest.raises(ValueError, match="given twice"):
        findings.add(Finding("a", 2, "count", "described", WHERE))


def test_a_refusal_needs_a_reason() -> None:
    with pytest.raises(ValueError, match="no reason"):
        Finding("a", None, "percent", "adjusted", WHERE)


def test_a_value_must_be_finite() -> None:
    with pytest.raises(ValueError, match="nan"):
        Finding("a", math.nan, "percent", "adjusted", WHERE)


def test_log_points_become_per_cent() -> None:
    assert percent_effect(math.log(1.07)) == pytest.approx(7.0)


def test_records_are_sorted_by_name() -> None:
    book = Book()
    notes = book.chapter("chapter", ())
    notes.quote("b", 1, "count")
    notes.refuse("a", "percent", "it cannot be known")
    assert [record["name"] for record in book.findings.as_records()] == ["chapter.a", "chapter.b"]
