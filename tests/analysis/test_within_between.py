"""Slopes by ward on the simulated city."""

import pytest

from neighbourhood_equity.analysis.findings import Finding
from neighbourhood_equity.analysis.run import Run

DOMAINS = ("civic_assets", "connectedness", "engagement")


def _of(book: Run, name: str) -> Finding:
    return book.findings[f"within_between.{name}"]


@pytest.mark.parametrize("domain", DOMAINS)
def test_equal_slopes_are_not_told_apart(book, domain):
    # Planted is one slope for all wards.
    assert _of(book, f"{domain}.spread").ci_low == 0


@pytest.mark.parametrize("domain", ["social_capital", *DOMAINS])
def test_no_column_name_stands_in_a_reason(book, domain):
    reason = _of(book, f"{domain}.lowest").reason or ""
    assert not any(mark in reason for mark in ("_", "ward22", ".within"))
