"""A foreword is set as Markdown and keeps no markup, picture, style or code of its own."""

import pytest
import tinyhtml5
from made_report import DRAWINGS, RICH, loader, report

from neighbourhood_equity.report_templates.editions import FULL
from neighbourhood_equity.report_templates.foreign_markdown import foreign_html
from neighbourhood_equity.report_templates.render import render_html


def chapter(foreword, **more):
    html = render_html(report(foreword=foreword, **more), FULL, DRAWINGS, loader())
    tree = tinyhtml5.parse(html, namespace_html_elements=False)
    return tree, tree.find(".//section[@id='chapter-foreword']")


def words(tag):
    return " ".join("".join(tag.itertext()).split())


def test_markdown_is_set():
    _, section = chapter(RICH)
    tags = {tag.tag for tag in section.iter()}
    assert {"em", "strong", "ul", "ol", "blockquote", "table", "pre", "code", "a"} <= tags
    assert section.find(".//ol").get("start") == "4"
    assert [words(tag) for tag in section.iter("h2")] == [
        "A foreword of our own",
        "A second heading",
    ]
    assert "Said by “one” of us" in words(section)
    assert section.find(".//code").text == "code   {{ city }}\n\n@ostrom1996\n"


@pytest.mark.parametrize(
    "words_of_a_stranger",
    [
        "Follow @bhamcitycouncil and [@nobody1900].",
        "As @ostrom1996 said [@ostrom1996].",
        "{{ city }} {% include cover %} {# not seen #}",
        "<style>body { display: none }</style>",
        "<script>alert(1)</script>",
        "<link rel=attachment href=file:///etc/hostname>",
        "</section></body> <b>bold</b>",
        "It costs $2m and $3.",
    ],
)
def test_what_could_act_is_printed(words_of_a_stranger):
    tree, section = chapter(words_of_a_stranger)
    assert words(section) == f"Foreword {words_of_a_stranger}"
    assert [tag.tag for tag in section.iter()] == ["section", "h1", "p"]
    assert words(tree.find(".//section[@id='chapter-references']")).count("Ostrom") == 1


def test_an_address_that_runs_code_is_no_link():
    assert "<a" not in foreign_html("[a](javascript:alert(1)) [b](data:text/html,c)")


def test_without_a_foreword_there_is_no_such_page():
    tree, section = chapter(None)
    assert section is None
    assert "Foreword" not in words(tree.find(".//section[@class='contents']"))


def test_a_logo_stands_on_the_cover_with_words_for_it():
    logo = tinyhtml5.parse(
        render_html(report(logo=b"PNG"), FULL, DRAWINGS, loader()), namespace_html_elements=False
    ).find(".//section[@class='cover']//img")
    assert (logo.get("alt"), logo.get("src")) == (
        "Logo of A publisher",
        "data:image/png;base64,UE5H",
    )
