"""Is what goes together between places also what changes together within them?

y_it = w (x_it - x_i) + b x_i + z_i'g + l_t + a_i + e_it, with x_i the mean of the place's rows.
w compares a place with itself and equals the fixed-effects coefficient exactly; b compares places.
The random effect a_i stays in the error: least squares, with a variance clustered by place, asks
nothing of its form. Under w = b the place's own level is unrelated to x and one number would do for
both; the Wald test of that, clustered, is the Hausman test that heteroskedasticity does not upset.

Where places have different periods, or weights, the means of the period effects are held equal
too: without them w is no longer the fixed-effects coefficient.

References
----------
Mundlak (1978). Hausman (1978). Arellano (1993): the test as a regression. Wooldridge (2010),
sections 10.7.2 and 10.7.3; Wooldridge (2019): unbalanced panels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from ..covariance import require_rule
from ..estimate import Estimate
from ..frames import takes_frame
from ..sample import take_sample, without_singletons
from ..specification import CLUSTERED, Specification, SpecificationError
from ..tolerance import LENGTH
from .cross_section import cross_section
from .group_means import equal_parts, group_means, split_by_group
from .panel import require_panel


@takes_frame
def correlated_effects(frame: pd.DataFrame, specification: Specification) -> Estimate:
    """Correlated random effects, the Mundlak device, by pooled (weighted) least squares.

    Parameters
    ----------
    frame : one row a place and period
    specification : effects are the place (random, correlated with the terms), and the period
        (fixed) if named; terms that never change inside a place need no mean and stay whole

    Returns
    -------
    Estimate
        Terms ``x.within`` and ``x.between`` for each that changes inside a place, then the others.
        Diagnostics: ``hausman_f`` of all within = between, its degrees of freedom ``hausman_df``
        and ``df`` of the estimate, ``hausman_p``. K of the variance rule counts the period means.

    Raises
    ------
    SpecificationError
        As `panel`; a variance that is not clustered; no regressor that changes inside a place.
    """
    require_rule(specification, "correlated random effects", CLUSTERED)
    require_panel(frame, specification)
    place, *periods = specification.effects
    sample = take_sample(frame, specification, absorbed=())
    rows, lone = without_singletons(sample.rows, specification.effects)
    split = split_by_group(rows, specification, place, specification.effects)
    rows, shares = _period_shares(split.rows, specification, place, periods)
    asked = replace(split.specification, effects=tuple(periods))
    full = cross_section(rows, replace(asked, controls=(*asked.controls, *shares)))
    dropped = dict(sample.dropped)
    if lone:
        dropped[f"alone in their {' or '.join(specification.effects)}"] = lone
    estimate = replace(full.select(asked.terms), specification=asked, dropped=dropped)
    if not split.pairs:
        raise SpecificationError(
            f"specification {specification.name}: the means of all places are alike, so "
            "nothing is compared between places; use panel() instead"
        )
    test = equal_parts(estimate, split.pairs)
    hausman = {
        "hausman_f": test.statistic,
        "hausman_df": float(len(split.pairs)),
        "hausman_p": test.p_value,
    }
    return replace(estimate, diagnostics={**full.diagnostics, **hausman})


def _period_shares(
    rows: pd.DataFrame, specification: Specification, place: str, periods: Sequence[str]
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Columns that span the places' (weighted) shares of rows by period, where those differ."""
    if not periods:
        return rows, ()
    weights = np.ones(len(rows))
    if specification.weights:
        weights = rows[specification.weights].to_numpy(float)
    dummies = pd.get_dummies(rows[periods[0]], dtype=float)
    shares = group_means(dummies, rows[place], weights).to_numpy()
    shares = shares - shares.mean(axis=0)
    left, values, _ = np.linalg.svd(shares, full_matrices=False)
    # Without differences the values are rounding; a period's share is of the order of one over T.
    kept = values > LENGTH * max(values[0], np.sqrt(len(rows)) / dummies.shape[1])
    names = tuple(f"share of {periods[0]} {index}" for index in range(1, int(kept.sum()) + 1))
    return rows.assign(**dict(zip(names, left[:, kept].T, strict=True))), names
