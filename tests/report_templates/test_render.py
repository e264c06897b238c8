import dataclasses
import re

import pikepdf
import pytest
from made_report import DRAWINGS, LOGO, RICH, SVG, figure, finding, loader, report
from test_figures import _cycle

from neighbourhood_equity.analysis.findings import Pedigree
from neighbourhood_equity.report_templates.editions import FULL
from neighbourhood_equity.report_templates.errors import TemplateFault
from neighbourhood_equity.report_templates.pdf import RenderingWarning
from neighbourhood_equity.report_templates.render import render_html, unused_exhibits, write_pdf


def html_of(made=None, **chapters):
    return render_html(made or report(), FULL, DRAWINGS, loader(**chapters))


@pytest.fixture(scope="module")
def html():
    return html_of(report(foreword=RICH, logo=LOGO))


@pytest.fixture(scope="module")
def pdf(html, tmp_path_factory):
    path = tmp_path_factory.mktemp("pdf") / "full.pdf"
    write_pdf(html, path, report())
    return path


def test_a_headline_links_to_its_equation(html):
    assert '<a class="num" href="#spec-valuing.ols">1.3%</a>' in html
    assert '<tr id="spec-valuing.ols">' in html


def test_another_number_links_to_its_data_and_these_to_their_publisher():
    pedigree = Pedigree("a.module", ("prices",), "")
    counted = finding("valuing.areas", 1640, unit="count", pedigree=pedigree)
    made = report()
    findings = {**made.findings, "valuing.areas": counted}
    html = html_of(report(findings=findings), summary="{{ num(cross_section.areas) }}")
    assert '<a class="num" href="#source-prices">1,640</a>' in html
    row = html[html.index('<tr id="source-prices">') :]
    for page in ("prices", "by", "licence"):
        assert f'href="https://example.org/{page}"' in row[: row.index("</tr>")]


def test_a_number_of_unknown_origin_is_no_link():
    counted = finding("valuing.areas", 1640, unit="count", pedigree=Pedigree("a.module", (), ""))
    findings = {**report().findings, "valuing.areas": counted}
    html = html_of(report(findings=findings), summary="Of {{ num(cross_section.areas) }} areas.")
    assert "Of 1,640" in html.replace("\xa0", " ")


def test_the_tables_of_the_annex_are_numbered(html):
    assert re.findall(r"Table T\.\d", html) == ["Table T.1", "Table T.2", "Table T.3"]


def test_every_link_has_its_place(html):
    places = set(re.findall(r'id="([^"]*)"', html))
    assert set(re.findall(r'href="#([^"]*)"', html)) <= places


def test_exhibits_are_numbered_by_chapter_and_kind(html):
    assert "<b>Figure 3.1.</b> A rise" in html
    assert "<b>Table 3.1.</b> Prices" in html


def test_a_reference_may_come_before_its_exhibit(html):
    link = html.index('<a class="ref" href="#exhibit-valuing.line">Figure 3.1</a>')
    assert link < html.index('<figure class="exhibit" id="exhibit-valuing.line">')


def test_only_cited_works_are_listed(html):
    assert re.findall(r'id="ref-(\w+)"', html) == ["ostrom1996"]


def test_chapters_stand_in_the_order_of_the_original(html):
    names = re.findall(r'<section class="chapter" id="chapter-(\w+)">', html)
    assert names[:2] == ["foreword", "summary"]
    assert names.index("references") < names.index("case_studies")


def test_the_city_stands_in_a_title(html):
    assert "House Prices Variations in Middleham" in html


def test_a_figure_has_its_alt_text(html):
    assert '<img alt="A line that rises"' in html


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{{ num('no.such') }}", "valuing/text.md.j2: asks for 'no.such', which is no number"),
        ("{{ exhibit('no.such') }}", "valuing/text.md.j2: asks for exhibit no.such"),
        ("{{ ref('valuing.table') }}", "valuing/text.md.j2: refers to exhibit valuing.table"),
        ("{{ exhibit('valuing.line') }}{{ exhibit('valuing.line') }}", "is shown already"),
        ("{{ exhibit_small('valuing.line') }}", "which only a cycle can be"),
        ("{{ interval(cross_section.areas) }}", "has no interval"),
        ("{{ no_such }}", "valuing/text.md.j2: 'no_such' is undefined"),
        ("[@nobody1900]", "valuing/text.md.j2: cites nobody1900"),
        ("{% if %}", "valuing/text.md.j2: line 1"),
    ],
)
def test_what_does_not_exist_stops_the_build(text, message):
    plain = {"theory": "Words.", "valuing": text}
    with pytest.raises(TemplateFault, match=re.escape(message)):
        html_of(**plain)


