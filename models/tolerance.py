"""How little counts as nothing: rounding leaves shares of 1e-15, no table shows shares of 1e-6."""

from __future__ import annotations

import numpy as np

LENGTH = 1e-8
"""Share of a length, or of the largest singular value, below which what is left is rounding."""
SQUARE = 1e-10
"""The same of a square, a variance or a root of a cross-product scaled to one."""
COLLINEAR = 1e-6
"""Share of a column's length below which the others tell it: its coefficient would be noise."""
_DIGITS = 1e-13
"""Share of a column's own size below which its deviations are digits that a computer lacks."""


def still(left: np.ndarray, values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Which columns (n, k) do not vary, ``left`` being what absorbed effects leave of them."""
    return np.asarray(np.sqrt(weights @ left**2) <= least_length(values, weights))


def least_length(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The weighted length (k,) above which what is left of columns (n, k) is more than rounding.

    Measured against deviations from the mean, so that a column of large numbers close together
    varies, with a floor at the digits of the numbers themselves.
    """
    centred = values - np.average(values, axis=0, weights=weights)
    size, spread = (np.sqrt(weights @ part**2) for part in (values, centred))
    return np.asarray(np.maximum(LENGTH * spread, _DIGITS * size))
