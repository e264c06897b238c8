"""A study's own passages stand where chapters ask for them, and only there."""

from importlib.resources import files

import jinja2
import pytest
import tinyhtml5
from jinja2 import nodes
from made_report import DRAWINGS, loader, report

from neighbourhood_equity.report_templates.editions import FULL
from neighbourhood_equity.report_templates.environment import environment_of
from neighbourhood_equity.report_templates.passages import (
    ABOUT_A_PLACE,
    PASSAGES,
    template_of,
)
from neighbourhood_equity.report_templates.render import render_html

BIRMINGHAM = files("neighbourhood_equity.analysis").joinpath("studies", "birmingham", "passages")
ASKS = 'Before.\n\n{{ passage("influence") }}\n\nAfter.\n'


def theory(**more):
    """The chapter of theory, which asks for one passage."""
    shipped = jinja2.DictLoader(
        {template_of("town", "influence"): "Of {{ num(cross_section.areas) }}."}
    )
    templates = jinja2.ChoiceLoader([loader(theory=ASKS + "{{ ref('valuing.line') }}"), shipped])
    html = render_html(report(**more), FULL, DRAWINGS, templates)
    return tinyhtml5.parse(html, namespace_html_elements=False).find(
        ".//section[@id='chapter-theory']"
    )


def words(tag):
    return " ".join("".join(tag.itertext()).split())


def asked_for():
    """The names that chapters ask for; of a name that is put together, its beginning."""
    environment = environment_of()
    for name in environment.list_templates(extensions=["j2"]):
        source, _, _ = environment.loader.get_source(environment, name)
        for call in environment.parse(source).find_all(nodes.Call):
            if isinstance(call.node, nodes.Name) and call.node.name == "passage":
                yield next(call.args[0].find_all(nodes.Const), call.args[0]).value


def test_chapters_ask_for_the_known_passages_and_no_other():
    assert sorted(asked_for()) == sorted([*PASSAGES, ABOUT_A_PLACE])


def test_a_passage_of_a_stranger_is_set_where_the_chapter_asks():
    section = theory(passages={"influence": "## Being heard\n\nWe *were*, in 1999."})
    assert words(section).endswith("Before. Being heard We were, in 1999. After. Figure 3.1")
    assert {tag.tag for tag in section.iter()} >= {"h2", "em"}


@pytest.mark.parametrize(
    "foreign", ["{{ city }} [@ostrom1996]", "<script>x</script>", "a <b>bold</b> word"]
)
def test_what_could_act_in_a_passage_is_printed(foreign):
    assert foreign in words(theory(passages={"influence": foreign}))


def test_a_passage_of_a_shipped_study_may_quote_findings():
    section = theory(shipped="town")
    assert "Of 1,640." in words(section)


def test_without_a_passage_nothing_stands_there():
    assert [words(tag) for tag in theory().iter("p")] == ["Before.", "After. Figure 3.1"]
    assert not list(theory().iter("h2"))


@pytest.mark.parametrize("file", sorted(BIRMINGHAM.iterdir()), ids=lambda file: file.name)
def test_a_shipped_passage_has_a_known_name(file):
    name = file.name.removesuffix(".md.j2")
    assert name in PASSAGES or name.startswith(ABOUT_A_PLACE)
