"""How much of the worth of homes may be put down to coproduction?

A = (1 - m) E_0 (exp(tau) - 1) + R_0 (exp(rho) - 1)

with E_0 the worth of the treated homes before, tau the effect on log price, R_0 and rho the same of
the ring around them, and m the share of the gain that was only moved there from elsewhere. Whoever
calls it answers for tau being an effect; what is not estimated is left at zero and said so. Draws
of tau and of the prices carry both errors into A and into the chance that A exceeds a cost.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..specification import SpecificationError


@dataclass(frozen=True, slots=True)
class Exposed:
    """Homes that an effect reaches.

    Parameters
    ----------
    worth : pounds before, zero or more
    worth_error : standard error of its log
    effect, effect_error : on log price, and its standard error
    """

    worth: float
    worth_error: float
    effect: float
    effect_error: float

    def __post_init__(self) -> None:
        numbers = (self.worth, self.worth_error, self.effect, self.effect_error)
        if not np.isfinite(numbers).all() or min(self.worth_error, self.effect_error) < 0:
            raise SpecificationError(
                f"worth, effect and errors must be known, errors not negative: {self}"
            )
        if self.worth < 0:
            raise SpecificationError(f"homes cannot be worth {self.worth} pounds")


@dataclass(frozen=True, slots=True)
class Attribution:
    """A gain in pounds with the middle 95% of its draws.

    Parameters
    ----------
    gain : at the estimates themselves
    low, high : of the draws
    positive : share of draws above zero
    above_cost : share of draws above the cost, None where none was given
    """

    gain: float
    low: float
    high: float
    positive: float
    above_cost: float | None


def attribute(
    treated: Exposed,
    rng: np.random.Generator,
    draws: int,
    *,
    ring: Exposed | None = None,
    displaced: float = 0.0,
    cost: float | None = None,
) -> Attribution:
    """The gain put down to an effect, by draws from effect and price error.

    Parameters
    ----------
    displaced : share of the treated homes' gain that neighbours lost, 0 to 1
    cost : pounds, of the same year as the worth

    Raises
    ------
    SpecificationError
        A share outside 0 to 1, or fewer than 100 draws.
    """
    if not 0 <= displaced <= 1:
        raise SpecificationError(f"the displaced share is {displaced}; give a number from 0 to 1")
    if draws < 100:
        raise SpecificationError(f"{draws} draws are too few for an interval; give 100 or more")
    gains = (1 - displaced) * _drawn(treated, rng, draws)
    gain = (1 - displaced) * _at_estimate(treated)
    if ring is not None:
        gains = gains + _drawn(ring, rng, draws)
        gain += _at_estimate(ring)
    low, high = np.quantile(gains, [0.025, 0.975])
    return Attribution(
        gain=gain,
        low=float(low),
        high=float(high),
        positive=float((gains > 0).mean()),
        above_cost=None if cost is None else float((gains > cost).mean()),
    )


def _at_estimate(exposed: Exposed) -> float:
    return exposed.worth * float(np.expm1(exposed.effect))


def _drawn(exposed: Exposed, rng: np.random.Generator, draws: int) -> np.ndarray:
    error = rng.standard_normal((2, draws))
    worth = exposed.worth * np.exp(exposed.worth_error * error[0])
    return np.asarray(worth * np.expm1(exposed.effect + exposed.effect_error * error[1]))
