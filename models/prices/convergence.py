"""Do dear and cheap neighbourhoods grow together or apart?

Beta: (ln P_T - ln P_0) = a + b ln P_0 + u over areas; b < 0 is catching up. Sigma: the standard
deviation of ln P over areas, period by period. Both describe; neither is an effect. Sampling error
in ln P_0 stands on both sides of the first equation and pulls b towards -1 (Galton's fallacy):
b = r beta - (1 - r) with r the reliability of ln P_0, so beta = (b + 1 - r) / r where the sampling
variance is known. The variance of ln P is net of sampling error likewise.

References
----------
Barro and Sala-i-Martin (1992): beta and sigma. Friedman (1992), Quah (1993): the fallacy.
Fuller (1987): errors in variables with known reliability.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from ..association.cross_section import cross_section
from ..estimate import Estimate
from ..specification import Specification, SpecificationError


@dataclass(frozen=True, slots=True)
class BetaConvergence:
    """Growth on the initial level.

    Parameters
    ----------
    estimate : the regression as it stands; its bias is towards convergence
    corrected : the same with beta freed of the sampling error of the initial level, or None where
        the sampling variance is not known; reliability taken as known
    reliability : share of the variance of the initial level that is not sampling error, 0 to 1;
        NaN where not known
    """

    estimate: Estimate
    corrected: Estimate | None
    reliability: float

    def tidy(self, level: float = 0.95) -> pd.DataFrame:
        """Rows "as observed" and, where known, "net of sampling error"."""
        rows = [self.estimate.tidy(level).assign(version="as observed")]
        if self.corrected is not None:
            rows.append(self.corrected.tidy(level).assign(version="net of sampling error"))
        return pd.concat(rows, ignore_index=True).assign(reliability=self.reliability)


@dataclass(frozen=True, slots=True)
class SigmaConvergence:
    """Spread of log price by period.

    Parameters
    ----------
    periods : (T,) names, sorted
    deviation, low, high : (T,) standard deviation over areas, net of sampling variance where known,
        and its interval from resampled areas; NaN where sampling variance exceeds the spread
    change, change_low, change_high : last less first period, resampled together
    areas : number of areas, the same in every period
    net : whether sampling variance was taken out
    """

    periods: tuple[object, ...]
    deviation: np.ndarray
    low: np.ndarray
    high: np.ndarray
    change: float
    change_low: float
    change_high: float
    areas: int
    net: bool

    def tidy(self) -> pd.DataFrame:
        """One row a period."""
        return pd.DataFrame(
            {
                "period": self.periods,
                "deviation": self.deviation,
                "ci_low": self.low,
                "ci_high": self.high,
            }
        )


def beta_convergence(
    frame: pd.DataFrame,
    initial: str,
    final: str,
    variance: str | None = None,
    clusters: str | None = None,
    name: str = "house_prices.beta_convergence",
) -> BetaConvergence:
    """Regress growth in log price on its initial level, without and with correction.

    Parameters
    ----------
    frame : one row an area
    initial, final : columns of log price in the first and the last period
    variance : column of the sampling variance of ``initial``, independent of the error of
        ``final``, or None
    clusters : column of clusters; without it the standard error is HC1

    Raises
    ------
    SpecificationError
        See `take_sample`; sampling variances that are missing, negative, or on average as large as
        the variance of the initial level.
    """
    _require(frame, [initial, final, *([variance] if variance else [])])
    specification = Specification(
        name=name,
        title="Growth on the initial log price",
        outcome="growth",
        regressors=(initial,),
        clusters=clusters,
        variance="clustered" if clusters else "robust",
        label="described",
    )
    estimate = cross_section(frame.assign(growth=frame[final] - frame[initial]), specification)
    if variance is None:
        return BetaConvergence(estimate, None, float("nan"))
    used = frame.dropna(subset=[initial, final, *([clusters] if clusters else [])])
    reliability = _reliability(used[initial].to_numpy(float), used[variance].to_numpy(float))
    corrected = replace(
        estimate,
        coefficients=(estimate.coefficients + 1 - reliability) / reliability,
        covariance=estimate.covariance / reliability**2,
        variance_rule=f"{estimate.variance_rule}; over the reliability {reliability:.3f}",
    )
    return BetaConvergence(estimate, corrected, reliability)


def sigma_convergence(
    cells: pd.DataFrame, rng: np.random.Generator, draws: int = 4999, level: float = 0.95
) -> SigmaConvergence:
    """Standard deviation of log price over the same areas in every period.

    Parameters
    ----------
    cells : area, period, log_price and, where known, variance (sampling); the areas priced in all
        periods are used, so that the spread does not change by who is in it
    rng : generator; whole areas are resampled, with all their periods

    Raises
    ------
    SpecificationError
        Missing columns, a cell given twice, fewer than three areas priced in all periods, sampling
        variances missing, negative, or as large as the spread in the first or the last period.
    """
    _require(cells, ["area", "period", "log_price"])
    if cells.duplicated(["area", "period"]).any():
        raise SpecificationError("sigma convergence: a cell of area and period stands twice")
    values = cells.pivot(index="area", columns="period", values="log_price")
    net = "variance" in cells
    if len(complete := values.dropna()) < 3:
        raise SpecificationError(
            f"sigma convergence: {len(complete)} areas have a price in all periods, three needed"
        )
    noise = np.zeros(complete.shape)
    if net:
        table = cells.pivot(index="area", columns="period", values="variance")
        noise = _sampling_variances(table.loc[complete.index].to_numpy(float))
    prices = complete.to_numpy(float)
    observed = _deviation(prices[None], noise[None])[0]
    if not np.isfinite(observed[[0, -1]]).all():
        raise SpecificationError(
            "sigma convergence: sampling error is as large as the spread in the first or the last "
            "period"
        )
    drawn = np.stack([_resampled(prices, noise, rng) for _ in range(draws)])
    tail = (1 - level) / 2
    low, high = np.nanquantile(drawn, [tail, 1 - tail], axis=0)
    change_low, change_high = np.nanquantile(drawn[:, -1] - drawn[:, 0], [tail, 1 - tail])
    return SigmaConvergence(
        periods=tuple(complete.columns),
        deviation=observed,
        low=low,
        high=high,
        change=float(observed[-1] - observed[0]),
        change_low=float(change_low),
        change_high=float(change_high),
        areas=len(complete),
        net=net,
    )


def _deviation(prices: np.ndarray, noise: np.ndarray) -> np.ndarray:
    """(draws, T) standard deviations over areas of (draws, areas, T) tables."""
    variance = prices.var(axis=1, ddof=1) - noise.mean(axis=1)
    return np.sqrt(np.where(variance > 0, variance, np.nan))


def _resampled(prices: np.ndarray, noise: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    rows = rng.integers(0, len(prices), len(prices))
    return np.asarray(_deviation(prices[None, rows], noise[None, rows])[0])


def _reliability(level: np.ndarray, variance: np.ndarray) -> float:
    share = 1 - float(_sampling_variances(variance).mean()) / float(level.var(ddof=1))
    if share <= 0:
        raise SpecificationError(
            "beta convergence: the sampling variance is as large as the variance of the level"
        )
    return share


def _sampling_variances(values: np.ndarray) -> np.ndarray:
    bad = int((~np.isfinite(values) | (values < 0)).sum())
    if bad:
        raise SpecificationError(f"{bad} sampling variances are missing, infinite or negative")
    return values


def _require(frame: pd.DataFrame, columns: list[str]) -> None:
    absent = [column for column in columns if column not in frame]
    if absent:
        raise SpecificationError(f"convergence: no column {', '.join(absent)}")
