"""A report as a value, and its way to HTML and PDF."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

import jinja2
import pandas as pd
from markupsafe import Markup

from ..analysis.graph import names_of
from ..analysis.quantities import NotEstimable
from ..analysis.record_tree import leaves
from ..analysis.results.verdicts import Verdicts
from ..models.estimate import Estimate
from . import formats, pages, words
from .chapter_parts import exhibits
from .citations import Bibliography
from .editions import FULL, Chapter, Edition
from .environment import environment_of
from .errors import TemplateFault
from .exhibits import Body, Exhibit, Figure, Missing, Table
from .foreign_markdown import foreign_html
from .origins import headline_estimates, places
from .passages import template_of
from .pdf import write_pdf
from .quoting import Quoting
from .typography import printed_html

__all__ = ["Report", "render_figures", "render_html", "unused_exhibits", "write_pdf"]

# These say what the others cited and showed, so they are written after them.
LATE = ("references", "technical_annex")
EMBLEM = "equity_model.cycle"
"""The figure whose ring stands on the cover."""


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that a report prints."""

    title: str
    subtitle: str
    study: str
    city: str
    date: datetime.date
    simulated: bool
    version: str
    publisher: str
    author: str
    contact: str
    commissioned_by: str
    programme: str
    foreword: str | None
    findings: Mapping[str, words.Quotable]
    estimates: Sequence[Estimate]
    sources: pd.DataFrame
    """id, publisher, title, short, edition, page, by, by_page, licence, licence_page, file, sha256,
    rows_in, rows_kept, dropped, and a note: what a reader must know first, blank for most."""
    attributions: tuple[str, ...]
    logo: bytes | None = None
    """A PNG."""
    exhibits: Mapping[str, Exhibit] = field(default_factory=dict)
    """Tables and figures by id, once `with_chapter_exhibits` has made them."""
    results: Mapping[str, Any] = field(default_factory=dict)
    """Results by name, which templates ask for by that name."""
    missing: Mapping[str, NotEstimable] = field(default_factory=dict)
    """Exhibits that could not be made, by id, and why."""
    passages: Mapping[str, str] = field(default_factory=dict)
    """A stranger's passages on the city by name, in Markdown; see `passages`."""
    shipped: str = ""
    """The shipped study whose passages the package holds."""

    @property
    def unnamed(self) -> tuple[str, ...]:
        """Whom its imprint must name before it is published and does not."""
        return tuple(who for who in ("publisher", "author", "contact") if not getattr(self, who))


def render_figures(report: Report) -> dict[str, str]:
    """Each figure drawn once, as SVG by id."""
    from .figures import draw

    return {
        name: draw(exhibit)
        for name, exhibit in report.exhibits.items()
        if isinstance(exhibit, Figure)
    }


def render_html(
    report: Report,
    edition: Edition = FULL,
    drawings: Mapping[str, str] | None = None,
    loader: jinja2.BaseLoader | None = None,
) -> str:
    """The report as one HTML document.

    Parameters
    ----------
    report : what to print
    edition : the chapters to show
    drawings : SVG of the figures by id; drawn here if not given
    loader : where the templates are; the package's own by default

    Raises
    ------
    TemplateFault
        A template asks for a finding, exhibit, work or variable that does not exist.
    """
    chapters = [one for one in edition.chapters if one.name != "foreword" or report.foreword]
    drawings = render_figures(report) if drawings is None else drawings
    press = _Press(report, environment_of(loader), edition)
    early = [chapter for chapter in chapters if chapter.name not in LATE]
    late = [chapter for chapter in chapters if chapter.name in LATE]
    bodies = {chapter.name: press.chapter(chapter) for chapter in (*early, *late)}
    body = "".join(bodies[chapter.name] for chapter in chapters)
    body = press.quoting.resolve(body, pages.exhibit_writer(drawings))
    sections = {name: pages.headings(html) for name, html in bodies.items()}
    html = printed_html(press.document(chapters, sections, body))
    return html if edition.whole else pages.unlinked(html)


def unused_exhibits(report: Report, html: str) -> tuple[str, ...]:
    """Ids of exhibits that were made and that no page of ``html`` shows."""
    return tuple(name for name in report.exhibits if f'id="exhibit-{name}"' not in html)


def with_chapter_exhibits(report: Report, edition: Edition = FULL) -> Report:
    """The report with the tables and figures that the edition's chapters make of its results."""
    environment = environment_of(plain=True)
    names = names_of(report.results)
    quoting = Quoting(report.findings, report.exhibits, names)
    named_as = (report.sources[column] for column in ("id", "short", "note"))
    shorts = {
        key: f"{short} ({note})" if note else short
        for key, short, note in zip(*named_as, strict=True)
    }

    def fill(template: str) -> str:
        return environment.get_template(template).render(
            **report.results, **quoting.plain_functions(template), city=report.city
        )

    def source_line(body: Body) -> str:
        shown = (names.get(id(leaf.thing)) for part in body.shows for leaf in leaves(part))
        named = (report.findings[name] for name in shown if name and name in report.findings)
        ids = {key for finding in named for key in finding.pedigree.sources}
        return "; ".join(dict.fromkeys(shorts[key] for key in shorts if key in ids))

    every = tuple(exhibits(edition.chapters, report.results, fill, source_line))
    made = {one.id: one for one in every if not isinstance(one, Missing)}
    missing = {one.id: one.because for one in every if isinstance(one, Missing)}
    return replace(report, exhibits={**report.exhibits, **made}, missing=missing)


