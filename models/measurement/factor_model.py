"""Do the indicators measure the few things they are said to measure, and how well?

x = mu + L f + e, var f = Phi, var e = Psi diagonal; each item loads on one factor. Phi is free, or
follows from one second-order factor: f_j = g_j F + d_j. Normal maximum likelihood on complete rows.
What identifies the factors is that items share nothing but them: the covariances left zero.

References
----------
Joreskog (1969): confirmatory maximum likelihood and its expected information. Bentler (1990): CFI;
Tucker and Lewis (1973): TLI; Browne and Cudeck (1993): RMSEA and its interval; Bentler (1995):
SRMR. Thurstone (1935), Bartlett (1937): scores. Conventions (divisor n, chi-square n F, RMSEA with
n, SRMR with the diagonal) are those of lavaan, Rosseel (2012).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np
import pandas as pd
from scipy import stats

from ..specification import SpecificationError, require_word
from ..tolerance import SQUARE
from .factor_likelihood import Fit, Layout, invert, maximise, measures, signed, spread

Identification = Literal["marker", "fixed_variance"]
ScoreMethod = Literal["regression", "bartlett"]


@dataclass(frozen=True, slots=True)
class FactorModel:
    """A fitted factor model of p items and m factors.

    Parameters
    ----------
    factors, items : m and p names; items in the order of their factors
    owner : (p,) position of each item's factor
    identification : "marker" (first item's loading one) or "fixed_variance" (factors' variance one)
    loadings : (p,) in the item's unit per unit of its factor
    uniquenesses : (p,) variances of the errors; negative in a Heywood case
    covariance : (2p, 2p) of loadings and uniquenesses by expected information; markers have zeros
    standardised, standardised_errors : (p,) loadings of items and factors with variance one
    factor_covariance : (m, m) in the units of ``identification``
    correlations, correlation_errors : (m, m) of the factors; errors zero on the diagonal
    second_order, second_order_errors : (m,) standardised loadings of the factors; empty without
    fit : measures of fit
    n : rows used
    dropped : rows not used, by reason
    means : (p,) of the items; zeros where only covariances were given
    """

    factors: tuple[str, ...]
    items: tuple[str, ...]
    owner: np.ndarray
    identification: Identification
    loadings: np.ndarray
    uniquenesses: np.ndarray
    covariance: np.ndarray
    standardised: np.ndarray
    standardised_errors: np.ndarray
    factor_covariance: np.ndarray
    correlations: np.ndarray
    correlation_errors: np.ndarray
    second_order: np.ndarray
    second_order_errors: np.ndarray
    fit: Fit
    n: int
    dropped: Mapping[str, int]
    means: np.ndarray

    @property
    def loading_errors(self) -> np.ndarray:
        """(p,) standard errors of ``loadings``; NaN for a loading fixed at one."""
        error = np.sqrt(np.diag(self.covariance)[: len(self.items)])
        return np.where(error > 0, error, np.nan)

    @property
    def loading_matrix(self) -> np.ndarray:
        """(p, m) loadings with the zeros of the model."""
        return spread(self.loadings, self.owner, len(self.factors))

    @property
    def heywood(self) -> tuple[str, ...]:
        """What lies outside the range of a variance or a correlation, in words; empty if nothing.

        A sign of a wrong model, too few rows or items that are almost the same.
        """
        faults = [
            f"{item} has a uniqueness of {value:.3g}, below zero"
            for item, value in zip(self.items, self.uniquenesses, strict=True)
            if value < 0
        ]
        for j, k in combinations(range(len(self.factors)), 2):
            if abs(self.correlations[j, k]) > 1:
                pair = f"{self.factors[j]} and {self.factors[k]}"
                faults.append(f"{pair} correlate at {self.correlations[j, k]:.3f}, beyond one")
        for name, value in zip(self.factors, self.second_order, strict=False):
            if abs(value) > 1:
                faults.append(f"{name} has a second-order loading of {value:.3f}, beyond one")
        return tuple(faults)

    @property
    def score_reliability(self) -> np.ndarray:
        """(m,) squared correlation of the regression scores with their factors."""
        explained = self._explained()
        return np.asarray(np.diag(explained) / np.diag(self.factor_covariance))

    def scores(self, frame: pd.DataFrame, method: ScoreMethod = "regression") -> pd.DataFrame:
        """Factor scores with their standard errors, in the factors' units.

        Regression scores have the least error and shrink to the mean; Bartlett scores are unbiased
        for each row's factor. Errors take the parameters as known and are equal for all rows.

        Returns
        -------
        pandas.DataFrame
            Indexed as ``frame``: a column a factor and a column ``<factor>_error``; NaN where an
            item is missing.

        Raises
        ------
        SpecificationError
            A column that is absent; Bartlett scores with a uniqueness that is not positive.
        """
        require_word("method", method, ScoreMethod)
        absent = [item for item in self.items if item not in frame]
        if absent:
            raise SpecificationError(f"factor scores: the frame lacks {', '.join(absent)}")
        if method == "bartlett" and (self.uniquenesses <= 0).any():
            raise SpecificationError(f"no Bartlett scores: {'; '.join(self.heywood)}")
        loadings, phi = self.loading_matrix, self.factor_covariance
        if method == "bartlett":
            weighted = loadings.T / self.uniquenesses
            error_variance = np.linalg.inv(weighted @ loadings)
            weights = error_variance @ weighted
        else:
            weights = phi @ loadings.T @ np.linalg.inv(self._implied())
            error_variance = phi - self._explained()
        score = (frame[list(self.items)].to_numpy(float) - self.means) @ weights.T
        table = pd.DataFrame(score, index=frame.index, columns=list(self.factors))
        error = np.sqrt(np.diag(error_variance))
        for name, value in zip(self.factors, error, strict=True):
            table[f"{name}_error"] = np.where(table[name].isna(), np.nan, value)
        return table

    def tidy(self, level: float = 0.95) -> pd.DataFrame:
        """One row an item: loading, standardised loading with interval, uniqueness."""
        reach = stats.norm.ppf(0.5 + level / 2)
        error = self.loading_errors
        return pd.DataFrame(
            {
                "factor": [self.factors[j] for j in self.owner],
                "item": self.items,
                "loading": self.loadings,
                "std_error": error,
                "ci_low": self.loadings - reach * error,
                "ci_high": self.loadings + reach * error,
                "standardised": self.standardised,
                "standardised_error": self.standardised_errors,
                "standardised_low": self.standardised - reach * self.standardised_errors,
                "standardised_high": self.standardised + reach * self.standardised_errors,
                "uniqueness": self.uniquenesses,
                "uniqueness_error": np.sqrt(np.diag(self.covariance)[len(self.items) :]),
            }
        )

    def _implied(self) -> np.ndarray:
        common = self.loading_matrix @ self.factor_covariance @ self.loading_matrix.T
        return np.asarray(common + np.diag(self.uniquenesses))

    def _explained(self) -> np.ndarray:
        """Variance of the regression scores."""
        cross = self.loading_matrix @ self.factor_covariance
        return np.asarray(cross.T @ np.linalg.solve(self._implied(), cross))


def confirmatory_factor(
    frame: pd.DataFrame,
    factors: Mapping[str, Sequence[str]],
    identification: Identification = "marker",
    second_order: bool = False,
) -> FactorModel:
    """Fit a factor model to the complete rows of a frame.

    Parameters
    ----------
    frame : one row an area (or respondent), with the items' columns
    factors : factor name -> its items; the first item is the marker and its loading is positive
    second_order : whether one second-order factor accounts for all correlations of the factors

    Raises
    ------
    SpecificationError
        Columns absent or not numeric; and as `factor_from_covariance`.
    """
    require_word("identification", identification, Identification)
    items = [item for named in factors.values() for item in named]
    absent = [item for item in items if item not in frame]
    if absent:
        raise SpecificationError(f"factor model: the frame lacks {', '.join(absent)}")
    values = frame[items].to_numpy(float)
    complete = values[np.isfinite(values).all(axis=1)]
    lost = len(values) - len(complete)
    if len(complete) <= len(items):
        raise SpecificationError(
            f"factor model: {len(complete)} complete rows cannot carry {len(items)} items"
        )
    return factor_from_covariance(
        pd.DataFrame(np.cov(complete, rowvar=False), index=items, columns=items),
        len(complete),
        factors,
        identification,
        second_order,
        means=pd.Series(complete.mean(axis=0), index=items),
        dropped={"missing item": lost} if lost else {},
    )


def factor_from_covariance(
    covariance: pd.DataFrame,
    n: int,
    factors: Mapping[str, Sequence[str]],
    identification: Identification = "marker",
    second_order: bool = False,
    means: pd.Series | None = None,
    dropped: Mapping[str, int] | None = None,
) -> FactorModel:
    """Fit a factor model to covariances, such as those in print.

    Parameters
    ----------
    covariance : of the items, divisor n - 1, names on both axes
    n : rows behind it

    Raises
    ------
    SpecificationError
        An item under two factors; a factor of one item; a sole factor of two; a second-order
        factor of fewer than three; items that are constant or combinations of others; a likelihood
        without a maximum, or flat at it.
    """
    require_word("identification", identification, Identification)
    _refuse(_layout_faults(factors, second_order))
    items = tuple(item for named in factors.values() for item in named)
    owner = np.repeat(np.arange(len(factors)), [len(named) for named in factors.values()])
    observed = covariance.loc[list(items), list(items)].to_numpy(float) * (n - 1) / n
    deviation = np.sqrt(np.diag(observed))
    with np.errstate(invalid="ignore", divide="ignore"):
        correlation = observed / np.outer(deviation, deviation)
    _refuse(_covariance_faults(items, correlation))
    pairs = list(combinations(range(len(factors)), 2))
    layout = Layout(owner, len(factors), second_order, pairs)
    theta, information = maximise(layout, correlation)
    theta, variance = signed(layout, theta, invert(information * n))
    return _assemble(
        layout,
        theta,
        variance,
        deviation,
        names=(tuple(factors), items),
        identification=identification,
        fit=measures(layout, theta, correlation, n),
        n=n,
        dropped=dropped or {},
        means=np.zeros(len(items)) if means is None else means[list(items)].to_numpy(float),
    )


def _assemble(
    layout: Layout,
    theta: np.ndarray,
    variance: np.ndarray,
    deviation: np.ndarray,
    names: tuple[tuple[str, ...], tuple[str, ...]],
    identification: Identification,
    fit: Fit,
    n: int,
    dropped: Mapping[str, int],
    means: np.ndarray,
) -> FactorModel:
    """From parameters in standard deviations to the record in the items' units."""
    p, owner = len(deviation), layout.owner
    phi, phi_slope = layout.correlations(theta)
    rest = variance[2 * p :, 2 * p :]
    loadings, covariance = theta[:p] * deviation, variance[: 2 * p, : 2 * p]
    unit = np.concatenate([deviation, deviation**2])
    covariance = covariance * np.outer(unit, unit)
    factor_unit = np.ones(layout.factors)
    if identification == "marker":
        first = np.searchsorted(owner, np.arange(layout.factors))
        factor_unit = loadings[first]
        loadings, covariance = _by_marker(loadings, covariance, first[owner])
    standardised, standardised_errors = _standardise(theta[:p], theta[p : 2 * p], variance)
    return FactorModel(
        *names,
        owner=owner,
        identification=identification,
        loadings=loadings,
        uniquenesses=theta[p : 2 * p] * deviation**2,
        covariance=covariance,
        standardised=standardised,
        standardised_errors=standardised_errors,
        factor_covariance=phi * np.outer(factor_unit, factor_unit),
        correlations=phi,
        correlation_errors=np.sqrt(np.einsum("ajk,ab,bjk->jk", phi_slope, rest, phi_slope)),
        second_order=theta[2 * p :] if layout.second_order else np.empty(0),
        second_order_errors=np.sqrt(np.diag(rest)) if layout.second_order else np.empty(0),
        fit=fit,
        n=n,
        dropped=dropped,
        means=means,
    )


