"""One answer to each question, by rules declared before the run.

A question has one headline estimate and a scorecard of checks. Whoever speaks of the question, be
it a sentence, a table, a recommendation or an arrow of the cycle, reads its verdict, so that no two
places give two answers.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, Literal

from .quantities import NotEstimable, Quantity

Answer = Literal["supported", "contradicted", "mixed", "ruled out", "open", "refused"]
Result = Quantity | NotEstimable


@dataclass(frozen=True, slots=True)
class Check:
    """One line of a scorecard.

    Parameters
    ----------
    key : its name in the study's declaration
    result : the number that it looks at
    passed : None if it could not be made
    """

    INLINE: ClassVar = ("result",)
    key: str
    result: Result
    passed: bool | None

    @classmethod
    def of(cls, key: str, result: Result, *, passed: bool) -> Check:
        """A check whose number may be missing, which is then neither passed nor failed."""
        return cls(key, result, None if isinstance(result, NotEstimable) else passed)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer to one question.

    Parameters
    ----------
    key : of the measure, the link or the programmes that the question is about
    tests_the_model : False for what the model says nothing of, such as amenities
    headline : the estimate that answers; the model expects it above zero
    checks : the scorecard, in the declared order
    beside : declared estimates of the same question that may differ in sign, such as the one
        between wards
    detectable : the least effect that this design would show four times in five
    plausible : ends of the range of effects that would matter, in the headline's unit, if declared
    """

    INLINE: ClassVar = ("checks",)
    key: str
    tests_the_model: bool
    headline: Result
    checks: tuple[Check, ...]
    beside: tuple[Result, ...] = ()
    detectable: Result | None = None
    plausible: tuple[float, float] | None = None

    @property
    def answer(self) -> Answer:
        """No better than the worst check allows; a check that could not be made allows all."""
        if isinstance(self.headline, NotEstimable):
            return "refused"
        if any(_opposed(self.headline, other) for other in self.beside):
            return "mixed"
        if not self.headline.found:
            return "ruled out" if self.rules_out_what_matters else "open"
        if self.failed:
            return "open"
        return "supported" if _sign(self.headline) > 0 else "contradicted"

    @property
    def failed(self) -> tuple[Check, ...]:
        """The checks that were made and not passed."""
        return tuple(check for check in self.checks if check.passed is False)

    @property
    def passed(self) -> tuple[Check, ...]:
        return tuple(check for check in self.checks if check.passed)

    @property
    def not_made(self) -> tuple[Check, ...]:
        return tuple(check for check in self.checks if check.passed is None)

    @property
    def rules_out_what_matters(self) -> bool:
        """Whether the interval, and that of every check, ends below what would matter."""
        return bool(self.plausible and self.reach is not None and self.reach < self.plausible[0])

    @property
    def rules_out_the_range(self) -> bool:
        """Whether it ends below the most that would, so that part of the range is excluded."""
        return self._ends_below(1)

    @property
    def reach(self) -> float | None:
        """The highest end of the headline's interval and of those of its checks."""
        alike = [one.result for one in self.checks if type(one.result) is type(self.headline)]
        ends = [one.high for one in (self.headline, *alike) if isinstance(one, Quantity)]
        return max((end for end in ends if end is not None), default=None)

    @property
    def close(self) -> bool:
        """Whether the headline rules out what would matter, and one of its checks does not."""
        return self._ends_below(0) and not self.rules_out_what_matters

    @property
    def could_see(self) -> bool:
        """Whether the design would usually have shown the largest effect that would matter."""
        seen = self.detectable.value if isinstance(self.detectable, Quantity) else None
        return bool(self.plausible and seen is not None and seen <= self.plausible[1])

    def _ends_below(self, end: int) -> bool:
        high = None if isinstance(self.headline, NotEstimable) else self.headline.high
        return bool(self.plausible and high is not None and high < self.plausible[end])


def joint_answer(verdicts: Iterable[Verdict]) -> Answer:
    """What the questions on one subject come to: the clearest, if no other says the opposite."""
    answers: set[Answer] = {one.answer for one in verdicts} - {"refused"}
    if not answers:
        return "refused"
    if "mixed" in answers or answers >= {"supported", "contradicted"}:
        return "mixed"
    clear: tuple[Answer, ...] = ("supported", "contradicted")
    for one in clear:
        if one in answers:
            return one
    return "ruled out" if answers == {"ruled out"} else "open"


def _opposed(one: Quantity, other: Result) -> bool:
    """Whether two estimates differ in sign with both intervals clear of zero."""
    if isinstance(other, NotEstimable) or not (one.found and other.found):
        return False
    return _sign(one) != _sign(other)


def _sign(one: Quantity) -> int:
    value = one.value or 0
    return (value > 0) - (value < 0)