def test_an_exhibit_that_no_page_shows_is_named(html):
    assert unused_exhibits(report(), html) == ()
    more = {**report().exhibits, "valuing.other": dataclasses.replace(figure(), id="valuing.other")}
    assert unused_exhibits(report(exhibits=more), html) == ("valuing.other",)


def test_a_small_figure_points_to_the_full_one():
    ring = _cycle()
    exhibits = {**report().exhibits, ring.id: ring}
    show = f"{{{{ exhibit('{ring.id}') }}}}"
    html = render_html(
        report(exhibits=exhibits),
        FULL,
        {**DRAWINGS, ring.id: SVG},
        loader(summary=show.replace("exhibit", "exhibit_small"), equity_model=show),
    )
    small = html.index('<figure class="exhibit small">')
    assert small < html.index("In full size", small) < html.index("Figure 3.1</a>", small)


def test_the_pdf_is_tagged_and_named(pdf):
    with pikepdf.open(pdf) as document:
        assert document.Root.Lang == "en-GB"
        assert document.Root.MarkInfo.Marked
        assert "/StructTreeRoot" in document.Root
        assert document.docinfo["/Title"] == "Looking Sideways, Again: A made report"


def test_each_source_and_its_licence_are_linked(pdf):
    with pikepdf.open(pdf) as document:
        links = {
            str(link.A.URI): str(link.Contents)
            for page in document.pages
            for link in page.get("/Annots", [])
            if "/A" in link
        }
    source = report().sources.iloc[0]
    assert links[source.page] == source.page
    assert links[source.licence_page] == source.licence_page


def test_the_outline_lists_the_parts_in_order(pdf):
    with pikepdf.open(pdf) as document, document.open_outline() as outline:
        titles = [item.title for item in outline.root]
    assert titles[:4] == ["Contents", "Foreword", "Summary", "Recommendations"]
    assert "Section 3: Valuing Coproduction" in titles


def test_the_metadata_name_both_standards(pdf):
    with pikepdf.open(pdf) as document:
        metadata = document.Root.Metadata
        text = metadata.read_bytes()
        assert "/Filter" not in metadata
    assert b"<pdfuaid:part>1</pdfuaid:part>" in text
    assert re.search(rb'pdfaid:part="3"', text)


@pytest.mark.parametrize("profile", ["3a", "ua1"])
def test_the_pdf_keeps_to_the_standard(pdf, profile):
    page = pytest.importorskip("page", reason="page-validation is not installed")
    result = page.validate_pdf(pdf, profile=profile)
    assert [failure.message for failure in result.failures] == []


def test_the_same_report_gives_the_same_bytes(html, pdf, tmp_path):
    write_pdf(html, tmp_path / "again.pdf", report())
    assert (tmp_path / "again.pdf").read_bytes() == pdf.read_bytes()


def test_the_date_is_that_of_the_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    write_pdf('<html lang="en"><p>Words</p>', tmp_path / "a.pdf", report())
    with pikepdf.open(tmp_path / "a.pdf") as document:
        assert str(document.docinfo["/CreationDate"]).startswith("D:19700102")


def test_no_page_ends_its_stream_on_a_carriage_return(pdf):
    assert b"\r\nendstream" not in pdf.read_bytes()


def test_a_missing_image_stops_the_build_and_leaves_the_former_file(tmp_path):
    path = tmp_path / "full.pdf"
    path.write_bytes(b"former")
    with pytest.raises(RenderingWarning, match="Failed to load image"):
        write_pdf('<html lang="en"><img alt="a" src="http://localhost/a.png">', path, report())
    assert path.read_bytes() == b"former"


@pytest.mark.parametrize("who", ["publisher", "author", "contact"])
def test_a_report_that_does_not_say_whose_it_is_is_a_draft(who):
    made = report(simulated=False)
    assert '<body class="draft">' not in html_of(made)
    assert '<body class="draft">' in html_of(dataclasses.replace(made, **{who: ""}))


def test_what_the_publisher_has_not_supplied_is_left_out(html):
    bare = html_of(report(publisher="", contact="", commissioned_by=""))
    named = ["Published by", "Contact", "Commissioned by"]
    assert [name for name in named if name in html and name not in bare] == named


@pytest.mark.parametrize("simulated", [True, False])
def test_a_simulated_report_says_so_and_a_real_one_does_not(simulated):
    html = html_of(report(simulated=simulated))
    assert ('<body class="simulated">' in html) is simulated
    assert ("Everything in this report is simulated" in html) is simulated


def test_drawings_are_inlined_once_each():
    assert SVG
    assert html_of().count('src="data:image/svg+xml;base64') == 1
