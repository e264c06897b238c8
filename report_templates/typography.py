"""Quotation marks and apostrophes as they are printed, and no short word alone on a last line."""

from __future__ import annotations

import re
from itertools import accumulate

_TAGS = re.compile(r"(<style.*?</style>|<code.*?</code>|<[^>]*>)", re.DOTALL)
_SAID = re.compile(r'(?<=\s)((?:alt|data-title|data-group)=")([^"]*)(")')
_QUOTE = re.compile("&#x27;|&#39;|&quot;|&#34;|['\"]")
_CURLED = {True: ("\u2018", "\u201c"), False: ("\u2019", "\u201d")}
_OPENS = re.compile(r"[\s(\[\u2013\u2014\u2018\u201c]?\Z")
# The last word of a paragraph or point, if it is short, and the space before it.
_LAST = re.compile(r" (?=[^\s<>]{1,6}</(?:p|li)>)")


def curly(text: str, before: str = "") -> str:
    """Text with curly quotation marks.

    Parameters
    ----------
    text : words, in which a mark may be written as a reference of HTML
    before : what stands before it, which says whether a mark at its start opens or shuts

    Examples
    --------
    >>> curly("the city's 'own'")
    'the city’s ‘own’'
    """

    def curl(mark: re.Match[str]) -> str:
        so_far = (before + text[: mark.start()])[-1:]
        opens = _OPENS.match(so_far) is not None
        return _CURLED[opens][mark[0] in ('"', "&quot;", "&#34;")]

    return _QUOTE.sub(curl, text)


def _last_said(former: str, text: str) -> str:
    return text or former


def printed_html(html: str) -> str:
    """A document with curly marks in its text and in what is read aloud of pictures.

    >>> printed_html('<p>King<b>\\'s</b></p><img alt="a \\'b\\'">')
    '<p>King<b>’s</b></p><img alt="a ‘b’">'
    """
    parts = _TAGS.split(_LAST.sub("\u00a0", html))
    texts: list[str] = parts[::2]
    earlier = ["", *accumulate(texts, _last_said)]
    parts[::2] = [curly(text, before) for text, before in zip(texts, earlier, strict=False)]
    parts[1::2] = [
        _SAID.sub(lambda said: said[1] + curly(said[2]) + said[3], tag) for tag in parts[1::2]
    ]
    return "".join(parts)
