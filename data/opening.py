"""The one door through which a file is opened: what cannot be read is told in words."""

from __future__ import annotations

import gzip
import hashlib
import lzma
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .errors import DataError, first_values

PACKED = (".gz", ".xz", ".zip")
"""The endings of packed files that are read; every other one is refused by name."""
_AS_CSV = "Open it in a spreadsheet and save it as 'CSV UTF-8 (comma delimited)'."
_UNPACK = "Unpack it, or give its name the ending of what it is (.gz, .xz, .zip)."
_SIGNATURES = (
    (b"\x1f\x8b", "packed by gzip inside", _UNPACK),
    (b"\xfd7zXZ", "packed by xz inside", _UNPACK),
    (b"BZh", "packed by bzip2 inside", "Unpack it."),
    (b"PK\x03\x04", "a zip archive inside", _UNPACK),
    (b"\xd0\xcf\x11\xe0", "an Excel workbook inside", _AS_CSV),
    (b"%PDF", "a PDF inside", "Ask the publisher for the table itself."),
    (b"\xff\xfe", "UTF-16, not UTF-8", _AS_CSV),
    (b"\xfe\xff", "UTF-16, not UTF-8", _AS_CSV),
)
_WEB_PAGES = (b"<!doctype html", b"<html")


def file_bytes(path: Path) -> bytes:
    """What the file holds, unpacked by the ending of its name; text of some kind, never nothing."""
    require_file(path)
    with _told(path):
        content = _unpacked(path)
    if not content.strip():
        raise DataError(f"{path.name}: the file is empty. Put the whole file in its place.")
    _refuse_other_kinds(content, path)
    return content


def file_text(path: Path) -> str:
    """What the file holds as text, without a byte-order mark."""
    content = file_bytes(path)
    require_utf8(content, path)
    return content.decode("utf-8-sig")


def require_utf8(content: bytes, path: Path) -> None:
    """The bytes are UTF-8, or the line of the first that are not is told."""
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as wrong:
        line = content.count(b"\n", 0, wrong.start) + 1
        raise DataError(
            f"{path.name}: not UTF-8: byte {content[wrong.start]:#04x} in line {line:,}, as "
            "Windows-1252 or Latin-1 writes a pound sign or an accented letter. Save it again as "
            "UTF-8 (in a spreadsheet: 'CSV UTF-8 (comma delimited)')."
        ) from None


def file_digest(path: Path) -> str:
    """The SHA-256 checksum of the file as it lies there, packed or not."""
    require_file(path)
    with _told(path), path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def require_file(path: Path) -> None:
    """There is a file of that name, or a link to one."""
    with _told(path):
        if path.is_file():
            return
        if path.is_dir():
            found = "a folder. Put the file itself in its place"
        elif path.is_symlink():
            found = "a link that leads to no file. Mend the link, or put the file in its place"
        elif path.exists():
            found = "neither a file nor a link to one. Put the file in its place"
        else:
            found = f"the file is not there. Expected it in {path.parent}"
    raise DataError(f"{path.name}: {found}.")


def _unpacked(path: Path) -> bytes:
    if path.suffix == ".gz":
        return gzip.decompress(path.read_bytes())
    if path.suffix == ".xz":
        return lzma.decompress(path.read_bytes())
    if path.suffix == ".zip":
        return _only_member(path)
    return path.read_bytes()


def _only_member(path: Path) -> bytes:
    with zipfile.ZipFile(path) as archive:
        members = [name for name in archive.namelist() if not name.endswith("/")]
        if len(members) != 1:
            raise DataError(
                f"{path.name}: the archive holds {len(members)} files"
                f"{': ' if members else ''}{first_values(members)}. Expected one; unpack it and "
                "keep the file that is meant."
            )
        try:
            return archive.read(members[0])
        except (RuntimeError, NotImplementedError) as locked:
            raise DataError(
                f"{path.name}: the archive cannot be unpacked ({locked}). Unpack it yourself."
            ) from None


def _refuse_other_kinds(content: bytes, path: Path) -> None:
    if content.startswith(b"PK\x03\x04") and b"xl/" in content:
        raise DataError(f"{path.name}: an Excel workbook inside. {_AS_CSV}")
    for signature, found, advice in _SIGNATURES:
        if content.startswith(signature):
            raise DataError(f"{path.name}: {found}. {advice}")
    if content[:256].lstrip().lower().startswith(_WEB_PAGES):
        raise DataError(
            f"{path.name}: a web page inside, not the data. Download the file itself from the page."
        )


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """What the system or an unpacker says against a file becomes a `DataError`."""
    try:
        yield
    except (EOFError, gzip.BadGzipFile, zlib.error, lzma.LZMAError, zipfile.BadZipFile) as broken:
        raise DataError(
            f"{path.name}: the compressed file is damaged or cut short ({broken}). "
            "Put the whole file in its place."
        ) from None
    except PermissionError:
        raise DataError(
            f"{path.name}: you may not read it. Give your user the right to read the file."
        ) from None
    except OSError as broken:
        raise DataError(
            f"{path.name}: cannot be opened ({broken.strerror or broken}). Mend or replace it."
        ) from None
