from typing import get_args

import pytest
from made_report import finding, refused

from neighbourhood_equity.models.specification import Label
from neighbourhood_equity.report_templates import words


def sentence(result):
    return "".join(words.effect_words(result))


@pytest.mark.parametrize(
    ("value", "low", "high", "said"),
    [
        (1.34, 0.41, 2.2, "prices 1.3% higher (95% interval 0.4% to 2.2%)"),
        (-1.34, -2.2, -0.41, "prices 1.3% lower (95% interval −2.2% to −0.4%)"),
        (
            0.4,
            -0.8,
            1.6,
            "prices 0.4% higher (95% interval −0.8% to 1.6%; at most a small difference)",
        ),
        (
            -4.5,
            -12.8,
            4.6,
            "prices 4.5% lower (95% interval −12.8% to 4.6%; rises above 4.6% are ruled out)",
        ),
        (
            11.8,
            -12.4,
            28.0,
            "prices 11.8% higher (95% interval −12.4% to 28.0%; too wide to say which way)",
        ),
    ],
)
def test_an_effect_stands_with_its_interval_and_what_that_leaves_open(value, low, high, said):
    assert sentence(finding(value=value, ci_low=low, ci_high=high)) == said


def test_no_estimate_says_why():
    assert sentence(refused()) == "not estimable, because nothing was measured before"


def test_points_are_named_once_in_an_interval():
    result = finding(unit="points", value=2.0, ci_low=1.0, ci_high=3.0)
    assert (
        sentence(result)
        == "2.0 percentage points higher (95% interval 1.0 to 3.0 percentage points)"
    )


@pytest.mark.parametrize(
    ("low", "high", "is_found"), [(0.1, 2.0, True), (-0.1, 2.0, False), (-3.0, -0.1, True)]
)
def test_found_means_an_interval_without_zero(low, high, is_found):
    assert words.found(finding(value=1.0, ci_low=low, ci_high=high)) is is_found


def test_nothing_refused_is_found():
    assert not words.found(refused())


def test_direction():
    values = (finding(), finding(value=-1.0), finding(value=0.0), refused())
    assert [words.direction(value) for value in values] == [
        "higher",
        "lower",
        "no different",
        "unknown",
    ]


@pytest.mark.parametrize("label", get_args(Label))
def test_each_label_has_words(label):
    assert words.label_words(label)
    assert words.LABEL_NAMES[label]
