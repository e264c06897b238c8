"""Text that others wrote, kept from acting as markup wherever it is set."""

from __future__ import annotations

import re

from markupsafe import Markup

# What Markdown, HTML or a citation could take for a sign of its own, anywhere or at a line's start.
_SIGNS = re.compile(
    r"[\\`*{}\[\]<>&@!|~#\"']|(?<![^\W_])_|_(?![^\W_])"
    r"|[^\S ]|^[ +=-]| $|(?<= ) |(?<=\d)[.)](?=\s|$)"
)


def literal(text: str) -> Markup:
    """Text that reads as it is written in Markdown, in HTML and in an attribute's value.

    Signs are written as character references, which neither Markdown nor a citation reads as
    signs and HTML reads as the characters themselves.

    Examples
    --------
    >>> str(literal("@Home <Hub> *1*"))
    '&#64;Home &#60;Hub&#62; &#42;1&#42;'
    """
    return Markup(_SIGNS.sub(lambda sign: f"&#{ord(sign[0])};", text))


def printed(value: object) -> object:
    """What a template prints: text is literal unless our own functions made it of markup."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return literal(value)
    return value
