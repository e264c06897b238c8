"""Quantities as the columns of a table's frame."""

from __future__ import annotations

from ....analysis.quantities import NotEstimable, Quantity


def in_percent(
    difference: Quantity | NotEstimable, name: str = "estimate"
) -> dict[str, float | None]:
    """The columns that an ``interval_percent1`` column takes; blank for what cannot be had."""
    if isinstance(difference, NotEstimable):
        return dict.fromkeys((name, f"{name}_low", f"{name}_high"))
    return {
        name: difference.value,
        f"{name}_low": difference.low,
        f"{name}_high": difference.high,
    }
