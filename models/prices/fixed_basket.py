"""Price indices from a regression a period: what the same basket of dwellings costs each time.

ln p_i = x_i'b_t + a_{n(i),t} + e_i, fitted to the sales of each period t alone, so that the prices
of characteristics may change; a basket of dwellings is then priced with each period's coefficients.

References
----------
Eurostat (2013), Handbook on Residential Property Prices Indices, chapter 5 (characteristics and
imputation approaches). Office for National Statistics (2016), Development of a single Official
House Price Index: a fixed basket, renewed yearly, chain-linked. Hill and Melser (2008), Economic
Inquiry 46: double imputation.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from ..specification import SpecificationError, require_word
from .characteristics import Characteristics, CodedSales, coded_sales
from .hedonic import GroupFit, fit_groups, usable

BasketRule = Literal["base", "renewed"]


@dataclass(frozen=True, slots=True, eq=False)
class BasketIndex:
    """An index of the whole city.

    Parameters
    ----------
    frame : ``area`` (the name given), ``period``, ``log_price`` (less that of the base period),
        ``variance`` (of that difference), ``sales``
    fits : the regression of each period
    terms : names of its characteristics
    variance_rule : the rule with its small-sample correction, in words for a table's note
    dropped : sales not used, by reason
    """

    frame: pd.DataFrame
    fits: dict[Hashable, GroupFit]
    terms: tuple[str, ...]
    variance_rule: str
    dropped: dict[str, int]


@dataclass(frozen=True, slots=True, eq=False)
class _Basket:
    """Shares of the strata and mean characteristics; the difference of two is one too."""

    shares: np.ndarray
    mean: np.ndarray

    def __sub__(self, other: _Basket) -> _Basket:
        return _Basket(self.shares - other.shares, self.mean - other.mean)

    def __add__(self, other: _Basket) -> _Basket:
        return _Basket((self.shares + other.shares) / 2, (self.mean + other.mean) / 2)


@dataclass(frozen=True, slots=True, eq=False)
class _Link:
    """From one period to the next: the log change, and its derivatives by what is estimated.

    ``now`` and ``before`` are the baskets whose log prices, with the period's and the earlier
    period's coefficients, make up the change to first order.
    """

    change: float
    now: _Basket
    before: _Basket


@dataclass(frozen=True, slots=True, eq=False)
class _Period:
    fit: GroupFit
    strata: np.ndarray
    """(n,) number of each sale's stratum among those of all periods."""
    sold: np.ndarray
    """Numbers of the strata with sales, in the order of the fit's groups."""
    values: np.ndarray

    def price(self, strata: np.ndarray, values: np.ndarray) -> np.ndarray:
        """Imputed log prices of dwellings."""
        place = np.searchsorted(self.sold, strata)
        return np.asarray(self.fit.levels[place] + values @ self.fit.coefficients)

    def variance(self, basket: _Basket) -> float:
        return self.fit.variance_of(basket.shares[self.sold], basket.mean)


@dataclass(frozen=True, slots=True, eq=False)
class _Periods:
    names: pd.Index
    terms: tuple[str, ...]
    each: list[_Period]
    strata: pd.Index
    dropped: dict[str, int]


def fixed_basket_index(
    sales: pd.DataFrame,
    characteristics: Characteristics,
    strata: str | None = None,
    period: str = "year",
    basket: BasketRule = "renewed",
    name: str = "city",
) -> BasketIndex:
    """Geometric mean price of a basket of dwellings, priced anew each period.

    Parameters
    ----------
    sales : one row a sale, with ``log_price`` (log pounds), period, strata and characteristics
    characteristics : what is held equal; all must vary within the strata of every period
    strata : column of areas whose shares the basket keeps, or None for none
    period : column; the first period is the base
    basket : "base": the sales of the first period throughout; "renewed": those of the period
        before, the changes chain-linked, as in the UK House Price Index
    name : what ``area`` says in the frame

    Returns
    -------
    BasketIndex
        Variances are exact, by the covariance of each period's regression; the basket is given,
        not a sample. In a chain a period's coefficients enter two links: their covariance counts.

    Raises
    ------
    SpecificationError
        As `area_period_cells`; strata of the basket without a sale in a period compared with it.
    """
    require_word("basket", basket, BasketRule)
    periods = _fit_periods(sales, characteristics, strata, period)
    links = []
    for number in range(1, len(periods.each)):
        _refuse_unsold(periods, 0 if basket == "base" else number - 1, number)
        given = periods.each[0 if basket == "base" else number - 1]
        equal = np.full(len(given.strata), 1 / len(given.strata))
        kept = _basket(given, equal, len(periods.strata))
        now, before = periods.each[number], periods.each[number - 1]
        links.append(_Link(_cost(now, kept) - _cost(before, kept), kept, kept))
    return _index(periods, links, name)


