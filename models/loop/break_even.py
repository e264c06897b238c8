"""How large an effect pays for what it cost?

Homes worth E are worth E exp(tau) after an effect of tau log points. If the share r of the rise
can be captured, capture pays for the cost from

    tau* = ln(1 + cost / (r E)),   since   r E (exp(tau*) - 1) = cost.

Arithmetic, with no time in it: cost, worth and capture in money of one year.

References
----------
Rosen (1974): worth as capitalised quality. HM Treasury (2022), The Green Book, chapter 6 and
annex 2: a rise in the price of land as a measure of benefit, largely a transfer.
"""

from __future__ import annotations

import numpy as np

from ..specification import SpecificationError

Numbers = float | np.ndarray


def break_even_effect(cost: Numbers, worth: Numbers, captured: Numbers = 1.0) -> np.ndarray:
    """Effect in log points at which the captured rise equals the cost.

    Parameters
    ----------
    cost, worth : in the same money; worth is that of the homes reached, before
    captured : share of the rise, in (0, 1]

    Raises
    ------
    SpecificationError
        A negative cost, worth that is not positive, a share outside (0, 1].
    """
    _require(worth, captured, nothing=False)
    if (np.asarray(cost) < 0).any():
        raise SpecificationError(f"a cost is not negative; found {np.min(cost):g}")
    return np.asarray(np.log1p(np.asarray(cost) / (np.asarray(captured) * np.asarray(worth))))


def value_captured(effect: Numbers, worth: Numbers, captured: Numbers = 1.0) -> np.ndarray:
    """Pounds captured of the rise that an effect in log points brings.

    Raises
    ------
    SpecificationError
        Worth that is not positive, a share outside [0, 1].
    """
    _require(worth, captured, nothing=True)
    return np.asarray(captured * np.asarray(worth) * np.expm1(effect))


def _require(worth: Numbers, captured: Numbers, *, nothing: bool) -> None:
    shares = np.asarray(captured, dtype=float)
    if ((shares < 0) | (shares > 1) | ((shares == 0) & (not nothing))).any():
        least = "0" if nothing else "above 0"
        raise SpecificationError(f"a share captured is {least} to 1; found {captured}")
    if not (np.asarray(worth) > 0).all():
        raise SpecificationError(f"homes are worth more than nothing; found {np.min(worth):g}")
