"""Whatever result is refused, the report has its pages, and they say why."""

import pytest

from neighbourhood_equity.analysis.findings import Finding, Findings, Pedigree
from neighbourhood_equity.analysis.graph import nodes, order
from neighbourhood_equity.analysis.inputs import Inputs
from neighbourhood_equity.analysis.record_tree import leaves
from neighbourhood_equity.analysis.refused_result import RefusedResult
from neighbourhood_equity.analysis.run import Run
from neighbourhood_equity.report_templates.commands.report import report_of
from neighbourhood_equity.report_templates.editions import FULL
from neighbourhood_equity.report_templates.exhibits import Figure
from neighbourhood_equity.report_templates.publisher_texts import PublisherTexts
from neighbourhood_equity.report_templates.render import render_html, with_chapter_exhibits

WRITTEN = {
    "summary": "What we found",
    "recommendations": "For those who decide",
    "valuing": "What this chapter cannot tell",
    "equity_model": "What this chapter concludes",
    "case_studies": "What can be known of each start",
    "social_capital": "The National Indicators",
}
"""Words that a chapter has unless it is refused whole."""


def without(book: Run, refused: str) -> Run:
    """The run as if a result could not be made: it is refused, and what rests on it."""
    lost = {refused}
    for name in order(book.results):
        if lost.intersection(nodes()[name].needs):
            lost.add(name)
    left = {name: one for name, one in book.results.items() if name not in lost}
    stays = {leaf.path for name, one in left.items() for leaf in leaves(one, nodes()[name].prefix)}
    findings = Findings(one for name, one in book.findings.items() if name in stays)
    for prefix in {nodes()[name].prefix for name in lost} - set(findings):
        reason = "nothing varies"
        refusal = Finding(prefix, None, "text", "described", Pedigree("tests", ()), reason=reason)
        findings.refuse_part(refusal)
    return Run({**left, **{name: RefusedResult("nothing varies") for name in lost}}, findings)


@pytest.mark.parametrize("refused", ["equity_account"])
def test_a_refused_result_leaves_the_other_pages(inputs: Inputs, book: Run, refused: str) -> None:
    made = report_of(inputs.study, inputs.folder, without(book, refused), PublisherTexts())
    report = with_chapter_exhibits(made)
    figures = (name for name, one in report.exhibits.items() if isinstance(one, Figure))
    html = render_html(report, FULL, dict.fromkeys(figures, "<svg/>"))
    for name, words in WRITTEN.items():
        start = html.index(f'id="chapter-{name}"')
        own = html[start : html.find('<section class="chapter"', start)]
        assert words in own, f"{name} is refused whole"
    assert "equity_model.routes" in report.exhibits
    assert "because nothing varies" in html
