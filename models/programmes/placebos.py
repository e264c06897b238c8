"""Inference for a single place: the same estimate made for places where nothing happened.

No standard error stands on one treated place. The reference distribution is that of placebo
estimates (Abadie, Diamond and Hainmueller 2010), and it is only as good as the likeness of the
place and the placebo places.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..specification import require_numbers
from .synthetic_control import Comparator

LEVEL = 0.95
POWER = 0.8


def rank_p(value: float, placebos: np.ndarray) -> float:
    """Share of the place and its placebos with a statistic at least as large in size.

    The smallest value it can take is 1/(placebos + 1).
    """
    require_numbers("placebos", placebos)
    require_numbers("statistics", np.atleast_1d(value))
    sizes = np.abs(placebos)
    return float((1 + np.sum(sizes >= abs(value))) / (1 + len(sizes)))


def placebo_interval(
    effect: float, placebos: np.ndarray, level: float = LEVEL
) -> tuple[float, float]:
    """Effects that the placebos do not rule out: the effect less the placebos' quantiles.

    A place is as likely to stand at any rank among n placebos, so quantiles lie at shares of n + 1.
    Fewer than 2 / (1 - level) - 1 placebos (39 at 95%) reach no interval of this level: the two
    extremes then bound it, and hold the effect with a chance of 1 - 2 / (n + 1).
    """
    require_numbers("placebos", placebos)
    require_numbers("effects", np.atleast_1d(effect))
    shares = [0.5 + level / 2, 0.5 - level / 2]
    low, high = np.quantile(placebos, shares, method="weibull")
    return float(effect - low), float(effect - high)


def detectable_by_rank(
    placebos: np.ndarray, level: float = LEVEL, power: float = POWER
) -> tuple[float, float]:
    """The smallest fall and rise that the rank test would find with this power.

    The test finds an estimate beyond so many of the placebos' sizes that its `rank_p` is 1 - level;
    with fewer than 1 / (1 - level) - 1 placebos it finds nothing, and this is beyond all of them.
    An effect moves the placebo distribution as a whole.
    """
    require_numbers("placebos", placebos)
    sizes = np.sort(np.abs(placebos))
    may_be_larger = max(1, int((1 - level) * (1 + len(sizes)) + 1e-9))
    bound = float(sizes[-may_be_larger])
    fall = -bound - float(np.quantile(placebos, power))
    rise = bound - float(np.quantile(placebos, 1 - power))
    return fall, rise


def leave_one_out(
    comparator: Comparator,
    place: np.ndarray,
    donors: np.ndarray,
    before: int,
    years: slice | None = None,
    heaviest: int = 10,
) -> np.ndarray:
    """The effect without each of the donors that weigh most; shape (up to ``heaviest``,)."""
    weights = np.abs(comparator(place, donors, before).weights)
    chosen = [index for index in np.argsort(-weights)[:heaviest] if weights[index] > 0]
    return np.array(
        [
            comparator(place, np.delete(donors, index, axis=1), before).effect(years)
            for index in chosen
        ]
    )


def backdated(
    comparator: Comparator, place: np.ndarray, donors: np.ndarray, before: int, by: int
) -> float:
    """A false start some years early, with the years from the true start cut off.

    The effect of nothing, which anticipation and bad fit turn into something.
    """
    comparison = comparator(place[:before], donors[:before], before - by)
    return comparison.effect()


def joint_placebos(
    placebos: Sequence[np.ndarray], draws: np.ndarray, spread: float = 1.0
) -> np.ndarray:
    """Mean placebo effects of several places at once: one placebo drawn for each.

    Parameters
    ----------
    placebos : G arrays of placebo effects
    draws : (R, G) uniform numbers in [0, 1)
    spread : see `shared_donors`
    """
    for own in placebos:
        require_numbers("placebos", own)
    chosen = [own[(draws[:, index] * len(own)).astype(int)] for index, own in enumerate(placebos)]
    return spread * np.asarray(np.mean(chosen, axis=0))


def shared_donors(weights: np.ndarray, sizes: np.ndarray) -> float:
    """How much further the mean effect of several places strays than that of placebos drawn apart.

    A place's chance gap is its own, of variance 1/size, less its donors' mean, of variance w'w.
    The places share donors, so that the donors' part of their mean is that of one mean of all
    weights, while placebos drawn apart have it averaged away:

        spread^2 = (sum 1/size + |sum w|^2) / (sum 1/size + sum |w|^2),

    if single units stray alike and apart.

    Parameters
    ----------
    weights : (G, J) of every place over the donors of any, 0 where a unit is no donor of the place
    sizes : (G,) units that each place is the mean of

    Examples
    --------
    >>> bool(shared_donors(np.eye(2), np.ones(2)) == 1)  # no donor in common
    True
    """
    own = float((1 / sizes).sum())
    together = float((weights.sum(axis=0) ** 2).sum())
    return float(np.sqrt((own + together) / (own + float((weights**2).sum()))))
