"""Quantities as the columns of a table's frame."""

from __future__ import annotations

from collections.abc import Iterator

from ....analysis.quantities import NotEstimable, Quantity
from ...exhibits import Missing


def in_percent(
    difference: Quantity | NotEstimable | None, name: str = "estimate"
) -> dict[str, float | None]:
    """The columns that an ``interval_percent1`` column takes; blank for what cannot be had."""
    if not isinstance(difference, Quantity):
        return dict.fromkeys((name, f"{name}_low", f"{name}_high"))
    return {
        name: difference.value,
        f"{name}_low": difference.low,
        f"{name}_high": difference.high,
    }


def number(asked: Quantity | NotEstimable | None) -> float | None:
    """The column that any other format takes; blank for what cannot be had."""
    return asked.value if isinstance(asked, Quantity) else None


def missing(asked: Quantity | NotEstimable, *ids: str) -> Iterator[Missing]:
    """The exhibits that a refused result leaves unmade."""
    if isinstance(asked, NotEstimable):
        yield from (Missing(name, asked) for name in ids)
