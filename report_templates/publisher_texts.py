"""What a publisher adds to a study, checked before anything is computed: texts and a logo.

A study's own passages say what is true of its city alone. Those of a shipped study are templates of
the package; a stranger's are plain Markdown, and go through the same door as a foreword.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..analysis.study import Study, StudyError, own_folder, shipped_folder
from ..data.errors import did_you_mean
from .editions import edition_of
from .foreign_markdown import foreign_faults
from .letters import cannot_be_set
from .passages import ABOUT_A_PLACE, FOLDER, PASSAGES

MOST_BYTES = 5_000_000
MOST_PIXELS = 4000
"""Of a logo, either way."""


@dataclass(frozen=True, slots=True)
class PublisherTexts:
    """The files that a study names beside itself; None where it names none."""

    foreword: str | None = None
    logo: bytes | None = None
    """A PNG."""
    passages: Mapping[str, str] = field(default_factory=dict)
    """A stranger's passages by name, in Markdown."""
    shipped: str = ""
    """The shipped study whose passages are the study's own."""


def read_publisher_texts(study: Study, path: Path) -> PublisherTexts:
    """The foreword, logo and passages of a study, once every text of it can be printed.

    Raises
    ------
    StudyError
        Letters that our fonts lack, a file that is not beside the study, a foreword or passage
        that is not UTF-8 or holds what cannot be printed, a passage that no chapter asks for, a
        logo that is no picture.
    """
    _require_letters(study, path)
    own = own_folder(study)
    ours = own is not None and own == shipped_folder(study)
    return PublisherTexts(
        _foreword(study, path),
        _logo(study, path),
        passages={} if own is None or ours else _passages(study, own),
        shipped=own.name if own and ours else "",
    )


def _foreword(study: Study, path: Path) -> str | None:
    name = study.publication.foreword
    return _markdown(name, _beside(path, "foreword", name), study) if name else None


def _passages(study: Study, own: Path) -> dict[str, str]:
    """The texts of a stranger's passages, by name."""
    folder = own / FOLDER
    if not folder.is_dir():
        return {}
    files = [file for file in sorted(folder.iterdir()) if not file.name.startswith(".")]
    if faults := [fault for file in files for fault in _misplaced(file, own)]:
        raise StudyError(faults)
    return {file.stem: _markdown(file.name, _content(file, file.name), study) for file in files}


def _misplaced(file: Path, own: Path) -> Iterator[str]:
    """Why a file among the passages is none."""
    name = f"{own.name}/{FOLDER}/{file.name}"
    if file.suffix != ".md" or not file.is_file():
        yield (
            f"{name} is no passage. Expected a text in Markdown whose name ends in '.md'; move "
            "anything else out of this folder."
        )
    elif not file.resolve().is_relative_to(own.resolve()):
        yield f"{name} is a link to a file elsewhere. Put the text itself there."
    elif file.stem not in PASSAGES and not file.stem.startswith(ABOUT_A_PLACE):
        yield (
            f"{name}: no chapter asks for this passage.{did_you_mean(file.stem, PASSAGES)} "
            f"Expected one of {', '.join(PASSAGES)}, or {ABOUT_A_PLACE} and the key of a recorded "
            "place."
        )


def _markdown(name: str, content: bytes, study: Study) -> str:
    """A stranger's text that can be printed."""
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
        if (lacking := _letter_fault(line))
    ]
    faults += foreign_faults(text, [chapter.name for chapter in edition_of(study.edition).chapters])
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
            if fault := _letter_fault(str(name)):
                yield key, fault
            yield from _unset(inner, inside)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _unset(inner, key)
    elif isinstance(value, str) and (fault := _letter_fault(value)):
        yield key, fault


def _letter_fault(text: str) -> str:
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
    return _content(file, where)


def _content(file: Path, where: str) -> bytes:
    """The bytes of a file that is not too large."""
    if file.stat().st_size > MOST_BYTES:
        raise StudyError(f"{where}, which is larger than {MOST_BYTES // 1_000_000} MB.")
    try:
        return file.read_bytes()
    except OSError as fault:
        raise StudyError(f"{where}, which cannot be read: {fault.strerror}.") from None
