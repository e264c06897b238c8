"""What the commands do, for a notebook: paths as texts, and a fault as an error."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ...analysis.study import Study


def simulate_city(folder: str | Path, seed: int, *, small: bool = False) -> Path:
    """Make a city with known effects in a new folder, in the publishers' layouts.

    Parameters
    ----------
    folder : must not exist, or be empty
    seed : the same seed gives the same bytes
    small : few areas and sales, for a try
    """
    from ...data.simulated_city import FULL, SMALL, make_city

    return make_city(Path(folder), seed, SMALL if small else FULL)


def read_study(study: str | Path) -> Study:
    """A study by its name, if it is shipped, or from its file."""
    from ...analysis import study as studies

    return studies.read_study(studies.find_study(str(study)))


def run(
    study: str | Path = "simulated_city",
    data: str | Path | None = None,
    out: str | Path = "reports",
    edition: str = "full",
    chapters: Sequence[str] = (),
) -> Path:
    """Run a study and leave its folder in ``out``; returns that folder.

    Parameters
    ----------
    study : name of a shipped study, or its file
    data : folder of the publishers' files; None for the simulated city
    chapters : some of the edition's alone, by name; only what they show is computed
    """
    from .report import run_study

    folder = None if data is None else Path(data)
    return run_study(str(study), folder, Path(out), edition, chapters, quiet=True)


def typeset(run: str | Path, edition: str = "full") -> Path:
    """Typeset the folder of a run again, without estimating; returns the PDF."""
    from .report import typeset_run

    return typeset_run(Path(run), edition, quiet=True)
