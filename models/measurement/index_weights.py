"""How far does a composite index depend on how its items are weighed?

I_n = sum_i w_i z_in, z the items signed so that more is better and scaled to variance one. Equal
weights, the first principal component and factor scores are three readings of the same items;
weights drawn at random over all weights that add up to one, and each item left out, show what the
ranks owe to the choice.

References
----------
OECD and JRC (2008): equal weights, components, weights at random as practice for composite
indicators. Armor (1974): theta, reliability of the first component. Saisana, Saltelli and Tarantola
(2005): uncertainty of ranks. Thurstone (1935): regression scores.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from scipy import stats

from ..specification import SpecificationError, require_word
from .factor_model import confirmatory_factor
from .reliability import reliability

Method = Literal["equal", "principal_component", "factor"]


@dataclass(frozen=True, slots=True)
class Index:
    """An index of n areas.

    Parameters
    ----------
    method : how items were weighed
    values : (n,) mean zero and standard deviation one over the areas
    weights : of the scaled items, adding up to one
    reliability : share of the variance of ``values`` that is not measurement error
    explained : share of the items' variance along the first component; NaN for other methods
    """

    method: Method
    values: pd.Series
    weights: pd.Series
    reliability: float
    explained: float

    @property
    def standard_error(self) -> float:
        """Standard error of measurement of each value, in standard deviations of the index."""
        return index_error(self.values, self.reliability)

    def tidy(self, level: float = 0.95) -> pd.DataFrame:
        """One row an area, indexed as the items: value, error, interval, rank (1 the highest)."""
        reach = stats.norm.ppf(0.5 + level / 2) * self.standard_error
        return pd.DataFrame(
            {
                "value": self.values,
                "std_error": self.standard_error,
                "ci_low": self.values - reach,
                "ci_high": self.values + reach,
                "rank": self.values.rank(ascending=False),
            }
        )


@dataclass(frozen=True, slots=True)
class RandomWeights:
    """Ranks and values of n areas under weights drawn at random.

    Parameters
    ----------
    areas : (n,) labels of the items' rows
    rank : (n,) under equal weights, 1 the highest; ties share their mean rank
    rank_low, rank_median, rank_high : (n,) of the drawn ranks
    value : (n,) under equal weights, the mean of the scaled items
    value_low, value_high : (n,) of the drawn values
    rank_correlation : (3,) low, median and high of Spearman's correlation of the
        drawn ranks with those of equal weights
    draws, level : of the intervals
    """

    areas: pd.Index
    rank: np.ndarray
    rank_low: np.ndarray
    rank_median: np.ndarray
    rank_high: np.ndarray
    value: np.ndarray
    value_low: np.ndarray
    value_high: np.ndarray
    rank_correlation: np.ndarray
    draws: int
    level: float

    def tidy(self) -> pd.DataFrame:
        """One row an area, indexed as the items."""
        ranks = ("rank", "rank_low", "rank_median", "rank_high")
        columns = (*ranks, "value", "value_low", "value_high")
        return pd.DataFrame({name: getattr(self, name) for name in columns}, index=self.areas)


def scale_items(frame: pd.DataFrame, directions: Mapping[str, int]) -> pd.DataFrame:
    """Items with mean zero and variance one, turned so that more means more of the construct.

    Parameters
    ----------
    frame : one row an area
    directions : item -> 1, or -1 where a high value means little of the construct

    Raises
    ------
    SpecificationError
        Absent columns, directions other than 1 and -1, missing values, items that do not vary.
    """
    faults = [f"the frame lacks {item}" for item in directions if item not in frame]
    for item, sign in directions.items():
        if sign not in (1, -1):
            faults.append(f"{item} has direction {sign!r}, wanted 1 or -1")
    if not faults:
        faults += _item_faults(frame[list(directions)])
    if faults:
        raise SpecificationError(f"index: {'; '.join(faults)}")
    values = frame[list(directions)].astype(float)
    return (values - values.mean()) / values.std() * pd.Series(dict(directions))


def index_error(values: pd.Series, reliability: float) -> float:
    """Standard error of measurement, sd sqrt(1 - reliability), in the unit of ``values``.

    Raises
    ------
    SpecificationError
        A reliability outside 0 to 1: no error follows from it.
    """
    if not 0 <= reliability <= 1:
        raise SpecificationError(f"index: a reliability of {reliability:.3g} is not within 0 and 1")
    return float(values.std() * np.sqrt(1 - reliability))


def composite_index(items: pd.DataFrame, method: Method = "equal") -> Index:
    """An index from scaled items, and its reliability.

    Equal weights carry omega (alpha for two items), the first component Armor's theta, factor
    scores the squared correlation of the regression scores with the factor.

    Parameters
    ----------
    items : (n, k) from `scale_items`, two columns or more, three for "factor"

    Raises
    ------
    SpecificationError
        An unknown method, one item, missing values; and as `factor_model.confirmatory_factor`.
    """
    require_word("method", method, Method)
    _check(items)
    weights, trust, explained = _weigh(items, method)
    raw = items @ weights
    return Index(method, (raw - raw.mean()) / raw.std(), weights, trust, explained)


def leave_one_item_out(items: pd.DataFrame, method: Method = "equal") -> pd.DataFrame:
    """What the ranks owe to each item: the index without it against the whole index.

    Returns
    -------
    pandas.DataFrame
        One row an item: item, rank_correlation (Spearman), mean_rank_change and
        largest_rank_change (places).

    Raises
    ------
    SpecificationError
        As `composite_index`, of the items that remain.
    """
    require_word("method", method, Method)
    whole = composite_index(items, method).values.rank(ascending=False)
    rows = []
    for item in items:
        without = composite_index(items.drop(columns=item), method).values.rank(ascending=False)
        change = (without - whole).abs()
        correlation = float(np.corrcoef(whole, without)[0, 1])
        rows.append((item, correlation, float(change.mean()), float(change.max())))
    columns = ["item", "rank_correlation", "mean_rank_change", "largest_rank_change"]
    return pd.DataFrame(rows, columns=columns)


def random_weights(
    items: pd.DataFrame, rng: np.random.Generator, draws: int = 5000, level: float = 0.95
) -> RandomWeights:
    """Ranks and values under weights uniform over all that add up to one (Dirichlet of ones).

    The intervals are of the choice of weights alone; they hold no sampling or measurement error.

    Parameters
    ----------
    items : (n, k) from `scale_items`
    """
    _check(items)
    z = items.to_numpy(float)
    drawn = rng.dirichlet(np.ones(z.shape[1]), draws) @ z.T
    placed = stats.rankdata(-drawn, axis=1)
    value = z.mean(axis=1)
    rank = stats.rankdata(-value)
    tail = (1 - level) / 2
    rank_low, rank_median, rank_high = np.quantile(placed, [tail, 0.5, 1 - tail], axis=0)
    value_low, value_high = np.quantile(drawn, [tail, 1 - tail], axis=0)
    centred = placed - placed.mean(axis=1, keepdims=True)
    own = rank - rank.mean()
    length = np.sqrt((centred**2).sum(axis=1) * (own @ own))
    return RandomWeights(
        areas=items.index,
        rank=rank,
        rank_low=rank_low,
        rank_median=rank_median,
        rank_high=rank_high,
        value=value,
        value_low=value_low,
        value_high=value_high,
        rank_correlation=np.quantile(centred @ own / length, [tail, 0.5, 1 - tail]),
        draws=draws,
        level=level,
    )


def _weigh(items: pd.DataFrame, method: Method) -> tuple[pd.Series, float, float]:
    """Weights that add up to one, reliability, share explained."""
    names, k = [str(item) for item in items], items.shape[1]
    if method == "equal":
        found = reliability(items, names)
        trust = found.alpha if np.isnan(found.omega) else found.omega
        return pd.Series(1 / k, index=names), trust, np.nan
    if method == "principal_component":
        values, vectors = np.linalg.eigh(np.corrcoef(items.to_numpy(float), rowvar=False))
        # Armor's theta: alpha of the weights that make it highest.
        theta = float(k / (k - 1) * (1 - 1 / values[-1]))
        return _sum_to_one(vectors[:, -1], names), theta, float(values[-1] / k)
    model = confirmatory_factor(items, {"factor": names}, "fixed_variance")
    implied = np.outer(model.loadings, model.loadings) + np.diag(model.uniquenesses)
    weights = np.linalg.solve(implied, model.loadings)
    return _sum_to_one(weights, names), float(model.score_reliability[0]), np.nan


def _sum_to_one(weights: np.ndarray, names: list[str]) -> pd.Series:
    """Scaled to add up to one; the sign follows, so items must point one way on the whole."""
    total = float(weights.sum())
    if abs(total) < 1e-6 * float(np.abs(weights).sum()):
        raise SpecificationError("index: weights cancel, so the items do not point one way")
    return pd.Series(weights / total, index=names)


def _check(items: pd.DataFrame) -> None:
    faults = _item_faults(items)
    if items.shape[1] < 2:
        faults.append(f"an index of {items.shape[1]} items")
    if faults:
        raise SpecificationError(f"index: {'; '.join(faults)}")


def _item_faults(items: pd.DataFrame) -> list[str]:
    faults = []
    for item in items:
        values = items[item].to_numpy(float)
        missing = int((~np.isfinite(values)).sum())
        if missing:
            faults.append(f"{item} is missing in {missing} of {len(values)} areas")
        elif len(values) < 3 or np.ptp(values) == 0:
            faults.append(f"{item} does not vary over three areas or more")
    return faults
