"""Direction, size and certainty in words: the one place in which a result becomes a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, Protocol

from .formats import format_unit

LABELS: Mapping[str, str] = {
    "described": "a description, not an effect",
    "adjusted": "an association, not an effect",
    "did": "an effect if the places would otherwise have moved with the rest",
    "iv": "an effect if the instrument works through nothing else",
    "synthetic_control": "an effect if the weighted comparison places stand for what would "
    "have been",
    "simulated": "a value planted in made-up data",
}
LABEL_NAMES: Mapping[str, str] = {
    "described": "described",
    "adjusted": "adjusted",
    "did": "difference in differences",
    "iv": "instrument",
    "synthetic_control": "synthetic control",
    "simulated": "planted",
}
SMALL, LARGEST_PUBLISHED = 2.0, 10.0
"""Per cent of price: what is as good as no difference, and the largest effect anyone published."""
NOT_ESTIMABLE = "not estimable"
NOTHING_SHOWN = "no difference that could be estimated"
"""What an area shows, as the object of a sentence, where there is no estimate."""


class PedigreeRecord(Protocol):
    """Where a quotable result came from."""

    @property
    def module(self) -> str: ...
    @property
    def sources(self) -> tuple[str, ...]: ...
    @property
    def specification(self) -> str | None: ...


class Quotable(Protocol):
    """What a sentence needs to know of a result."""

    @property
    def name(self) -> str: ...
    @property
    def value(self) -> float | int | str | None: ...
    @property
    def unit(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def ci_low(self) -> float | None: ...
    @property
    def ci_high(self) -> float | None: ...
    @property
    def reason(self) -> str | None: ...
    @property
    def estimable(self) -> bool: ...
    @property
    def pedigree(self) -> PedigreeRecord: ...


class EffectWords(NamedTuple):
    """A sentence's part: words before the number, the number, words after it."""

    before: str
    number: str
    after: str


def found(result: Quotable) -> bool:
    """Whether there is a value whose interval leaves out zero; a value of text is never found."""
    if not isinstance(result.value, (int, float)):
        return False
    if result.ci_low is None or result.ci_high is None:
        return result.value != 0
    return result.ci_low > 0 or result.ci_high < 0


def direction(result: Quotable) -> str:
    """``higher`` or ``lower``; ``no different`` for zero, ``unknown`` without a value."""
    if not isinstance(result.value, (int, float)):
        return "unknown"
    if result.value == 0:
        return "no different"
    return "higher" if result.value > 0 else "lower"


def interval_words(result: Quotable, places: int | None = None) -> str | None:
    """The ends of the interval, "−0.4% to 2.2%"; None where there is no interval."""
    if result.ci_low is None or result.ci_high is None:
        return None
    low, high = (format_unit(end, result.unit, places) for end in (result.ci_low, result.ci_high))
    if result.unit == "points":
        low = low.split(" ")[0]
    return f"{low} to {high}"


def effect_words(
    result: Quotable, places: int | None = None, refused: str = NOT_ESTIMABLE
) -> EffectWords:
    """Size, interval, and what the interval leaves open; or why there is no estimate.

    Percentages are taken to be of prices, the outcome of this package's models. ``refused`` is what
    stands before the reason.
    """
    if not isinstance(result.value, (int, float)):
        return EffectWords(f"{refused}, because ", "", as_clause(result.reason or ""))
    size = format_unit(abs(result.value), result.unit, places)
    noun = "prices " if result.unit == "percent" else ""
    bounds = interval_words(result, places)
    if bounds is None:
        return EffectWords(noun, size, f" {direction(result)}")
    left = f"; {left_open(result, places)}" if not found(result) else ""
    return EffectWords(noun, size, f" {direction(result)} (95% interval {bounds}{left})")


def left_open(result: Quotable, places: int | None = None) -> str:
    """What an interval that holds zero says all the same."""
    low, high = result.ci_low or 0.0, result.ci_high or 0.0
    if result.unit != "percent":
        return "which way is open"
    if max(-low, high) <= SMALL:
        return "at most a small difference"
    if high > LARGEST_PUBLISHED:
        return "too wide to say which way"
    return f"rises above {format_unit(high, result.unit, places)} are ruled out"


def label_words(label: str) -> str:
    """What an identification label entitles a reader to believe."""
    return LABELS[label]


def refusal(reason: str) -> str:
    """The sentence in the place of what could not be estimated.

    >>> refusal("only two places have a start")
    'This is not estimable, because only two places have a start.'
    """
    return f"This is {NOT_ESTIMABLE}, because {as_clause(reason)}."


def as_clause(reason: str) -> str:
    """A reason as the part of a sentence after "because"."""
    return reason.strip().rstrip(".")
