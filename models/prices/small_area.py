"""What is the level of a small area whose own estimate is too noisy to print?

y_i = theta_i + e_i, e_i ~ (0, psi_i) with psi_i known; theta_i = x_i'b + v_i, v_i ~ (0, s2).
The best predictor is gamma_i y_i + (1 - gamma_i) x_i'b with gamma_i = s2 / (s2 + psi_i); s2 is the
maximum of the restricted likelihood. What identifies s2 is the spread of the direct estimates
about the regression beyond their known sampling variances, so those must be right.

References
----------
Fay and Herriot (1979): the model. Prasad and Rao (1990), Datta and Lahiri (2000): the mean square
error g1 + g2 + 2 g3, to second order. Wang, Fuller and Qu (2008), Datta, Ghosh, Steorts and Maples
(2011): the benchmark. You, Rao and Dick (2004): the mean square error after it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd
from scipy import optimize, sparse, stats

from ..specification import SpecificationError, require_word
from ..tolerance import SQUARE

Scale = Literal["level", "log"]

# Points of the first look along the variance: about three a factor of ten. The likelihood can have
# two maxima where sampling variances differ by orders of magnitude, so no climb from one start.
_GRID = 24


@dataclass(frozen=True, slots=True)
class SmallAreaEstimates:
    """Predictions of n areas; arrays in the order given.

    Parameters
    ----------
    direct, sampling_variance : (n,) as given; NaN for an area without direct estimate
    estimate : (n,) empirical best linear unbiased predictions; synthetic where nothing is direct
    mse : (n,) mean square errors of ``estimate``
    shrinkage : (n,) weight gamma of the direct estimate, 0 to 1; 0 where there is none
    coefficients, covariance : (k,) and (k, k), of the regression
    variance_component : s2, variance of the areas about the regression; zero makes all synthetic
    scale : "log" where the estimates are logarithms (it changes the coefficient of variation)
    adjustment : (n,) what benchmarking added; zero before it
    """

    direct: np.ndarray
    sampling_variance: np.ndarray
    estimate: np.ndarray
    mse: np.ndarray
    shrinkage: np.ndarray
    coefficients: np.ndarray
    covariance: np.ndarray
    variance_component: float
    scale: Scale
    adjustment: np.ndarray

    @property
    def coefficient_of_variation(self) -> np.ndarray:
        """Root mean square error over the estimate; for logarithms that of the (log-normal) level.

        A suppression rule in per cent of the price needs the second.
        """
        squared = np.expm1(self.mse) if self.scale == "log" else self.mse / self.estimate**2
        return np.asarray(np.sqrt(squared))

    def tidy(self, level: float = 0.95) -> pd.DataFrame:
        """One row an area: direct and predicted value, root mean square error, interval, CV.

        The interval is normal and rests on the mean square error being right on average. Where few
        areas hardly differ (s2 under half the sampling variances, 60 areas) it holds the truth
        92 times in 100 instead of 95, because the error then varies with the estimate of s2.
        """
        error = np.sqrt(self.mse)
        reach = stats.norm.ppf(0.5 + level / 2) * error
        return pd.DataFrame(
            {
                "direct": self.direct,
                "direct_error": np.sqrt(self.sampling_variance),
                "estimate": self.estimate,
                "std_error": error,
                "ci_low": self.estimate - reach,
                "ci_high": self.estimate + reach,
                "cv": self.coefficient_of_variation,
                "shrinkage": self.shrinkage,
                "synthetic": np.isnan(self.direct),
            }
        )


@dataclass(frozen=True, slots=True)
class _Regression:
    coefficients: np.ndarray
    covariance: np.ndarray
    restricted_likelihood: float


def fay_herriot(
    direct: np.ndarray, variance: np.ndarray, design: np.ndarray, scale: Scale = "level"
) -> SmallAreaEstimates:
    """The area-level model by restricted maximum likelihood.

    Parameters
    ----------
    direct : (n,) direct estimates; NaN for an area that has none and is to be predicted
    variance : (n,) their sampling variances, known and positive; NaN where ``direct`` is
    design : (n, k) covariates of every area, the constant among them
    scale : "log" if the estimates are logarithms

    Raises
    ------
    SpecificationError
        Shapes that do not fit, infinite or half-missing values, variances that are not positive,
        no more direct estimates than covariates, covariates that are combinations of others.
    """
    require_word("scale", scale, Scale)
    if np.ndim(design) != 2:
        raise SpecificationError(
            f"small areas: covariates are a table of {len(direct)} rows, the constant among the "
            f"columns, not an array of shape {np.shape(design)}"
        )
    columns = sparse.csr_array(np.asarray(design, dtype=float))
    return _predict(np.asarray(direct, float), np.asarray(variance, float), columns, scale)


def shrink_cells(cells: pd.DataFrame) -> pd.DataFrame:
    """Shrink a table of areas by periods towards additive effects of area and period.

    The same model with a dummy for every area and every period: a cell with many sales keeps its
    own price, a thin one follows its area's mean level and the common movement. Effects are fixed,
    so an area seen in one period only is not shrunk.

    Parameters
    ----------
    cells : area, period, log_price, variance (of log_price; known, positive); a row whose
        log_price and variance are NaN is predicted from its area and period

    Returns
    -------
    pandas.DataFrame
        ``cells`` with log_price and variance replaced by the prediction and its mean square error,
        and the columns direct, direct_variance, shrinkage, cv (of the price) and synthetic added.

    Raises
    ------
    SpecificationError
        As `fay_herriot`; a cell given twice; areas or periods without any price; periods that no
        area links.
    """
    _refuse(_cell_faults(cells))
    direct, variance = cells["log_price"].to_numpy(float), cells["variance"].to_numpy(float)
    fit = _predict(direct, variance, _two_way_dummies(cells), "log")
    return cells.assign(
        log_price=fit.estimate,
        variance=fit.mse,
        direct=direct,
        direct_variance=variance,
        shrinkage=fit.shrinkage,
        cv=fit.coefficient_of_variation,
        synthetic=np.isnan(direct),
    )


def benchmark(
    estimates: SmallAreaEstimates, weights: np.ndarray, target: float
) -> SmallAreaEstimates:
    """Make the weighted sum of the predictions equal a known figure.

    The least change in units of mean square error: area i gets a share of the gap proportional to
    weights_i mse_i. Mean square errors grow by the square of the change.

    Parameters
    ----------
    weights : (n,) not negative; shares that add up to one for a mean, sizes for a total
    target : the known mean or total
    """
    weights = np.asarray(weights, dtype=float)
    if weights.shape != estimates.estimate.shape:
        wanted = estimates.estimate.shape
        raise SpecificationError(f"benchmark weights are {weights.shape}, wanted {wanted}")
    if not (np.isfinite(weights).all() and (weights >= 0).all() and weights.any()):
        raise SpecificationError("benchmark weights must be finite, not negative, not all zero")
    share = weights * estimates.mse
    gap = target - weights @ estimates.estimate
    change = gap * share / (weights @ share)
    return replace(
        estimates,
        estimate=estimates.estimate + change,
        mse=estimates.mse + change**2,
        adjustment=estimates.adjustment + change,
    )


def _predict(
    direct: np.ndarray, variance: np.ndarray, design: sparse.csr_array, scale: Scale
) -> SmallAreaEstimates:
    _refuse(_area_faults(direct, variance, design))
    known = ~np.isnan(direct)
    y, psi, x = direct[known], variance[known], design[np.flatnonzero(known)]
    _refuse(_design_faults(x))
    component = _variance_component(y, psi, x)
    fit = _regression(y, psi + component, x)
    synthetic = design @ fit.coefficients
    synthetic_variance = design.multiply(design @ fit.covariance).sum(axis=1)
    # An area without direct estimate is the limit of an infinite sampling variance.
    psi_all = np.where(known, variance, np.inf)
    gamma = component / (component + psi_all)
    # Asymptotic variance of the component; g3 is psi^2 / (s2 + psi)^3 times it.
    spread = 2 / np.sum((psi + component) ** -2.0)
    g3 = (1 - gamma) ** 2 / (component + psi_all) * spread
    return SmallAreaEstimates(
        direct=direct,
        sampling_variance=variance,
        estimate=np.where(known, gamma * np.nan_to_num(direct), 0) + (1 - gamma) * synthetic,
        mse=(1 - gamma) * component + (1 - gamma) ** 2 * synthetic_variance + 2 * g3,
        shrinkage=gamma,
        coefficients=fit.coefficients,
        covariance=fit.covariance,
        variance_component=component,
        scale=scale,
        adjustment=np.zeros(len(direct)),
    )


def _regression(y: np.ndarray, total: np.ndarray, x: sparse.csr_array) -> _Regression:
    """Generalised least squares given the total variances, and the restricted log-likelihood."""
    weighted = x.multiply(1 / total[:, None]).tocsr()
    information = (x.T @ weighted).toarray()
    covariance = np.linalg.inv(information)
    coefficients = covariance @ (weighted.T @ y)
    residual = y - x @ coefficients
    terms = np.log(total).sum() + np.linalg.slogdet(information)[1] + np.sum(residual**2 / total)
    return _Regression(coefficients, covariance, -0.5 * float(terms))


def _variance_component(y: np.ndarray, psi: np.ndarray, x: sparse.csr_array) -> float:
    """The variance, zero included, at which the restricted likelihood is highest."""

    def minus_likelihood(component: float) -> float:
        return -_regression(y, psi + component, x).restricted_likelihood

    residual = y - x @ _regression(y, np.ones_like(y), x).coefficients
    # No component above this: it would alone leave twice the spread that is there.
    top = 2 * float(residual @ residual) / (len(y) - x.shape[1])
    bottom = min(float(psi.min()), top) * 1e-3
    if bottom <= 0:
        return 0.0
    grid = np.concatenate([[0.0], np.geomspace(bottom, top, _GRID)])
    heights = [minus_likelihood(point) for point in grid]
    best = int(np.argmin(heights))
    found = optimize.minimize_scalar(
        minus_likelihood,
        bounds=(grid[max(best - 1, 0)], grid[min(best + 1, _GRID)]),
        method="bounded",
        options={"xatol": 1e-9 * top},
    )
    return float(found.x) if found.fun < heights[0] else 0.0


def _two_way_dummies(cells: pd.DataFrame) -> sparse.csr_array:
    """A column an area and, but for the first, a column a period."""
    area, areas = pd.factorize(cells["area"], sort=True)
    period, periods = pd.factorize(cells["period"], sort=True)
    rows = np.arange(len(cells))
    later = period > 0
    row = np.concatenate([rows, rows[later]])
    column = np.concatenate([area, len(areas) + period[later] - 1])
    shape = (len(cells), len(areas) + len(periods) - 1)
    return sparse.csr_array((np.ones(len(row)), (row, column)), shape)


def _cell_faults(cells: pd.DataFrame) -> list[str]:
    absent = [c for c in ("area", "period", "log_price", "variance") if c not in cells]
    if absent:
        return [f"the table of cells lacks {', '.join(absent)}"]
    faults = []
    twice = int(cells.duplicated(["area", "period"]).sum())
    if twice:
        faults.append(f"{twice} cells stand twice")
    for column in ("area", "period"):
        priced = cells["log_price"].notna().groupby(cells[column]).any()
        empty = [str(name) for name in priced.index[~priced]]
        if empty:
            faults.append(f"{len(empty)} of column {column} without any price ({empty[0]} first)")
    return faults


def _area_faults(direct: np.ndarray, variance: np.ndarray, design: sparse.csr_array) -> list[str]:
    if direct.ndim != 1 or variance.shape != direct.shape or design.shape[0] != len(direct):
        return [
            f"direct {direct.shape}, variance {variance.shape} and design {design.shape} do not fit"
        ]
    faults = []
    infinite = int(np.isinf(direct).sum() + np.isinf(variance).sum())
    if infinite or not np.isfinite(design.data).all():
        faults.append("infinite direct estimates or variances, or covariates that are not finite")
    half = int((np.isnan(direct) != np.isnan(variance)).sum())
    if half:
        faults.append(f"{half} areas have a direct estimate without its variance or the reverse")
    bad = int((variance <= 0).sum())
    if bad:
        faults.append(f"{bad} sampling variances are not above zero")
    known = int((~np.isnan(direct)).sum())
    if known <= design.shape[1]:
        faults.append(f"{known} direct estimates cannot carry {design.shape[1]} covariates")
    return faults


def _design_faults(x: sparse.csr_array) -> list[str]:
    square = (x.T @ x).toarray()
    length = np.sqrt(np.diag(square))
    if (length == 0).any() or np.linalg.eigvalsh(square / np.outer(length, length))[0] < SQUARE:
        return ["covariates are zero or combinations of others among areas with direct estimates"]
    return []


def _refuse(faults: list[str]) -> None:
    if faults:
        raise SpecificationError(f"small areas: {'; '.join(faults)}")
