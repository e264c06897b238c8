"""The price of one and the same dwelling in each area and period, from sales of different ones.

ln p_i = x_i'b + a_{n(i),t(i)} + e_i, by least squares with the cells of area and period absorbed:
a cell's price is that of the reference dwelling (x = 0). Or ln p_i = x_i'b + a_{n(i)} + d_{t(i)}
+ e_i: one index of the city, the time-dummy method.

References
----------
Eurostat (2013), Handbook on Residential Property Prices Indices, chapter 5. Frisch and Waugh
(1933), Lovell (1963): coefficients without the dummies.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..covariance import sandwich, variance_rule
from ..estimate import Estimate
from ..sample import Sample, complete_rows, without_singletons
from ..specification import Specification, SpecificationError
from ..tolerance import SQUARE
from .characteristics import Characteristics, CodedSales, coded_sales


@dataclass(frozen=True, slots=True, eq=False)
class GroupFit:
    """Least squares with one absorbed effect.

    Parameters
    ----------
    coefficients, covariance : (k,) and (k, k), the latter classical
    residual_variance : residual sum of squares over N - groups - k
    df : N - groups - k
    counts, levels : (g,) sales of each group and its price at x = 0
    means : (g, k) mean of x in each group
    within, residuals : (n, k) and (n,)
    """

    coefficients: np.ndarray
    covariance: np.ndarray
    residual_variance: float
    df: int
    counts: np.ndarray
    levels: np.ndarray
    means: np.ndarray
    within: np.ndarray
    residuals: np.ndarray

    def variance_of(self, shares: np.ndarray, mean: np.ndarray) -> float:
        """Of the log price of a basket: ``shares`` (g,) of the groups, ``mean`` (k,) of x.

        Group means of log price are independent of b, which comes from within the groups.
        """
        between = float(np.sum(shares**2 / self.counts))
        distance = mean - shares @ self.means
        return self.residual_variance * between + float(distance @ self.covariance @ distance)


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """Mix-adjusted prices of areas and periods.

    Parameters
    ----------
    frame : ``area, period, log_price`` (of the reference dwelling), ``variance`` (of its error),
        ``sales``; one row a cell with a sale, areas and periods in order
    terms, coefficients, covariance : of the characteristics
    means : (cells, k) mean of the characteristics, zero being the reference dwelling
    residual_variance : of a log price about its cell
    df : degrees of freedom of the t reference
    residuals : (n,) of ``used``
    used : the sales used, with their ``cell``, the row number in ``frame``
    variance_rule : the rule with its small-sample correction, in words for a table's note
    dropped : sales not used, by reason
    """

    frame: pd.DataFrame
    terms: tuple[str, ...]
    coefficients: np.ndarray
    covariance: np.ndarray
    means: np.ndarray
    residual_variance: float
    df: int
    residuals: np.ndarray
    used: pd.DataFrame
    variance_rule: str
    dropped: dict[str, int]


@dataclass(frozen=True, slots=True, eq=False)
class TimeDummyIndex:
    """The city's index.

    Parameters
    ----------
    estimate : of all period effects and characteristics
    frame : ``area`` (the name given), ``period``, ``log_price`` (less that of the first period),
        ``variance``, ``sales``
    """

    estimate: Estimate
    frame: pd.DataFrame


def area_period_cells(
    sales: pd.DataFrame,
    characteristics: Characteristics,
    area: str = "area",
    period: str = "year",
) -> Cells:
    """Price of the reference dwelling in each area and period.

    The variance of a cell is its diagonal element of the least-squares covariance with a dummy for
    every cell: s2 / n + m'V m, with n the cell's sales, m its mean characteristics and V the
    covariance of b. It takes sales as independent with one variance.

    Parameters
    ----------
    sales : one row a sale, with ``log_price`` (log pounds), area, period and characteristics
    characteristics : what is held equal, and at what dwelling
    area, period : columns that name the cell

    Raises
    ------
    SpecificationError
        Missing columns, no sale left, characteristics that do not vary within cells.
    """
    kept, dropped = usable(sales, characteristics, (area, period))
    coded = coded_sales(kept, characteristics)
    areas, area_names = pd.factorize(kept[area], sort=True)
    periods, period_names = pd.factorize(kept[period], sort=True)
    found, cell = np.unique(areas * len(period_names) + periods, return_inverse=True)
    fit = fit_groups(kept["log_price"].to_numpy(float), coded, cell, "cells of area and period")
    of_b = np.einsum("cj,jk,ck->c", fit.means, fit.covariance, fit.means)
    frame = pd.DataFrame(
        {
            "area": area_names[found // len(period_names)],
            "period": period_names[found % len(period_names)],
            "log_price": fit.levels,
            "variance": fit.residual_variance / fit.counts + of_b,
            "sales": fit.counts,
        }
    )
    return Cells(
        frame=frame,
        terms=coded.terms,
        coefficients=fit.coefficients,
        covariance=fit.covariance,
        means=fit.means,
        residual_variance=fit.residual_variance,
        df=fit.df,
        residuals=fit.residuals,
        used=kept.assign(cell=cell),
        variance_rule=classical_rule(fit),
        dropped=dropped,
    )


def time_dummy_index(
    sales: pd.DataFrame,
    characteristics: Characteristics,
    area: str = "area",
    period: str = "year",
    name: str = "city",
) -> TimeDummyIndex:
    """Period effects with area effects absorbed, standard errors clustered by area.

    Parameters
    ----------
    sales : one row a sale, with ``log_price`` (log pounds), area, period and characteristics
    characteristics : what is held equal
    area, period : columns; the first period is the base
    name : what ``area`` says in the frame of the index

    Raises
    ------
    SpecificationError
        As `area_period_cells`; also one area only.
    """
    kept, dropped = usable(sales, characteristics, (area, period))
    kept, lone = without_singletons(kept, (area,))
    if lone:
        dropped[f"alone in their {area}"] = lone
    coded = coded_sales(kept, characteristics)
    areas = pd.factorize(kept[area])[0]
    periods, names = pd.factorize(kept[period], sort=True)
    later = tuple(f"{period}={each}" for each in names[1:])
    dummies = np.equal.outer(periods, np.arange(1, len(names)))
    terms = (*later, *coded.terms)
    both = CodedSales(terms, np.concatenate([dummies, coded.values], axis=1))
    outcome = kept["log_price"].to_numpy(float)
    fit = fit_groups(outcome, both, areas, f"each {area}")
    specification = Specification(
        f"house_prices.time_dummy.{name}", f"Price index, {name}", "log_price", later,
        coded.terms, (area,), clusters=area, label="described",
    )  # fmt: skip
    sample = Sample(
        kept, terms, outcome, both.values, fit.residuals + fit.within @ fit.coefficients,
        fit.within, (areas,), len(fit.counts), np.ones(len(kept)), areas, dropped,
    )  # fmt: skip
    estimate = _clustered(fit, specification, sample)
    frame = pd.DataFrame(
        {
            "area": name,
            "period": names,
            "log_price": [0.0, *estimate.coefficients[: len(later)]],
            "variance": [0.0, *np.diag(estimate.covariance)[: len(later)]],
            "sales": np.bincount(periods),
        }
    )
    return TimeDummyIndex(estimate, frame)


def usable(
    sales: pd.DataFrame, characteristics: Characteristics, keys: Sequence[str]
) -> tuple[pd.DataFrame, dict[str, int]]:
    """Sales with a price, their keys and all categories; the others counted by reason."""
    needed = ("log_price", *keys, *characteristics.columns)
    size = (characteristics.floor_area,) if characteristics.floor_area else ()
    missing = [column for column in (*needed, *size) if column not in sales.columns]
    if missing:
        raise SpecificationError(f"hedonic regression: no column {', '.join(missing)} in the sales")
    kept, dropped = complete_rows(sales, needed)
    if kept.empty:
        reasons = ", ".join(f"{rows} {why}" for why, rows in dropped.items())
        raise SpecificationError(f"hedonic regression: no sale is left: {reasons or 'none given'}")
    return kept, dropped


def fit_groups(outcome: np.ndarray, coded: CodedSales, codes: np.ndarray, within: str) -> GroupFit:
    """Least squares of log prices on characteristics with the groups' means out.

    Parameters
    ----------
    outcome : (n,) log prices
    coded : (n, k) characteristics
    codes : (n,) number of each sale's group, from 0, none empty
    within : what the groups are, for messages
    """
    counts = np.bincount(codes)
    df = len(outcome) - len(counts) - len(coded.terms)
    if df < 1:
        raise SpecificationError(
            f"hedonic regression within {within}: {len(outcome)} sales cannot carry "
            f"{len(counts)} groups and {len(coded.terms)} characteristics; use larger groups"
        )
    means = _group_means(coded.values, codes, counts)
    centre = np.bincount(codes, outcome) / counts
    right = coded.values - means[codes]
    left = outcome - centre[codes]
    gram = right.T @ right
    _refuse_collinear(gram, np.einsum("ij,ij->j", coded.values, coded.values), coded, within)
    bread = np.linalg.inv(gram)
    coefficients = np.linalg.solve(gram, right.T @ left)
    residuals = left - right @ coefficients
    variance = float(residuals @ residuals) / df
    return GroupFit(
        coefficients=coefficients,
        covariance=variance * bread,
        residual_variance=variance,
        df=df,
        counts=counts,
        levels=centre - means @ coefficients,
        means=means,
        within=right,
        residuals=residuals,
    )


def classical_rule(fit: GroupFit) -> str:
    """The small-sample rule of a fit, in words for a table's note."""
    groups, k = len(fit.counts), len(fit.coefficients)
    return (
        f"classical: residual sum of squares over N-K, N = {fit.counts.sum()}, K = {groups + k} "
        f"({k} characteristics, {groups} absorbed effects); t with {fit.df} degrees of freedom"
    )


