"""The main job: a study in, a folder with the report and all its numbers out."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import fields
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from ..data.catalogue import DataFolder, Provenance
from . import output, stored
from .book import Book, attributions
from .derived import derived
from .doors import check_folders
from .equations import check_variables
from .findings import Finding, Pedigree
from .graph import Made, make, nodes
from .inputs import RECORD, Inputs, open_folder, read_inputs
from .progress import Progress
from .publisher_texts import PublisherTexts, read_publisher_texts
from .refused_result import RefusedResult, kept
from .second_core import halved
from .study import Study, find_study, read_study

if TYPE_CHECKING:
    from ..report_templates.render import Report

CHAPTERS = ("alternative_valuation", "equity_account", "equity_model")
"""Chapters not yet turned to results, each after those that it waits for."""
STEPS, TYPESET_STEPS = 6, 3


def run_study(
    name: str, data: Path | None, out: Path, edition: str, *, quiet: bool = False
) -> Path:
    """Run a study and leave its folder in ``out``; returns that folder.

    Raises `InputError` for what a user can mend; the former folder is then left as it was.
    """
    began = time.perf_counter()
    path = find_study(name)
    study = read_study(path)
    check_variables(study)
    texts = read_publisher_texts(study, path)
    target = out / study.name
    check_folders(study, data, target)
    progress = Progress(STEPS, quiet=quiet)
    with progress.step("finding the data"):
        folder = open_folder(study, data)
    with progress.step("reading and checking the data"):
        inputs = read_inputs(study, folder)
    with progress.step("estimating"):
        book = compute(inputs)
    with output.replacing(target) as beside:
        report = report_of(study, folder, book, texts)
        stored.write(report, beside / output.RESULTS)
        _typeset(report, edition, beside, progress)
        with progress.step("writing findings, tables and the manifest"):
            output.write_findings(book.findings, beside)
            output.write_estimates(book.estimates, beside)
            if kept(prices := book.results["price_table"]):
                output.write_prices(prices.frame, beside)
            if kept(index := book.results["social_index"]):
                output.write_index(index.by_area, beside)
            output.write_account(book.account, beside)
            output.write_manifest(
                beside,
                provenance=folder.provenance,
                study_name=study.name,
                study_text=path.read_text(encoding="utf-8"),
                seed=study.seed,
                seconds=time.perf_counter() - began,
            )
    _say_what_was_written(target, edition, progress)
    return target


def compute(inputs: Inputs) -> Book:
    """All results, and the chapters that are not yet turned."""
    return _chapters(CHAPTERS, inputs, _results(inputs))


def _results(inputs: Inputs) -> Book:
    """A book that holds the results which the report's chapters ask for, and their findings."""
    from ..report_templates.chapter_parts import needs
    from ..report_templates.editions import FULL
    from ..report_templates.environment import environment_of
    from ..report_templates.reasons import reason_words

    given = {one.name: getattr(inputs, one.name) for one in fields(inputs)} | {"inputs": inputs}
    made = make(needs(FULL, nodes(), environment_of()), given)
    found = derived(made, inputs.cited((RECORD,)), reason_words)
    book = Book(results={name: one.record for name, one in made.items()})
    for finding in found.findings:
        book.findings.add(finding)
    book.estimates += found.estimates
    for one in made.values():
        if isinstance(one.record, RefusedResult) and one.node.prefix not in book.findings:
            book.findings.refuse_part(_refusal(one))
    return book


def _refusal(made: Made) -> Finding:
    """The refusal of every finding of a result."""
    from ..report_templates.messages import in_words

    assert isinstance(made.record, RefusedResult)
    reason = in_words(made.record.message.split("; ")[0])
    pedigree = Pedigree(made.node.module, made.sources)
    return Finding(made.node.prefix, None, "text", "described", pedigree, reason=reason)


def _chapters(names: Sequence[str], inputs: Inputs, book: Book) -> Book:
    """The book with what these chapters add to it."""
    for name in names:
        with book.part(name):
            import_module(f".chapters.{name}", __package__).compute(inputs, book)
    return book


def typeset_run(run: Path, edition: str, *, quiet: bool = False) -> Path:
    """Typeset a run again from its results, without estimating; returns the PDF.

    Raises `InputError` if the folder is not a run of ours; the run is then left as it was.
    """
    progress = Progress(TYPESET_STEPS, quiet=quiet)
    with progress.step("reading the results"):
        report = stored.read(run / output.RESULTS)
    with output.replacing(run) as beside:
        output.carry(run, beside)
        _typeset(report, edition, beside, progress)
    pdf = run / f"{edition}.pdf"
    progress.say(f"wrote {pdf}")
    return pdf


def _typeset(report: Report, edition: str, beside: Path, progress: Progress) -> None:
    """Tables, figures and the PDF of a report, into a folder."""
    from ..report_templates import render
    from ..report_templates.exhibits import Figure
    from ..report_templates.figures import draw

    report = render.with_chapter_exhibits(report, edition)
    figures = [exhibit for exhibit in report.exhibits.values() if isinstance(exhibit, Figure)]
    drawing = halved(draw, figures)
    with progress.step("drawing figures"):
        drawings = {figure.id: drawn for figure, drawn in zip(figures, drawing(), strict=True)}
        output.write_exhibits(report.exhibits, drawings, beside)
    with progress.step("typesetting"):
        html = render.render_html(report, edition, drawings)
        if unused := render.unused_exhibits(report, html):
            progress.say(f"made and not shown: {', '.join(unused)}; tables and figures hold them")
        render.write_pdf(html, beside / f"{edition}.pdf", report)


def report_of(study: Study, folder: DataFolder, book: Book, texts: PublisherTexts) -> Report:
    """What a report prints of a run."""
    from .. import __version__
    from ..report_templates.render import Report

    words = study.publication
    return Report(
        title=words.title,
        subtitle=words.subtitle,
        study=study.name,
        city=study.city,
        date=study.date,
        simulated=study.simulated,
        version=__version__,
        publisher=words.publisher,
        author=words.author,
        contact=words.contact,
        commissioned_by=words.commissioned_by,
        programme=words.programme,
        foreword=texts.foreword,
        logo=texts.logo,
        passages=texts.passages,
        shipped=texts.shipped,
        findings=book.findings,
        exhibits=book.exhibits,
        estimates=book.estimates,
        sources=_sources_frame(folder.provenance),
        attributions=attributions(folder),
        results=book.results,
    )


def _sources_frame(provenance: list[Provenance]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "id": item.source.id,
                "publisher": item.source.publisher,
                "title": item.source.title,
                "short": item.source.short,
                "edition": item.source.edition,
                "page": item.source.page,
                "licence": item.source.licence,
                "licence_page": item.source.licence_page,
                "attribution": item.source.attribution,
                "says": item.source.says,
                "done": item.source.done,
                "file": item.file,
                "sha256": item.sha256,
                "rows_in": item.rows_in,
                "rows_kept": item.rows_kept,
                "dropped": "; ".join(f"{rows} {why}" for why, rows in item.dropped.items()),
            }
            for item in provenance
        ]
    )


def _say_what_was_written(target: Path, edition: str, progress: Progress) -> None:
    for name in (
        f"{edition}.pdf",
        "findings.json",
        "estimates.csv",
        "estimates.parquet",
        "prices.csv",
        "prices.parquet",
        "social_capital_index.csv",
        "equity_account.csv",
        "manifest.json",
    ):
        progress.say(f"wrote {target / name}")
    for name in ("tables", "figures"):
        progress.say(f"wrote {target / name}/ ({len(list((target / name).iterdir()))} files)")
