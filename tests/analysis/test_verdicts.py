"""The answer follows from headline and scorecard by the declared rules, and from nothing else."""

import math

import pytest

from neighbourhood_equity.analysis.quantities import NotEstimable, PriceDifference, PValue
from neighbourhood_equity.analysis.reasons import NoneAlone
from neighbourhood_equity.analysis.verdicts import Check, Verdict

MISSING = NotEstimable(NoneAlone())


def price(low, high):
    """A difference in per cent with these ends."""
    ends = [math.log1p(end / 100) for end in (low, high)]
    return PriceDifference(sum(ends) / 2, *ends)


def check(passed, key="family"):
    return Check.of(key, PValue(0.01 if passed else 0.4), passed=passed)


def verdict(headline, *checks, **more):
    asked = {"plausible": (2.0, 7.0)} | more
    return Verdict("engagement", True, headline, checks, **asked)


@pytest.mark.parametrize(
    ("headline", "answer"),
    [
        (price(1, 5), "supported"),
        (price(-5, -1), "contradicted"),
        (price(-4, 1.2), "ruled out"),
        (price(-1, 4), "open"),
        (MISSING, "refused"),
    ],
)
def test_the_answer_follows_the_interval_where_every_check_is_passed(headline, answer):
    assert verdict(headline, check(True)).answer == answer


def test_one_failed_check_leaves_a_positive_finding_open():
    assert verdict(price(1, 5), check(True), check(False, "noise")).answer == "open"


def test_a_check_that_could_not_be_made_is_told_and_decides_nothing():
    found = verdict(price(1, 5), Check.of("second_outcome", MISSING, passed=False))
    assert found.answer == "supported"
    assert [one.key for one in found.not_made] == ["second_outcome"]


def test_two_estimates_of_opposite_sign_make_it_mixed_whatever_the_checks_say():
    assert verdict(price(1, 5), check(True), beside=(price(-16, -4),)).answer == "mixed"


@pytest.mark.parametrize("other", [price(-3, 1), price(2, 9), MISSING])
def test_an_estimate_beside_it_that_is_not_clear_of_zero_or_agrees_does_not(other):
    assert verdict(price(1, 5), check(True), beside=(other,)).answer == "supported"


def test_without_a_range_that_matters_nothing_is_ruled_out():
    assert verdict(price(-0.1, 0.1), plausible=None).answer == "open"


def test_part_of_the_range_is_excluded_by_an_interval_that_ends_inside_it():
    assert verdict(price(-4, 4)).rules_out_the_range
    assert not verdict(price(-4, 9)).rules_out_the_range


def test_a_design_that_sees_more_than_matters_only_could_not_see_it():
    assert verdict(price(-10, 16), detectable=price(22, 22)).could_see is False
    assert verdict(price(-1, 4), detectable=price(3, 3)).could_see is True
