"""The catalogue of sources, and the folder of files that a run reads through it."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module, resources
from pathlib import Path
from typing import Any

import pandas as pd

from .errors import DataError
from .opening import PACKED, file_digest
from .reading import Reading

_HALF = (".part", ".partial", ".crdownload", ".download", ".opdownload", ".tmp", "~")
_NOT_READ: Mapping[tuple[str, ...], str] = {
    _HALF: "a half download: finish the download, or delete it",
    (".xlsx", ".xls", ".xlsm", ".ods", ".numbers"): (
        "a workbook, which is not read: open it, and save the sheet that holds the table as 'CSV "
        "UTF-8 (comma delimited)' with the column names in the first line"
    ),
    (".shp", ".gpkg", ".kml"): (
        "not read: download the boundaries as GeoJSON, or convert the file to it"
    ),
    (".bz2", ".zst", ".7z", ".rar", ".tar"): "packed in a way that is not read: unpack it",
}
"""Endings of files that are not read, and what to say of such a file."""


@dataclass(frozen=True, slots=True)
class Source:
    """One data set: who publishes it, where, under which licence, and how its file is read."""

    id: str
    publisher: str
    title: str
    short: str
    """Publisher and title as printed below an exhibit."""
    edition: str
    page: str
    """Blank where each row names its own."""
    licence: str
    licence_page: str
    attribution: tuple[str, ...]
    """The lines that its licence asks for."""
    files: tuple[str, ...]
    """Glob patterns below the data folder, in order of preference."""
    reader: str
    """``module.function`` below ``data.readers``."""
    says: str
    """What the publisher publishes."""
    done: str
    """What we do to it."""
    folder: str
    by: str = ""
    """Who matched it or added it up, where the publisher publishes something else."""
    by_page: str = ""
    download: str = ""
    obtain: str = ""
    """What to do for a file, where it is not to be downloaded."""
    vintage: str = ""
    sha256: str = ""
    built_from: tuple[str, ...] = ()
    """Inputs that other catalogued sources share (for the circularity check)."""
    column_inputs: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    """Inputs of one variable drawn from it, where they are fewer; by the name in variables.csv."""


@dataclass(frozen=True, slots=True)
class Provenance:
    """What one run read: the file, its checksum, and its row count."""

    source: Source
    file: str
    sha256: str
    bytes: int
    rows_in: int
    rows_kept: int
    dropped: Mapping[str, int]


@cache
def catalogue() -> dict[str, Source]:
    """All catalogued sources by id, in the order of the file."""
    text = resources.files(__package__).joinpath("catalogue.toml").read_text(encoding="utf-8")
    return {
        key: Source(id=key, **{name: _frozen(value) for name, value in record.items()})
        for key, record in tomllib.loads(text).items()
    }


def _frozen(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _frozen(part) for name, part in value.items()}
    return tuple(value) if isinstance(value, list) else value


def _stem(pattern: str) -> tuple[str, str]:
    """A pattern before its ending, and the ending: ``prices/uk_hpi_*`` and ``.csv``."""
    stem, ending = pattern.rstrip("*").rsplit(".", 1)
    return stem, f".{ending}"


def reader_of(source: Source) -> Callable[[Path], Reading]:
    """The function that reads this source's layout."""
    module, function = source.reader.rsplit(".", 1)
    return getattr(import_module(f".readers.{module}", __package__), function)  # type: ignore[no-any-return]