def _clustered(fit: GroupFit, specification: Specification, sample: Sample) -> Estimate:
    """Covariance with sums of scores by group as the meat (CR1)."""
    if len(fit.counts) < 2:
        raise SpecificationError(f"specification {specification.name}: all sales are in one area")
    bread = fit.covariance / fit.residual_variance
    influence = fit.within * fit.residuals[:, None] @ bread
    rule = variance_rule(specification, sample)
    total = float(sample.within_outcome @ sample.within_outcome)
    return Estimate(
        specification=specification,
        terms=sample.terms,
        coefficients=fit.coefficients,
        covariance=sandwich(influence, rule, sample.effects[0]),
        df=rule.df,
        n=rule.n,
        clusters=rule.groups,
        r_squared=1 - fit.residual_variance * fit.df / total,
        variance_rule=rule.in_words(),
        dropped=sample.dropped,
    )


def _group_means(values: np.ndarray, codes: np.ndarray, counts: np.ndarray) -> np.ndarray:
    sums = [np.bincount(codes, column) for column in values.T]
    return np.asarray(np.column_stack(sums) / counts[:, None])


def _refuse_collinear(gram: np.ndarray, before: np.ndarray, coded: CodedSales, within: str) -> None:
    """Name the characteristics that do not vary or are combinations of those before them."""
    faults, free = [], list[int]()
    for index, term in enumerate(coded.terms):
        length = gram[index, index]
        if length <= SQUARE * before[index]:
            faults.append(f"{term} does not vary")
            continue
        shares = np.linalg.solve(gram[np.ix_(free, free)], gram[free, index])
        if length - shares @ gram[free, index] <= SQUARE * length:
            faults.append(f"{term} is a combination of the characteristics before it")
            continue
        free.append(index)
    if faults:
        raise SpecificationError(f"hedonic regression within {within}: {'; '.join(faults)}")
