"""Markdown by a stranger, a foreword or a passage, without markup, pictures or code of its own."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import cache

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

_TAGS = {
    *("p", "h2", "ul", "ol", "li", "blockquote", "hr", "br", "pre", "code", "em", "strong", "a"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}
_SCHEMES = {"http", "https", "mailto"}
_ADDRESS = re.compile(rf"(?:{'|'.join(sorted(_SCHEMES))}):")
_FOOTNOTE = re.compile(r"\[\^[^\]\s]+\]")


@cache
def _markdown() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "typographer": True})
    return parser.enable(["table", "smartquotes"])


def foreign_html(text: str) -> Markup:
    """A stranger's Markdown as HTML of one line, whose headings are those of sections.

    The line stands in a template's Markdown, which leaves it as it is: it holds no blank line and
    no sign of a citation.
    """
    tokens = _markdown().parse(text)
    for token in tokens:
        if token.type.startswith("heading"):
            token.tag = "h2"
    written = _markdown().renderer.render(tokens, _markdown().options, {})
    clean = nh3.clean(
        str(written),
        tags=_TAGS,
        attributes={"a": {"href"}, "ol": {"start"}},
        url_schemes=_SCHEMES,
        link_rel=None,
    )
    return Markup(clean.strip().replace("\n", "&#10;").replace("@", "&#64;"))


def foreign_faults(text: str, chapters: Collection[str]) -> list[str]:
    """What a stranger's Markdown holds that cannot be printed, a sentence each, with its line.

    Parameters
    ----------
    chapters : names of the chapters to which it may link
    """
    return [
        f"line {(token.map or [0])[0] + 1}: {fault}"
        for token in _markdown().parse(text)
        if token.type == "inline"
        for fault in _faults(token, chapters)
    ]


def _faults(inline: Token, chapters: Collection[str]) -> Iterator[str]:
    if footnote := _FOOTNOTE.search(inline.content):
        yield (
            f"a footnote, '{footnote[0]}', which is not set. Put its words into the text, or into "
            "a list at the end."
        )
        return
    for token in inline.children or []:
        if token.type == "image":
            yield (
                f"a picture, '{token.attrGet('src')}', which is not set. A logo is printed on the "
                "cover if the study names it as publication.logo."
            )
        elif token.type == "link_open":
            address = str(token.attrGet("href"))
            named = address.removeprefix("#chapter-")
            if not _ADDRESS.match(address) and (named == address or named not in chapters):
                yield (
                    f"a link to '{address}', which leads nowhere. Give a web address "
                    "(https://...), a mail address (mailto:...) or a chapter "
                    f"(such as #chapter-{next(iter(chapters))})."
                )
