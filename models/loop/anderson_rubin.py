"""Which values of the coefficient are not ruled out, however weak the instruments are?

For a value b, the excluded instruments must not explain e = y - x b once the controls are held
equal. With g = Z'e and S its variance with b taken as true, W = g'S^-1 g is compared through
F = W/(U - W) (U - q)/q with F(q, U - q), U being rows less parameters, or clusters. Where errors
are alike this is the F test of the instruments; the size does not depend on how strongly they move
x. The set of values not rejected is a confidence set: empty where no value fits all instruments,
the whole line where the instruments say nothing, and perhaps in pieces.

The inequality is one of polynomials in b. With b = s tan(t) it becomes one in a trigonometric
polynomial of known degree, whose roots give the set exactly, its infinite ends included.

References
----------
Anderson and Rubin (1949). Dufour (1997): a set that is never unbounded cannot have its level.
Mikusheva (2010): the set by a quadratic inequality. Hotelling (1931): the reference for clusters,
exact where their sums of scores are normal and alike.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from scipy import stats
from scipy.optimize import brentq

from ..covariance import Kind as RuleKind
from ..covariance import require_rule, small_sample_factor
from ..frames import takes_frame
from ..specification import Specification
from .identification import (
    IdentificationError,
    Instruments,
    Partialled,
    identified_sample,
    partialled,
)
from .weak_instruments import score_sums

Kind = Literal["empty", "interval", "ray", "rays", "line", "pieces"]


@dataclass(frozen=True, slots=True, repr=False)
class ConfidenceSet:
    """A set of values that may be empty, unbounded or in pieces.

    Parameters
    ----------
    pieces : closed pieces from low to high, apart from each other; ends may be infinite
    level : confidence level
    """

    pieces: tuple[tuple[float, float], ...]
    level: float = 0.95

    def __post_init__(self) -> None:
        ends = [end for piece in self.pieces for end in piece]
        backwards = any(low > high for low, high in self.pieces)
        touching = any(b >= c for b, c in zip(ends[1::2], ends[2::2], strict=False))
        if backwards or touching:
            raise ValueError(f"pieces {self.pieces} are not in order and apart")

    @property
    def kind(self) -> Kind:
        """Its shape."""
        endless = [not np.isfinite(end) for piece in self.pieces for end in piece]
        shapes: dict[tuple[bool, ...], Kind] = {
            (): "empty",
            (False, False): "interval",
            (True, True): "line",
            (True, False): "ray",
            (False, True): "ray",
            (True, False, False, True): "rays",
        }
        return shapes.get(tuple(endless), "pieces")

    @property
    def bounded(self) -> bool:
        """Whether it is one interval with two ends."""
        return self.kind == "interval"

    def __contains__(self, value: float) -> bool:
        return any(low <= value <= high for low, high in self.pieces)

    def __repr__(self) -> str:
        return f"{self.level:.0%} confidence set: {self.in_words()}"

    def in_words(self, write: Callable[[float], str] = "{:.3g}".format) -> str:
        """The set in words; ``write`` writes an end.

        Examples
        --------
        >>> ConfidenceSet(((-np.inf, 1.0), (2.0, np.inf))).in_words()
        '1 or below, or 2 or above'
        """
        if self.kind == "empty":
            return "no value"
        if self.kind == "line":
            return "every value"
        return ", or ".join(_piece_words(low, high, write) for low, high in self.pieces)


def _piece_words(low: float, high: float, write: Callable[[float], str]) -> str:
    if np.isinf(low):
        return f"{write(high)} or below"
    if np.isinf(high):
        return f"{write(low)} or above"
    return f"{write(low)} to {write(high)}"


@dataclass(frozen=True, slots=True)
class AndersonRubin:
    """The test of one value of the coefficients.

    Parameters
    ----------
    statistic : F
    df : degrees of freedom of its reference
    p_value : probability of a larger one if the value is true
    """

    statistic: float
    df: tuple[int, int]
    p_value: float


@takes_frame
def anderson_rubin(
    frame: pd.DataFrame,
    specification: Specification,
    instruments: Instruments,
    level: float = 0.95,
) -> ConfidenceSet:
    """The Anderson-Rubin set of an equation with one endogenous regressor.

    Raises
    ------
    IdentificationError, SpecificationError
        See `identified_sample`; several endogenous regressors; no more clusters than instruments.
    """
    require_rule(specification, "an Anderson-Rubin set", ("classical", "robust", "clustered"))
    parts = partialled(identified_sample(frame, specification, instruments))
    return anderson_rubin_set(parts, level)


def anderson_rubin_test(parts: Partialled, value: np.ndarray | float) -> AndersonRubin:
    """The test of ``value``, (m,) or a number, for columns already partialled out."""
    q, units = parts.instruments.shape[1], _units(parts)
    error = parts.outcome - parts.endogenous @ np.atleast_1d(np.asarray(value, dtype=float))
    score = parts.instruments.T @ error
    wald = score @ np.linalg.solve(_covariance(parts, error, error), score)
    df = (q, units - q)
    statistic = float(wald / (units - wald) * df[1] / q)
    return AndersonRubin(statistic, df, float(stats.f.sf(statistic, *df)))


def anderson_rubin_set(parts: Partialled, level: float = 0.95) -> ConfidenceSet:
    """The values that `anderson_rubin_test` does not reject, found as roots of a polynomial."""
    if parts.endogenous.shape[1] != 1:
        raise IdentificationError(
            "an Anderson-Rubin set is drawn for one endogenous regressor, and there are "
            f"{parts.endogenous.shape[1]}; test values with anderson_rubin_test"
        )
    q, units = parts.instruments.shape[1], _units(parts)
    share = float(stats.beta.ppf(level, q / 2, (units - q) / 2))
    regressor = parts.endogenous[:, 0]
    size = float(np.linalg.norm(parts.outcome) / np.linalg.norm(regressor))
    sides = np.column_stack([parts.outcome / size, regressor])
    degree = q if parts.robust else 1
    return ConfidenceSet(_pieces(_excess(parts, sides, units * share), degree, size), level)


def _units(parts: Partialled) -> int:
    """Rows less the parameters taken out, or clusters: what the test counts as independent."""
    q = parts.instruments.shape[1]
    if parts.clusters is None:
        return len(parts.outcome) - parts.parameters
    groups = int(parts.clusters.max()) + 1
    if groups <= q:
        raise IdentificationError(
            f"{groups} clusters cannot carry a joint test of {q} instruments; more clusters than "
            "instruments are needed"
        )
    return groups


def _covariance(parts: Partialled, one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Covariance (q, q) of Z'e for errors (n,) of a value taken as true."""
    n, q = parts.instruments.shape
    if not parts.robust:
        return np.asarray(one @ other / _units(parts) * np.eye(q))
    kind: RuleKind = "HC1" if parts.clusters is None else "CR0"
    factor = small_sample_factor(kind, n, n - _units(parts))
    return np.asarray(factor * score_sums(parts, one).T @ score_sums(parts, other))


