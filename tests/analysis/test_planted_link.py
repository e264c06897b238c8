"""An error planted in one link shows in the summary and the recommendation it should.

And both texts read well where nothing was found, or nothing could be estimated.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from html import unescape

import pytest
from said import report_with_exhibits, said

from neighbourhood_equity.analysis.findings import Finding
from neighbourhood_equity.analysis.inputs import Inputs
from neighbourhood_equity.analysis.run import Run
from neighbourhood_equity.report_templates import words

Found = Mapping[str, Finding]
LINKS = ("outcomes", "social_capital", "asset_values")


def lines(text: str) -> list[str]:
    """Its lines without the links' marks, none of them blank."""
    plain = unescape(re.sub(r"<[^>]*>", "", text))
    return [line for line in plain.splitlines() if line.strip()]


def changed(before: str, after: str) -> tuple[str, str]:
    """What the lines that differ said before, and say now."""
    old, new = lines(before), lines(after)
    return (
        " ".join(line for line in old if line not in new),
        " ".join(line for line in new if line not in old),
    )


def as_found(finding: Finding, value: float, reach: float = 0.01, **more: object) -> Finding:
    return replace(finding, value=value, ci_low=value - reach, ci_high=value + reach, **more)


@pytest.fixture(scope="module")
def findings(book: Run) -> Found:
    """The simulated city's, with the three links made known."""
    made = dict(book.findings)
    for link, value in zip(LINKS, (0.42, 0.2, 4.0), strict=True):
        name = f"equity_model.{link}"
        made[name] = as_found(made[name], value)
    return made


@pytest.fixture(scope="module")
def page(inputs: Inputs, book: Run) -> Callable[[Found, str], str]:
    report = report_with_exhibits(inputs, book)
    return lambda findings, name: said(report, findings, name)


def with_error(findings: Found, link: str, change: Callable[[Finding], Finding]) -> Found:
    name = f"equity_model.{link}"
    return {**findings, name: change(findings[name])}


ERRORS = {
    "coefficient": lambda one: as_found(one, 3 * one.value),
    "sign": lambda one: as_found(one, -one.value),
    "label": lambda one: replace(one, label="iv"),
    "no longer told": lambda one: as_found(one, one.value, 10.0),
    "no estimate": lambda one: replace(
        one, value=None, ci_low=None, ci_high=None, reason="its data were lost"
    ),
}


@pytest.mark.parametrize("link", LINKS)
@pytest.mark.parametrize("error", ERRORS)
class TestAnErrorInOneLink:
    @pytest.mark.parametrize("name", ["summary", "recommendations", "equity_model"])
    def test_changes_the_text_on_its_link_alone(self, findings, page, link, error, name):
        wrong = with_error(findings, link, ERRORS[error])
        old, new = changed(page(findings, name), page(wrong, name))
        assert old != new
        untouched = [other for other in LINKS if other != link]
        for other in untouched:
            value = words.effect_words(findings[f"equity_model.{other}"]).number
            assert old.count(value) == new.count(value)


@pytest.mark.parametrize(
    ("link", "error", "summary"),
    [
        ("outcomes", "sign", "Outcomes with a recorded programme: lower (−0.42"),
        ("outcomes", "coefficient", "Outcomes with a recorded programme: higher (1.26"),
        ("social_capital", "label", "Identified as an effect: the step from outcomes to social"),
        ("social_capital", "no longer told", "safer streets: no difference that can be told"),
        ("asset_values", "sign", "Prices with social capital: prices 4.0% lower"),
        ("asset_values", "no estimate", "social capital: not estimable, because its data were"),
    ],
)
def test_the_sentence_of_the_summary(findings, page, link, error, summary):
    wrong = with_error(findings, link, ERRORS[error])
    right = " ".join(lines(page(findings, "summary")))
    assert summary not in right
    assert summary in " ".join(lines(page(wrong, "summary")))


@pytest.mark.parametrize(
    ("link", "error", "before", "after"),
    [
        ("outcomes", "sign", "Judge programmes by outcomes first", "Ask why outcomes are worse"),
        ("outcomes", "no longer told", "Judge programmes", "Do not take better outcomes"),
        ("social_capital", "sign", "Measure social capital where", "Do not count on safer"),
        ("social_capital", "label", "Measure social capital where", "Count safer streets as work"),
        ("asset_values", "label", "Find an instrument before", "Expect prices to follow"),
        ("asset_values", "no estimate", "Find an instrument", "Do not value social capital by"),
    ],
)
def test_the_recommendation(findings, page, link, error, before, after):
    wrong = with_error(findings, link, ERRORS[error])
    old, new = changed(page(findings, "recommendations"), page(wrong, "recommendations"))
    assert before in old
    assert before not in new
    assert after in new


def test_the_label_of_a_recommendation_is_that_of_its_finding(findings, page):
    wrong = with_error(findings, "outcomes", ERRORS["label"])
    old, new = changed(page(findings, "recommendations"), page(wrong, "recommendations"))
    assert "label adjusted" in old
    assert "label instrument" in new


def nothing_found(findings: Found) -> Found:
    """Every interval around zero."""
    return {
        name: as_found(one, float(one.value), abs(float(one.value)) + 1)
        if one.ci_low is not None and one.unit in ("percent", "number")
        else one
        for name, one in findings.items()
    }


def nothing_estimated(findings: Found) -> Found:
    """Every estimate a refusal; counts and years stay."""
    return {
        name: ERRORS["no estimate"](one)
        if one.ci_low is not None or (one.label != "described" and one.unit != "text")
        else one
        for name, one in findings.items()
    }


EMPTY = {"nothing found": nothing_found, "nothing estimated": nothing_estimated}


@pytest.mark.parametrize("name", ["summary", "recommendations"])
@pytest.mark.parametrize("case", EMPTY)
class TestWhereNothingIsFound:
    def test_no_difference_is_claimed(self, findings, page, name, case):
        text = " ".join(lines(page(EMPTY[case](findings), name)))
        assert not re.search(
            r"prices [\d.]+% (higher|lower)|(safer|less safe) than otherwise", text
        )

    def test_no_sentence_is_broken(self, findings, page, name, case):
        text = " ".join(lines(page(EMPTY[case](findings), name)))
        assert not re.search(r"\bNone(?! is| of)|\bnan\b|\(\)| \.|  ,|,,|\.\.|: ;|because ,", text)
        assert "because its data were lost" in text or case == "nothing found"

    def test_every_recommendation_says_what_it_rests_on(self, findings, page, name, case):
        text = page(EMPTY[case](findings), "recommendations")
        assert len(re.findall(r"^\*\*", text, re.M)) == len(re.findall(r"\*Rests on", text))
