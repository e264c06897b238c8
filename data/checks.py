"""All checks of a data folder, each one sentence that is true or not."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

import pandas as pd

from .catalogue import DataFolder, Source, catalogue
from .cross_checks import check_together
from .errors import DataError, first_values
from .scope_checks import Scope, check_scope
from .source_checks import HOMES, Check, Frames, absent, check_sources, readable

__all__ = ["Check", "Scope", "check_folder", "check_others", "list_sources"]


def check_folder(folder: DataFolder, scope: Scope) -> list[Check]:
    """Read what a study reads and check it; nothing is raised for a fault in a file.

    Returns
    -------
    checks in the order: files, each source by itself, against the study, against one another

    Raises
    ------
    DataError
        The folder itself is not there, or the study expects areas of an unknown geography.
    """
    unknown = [name for name in scope.expected if name not in HOMES]
    if unknown:
        raise DataError(
            f"expected areas: no geography {first_values(unknown)}. Choose from {', '.join(HOMES)}."
        )
    if not folder.root.is_dir():
        raise DataError(
            f"{folder.root}: no such folder. Expected a folder of publishers' files; "
            "give it with --data DIR."
        )
    frames: dict[str, pd.DataFrame] = {}
    checks: list[Check] = []
    for source in catalogue().values():
        if source.id in scope.needed or (source.id in scope.optional and folder.holds(source.id)):
            missing = absent(folder, source, needed=source.id in scope.needed)
            checks.append(missing or readable(folder, source, frames))
    return [*checks, *_of_frames(folder, frames, scope)]


def check_others(folder: DataFolder, scope: Scope, made: Collection[Check]) -> Iterator[Check]:
    """What else the folder holds; what is wrong with it is a note, since no study reads it.

    Parameters
    ----------
    made : the checks of `check_folder`, which are not repeated
    """
    read = {check.source for check in made}
    frames = {item.source.id: folder.read(item.source.id) for item in folder.provenance}
    for source in catalogue().values():
        if source.id not in read:
            missing = absent(folder, source, needed=False)
            yield missing or replace(readable(folder, source, frames), note=True)
    for check in _of_frames(folder, frames, scope):
        if check not in made:
            yield replace(check, note=True)


def _of_frames(folder: DataFolder, frames: Frames, scope: Scope) -> Iterator[Check]:
    yield from check_sources(frames, scope.expected)
    yield from check_scope(folder, frames, scope)
    yield from check_together(frames, scope)


def list_sources(folder: DataFolder | None) -> pd.DataFrame:
    """The catalogue as a table, with the file that holds each source, blank if none is there.

    Parameters
    ----------
    folder : where to look; without one every file is blank

    Returns
    -------
    frame ``id, title, publisher, edition, licence, file``
    """
    rows = [
        (s.id, s.title, s.publisher, s.edition, s.licence, _file_of(folder, s))
        for s in catalogue().values()
    ]
    return pd.DataFrame(rows, columns=["id", "title", "publisher", "edition", "licence", "file"])


def _file_of(folder: DataFolder | None, source: Source) -> str:
    if folder is None:
        return ""
    try:
        return folder.locate(source.id).name
    except DataError:
        return ""