def double_imputation_fisher(
    sales: pd.DataFrame,
    characteristics: Characteristics,
    strata: str | None = None,
    period: str = "year",
    name: str = "city",
) -> BasketIndex:
    """Chained Fisher index: the geometric mean of imputed Laspeyres and Paasche changes.

    Both prices of a dwelling are imputed: Laspeyres is the sum of exp(z'b_t) over that of
    exp(z'b_s) for the dwellings sold in the earlier period s, Paasche the same for those sold in
    t. The factor exp(s2 / 2) of a lognormal mean is left out: it cancels where the residual
    variances of the periods are equal.

    Parameters
    ----------
    sales, characteristics, strata, period, name : as of `fixed_basket_index`

    Returns
    -------
    BasketIndex
        Variances by the delta method: the derivative of a log change by a period's coefficients
        is the mean of the characteristics weighted by imputed value.

    Raises
    ------
    SpecificationError
        As `fixed_basket_index`, for either period's strata.
    """
    periods = _fit_periods(sales, characteristics, strata, period)
    links = []
    for number in range(1, len(periods.each)):
        _refuse_unsold(periods, number - 1, number)
        _refuse_unsold(periods, number, number - 1)
        before, now = periods.each[number - 1], periods.each[number]
        laspeyres = _imputed(before, before, now, len(periods.strata))
        paasche = _imputed(now, before, now, len(periods.strata))
        links.append(
            _Link(
                (laspeyres.change + paasche.change) / 2,
                laspeyres.now + paasche.now,
                laspeyres.before + paasche.before,
            )
        )
    return _index(periods, links, name)


def _fit_periods(
    sales: pd.DataFrame, characteristics: Characteristics, strata: str | None, period: str
) -> _Periods:
    keys = (period, strata) if strata else (period,)
    kept, dropped = usable(sales, characteristics, keys)
    coded = coded_sales(kept, characteristics)
    periods, names = pd.factorize(kept[period], sort=True)
    everywhere = pd.Series("all", index=kept.index)
    strata_codes, strata_names = pd.factorize(kept[strata] if strata else everywhere, sort=True)
    outcome = kept["log_price"].to_numpy(float)
    each = []
    for number, label in enumerate(names):
        rows = np.flatnonzero(periods == number)
        sold, codes = np.unique(strata_codes[rows], return_inverse=True)
        part = CodedSales(coded.terms, coded.values[rows])
        fit = fit_groups(outcome[rows], part, codes, f"{strata or 'all sales'}, {period} {label}")
        each.append(_Period(fit, strata_codes[rows], sold, part.values))
    return _Periods(pd.Index(names), coded.terms, each, pd.Index(strata_names), dropped)


def _basket(given: _Period, weights: np.ndarray, strata: int) -> _Basket:
    return _Basket(np.bincount(given.strata, weights, strata), weights @ given.values)


def _cost(period: _Period, basket: _Basket) -> float:
    """Log of the geometric mean price of a basket."""
    levels = basket.shares[period.sold] @ period.fit.levels
    return float(levels + basket.mean @ period.fit.coefficients)


def _imputed(given: _Period, before: _Period, now: _Period, strata: int) -> _Link:
    """Log change of the total imputed value of the dwellings sold in ``given``."""
    totals, baskets = [], []
    for priced in (before, now):
        logs = priced.price(given.strata, given.values)
        values = np.exp(logs - logs.max())
        totals.append(float(np.log(values.sum()) + logs.max()))
        baskets.append(_basket(given, values / values.sum(), strata))
    return _Link(totals[1] - totals[0], baskets[1], baskets[0])


def _index(periods: _Periods, links: Sequence[_Link], name: str) -> BasketIndex:
    """Chain the links; the variance of a sum of links, each period's coefficients gathered."""
    each = periods.each
    level, variance, settled = [0.0], [0.0], 0.0
    for number, link in enumerate(links):
        earlier = link.before if number == 0 else links[number - 1].now - link.before
        settled += each[number].variance(earlier)
        level.append(level[-1] + link.change)
        variance.append(settled + each[number + 1].variance(link.now))
    groups = sum(len(one.sold) for one in each)
    rule = (
        f"classical in each of {len(each)} regressions: residual sum of squares over N-K, together "
        f"N = {sum(len(one.strata) for one in each)}, K = {groups + len(each) * len(periods.terms)}"
        f" ({len(periods.terms)} characteristics each, {groups} absorbed effects); normal"
    )
    frame = pd.DataFrame(
        {
            "area": name,
            "period": periods.names,
            "log_price": level,
            "variance": variance,
            "sales": [len(one.strata) for one in each],
        }
    )
    fits: dict[Hashable, GroupFit] = {
        label: one.fit for label, one in zip(periods.names, each, strict=True)
    }
    return BasketIndex(frame, fits, periods.terms, rule, periods.dropped)


def _refuse_unsold(periods: _Periods, given: int, priced: int) -> None:
    unsold = np.setdiff1d(periods.each[given].sold, periods.each[priced].sold)
    if unsold.size:
        few = ", ".join(map(str, periods.strata[unsold[:5]]))
        raise SpecificationError(
            f"fixed basket: {unsold.size} of the areas sold in {periods.names[given]} have no sale "
            f"in {periods.names[priced]} ({few}): their price then is unknown; use larger areas"
        )