class _Press:
    """The state of one rendering: what has been cited and shown so far."""

    def __init__(self, report: Report, environment: jinja2.Environment, edition: Edition) -> None:
        self.report = report
        self.environment = environment
        names = names_of(report.results)
        verdicts = report.results.get("verdicts")
        self.headlines = (
            headline_estimates(verdicts, report, names) if isinstance(verdicts, Verdicts) else []
        )
        self.quoting = Quoting(
            report.findings,
            report.exhibits,
            names,
            report.missing,
            places(report.findings, self.headlines, report.sources["id"]),
            whole=edition.whole,
        )
        self.bibliography = Bibliography()

    def chapter(self, chapter: Chapter) -> str:
        name = chapter.template
        # A chapter of which a sentence outside every block asks for a refusal is refused whole.
        markdown = self.quoting.unless_refused(caller=lambda: self._markdown(name, chapter))
        cited = self.bibliography.cite(markdown, name)
        body = self._data_notes(chapter) + pages.markdown_html(cited)
        return pages.chapter_html(chapter, self.report.city, body)

    def _data_notes(self, chapter: Chapter) -> str:
        """What must be known of the sources of the numbers that a chapter quotes."""
        quoted = self.quoting.quoted.get(chapter.name, ())
        read = {one for name in quoted for one in self.report.findings[name].pedigree.sources}
        sources = self.report.sources
        noted = sources[sources["id"].isin(read) & (sources["note"] != "")]
        return pages.data_notes_html(zip(noted["title"], noted["note"], strict=True))

    def _markdown(self, name: str, chapter: Chapter) -> str:
        functions = self.quoting.functions(chapter)
        return self._filled(
            name,
            **functions,
            passage=lambda asked: self._passage(asked, functions),
            lede=pages.lede,
            reference_list=self._reference_list,
            numbers=self.quoting.numbers,
            headlines=self.headlines,
        )

    def _reference_list(self) -> Markup:
        """The works that the chapters before cite, in their words or in a row of a table."""
        shown = [self.quoting.exhibits[name] for name in self.quoting.numbers]
        for table in shown:
            if isinstance(table, Table):
                self.bibliography.mention(table.works)
        return Markup(self.bibliography.reference_list())

    def _passage(self, name: str, functions: Mapping[str, Any]) -> Markup:
        """What the study says of its city in this place, as Markdown; nothing if it has no such."""
        if name in self.report.passages:
            return foreign_html(self.report.passages[name])
        template = template_of(self.report.shipped, name)
        try:
            self.environment.get_template(template)
        except jinja2.TemplateNotFound:
            return Markup()
        return Markup(self._filled(template, **functions))

    def document(
        self,
        chapters: Iterable[Chapter],
        sections: Mapping[str, Sequence[tuple[str, str]]],
        body: str,
    ) -> str:
        imprint = pages.markdown_html(self._filled("imprint.md.j2"))
        parts = [
            (part.name, part.full_title(self.report.city), sections[part.name]) for part in chapters
        ]
        contents = self._filled("contents.html.j2", parts=parts)
        return self._filled(
            "report.html.j2",
            style=Markup(_style()),
            cover=Markup(
                self._filled("cover.html.j2", whole=self.quoting.whole, emblem=self._emblem())
            ),
            imprint=Markup(imprint),
            contents=Markup(contents),
            body=Markup(body),
            unnamed=self.report.unnamed,
        )

    def _emblem(self) -> str:
        """The address of the cover's ring."""
        from .figures.emblem import draw_emblem

        cycle = self.report.exhibits.get(EMBLEM)
        svg = draw_emblem(cycle if isinstance(cycle, Figure) else None)
        return pages.address("svg+xml", svg.encode())

    def _filled(self, template: str, **extra: Any) -> str:
        report = {part.name: getattr(self.report, part.name) for part in fields(self.report)}
        report["date"] = formats.format_date(self.report.date)
        report["foreword"] = self.report.foreword and foreign_html(self.report.foreword)
        report["logo"] = self.report.logo and pages.address("png", self.report.logo)
        try:
            return self.environment.get_template(template).render(
                **self.report.results, **report, **extra
            )
        except jinja2.TemplateNotFound as missing:
            raise TemplateFault(template, f"there is no template {missing.name}") from missing
        except jinja2.TemplateSyntaxError as fault:
            raise TemplateFault(template, f"line {fault.lineno}: {fault.message}") from fault
        except jinja2.UndefinedError as fault:
            raise TemplateFault(template, str(fault)) from fault


def _style() -> str:
    from importlib.resources import files

    return files(__package__).joinpath("style", "report.css").read_text(encoding="utf-8")
