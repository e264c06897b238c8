"""What published effects lead to expect of an effect on prices, and what is beyond it."""

from __future__ import annotations

from .findings import Finding

PLAUSIBLE = (2.0, 7.0)
"""Per cent, built up over years: our judgement of published effects, not a published range."""
LARGE = 10.0
"""Per cent either way beyond which an estimate is printed with a warning."""


def is_plausible(finding: Finding) -> bool:
    """Whether an estimate lies in the plausible range."""
    return isinstance(finding.value, (int, float)) and PLAUSIBLE[0] <= finding.value <= PLAUSIBLE[1]


def is_large(finding: Finding) -> bool:
    """Whether an estimate in per cent is too large to be printed without a warning."""
    return isinstance(finding.value, (int, float)) and abs(finding.value) > LARGE
