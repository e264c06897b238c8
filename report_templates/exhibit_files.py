"""The tables and figures of a report as files for others to use."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ..analysis.output import EXHIBITS, write_csv
from .exhibits import Exhibit, Figure


def write_exhibits(
    exhibits: Mapping[str, Exhibit], drawings: Mapping[str, str], folder: Path
) -> None:
    """One CSV per table and figure, and each figure as SVG."""
    for kind in EXHIBITS:
        (folder / kind).mkdir()
    for name, exhibit in exhibits.items():
        place = folder / ("figures" if isinstance(exhibit, Figure) else "tables")
        write_csv(exhibit.frame, place / f"{name}.csv")
    for name, drawing in drawings.items():
        (folder / "figures" / f"{name}.svg").write_text(drawing, encoding="utf-8")
