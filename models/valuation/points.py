"""How does a proposal score on scales of points?

The score is the sum of the points given, each within its scale. Points are judgements that put
proposals in order. No payment, price or effect stands behind a point, so that nothing can turn it
into pounds.

References
----------
Birmingham City Council (2009), Valuing Worth tools: points for capital secured and revenue levered.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..specification import SpecificationError


@dataclass(frozen=True, slots=True)
class Scale:
    """One thing that is scored, from ``lowest`` to ``highest`` points."""

    name: str
    lowest: float
    highest: float


@dataclass(frozen=True, slots=True)
class Score:
    """Points given, of at least and at most so many."""

    points: float
    lowest: float
    highest: float


def score(scales: Sequence[Scale], given: Mapping[str, float]) -> Score:
    """The sum of the points given on each scale.

    Raises
    ------
    SpecificationError
        All at once: scales without points, points without a scale, points outside their scale.
    """
    known = {scale.name: scale for scale in scales}
    faults = [f"no points for {name}" for name in known if name not in given]
    faults += [f"no scale for {name}" for name in given if name not in known]
    faults += [
        f"{given[name]:g} points for {name}, whose scale runs from {scale.lowest:g} to "
        f"{scale.highest:g}"
        for name, scale in known.items()
        if name in given and not scale.lowest <= given[name] <= scale.highest
    ]
    if faults:
        raise SpecificationError("; ".join(faults))
    return Score(
        sum(given.values()),
        sum(scale.lowest for scale in scales),
        sum(scale.highest for scale in scales),
    )
