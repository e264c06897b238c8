"""What the measures are, how each association fares against its checks, and what that leaves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from ....analysis.decision import Decision
from ....analysis.quantities import PValue, Quantity
from ....analysis.results.cross_section import CrossSection
from ....analysis.results.verdicts import Verdicts
from ....analysis.verdicts import Check, Verdict
from ....data.catalogue import catalogue
from ....data.measures import Measure, measure
from ...exhibits import Column, TableBody
from ...formats import NOT_A_NUMBER, format_number, format_unit
from ...tables import sentence
from ...verdict_words import ANSWERS, check_words, outcome_words
from .columns import in_percent

TESTS, AMENITY = "tests the model", "an amenity"


def measures(cross_section: CrossSection, verdicts: Verdicts) -> TableBody:
    """What each measure is made of, of which edition, and what it can say of the model."""
    return TableBody(
        "valuing.measures",
        pd.DataFrame(
            {
                "measure": measure(one.key).words,
                "made_of": measure(one.key).made_of or NOT_A_NUMBER,
                "edition": _edition(measure(one.key)),
                "role": TESTS if one.tests_the_model else AMENITY,
            }
            for one in _asked(verdicts)
        ),
        (
            Column("measure", "Measure"),
            Column("made_of", "Made of"),
            Column("edition", "Edition"),
            Column("role", "What it is here"),
        ),
        shows=(cross_section,),
    )


def between(cross_section: CrossSection, verdicts: Verdicts) -> TableBody:
    """Each measure within wards and between them, and what the two together answer."""
    return TableBody(
        "valuing.between",
        pd.DataFrame(
            {
                "measure": measure(one.key).words,
                **in_percent(cross_section.of(one.key).alone, "alone"),
                **in_percent(next(iter(one.beside), None), "between"),
                **in_percent(one.headline, "headline"),
                "answer": ANSWERS[one.answer],
            }
            for one in _asked(verdicts)
        ),
        (
            Column("measure", "Measure"),
            Column("alone", "Nothing held equal", "interval_percent1"),
            Column("between", "Between wards", "interval_percent1"),
            Column("headline", "The headline", "interval_percent1"),
            Column("answer", "Answer"),
        ),
        shows=(cross_section,),
    )


def scorecard(cross_section: CrossSection, verdicts: Verdicts, decision: Decision) -> TableBody:
    """The checks down, the measures across; number and outcome in each cell."""
    asked = _asked(verdicts)
    columns = (Column(one.key, sentence(measure(one.key).in_sentence)) for one in asked)
    return TableBody(
        "valuing.scorecard",
        pd.DataFrame(list(_lines(asked, decision))),
        (Column("check", "Check"), Column("rule", "Passed if"), *columns),
        shows=(cross_section, *(check.result for one in asked for check in one.checks)),
        total_row=True,
    )


def _edition(of: Measure) -> str:
    """The year of what is published; the record of coproduction has none."""
    return NOT_A_NUMBER if of.role == "coproduction" else catalogue()[of.source].edition


def _lines(asked: Sequence[Verdict], decision: Decision) -> Iterator[Mapping[str, str]]:
    checks = {one.key: {check.key: check for check in one.checks} for one in asked}
    for key in decision.scorecard:
        words = check_words(key, decision)
        cells = {name: _cell(of.get(key)) for name, of in checks.items()}
        yield {"check": words.title, "rule": words.rule, **cells}
    yield {"check": "Answer", "rule": "", **{one.key: ANSWERS[one.answer] for one in asked}}


def _cell(check: Check | None) -> str:
    if check is None or not isinstance(check.result, Quantity):
        return "not made"
    if isinstance(check.result, PValue):
        number = f"p {format_number(check.result.p, 'number2')}"
    else:
        number = format_unit(check.result.value, check.result.unit)
    return f"{number}, {outcome_words(check)}"


def _asked(verdicts: Verdicts) -> tuple[Verdict, ...]:
    return (*verdicts.measures, *verdicts.recorded)
