"""An exhibit that does not fit heads the next page, and what is said after it fills this one."""

import re

import pytest
from made_report import report
from page_fill import page_fill
from pypdf import PdfReader

from neighbourhood_equity.report_templates.pdf import write_pdf

STYLE = """@page { size: A4; margin: 25mm }
p, h1 { margin: 0 0 12pt; font: 11pt/16pt "Source Sans Pro"; orphans: 3; widows: 3 }
section { break-before: page; padding-right: 43mm }
section::after { content: ""; display: block; clear: both }
.float { float: left; width: 160mm; margin-right: -43mm }
div.figure { break-inside: avoid; padding-top: 1mm }"""
WORDS = " ".join(["word"] * 130)


def figure(number, height):
    box = f'<div class="figure" style="height: {height}mm">Figure {number}</div>'
    return f'<div class="float">{box}</div>'


def table(rows):
    body = "".join(f"<tr><td>Row {n}</td></tr>" for n in range(rows))
    head = "<thead><tr><th>Head</th></tr></thead>"
    return f'<div class="float breaks"><table>{head}<tbody>{body}</tbody></table></div>'


def paragraphs(first, last):
    return "".join(f"<p>Paragraph {n}. {WORDS}</p>" for n in range(first, last + 1))


@pytest.fixture
def pages(tmp_path):
    """A function from sections of HTML to what is named on each of their pages, and how full."""

    def laid_out(*sections):
        path = tmp_path / "a.pdf"
        parts = "".join(f"<section>{each}</section>" for each in sections)
        write_pdf(f'<html lang="en"><style>{STYLE}</style>{parts}', path, report())
        named = r"Paragraph \d+|Figure \d+|Row \d+|Title"
        texts = [page.extract_text() for page in PdfReader(path).pages]
        return [re.findall(named, text) for text in texts], page_fill(path)

    return laid_out


def test_text_runs_on_past_a_figure_that_does_not_fit(pages):
    named, fill = pages(paragraphs(1, 3) + figure(1, 120) + paragraphs(4, 8))
    assert "Figure 1" not in named[0]
    assert "Paragraph 4" in named[0]
    assert named[1][0] == "Figure 1"
    assert fill[0] > 0.85


def test_a_figure_that_fits_stands_where_it_is_called(pages):
    named, _ = pages(paragraphs(1, 1) + figure(1, 60) + paragraphs(2, 2))
    assert sorted(named[0]) == ["Figure 1", "Paragraph 1", "Paragraph 2"]


def test_figures_that_wait_keep_their_order_and_none_is_lost(pages):
    called = figure(1, 120) + figure(2, 20) + figure(3, 180)
    named, _ = pages(paragraphs(1, 3) + called + paragraphs(4, 12))
    seen = [name for page in named for name in page if name.startswith("Figure")]
    assert seen == ["Figure 1", "Figure 2", "Figure 3"]


def test_a_figure_that_waits_stands_before_the_next_chapter(pages):
    named, _ = pages(paragraphs(1, 3) + figure(1, 150), "<h1>Title</h1>")
    assert [page for page in named if "Title" in page] == [["Title"]]
    assert ["Figure 1"] in named


def test_text_goes_on_in_mid_paragraph_behind_a_figure_as_high_as_the_page(pages):
    named, _ = pages(paragraphs(1, 4) + figure(1, 244) + paragraphs(5, 9))
    every = [name for page in named for name in page]
    assert sorted(every) == sorted(["Figure 1", *(f"Paragraph {n}" for n in range(1, 10))])


def test_a_long_table_goes_on_below_a_figure_that_heads_its_page(pages):
    rows = 90
    named, fill = pages(paragraphs(1, 2) + figure(1, 160) + table(rows) + paragraphs(3, 8))
    every = [name for page in named for name in page if name.startswith("Row")]
    assert every == [f"Row {n}" for n in range(rows)]
    assert min(fill[:-1]) > 0.6


def test_a_table_that_goes_on_waits_for_a_page_that_a_figure_fills(pages):
    plain = table(40).replace('<div class="float breaks">', "<div>")
    named, _ = pages(paragraphs(1, 1) + figure(1, 246) + plain)
    assert named[1] == ["Figure 1"]
    assert named[-1][-1] == "Row 39"
