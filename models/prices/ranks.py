"""Which areas are dearest, and how sure is that?

theta_i ~ N(estimate_i, error_i^2), independent over areas; the ranks of the drawn theta are the
distribution of the rank. The independence is an assumption: errors that all areas share (a common
period effect) leave ranks alone, errors that neighbours share make these intervals too wide or too
narrow. Each interval holds for its own area, not for all areas at once.

References
----------
Goldstein and Spiegelhalter (1996): ranks with intervals. Mogstad, Romano, Shaikh and Wilhelm
(2024): the simultaneous sets, wider, for claims about all ranks at once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from ..specification import SpecificationError


@dataclass(frozen=True, slots=True)
class Ranks:
    """Ranks of n areas, 1 the highest estimate.

    Parameters
    ----------
    rank : (n,) of the estimates; ties share their mean rank
    low, high : (n,) interval of the drawn ranks
    top, bottom : (n,) probability to be among the ``count`` highest, lowest
    count : size of top and bottom
    draws, level : of the intervals
    """

    rank: np.ndarray
    low: np.ndarray
    high: np.ndarray
    top: np.ndarray
    bottom: np.ndarray
    count: int
    draws: int
    level: float

    def tidy(self) -> pd.DataFrame:
        """One row an area, in the order given."""
        return pd.DataFrame(
            {
                "rank": self.rank,
                "ci_low": self.low,
                "ci_high": self.high,
                "top": self.top,
                "bottom": self.bottom,
            }
        )


def ranks(
    estimates: np.ndarray,
    errors: np.ndarray,
    rng: np.random.Generator,
    count: int = 10,
    draws: int = 20_000,
    level: float = 0.95,
) -> Ranks:
    """Ranks with uncertainty by draws.

    Parameters
    ----------
    estimates, errors : (n,) and their standard errors, not negative; shrunken estimates with root
        mean square errors do, and then the ranks are those of the shrunken ones
    count : how many make the top and the bottom, at most n

    Raises
    ------
    SpecificationError
        Shapes that do not fit, values that are not finite, negative errors, count out of range.
    """
    estimates, errors = np.asarray(estimates, dtype=float), np.asarray(errors, dtype=float)
    faults = []
    if estimates.ndim != 1 or estimates.shape != errors.shape:
        faults.append(f"estimates {estimates.shape} and errors {errors.shape} do not fit")
    if not (np.isfinite(estimates).all() and np.isfinite(errors).all() and (errors >= 0).all()):
        faults.append("estimates and errors must be finite, errors not negative")
    if not 1 <= count <= len(estimates):
        faults.append(f"a top of {count} among {len(estimates)} areas")
    if faults:
        raise SpecificationError(f"ranks: {'; '.join(faults)}")
    drawn = estimates + errors * rng.standard_normal((draws, len(estimates)))
    placed = stats.rankdata(-drawn, axis=1)
    tail = (1 - level) / 2
    low, high = np.quantile(placed, [tail, 1 - tail], axis=0)
    return Ranks(
        rank=stats.rankdata(-estimates),
        low=low,
        high=high,
        top=(placed <= count).mean(axis=0),
        bottom=(placed > len(estimates) - count).mean(axis=0),
        count=count,
        draws=draws,
        level=level,
    )
