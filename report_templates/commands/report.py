"""The main job: a study in, a folder with the report and all its numbers out."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from ...analysis import output, stored
from ...analysis.doors import check_folders
from ...analysis.graph import nodes
from ...analysis.inputs import Inputs, open_folder, read_inputs
from ...analysis.progress import Progress
from ...analysis.refused_result import kept
from ...analysis.run import Run, compute
from ...analysis.second_core import halved
from ...analysis.study import SourceWords, Study, find_study, read_study
from ...data.catalogue import DataFolder, Provenance
from ..chapter_parts import needs
from ..editions import Edition, edition_of
from ..environment import environment_of
from ..printed_names import check_printed
from ..publisher_texts import PublisherTexts, read_publisher_texts
from ..reasons import reason_words

if TYPE_CHECKING:
    from ..render import Report

STEPS, TYPESET_STEPS = 6, 3
NUMBERS = (
    "findings.json",
    "estimates.csv",
    "estimates.parquet",
    "prices.csv",
    "prices.parquet",
    "social_capital_index.csv",
    "equity_account.csv",
    "manifest.json",
)
"""Files of a run beside its pages, in the order of their mention."""


def run_study(
    name: str,
    data: Path | None,
    out: Path,
    edition: str,
    chapters: Sequence[str] = (),
    *,
    quiet: bool = False,
) -> Path:
    """Run a study and leave its folder in ``out``; returns that folder.

    Some chapters alone, if any are named, go into a folder of their own, so that they never take
    the place of a whole report.

    Raises
    ------
    InputError
        What a user can mend; the former folder is then left as it was.
    """
    began = time.perf_counter()
    shown = edition_of(edition).of(chapters)
    path = find_study(name)
    study = read_study(path)
    texts = read_publisher_texts(study, path)
    target = out / (f"{study.name}-chapters" if chapters else study.name)
    check_folders(study, data, target)
    progress = Progress(STEPS, quiet=quiet)
    with progress.step("finding the data"):
        folder = open_folder(study, data)
    with progress.step("reading and checking the data"):
        inputs = read_inputs(study, folder, check_printed(texts))
    with progress.step("estimating"):
        run = compute_for(shown, inputs)
    with output.replacing(target) as beside:
        report = report_of(study, folder, run, texts)
        stored.write(report, beside / output.RESULTS)
        _typeset(report, shown, beside, progress)
        with progress.step("writing findings, tables and the manifest"):
            _write_numbers(run, beside)
            output.write_manifest(
                beside,
                provenance=folder.provenance,
                study_name=study.name,
                study_text=path.read_text(encoding="utf-8"),
                seed=study.seed,
                seconds=time.perf_counter() - began,
            )
    _say_what_was_written(target, shown, progress)
    return target


def compute_for(edition: Edition, inputs: Inputs) -> Run:
    """The results that an edition's chapters ask for."""
    wanted = needs(edition.chapters, nodes(), environment_of())
    return compute(inputs, wanted, reason_words)


def _write_numbers(run: Run, folder: Path) -> None:
    output.write_findings(run.findings, folder)
    output.write_estimates(run.estimates, folder)
    prices, index, account = (
        run.results.get(name) for name in ("price_table", "social_index", "equity_account")
    )
    if prices and kept(prices):
        output.write_prices(prices.frame, folder)
    if index and kept(index):
        output.write_index(index.by_area, folder)
    if account and kept(account):
        output.write_account(account.by_year, folder)


def typeset_run(run: Path, edition: str, *, quiet: bool = False) -> Path:
    """Typeset a run again from its results, without estimating; returns the PDF.

    Raises
    ------
    InputError
        The folder is not a run of ours; it is then left as it was.
    """
    progress = Progress(TYPESET_STEPS, quiet=quiet)
    with progress.step("reading the results"):
        report = stored.read(run / output.RESULTS)
    with output.replacing(run) as beside:
        output.carry(run, beside)
        _typeset(report, edition_of(edition), beside, progress)
    pdf = run / f"{edition}.pdf"
    progress.say(f"wrote {pdf}")
    return pdf


def _typeset(report: Report, edition: Edition, beside: Path, progress: Progress) -> None:
    """Tables, figures and the PDF of a report, into a folder."""
    from .. import render
    from ..exhibit_files import write_exhibits
    from ..exhibits import Figure
    from ..figures import draw

    report = render.with_chapter_exhibits(report, edition)
    figures = [exhibit for exhibit in report.exhibits.values() if isinstance(exhibit, Figure)]
    drawing = halved(draw, figures)
    with progress.step("drawing figures"):
        drawings = {figure.id: drawn for figure, drawn in zip(figures, drawing(), strict=True)}
        write_exhibits(report.exhibits, drawings, beside)
    with progress.step("typesetting"):
        html = render.render_html(report, edition, drawings)
        if unused := render.unused_exhibits(report, html):
            progress.say(f"made and not shown: {', '.join(unused)}; tables and figures hold them")
        render.write_pdf(html, beside / f"{edition.name}.pdf", report)
    if report.unnamed:
        progress.say(
            f"every page says DRAFT: the study names no {' and no '.join(report.unnamed)}; write "
            "what is missing under [publication]"
        )


def report_of(study: Study, folder: DataFolder, run: Run, texts: PublisherTexts) -> Report:
    """What a report prints of a run."""
    from ... import __version__
    from ..render import Report

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
        findings=run.findings,
        estimates=run.estimates,
        sources=_sources_frame(folder.provenance, study.sources),
        attributions=_attributions(folder),
        results=run.results,
    )


def _attributions(folder: DataFolder) -> tuple[str, ...]:
    """The lines that the licences of the sources read ask for, each once, at its fullest."""
    every = dict.fromkeys(line for item in folder.provenance for line in item.source.attribution)
    return tuple(
        line
        for line in every
        if not any(other != line and other.startswith(line.rstrip(".")) for other in every)
    )


def _sources_frame(provenance: list[Provenance], words: Mapping[str, SourceWords]) -> pd.DataFrame:
    own = defaultdict(SourceWords, words)
    return pd.DataFrame(
        [
            {
                "id": item.source.id,
                "publisher": item.source.publisher,
                "title": item.source.title,
                "short": item.source.short,
                "edition": own[item.source.id].edition or item.source.edition,
                "page": item.source.page,
                "by": item.source.by,
                "by_page": item.source.by_page,
                "licence": item.source.licence,
                "licence_page": item.source.licence_page,
                "attribution": " ".join(item.source.attribution),
                "says": item.source.says,
                "done": item.source.done,
                "note": own[item.source.id].note,
                "file": item.file,
                "sha256": item.sha256,
                "rows_in": item.rows_in,
                "rows_kept": item.rows_kept,
                "dropped": "; ".join(f"{rows} {why}" for why, rows in item.dropped.items()),
            }
            for item in provenance
        ]
    )


def _say_what_was_written(target: Path, edition: Edition, progress: Progress) -> None:
    for name in (f"{edition.name}.pdf", *NUMBERS):
        if (target / name).is_file():
            progress.say(f"wrote {target / name}")
    for name in output.EXHIBITS:
        progress.say(f"wrote {target / name}/ ({len(list((target / name).iterdir()))} files)")
