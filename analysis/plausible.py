"""What published effects lead to expect of an effect on prices, and what is beyond it."""

from __future__ import annotations

from .quantities import NotEstimable, Quantity

LARGE = 10.0
"""Per cent either way beyond which an estimate is printed with a warning."""


def is_large(difference: Quantity | NotEstimable) -> bool:
    """Whether an estimate in per cent is too large to be printed without a warning."""
    return difference.value is not None and abs(difference.value) > LARGE
