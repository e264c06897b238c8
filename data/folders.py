"""Folders that appear whole or not at all, and whether one can be written at a place.

A folder is made inside a hidden one beside it and then takes its name; what stood there goes when
the new one is in place, and comes back if that fails. A run holds its hidden folder by a lock that
ends with the process, so that the next run can clear what a killed one left.
"""

from __future__ import annotations

import os
import secrets
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

if sys.platform != "win32":
    import fcntl

MEGABYTE = 1_000_000


@contextmanager
def replaced(folder: Path) -> Iterator[Path]:
    """An empty folder that takes the place of ``folder`` if, and only if, the block ends well."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    hidden = folder.with_name(f"{_unfinished(folder)}{secrets.token_hex(4)}")
    with ExitStack() as ends:
        with _held(folder.parent, wait=True):
            _sweep(folder)
            ends.callback(_clear, hidden, folder)
            hidden.mkdir()
            ends.enter_context(_held(hidden))
        new = hidden / "new" / folder.name
        new.mkdir(parents=True)
        yield new
        with _held(folder.parent, wait=True):
            if folder.exists():
                folder.rename(hidden / "former")
            new.rename(folder)


def _unfinished(folder: Path) -> str:
    """How the names of its hidden folders begin."""
    return f".{folder.name}-unfinished-"


def _sweep(folder: Path) -> None:
    """Clear what runs left that were killed: the hidden folders that no process holds."""
    for left in folder.parent.iterdir():
        if left.name.startswith(_unfinished(folder)):
            with _held(left) as free:
                if free:
                    _clear(left, folder)


def _clear(hidden: Path, folder: Path) -> None:
    """Remove a hidden folder; a former one in it comes back, unless another took its place."""
    former = hidden / "former"
    if not folder.exists():
        with suppress(OSError):
            former.rename(folder)
    if folder.exists() or not former.exists():
        shutil.rmtree(hidden, ignore_errors=True)


@contextmanager
def _held(folder: Path, *, wait: bool = False) -> Iterator[bool]:
    """Hold a folder until the block or the process ends; False where that cannot be had."""
    if sys.platform == "win32":
        yield False
        return
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        yield False
        return
    try:
        yield _locked(handle, wait)
    finally:
        os.close(handle)


def _locked(handle: int, wait: bool) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:  # held by another, or a file system without locks
        return False
    return True


def why_unwritable(folder: Path, megabytes: int) -> str | None:
    """Why a folder of this size cannot be made at ``folder``, as a clause; None where it can."""
    place = folder
    try:
        while not place.exists():
            if place.is_symlink():
                return f"{place} is a link to a place that is not there"
            place = place.parent
        if not place.is_dir():
            return f"{place} is a file, not a folder"
        with tempfile.TemporaryDirectory(dir=place):
            free = shutil.disk_usage(place).free // MEGABYTE
    except OSError as fault:
        return f"nothing can be written in {place} ({fault.strerror})"
    if free < megabytes:
        return f"the disk of {place} has {free} MB left, and {megabytes} MB are needed"
    return None
