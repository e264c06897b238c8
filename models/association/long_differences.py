"""Where a thing changed over many years, did the outcome change more than elsewhere?

D y_n = b D x_n + z_n'g + e_n, D being the mean of the last years less the mean of the first. Means
over a window keep the noise of single years out; what a place has always been drops out, as with
fixed effects, and what happens between the windows does not have to be timed. With two periods
and a window of one, b is the fixed-effects coefficient. z_n, measured in the first window, lets
places that began differently also grow differently.

With weights w (sales, say) each mean is weighted and a difference weighs w0 w1 / (w0 + w1), the
inverse of its sampling variance: the weight that fixed effects give it with two periods.

References
----------
Griliches and Hausman (1986): long differences and noise. Wooldridge (2010), sections 10.5 and 10.6.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from ..estimate import Estimate
from ..sample import take_sample
from ..specification import Specification, SpecificationError
from .cross_section import cross_section
from .panel import require_panel


def long_differences(frame: pd.DataFrame, specification: Specification, window: int) -> Estimate:
    """Least squares of the change from the first to the last ``window`` periods.

    Parameters
    ----------
    frame : one row a place and period; periods can be put in order
    specification : effects are the place, the period, and any others constant in a place, whose
        categories may each have a trend of their own; regressors enter as changes, controls as
        their mean in the first window
    window : periods averaged at each end

    Returns
    -------
    Estimate
        One row a place; ``dropped`` counts places without a row at one of the ends. K of the
        variance rule counts the constant, which is the change that all places share.

    Raises
    ------
    SpecificationError
        Fewer than two effects, windows that overlap, a cluster or trend that is not the same in all
        rows of a place, and all of `panel` and `cross_section`.
    """
    if len(specification.effects) < 2:
        _refuse(specification, "long differences take the place and the period as effects")
    place, period, *trends = specification.effects
    require_panel(frame, replace(specification, effects=(place, period)))
    sample = take_sample(frame, specification, absorbed=())
    first, last = _ends(frame, specification, period, window)
    fixed = [name for name in dict.fromkeys((*trends, specification.clusters)) if name]
    _require_fixed(sample.rows, specification, place, [name for name in fixed if name != place])
    start, end = (
        _means(sample.rows, specification, sample.rows[period].isin(at)) for at in (first, last)
    )
    both = start.index.intersection(end.index)
    moving = [specification.outcome, *specification.regressors]
    changes = end.loc[both, moving] - start.loc[both, moving]
    changes = changes.join(start.loc[both, list(specification.controls)])
    if specification.weights:
        one, other = start.loc[both, specification.weights], end.loc[both, specification.weights]
        changes[specification.weights] = one * other / (one + other)
    known = sample.rows.drop_duplicates(place).set_index(place)
    changes = changes.join(known[[name for name in fixed if name != place]]).rename_axis(place)
    asked = replace(specification, effects=tuple(trends))
    estimate = cross_section(changes.reset_index(), asked)
    lone = sample.rows[place].nunique() - len(both)
    dropped = {**sample.dropped, **estimate.dropped}
    if lone:
        dropped[f"{place} without both ends of {period}"] = lone
    return replace(estimate, specification=specification, dropped=dropped)


def _ends(
    frame: pd.DataFrame, specification: Specification, period: str, window: int
) -> tuple[list[object], list[object]]:
    """The first and the last ``window`` periods of the frame."""
    periods = sorted(frame[period].dropna().unique())
    if not 1 <= window <= len(periods) // 2:
        _refuse(
            specification,
            f"a window of {window} at each end does not fit {len(periods)} periods; "
            f"it may be 1 to {len(periods) // 2}",
        )
    return list(periods[:window]), list(periods[-window:])


def _means(rows: pd.DataFrame, specification: Specification, inside: pd.Series) -> pd.DataFrame:
    """Weighted means by place over the rows ``inside``, with the sum of the weights."""
    place = specification.effects[0]
    own = rows[inside]
    columns = [specification.outcome, *specification.terms]
    if not specification.weights:
        return own.groupby(place)[columns].mean()
    weights = own[specification.weights].astype(float)
    total = weights.groupby(own[place]).sum()
    sums = own[columns].astype(float).mul(weights, axis=0).groupby(own[place]).sum()
    return sums.div(total, axis=0).assign(**{specification.weights: total})


def _require_fixed(
    rows: pd.DataFrame, specification: Specification, place: str, columns: Sequence[str]
) -> None:
    for column in columns:
        changing = int((rows.groupby(place)[column].nunique() > 1).sum())
        if changing:
            _refuse(
                specification, f"{column} is not the same in all rows of {changing} of the {place}s"
            )


def _refuse(specification: Specification, fault: str) -> None:
    raise SpecificationError(f"specification {specification.name}: {fault}")
