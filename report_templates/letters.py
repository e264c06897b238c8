"""Which letters the report's fonts can set: those that every face has, so that any text may."""

from __future__ import annotations

import unicodedata
from functools import cache

from .fonts import FACES, font_file

_MOST = 4


def cannot_be_set(text: str) -> str:
    """The letters of a text that our fonts lack, or that are no letters, named; empty if none.

    Examples
    --------
    >>> cannot_be_set("Łódź Hub")
    ''
    >>> cannot_be_set("Aston 😀")
    "'😀' (U+1F600 GRINNING FACE)"
    """
    composed = unicodedata.normalize("NFC", text)
    lacking = sorted({letter for letter in composed if not _set(letter)})
    named = ", ".join(_named(letter) for letter in lacking[:_MOST])
    more = len(lacking) - _MOST
    return f"{named} and {more} more" if more > 0 else named


def _set(letter: str) -> bool:
    return letter in "\n\r\t" or ord(letter) in _covered()


def _named(letter: str) -> str:
    shown = f"'{letter}' " if letter.isprintable() else ""
    name = unicodedata.name(letter, "a control character or private sign")
    return f"{shown}(U+{ord(letter):04X} {name})"


@cache
def _covered() -> frozenset[int]:
    from fontTools.ttLib import TTFont

    faces = [TTFont(font_file(package, name), lazy=True) for *_, package, name in FACES]
    return frozenset.intersection(*(frozenset(face.getBestCmap()) for face in faces))
