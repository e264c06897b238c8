"""Price indices from dwellings sold more than once.

The quality of a dwelling leaves the comparison if it has not changed between its two sales.

References
----------
Bailey, Muth and Nourse (1963), JASA 58: log price relatives on period dummies. Case and Shiller
(1987), New England Economic Review: weights from a variance that grows with the time between
sales. Shiller (1991), Journal of Housing Economics 1: the arithmetic index by instruments.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.optimize import nnls
from scipy.sparse.csgraph import connected_components

from ..specification import SpecificationError

_SECONDS_A_YEAR = 365.25 * 24 * 3600


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Consecutive sales of the same dwelling.

    Parameters
    ----------
    frame : ``dwelling, first_period, second_period, first_price, second_price`` (pounds), ``gap``
        (years where dates are dates, else the difference of the numbers)
    dropped : pairs not used, by reason
    """

    frame: pd.DataFrame
    dropped: dict[str, int]


@dataclass(frozen=True, slots=True, eq=False)
class RepeatSalesIndex:
    """An index by period.

    Parameters
    ----------
    frame : ``period, index`` (first period 100), ``std_error`` (of the index), ``log_price`` (less
        that of the first period), ``variance`` (of that difference), ``sales`` (pairs that begin
        or end in the period)
    coefficients, covariance : (T-1,) and (T-1, T-1) of the regression: log prices, or in the
        arithmetic form base price over the period's price
    df : degrees of freedom of the t reference
    variance_rule : the rule with its small-sample correction, in words for a table's note
    dropped : pairs not used, by reason
    diagnostics : named extra numbers
    """

    frame: pd.DataFrame
    coefficients: np.ndarray
    covariance: np.ndarray
    df: int
    variance_rule: str
    dropped: dict[str, int]
    diagnostics: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class _Fit:
    coefficients: np.ndarray
    covariance: np.ndarray
    residuals: np.ndarray
    df: int


def pairs_of(
    sales: pd.DataFrame,
    dwelling: str = "dwelling",
    period: str = "year",
    date: str = "date",
    price: str = "price",
) -> Pairs:
    """Each sale of a dwelling with its next one.

    Two sales on one day are one transfer written twice or a sale straight on: the pair is dropped
    and counted; so are pairs within one period, which say nothing about an index by period.

    Parameters
    ----------
    sales : one row a sale
    dwelling, period, date, price : its columns; periods sort as they follow each other
    """
    ordered = sales.sort_values([dwelling, date], kind="stable")
    first = ordered.iloc[:-1].reset_index(drop=True)
    second = ordered.iloc[1:].reset_index(drop=True)
    same = (first[dwelling] == second[dwelling]).to_numpy(bool)
    same_day = same & (first[date] == second[date]).to_numpy(bool)
    within = same & ~same_day & (first[period] == second[period]).to_numpy(bool)
    kept = same & ~same_day & ~within
    gap = second[date] - first[date]
    if pd.api.types.is_timedelta64_dtype(gap):
        gap = gap.dt.total_seconds() / _SECONDS_A_YEAR
    frame = pd.DataFrame(
        {
            "dwelling": first[dwelling],
            "first_period": first[period],
            "second_period": second[period],
            "first_price": first[price].astype(float),
            "second_price": second[price].astype(float),
            "gap": gap.astype(float),
        }
    )
    counted = {"on the same day": same_day, f"within one {period}": within}
    dropped = {why: int(rows.sum()) for why, rows in counted.items() if rows.any()}
    return Pairs(frame.loc[kept].reset_index(drop=True), dropped)


def bailey_muth_nourse(pairs: Pairs) -> RepeatSalesIndex:
    """Geometric index: ordinary least squares of log price relatives, classical variance.

    Pairs are taken as independent, as in 1963. Three sales of a dwelling make two pairs that share
    the middle one, so the variance is approximate where many dwellings are sold often.

    Raises
    ------
    SpecificationError
        Too few pairs, or periods that no chain of pairs links to the first.
    """
    signs, names = _signs(pairs)
    fit = _least_squares(signs, _log_relative(pairs), np.ones(len(pairs.frame)))
    rule = f"classical: residual sum of squares over N-K, {_rule_sizes(fit, pairs)}"
    return _geometric(pairs, names, fit, rule, {})


def case_shiller(pairs: Pairs) -> RepeatSalesIndex:
    """Geometric index with three-stage weights.

    Squared residuals of `bailey_muth_nourse` are regressed on a constant and the gap; weights are
    one over the fitted variance a + b gap. Both parts are variances (of the two sales, and of a
    year of drift), so neither is let below zero; where least squares keeps them above, it is used
    as it is.

    Raises
    ------
    SpecificationError
        As `bailey_muth_nourse`; also pairs that fit exactly, which have no variance to weight by.
    """
    signs, names = _signs(pairs)
    relative = _log_relative(pairs)
    plain = _least_squares(signs, relative, np.ones(len(relative)))
    gap = pairs.frame["gap"].to_numpy(float)
    squares = plain.residuals**2
    if squares.max() < np.finfo(float).eps:
        raise SpecificationError("repeat sales: every pair fits exactly; no weights can be made")
    (constant, slope), _ = nnls(np.column_stack([np.ones(len(gap)), gap]), squares)
    fit = _least_squares(signs, relative, 1 / (constant + slope * gap))
    rule = (
        "weighted by 1 / (a + b gap), taken as known: weighted residual sum of squares over N-K, "
        f"{_rule_sizes(fit, pairs)}"
    )
    parts = {"variance_constant": float(constant), "variance_per_year": float(slope)}
    return _geometric(pairs, names, fit, rule, parts)


