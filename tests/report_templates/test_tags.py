import re

import pandas as pd
import pikepdf
import pytest
from made_report import DRAWINGS, loader, report, table

from neighbourhood_equity.report_templates.editions import FULL
from neighbourhood_equity.report_templates.exhibits import Column
from neighbourhood_equity.report_templates.render import render_html, write_pdf

ROWS = 150


@pytest.fixture(scope="module")
def made():
    frame = pd.DataFrame({"area": [f"Area {n}" for n in range(ROWS)], "price": range(ROWS)})
    frame["side"] = ["north" if n < 70 else "south" for n in range(ROWS)]
    columns = (Column("area", "Area"), Column("price", "Price", "pounds"))
    long = table(frame=frame, columns=columns, group_by="side")
    return report(exhibits={**report().exhibits, long.id: long})


@pytest.fixture(scope="module")
def html(made):
    page = render_html(made, FULL, DRAWINGS, loader())
    return re.sub(r">(Area \d+)<", r'><a href="#chapter-valuing">\1</a><', page)


@pytest.fixture(scope="module")
def pdf(made, html, tmp_path_factory):
    path = tmp_path_factory.mktemp("tags") / "full.pdf"
    write_pdf(html, path, made)
    with pikepdf.open(path) as document:
        yield document


def elements(element, kind=None):
    for kid in element.get("/K", []):
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            if kind in (None, str(kid.S)):
                yield kid
            yield from elements(kid, kind)


def long_table(pdf):
    return max(elements(pdf.Root.StructTreeRoot, "/Table"), key=lambda each: len(each.K))


def test_a_table_over_many_pages_is_told_as_one(pdf):
    long = long_table(pdf)
    pages = {row.Pg.objgen for row in elements(long, "/TR")}
    assert len(pages) > 2
    groups = 2
    head = 1
    assert len(list(elements(long, "/TR"))) == ROWS + groups + head
    assert [kid.S for kid in long.K[:2]] == ["/Caption", "/THead"]
    assert {kid.S for kid in long.K[2:]} == {"/TBody"}


def test_there_are_as_many_tables_as_the_html_has(pdf, html):
    assert len(list(elements(pdf.Root.StructTreeRoot, "/Table"))) == html.count("<table>")


def test_each_head_says_what_it_heads(pdf):
    heads = list(elements(long_table(pdf), "/TH"))
    assert [head.A.Scope for head in heads[:4]] == ["/Column", "/Column", "/Column", "/Row"]
    assert all("/Scope" in head.A for head in elements(pdf.Root.StructTreeRoot, "/TH"))


def test_each_cell_names_heads_of_its_own_table(pdf):
    for told in elements(pdf.Root.StructTreeRoot, "/Table"):
        heads = {str(head.ID) for head in elements(told, "/TH")}
        for cell in elements(told, "/TD"):
            assert {str(name) for name in cell.A.Headers} <= heads
    *_, last = elements(long_table(pdf), "/TD")
    assert len(last.A.Headers) == 2


def test_a_head_that_a_page_repeats_is_not_told_again(pdf):
    *_, row = elements(long_table(pdf), "/TR")
    owners = pdf.Root.StructTreeRoot.ParentTree.Nums
    page = next(number for number, page in enumerate(pdf.pages) if page.objgen == row.Pg.objgen)
    untold = {mark for mark, owner in enumerate(owners[2 * page + 1]) if owner is None}
    marks = {
        int(operands[1].MCID)
        for operands, operator in pikepdf.parse_content_stream(pdf.pages[page])
        if str(operator) == "BDC"
    }
    assert len(untold) == len(["Area", "Price"])
    assert not untold & marks


def test_all_that_a_page_marks_is_in_the_tree(pdf):
    inside = {element.objgen for element in elements(pdf.Root.StructTreeRoot)}
    running = {"/NonStruct", "/Span"}
    for owner in pdf.Root.StructTreeRoot.ParentTree.Nums[1::2]:
        for element in owner if isinstance(owner, pikepdf.Array) else [owner]:
            assert element is None or element.objgen in inside or element.S in running


def test_the_emblem_is_drawn_and_not_told(pdf):
    cover = pdf.pages[0]
    figures = list(elements(pdf.Root.StructTreeRoot, "/Figure"))
    assert figures
    assert all(figure.Pg.objgen != cover.objgen for figure in figures)
    assert "/Pattern" in cover.Resources


@pytest.mark.parametrize("profile", ["3a", "ua1"])
def test_mended_tables_keep_to_the_standard(pdf, profile):
    page = pytest.importorskip("page", reason="page-validation is not installed")
    result = page.validate_pdf(pdf.filename, profile=profile)
    assert [failure.message for failure in result.failures] == []
