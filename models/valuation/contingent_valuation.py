"""What would people pay, by the answers yes or no to one price each?

Of those asked to pay t, the share P(t) = F(a + b x) says yes, with x = t or log t and b < 0. It is
the share whose willingness to pay exceeds t, so the curve is its distribution. With s = -1/b the
median and the mean lie at a s + k(s), in logs where x is log t; k depends on F. For the
log-logistic the mean exists only if |b| > 1. What identifies the curve is that bids are drawn at
random, and that the answer would be the same if it had to be paid.

References
----------
Hanemann (1984): welfare from yes and no. Krinsky and Robb (1986): intervals by draws from the
normal distribution of the coefficients. Haab and McConnell (2002): the formulas of mean and median.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from scipy import special, stats

from ..estimate import tidy_terms
from ..specification import SpecificationError, require_word

DistributionName = Literal["logistic", "normal", "log-logistic", "log-normal", "weibull"]
Quantity = Literal["median", "mean"]
# Log-likelihood a person, above which every answer is foretold.
_FORETOLD = 1e-6
_Shift = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True, slots=True)
class Distribution:
    """A distribution of willingness to pay.

    Parameters
    ----------
    link : name of the statsmodels link whose inverse is F
    log_bid : whether x is log t
    share, density : F and its derivative, functions of the index a + b x
    median, median_slope : k(s) of the median, and its derivative
    mean, mean_slope : the same of the mean
    needs_steep : the mean exists only if |b| > 1
    """

    link: Literal["Logit", "Probit", "LogLog"]
    log_bid: bool
    share: _Shift
    density: _Shift
    median: _Shift
    median_slope: _Shift
    mean: _Shift
    mean_slope: _Shift
    needs_steep: bool = False


def _nothing(s: np.ndarray) -> np.ndarray:
    return np.zeros_like(s)


def _gumbel_share(index: np.ndarray) -> np.ndarray:
    return np.asarray(np.exp(-np.exp(-index)))


def _gumbel_density(index: np.ndarray) -> np.ndarray:
    return np.asarray(np.exp(-index - np.exp(-index)))


_LOGISTIC = (special.expit, lambda index: special.expit(index) * special.expit(-index))
_NORMAL = (special.ndtr, stats.norm.pdf)
_LOG_LOG_TWO = float(np.log(np.log(2)))

DISTRIBUTIONS: Mapping[DistributionName, Distribution] = {
    "logistic": Distribution("Logit", False, *_LOGISTIC, *(_nothing,) * 4),
    "normal": Distribution("Probit", False, *_NORMAL, *(_nothing,) * 4),
    "log-logistic": Distribution(
        "Logit",
        True,
        *_LOGISTIC,
        _nothing,
        _nothing,
        lambda s: np.log(np.pi * s / np.sin(np.pi * s)),
        lambda s: 1 / s - np.pi / np.tan(np.pi * s),
        needs_steep=True,
    ),
    "log-normal": Distribution(
        "Probit", True, *_NORMAL, _nothing, _nothing, lambda s: s**2 / 2, lambda s: s
    ),
    "weibull": Distribution(
        "LogLog",
        True,
        _gumbel_share,
        _gumbel_density,
        lambda s: s * _LOG_LOG_TWO,
        lambda s: np.full_like(s, _LOG_LOG_TWO),
        lambda s: special.gammaln(1 + s),
        lambda s: special.digamma(1 + s),
    ),
}


@dataclass(frozen=True, slots=True)
class Answers:
    """Answers to one bid each, a row a person or a group that was asked the same.

    Parameters
    ----------
    bid : (m,) price asked, positive
    yes : (m,) number of those asked who said yes; 0 or 1 for a person
    asked : (m,) number asked
    covariates : (m, k) of the row, without a constant; k may be 0
    """

    bid: np.ndarray
    yes: np.ndarray
    asked: np.ndarray
    covariates: np.ndarray

    def __post_init__(self) -> None:
        rows = len(self.bid)
        if not (self.yes.shape == self.asked.shape == (rows,) == self.covariates.shape[:1]):
            raise SpecificationError(
                f"{rows} bids need as many yeses, numbers asked and covariate rows"
            )
        numbers = np.column_stack([self.bid, self.yes, self.asked, self.covariates])
        if not np.isfinite(numbers).all():
            raise SpecificationError(
                "a bid, an answer or a covariate is missing: drop such rows first"
            )
        if (self.bid <= 0).any():
            raise SpecificationError(
                f"the lowest bid is {self.bid.min():g}; bids must be above zero"
            )
        if ((self.yes < 0) | (self.yes > self.asked)).any():
            raise SpecificationError("a row has more yeses than were asked, or fewer than none")
        if np.unique(self.bid[self.asked > 0]).size < 2:
            raise SpecificationError("all were asked the same bid; a curve needs two bids or more")
        if self.yes.sum() in (0, self.asked.sum()):
            raise SpecificationError(
                "all answers are the same; nothing says where they would change"
            )

    @classmethod
    def of(
        cls, bid: object, yes: object, asked: object = None, covariates: object = None
    ) -> Answers:
        """From anything like an array; one person a row unless ``asked`` is given."""
        price = np.asarray(bid, dtype=float)
        number = np.ones_like(price) if asked is None else np.asarray(asked, dtype=float)
        more = np.empty((len(price), 0)) if covariates is None else np.asarray(covariates, float)
        return cls(price, np.asarray(yes, dtype=float), number, more)


@dataclass(frozen=True, slots=True)
class BidCurve:
    """A fitted curve of yeses.

    Parameters
    ----------
    distribution : name
    coefficients : (k + 2,) constant, covariates, bid
    covariance : of the coefficients, by maximum likelihood
    at : (k + 1,) one and the covariates' means: where willingness to pay is read
    n : persons asked
    log_likelihood : at the maximum, without the binomial constants
    """

    distribution: DistributionName
    coefficients: np.ndarray
    covariance: np.ndarray
    at: np.ndarray
    n: int
    log_likelihood: float

    def tidy(self, level: float = 0.95) -> pd.DataFrame:
        """One row a coefficient, with its interval."""
        terms = ["constant", *(f"covariate {i + 1}" for i in range(len(self.at) - 1)), "bid"]
        return tidy_terms(terms, self.coefficients, self.covariance, np.inf, level)

    @property
    def intercept_and_slope(self) -> np.ndarray:
        """(2,) a at the covariates' means, and b."""
        return np.asarray(self._reduce() @ self.coefficients)

    @property
    def reduced_covariance(self) -> np.ndarray:
        """(2, 2) of a and b."""
        return np.asarray(self._reduce() @ self.covariance @ self._reduce().T)

    def _reduce(self) -> np.ndarray:
        last = np.eye(len(self.coefficients))[-1]
        return np.vstack([np.append(self.at, 0), last])


