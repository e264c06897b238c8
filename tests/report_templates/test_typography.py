"""Marks are curly wherever words stand, and a paragraph does not end on a short word alone."""

import dataclasses

from made_report import DRAWINGS, figure, loader, report, table
from test_figures import _texts

from neighbourhood_equity.report_templates.editions import FULL
from neighbourhood_equity.report_templates.exhibits import Figure
from neighbourhood_equity.report_templates.figures import draw
from neighbourhood_equity.report_templates.render import render_html


def test_titles_notes_cells_and_alternative_texts_have_curly_marks():
    words = {"title": "The city's", "note": "The wards' own measures"}
    prices = dataclasses.replace(table(), **words)
    prices.frame.loc[0, "area"] = "King's Norton"
    line = dataclasses.replace(figure(), alt="The ward's rise", **words)
    made = report(exhibits={one.id: one for one in (prices, line)})
    html = render_html(made, FULL, DRAWINGS, loader())
    for said in ("The city’s", "The wards’ own measures", "King’s Norton", "The ward’s rise"):
        assert said in html


def test_names_in_a_figure_have_curly_marks():
    frame = dataclasses.replace(figure()).frame.assign(category="King's Norton", value=1.0)
    bars = Figure("a.bars", "", "bars", frame.head(1), "", "", "", "", {"horizontal": True})
    assert "King’s Norton" in _texts(draw(bars))


def test_a_style_sheet_and_code_keep_their_marks():
    html = render_html(report(), FULL, DRAWINGS, loader(summary="`a['b']`\n"))
    assert "a['b']" in html or "a[&#39;b&#39;]" in html
    assert 'font: 11.5pt/16.5pt "Source Sans Pro"' in html


def test_the_last_word_of_a_paragraph_is_not_alone():
    html = render_html(report(), FULL, DRAWINGS, loader(summary="Nobody knows why.\n"))
    assert "knows\u00a0why.</p>" in html
