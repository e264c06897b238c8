"""A part of a chapter as its text, captions and exhibits print it, from records made by hand."""

from dataclasses import dataclass, field
from typing import Any

from neighbourhood_equity.analysis.derived import derived
from neighbourhood_equity.analysis.findings import Finding
from neighbourhood_equity.analysis.graph import Made, names_of, nodes
from neighbourhood_equity.report_templates.captions import Caption, read_captions
from neighbourhood_equity.report_templates.editions import FULL
from neighbourhood_equity.report_templates.environment import environment_of
from neighbourhood_equity.report_templates.exhibits import Body, Missing
from neighbourhood_equity.report_templates.quoting import Quoting
from neighbourhood_equity.report_templates.reasons import reason_words

TEMPLATES = environment_of(plain=True)
"""Compiled once for all tests."""


@dataclass
class Printed:
    """Results by name, and the exhibits that the text may show."""

    results: dict[str, Any]
    bodies: list[Body | Missing] = field(default_factory=list)
    others: dict[str, Finding] = field(default_factory=dict)
    """Findings of chapters that are not among the results."""

    def _quoting(self) -> Quoting:
        made = {name: Made(nodes()[name], one, ()) for name, one in self.results.items()}
        findings = {one.name: one for one in derived(made, (), reason_words).findings}
        shown = {one.id: one for one in self.bodies if not isinstance(one, Missing)}
        missing = {one.id: one.because for one in self.bodies if isinstance(one, Missing)}
        return Quoting(findings | self.others, shown, names_of(self.results), missing)

    def text(self, template: str, chapter: str = "valuing", **more: Any) -> str:
        """A template of the chapter, its numbers without their links."""
        of = next(part for part in FULL.chapters if part.name == chapter)
        words = self._quoting().functions(of) | self._quoting().plain_functions(template)
        words["passage"] = lambda name: ""
        filled = TEMPLATES.get_template(template)
        return filled.render(**words, **self.results, **more)

    def captions(self, template: str) -> dict[str, Caption]:
        """The captions of a template, by exhibit."""
        filled = TEMPLATES.get_template(template)
        words = self._quoting().plain_functions(template)
        return read_captions(filled.render(**words, **self.results), template)
