"""How much of the spread of a sum of items is the thing measured, and how much is noise?

alpha = k / (k - 1) (1 - sum var(x_i) / var(sum x_i)): the reliability if all items load alike, else
a lower bound where errors do not covary. omega = (sum l_i)^2 / ((sum l_i)^2 + sum psi_i) from the
one-factor model, whatever the loadings. Both are wrong, omega most, where that model does not fit.

References
----------
Cronbach (1951): alpha. Feldt (1965), Feldt, Woodruff and Salih (1987): its interval from the F
distribution. McDonald (1999): omega; Raykov (2002): its delta-method error, here on the logit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from ..specification import SpecificationError
from .factor_model import FactorModel, confirmatory_factor


@dataclass(frozen=True, slots=True)
class Reliability:
    """Reliability of the sum of k items.

    Parameters
    ----------
    items : k names
    n : complete rows used
    alpha, alpha_low, alpha_high : Cronbach's, with Feldt's interval
    omega, omega_error, omega_low, omega_high : McDonald's; NaN without the one-factor model
    mean_correlation : average correlation between two items
    item_rest : (k,) correlation of an item with the sum of the others
    alpha_without : (k,) alpha of the others; NaN for two items
    level : of the intervals
    model : the one-factor model behind omega, whose fit and Heywood cases qualify it; None if it
        cannot be estimated
    no_omega : why there is none, in words; empty where there is one
    """

    items: tuple[str, ...]
    n: int
    alpha: float
    alpha_low: float
    alpha_high: float
    omega: float
    omega_error: float
    omega_low: float
    omega_high: float
    mean_correlation: float
    item_rest: np.ndarray
    alpha_without: np.ndarray
    level: float
    model: FactorModel | None
    no_omega: str

    def tidy(self) -> pd.DataFrame:
        """Two rows, alpha and omega, with intervals."""
        return pd.DataFrame(
            {
                "coefficient": ["alpha", "omega"],
                "estimate": [self.alpha, self.omega],
                "ci_low": [self.alpha_low, self.omega_low],
                "ci_high": [self.alpha_high, self.omega_high],
                "items": len(self.items),
                "n": self.n,
                "mean_correlation": self.mean_correlation,
            }
        )

    def tidy_items(self) -> pd.DataFrame:
        """One row an item: its correlation with the rest, and alpha without it."""
        return pd.DataFrame(
            {"item": self.items, "item_rest": self.item_rest, "alpha_without": self.alpha_without}
        )


def reliability(frame: pd.DataFrame, items: Sequence[str], level: float = 0.95) -> Reliability:
    """Alpha, omega and what each item adds, on complete rows.

    Parameters
    ----------
    frame : one row an area, with the items' columns, signed so that all point one way; scaled to
        one variance if the index adds scaled items, as the reliability is that of the plain sum
    items : two or more of its columns

    Raises
    ------
    SpecificationError
        Absent columns, fewer than two items, too few complete rows, items that do not vary.
    """
    names = tuple(items)
    values = _complete(frame, names)
    n, k = values.shape
    alpha = cronbach_alpha(np.cov(values, rowvar=False))
    alpha_low, alpha_high = feldt_interval(alpha, n, k, level)
    model, reason = _one_factor(frame, names)
    omega, error = omega_of(model) if model else (np.nan, np.nan)
    low, high = _logit_interval(omega, error, level)
    correlation = np.corrcoef(values, rowvar=False)
    return Reliability(
        items=names,
        n=n,
        alpha=alpha,
        alpha_low=alpha_low,
        alpha_high=alpha_high,
        omega=omega,
        omega_error=error,
        omega_low=low,
        omega_high=high,
        mean_correlation=float(correlation[np.triu_indices(k, 1)].mean()),
        item_rest=np.array([_item_rest(values, j) for j in range(k)]),
        alpha_without=np.array([_alpha_without(values, j) for j in range(k)]),
        level=level,
        model=model,
        no_omega=reason,
    )


def cronbach_alpha(covariance: np.ndarray) -> float:
    """Alpha of the sum of k items from their (k, k) covariances."""
    k = len(covariance)
    return float(k / (k - 1) * (1 - np.trace(covariance) / covariance.sum()))


def feldt_interval(alpha: float, n: int, items: int, level: float = 0.95) -> tuple[float, float]:
    """Feldt's interval of alpha from n rows; exact for normal items of one covariance."""
    tail = (1 - level) / 2
    ratio = stats.f.ppf([1 - tail, tail], n - 1, (n - 1) * (items - 1))
    low, high = 1 - (1 - alpha) * ratio
    return float(low), float(high)


def omega_of(model: FactorModel) -> tuple[float, float]:
    """Omega of the sum of a one-factor model's items and its delta-method standard error."""
    if len(model.factors) != 1:
        raise SpecificationError(f"omega is of one factor, not of {len(model.factors)}")
    total = float(model.loadings.sum())
    # The factor's variance is a constant only where it is fixed, so that its error is in loadings.
    if model.identification != "fixed_variance":
        raise SpecificationError("omega needs the model with the factor's variance fixed")
    noise = float(model.uniquenesses.sum())
    spread = total**2 + noise
    k = len(model.items)
    slope = np.repeat([2 * total * noise / spread**2, -(total**2) / spread**2], k)
    return total**2 / spread, float(np.sqrt(slope @ model.covariance @ slope))


def _one_factor(frame: pd.DataFrame, names: tuple[str, ...]) -> tuple[FactorModel | None, str]:
    """The model, or why the data do not carry it: alpha stands without it."""
    try:
        return confirmatory_factor(frame, {"factor": names}, "fixed_variance"), ""
    except SpecificationError as reason:
        return None, str(reason)


def _logit_interval(value: float, error: float, level: float) -> tuple[float, float]:
    """Interval that stays between zero and one; NaN where the value does not."""
    if not 0 < value < 1:
        return np.nan, np.nan
    reach = stats.norm.ppf(0.5 + level / 2) * error / (value * (1 - value))
    middle = np.log(value / (1 - value))
    low, high = 1 / (1 + np.exp(-np.array([middle - reach, middle + reach])))
    return float(low), float(high)


def _item_rest(values: np.ndarray, item: int) -> float:
    rest = np.delete(values, item, axis=1).sum(axis=1)
    return float(np.corrcoef(values[:, item], rest)[0, 1])


def _alpha_without(values: np.ndarray, item: int) -> float:
    if values.shape[1] == 2:
        return np.nan
    return cronbach_alpha(np.cov(np.delete(values, item, axis=1), rowvar=False))


def _complete(frame: pd.DataFrame, names: tuple[str, ...]) -> np.ndarray:
    absent = [name for name in names if name not in frame]
    if absent:
        raise SpecificationError(f"reliability: the frame lacks {', '.join(absent)}")
    if len(names) < 2:
        raise SpecificationError(f"reliability of {len(names)} items; it takes two")
    values = frame[list(names)].to_numpy(float)
    values = values[np.isfinite(values).all(axis=1)]
    if len(values) < 3:
        raise SpecificationError(f"reliability: {len(values)} complete rows are too few")
    constant = [
        name for name, spread in zip(names, np.ptp(values, axis=0), strict=True) if spread == 0
    ]
    if constant:
        raise SpecificationError(f"reliability: {', '.join(constant)} do not vary")
    return np.asarray(values)
