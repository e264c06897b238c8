"""The functions with which a template asks for numbers, effects, exhibits and cross-references."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from html import escape
from typing import Any

from markupsafe import Markup

from ..analysis.quantities import NotEstimable, Quantity
from ..models.specification import NotEstimable as ResultRefused
from . import words
from .editions import Chapter
from .errors import Refused, TemplateFault
from .exhibits import ALL, Exhibit, Figure
from .foreign import literal
from .formats import format_unit
from .messages import first_reason
from .reasons import reason_words

# Marks of the private use area pass through Markdown untouched and are replaced after numbering.
_OPEN, _SHUT, _BAR = "\ue000", "\ue001", "\ue002"
Asked = Quantity | NotEstimable
_MARK = re.compile(f"(<p>)?{_OPEN}([^{_SHUT}]*){_SHUT}(?(1)</p>|)")
NOT_MADE = "an exhibit that could not be made"
NOT_SHOWN = "an exhibit of the full report"


@dataclass(slots=True)
class Quoting:
    """One report's findings and exhibits, and how often and where each exhibit is shown."""

    findings: Mapping[str, words.Quotable]
    exhibits: Mapping[str, Exhibit]
    names: Mapping[int, str] = field(default_factory=dict)
    """The finding's name of each quantity that a template may ask for, by its identity."""
    missing: Mapping[str, NotEstimable] = field(default_factory=dict)
    """Exhibits that could not be made, by id, and why."""
    places: Mapping[str, str] = field(default_factory=dict)
    """Where a quoted number leads: the anchor of its origin in the annex, by finding."""
    whole: bool = True
    """Whether every chapter is shown; else a reference may be to an exhibit of another."""
    numbers: dict[str, str] = field(default_factory=dict)
    """"Figure A4.1" by id of the exhibit shown, in the order of showing."""
    quoted: dict[str, set[str]] = field(default_factory=dict)
    """Names of the findings that sentences quote, by chapter."""
    _last: dict[tuple[str, str], int] = field(default_factory=dict)
    _refused: bool = False
    """Whether a block was refused, so that its exhibits may stand on no page."""

    def functions(self, chapter: Chapter) -> dict[str, Callable[..., Any]]:
        """The template functions, bound to a chapter for numbering and for messages."""
        bound = _ForChapter(self, chapter.template, chapter)
        return {
            **bound.vocabulary,
            "exhibit": bound.exhibit,
            "exhibit_small": bound.exhibit_small,
            "ref": bound.ref,
            "unless_refused": self.unless_refused,
            "table_number": lambda: self.next_number("Table", chapter.prefix),
        }

    def unless_refused(self, lead: str = "", *, caller: Callable[[], str]) -> Markup:
        """A block of a template or, where it asks for what was refused, a sentence with the reason.

        Parameters
        ----------
        lead : the template's own words on the block's subject, printed before that sentence
        """
        numbers, last, quoted = dict(self.numbers), dict(self._last), deepcopy(self.quoted)
        try:
            return Markup(caller())
        except (Refused, ResultRefused) as fault:
            self.numbers, self._last, self.quoted = numbers, last, quoted
            self._refused = True
            reason = first_reason(fault) if isinstance(fault, ResultRefused) else str(fault)
            return Markup(f"{lead} {literal(words.refusal(reason))}\n\n").lstrip()

    def plain_functions(self, template: str) -> dict[str, Callable[..., Any]]:
        """The same for captions, whose numbers are no links."""
        return {**_InCaption(self, template).vocabulary, "unless_missing": self.unless_missing}

    def unless_missing(self, *, caller: Callable[[], str]) -> str:
        """A block of captions or, where it asks for what was refused, none of them."""
        try:
            return caller()
        except (Refused, ResultRefused):
            return ""

    def give_number(self, name: str, prefix: str) -> None:
        """Give a shown exhibit the next number of its chapter and kind."""
        kind = "Figure" if isinstance(self.exhibits[name], Figure) else "Table"
        self.numbers[name] = self.next_number(kind, prefix)

    def next_number(self, kind: str, prefix: str) -> str:
        """The next number of a chapter and kind, used up."""
        place = (kind, prefix)
        self._last[place] = self._last.get(place, 0) + 1
        return f"{kind} {prefix}.{self._last[place]}"

    def resolve(self, html: str, block: Callable[[Exhibit, str, bool], str]) -> str:
        """Replace the marks of exhibits and references, once every number is known.

        Parameters
        ----------
        html : the whole report's body
        block : writes an exhibit from its value, its number and whether it stands small
        """

        def written(match: re.Match[str]) -> str:
            kind, template, name = match[2].split(_BAR)
            if name not in self.numbers and self._refused and kind == "ref":
                return NOT_MADE
            if name not in self.numbers and not self.whole and kind == "ref":
                return NOT_SHOWN
            if name not in self.numbers:
                raise TemplateFault(template, f"refers to exhibit {name}, which no chapter shows")
            number = self.numbers[name]
            if kind == "ref":
                link = f'<a class="ref" href="#exhibit-{escape(name)}">{number}</a>'
                return f"<p>{link}</p>" if match[1] else link
            return block(self.exhibits[name], number, kind == "small")

        return _MARK.sub(written, html)


