"""What a publisher adds to a study, checked before anything is computed: texts and a logo."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..analysis.study import Study, StudyError
from .editions import edition_of
from .foreword import foreword_faults
from .letters import cannot_be_set

MOST_BYTES = 5_000_000
MOST_PIXELS = 4000
"""Of a logo, either way."""


@dataclass(frozen=True, slots=True)
class PublisherTexts:
    """The files that a study names beside itself; None where it names none."""

    foreword: str | None = None
    logo: bytes | None = None
    """A PNG."""


def read_publisher_texts(study: Study, path: Path) -> PublisherTexts:
    """The foreword and the logo of a study, once every text of the study can be printed.

    Raises
    ------
    StudyError
        Letters that our fonts lack, a file that is not beside the study, a foreword that is not
        UTF-8 or holds what cannot be printed, a logo that is no picture.
    """
    _require_letters(study, path)
    return PublisherTexts(_foreword(study, path), _logo(study, path))


def _foreword(study: Study, path: Path) -> str | None:
    name = study.publication.foreword
    if not name:
        return None
    content = _beside(path, "foreword", name)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = content.count(b"\n", 0, fault.start) + 1
        raise StudyError(
            f"{name}, line {line}: not UTF-8 (byte 0x{content[fault.start]:02x}). Save it as "
            "UTF-8: editors offer that as the encoding under 'Save as'."
        ) from None
    faults = [
        f"line {number}: {lacking}"
        for number, line in enumerate(text.split("\n"), 1)
        if (lacking := _letters(line))
    ]
    faults += foreword_faults(
        text, [chapter.name for chapter in edition_of(study.edition).chapters]
    )
    if faults:
        raise StudyError([f"{name}, {fault}" for fault in faults])
    return text


def _logo(study: Study, path: Path) -> bytes | None:
    """The logo drawn anew, so that nothing else in its file goes into the report."""
    from PIL import Image, ImageOps

    name = study.publication.logo
    if not name:
        return None
    content = io.BytesIO(_beside(path, "logo", name))
    try:
        with Image.open(content, formats=("PNG", "JPEG")) as picture:
            if max(picture.size) > MOST_PIXELS:
                raise StudyError(
                    f"{name}: a logo of {picture.width} by {picture.height} pixels. Expected at "
                    f"most {MOST_PIXELS} either way; save it smaller."
                )
            drawn = ImageOps.exif_transpose(picture).convert("RGBA")
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        raise StudyError(
            f"{name}: not a PNG or JPEG that can be read. Save the logo as a PNG."
        ) from None
    written = io.BytesIO()
    drawn.save(written, "PNG", icc_profile=None)
    return written.getvalue()


def _require_letters(study: Study, path: Path) -> None:
    if faults := list(_unset(study.model_dump())):
        raise StudyError([f"{path.name}: key '{key}': {fault}" for key, fault in faults])


def _unset(value: Any, key: str = "") -> Iterator[tuple[str, str]]:
    """Key and fault of each text, or name of a key, that our fonts cannot set."""
    if isinstance(value, dict):
        for name, inner in value.items():
            inside = f"{key}.{name}" if key else str(name)
            if fault := _letters(str(name)):
                yield key, fault
            yield from _unset(inner, inside)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _unset(inner, key)
    elif isinstance(value, str) and (fault := _letters(value)):
        yield key, fault


def _letters(text: str) -> str:
    lacking = cannot_be_set(text)
    return lacking and (
        f"the report's fonts cannot set {lacking}. They hold the Latin letters with all accents; "
        "write it in these."
    )


def _beside(path: Path, key: str, name: str) -> bytes:
    """The bytes of a file that lies in the study's folder or below."""
    where = f"{path.name}: publication.{key} names '{name}'"
    folder = path.parent.resolve()
    file = (folder / name).resolve()
    if not file.is_relative_to(folder):
        raise StudyError(
            f"{where}, which lies outside the study's folder. Put the file beside the study and "
            "give its name alone."
        )
    if not file.is_file():
        raise StudyError(
            f"{where}, which is not beside the study. Put the file there or leave the key out."
        )
    if file.stat().st_size > MOST_BYTES:
        raise StudyError(f"{where}, which is larger than {MOST_BYTES // 1_000_000} MB.")
    try:
        return file.read_bytes()
    except OSError as fault:
        raise StudyError(f"{where}, which cannot be read: {fault.strerror}.") from None
