"""What does a gain come to once it has gone round the loop again and again?

A loop with the paths t_1, ..., t_k has the gain L = t_1 ... t_k: what comes back of one. Going
round for ever multiplies a gain by

    M = 1 + L + L^2 + ... = 1 / (1 - L),   if -1 < L < 1.

Around a closed loop elasticities and derivatives have the same product: the levels cancel. M rises
with L, so the interval of M is the interval of L mapped end by end, and it is not symmetric. The
delta error M^2 se(L) is shown beside it, never used for it. Where the interval of L reaches one,
no multiplier is given: the data do not exclude an endless one.

In general a system y = B y + G x has the long-run effects (I - B)^-1 G, which exist if the
spectral radius of B is below one.

References
----------
Samuelson (1939): multiplier and stability. Luetkepohl (2005), section 2.3: impulse responses.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ..inference.cluster_bootstrap import bootstrapped
from ..specification import NotEstimable, SpecificationError

REACHED = 0.9
"""Share of the long-run effect after which it counts as reached."""


class UnboundedLoopError(NotEstimable):
    """A loop whose gain may be one or more, or minus one or less."""


@dataclass(frozen=True, slots=True)
class LoopGain:
    """What comes back of one after one round.

    Parameters
    ----------
    estimate, std_error : product of the paths, and the standard deviation of its draws
    low, high : its interval, by `cluster_bootstrap.bootstrapped`
    at_least_one : share of the draws that are one or more
    """

    estimate: float
    std_error: float
    low: float
    high: float
    at_least_one: float

    @classmethod
    def assumed(cls, gain: float) -> LoopGain:
        """A gain that is laid down and not estimated."""
        return cls(gain, 0.0, gain, gain, float(gain >= 1))


@dataclass(frozen=True, slots=True)
class Multiplier:
    """One over one less the gain; ``std_error`` by the delta method, the ends mapped."""

    estimate: float
    std_error: float
    low: float
    high: float


def loop_gain(paths: np.ndarray, draws: np.ndarray, clusters: int, level: float = 0.95) -> LoopGain:
    """Gain of a loop from its paths (k,) and their joint draws (D, k) over so many clusters.

    Raises
    ------
    SpecificationError
        Shapes that do not belong together, or values that are no numbers.
    """
    if paths.ndim != 1 or draws.ndim != 2 or draws.shape[1] != len(paths):
        raise SpecificationError(
            f"paths {paths.shape} and draws {draws.shape}: (k,) and (D, k) are needed"
        )
    if not (np.isfinite(paths).all() and np.isfinite(draws).all()):
        raise SpecificationError("a path or a draw of it is not a finite number")
    gains = draws.prod(axis=1)
    found = bootstrapped(float(paths.prod()), gains, clusters, level)
    return LoopGain(
        found.estimate, found.std_error, found.low, found.high, float((gains >= 1).mean())
    )


def multiplier(gain: LoopGain) -> Multiplier:
    """The multiplier of a loop.

    Raises
    ------
    UnboundedLoopError
        The interval of the gain is not inside (-1, 1).
    """
    if not -1 < gain.low <= gain.estimate <= gain.high < 1:
        raise UnboundedLoopError(
            f"the gain of the loop is {gain.estimate:.2f} with an interval of {gain.low:.2f} to "
            f"{gain.high:.2f}; a multiplier exists only where all of it lies between -1 and 1"
        )
    estimate, low, high = (1 / (1 - value) for value in (gain.estimate, gain.low, gain.high))
    return Multiplier(estimate, estimate**2 * gain.std_error, low, high)


def spectral_radius(feedback: np.ndarray) -> float:
    """Largest modulus of the roots of B (m, m): below one, the loops die out."""
    return float(np.abs(np.linalg.eigvals(feedback)).max())


def long_run_effects(feedback: np.ndarray, shocks: np.ndarray) -> np.ndarray:
    """(I - B)^-1 G: what y settles at, for a lasting unit of each column of G (m, q).

    Raises
    ------
    UnboundedLoopError
        The spectral radius of B is one or more.
    """
    radius = spectral_radius(feedback)
    if radius >= 1:
        raise UnboundedLoopError(
            f"the spectral radius of the system is {radius:.2f}; it settles only below 1"
        )
    return np.linalg.solve(np.eye(len(feedback)) - feedback, shocks)


def responses(
    feedback_by_lag: Mapping[int, np.ndarray], shock: np.ndarray, years: int
) -> np.ndarray:
    """Path of y_t = sum over lags l of B_l y_(t-l) + g, from rest, (years + 1, m).

    Parameters
    ----------
    feedback_by_lag : by lag in whole years from 1 on, the part of B (m, m) that takes so long
    shock : g (m,), there from year 0 on

    Raises
    ------
    SpecificationError
        A lag below one year.
    """
    if min(feedback_by_lag) < 1:
        raise SpecificationError(f"lags are whole years from 1 on; found {min(feedback_by_lag)}")
    path = np.zeros((years + 1, len(shock)))
    for year in range(years + 1):
        past = [part @ path[year - lag] for lag, part in feedback_by_lag.items() if lag <= year]
        path[year] = shock + np.sum(past, axis=0) if past else shock
    return path


def years_to_reach(response: np.ndarray, long_run: float, share: float = REACHED) -> int | None:
    """First year from which a response (T,) stays within 1 - share of its long run.

    None where it does not within the years given.
    """
    off = np.flatnonzero(np.abs(response - long_run) > (1 - share) * abs(long_run) * (1 + 1e-12))
    first = int(off[-1]) + 1 if len(off) else 0
    return first if first < len(response) else None


def rounds_to_reach(gain: float, share: float = REACHED) -> int:
    """Rounds after the first gain until ``share`` of all rounds' sum is there to stay.

    After n rounds 1 - L^(n + 1) of it is there.

    Raises
    ------
    UnboundedLoopError
        A gain that is not between -1 and 1.

    Examples
    --------
    >>> rounds_to_reach(0.5)
    3
    """
    multiplier(LoopGain.assumed(gain))
    if gain == 0:
        return 0
    return max(0, int(np.ceil(np.log(1 - share) / np.log(abs(gain)) - 1 - 1e-12)))
