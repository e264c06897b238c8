"""How much of the worth of homes may be put down to coproduction?

A = (1 - m) E_0 (exp(tau) - 1)

with E_0 the worth of the treated homes before, tau the effect on log price, and m the share of the
gain that was only moved there from elsewhere. Whoever calls it answers for tau being an effect;
what neighbours gained or lost is not in it.

Where tau is known from placebo places it has no standard error, and the places may stray further to
one side than to the other. So draws of tau are the effect less a draw from what chance alone made
of it: their middle 95% is the interval that the placebos leave (`placebos.placebo_interval`), and
not one of the same width laid evenly about the effect. Draws of the prices carry their error into A
and into the chance that A exceeds a cost.
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
    effect : on log price
    chance : (P,) what was found on log price where nothing happened
    """

    worth: float
    worth_error: float
    effect: float
    chance: np.ndarray

    def __post_init__(self) -> None:
        numbers = (self.worth, self.worth_error, self.effect, *self.chance)
        if not len(self.chance) or not np.isfinite(numbers).all() or self.worth_error < 0:
            raise SpecificationError(
                f"worth, effect, what chance makes of it and errors must be known: {self}"
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
    low, high = np.quantile(gains, [0.025, 0.975])
    return Attribution(
        gain=(1 - displaced) * treated.worth * float(np.expm1(treated.effect)),
        low=float(low),
        high=float(high),
        positive=float((gains > 0).mean()),
        above_cost=None if cost is None else float((gains > cost).mean()),
    )


def _drawn(exposed: Exposed, rng: np.random.Generator, draws: int) -> np.ndarray:
    worth = exposed.worth * np.exp(exposed.worth_error * rng.standard_normal(draws))
    chance = np.quantile(exposed.chance, rng.random(draws), method="weibull")
    return np.asarray(worth * np.expm1(exposed.effect - chance))
