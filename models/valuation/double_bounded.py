"""What would people pay, by the answers to a first price and to a second?

Who says yes is asked a higher price, who says no a lower one; two answers put each person's
willingness to pay between two prices. With S(t) = F(a + b x) as in `contingent_valuation`, the
likelihood of a person is S(lower) - S(upper). What identifies the curve is the same, and beyond it
that the second answer is given in the same mind as the first; follow-up answers often are not.

References
----------
Hanemann, Loomis and Kanninen (1991): the model and what the second question gains.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import optimize

from ..specification import SpecificationError, require_word
from .contingent_valuation import DISTRIBUTIONS, Answers, BidCurve, DistributionName, fit_bids

# Of a log-likelihood's gradient, for each person asked.
_FLAT = 1e-9


@dataclass(frozen=True, slots=True)
class TwoAnswers:
    """Answers to two bids, a row a person or a group that was asked and answered the same.

    Parameters
    ----------
    first, second : (m,) prices asked; the second above the first after a yes, below it after a no
    first_yes, second_yes : (m,) whether the answer was yes
    people : (m,) how many
    """

    first: np.ndarray
    second: np.ndarray
    first_yes: np.ndarray
    second_yes: np.ndarray
    people: np.ndarray

    def __post_init__(self) -> None:
        rows = {len(getattr(self, name)) for name in self.__slots__}
        if len(rows) > 1:
            raise SpecificationError(
                "the two bids, the two answers and the numbers must be as many"
            )
        if (np.minimum(self.first, self.second) <= 0).any():
            raise SpecificationError("bids must be above zero")
        wrong = np.flatnonzero((self.second > self.first) != self.first_yes)
        if wrong.size:
            raise SpecificationError(
                f"row {wrong[0]}: the second bid must lie above the first after a yes and below "
                "it after a no"
            )

    @property
    def between(self) -> tuple[np.ndarray, np.ndarray]:
        """(m,) and (m,) the prices around willingness to pay; 0 and infinity at the ends."""
        yes, again = self.first_yes, self.second_yes
        lower = np.where(again, self.second, np.where(yes, self.first, 0.0))
        upper = np.where(~again, self.second, np.where(yes, np.inf, self.first))
        return lower, upper


def fit_two_bids(answers: TwoAnswers, distribution: DistributionName = "log-logistic") -> BidCurve:
    """The curve by maximum likelihood; its covariance is the inverse of the observed information.

    Raises
    ------
    SpecificationError
        First answers from which no curve can start, a second answer that turns it upwards, or a
        search that did not end.
    """
    require_word("distribution", distribution, DistributionName)
    first = Answers.of(answers.first, answers.people * answers.first_yes, answers.people)
    start = fit_bids(first, distribution).coefficients
    people, scale = answers.people.sum(), np.abs(start)

    def minus(scaled: np.ndarray) -> tuple[float, np.ndarray]:
        value, gradient = _likelihood(scaled * scale, answers, distribution)
        return -value / people, -gradient * scale / people

    found = optimize.minimize(minus, start / scale, jac=True, method="BFGS", tol=_FLAT)
    coefficients = found.x * scale
    _, gradient = minus(found.x)
    if np.abs(gradient).max() > 1e3 * _FLAT or coefficients[1] >= 0:
        raise SpecificationError(
            "no falling curve fits both answers: look at the shares of yes by first and second bid"
        )
    return BidCurve(
        distribution,
        coefficients,
        np.linalg.inv(_information(found.x, minus) * people / np.outer(scale, scale)),
        np.ones(1),
        round(people),
        -float(found.fun) * people,
    )


def _likelihood(
    coefficients: np.ndarray, answers: TwoAnswers, distribution: DistributionName
) -> tuple[float, np.ndarray]:
    """Log-likelihood and its gradient in a and b."""
    form = DISTRIBUTIONS[distribution]
    shares, slopes = [], []
    for price, share_at_end in zip(answers.between, (1.0, 0.0), strict=True):
        inside = (price > 0) & np.isfinite(price)
        finite = np.where(inside, price, 1.0)
        x = np.log(finite) if form.log_bid else finite
        index = coefficients[0] + coefficients[1] * x
        shares.append(np.where(inside, form.share(index), share_at_end))
        density = np.where(inside, form.density(index), 0.0)
        slopes.append(density[:, None] * np.column_stack([np.ones_like(x), x]))
    chance = np.maximum(shares[0] - shares[1], 1e-300)
    gradient = (answers.people / chance) @ (slopes[0] - slopes[1])
    return float(answers.people @ np.log(chance)), gradient


def _information(
    point: np.ndarray, minus: Callable[[np.ndarray], tuple[float, np.ndarray]]
) -> np.ndarray:
    """Second derivatives of ``minus`` by central differences of its gradient."""
    from statsmodels.tools.numdiff import approx_fprime

    hessian = approx_fprime(point, lambda at: minus(at)[1], centered=True)
    return np.asarray(hessian + hessian.T) / 2
