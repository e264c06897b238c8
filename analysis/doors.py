"""The folders of a run, checked before anything is computed."""

from __future__ import annotations

from pathlib import Path

from ..data.catalogue import catalogue
from ..data.errors import InputError
from .output import why_unusable
from .study import Study


def check_folders(study: Study, data: Path | None, target: Path) -> None:
    """Refuse folders that cannot be read or written, and a report among its own data.

    Raises `InputError` with all that was found at once.
    """
    faults = why_unusable(target)
    if data is not None:
        faults += [
            *_why_unreadable(data),
            *_why_nested(target, data, "the data folder", "--data DIR"),
        ]
    elif study.simulated:
        from ..data.simulated_city import CACHE_SETTING, cache_folder, why_not_kept

        cache = cache_folder()
        faults += [
            *why_not_kept(study.seed),
            *_why_nested(target, cache, "the cache", CACHE_SETTING),
        ]
    if faults:
        raise InputError(faults)


def require_readable(data: Path | None) -> None:
    """Refuse a data folder that this user may not look into: it would seem to hold nothing."""
    if data is not None and (faults := _why_unreadable(data)):
        raise InputError(faults)


def _why_unreadable(data: Path) -> list[str]:
    """All folders of the data that this user may not look into, in sentences."""
    places = [data, *(data / name for name in sorted({s.folder for s in catalogue().values()}))]
    return [words for place in places if (words := _why_closed(place))]


def _why_closed(folder: Path) -> str | None:
    try:
        next(folder.iterdir(), None)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as fault:
        return (
            f"{folder} cannot be read ({fault.strerror}). Expected a folder whose files you may "
            "read; ask for the right to, or copy the files to a folder of your own."
        )
    return None


def _why_nested(target: Path, other: Path, what: str, setting: str) -> list[str]:
    """A sentence where one of two folders lies in the other."""
    ours, theirs = target.resolve(), other.resolve()
    if ours.is_relative_to(theirs) or theirs.is_relative_to(ours):
        return [
            f"The report's folder {target} and {what} {other} are one, or one lies in the other. "
            f"Expected two apart; give another with --out DIR or {setting}."
        ]
    return []
