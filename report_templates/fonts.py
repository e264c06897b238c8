"""The fonts of a page: ours and no others, made smaller in one way, so that bytes never vary."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

FACES = (
    ("Source Sans Pro", 400, "normal", "font_source_sans_pro", "SourceSansPro-Regular.otf"),
    ("Source Sans Pro", 400, "italic", "font_source_sans_pro", "SourceSansPro-It.otf"),
    ("Source Sans Pro", 600, "normal", "font_source_sans_pro", "SourceSansPro-Semibold.otf"),
    ("Source Sans Pro", 600, "italic", "font_source_sans_pro", "SourceSansPro-SemiboldIt.otf"),
    ("Source Serif Pro", 400, "normal", "font_source_serif_pro", "SourceSerifPro-Regular.otf"),
    ("Source Serif Pro", 600, "normal", "font_source_serif_pro", "SourceSerifPro-Semibold.otf"),
    ("Source Code Pro", 400, "normal", "fontpkg_source_code_pro", "SourceCodePro[wght].ttf"),
)
# What WeasyPrint says of fontTools, which is what we want.
CHOSEN = ("Using fontTools instead of HarfBuzz-Subset",)


@contextmanager
def own_fonts() -> Iterator[Any]:
    """A font configuration of our own faces alone, with fontTools to make subsets of them.

    Otherwise WeasyPrint would take from the system the letters that our faces lack, and all letters
    of a family that the system has too; and it would leave the subsets to the system's HarfBuzz
    where that has the library for them. Now a letter that our faces lack is a warning.
    """
    with warnings.catch_warnings():
        # Of a system without fonts or without that library, which we do not use.
        warnings.simplefilter("ignore")
        from weasyprint.pdf import fonts as subsets
        from weasyprint.text.fonts import FontConfiguration

    subsetter, subsets.harfbuzz_subset = subsets.harfbuzz_subset, None
    try:
        with (
            as_file(files(__package__).joinpath("style", "fonts.conf")) as blank,
            environment("FONTCONFIG_FILE", str(blank)),
        ):
            yield FontConfiguration()
    finally:
        subsets.harfbuzz_subset = subsetter


def face_rules() -> str:
    """Style that names the faces and where they lie."""
    rules = []
    for family, weight, style, package, name in FACES:
        rules.append(
            f"@font-face {{ font-family: '{family}'; font-weight: {weight}; "
            f"font-style: {style}; src: url('{font_file(package, name).as_uri()}'); }}"
        )
    return "\n".join(rules)


def font_file(package: str, name: str) -> Path:
    """Where a font's package keeps it."""
    with as_file(files(package).joinpath("files", name)) as path:
        return path


@contextmanager
def environment(key: str, value: str) -> Iterator[None]:
    """Set a variable of the environment for a while."""
    former = os.environ.get(key)
    os.environ[key] = value
    try:
        yield
    finally:
        if former is None:
            del os.environ[key]
        else:
            os.environ[key] = former