def _excess(parts: Partialled, sides: np.ndarray, bound: float) -> Callable[[float], float]:
    """det(S) (g'S^-1 g - bound) at an angle: not above zero where the value is not rejected.

    ``sides`` (n, 2) are outcome and regressor in like units; the error at angle t is
    cos(t) outcome - sin(t) regressor, so that its score g is linear and the variance S quadratic in
    (cos t, sin t). In the classical case S is a number times the identity, and one power of the
    number is enough.
    """
    scores = parts.instruments.T @ sides
    blocks = np.array(
        [[_covariance(parts, sides[:, i], sides[:, j]) for j in range(2)] for i in range(2)]
    )

    def excess(angle: float) -> float:
        turn = np.array([np.cos(angle), -np.sin(angle)])
        score = scores @ turn
        variance = np.einsum("i,j,ijkl->kl", turn, turn, blocks)
        if not parts.robust:
            return float(score @ score - bound * variance[0, 0])
        wald = score @ np.linalg.solve(variance, score)
        return float(np.linalg.det(variance) * (wald - bound))

    return excess


def _pieces(
    excess: Callable[[float], float], degree: int, size: float
) -> tuple[tuple[float, float], ...]:
    """Values ``size`` x tan(angle) at which a trigonometric polynomial is not above zero.

    The polynomial has period pi and the given degree in twice the angle. Its coefficients come
    from as many values, its roots from a companion matrix. A root off the unit circle adds a cut
    between two arcs of one sign, which are then joined.
    """
    count = 2 * degree + 1
    values = [excess(np.pi * step / count) for step in range(count)]
    coefficients = np.fft.fftshift(np.fft.fft(values))[::-1]
    cuts = np.unique(np.angle(np.roots(coefficients)) / 2)
    if not len(cuts):
        return ((-np.inf, np.inf),) if values[0] <= 0 else ()
    around = np.append(cuts, cuts[0] + np.pi)
    middles = (around[1:] + around[:-1]) / 2
    inside = np.array([excess(middle) <= 0 for middle in middles])
    if inside.all() or not inside.any():
        return ((-np.inf, np.inf),) if inside.all() else ()
    changes = np.flatnonzero(inside != np.roll(inside, 1)).tolist()
    ends = [_end(excess, middles, change) for change in changes]
    if not inside[changes[0]]:
        ends = [*ends[1:], ends[0] + np.pi]
    arcs = zip(ends[::2], ends[1::2], strict=True)
    return _in_values(list(arcs), size)


def _end(excess: Callable[[float], float], middles: np.ndarray, change: int) -> float:
    """The angle at which the sign changes between an arc and the one before it."""
    before = middles[change - 1] - (np.pi if change == 0 else 0)
    return float(brentq(excess, before, middles[change], xtol=1e-14))


def _in_values(arcs: list[tuple[float, float]], size: float) -> tuple[tuple[float, float], ...]:
    """Arcs of angles as pieces of the line; one that passes pi/2 is cut at infinity."""
    pieces = []
    for start, end in arcs:
        turns = np.floor(start / np.pi + 0.5)
        first, last = start - turns * np.pi, end - turns * np.pi
        low, high = float(size * np.tan(first)), float(size * np.tan(last))
        if last < np.pi / 2:
            pieces.append((low, high))
        else:
            pieces += [(low, np.inf), (-np.inf, high)]
    return tuple(sorted(pieces))
