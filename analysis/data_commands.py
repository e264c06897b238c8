"""What ``neighbourhood-equity data`` prints."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.table import Table

from ..data import coproduction
from ..data.catalogue import DataFolder
from ..data.checks import check_folder, list_sources
from ..data.survey import survey_template
from .doors import require_readable
from .inputs import needed, open_folder
from .names import check_letters
from .publisher_texts import read_publisher_texts
from .study import find_study, read_study


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
    """Every check of a study's folder as a sentence; True if all passed."""
    path = find_study(name)
    study = read_study(path)
    read_publisher_texts(study, path)
    require_readable(data)
    folder = open_folder(study, data)
    checks = check_folder(folder, study.geography.expected, needed(study)) + check_letters(folder)
    console = _console()
    for check in checks:
        mark = "ok  " if check.passed else "FAIL"
        console.print(f"{mark} {check.source}: {check.sentence}", markup=False, soft_wrap=True)
        if check.detail:
            console.print(f"       {check.detail}", markup=False, soft_wrap=True)
    failed = sum(not check.passed for check in checks)
    console.print(f"{len(checks)} checks, {failed} failed.")
    return failed == 0


def print_layout(name: str) -> None:
    """A CSV layout on standard output, ready to be redirected to a file."""
    print(survey_template() if name == "survey" else coproduction.template(), end="")


def _console() -> Console:
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=200)
