"""The captions of a chapter's exhibits: title, measure, note and alternative text, by exhibit.

A captions template is written as::

    # valuing.path
    title: Each association as more is held equal
    measure: Difference in price per square metre, per cent, with its interval
    note: The same areas in every row.
    alt: Points with intervals run from each measure alone to all held equal.

A line that opens with none of these words goes on with the one before it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .errors import TemplateFault

_PART = re.compile(r"(title|measure|note|alt|source):\s*(.*)")


@dataclass(frozen=True, slots=True)
class Caption:
    """The words around a table or figure; a table needs no alternative text.

    ``source`` is of what stands in no catalogue; else the results shown say theirs.
    """

    title: str
    measure: str
    note: str
    alt: str = ""
    source: str = ""


def read_captions(text: str, template: str) -> dict[str, Caption]:
    """Captions by exhibit.

    Raises
    ------
    TemplateFault
        An exhibit without title, measure or note, or named twice.
    """
    captions: dict[str, Caption] = {}
    for block in re.split(r"^# ", text, flags=re.MULTILINE)[1:]:
        name, *lines = block.strip().splitlines()
        parts: dict[str, list[str]] = {}
        for line in filter(None, map(str.strip, lines)):
            if begins := _PART.match(line):
                words = parts.setdefault(begins[1], [])
                line = begins[2]
            words.append(line)
        said = {key: " ".join(filter(None, words)) for key, words in parts.items()}
        if lacking := {"title", "measure", "note"} - said.keys():
            raise TemplateFault(template, f"{name} has no {', '.join(sorted(lacking))}")
        if name in captions:
            raise TemplateFault(template, f"{name} is captioned twice")
        captions[name.strip()] = Caption(**said)
    return captions
