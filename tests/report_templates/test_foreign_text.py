"""Names from data and from a study are text wherever they are set, whatever signs they hold."""

import dataclasses
import re
import xml.etree.ElementTree as ET

import pandas as pd
import pytest
import tinyhtml5
from hypothesis import given, settings
from hypothesis import strategies as st
from made_report import DRAWINGS, SHOWN, Shown, estimate, figure, loader, refused, report, table

from neighbourhood_equity.report_templates.editions import FULL
from neighbourhood_equity.report_templates.exhibits import Figure
from neighbourhood_equity.report_templates.figures import draw
from neighbourhood_equity.report_templates.pdf import RenderingWarning
from neighbourhood_equity.report_templates.render import render_html, write_pdf

HOSTILE = (
    "Aston<link rel=attachment href=file:///etc/hostname>",
    "@Home Hub Aston",
    "see [@ostrom1996] and @ostrom1996",
    "Ca$$h Hub",
    "$2m and $3",
    "*a_b* _c_ `d` [e](f) ![g](h)",
    'Bell & Son\'s "Hub" <i>&amp;</i>',
    "{{ city }} {% if x %}",
    "# 1. first",
    "1. first #",
    "- a | b ~~c~~",
    "</section></table></body>",
    "<!-- a --> ]]> x=\"1.23456\" d='2.34567'",
    "\\*  two  blanks",
)
SIGNS = "ab1Ö \\`*_{}[]()<>&@#!|~$%^:;.,-+=?/'\""
NAMES = st.text(SIGNS, min_size=1, max_size=24)
WITH_NAMES = {
    "summary": "{{ lede('In {city} it was.', city=city) }}\n"
    "{% set place = cross_section.place %}{{ place }} is *{{ place }}* and **{{ place }}**.\n\n"
    "## {{ place }}\n\n- {{ place }}\n\n"
    "<table><tr><td>{{ place }}</td></tr></table>\n\n"
    "In {{ place }}: {{ effect(cross_section.refused) }}; {{ reason(cross_section.refused) }}.\n",
}


@dataclasses.dataclass(frozen=True)
class Named(Shown):
    place: str


def named(name):
    """A report in which every text that a stranger writes is ``name``."""
    fields = ("title", "subtitle", "study", "city", "publisher", "author", "contact")
    no_effect = dataclasses.replace(refused(), reason=name)
    words = {"title": name, "measure": name, "note": name, "source": name}
    prices = table(**words)
    prices = dataclasses.replace(
        prices,
        frame=prices.frame.assign(area=name, side=name),
        columns=(dataclasses.replace(prices.columns[0], label=name), *prices.columns[1:]),
        group_by="side",
    )
    line = dataclasses.replace(figure(), alt=name, **words)
    equation = estimate()
    asked = dataclasses.replace(equation.specification, title=name)
    addresses_of_ours = ["page", "licence_page", "by_page"]
    texts = report().sources.select_dtypes("str").columns.drop(["id", *addresses_of_ours])
    return report(
        **dict.fromkeys(fields, name),
        commissioned_by=name,
        programme=name,
        foreword=None,
        findings={one.name: one for one in (*report().findings.values(), no_effect)},
        exhibits={one.id: one for one in (prices, line)},
        estimates=(dataclasses.replace(equation, specification=asked),),
        sources=report().sources.assign(**dict.fromkeys(texts, name)),
        attributions=(name,),
        results={"cross_section": Named(**vars(SHOWN), place=name)},
    )


def page(name):
    html = render_html(named(name), FULL, DRAWINGS, loader(**WITH_NAMES))
    return tinyhtml5.parse(html, namespace_html_elements=False)


def structure(tree):
    """Tags, the names of their attributes, and the addresses and ids that these hold."""
    return [
        (tag.tag, sorted(tag.keys()), tag.get("id"), tag.get("href"), tag.get("class"))
        for tag in tree.iter()
    ]


@pytest.fixture(scope="module")
def plain():
    return structure(page("Aston"))


def straight(text):
    """A text with the marks that it had before it was set: those of the page are curly."""
    return text.translate(str.maketrans("‘’“”", "''\"\""))


def words(tag):
    return straight(" ".join("".join(tag.itertext()).split()))


@settings(max_examples=20, deadline=None, derandomize=True)
@given(name=NAMES)
def test_no_name_changes_the_structure_of_a_page(plain, name):
    assert structure(page(name)) == plain


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_reads_the_same_in_heading_text_table_and_imprint(plain, name):
    tree = page(name)
    assert structure(tree) == plain
    shown = " ".join(name.split())
    summary = tree.find(".//section[@id='chapter-summary']")
    heading, item, cell = (words(summary.find(f".//{tag}")) for tag in ("h2", "li", "td"))
    assert (heading, item, cell) == (shown, shown, shown)
    assert f"{shown} is {shown} and {shown}." in words(summary)
    assert f"In {shown}: not estimable, because {shown.rstrip('.')}; {shown}." in words(summary)
    assert words(summary.find("p[@class='lede']")) == f"In {shown} it was."
    assert words(tree.find(".//p[@class='cover-title']")) == shown
    assert words(tree.find(".//section[@class='imprint']/p/strong")) == shown
    assert words(tree.find(".//title")) == f"{shown}: {shown}"
    assert straight(tree.find(".//img").get("alt")) == name


def bars(name):
    frame = pd.DataFrame({"category": [name, "Other"], "value": [1.0, 2.0]})
    options = {"horizontal": True, "y_label": name}
    return draw(Figure("a.bars", name, "bars", frame, name, name, name, name, options))


@settings(max_examples=15, deadline=None, derandomize=True)
@given(NAMES)
def test_no_name_changes_the_structure_of_a_drawing(name):
    def tags(svg):
        return [(tag.tag, sorted(tag.keys())) for tag in ET.fromstring(svg).iter()]

    one_line = " ".join(name.split()) or "a"
    assert tags(bars(one_line)) == tags(bars("A"))


@pytest.mark.parametrize("name", HOSTILE)
def test_a_drawing_writes_a_name_as_it_is(name):
    texts = ["".join(tag.itertext()) for tag in ET.fromstring(bars(name)).iter() if tag.text]
    assert name.strip() in [straight(text.strip()) for text in texts]


@pytest.mark.parametrize(
    "address", ["file:///etc/hostname", "data:text/plain,words", "http://localhost/a"]
)
def test_a_document_may_not_attach_or_fetch_what_is_not_ours(tmp_path, address):
    path = tmp_path / "full.pdf"
    html = f'<html lang="en"><link rel="attachment" href="{address}"><p>Words'
    with pytest.raises(RenderingWarning, match=re.escape(address)):
        write_pdf(html, path, report())
    assert not path.exists()
