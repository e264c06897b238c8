"""What ``neighbourhood-equity data`` prints."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.table import Table

from ...analysis.checks import check_inputs, scope_of
from ...analysis.doors import require_readable
from ...analysis.inputs import join_tables, open_folder
from ...analysis.study import Study, find_study, read_study
from ...data import coproduction
from ...data.catalogue import DataFolder
from ...data.checks import Check, check_others, list_sources
from ...data.errors import InputError
from ...data.survey import survey_template
from ..printed_names import check_printed
from ..publisher_texts import read_publisher_texts


def print_sources(data: Path | None) -> None:
    """The catalogue, and beside each source the file of the folder that holds it."""
    require_readable(data)
    sources = list_sources(DataFolder(data) if data else None)
    table = Table("source", "publisher", "title", "edition", "licence", "file")
    for row in sources.to_dict("records"):
        words = [row[key] for key in ("id", "publisher", "title", "edition", "licence")]
        table.add_row(*words, row["file"] or "–")
    _console().print(table)


def print_checks(name: str, data: Path | None) -> bool:
    """Every check of a study and its folder as a sentence; True if none stops a report."""
    path = find_study(name)
    study = read_study(path)
    texts = read_publisher_texts(study, path)
    require_readable(data)
    folder = open_folder(study, data)
    checks = check_inputs(study, folder, check_printed(texts))
    if not any(check.stops for check in checks):
        checks.append(_joined(study, folder))
    checks += check_others(folder, scope_of(study), checks)
    console = _console()
    for check in checks:
        mark = "FAIL" if check.stops else "ok  " if check.passed else "note"
        console.print(f"{mark} {check.source}: {check.sentence}", markup=False, soft_wrap=True)
        if check.detail:
            console.print(f"       {check.detail}", markup=False, soft_wrap=True)
    failed = sum(check.stops for check in checks)
    console.print(f"{len(checks)} checks, {failed} failed.")
    return failed == 0


def _joined(study: Study, folder: DataFolder) -> Check:
    """Make the tables that the report estimates on, which joins all files to one another."""
    sentence = "The files can be joined to the tables of areas, sectors and places"
    try:
        join_tables(study, folder)
    except InputError as error:
        return Check("study", sentence, False, " ".join(error.faults))
    return Check("study", sentence, True)


def print_layout(name: str) -> None:
    """A CSV layout on standard output, ready to be redirected to a file."""
    print(survey_template() if name == "survey" else coproduction.template(), end="")


def _console() -> Console:
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=200)
