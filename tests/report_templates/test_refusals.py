"""What could not be estimated, as the pages say it."""

import dataclasses
import re

import pytest
from made_report import DRAWINGS, SHOWN, finding, loader, refused, report

from neighbourhood_equity.analysis.quantities import Count, NotEstimable
from neighbourhood_equity.analysis.reasons import Refused
from neighbourhood_equity.analysis.refused_result import RefusedResult
from neighbourhood_equity.report_templates.editions import FULL
from neighbourhood_equity.report_templates.environment import environment_of
from neighbourhood_equity.report_templates.quoting import Quoting
from neighbourhood_equity.report_templates.render import render_html

SENTENCE = "This is not estimable, because ties &lt;do&gt; not vary."


def html_of(text: str) -> str:
    """A page of a report in which a part of its chapter is refused."""
    reason = "ties <do> not vary"
    no_effect = dataclasses.replace(refused(), reason=reason)
    places = finding("valuing.areas", 1, unit="count")
    findings = {**report().findings, no_effect.name: no_effect, places.name: places}
    one = dataclasses.replace(SHOWN, areas=Count(1))
    missing = {"valuing.curve": NotEstimable(Refused(reason))}
    made = report(findings=findings, missing=missing, results={"cross_section": one})
    plain = {"theory": "Words.", "valuing": text + "\n\n{{ exhibit('valuing.line') }}"}
    return render_html(made, FULL, DRAWINGS, loader(**plain)).replace("\xa0", " ")


@pytest.mark.parametrize(
    "asked",
    [
        "{{ num(cross_section.refused) }}",
        "{{ interval(cross_section.refused) }}",
        "{{ counted(cross_section.refused, 'place') }}",
        "{{ exhibit('valuing.curve') }}",
    ],
)
def test_a_block_that_asks_for_what_is_refused_gives_the_reason(asked: str) -> None:
    html = html_of("{% call unless_refused('**Curves.**') %}Seen: " + asked + "{% endcall %}")
    assert f"<p><strong>Curves.</strong> {SENTENCE}</p>" in html
    assert "Seen:" not in html


def test_the_rest_of_the_chapter_stands() -> None:
    text = "{% call unless_refused() %}{{ num(cross_section.refused) }}{% endcall %}\n\nMore words."
    assert "<p>More words.</p>" in html_of(text)


def test_a_refused_block_takes_no_number_from_the_exhibits_after_it() -> None:
    block = "{{ exhibit('valuing.table') }}{{ num(cross_section.refused) }}"
    html = html_of(
        "{% call unless_refused() %}" + block + "{% endcall %}\n\n{{ exhibit('valuing.table') }}"
    )
    assert "<b>Table 3.1.</b>" in html


def test_a_chapter_that_asks_outside_every_block_is_refused_whole() -> None:
    html = html_of("Seen: {{ num(cross_section.refused) }}.")
    assert f"<p>{SENTENCE}</p>" in html
    assert 'id="chapter-valuing"' in html
    assert "Seen:" not in html


def test_a_block_with_all_it_asks_for_is_as_written() -> None:
    html = html_of("{% call unless_refused() %}Seen: {{ num(cross_section.rise) }}.{% endcall %}")
    assert SENTENCE not in html
    assert "Seen:" in html


def test_a_reference_to_an_exhibit_that_was_not_made_says_so() -> None:
    assert "see an exhibit that could not be made." in html_of("see {{ ref('valuing.curve') }}.")


def test_areas_show_nothing_where_there_is_no_estimate() -> None:
    html = html_of("Areas show {{ shown(cross_section.refused) }}.")
    assert "Areas show no difference that could be estimated, because ties" in html


def test_one_thing_is_counted_in_the_singular() -> None:
    html = html_of("{{ counted(cross_section.areas, 'place') }}")
    assert re.search(r">1(</a>)?\s+place</p>", html)


def test_captions_of_what_is_refused_are_left_out_and_no_others() -> None:
    block = "{% call unless_missing() %}# a.map\ntitle: {{ account.total }}\n{% endcall %}"
    text = environment_of(plain=True).from_string(block + "# b.map\ntitle: Words\n")
    words = Quoting({}, {}).plain_functions("a/captions.md.j2")
    assert "Much" in text.render(words, account={"total": "Much"})
    left = text.render(words, account=RefusedResult("no price is known"))
    assert left.startswith("# b.map")
