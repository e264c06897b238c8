"""What a reader must know of a source stands wherever a number of it is printed."""

import dataclasses

import tinyhtml5
from made_report import DRAWINGS, finding, loader, report

from neighbourhood_equity.analysis.findings import Pedigree
from neighbourhood_equity.report_templates.editions import FULL
from neighbourhood_equity.report_templates.render import render_html

NOTE = "a stand-in, not the <published> file"
QUOTES = "{{ ref('valuing.line') }} {{ num(cross_section.rise) }}"


def chapters(note=NOTE):
    """The text of each chapter of a report in which two quote a number of a noted source."""
    made = report()
    rise = finding(
        pedigree=Pedigree(
            "analysis.results.cross_section.cross_section", ("prices",), "valuing.ols"
        )
    )
    html = render_html(
        dataclasses.replace(
            made,
            findings={**made.findings, rise.name: rise},
            sources=made.sources.assign(note=note),
        ),
        FULL,
        DRAWINGS,
        loader(theory=QUOTES, summary=QUOTES),
    )
    tree = tinyhtml5.parse(html, namespace_html_elements=False)
    return {
        part.get("id").removeprefix("chapter-"): " ".join("".join(part.itertext()).split())
        for part in tree.iter("section")
        if part.get("class") == "chapter"
    }


def test_each_chapter_that_quotes_a_number_of_a_noted_source_opens_with_the_note():
    noted = {name for name, text in chapters().items() if f"Price Paid: {NOTE}" in text}
    assert noted == {"summary", "theory", "valuing"}


def test_the_annex_gives_the_note_beside_the_source():
    assert (
        f"Price Paid, by way of A hand between{NOTE.capitalize()[:1]}{NOTE[1:]}"
        in (chapters()["technical_annex"])
    )


def test_a_source_without_a_note_says_nothing():
    assert "Price Paid:" not in "".join(chapters(note="").values())
