"""The folder that a run leaves behind, written beside the former one and then put in its place."""

from __future__ import annotations

import json
import platform
import re
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

from ..data.catalogue import Provenance
from ..data.errors import InputError, first_values
from ..data.folders import replaced, why_unwritable
from ..models.estimate import Estimate
from .findings import Findings

RESULTS = "results"
"""The folder of a run that keeps all that a page may print."""
EXHIBITS = ("tables", "figures")
PACKAGES = (
    "neighbourhood-equity",
    "numpy",
    "pandas",
    "scipy",
    "statsmodels",
    "linearmodels",
    "matplotlib",
    "weasyprint",
    "jinja2",
)

_FORMULA = re.compile(r"'*[=+\-@\t\r\n]")
"""How a text begins that a spreadsheet takes for a formula, or that was kept from being one."""


MANIFEST = "manifest.json"
ROOM_MB = 50
"""What a report may take, with its former one beside it."""
LEFT_BY_DESKTOPS = {".DS_Store", "Thumbs.db", "desktop.ini"}
ELSEWHERE = "give another folder with --out DIR"


@contextmanager
def replacing(folder: Path) -> Iterator[Path]:
    """A new folder that takes the place of ``folder`` if, and only if, the block ends well.

    Raises `InputError` where something stands there that no run wrote, and where the disk refuses:
    what stood there then stands there still.
    """
    _require_replaceable(folder)
    try:
        with replaced(folder) as new:
            yield new
            _require_replaceable(folder)
    except OSError as fault:
        where = f" at {fault.filename}" if fault.filename else ""
        raise InputError(
            f"{folder}: the report could not be written ({fault.strerror or fault}{where}). A "
            f"former one is as it was, and nothing was left beside it. See to the disk, or "
            f"{ELSEWHERE}."
        ) from fault


def why_unusable(folder: Path) -> list[str]:
    """All that keeps a report from being written at ``folder``, in sentences."""
    place = why_unwritable(folder.parent, ROOM_MB)
    return [*_why_irreplaceable(folder), *([f"{place}; {ELSEWHERE}."] if place else [])]


def _require_replaceable(folder: Path) -> None:
    if faults := _why_irreplaceable(folder):
        raise InputError(faults)


def _why_irreplaceable(folder: Path) -> list[str]:
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        kind = "link" if folder.is_symlink() else "file"
        found = f"{folder} is a {kind}, and a report is a folder of this name"
    elif strange := _not_ours(folder):
        found = f"{folder} holds what no run wrote and a report would replace: " + first_values(
            strange
        )
    else:
        return []
    return [f"{found}. Move it away, or {ELSEWHERE}."]


def _not_ours(folder: Path) -> list[str]:
    """The files of a folder that no manifest of ours accounts for."""
    found = {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_symlink() or not path.is_dir()
        if path.name not in LEFT_BY_DESKTOPS
    }
    match _manifest(folder):
        case {"study": _, "packages": {"neighbourhood-equity": _}, "files": list(written)}:
            return sorted(name for name in found if name not in written)
        case {"study": _, "packages": {"neighbourhood-equity": _}}:  # of a version without a list
            return []
    return sorted(found)


def _manifest(folder: Path) -> Any:
    try:
        return json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def carry(run: Path, beside: Path) -> None:
    """Copy a run but for what is typeset: its pages, tables and figures."""
    typeset = shutil.ignore_patterns("*.pdf", *EXHIBITS)
    shutil.copytree(run, beside, ignore=typeset, dirs_exist_ok=True)


def write_findings(findings: Findings, folder: Path) -> None:
    """``findings.json``: every quotable result, sorted by name."""
    _write_json(folder / "findings.json", findings.as_records())


def write_estimates(estimates: Sequence[Estimate], folder: Path) -> None:
    """``estimates.csv`` and ``.parquet``: one row a term of each specification."""
    frames = [
        estimate.glance()
        .merge(estimate.tidy(), how="cross")
        .drop(columns=list(estimate.diagnostics))
        for estimate in estimates
    ]
    # A city so small that nothing was estimated has the files all the same.
    table = pd.concat(frames or [pd.DataFrame(columns=["specification"])], ignore_index=True)
    write_csv(table, folder / "estimates.csv")
    table.to_parquet(folder / "estimates.parquet", index=False)


def write_prices(prices: pd.DataFrame, folder: Path) -> None:
    """``prices.csv`` and ``.parquet``: each price, with how far it is mix-adjusted."""
    write_csv(prices, folder / "prices.csv")
    prices.to_parquet(folder / "prices.parquet", index=False)


def write_index(index: pd.DataFrame, folder: Path) -> None:
    """``social_capital_index.csv``: the index of every area with its error, interval and ranks."""
    write_csv(index, folder / "social_capital_index.csv")


def write_account(account: pd.DataFrame, folder: Path) -> None:
    """``equity_account.csv``: worth of homes by ward and year in whole pounds, and who holds it."""
    write_csv(account, folder / "equity_account.csv")


def write_csv(frame: pd.DataFrame, path: Path) -> None:
    """A CSV in which no text is a formula to a spreadsheet.

    A text that begins like one stands behind an apostrophe. So does one that begins like that
    already: taking the first apostrophe off gives each of them back.
    """
    texts = frame.select_dtypes(exclude=["number", "bool", "datetime"]).columns
    frame.assign(**{name: frame[name].map(_no_formula) for name in texts}).to_csv(path, index=False)


def _no_formula(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and _FORMULA.match(value) else value


def write_manifest(
    folder: Path,
    *,
    provenance: list[Provenance],
    study_name: str,
    study_text: str,
    seed: int,
    seconds: float,
) -> None:
    """``manifest.json``: what went in, what made it and what it made; it alone differs by run."""
    record = {
        "study": study_name,
        "seed": seed,
        "python": platform.python_version(),
        "packages": {name: version(name) for name in PACKAGES},
        "inputs": [
            {
                "id": item.source.id,
                "publisher": item.source.publisher,
                "title": item.source.title,
                "edition": item.source.edition,
                "licence": item.source.licence,
                "file": item.file,
                "bytes": item.bytes,
                "sha256": item.sha256,
                "rows_in": item.rows_in,
                "rows_kept": item.rows_kept,
                "dropped": dict(item.dropped),
            }
            for item in provenance
        ],
        "run_seconds": round(seconds, 1),
        "peak_memory_mb": _peak_memory_mb(),
        "study_text": study_text,
        "files": [*_not_ours(folder), MANIFEST],
    }
    _write_json(folder / MANIFEST, record)


def _peak_memory_mb() -> int | None:
    """The most that one process of this run held, in megabytes; None where no system tells."""
    try:
        import resource
    except ImportError:
        return None
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    others = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    own = _high_water() or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(max(own, others) / unit)


def _high_water() -> int | None:
    """The most that this process held, in kilobytes, where the system tells it of the process.

    What Linux tells by ``getrusage`` is the most of the program that started this one, if it held
    more.
    """
    with suppress(OSError):
        for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1])
    return None


def _write_json(path: Path, record: Any) -> None:
    text = json.dumps(record, indent=1, ensure_ascii=False, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8")
