"""From Markdown and exhibits to the HTML of chapters, and from chapters to one document."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from html import escape
from itertools import count

from markdown_it import MarkdownIt
from markupsafe import Markup

from .editions import Chapter
from .exhibits import Exhibit, Figure
from .foreign import literal
from .tables import notes_html, sentence, table_html

_ID = re.compile(r'\bid="([^"]*)"')
# Sources of so many letters or fewer are said each time.
_SHORT_SOURCE = 60
_HEADING = re.compile(r"<h2([^>]*)>(.*?)</h2>", re.DOTALL)
# A table of Markdown's own; those of exhibits stand in a block.
_TABLE = re.compile(r"^(<table>.*?</table>)", re.DOTALL | re.MULTILINE)
_SECTION = re.compile(r'<h2[^>]*\bid="([^"]*)"[^>]*>(.*?)</h2>', re.DOTALL)
_BOX = re.compile(r'<div class="box.*?</div>', re.DOTALL)
_TAG = re.compile("<[^>]*>")
_LINK = re.compile(r'<a\b[^>]*\bhref="#([^"]*)"[^>]*>(.*?)</a>', re.DOTALL)


@cache
def _markdown() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": True, "typographer": True})
    return parser.enable(["table", "smartquotes"])


def markdown_html(text: str) -> str:
    """Markdown with HTML, tables and curly quotes.

    >>> markdown_html("A *good* one")
    '<p>A <em>good</em> one</p>\\n'
    """
    return str(_markdown().render(text))


def lede(text: str, **names: str) -> Markup:
    """The one-sentence summary under a chapter's title; ``{names}`` in it are literal."""
    named = text.format(**{key: literal(name) for key, name in names.items()})
    inner = _markdown().renderInline(named).replace("@", "&#64;")
    return Markup(f'<p class="lede">{inner}</p>\n')


def chapter_html(chapter: Chapter, city: str, body: str) -> str:
    """A chapter with its number and title; ``body`` is HTML."""
    title = escape(chapter.title.format(city=city))
    full = escape(chapter.full_title(city))
    number = f'<span class="number">{chapter.label}</span> ' if chapter.label else ""
    kind = "" if chapter.label else ' class="unnumbered"'
    places = count(1)
    body = _HEADING.sub(
        lambda found: f'<h2{found[1]} id="{chapter.name}-{next(places)}">{found[2]}</h2>', body
    )
    body = _TABLE.sub(r'<div class="float">\1</div>', body)
    # What waits for a page stands before a heading that begins one.
    body = body.replace('<h2 class="sheet"', '<div class="clear"></div><h2 class="sheet"')
    return (
        f'<section class="chapter" id="chapter-{chapter.name}">\n'
        f'<h1{kind} data-title="{full}">{number}{title}</h1>\n{body}</section>\n'
    )


def headings(html: str) -> list[tuple[str, Markup]]:
    """Place and words of each section of a chapter; those in boxes are no sections.

    >>> headings('<h2 id="a-1">One</h2><div class="box"><h2 id="a-2">Two</h2></div>')
    [('a-1', Markup('One'))]
    """
    return [
        (place, Markup(_TAG.sub("", words)))
        for place, words in _SECTION.findall(_BOX.sub("", html))
    ]


def unlinked(html: str) -> str:
    """A document without the links to what stands in it nowhere; their words stay.

    >>> unlinked('<h1 id="a">A</h1><a href="#a">A</a> and <a class="ref" href="#b">B</a>')
    '<h1 id="a">A</h1><a href="#a">A</a> and B'
    """
    there = set(_ID.findall(html))
    return _LINK.sub(lambda link: link[0] if link[1] in there else link[2], html)


def data_notes_html(notes: Iterable[tuple[str, str]]) -> str:
    """A box that tells what must be known of sources, by title; empty if there is nothing."""
    told = "".join(f"<p><b>{escape(title)}</b>: {escape(note)}</p>\n" for title, note in notes)
    return told and f'<div class="box warning">\n{told}</div>\n'


def exhibit_writer(drawings: Mapping[str, str]) -> Callable[[Exhibit, str, bool], str]:
    """A function that writes an exhibit as HTML.

    Parameters
    ----------
    drawings : SVG of each figure, by id
    """
    said: dict[tuple[str, str], str] = {}

    def source_of(exhibit: Exhibit, number: str) -> str:
        """A long line of sources once a chapter; then "as Table 3.1"."""
        place = (number.split()[1].split(".")[0], exhibit.source)
        first = said.setdefault(place, exhibit.id)
        if first == exhibit.id or len(exhibit.source) <= _SHORT_SOURCE:
            return escape(sentence(exhibit.source))
        return f'As <a class="ref" href="#exhibit-{escape(first)}">{numbers[first]}</a>'

    numbers: dict[str, str] = {}

    def write(exhibit: Exhibit, number: str, small: bool) -> str:
        numbers[exhibit.id] = number
        if isinstance(exhibit, Figure) and small:
            from .figures import draw

            return _small_html(exhibit, number, _image(exhibit, draw(exhibit, small=True)))
        source = source_of(exhibit, number)
        if isinstance(exhibit, Figure):
            return _figure(exhibit, number, _image(exhibit, drawings[exhibit.id]), source)
        return table_html(exhibit, number, source)

    return write


def _figure(figure: Figure, number: str, image: str, source: str) -> str:
    return (
        f'<div class="float"><figure class="exhibit" id="exhibit-{escape(figure.id)}">\n'
        f'<figcaption><span class="exhibit-title"><b>{number}.</b> {escape(figure.title)}</span>'
        f'<br><span class="measure">{escape(figure.measure)}</span></figcaption>\n'
        f"{image}\n{notes_html(figure.note, source)}\n</figure></div>"
    )


def _small_html(figure: Figure, number: str, image: str) -> str:
    link = f'<a class="ref" href="#exhibit-{escape(figure.id)}">{number}</a>'
    return (
        f'<figure class="exhibit small">\n{image}\n'
        f"<figcaption>{escape(figure.title)}. In full size: {link}</figcaption>\n</figure>"
    )


def _image(figure: Figure, svg: str) -> str:
    return f'<img alt="{escape(figure.alt)}" src="{address("svg+xml", svg.encode())}">'


def address(kind: str, picture: bytes) -> str:
    """The address of a picture that the page holds itself."""
    return f"data:image/{kind};base64,{base64.b64encode(picture).decode()}"
