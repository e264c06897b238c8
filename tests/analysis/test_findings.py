"""Findings are named once, finite, and a refusal has its reason."""

import math

import pytest

from neighbourhood_equity.analysis.findings import Finding, Findings, Pedigree
from neighbourhood_equity.analysis.quantities import percent_effect

WHERE = Pedigree("tests", ())


def test_a_name_is_given_once() -> None:
    findings = Findings()
    findings.add(Finding("a", 1, "count", "described", WHERE))
    with pytest.raises(ValueError, match="given twice"):
        findings.add(Finding("a", 2, "count", "described", WHERE))


def test_a_refusal_needs_a_reason() -> None:
    with pytest.raises(ValueError, match="no reason"):
        Finding("a", None, "percent", "adjusted", WHERE)


def test_a_value_must_be_finite() -> None:
    with pytest.raises(ValueError, match="nan"):
        Finding("a", math.nan, "percent", "adjusted", WHERE)


def test_log_points_become_per_cent() -> None:
    assert percent_effect(math.log(1.07)) == pytest.approx(7.0)


@pytest.fixture
def refused() -> Findings:
    """Those of a run of which one result could not be made."""
    findings = Findings([Finding("b", 1, "count", "described", WHERE)])
    reason = "homes owned does not vary"
    findings.refuse_part(Finding("a.part", None, "text", "described", WHERE, reason=reason))
    return findings


def test_every_name_below_a_refused_one_has_its_reason(refused: Findings) -> None:
    found = refused["a.part.some.name"]
    assert (found.value, found.reason) == (None, "homes owned does not vary")
    assert refused["b"].value == 1


def test_a_name_beside_a_refused_one_is_unknown(refused: Findings) -> None:
    with pytest.raises(KeyError):
        refused["a.other"]


def test_records_are_sorted_by_name_with_the_refusals(refused: Findings) -> None:
    assert [record["name"] for record in refused.as_records()] == ["a.part", "b"]