def shiller_arithmetic(pairs: Pairs) -> RepeatSalesIndex:
    """Arithmetic, value-weighted index: prices in the design, signs as its instruments.

    The index of a period is the value of the dwellings sold in it over their value in the first
    period. Coefficients are its inverse; the variance is robust, as errors are in pounds and grow
    with the price of the dwelling, and goes to the index by the delta method.

    Raises
    ------
    SpecificationError
        As `bailey_muth_nourse`.
    """
    signs, names = _signs(pairs)
    first, second = (pairs.frame[f"{when}_price"].to_numpy() for when in ("first", "second"))
    # Each row of prices: minus the first in its period's column, the second in its own.
    priced = signs.multiply((signs > 0) * second[:, None] + (signs < 0) * first[:, None]).tocsc()
    left, right, instruments = -priced[:, [0]].toarray()[:, 0], priced[:, 1:], signs[:, 1:]
    inverse = np.linalg.inv((instruments.T @ right).toarray())
    coefficients = inverse @ (instruments.T @ left)
    residuals = left - right @ coefficients
    n, k = right.shape
    scores = instruments.multiply(residuals[:, None]).tocsc()
    covariance = n / (n - k) * inverse @ (scores.T @ scores).toarray() @ inverse.T
    fit = _Fit(coefficients, covariance, residuals, n - k)
    rule = (
        f"instruments, robust to heteroskedasticity, HC1: factor N/(N-K), {_rule_sizes(fit, pairs)}"
    )
    logs = -np.log(coefficients)
    variance = np.diag(covariance) / coefficients**2
    return RepeatSalesIndex(
        _frame(pairs, names, logs, variance), coefficients, covariance, fit.df, rule, pairs.dropped
    )


def _signs(pairs: Pairs) -> tuple[sparse.csc_array, pd.Index]:
    """(n, T) array: -1 in the period of the first sale, 1 in that of the second."""
    frame, n = pairs.frame, len(pairs.frame)
    both = pd.concat([frame["first_period"], frame["second_period"]])
    codes, names = pd.factorize(both, sort=True)
    if n <= len(names) - 1:
        raise SpecificationError(
            f"repeat sales: {n} pairs cannot carry an index of {len(names)} periods; "
            "use longer periods"
        )
    links = sparse.coo_array((np.ones(n), (codes[:n], codes[n:])), (len(names), len(names)))
    parts, part = connected_components(links, directed=False)
    if parts > 1:
        apart = ", ".join(map(str, names[part != part[0]][:5]))
        raise SpecificationError(
            f"repeat sales: no chain of pairs links {apart} to {names[0]}; use longer periods"
        )
    rows = np.tile(np.arange(n), 2)
    values = np.repeat([-1.0, 1.0], n)
    return sparse.csc_array((values, (rows, codes)), (n, len(names))), pd.Index(names)


def _log_relative(pairs: Pairs) -> np.ndarray:
    first, second = (pairs.frame[f"{when}_price"].to_numpy(float) for when in ("first", "second"))
    return np.asarray(np.log(second / first))


def _least_squares(signs: sparse.csc_array, left: np.ndarray, weights: np.ndarray) -> _Fit:
    right = signs[:, 1:]
    weighted = right.multiply(weights[:, None]).tocsc()
    inverse = np.linalg.inv((right.T @ weighted).toarray())
    coefficients = inverse @ (weighted.T @ left)
    residuals = left - right @ coefficients
    df = right.shape[0] - right.shape[1]
    return _Fit(coefficients, float(weights @ residuals**2) / df * inverse, residuals, df)


def _geometric(
    pairs: Pairs, names: pd.Index, fit: _Fit, rule: str, diagnostics: dict[str, float]
) -> RepeatSalesIndex:
    frame = _frame(pairs, names, fit.coefficients, np.diag(fit.covariance))
    return RepeatSalesIndex(
        frame, fit.coefficients, fit.covariance, fit.df, rule, pairs.dropped, diagnostics
    )


def _frame(pairs: Pairs, names: pd.Index, logs: np.ndarray, variance: np.ndarray) -> pd.DataFrame:
    logs, variance = np.append(0.0, logs), np.append(0.0, variance)
    both = pd.concat([pairs.frame["first_period"], pairs.frame["second_period"]])
    index = 100 * np.exp(logs)
    return pd.DataFrame(
        {
            "period": names,
            "index": index,
            "std_error": index * np.sqrt(variance),
            "log_price": logs,
            "variance": variance,
            "sales": both.value_counts().reindex(names).to_numpy(),
        }
    )


def _rule_sizes(fit: _Fit, pairs: Pairs) -> str:
    return (
        f"N = {len(pairs.frame)} pairs, K = {len(fit.coefficients)} periods; "
        f"t with {fit.df} degrees of freedom"
    )