@dataclass(frozen=True, slots=True)
class _InCaption:
    """The functions that put results in words, numbers plain."""

    quoting: Quoting
    template: str

    @property
    def vocabulary(self) -> dict[str, Callable[..., Any]]:
        return {
            "num": self.num,
            "counted": self.counted,
            "effect": self.effect,
            "shown": self.shown,
            "interval": self.interval,
            "label": self.label,
            "estimable": self.estimable,
            "reason": self.reason,
            "found": self.found,
            "direction": self.direction,
        }

    def num(self, asked: Asked, places: int | None = None) -> str:
        result = self._estimated(asked)
        return self._written(result, format_unit(result.value, result.unit, places))

    def counted(self, asked: Asked, noun: str) -> str:
        """A number of things with their noun: "1 place", "3 places"."""
        return self.num(asked) + f" {noun}{'' if asked.value == 1 else 's'}"

    def effect(self, asked: Asked, places: int | None = None) -> str:
        return self._told(asked, places, words.NOT_ESTIMABLE)

    def shown(self, asked: Asked, places: int | None = None) -> str:
        """As `effect`, for what stands after a verb: areas *show* prices higher, or nothing."""
        return self._told(asked, places, words.NOTHING_SHOWN)

    def _told(self, asked: Asked, places: int | None, refused: str) -> str:
        result = self._result(asked)
        part = words.effect_words(result, places, refused)
        number = self._written(result, part.number)
        return f"{part.before}{number}{self._text(part.after)}"

    def interval(self, asked: Asked, places: int | None = None) -> str:
        result = self._estimated(asked)
        bounds = words.interval_words(result, places)
        if bounds is None:
            raise TemplateFault(self.template, f"finding {result.name} has no interval")
        return self._written(result, bounds)

    def label(self, asked: Asked) -> str:
        return words.label_words(self._result(asked).label)

    def estimable(self, asked: Asked) -> bool:
        return self._result(asked).estimable

    def reason(self, asked: Asked) -> str:
        result = self._result(asked)
        if result.reason is None:
            raise TemplateFault(
                self.template, f"finding {result.name} is estimable and has no reason"
            )
        return result.reason

    def found(self, asked: Asked) -> bool:
        return words.found(self._result(asked))

    def direction(self, asked: Asked) -> str:
        return words.direction(self._result(asked))

    def _written(self, result: words.Quotable, text: str) -> str:
        return text

    def _text(self, text: str) -> str:
        return text

    def _result(self, asked: Asked) -> words.Quotable:
        if id(asked) not in self.quoting.names:
            fault = f"asks for {asked!r}, which is no number of a result"
            raise TemplateFault(self.template, fault)
        return self.quoting.findings[self.quoting.names[id(asked)]]

    def _estimated(self, asked: Asked) -> words.Quotable:
        result = self._result(asked)
        if not result.estimable:
            raise Refused(words.as_clause(result.reason or ""))
        return result


@dataclass(frozen=True, slots=True)
class _ForChapter(_InCaption):
    """The functions as one chapter's template calls them: each number is a link."""

    chapter: Chapter

    def _told(self, asked: Asked, places: int | None, refused: str) -> Markup:
        return Markup(_InCaption._told(self, asked, places, refused))

    def _written(self, result: words.Quotable, text: str) -> Markup:
        self.quoting.quoted.setdefault(self.chapter.name, set()).add(result.name)
        if not text:
            return Markup()
        place = self.quoting.places.get(result.name)
        if place is None:
            return Markup(literal(text))
        return Markup(f'<a class="num" href="#{literal(place)}">{literal(text)}</a>')

    def _text(self, text: str) -> str:
        return literal(text)

    def exhibit(self, name: str) -> Markup:
        self._known(name)
        if name in self.quoting.numbers:
            raise TemplateFault(self.template, f"shows exhibit {name}, which is shown already")
        if not self.chapter.prefix:
            raise TemplateFault(self.template, f"shows exhibit {name} and has no numbering")
        self.quoting.give_number(name, self.chapter.prefix)
        return self._mark("exhibit", name)

    def exhibit_small(self, name: str) -> Markup:
        if self._elsewhere(name):
            return Markup()
        exhibit = self._known(name)
        if not isinstance(exhibit, Figure) or exhibit.kind != "cycle":
            raise TemplateFault(self.template, f"shows {name} small, which only a cycle can be")
        return self._mark("small", name)

    def ref(self, name: str) -> Markup:
        if self._elsewhere(name):
            return Markup(NOT_SHOWN)
        try:
            self._known(name)
        except Refused:
            return Markup(NOT_MADE)
        return self._mark("ref", name)

    def _elsewhere(self, name: str) -> bool:
        """Whether an exhibit may belong to a chapter that is not shown."""
        made = name in self.quoting.exhibits or name in self.quoting.missing
        return not self.quoting.whole and not made

    def _mark(self, kind: str, name: str) -> Markup:
        return Markup(f"{_OPEN}{_BAR.join((kind, self.template, name))}{_SHUT}")

    def _known(self, name: str) -> Exhibit:
        if name not in self.quoting.exhibits:
            if because := self.quoting.missing.get(name, self.quoting.missing.get(ALL)):
                raise Refused(words.as_clause(reason_words(because.reason)))
            raise TemplateFault(self.template, f"asks for exhibit {name}, which was not made")
        return self.quoting.exhibits[name]
