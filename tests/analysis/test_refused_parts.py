"""Whatever chapter is refused, the report has its pages, and the others say why."""

import re

import pytest

from neighbourhood_equity.analysis.book import Book
from neighbourhood_equity.analysis.graph import names_of
from neighbourhood_equity.analysis.inputs import Inputs
from neighbourhood_equity.analysis.refused_result import RefusedResult
from neighbourhood_equity.analysis.run import CHAPTERS
from neighbourhood_equity.models.specification import NotEstimable
from neighbourhood_equity.report_templates.commands.report import report_of
from neighbourhood_equity.report_templates.editions import FULL
from neighbourhood_equity.report_templates.exhibits import Figure
from neighbourhood_equity.report_templates.publisher_texts import PublisherTexts
from neighbourhood_equity.report_templates.render import render_html, with_chapter_exhibits

WRITTEN = {
    "summary": "What we found",
    "recommendations": "For those who decide",
    "valuing": "Why some controls are not used",
    "equity_model": "What a test of the loop would need",
    "case_studies": "What can be known of each start",
    "social_capital": "The National Indicators",
}
"""Words that a chapter has unless it is refused whole."""


def without(book: Book, chapter: str) -> Book:
    """The book as if this chapter could not be estimated; results of their own stay."""
    left = Book(results=book.results)
    typed = set(names_of(book.results).values())
    for finding in book.findings.values():
        if finding.name in typed or finding.name.split(".")[0] != chapter:
            left.findings.add(finding)
    for name, exhibit in book.exhibits.items():
        if name.split(".")[0] != chapter:
            left.show(exhibit)
    with left.part(chapter):
        raise NotEstimable("nothing varies")
    return left


def without_account(book: Book) -> Book:
    """The book as if the homes had no prices: the account is refused, and what rests on it."""
    refused = ("equity_account", "real_growth", "attribution", "break_even")
    results = {name: RefusedResult("nothing varies") for name in refused}
    left = Book(results={**book.results, **results}, exhibits=book.exhibits)
    prefixes = ("equity_account", "equity_model.break_even")
    for finding in book.findings.values():
        if not finding.name.startswith(prefixes):
            left.findings.add(finding)
    for name in prefixes:
        left.refuse_part(name, "nothing varies")
    return left


def test_a_refused_account_leaves_the_other_pages_and_the_rest_of_its_chapter(
    inputs: Inputs, book: Book
) -> None:
    made = report_of(inputs.study, inputs.folder, without_account(book), PublisherTexts())
    report = with_chapter_exhibits(made)
    assert "equity_model.routes" in report.exhibits
    figures = (name for name, one in report.exhibits.items() if isinstance(one, Figure))
    html = render_html(report, FULL, dict.fromkeys(figures, "<svg/>"))
    assert all(words in html for words in WRITTEN.values())
    assert "because nothing varies" in html


@pytest.mark.parametrize("refused", CHAPTERS)
def test_a_refused_chapter_leaves_the_other_pages(inputs: Inputs, book: Book, refused: str) -> None:
    left = without(book, refused)
    made = report_of(inputs.study, inputs.folder, left, PublisherTexts())
    report = with_chapter_exhibits(made)
    figures = (name for name, one in report.exhibits.items() if isinstance(one, Figure))
    html = render_html(report, FULL, dict.fromkeys(figures, "<svg/>"))
    for name, words in WRITTEN.items():
        start = html.index(f'id="chapter-{name}"')
        own = html[start : html.find('<section class="chapter"', start)]
        assert name == refused or re.search(words, own), f"{name} is refused whole"
    assert "because nothing varies" in html