def _by_marker(
    loadings: np.ndarray, covariance: np.ndarray, marker: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Loadings over their marker's, and the variance by the delta method."""
    p = len(loadings)
    ratio = loadings / loadings[marker]
    slope = np.eye(2 * p)
    each = np.arange(p)
    slope[each, each] = 1 / loadings[marker]
    slope[each, marker] -= ratio / loadings[marker]
    return ratio, slope @ covariance @ slope.T


def _standardise(
    loadings: np.ndarray, uniquenesses: np.ndarray, variance: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Loadings over the items' implied standard deviations, with delta-method errors."""
    p = len(loadings)
    total = loadings**2 + uniquenesses
    slope = np.zeros((p, len(variance)))
    each = np.arange(p)
    slope[each, each] = uniquenesses / total**1.5
    slope[each, p + each] = -loadings / (2 * total**1.5)
    return loadings / np.sqrt(total), np.sqrt(np.diag(slope @ variance @ slope.T))


def _layout_faults(factors: Mapping[str, Sequence[str]], second_order: bool) -> list[str]:
    if not factors:
        return ["no factor is named"]
    faults = []
    every = Counter(item for named in factors.values() for item in named)
    twice = [item for item, times in every.items() if times > 1]
    if twice:
        faults.append(f"{', '.join(twice)} stand twice; an item belongs to one factor")
    # A sole factor gets its loadings from the covariances of three items, at the least; beside
    # another factor two do, as each also covaries with the other factor's items.
    needed = 3 if len(factors) == 1 else 2
    for name, named in factors.items():
        if len(named) < needed:
            faults.append(f"{name} has {len(named)} items; not identified with under {needed}")
    if second_order and len(factors) < 3:
        faults.append(f"a second-order factor of {len(factors)} factors; not identified under 3")
    return faults


def _covariance_faults(items: tuple[str, ...], correlation: np.ndarray) -> list[str]:
    constant = [
        item for item, row in zip(items, correlation, strict=True) if not np.isfinite(row).any()
    ]
    if constant:
        return [f"{', '.join(constant)} do not vary"]
    if not np.isfinite(correlation).all():
        return ["covariances that are not finite"]
    if np.linalg.eigvalsh(correlation)[0] < SQUARE:
        return ["items are combinations of others"]
    return []


def _refuse(faults: list[str]) -> None:
    if faults:
        raise SpecificationError(f"factor model: {'; '.join(faults)}")
