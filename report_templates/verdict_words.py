"""Answers and checks in words: the one place where a verdict becomes a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ..analysis.decision import Decision
from ..analysis.quantities import NotEstimable
from ..analysis.verdicts import Answer, Check, Verdict
from ..data.measures import measure
from .formats import format_unit, listed
from .reasons import reason_words
from .words import as_clause

ANSWERS: Mapping[Answer, str] = {
    "supported": "supported",
    "contradicted": "contradicted",
    "mixed": "mixed",
    "ruled out": "ruled out",
    "open": "cannot be told",
    "refused": "not estimable",
}
"""The word of each answer, as a table prints it."""


PROGRAMMES = "dated programmes"
STEPS: Mapping[str, str] = {
    "outcomes": "from coproduction to outcomes",
    "social_capital": "from outcomes to social capital",
    "asset_values": "from social capital to house prices",
}
"""The links of the model inside a sentence."""


class CheckWords(NamedTuple):
    """A check as a heading, what it has to show, and its short name inside a sentence."""

    title: str
    rule: str
    short: str


CHECK_WORDS: Mapping[str, CheckWords] = {
    "interval": CheckWords(
        "The headline itself", "the interval leaves out zero", "the headline's own interval"
    ),
    "family": CheckWords(
        "Tested as a family",
        "p at most {level} among all measures together",
        "the test as a family",
    ),
    "spatial_noise": CheckWords(
        "Against noise of the same reach",
        "noise alike among neighbours does as much in at most {level} of draws",
        "the placebo of spatial noise",
    ),
    "spatial_errors": CheckWords(
        "Errors alike over the whole city",
        "the interval that allows for any such errors leaves out zero",
        "errors alike over the whole city",
    ),
    "equal_weights": CheckWords(
        "Each area weighs the same", "same sign, interval without zero", "equal weights"
    ),
    "efficient_weights": CheckWords(
        "Areas weigh by how well their price is known",
        "same sign, interval without zero",
        "efficient weights",
    ),
    "leverage": CheckWords(
        "Without the {leverage_left_out} of areas that say most",
        "same sign, interval without zero",
        "leaving out the areas that say most",
    ),
    "prices_of_the_day": CheckWords(
        "Prices in pounds of the day", "same sign, interval without zero", "prices of the day"
    ),
    "second_outcome": CheckWords(
        "Another source of prices: medians of one year",
        "same sign, interval without zero",
        "another source of prices",
    ),
    "between_wards": CheckWords(
        "Between whole wards", "no clear difference of the other sign", "the sign between wards"
    ),
    "curve": CheckWords(
        "All declared ways to write the equation",
        "at least {curve_share} of estimates with the headline's sign",
        "other ways to write the equation",
    ),
    "placebos": CheckWords(
        "Against places where nothing happened",
        "at most {level} of placebo sets with as large a gap",
        "the placebo places",
    ),
}


def check_words(key: str, decision: Decision) -> CheckWords:
    """A check's words with the numbers that the study declares."""
    numbers = {
        "level": format_unit(100 * decision.level, "percent", 0),
        "leverage_left_out": format_unit(decision.leverage_left_out, "percent", 0),
        "curve_share": format_unit(decision.curve_share, "percent", 0),
    }
    return CheckWords(*(words.format(**numbers) for words in CHECK_WORDS[key]))


def outcome_words(check: Check) -> str:
    """Whether a check was passed, as a table prints it."""
    return {True: "passed", False: "failed", None: "not made"}[check.passed]


def subject_words(verdict: Verdict) -> str:
    """What a question about prices is about, inside a sentence."""
    return PROGRAMMES if verdict.key == "programmes" else measure(verdict.key).in_sentence


def step_words(verdict: Verdict) -> str:
    """The link of the model that a question is about, inside a sentence."""
    return STEPS[verdict.key]


def answered_words(verdict: Verdict) -> str:
    """The answer as the verb of a sentence: a step *is supported*, or it *cannot be told*."""
    word = ANSWERS[verdict.answer]
    return word if verdict.answer == "open" else f"is {word}"


def highest_words(verdict: Verdict) -> str:
    """The highest difference in price that the headline's interval leaves open."""
    assert not isinstance(verdict.headline, NotEstimable)
    return format_unit(verdict.headline.high, "percent")


def failed_words(verdict: Verdict) -> list[str]:
    """The short names of the checks that were not passed."""
    return [CHECK_WORDS[check.key].short for check in verdict.failed]


def answer_words(verdict: Verdict) -> str:
    """The answer as a sentence without its number."""
    match verdict.answer:
        case "supported":
            return "The data support it, by every check declared before the run."
        case "contradicted":
            return "The data say the opposite, by every check declared before the run."
        case "mixed":
            return "The answer is mixed: it depends on which areas are compared."
        case "ruled out":
            return "A rise that would matter is ruled out."
        case "refused":
            assert isinstance(verdict.headline, NotEstimable)
            reason = as_clause(reason_words(verdict.headline.reason))
            return f"It cannot be known here, because {reason}."
        case "open":
            return f"It cannot be told.{_why_open(verdict)}"


def _why_open(verdict: Verdict) -> str:
    if not verdict.headline.found:
        return _ruled_out(verdict)
    return f" The headline does not stand up to {listed(failed_words(verdict))}."


def _ruled_out(verdict: Verdict) -> str:
    high = None if isinstance(verdict.headline, NotEstimable) else verdict.headline.high
    if high is None or not verdict.plausible:
        return ""
    top = format_unit(high, "percent")
    if verdict.close:
        reach = format_unit(verdict.reach, "percent")
        return (
            f" The headline rules out a rise above {top}, and one of its checks only above {reach}."
        )
    if verdict.rules_out_the_range:
        return f" A rise above {top} is ruled out."
    return f" Even a rise of {top} is not ruled out."
