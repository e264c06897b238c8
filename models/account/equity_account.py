"""What are the homes of each neighbourhood worth, and to whom does that worth belong?

E_nt = sum_k D_nkt P_nkt: dwellings by type k times the price of a dwelling of that type, the price
of the basket and not the mean of what happened to be sold. It is an account, with nothing to test:
each price is rounded once, to whole pounds, and everything after that is whole numbers, so that
sums are exact and do not depend on the order of rows.

The error of a sum of neighbourhoods whose prices share sources of error follows by the delta
method: with loadings l_nj of the log price of n on independent standard errors j, the log of the
sum has variance sum_j (sum_n s_n l_nj)^2, where s_n is the share of n in the sum.

References
----------
Balinski and Young (2001), Fair Representation, chapter 3: largest remainders.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from ..specification import SpecificationError

LARGEST = 2**62
"""Whole numbers beyond this could overflow when two of them are added."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A sum in pounds with the ends of its log-normal interval, and the standard error of its log.

    The ends are not rounded: they are estimates and no part of the account.
    """

    value: int
    low: float
    high: float
    std_error: float

    def __post_init__(self) -> None:
        if not self.low <= self.value <= self.high:
            raise SpecificationError(
                f"{self.value} lies outside its interval {self.low} to {self.high}"
            )


def whole_pounds(prices: np.ndarray, pounds_per_unit: int = 1) -> np.ndarray:
    """Prices rounded to whole pounds, the one rounding of the account.

    Parameters
    ----------
    prices : positive, in units of ``pounds_per_unit`` (1,000 for prices in thousands)

    Raises
    ------
    SpecificationError
        Prices that are missing, infinite or not positive.
    """
    wrong = ~(np.isfinite(prices) & (prices > 0))
    if wrong.any():
        raise SpecificationError(
            f"{int(wrong.sum())} of {wrong.size} prices are missing or not positive. Give a price "
            "to every kind of dwelling in every neighbourhood, or leave the neighbourhood out."
        )
    return np.asarray(np.rint(prices * pounds_per_unit).astype(np.int64))


def worth(dwellings: np.ndarray, pounds: np.ndarray) -> np.ndarray:
    """Worth of the dwellings of each cell.

    Parameters
    ----------
    dwellings : whole numbers of zero or more, by neighbourhood, type and whatever else
    pounds : of the same shape, whole pounds a dwelling, see `whole_pounds`

    Returns
    -------
    whole pounds, of the same shape

    Raises
    ------
    SpecificationError
        Counts or prices that are not whole, negative counts, or sums too large to be exact.
    """
    _require_whole("dwellings", dwellings)
    _require_whole("prices", pounds)
    if float((dwellings.astype(float) * pounds).sum()) > LARGEST:
        raise SpecificationError(
            "the worth is too large for whole pounds; give prices in larger units"
        )
    return np.asarray(dwellings.astype(np.int64) * pounds.astype(np.int64))


def apportion(amounts: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Divide whole amounts in proportion to counts, by largest remainders: none is lost.

    Parameters
    ----------
    amounts : (n,) whole numbers of zero or more
    counts : (n, m) whole numbers of zero or more, by which each row is divided; of equal remainders
        the earlier column comes first

    Returns
    -------
    (n, m) whole numbers whose rows sum to ``amounts``

    Raises
    ------
    SpecificationError
        A row of zero counts with an amount to divide, or numbers that are not whole.
    """
    _require_whole("amounts", amounts)
    _require_whole("counts", counts)
    totals = counts.sum(axis=1)
    orphan = (totals == 0) & (amounts > 0)
    if orphan.any():
        raise SpecificationError(
            f"{int(orphan.sum())} rows have an amount and nobody to give it to: all counts are zero"
        )
    if float(amounts.max(initial=0)) * float(counts.max(initial=0)) > LARGEST:
        raise SpecificationError("amounts times counts are too large to divide exactly")
    divisor = np.maximum(totals, 1)[:, None]
    products = amounts.astype(np.int64)[:, None] * counts.astype(np.int64)
    parts, remainder = np.divmod(products, divisor)
    left = amounts - parts.sum(axis=1)
    place = np.argsort(np.argsort(-remainder, axis=1, kind="stable"), axis=1, kind="stable")
    return np.asarray(parts + (place < left[:, None]))


def sums(amounts: np.ndarray, groups: np.ndarray, count: int) -> np.ndarray:
    """Exact sums of whole amounts (n,) or (n, m) by group number 0 to ``count`` - 1."""
    _require_whole("amounts", amounts)
    total = np.zeros((count, *amounts.shape[1:]), dtype=np.int64)
    np.add.at(total, groups, amounts)
    return total


def interval_of_sum(amounts: np.ndarray, loadings: np.ndarray, level: float = 0.95) -> Interval:
    """The sum of neighbourhoods with a log-normal interval from the errors of their prices.

    Parameters
    ----------
    amounts : (n,) whole pounds of zero or more, not all zero; counts of dwellings without error
    loadings : (n, j) of each log price on j independent errors of variance one: a diagonal of
        standard errors where no two neighbourhoods share one

    Raises
    ------
    SpecificationError
        Nothing to sum, or loadings that are missing.
    """
    _require_whole("amounts", amounts)
    total = int(amounts.sum())
    if total <= 0:
        raise SpecificationError("the sum is zero, and a log-normal interval needs a positive one")
    if not np.isfinite(loadings).all():
        raise SpecificationError(
            "errors of some prices are missing; leave those neighbourhoods out"
        )
    error = float(np.linalg.norm((amounts / total) @ loadings))
    reach = NormalDist().inv_cdf(0.5 + level / 2) * error
    return Interval(total, total * float(np.exp(-reach)), total * float(np.exp(reach)), error)


def ratio_interval(last: Interval, first: Interval, level: float = 0.95) -> tuple[float, float]:
    """The ends of the ratio of two sums whose errors are independent of one another."""
    reach = NormalDist().inv_cdf(0.5 + level / 2) * np.hypot(first.std_error, last.std_error)
    ratio = last.value / first.value
    return ratio * float(np.exp(-reach)), ratio * float(np.exp(reach))


def _require_whole(what: str, numbers: np.ndarray) -> None:
    if not np.issubdtype(numbers.dtype, np.integer):
        raise SpecificationError(
            f"the {what} are of type {numbers.dtype}, and an account needs whole numbers; round "
            "them once, before anything is multiplied or summed"
        )
    if (numbers < 0).any():
        raise SpecificationError(f"{int((numbers < 0).sum())} of the {what} are negative")
