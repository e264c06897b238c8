"""Means over group-time effects: over all, by start, by years since the start, by calendar year.

Each mean weights starts by their share of units and counts the error of that share. The means of
one call have a joint covariance, so that bands and tests can use it.

References
----------
Callaway and Sant'Anna (2021), table 1 and corollary 2; Montiel Olea and Plagborg-Moller (2019),
Journal of Applied Econometrics 34(1), for the sup-t band.
"""

from __future__ import annotations

import numpy as np

from ..estimate import Estimate
from .staggered import GroupTime, StaggeredError

MEANS = ("simple", "group", "dynamic", "calendar")
"""Of all years after all starts; over the years of each start, then over starts; over starts of
each year since the start, then over years since; over starts in each calendar year, then years."""
SEEN = 5
"""Treated clusters that a year needs to count in the last two means, where clusters are named: the
ends of both rest on the few that started first."""
DRAWS = 10_000

Part = tuple[float, np.ndarray]
"""A mean and its influence function (units,)."""


def aggregate(found: GroupTime) -> Estimate:
    """The four means of `MEANS` over all effects after the start."""
    after = found.since >= 0
    starts, own = _by_start(found)
    by_year = _by_period(found, found.times)
    by_since = _by_period(found, found.since)
    means: dict[str, Part] = {
        "simple": found.mean(after),
        "group": found.share_mean(starts, *_stacked(own)),
        "dynamic": _plain_mean(*_stacked(by_since)),
        "calendar": _plain_mean(*_stacked(by_year)),
    }
    return found.estimate("means", MEANS, *_stacked([means[name] for name in MEANS]))


def by_start(found: GroupTime) -> Estimate:
    """The mean effect of each start over its years, one term a start.

    Raises
    ------
    StaggeredError
        A start with one cluster: nothing then says how far its effect is chance.
    """
    starts, own = _by_start(found)
    if alone := found.panel.lone_starts:
        raise StaggeredError(
            f"{alone} of {len(starts)} starts have one cluster each, which has no error"
        )
    values, influence = _stacked(own)
    terms = tuple(str(start) for start in starts)
    return found.estimate("by_start", terms, values, found.widened_each(starts, influence))


def event_study(found: GroupTime, first: int, last: int) -> Estimate:
    """The mean effect by periods since the start, one term ``str(since)`` from first to last.

    With a universal base the terms before the start are differences to the last period before it
    (which is not among them), with a varying base changes from one period to the next.

    Raises
    ------
    StaggeredError
        No start has effects at some of the periods asked for.
    """
    base = {-1} if found.panel.adoption.base == "universal" else set[int]()
    wanted = [since for since in range(first, last + 1) if since not in base]
    if missing := sorted(set(wanted) - set(found.since.tolist())):
        raise StaggeredError(f"no start has effects {missing} periods from it")
    parts = [found.mean(found.since == since) for since in wanted]
    return found.estimate("event_study", tuple(map(str, wanted)), *_stacked(parts))


def band_reach(
    covariance: np.ndarray,
    df: float,
    rng: np.random.Generator,
    level: float = 0.95,
    draws: int = DRAWS,
) -> float:
    """How many standard errors a band needs to hold all (k, k) estimates at once.

    The quantile of the largest |t| under the joint t (``df``) or normal distribution; Callaway and
    Sant'Anna's multiplier bootstrap with normal multipliers has this distribution exactly.
    """
    error = np.sqrt(np.diag(covariance))
    values, vectors = np.linalg.eigh(covariance / np.outer(error, error))
    root = vectors * np.sqrt(np.clip(values, 0, None))
    normal = rng.standard_normal((draws, len(error))) @ root.T
    scale = np.sqrt(rng.chisquare(df, draws) / df) if np.isfinite(df) else np.ones(draws)
    return float(np.quantile(np.abs(normal).max(axis=1) / scale, level))


def per_unit(found: GroupTime, dose: GroupTime) -> Estimate:
    """The simple mean effect for a dose of one, if effects are in proportion to the dose.

    Parameters
    ----------
    found, dose : effects of one panel's starts on the outcome and on the dose

    Notes
    -----
    A ratio of two means, its error by the delta method. Whether the first step of a dose does as
    much as the last is assumed, not tested (Callaway, Goodman-Bacon and Sant'Anna 2024).
    """
    (effect, by), (amount, by_amount) = (one.mean(one.since >= 0) for one in (found, dose))
    ratio = effect / amount
    influence = (by - ratio * by_amount) / amount
    return found.estimate("per_unit", ("dose",), np.array([ratio]), influence[:, None])


def _by_period(found: GroupTime, periods: np.ndarray) -> list[Part]:
    """The mean effect of each of the ``periods`` (m,) after the start that enough clusters see."""
    after = found.since >= 0
    chosen = [after & (periods == period) for period in np.unique(periods[after])]
    if found.panel.adoption.clusters is not None:
        chosen = [one for one in chosen if found.clusters_behind(one) >= SEEN] or chosen
    return [found.mean(one) for one in chosen]


def _by_start(found: GroupTime) -> tuple[np.ndarray, list[Part]]:
    after = found.since >= 0
    starts = np.unique(found.groups[after])
    chosen = [after & (found.groups == start) for start in starts]
    return starts, [_plain_mean(found.effects[own], found.influence[:, own]) for own in chosen]


def _plain_mean(values: np.ndarray, influence: np.ndarray) -> Part:
    return float(values.mean()), influence.mean(axis=1)


def _stacked(parts: list[Part]) -> tuple[np.ndarray, np.ndarray]:
    """Values (k,) and influence functions (units, k)."""
    values, influence = zip(*parts, strict=True)
    return np.array(values), np.column_stack(influence)
