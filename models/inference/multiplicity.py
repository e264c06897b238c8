"""Several tests of one family: p values for the chance that any of them misleads.

References
----------
Holm (1979). Romano and Wolf (2005, 2016): step down with the joint distribution of the statistics.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..specification import SpecificationError, require_numbers


def holm(p_values: Sequence[float]) -> np.ndarray:
    """Holm's adjusted p values, in the order given; valid whatever the dependence.

    >>> holm([0.01, 0.04, 0.03]).tolist()
    [0.03, 0.06, 0.06]
    """
    values = np.asarray(p_values, dtype=float)
    require_numbers("p values", values)
    if ((values < 0) | (values > 1)).any():
        raise SpecificationError("a p value lies between 0 and 1")
    order = np.argsort(values, kind="stable")
    stepped = np.maximum.accumulate(values[order] * np.arange(len(values), 0, -1))
    adjusted = np.empty_like(values)
    adjusted[order] = np.minimum(1.0, stepped)
    return adjusted


def romano_wolf(statistics: Sequence[float], draws: np.ndarray) -> np.ndarray:
    """Step-down adjusted p values from statistics drawn jointly under the null.

    Parameters
    ----------
    statistics : m t statistics
    draws : (b, m) statistics under the null, those of one row from one draw of the errors
    """
    real = np.abs(np.asarray(statistics, dtype=float))
    drawn = np.abs(draws)
    require_numbers("statistics", real)
    require_numbers("draws", drawn)
    if drawn.ndim != 2 or drawn.shape[1] != len(real):
        raise SpecificationError(f"draws {drawn.shape} of {len(real)} statistics: a column each")
    order = np.argsort(-real, kind="stable")
    adjusted, floor = np.empty(len(real)), 0.0
    for step, index in enumerate(order):
        largest = drawn[:, order[step:]].max(axis=1)
        as_far = int(np.count_nonzero(largest >= real[index] * (1 - 1e-9)))
        floor = max(floor, (1 + as_far) / (1 + len(drawn)))
        adjusted[index] = floor
    return adjusted
