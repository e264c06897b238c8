"""Finds numbers typed by hand where a template must ask for them by name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_QUOTING = re.compile(r"\b(?:num|effect|interval|raw)\(")
_LEDE = re.compile(r"\{\{-?\s*lede\(\s*\"([^\"]*)\".*?\)\s*-?\}\}", re.DOTALL)
_EXPRESSION = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_ALLOWED = re.compile(
    r"\b(?:Sections?|Appendix|NI)\s\d+|\[@[^\]]*\]|(?<!\w)@\w+|\]\([^)]*\)|<[^>]*>|https?://\S+"
)
_HEADING = re.compile(r"^#{1,6} .*$", re.MULTILINE)
_SENTENCE = re.compile(r"[^.?!\n]*(?:\n(?!\s*\n)[^.?!\n]*)*[.?!]?")
_QUOTED = "\ue000"


@dataclass(frozen=True, slots=True)
class LiteralDigit:
    """A sentence with a number that nobody computed."""

    line: int
    text: str


def literal_digits(template: str, *, prose: bool) -> list[LiteralDigit]:
    """Digits in the sentences of a chapter's template that should come from the findings.

    Parameters
    ----------
    template : Jinja over Markdown
    prose : a chapter of theory or literature, in which a sentence may hold its own numbers unless
        it also quotes a finding

    Examples
    --------
    >>> literal_digits("Prices rose 3%.", prose=False)
    [LiteralDigit(line=1, text='Prices rose 3%.')]
    >>> literal_digits("Prices rose {{ num('a.b', 1) }}, see Section 3.", prose=False)
    []
    """
    bare = _blank_out(template)
    return [
        LiteralDigit(template.count("\n", 0, start) + 1, _shown(template, start, end))
        for start, end in _sentences(bare)
        if re.search(r"\d", bare[start:end]) and (not prose or _QUOTED in bare[start:end])
    ]


def _blank_out(template: str) -> str:
    """The template with what may hold digits replaced by as many spaces; offsets stay."""
    text = _LEDE.sub(lambda match: _keep_only(match, 1), template)
    text = _EXPRESSION.sub(_expression, text)
    return _HEADING.sub(_spaces, _ALLOWED.sub(_spaces, text))


def _keep_only(match: re.Match[str], group: int) -> str:
    whole, offset = match[0], match.start()
    start, end = match.start(group) - offset, match.end(group) - offset
    return _hollow(whole[:start]) + whole[start:end] + _hollow(whole[end:])


def _expression(match: re.Match[str]) -> str:
    blank = _hollow(match[0])
    return _QUOTED + blank[1:] if _QUOTING.search(match[0]) else blank


def _spaces(match: re.Match[str]) -> str:
    return _hollow(match[0])


def _hollow(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    for match in _SENTENCE.finditer(text):
        if match[0].strip():
            yield match.start() + len(match[0]) - len(match[0].lstrip()), match.end()


def _shown(template: str, start: int, end: int) -> str:
    return " ".join(template[start:end].split())