@dataclass(slots=True)
class DataFolder:
    """A folder of publishers' files, read through the catalogue; remembers what was read."""

    root: Path
    own: Path | None = None
    """The study's own folder, whose files stand in for those that the data folder lacks."""
    _frames: dict[str, pd.DataFrame] = field(default_factory=dict)
    _provenance: dict[str, Provenance] = field(default_factory=dict)
    _made: dict[str, pd.DataFrame] = field(default_factory=dict)
    _made_of: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _watch: dict[str, None] | None = None

    def locate(self, source_id: str) -> Path:
        """The one file that holds this source, or a `DataError` that says what to do."""
        source = catalogue()[source_id]
        if not self.root.is_dir():
            raise DataError(
                f"{self.root}: no such folder. Expected a folder of publishers' files; "
                "give it with --data DIR."
            )
        for pattern in source.files:
            found = self._matching(pattern)
            if len(found) > 1:
                names = ", ".join(str(path.relative_to(self.root)) for path in found)
                raise DataError(
                    f"{source.title}: {len(found)} files match '{pattern}': {names}. "
                    "Expected one; move the others out of the data folder."
                )
            if found:
                return found[0]
        if (own := self._of_the_study(source)) and not self._strays(source):
            return own
        raise DataError(
            f"{source.title} ({source_id}): no file under {self.root} matches "
            f"{' or '.join(repr(pattern) for pattern in source.files)}. {self.advice(source_id)}"
        )

    def advice(self, source_id: str) -> str:
        """What to do for a source that is not in the folder, by what lies there in its place."""
        source = catalogue()[source_id]
        place = self.root / source.folder
        if place.is_dir() and not os.access(place, os.R_OK | os.X_OK):
            return f"You may not look into {place}: give your user the right to read the folder."
        how = source.obtain or f"Download it from {source.page}"
        return " ".join(self._strays(source)) or f"{how} into the folder '{source.folder}'."

    def holds(self, source_id: str) -> bool:
        """Whether a file of this source is in the folder, be it half downloaded."""
        source = catalogue()[source_id]
        return any(
            self._matching(pattern) or self._beside(pattern, _HALF) for pattern in source.files
        )

    def finds(self, source_id: str) -> bool:
        """Whether the folder, or the study's own, holds this source."""
        return self.holds(source_id) or bool(self._of_the_study(catalogue()[source_id]))

    def _of_the_study(self, source: Source) -> Path | None:
        """The file of the study's own folder that holds this source."""
        if self.own is None:
            return None
        names = (Path(pattern).name for pattern in source.files)
        return next((path for name in names for path in sorted(self.own.glob(name))), None)

    def _matching(self, pattern: str) -> list[Path]:
        """The files of a pattern whose ending is one that is read."""
        _, ending = _stem(pattern)
        return sorted(
            path
            for path in self.root.glob(pattern)
            if path.name.endswith(tuple(ending + packed for packed in ("", *PACKED)))
        )

    def _strays(self, source: Source) -> list[str]:
        """What lies where the source was looked for but is not read, and what to do with it."""
        return [
            f"{path.name} is {found}."
            for pattern in source.files
            for endings, found in _NOT_READ.items()
            for path in self._beside(pattern, endings)
        ]

    def _beside(self, pattern: str, endings: tuple[str, ...]) -> list[Path]:
        stem, _ = _stem(pattern)
        near = self.root.glob(f"{stem.rstrip('*')}*")
        return sorted(path for path in near if path.name.endswith(endings))

    def read(self, source_id: str) -> pd.DataFrame:
        """The tidy frame of a source (read once a run)."""
        if self._watch is not None:
            self._watch[source_id] = None
        if source_id not in self._frames:
            source = catalogue()[source_id]
            path = self.locate(source_id)
            digest = file_digest(path)
            reading = reader_of(source)(path)
            self._frames[source_id] = reading.frame
            self._provenance[source_id] = Provenance(
                source,
                path.name,
                digest,
                path.stat().st_size,
                reading.rows_in,
                reading.rows_kept,
                dict(reading.dropped),
            )
        return self._frames[source_id]

    @contextmanager
    def watched(self) -> Iterator[dict[str, None]]:
        """The ids of the sources asked for inside the block, each once, in order."""
        former, self._watch = self._watch, {}
        try:
            yield self._watch
        finally:
            self._watch = former

    def remember(self, provenance: Iterable[Provenance]) -> None:
        """Count as read what a copy of this folder read in another process."""
        self._provenance |= {item.source.id: item for item in provenance}

    def once(self, name: str, make: Callable[[DataFolder], pd.DataFrame]) -> pd.DataFrame:
        """What ``make`` makes of the folder's sources (once a run)."""
        if name not in self._made:
            with self.watched() as read:
                self._made[name] = make(self)
            self._made_of[name] = tuple(read)
        if self._watch is not None:
            self._watch |= dict.fromkeys(self._made_of[name])
        return self._made[name]

    @property
    def provenance(self) -> list[Provenance]:
        """What has been read so far, in the order of the catalogue."""
        return [self._provenance[key] for key in catalogue() if key in self._provenance]
