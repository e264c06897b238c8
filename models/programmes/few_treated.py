"""Few treated groups among many, of unlike size: differences-in-differences with a fair reference.

What a treated group would have done by chance is read from the groups without treatment (Conley
and Taber 2011). But the mean of a small group strays further than that of a large one, so that a
small treated group looks affected too often, a large one too seldom. Ferman and Pinto let the
variance of a group's change be A + B / M, M its number of values, neither A nor B negative; changes
are divided by their own standard deviation, drawn, and multiplied by that of the group they are
drawn for.

The reference is drawn from the changes of groups without treatment about their mean, where the
paper takes those of all groups under the null: one distribution then gives p and interval.

References
----------
Ferman and Pinto (2019), Review of Economics and Statistics 101(3). Sizes in
``docs/few_treated_size.md``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..record import Numbers
from ..specification import SpecificationError, require_numbers
from ..variance_function import VarianceFunction, variance_function

DRAWS = 999
FEWEST = 10
"""Groups without treatment below which no reference is drawn."""


@dataclass(frozen=True, slots=True, repr=False)
class FewTreated(Numbers):
    """An effect on few treated groups.

    Parameters
    ----------
    effect : mean change of the treated less that of the others, in the outcome's unit
    p_value : share of the effect and its draws at least as large in size
    low, high : effects that the draws do not rule out at ``level``
    treated, untreated : numbers of groups
    constant, per_value : A and B of a change's variance; B is zero where sizes play no part
    """

    effect: float
    p_value: float
    low: float
    high: float
    treated: int
    untreated: int
    constant: float
    per_value: float
    level: float

    def heading(self) -> str:
        return "Effect on few treated groups, chance by group size (Ferman and Pinto)"


def few_treated(
    changes: np.ndarray,
    sizes: np.ndarray | None,
    treated: np.ndarray,
    rng: np.random.Generator,
    *,
    draws: int = DRAWS,
    level: float = 0.95,
) -> FewTreated:
    """Difference-in-differences with inference by group size.

    Parameters
    ----------
    changes : (N,) mean outcome of each group after the start less that before
    sizes : (N,) number of values M behind a group's mean; where it differs between periods, their
        harmonic mean. None takes all groups to vary alike, as Conley and Taber do.
    treated : (N,) booleans
    rng : of the draws

    Raises
    ------
    SpecificationError
        Arrays of unlike length; numbers that are missing; no treated group, or fewer than ten
        without treatment; sizes that are not positive or all alike; no draw.
    """
    _require(changes, sizes, treated, draws)
    own, others = changes[treated], changes[~treated]
    left = others - others.mean()
    function = _function(left, None if sizes is None else sizes[~treated])
    deviation = np.ones(len(changes)) if sizes is None else np.sqrt(function.of_cell(sizes))
    drawn = rng.choice(left / deviation[~treated], size=(draws, len(changes)))
    drawn = drawn * rng.choice([-1.0, 1.0], size=drawn.shape) * deviation
    chance = np.abs(drawn[:, treated].mean(axis=1) - drawn[:, ~treated].mean(axis=1))
    effect = float(own.mean() - others.mean())
    reach = float(np.quantile(chance, level))
    return FewTreated(
        effect=effect,
        p_value=float((1 + np.count_nonzero(chance >= abs(effect))) / (1 + draws)),
        low=effect - reach,
        high=effect + reach,
        treated=len(own),
        untreated=len(others),
        constant=function.constant,
        per_value=function.per_value,
        level=level,
    )


def sized(placebos: np.ndarray, sizes: np.ndarray, own: float) -> np.ndarray:
    """Placebo effects as far from their mean as they would be for a place of another size.

    For `rank_p` and `placebo_interval`, where no formula gives the effect's variance.

    Parameters
    ----------
    placebos : (N,) effects of places where nothing happened
    sizes : (N,) number of values behind each, not all alike
    own : number of values behind the place they are compared with
    """
    require_numbers("placebos", placebos)
    require_numbers("sizes of the place", np.array([own]))
    if own <= 0:
        raise SpecificationError(f"a place with {own:g} values has no mean")
    left = placebos - placebos.mean()
    function = variance_function(left, sizes)
    ratio = np.sqrt(function.of_cell(np.array([own])) / function.of_cell(sizes))
    return np.asarray(placebos.mean() + ratio * left)


def _function(left: np.ndarray, sizes: np.ndarray | None) -> VarianceFunction:
    if sizes is None:
        return VarianceFunction(float(left.var()), 0.0)
    return variance_function(left, sizes)


def _require(
    changes: np.ndarray, sizes: np.ndarray | None, treated: np.ndarray, draws: int
) -> None:
    given = [changes, treated] if sizes is None else [changes, treated, sizes]
    if len({len(each) for each in given}) > 1:
        raise SpecificationError(
            f"arrays of {' and '.join(str(len(each)) for each in given)} groups: changes, treated "
            "and sizes need one value a group"
        )
    require_numbers("changes", changes)
    if treated.dtype != bool:
        raise SpecificationError(f"treated holds {treated.dtype} where true or false is needed")
    if sizes is not None and (not np.isfinite(sizes).all() or (sizes <= 0).any()):
        raise SpecificationError("a group's size is a number above zero")
    own = int(np.count_nonzero(treated))
    if not own or len(changes) - own < FEWEST or draws < 1:
        raise SpecificationError(
            f"{own} treated groups, {len(changes) - own} others, {draws} draws: one treated, "
            f"{FEWEST} others and one draw are the least"
        )
