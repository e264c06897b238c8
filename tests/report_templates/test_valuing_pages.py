"""Section 3 as it is printed from made records of three questions."""

from dataclasses import replace

import numpy as np
import pandas as pd

from neighbourhood_equity.analysis.decision import Decision
from neighbourhood_equity.analysis.quantities import (
    Count,
    NotEstimable,
    PriceDifference,
    PValue,
)
from neighbourhood_equity.analysis.reasons import NotWithinWards, Refused
from neighbourhood_equity.analysis.results.cross_section import AtStep, CrossSection, MeasureSteps
from neighbourhood_equity.analysis.results.verdicts import Verdicts
from neighbourhood_equity.analysis.study import Step
from neighbourhood_equity.analysis.verdicts import Check, Verdict
from neighbourhood_equity.data.measures import measure
from neighbourhood_equity.models.estimate import Estimate
from neighbourhood_equity.models.specification import Specification
from neighbourhood_equity.report_templates.chapters.valuing import answers

UP, DOWN = PriceDifference(0.03, 0.01, 0.05), PriceDifference(-0.1, -0.15, -0.05)
UNSURE = PriceDifference(-0.002, -0.022, 0.02)
MATTERS = (2.0, 7.0)
STEPS = tuple(Step(name=name, title=name) for name in ("alone", "held"))
RULES = Decision(scorecard=["interval", "family", "between_wards"])


def steps(name, alone, held):
    at = {step.name: AtStep(step, one) for step, one in zip(STEPS, (alone, held), strict=True)}
    return MeasureSteps(
        measure(name), at, held, STEPS[-1], ("tenure",), NotEstimable(Refused("none"))
    )


SECTION = CrossSection(
    (
        steps("connectedness", UP, UP),
        steps("engagement", UP, UNSURE),
        steps("coproduction_recorded", DOWN, UNSURE),
    ),
    *(Count(1) for _ in range(5)),
    last=None,
    weights=None,
)


def verdict(name, headline, tests, *checks, beside=()):
    return Verdict(name, tests, headline, checks, beside, PriceDifference(0.03), MATTERS)


PASSED = Check("interval", UP, True)
VERDICTS = Verdicts(
    measures=(
        verdict(
            "connectedness",
            UP,
            False,
            PASSED,
            Check("family", PValue(0.028), True),
            Check("between_wards", DOWN, False),
            beside=(DOWN,),
        ),
        verdict("engagement", UNSURE, True, Check("interval", UNSURE, False)),
    ),
    recorded=(
        verdict(
            "coproduction_recorded",
            UNSURE,
            True,
            Check("between_wards", NotEstimable(NotWithinWards()), None),
        ),
    ),
    links=(),
    programmes=Verdict("programmes", True, UNSURE, ()),
)
FITTED = Estimate(
    Specification("a.b", "", "price", ("engagement",)),
    ("engagement",),
    np.zeros(1),
    np.eye(1),
    8.0,
    60,
    9,
    0.5,
    "",
)


def cells(verdicts=VERDICTS):
    return answers.scorecard(SECTION, verdicts, RULES).frame.set_index("check")


def test_the_scorecard_has_a_row_for_each_declared_check_and_one_for_the_answer():
    assert list(cells().index) == [
        "The headline itself",
        "Tested as a family",
        "Between whole wards",
        "Answer",
    ]


def test_a_cell_says_number_and_outcome():
    column = cells()["connectedness"]
    assert list(column) == ["3.0%, passed", "p 0.03, passed", "−9.5%, failed", "mixed"]


def test_a_check_that_could_not_be_made_is_no_failure():
    assert cells().loc["Between whole wards", "coproduction_recorded"] == "not made"
    assert cells().loc["Tested as a family", "engagement"] == "not made"


def test_a_changed_line_of_the_scorecard_changes_the_answer_below_it():
    first, second = VERDICTS.measures
    alone = replace(VERDICTS, measures=(replace(first, beside=()), second))
    assert cells(alone).loc["Answer", "connectedness"] == "cannot be told"
    passing = replace(first, beside=(), checks=(PASSED,))
    assert (
        cells(replace(VERDICTS, measures=(passing, second))).loc["Answer"]["connectedness"]
        == "supported"
    )


def test_wards_stand_beside_the_headline_where_it_compares_within_them():
    frame = answers.between(SECTION, VERDICTS).frame.set_index("measure")
    within = frame.loc[measure("connectedness").words]
    assert (within["headline"], within["between"]) == (UP.value, DOWN.value)
    assert pd.isna(frame.loc[measure("coproduction_recorded").words, "between"])


def test_only_what_the_study_names_tests_the_model():
    frame = answers.measures(SECTION, VERDICTS).frame.set_index("measure")
    assert frame.loc[measure("connectedness").words, "role"] == "an amenity"
    assert frame.loc[measure("engagement").words, "role"] == "tests the model"


def test_a_record_has_no_edition_and_an_index_has_one():
    frame = answers.measures(SECTION, VERDICTS).frame.set_index("measure")
    assert frame.loc[measure("engagement").words, "edition"] == "2023"
    assert frame.loc[measure("coproduction_recorded").words, "edition"] == "–"


def test_a_sign_that_turns_on_the_way_is_told():
    assert SECTION.turned == ()
    assert not steps("engagement", UNSURE, UP).turned
    made = steps("engagement", DOWN, UP)
    clear = replace(made, steps={k: replace(one, estimate=FITTED) for k, one in made.steps.items()})
    assert clear.turned
