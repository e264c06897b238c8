"""A template's words before Markdown, from the findings and results of a run."""

from collections.abc import Mapping

from neighbourhood_equity.analysis.findings import Finding
from neighbourhood_equity.analysis.graph import names_of
from neighbourhood_equity.analysis.inputs import Inputs
from neighbourhood_equity.analysis.run import Run
from neighbourhood_equity.report_templates.commands.report import report_of
from neighbourhood_equity.report_templates.editions import FULL
from neighbourhood_equity.report_templates.environment import environment_of
from neighbourhood_equity.report_templates.pages import lede
from neighbourhood_equity.report_templates.publisher_texts import PublisherTexts
from neighbourhood_equity.report_templates.quoting import Quoting
from neighbourhood_equity.report_templates.render import Report, with_chapter_exhibits


def report_with_exhibits(inputs: Inputs, book: Run) -> Report:
    """The report of a run, with what its chapters make of the results."""
    made = report_of(inputs.study, inputs.folder, book, PublisherTexts())
    return with_chapter_exhibits(made)


def said(report: Report, findings: Mapping[str, Finding], chapter: str, template: str = "") -> str:
    """What a chapter, or one template of it, says of these findings."""
    part = next(one for one in FULL.chapters if one.name == chapter)
    quoting = Quoting(findings, report.exhibits, names_of(report.results), report.missing)
    return (
        environment_of()
        .get_template(template or part.template)
        .render(
            **report.results,
            **quoting.functions(part),
            findings=findings,
            lede=lede,
            city=report.city,
            simulated=report.simulated,
        )
    )
