"""The least sure of several errors: that of the clusters, or Conley's at any declared cut-off.

A rule that is fixed before the run leaves no choice of the distance at which an estimate looks
surest. It is no bound: where errors reach as far as the map, every one of these is too small, and
`scpc` and `noise_placebo` say so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from ..association.cross_section import cross_section
from ..estimate import Coefficient
from ..frames import takes_frame
from ..specification import Specification
from .conley import ConleyRule, conley, conley_curve


@dataclass(frozen=True, slots=True)
class Widest:
    """A term with its longest interval.

    Parameters
    ----------
    coefficient : the term, with that interval
    cut_off : of Conley's variance, or None where the specification's own rule is the least sure
    variance_rule : in words
    """

    coefficient: Coefficient
    cut_off: float | None
    variance_rule: str


@takes_frame
def widest(
    frame: pd.DataFrame,
    specification: Specification,
    term: str,
    cut_offs: Sequence[float],
    rule: ConleyRule | None = None,
) -> Widest:
    """The term under the specification's own rule or Conley's, whichever interval is longest.

    Parameters
    ----------
    frame : one row an observation, with the coordinates of the rule
    specification : as for `cross_section`
    cut_offs : in the metric's unit; one whose variance is not positive plays no part
    rule : as for `conley`

    Raises
    ------
    SpecificationError
        See `cross_section` and `conley`.
    """
    own = cross_section(frame, specification)
    best = Widest(own[term], None, own.variance_rule)
    curve = conley_curve(frame, specification, cut_offs, rule)
    of_term = curve[(curve["term"] == term) & curve["std_error"].notna()]
    if of_term.empty:
        return best
    cut_off = float(of_term["cut_off"].iloc[int(of_term["std_error"].argmax())])
    far = conley(frame, specification, cut_off, rule)
    if _length(far[term]) <= _length(best.coefficient):
        return best
    return Widest(far[term], cut_off, far.variance_rule)


def _length(coefficient: Coefficient) -> float:
    return coefficient.ci_high - coefficient.ci_low
