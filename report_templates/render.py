"""A report as a value, and its way to HTML and PDF."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import jinja2
import pandas as pd
from markupsafe import Markup

from ..models.estimate import Estimate
from . import formats, pages, words
from .citations import Bibliography
from .editions import Chapter, chapters_of
from .errors import TemplateFault
from .exhibits import Exhibit, Figure
from .foreign import printed
from .foreword import foreword_html
from .pdf import write_pdf
from .quoting import Quoting

__all__ = ["Report", "render_figures", "render_html", "unused_exhibits", "write_pdf"]

# These say what the others cited and showed, so they are written after them.
LATE = ("references", "technical_annex")


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
    exhibits: Mapping[str, Exhibit]
    estimates: Sequence[Estimate]
    sources: pd.DataFrame
    """id, publisher, title, edition, page, licence, licence_page, file, sha256, rows_in, rows_kept,
    dropped."""
    attributions: tuple[str, ...]
    logo: bytes | None = None
    """A PNG."""


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
    edition: str = "full",
    drawings: Mapping[str, str] | None = None,
    loader: jinja2.BaseLoader | None = None,
) -> str:
    """The report as one HTML document.

    Parameters
    ----------
    report : what to print
    edition : a name of `editions.EDITIONS`
    drawings : SVG of the figures by id; drawn here if not given
    loader : where the templates are; the package's own by default

    Raises
    ------
    TemplateFault
        A template asks for a finding, exhibit, work or variable that does not exist.
    """
    chapters = chapters_of(edition)
    drawings = render_figures(report) if drawings is None else drawings
    press = _Press(report, _environment(edition, loader))
    early = [chapter for chapter in chapters if chapter.name not in LATE]
    late = [chapter for chapter in chapters if chapter.name in LATE]
    bodies = {chapter.name: press.chapter(chapter) for chapter in (*early, *late)}
    body = "".join(bodies[chapter.name] for chapter in chapters)
    body = press.quoting.resolve(body, pages.exhibit_writer(drawings))
    return press.document(chapters, body)


def unused_exhibits(report: Report, html: str) -> tuple[str, ...]:
    """Ids of exhibits that were made and that no page of ``html`` shows."""
    return tuple(name for name in report.exhibits if f'id="exhibit-{name}"' not in html)


class _Press:
    """The state of one rendering: what has been cited and shown so far."""

    def __init__(self, report: Report, environment: jinja2.Environment) -> None:
        self.report = report
        self.environment = environment
        self.quoting = Quoting(report.findings, report.exhibits)
        self.bibliography = Bibliography()

    def chapter(self, chapter: Chapter) -> str:
        name = f"{chapter.name}.md.j2"
        # A chapter of which a sentence outside every block asks for a refusal is refused whole.
        markdown = self.quoting.unless_refused(caller=lambda: self._markdown(name, chapter))
        markdown = self.bibliography.cite(markdown, name)
        return pages.chapter_html(chapter, self.report.city, pages.markdown_html(markdown))

    def _markdown(self, name: str, chapter: Chapter) -> str:
        return self._filled(
            name,
            **self.quoting.functions(chapter),
            lede=pages.lede,
            reference_list=lambda: Markup(self.bibliography.reference_list()),
            numbers=self.quoting.numbers,
            quoted=self.quoting.quoted,
            specifications={estimate.specification.name for estimate in self.report.estimates},
        )

    def document(self, chapters: Iterable[Chapter], body: str) -> str:
        numbers = self.quoting.numbers
        imprint = pages.markdown_html(self._filled("imprint.md.j2"))
        lists = {
            f"{kind.lower()}s": [
                (name, number, self.report.exhibits[name].title)
                for name, number in numbers.items()
                if number.startswith(kind)
            ]
            for kind in ("Figure", "Table")
        }
        parts = [(part.name, part.full_title(self.report.city)) for part in chapters]
        contents = self._filled("contents.html.j2", parts=parts, **lists)
        return self._filled(
            "report.html.j2",
            style=Markup(_style()),
            cover=Markup(self._filled("cover.html.j2")),
            imprint=Markup(imprint),
            contents=Markup(contents),
            body=Markup(body),
        )

    def _filled(self, template: str, **extra: Any) -> str:
        report = {part.name: getattr(self.report, part.name) for part in fields(self.report)}
        report["date"] = formats.format_date(self.report.date)
        report["foreword"] = self.report.foreword and foreword_html(self.report.foreword)
        report["logo"] = self.report.logo and pages.address("png", self.report.logo)
        try:
            return self.environment.get_template(template).render(**report, **extra)
        except jinja2.TemplateNotFound as missing:
            raise TemplateFault(template, f"there is no template {missing.name}") from missing
        except jinja2.TemplateSyntaxError as fault:
            raise TemplateFault(template, f"line {fault.lineno}: {fault.message}") from fault
        except jinja2.UndefinedError as fault:
            raise TemplateFault(template, str(fault)) from fault


def _environment(edition: str, loader: jinja2.BaseLoader | None) -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=loader or jinja2.PackageLoader(__package__, edition),
        undefined=jinja2.StrictUndefined,
        autoescape=True,
        finalize=printed,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        number=formats.format_number,
        in_unit=formats.format_unit,
        interval_words=words.interval_words,
        label_names=words.LABEL_NAMES,
        label_meanings=words.LABELS,
    )
    environment.filters.update(names=_breakable, figures=_four_figures, degrees=_degrees)
    return environment


def _breakable(name: str) -> str:
    """A name of the code with places where a line may break."""
    return re.sub(r"([._])", "\\1\u200b", name)


def _four_figures(value: float) -> str:
    """A coefficient with four significant figures; one that is missing is a dash."""
    return (
        formats.NOT_A_NUMBER
        if formats.is_missing(value)
        else f"{value:.4g}".replace("-", formats.MINUS)
    )


def _degrees(value: float) -> str:
    return "∞" if math.isinf(value) else formats.format_number(value, "count")


def _style() -> str:
    from importlib.resources import files

    return files(__package__).joinpath("style", "report.css").read_text(encoding="utf-8")
