"""The close of Section 3: what is gathered, and the warning of an estimate too large."""

from dataclasses import replace

import pytest
from said import report_with_exhibits, said

from neighbourhood_equity.analysis.book import Book
from neighbourhood_equity.analysis.chapters import how_large
from neighbourhood_equity.analysis.inputs import Inputs
from neighbourhood_equity.analysis.plausible import LARGE, PLAUSIBLE, is_large, is_plausible

PLANTED = "valuing.civic_assets.held"


def _with(book: Book, inputs: Inputs, value: float) -> Book:
    """The headlines of a book, one of them planted, gathered anew."""
    others = {name: one for name, one in book.exhibits.items() if not name.startswith("how_large.")}
    made = Book(exhibits=others, results=book.results)
    for name, finding in book.findings.items():
        if not name.startswith("how_large."):
            made.findings.add(replace(finding, value=value) if name == PLANTED else finding)
    how_large.compute(inputs, made)
    return made


def _said(book: Book, inputs: Inputs) -> str:
    return said(
        report_with_exhibits(inputs, book), book.findings, "valuing", "valuing/_how_large.md.j2"
    )


@pytest.mark.parametrize("value", [14.0, -12.5])
def test_a_planted_large_estimate_is_printed_with_a_warning(book, inputs, value):
    assert "**Warning.** *Civic assets* stands at" in _said(_with(book, inputs, value), inputs)


def test_the_warning_points_to_the_sensitivity_pages(book, inputs):
    said = _said(_with(book, inputs, 14.0), inputs).split("**Warning.**")[1].split("\n")[0]
    assert "sensitivity.undoing" in said
    assert "sensitivity.curve" in said


def test_a_small_estimate_has_no_warning(book, inputs):
    assert "Warning" not in _said(_with(book, inputs, 4.0), inputs)


@pytest.mark.parametrize(
    ("value", "large"), [(10.0, False), (10.1, True), (-10.1, True), (0.0, False), (None, False)]
)
def test_what_is_large(book, value, large):
    assert is_large(replace(book.findings[PLANTED], value=value, reason="none")) == large


@pytest.mark.parametrize(
    ("value", "inside"), [(2.0, True), (7.0, True), (1.9, False), (-3.0, False), (None, False)]
)
def test_what_is_plausible(book, value, inside):
    assert is_plausible(replace(book.findings[PLANTED], value=value, reason="none")) == inside


def test_the_range_ends_below_the_warning():
    assert PLAUSIBLE[1] < LARGE


def test_published_effects_head_our_own_with_how_they_were_read(book):
    headings = set(book.exhibits["how_large.estimates"].frame["group"]) - {how_large.MEASURE}
    assert [heading.split(": ")[1] for heading in headings] == [
        "0% to 10% (8 effects, 4 read at their source)"
    ]


def test_every_domain_stands_in_the_table(book):
    frame = book.exhibits["how_large.estimates"].frame
    assert (frame["group"] == how_large.MEASURE).sum() == 3


def test_a_refused_headline_stands_without_a_number(real):
    frame = real.exhibits["how_large.estimates"].frame.set_index("what")
    assert frame.loc["Start of a programme: over the long run", "sure"] == "not estimable"


def test_an_interval_of_two_places_is_not_trusted(real):
    frame = real.exhibits["how_large.estimates"].frame.set_index("what")
    row = frame.loc["Start of a programme: sectors and years held equal"]
    assert row["sure"] == "too narrow to say"