@dataclass(frozen=True, slots=True)
class WillingnessToPay:
    """A median or mean, or in words why there is none.

    Parameters
    ----------
    value : in the bid's unit; None where it is infinite
    std_error : by the delta method; None where ``value`` is
    reason : why the value is infinite; empty where there is one
    """

    value: float | None
    std_error: float | None
    reason: str = ""

    def __post_init__(self) -> None:
        if (self.value is None) != bool(self.reason):
            raise SpecificationError(
                "willingness to pay is a number, or there is a reason why it is not"
            )


def fit_bids(answers: Answers, distribution: DistributionName = "log-logistic") -> BidCurve:
    """The curve of yeses by maximum likelihood, a binomial model of statsmodels.

    Raises
    ------
    SpecificationError
        Yeses that do not become fewer as the bid rises, or answers that a curve foretells wholly.
    """
    require_word("distribution", distribution, DistributionName)
    curve = _fit(answers, distribution)
    if curve.log_likelihood > -_FORETOLD * curve.n:
        raise SpecificationError(
            "every yes is to a lower bid than every no: the curve would be infinitely steep. Only "
            "the two bids between which all would change can be told"
        )
    if curve.coefficients[-1] >= 0:
        raise SpecificationError(
            f"the share of yeses does not fall with the bid (slope {curve.coefficients[-1]:g}): "
            "no willingness to pay can be read from these answers"
        )
    return curve


def _fit(answers: Answers, distribution: DistributionName) -> BidCurve:
    from statsmodels.genmod.families import Binomial, links
    from statsmodels.genmod.generalized_linear_model import GLM
    from statsmodels.tools.sm_exceptions import PerfectSeparationWarning

    form, used = DISTRIBUTIONS[distribution], answers.asked > 0
    price = np.log(answers.bid) if form.log_bid else answers.bid
    design = np.column_stack([np.ones(len(price)), answers.covariates, price])[used]
    replies = np.column_stack([answers.yes, answers.asked - answers.yes])[used]
    link = getattr(links, form.link)()
    with warnings.catch_warnings():
        # It also warns of groups whose shares are fitted exactly; `fit_bids` looks for itself.
        warnings.simplefilter("ignore", PerfectSeparationWarning)
        found = GLM(replies, design, family=Binomial(link)).fit(tol=1e-10, maxiter=200)
    share = np.clip(form.share(design @ found.params), 1e-300, 1 - 1e-16)
    likelihood = replies[:, 0] @ np.log(share) + replies[:, 1] @ np.log1p(-share)
    return BidCurve(
        distribution,
        np.asarray(found.params),
        np.asarray(found.cov_params()),
        np.average(design[:, :-1], axis=0, weights=answers.asked[used]),
        round(answers.asked.sum()),
        float(likelihood),
    )


