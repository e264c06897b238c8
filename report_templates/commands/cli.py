"""The command line: ``neighbourhood-equity report`` and ``neighbourhood-equity data``."""

from __future__ import annotations

import gc
import io
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from types import FrameType
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


def _print_version(asked: bool) -> None:
    if asked:
        from ... import __version__

        print(__version__)
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version and exit."
        ),
    ] = False,
) -> None:
    """What is asked of the command as a whole; its help stands above."""


StudyName = Annotated[
    str,
    typer.Argument(
        metavar="[STUDY]", help="simulated_city, birmingham, or the path of a study.toml."
    ),
]
DataDir = Annotated[
    Path | None, typer.Option("--data", metavar="DIR", help="Folder of the publishers' files.")
]
EditionName = Annotated[str, typer.Option(help="Which edition to typeset.")]


@app.command()
def report(
    study: StudyName = "simulated_city",
    data: DataDir = None,
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="Where the study's folder goes.")
    ] = Path("reports"),
    edition: EditionName = "full",
    chapters: Annotated[
        str, typer.Option(metavar="A,B", help="Only these chapters, in a folder of their own.")
    ] = "",
) -> None:
    """Run a study and write its report.

    Without arguments: the simulated city, which needs no data. The real study:
    neighbourhood-equity report birmingham --data DIR
    """
    from .report import run_study

    named = [name.strip() for name in chapters.split(",") if name.strip()]
    run_study(study, data, out, edition, named)


@app.command()
def typeset(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="The folder that a report left.")],
    edition: EditionName = "full",
) -> None:
    """Typeset a report again from the results of its run, without estimating."""
    from .report import typeset_run

    typeset_run(run, edition)


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
    from ...data.errors import InputError
    from ...models.specification import SpecificationError

    try:
        with _unwinding(), _printing():
            app()
    except InputError as fault:
        _say(fault.faults)
    except SpecificationError as fault:
        _say([str(fault)])
    except BrokenPipeError:  # who reads has read enough
        raise SystemExit(1) from None
    except OSError as fault:
        where = f"{fault.filename}: " if fault.filename else ""
        _say([f"The system refused: {where}{fault.strerror or fault}."])
    finally:
        gc.freeze()
        gc.enable()


@contextmanager
def _unwinding() -> Iterator[None]:
    """Let a signal that ends the run end its blocks first, so that they clear up behind them."""
    heard = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    former = {number: signal.getsignal(number) for number in heard}

    def end(number: int, frame: FrameType | None) -> NoReturn:
        signal.signal(number, signal.SIG_DFL)  # a second one ends it at once
        raise SystemExit(128 + number)

    for number, handler in former.items():
        if handler is not signal.SIG_IGN:  # nohup ignores SIGHUP, and means it
            signal.signal(number, end)
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


@contextmanager
def _printing() -> Iterator[None]:
    """Print in any locale, and fail here if standard output cannot take what was printed."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        try:
            yield
        finally:
            if sys.stdout:
                sys.stdout.flush()
    except OSError:
        # What is still to be printed goes nowhere, or the interpreter would fail on it at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        raise


def _say(faults: Sequence[str]) -> NoReturn:
    for sentence in faults:
        print(f"Error: {sentence}", file=sys.stderr)
    raise SystemExit(2) from None
