"""The command line: ``neighbourhood-equity report`` and ``neighbourhood-equity data``."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NoReturn

import typer

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help=(
        "Estimate how coproduction and social capital go with house prices, and typeset the "
        "report. Start with: neighbourhood-equity report"
    ),
)
data_app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="What the sources are, and whether they are sound.",
)
app.add_typer(data_app, name="data")


class Edition(StrEnum):
    """The editions of the report."""

    full = "full"


StudyName = Annotated[
    str,
    typer.Argument(
        metavar="[STUDY]", help="simulated_city, birmingham, or the path of a study.toml."
    ),
]
DataDir = Annotated[
    Path | None, typer.Option("--data", metavar="DIR", help="Folder of the publishers' files.")
]


@app.command()
def report(
    study: StudyName = "simulated_city",
    data: DataDir = None,
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="Where the study's folder goes.")
    ] = Path("reports"),
    edition: Annotated[Edition, typer.Option(help="Which edition to typeset.")] = Edition.full,
) -> None:
    """Run a study and write its report.

    Without arguments: the simulated city, which needs no data. The real study:
    neighbourhood-equity report birmingham --data DIR
    """
    from .run import run_study

    run_study(study, data, out, edition.value)


@data_app.command("list")
def list_data(data: DataDir = None) -> None:
    """List the catalogued sources, and which of them a folder holds."""
    from .data_commands import print_sources

    print_sources(data)


@data_app.command("check")
def check_data(study: StudyName = "simulated_city", data: DataDir = None) -> None:
    """Check the files of a study in sentences; exits with 2 if a check fails."""
    from .data_commands import print_checks

    if not print_checks(study, data):
        raise typer.Exit(2)


class Layout(StrEnum):
    """The files of a researcher's own whose layout can be written."""

    survey = "survey"
    coproduction = "coproduction"


@data_app.command("template")
def print_template(layout: Annotated[Layout, typer.Argument(help="Which layout.")]) -> None:
    """Print the CSV layout of a survey or of a coproduction record of your own.

    Redirect it to a file, replace the example rows, and put it into the data folder.
    """
    from .data_commands import print_layout

    print_layout(layout.value)


def main() -> None:
    """Run the command line; a fault that a user can mend ends in its sentence and exit code 2."""
    # Our matrices are small: one thread is faster than several that wait for each other, and sums
    # in one order, so that the same input gives the same bytes on any number of cores.
    for library in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"):
        os.environ.setdefault(library, "1")
    # A run keeps nearly all that it makes, and ends: looking for garbage costs it 2 s of 47.
    gc.disable()
    from ..data.errors import InputError
    from ..errors import NeighbourhoodEquityError

    try:
        app()
    except InputError as fault:
        _say(fault.faults)
    except NeighbourhoodEquityError as fault:
        _say([str(fault)])
    finally:
        gc.freeze()
        gc.enable()


def _say(faults: Sequence[str]) -> NoReturn:
    for sentence in faults:
        print(f"Error: {sentence}", file=sys.stderr)
    raise SystemExit(2) from None