def willingness_to_pay(curve: BidCurve, quantity: Quantity = "median") -> WillingnessToPay:
    """Median or mean with its standard error by the delta method, at the covariates' means."""
    require_word("quantity", quantity, Quantity)
    form, (a, b) = DISTRIBUTIONS[curve.distribution], curve.intercept_and_slope
    if quantity == "mean" and form.needs_steep and b >= -1:
        reason = (
            f"the mean is infinite: the slope of the log bid is {b:.3f}, and {abs(b):.3f} is not "
            "above one"
        )
        return WillingnessToPay(None, None, reason)
    value, error = float(_read(curve, quantity, a, b)), _delta_error(curve, quantity)
    return WillingnessToPay(value, value * error if form.log_bid else error)


def delta_interval(
    curve: BidCurve, quantity: Quantity = "median", level: float = 0.95
) -> tuple[float, float]:
    """Interval by the delta method, made on the log scale where the bid is in logs.

    Raises
    ------
    SpecificationError
        The quantity is infinite.
    """
    require_word("quantity", quantity, Quantity)
    found = willingness_to_pay(curve, quantity)
    if found.value is None:
        raise SpecificationError(found.reason)
    reach = float(stats.norm.ppf(0.5 + level / 2)) * _delta_error(curve, quantity)
    if DISTRIBUTIONS[curve.distribution].log_bid:
        return found.value * math.exp(-reach), found.value * math.exp(reach)
    return found.value - reach, found.value + reach


def krinsky_robb(
    curve: BidCurve,
    rng: np.random.Generator,
    quantity: Quantity = "median",
    draws: int = 10_000,
    level: float = 0.95,
) -> tuple[float, float]:
    """Interval from draws of the coefficients; an end is infinite where the draws' quantile is."""
    require_word("quantity", quantity, Quantity)
    a, b = rng.multivariate_normal(
        curve.intercept_and_slope, curve.reduced_covariance, size=draws
    ).T
    return _ends(_read(curve, quantity, a, b), level)


def bootstrap(
    answers: Answers,
    distribution: DistributionName,
    rng: np.random.Generator,
    quantity: Quantity = "median",
    draws: int = 500,
    level: float = 0.95,
) -> tuple[float, float]:
    """Percentile interval from persons drawn anew, whether they stand grouped or one a row.

    A draw whose answers are all alike, or all to one bid, or do not fall with it, counts as
    infinite: it sets no limit to what is paid.
    """
    require_word("distribution", distribution, DistributionName)
    require_word("quantity", quantity, Quantity)
    cells = np.concatenate([answers.yes, answers.asked - answers.yes])
    people, found = round(cells.sum()), np.full(draws, np.inf)
    for i in range(draws):
        yes, no = np.split(rng.multinomial(people, cells / cells.sum()).astype(float), 2)
        try:
            curve = _fit(Answers(answers.bid, yes, yes + no, answers.covariates), distribution)
        except ValueError:
            continue
        found[i] = _read(curve, quantity, *curve.intercept_and_slope)
    return _ends(found, level)


def _read(
    curve: BidCurve, quantity: Quantity, a: np.ndarray | float, b: np.ndarray | float
) -> np.ndarray:
    """The quantity at any a and b; infinite where no bid lowers the yeses or the mean diverges."""
    form, a, b = DISTRIBUTIONS[curve.distribution], np.asarray(a), np.asarray(b)
    steep = form.needs_steep and quantity == "mean"
    exists = b < (-1 if steep else 0)
    s = -1 / np.where(exists, b, -2.0)
    place = a * s + getattr(form, quantity)(s)
    with np.errstate(over="ignore"):
        return np.where(exists, np.exp(place) if form.log_bid else place, np.inf)


def _delta_error(curve: BidCurve, quantity: Quantity) -> float:
    """Standard error of the place a s + k(s), with ds/db = s^2."""
    a, b = curve.intercept_and_slope
    s = np.asarray(-1 / b)
    slope = getattr(DISTRIBUTIONS[curve.distribution], f"{quantity}_slope")(s)
    gradient = np.array([s, (a + slope) * s**2])
    return float(np.sqrt(gradient @ curve.reduced_covariance @ gradient))


def _ends(values: np.ndarray, level: float) -> tuple[float, float]:
    low, high = np.quantile(values, [0.5 - level / 2, 0.5 + level / 2], method="higher")
    return float(low), float(high)
