"""What is the least that answers to bids say about the mean, with no curve assumed?

F_j is the share of those asked t_j who say no: the share whose willingness to pay is below t_j. It
must not fall as bids rise; neighbours that do are pooled, and the pool keeps its lowest bid. All
between t_j and t_(j+1) are taken to pay t_j and no more: mean >= sum_j t_j (F_(j+1) - F_j), with
F = 1 beyond the highest bid. What identifies it is the random draw of bids; no tail is assumed.

References
----------
Turnbull (1976): the estimator. Haab and McConnell (1997): pooling in closed form, the variance
sum_j (t_j - t_(j-1))^2 F_j (1 - F_j) / n_j.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import optimize, stats

from .contingent_valuation import Answers


@dataclass(frozen=True, slots=True)
class LowerBound:
    """The least mean willingness to pay.

    Parameters
    ----------
    bids : (j,) lowest bid of each pool
    no : (j,) share of no in each pool, rising
    asked : (j,) persons in each pool
    mean, std_error : the bound, in the bid's unit
    """

    bids: np.ndarray
    no: np.ndarray
    asked: np.ndarray
    mean: float
    std_error: float

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """The normal interval of the bound, which is not one of the mean."""
        reach = float(stats.norm.ppf(0.5 + level / 2)) * self.std_error
        return self.mean - reach, self.mean + reach

    @property
    def median(self) -> tuple[float, float]:
        """The bids between which the median lies; the first may be 0, the last infinite."""
        edges = np.concatenate([[0.0], self.bids, [np.inf]])
        first = int(np.searchsorted(self.no, 0.5))
        return float(edges[first]), float(edges[first + 1])


def turnbull(answers: Answers) -> LowerBound:
    """The lower bound of the mean; covariates play no part."""
    bids, place = np.unique(answers.bid, return_inverse=True)
    asked = np.bincount(place, answers.asked)
    no = np.bincount(place, answers.asked - answers.yes)
    bids, asked, no = bids[asked > 0], asked[asked > 0], no[asked > 0]
    pooled = optimize.isotonic_regression(no / asked, weights=asked)
    starts = pooled.blocks[:-1]
    bids, share = bids[starts], pooled.x[starts]
    asked = np.add.reduceat(asked, starts)
    steps = np.diff(bids, prepend=0.0)
    return LowerBound(
        bids,
        share,
        asked,
        float(steps @ (1 - share)),
        float(np.sqrt(steps**2 @ (share * (1 - share) / asked))),
    )
