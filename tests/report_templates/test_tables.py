import re
from dataclasses import replace
from html.parser import HTMLParser

import pandas as pd
import pytest
from made_report import table

from neighbourhood_equity.report_templates.exhibits import Column
from neighbourhood_equity.report_templates.tables import Cell, cell, table_html


@pytest.fixture
def html():
    return table_html(table(), "Table A4.1")


def test_the_caption_holds_number_and_title(html):
    caption = re.search(r"<caption>(.*?)</caption>", html)[1]
    words = re.sub(r"<[^>]*>", " ", caption).split()
    assert words == ["Table", "A4.1.", "Prices", "£", "a", "sale"]


def test_columns_are_headed_with_their_scope(html):
    assert re.findall(r'<th scope="col"[^>]*>(.*?)</th>', html) == ["Area", "Price", "Slope"]


def test_the_first_cell_heads_its_row(html):
    assert re.findall(r'<th scope="row"[^>]*>(.*?)</th>', html) == [
        "Aston",
        "Nechells &amp; Duddeston",
    ]


def test_a_missing_number_is_an_en_dash(html):
    assert '<td class="number">–</td>' in html


def test_an_estimate_and_its_interval_share_a_cell(html):
    assert re.search(r">−0\.50</span> <span[^>]*>\(−1\.50 to 0\.50\)</span></td>", html)


def test_note_and_source_stand_below(html):
    assert re.search(r"</table>\s*<div class=\"notes\">.*Two areas\.</p>\s.*A\. Source\.", html)


def test_an_interval_needs_both_ends():
    row = {"b": 1.0, "b_low": float("nan"), "b_high": 2.0}
    assert cell(row, Column("b", "B", "interval_percent1")) == Cell("1.0%")


def test_a_short_table_may_wait_for_a_page_and_a_long_one_breaks():
    frame = pd.concat([table().frame] * 20)
    assert table_html(table(), "Table 1.1").startswith('<div class="float">')
    assert table_html(table(frame=frame), "Table 1.1").startswith('<div class="float breaks">')


def test_notes_stand_beside_a_narrow_table_and_below_a_wide_one(html):
    wide = table(columns=tuple(replace(each, label="W" * 30) for each in table().columns))
    assert "beside" in html
    assert "beside" not in table_html(wide, "Table 1.1")


def test_groups_become_subheadings():
    html = table_html(table(group_by="side"), "Table 1.1")
    assert re.findall(r'<th scope="rowgroup" colspan="3">(\w+)', html) == ["North", "South"]


def test_the_total_is_the_last_row():
    html = table_html(table(total_row=True), "Table 1.1")
    assert html.count('<tr class="total">') == 1
    assert html.index("Aston") < html.index('<tr class="total">') < html.index("Nechells")


def test_every_tag_is_closed(html):
    open_tags = []

    class Checker(HTMLParser):
        def handle_starttag(self, tag, attrs):
            if tag != "br":
                open_tags.append(tag)

        def handle_endtag(self, tag):
            assert open_tags.pop() == tag

    Checker().feed(html)
    assert not open_tags


def test_a_source_links_to_its_work_and_the_table_names_it():
    frame = pd.DataFrame({"source": ["Rosen (1974)", "Ours"], "citation_key": ["rosen1974", ""]})
    made = table(frame=frame, columns=(Column("source", "Source"),))
    html = table_html(made, "Table 1.1")
    assert '<a class="cite" href="#ref-rosen1974">Rosen (1974)</a>' in html
    assert html.count('class="cite"') == 1
    assert made.works == ("rosen1974",)
