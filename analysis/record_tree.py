"""A result's numbers by their path through its record: the names of the findings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

import pandas as pd

from ..models.estimate import Estimate
from .quantities import NotEstimable, Quantity
from .refused_result import RefusedResult


@dataclass(frozen=True, slots=True)
class Leaf:
    """A quantity, a refusal or an estimate, and its dotted path inside a record."""

    path: str
    thing: Quantity | NotEstimable | Estimate


def leaves(record: Any, path: str = "") -> Iterator[Leaf]:
    """All quantities, refusals and estimates of a record, in the order of its fields.

    A mapping adds its keys to the path, a tuple the ``key`` of its members (members without one
    stand in the tuple's place). Fields that a record names in its class variable ``INLINE`` add no
    level. Frames, texts and plain numbers are no findings.
    """
    if isinstance(record, RefusedResult):
        return
    if isinstance(record, Quantity | NotEstimable | Estimate):
        yield Leaf(path, record)
    elif isinstance(record, pd.DataFrame | str):
        return
    elif isinstance(record, Mapping):
        for key, part in record.items():
            yield from leaves(part, _joined(path, str(key)))
    elif isinstance(record, tuple):
        for part in record:
            yield from leaves(part, _joined(path, str(getattr(part, "key", ""))))
    elif is_dataclass(record):
        inline = getattr(record, "INLINE", ())
        for one in fields(record):
            below = path if one.name in inline else _joined(path, one.name)
            yield from leaves(getattr(record, one.name), below)


def _joined(path: str, name: str) -> str:
    return ".".join(part for part in (path, name) if part)
