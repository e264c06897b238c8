"""What is a value a value of, and to which other may it be added?

Two values add up only if they are gains of different people or things, in one unit, and neither
pictures what the other pictures already. A safer street shows in prices, in wellbeing and in the
calls to the police: one change, three pictures. A value therefore carries the approach it comes
from, whose gain it is and what it may be added to; everything else is refused.

References
----------
HM Treasury (2022), The Green Book: count an effect once; keep transfers apart from gains.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import combinations
from typing import Literal

from ..specification import Label, SpecificationError, require_word

Approach = Literal[
    "hedonic price",
    "wellbeing",
    "contingent valuation",
    "social return",
    "fiscal avoided cost",
    "economic avoided cost",
    "points",
    "equity account",
]
Basis = Literal[Label, "scenario"]
_REFUSED_TWICE = "picture one change, so that a sum would count it more than once"
_ASIDE = "Show them side by side"


@dataclass(frozen=True, slots=True)
class Valuation:
    """One value with what must be known before anything is done with it.

    Parameters
    ----------
    approach : the approach it comes from
    low, central, high : in ``unit``; interval of an estimate, range of a scenario
    unit : with the year of the money, such as "pounds of 2024 a year"
    gain_of : whose gain it is, such as "residents of Aston"
    basis : identification label of the effect behind it, or "scenario"
    adds_to : other approaches to which it may be added; the same approach always may be, for
        the gain of others
    """

    approach: Approach
    low: float
    central: float
    high: float
    unit: str
    gain_of: str
    basis: Basis
    adds_to: frozenset[Approach] = frozenset()

    def __post_init__(self) -> None:
        require_word("approach", self.approach, Approach)
        require_word("basis", self.basis, Basis)
        if not self.low <= self.central <= self.high:
            raise SpecificationError(
                f"{self.approach}: {self.low:g}, {self.central:g}, {self.high:g} do not rise; "
                "give the low, the central and the high value in this order"
            )

    def __add__(self, other: Valuation) -> Valuation:
        """The sum of two values that may be added; its range is that of all lows and all highs.

        Raises
        ------
        SpecificationError
            They overlap, are in different units, rest on different ground, or are both the gain of
            the same people.
        """
        if not isinstance(other, Valuation):
            return NotImplemented
        if reason := _refusal(self, other):
            raise SpecificationError(f"{reason}. {_ASIDE}")
        return replace(
            self,
            low=self.low + other.low,
            central=self.central + other.central,
            high=self.high + other.high,
            gain_of=f"{self.gain_of}; {other.gain_of}",
            adds_to=self.adds_to & other.adds_to,
        )

    def times(self, factor: float) -> Valuation:
        """The value for more people or things of the same kind; ``factor`` is not negative."""
        if factor < 0:
            raise SpecificationError(f"a value cannot be taken {factor:g} times")
        return replace(
            self, low=self.low * factor, central=self.central * factor, high=self.high * factor
        )


def total(values: Sequence[Valuation]) -> Valuation:
    """The sum of values that may all be added to one another.

    Raises
    ------
    SpecificationError
        Nothing to add; or, all at once, what stands in the way.
    """
    if not values:
        raise SpecificationError("there is no value to add")
    pairs = list(combinations(values, 2))
    twice = {one.approach for pair in pairs if _overlap(*pair) for one in pair}
    faults = [reason for pair in pairs if not _overlap(*pair) and (reason := _refusal(*pair))]
    if twice:
        named = list(dict.fromkeys(value.approach for value in values if value.approach in twice))
        faults.insert(0, f"{', '.join(named[:-1])} and {named[-1]} {_REFUSED_TWICE}")
    if faults:
        raise SpecificationError(f"{'; '.join(faults)}. {_ASIDE}")
    return reduce(lambda one, other: one + other, values)


def _overlap(one: Valuation, other: Valuation) -> bool:
    declared = other.approach in one.adds_to and one.approach in other.adds_to
    return one.approach != other.approach and not declared


def _refusal(one: Valuation, other: Valuation) -> str | None:
    """Why two values may not be added, in words; None where they may."""
    names = f"{one.approach} and {other.approach}"
    if "points" in (one.approach, other.approach) and one.approach != other.approach:
        return f"{names}: points rank proposals and are no pounds"
    if _overlap(one, other):
        return f"{names} {_REFUSED_TWICE}"
    if one.unit != other.unit:
        return f"{names} are in {one.unit} and in {other.unit}"
    if one.basis != other.basis:
        return f"{names} rest on different ground ({one.basis}, {other.basis})"
    if one.approach == other.approach and one.gain_of == other.gain_of:
        return f"both values are the {one.approach} of {one.gain_of}"
    return None
