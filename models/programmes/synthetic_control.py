"""Synthetic control: what a place would have been, as a weighted mean of other places.

With outcomes only, the weights solve a convex quadratic programme on the simplex, so there is one
optimum and no search for it: `simplex_weights` finds it exactly and `optimality_gap` proves it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import nnls

from ..specification import SpecificationError, require_numbers

Comparator = Callable[[np.ndarray, np.ndarray, int], "Comparison"]
"""Takes the place (T,), the donors (T, J) and the number of years before the start."""
PENALTIES = 10.0 ** np.arange(-3, 4)
"""Penalties of the augmentation tried, as multiples of a year's sum of squares over donors."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A place beside its weighted donors.

    Parameters
    ----------
    weights : (J,), sum 1
    gap : (T,) place less comparator, in the outcome's unit; its mean over years after the start
        is the effect
    before : number of years before the start
    """

    weights: np.ndarray
    gap: np.ndarray
    before: int

    @property
    def misfit(self) -> float:
        """Root mean square gap before the start."""
        return float(np.sqrt(np.mean(self.gap[: self.before] ** 2)))

    def effect(self, years: slice | None = None) -> float:
        """Mean gap over some years, by default all after the start."""
        return float(self.gap[years or slice(self.before, None)].mean())


def require_paths(place: np.ndarray, donors: np.ndarray, before: int, least: int = 1) -> None:
    """Refuse paths that do not fit each other, lack a number, or lie on one side of the start."""
    if donors.ndim != 2 or donors.shape[0] != len(place) or donors.shape[1] == 0:
        raise SpecificationError(f"{len(place)} years of the place, donors of shape {donors.shape}")
    require_numbers("values of the place", place)
    require_numbers("values of the donors", donors)
    if not least <= before < len(place):
        raise SpecificationError(
            f"{before} years before the start of {len(place)}: {least} or more are needed before "
            "it, and one after"
        )


def simplex_weights(target: np.ndarray, columns: np.ndarray, ridge: float = 0.0) -> np.ndarray:
    """Weights w >= 0, sum 1, that minimise ``||target - columns w||^2 + ridge ||w||^2``.

    On the simplex the residual is -(columns - target) w, so the answer is the point of a convex
    hull nearest to zero. It is proportional to the non-negative least-squares solution of
    ``[columns - target; 1'] u = [0; 1]``, which an active-set method finds exactly. Without a ridge
    and with fewer rows than columns the fit is unique but the weights need not be.

    Parameters
    ----------
    target : (m,)
    columns : (m, J)
    ridge : penalty on the squared length of the weights

    Raises
    ------
    SpecificationError
        No columns, a shape that does not match, or a number that is not finite.
    """
    if columns.ndim != 2 or columns.shape[0] != len(target) or columns.shape[1] == 0:
        raise SpecificationError(
            f"{len(target)} rows of the target, donors of shape {columns.shape}"
        )
    if not (np.isfinite(target).all() and np.isfinite(columns).all()):
        raise SpecificationError("the target and the donors must have a number in every row")
    towards = columns - target[:, None]
    if ridge > 0:
        towards = np.vstack([towards, np.sqrt(ridge) * np.eye(columns.shape[1])])
    scale = np.abs(towards).max() or 1.0
    system = np.vstack([towards / scale, np.ones(columns.shape[1])])
    solution, _ = nnls(system, np.append(np.zeros(len(towards)), 1.0))
    return np.asarray(solution / solution.sum())


def optimality_gap(
    target: np.ndarray, columns: np.ndarray, weights: np.ndarray, ridge: float = 0.0
) -> float:
    """How far weights can be from the optimum: the duality gap, as a share of the target's square.

    The Karush-Kuhn-Tucker conditions on the simplex hold if and only if it is zero: no donor's
    gradient lies below the weighted mean of the gradients.
    """
    slope = 2 * columns.T @ (columns @ weights - target) + 2 * ridge * weights
    return float((weights @ slope - slope.min()) / (target @ target or 1.0))


def synthetic_control(
    place: np.ndarray, donors: np.ndarray, before: int, *, intercept: bool = False
) -> Comparison:
    """Abadie, Diamond and Hainmueller's estimator on outcomes only.

    Parameters
    ----------
    place : (T,) outcome of the place
    donors : (T, J)
    before : years before the start, the rows that are fitted
    intercept : fit the path about its mean before the start and leave the level free
        (Doudchenko and Imbens 2016; Ferman and Pinto 2021)

    Notes
    -----
    A ridge of a millionth of the mean square gap picks the most even weights where several fit
    alike.
    """
    require_paths(place, donors, before)
    if intercept:
        place, donors = place - place[:before].mean(), donors - donors[:before].mean(axis=0)
    target, columns = place[:before], donors[:before]
    ridge = 1e-6 * float(((columns - target[:, None]) ** 2).mean()) * before
    weights = simplex_weights(target, columns, ridge)
    return Comparison(weights, place - donors @ weights, before)


def augmented_synthetic_control(
    place: np.ndarray, donors: np.ndarray, before: int, *, penalty: float | None = None
) -> Comparison:
    """Synthetic control with its misfit before the start taken out by a ridge regression.

    Ben-Michael, Feller and Rothstein (2021): weights ``w + (y - Y w)' (Y Y' + penalty I)^-1 Y``
    with years centred over donors, intercept left free. They sum to 1 and may be negative. A large
    penalty gives back the synthetic control, none fits the years before perfectly.

    Parameters
    ----------
    penalty : of the ridge; chosen by leaving out each year before the start if None
    """
    plain = synthetic_control(place, donors, before, intercept=True)
    level = place[:before].mean() - donors[:before].mean(axis=0)
    shifted = donors + level
    if penalty is None:
        penalty = _chosen_penalty(place[:before], shifted[:before], plain.weights)
    weights = _augmented(place[:before], shifted[:before], plain.weights, penalty)
    return Comparison(weights, place - shifted @ weights, before)


def _augmented(
    target: np.ndarray, columns: np.ndarray, weights: np.ndarray, penalty: float
) -> np.ndarray:
    centred = columns - columns.mean(axis=1, keepdims=True)
    inner = centred @ centred.T + penalty * np.eye(len(target))
    return np.asarray(weights + centred.T @ np.linalg.solve(inner, target - columns @ weights))


def _chosen_penalty(target: np.ndarray, columns: np.ndarray, weights: np.ndarray) -> float:
    """The penalty that best foretells each year before the start from the other ones.

    The error of a year left out has a closed form: the entry of ``(Y Y' + penalty I)^-1 r`` over
    the diagonal entry of the inverse, with r the misfit of the synthetic control.
    """
    centred = columns - columns.mean(axis=1, keepdims=True)
    inner, misfit = centred @ centred.T, target - columns @ weights
    tried = PENALTIES * float(np.trace(inner)) / len(target)
    errors = []
    for penalty in tried:
        inverse = np.linalg.inv(inner + penalty * np.eye(len(target)))
        errors.append(float(np.mean((inverse @ misfit / np.diag(inverse)) ** 2)))
    return float(tried[int(np.argmin(errors))])
