"""Wild cluster restricted bootstrap: a p value and an interval for few or uneven clusters.

The hypothesis is imposed, each cluster's restricted residuals are multiplied by one random sign,
and the t statistic (CR1) of the made-up outcome is set beside the real one. Numerator and scores of
a draw are linear in the hypothesised value, so that all values share one set of draws and the
interval costs no more than the test.

References
----------
Cameron, Gelbach and Miller (2008). Webb (2023): six points for few clusters. Davidson and
MacKinnon (2010), Roodman, Nielsen, MacKinnon and Webb (2019): the restricted bootstrap and its
inversion.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from ..covariance import small_sample_factor, told_by_one
from ..design import Design, design
from ..frames import takes_frame
from ..record import Record, as_text
from ..sample import take_sample
from ..specification import Specification, SpecificationError, require_word

Weights = Literal["rademacher", "webb"]
WEBB = np.sqrt([0.5, 1.0, 1.5])
FEW_CLUSTERS = 10
"""With fewer clusters two signs give too few different statistics; Webb's six points are used."""
_ROWS = 20_000_000
"""Draws times clusters that are held at once."""
_SAME = 1e-9
"""Statistics nearer than this, relatively, are the same: the draw of equal signs is the data."""
_DOUBLINGS = 12
_HALVINGS = 50


@dataclass(frozen=True, slots=True, repr=False)
class WildBootstrap(Record):
    """One coefficient's test and interval.

    Parameters
    ----------
    term, null : the coefficient and its hypothesised value
    estimate, statistic : the coefficient and its t against ``null`` by CR1
    p_value : two-sided, symmetric; see ``rule``
    low, high : ends of the interval at ``level``; infinite where no value is rejected on that side
    statistics : (draws,) t of the draws under ``null``
    clusters, draws : numbers
    rule : weights, draws, variance and how ties count, in words
    """

    term: str
    null: float
    estimate: float
    statistic: float
    p_value: float
    low: float
    high: float
    level: float
    statistics: np.ndarray
    clusters: int
    draws: int
    rule: str

    def tidy(self) -> pd.DataFrame:
        """One row: the estimate, its t by CR1, the bootstrap's p value and interval."""
        return pd.DataFrame(
            {
                "term": [self.term],
                "estimate": [self.estimate],
                "statistic": [self.statistic],
                "p_value": [self.p_value],
                "ci_low": [self.low],
                "ci_high": [self.high],
            }
        )

    def heading(self) -> str:
        return f"Is {self.term} {as_text(self.null)}? Interval at {self.level:g}"

    def notes(self) -> Sequence[str]:
        return (self.rule,)


@dataclass(frozen=True, slots=True)
class _Lines:
    """Of the data (first entry) and each draw: estimate less null, and its squared error, in r.

    top = a - b r, error^2 = c - 2 d r + e r^2.
    """

    a: np.ndarray
    b: np.ndarray
    c: np.ndarray
    d: np.ndarray
    e: np.ndarray

    def statistics(self, null: float) -> np.ndarray:
        square = self.c - 2 * null * self.d + null**2 * self.e
        return np.asarray((self.a - null * self.b) / np.sqrt(np.maximum(square, 1e-300)))


@takes_frame
def wild_cluster_bootstrap(
    frame: pd.DataFrame,
    specification: Specification,
    term: str,
    rng: np.random.Generator,
    *,
    null: float = 0.0,
    draws: int = 9999,
    weights: Weights | None = None,
    level: float = 0.95,
) -> WildBootstrap:
    """Test ``term`` = ``null`` and find the values that are not rejected.

    Parameters
    ----------
    rng : generator of the signs; unused where all 2^G sign vectors are taken
    draws : random draws; all 2^G Rademacher vectors are taken instead if they are not more
    weights : None means Webb's below `FEW_CLUSTERS` clusters, Rademacher's otherwise

    Raises
    ------
    SpecificationError
        The term has no coefficient, or one cluster alone tells it; no cluster column, and all of
        `take_sample`.
    """
    if weights is not None:
        require_word("weights", weights, Weights)
    if term not in specification.terms:
        raise SpecificationError(f"{term} is not among the terms of {specification.name}")
    sample = take_sample(frame, specification)
    parts = design(sample)
    groups = len(parts.starts)
    column = specification.terms.index(term)
    if told_by_one(parts)[:, column].any():
        raise SpecificationError(
            f"specification {specification.name}: one {specification.clusters} alone tells the "
            f"coefficient of {term}, so signs of clusters say nothing of its error; placebo places "
            "can serve instead"
        )
    kind = weights or ("webb" if groups < FEW_CLUSTERS else "rademacher")
    whole = kind == "rademacher" and groups < 40 and 2**groups <= draws
    signs = _every_sign(groups) if whole else _draw(kind, (draws, groups), rng)
    n = len(sample.rows)
    factor = small_sample_factor("CR1", n, sample.parameters, groups)
    estimate = float(parts.coefficients[column])
    lines, real = _lines(parts, column, signs, factor)
    error = float(np.sqrt(real.c[0]))

    def p_value(value: float) -> float:
        return _share(lines.statistics(value), (estimate - value) / error, whole)

    low, high = (_end(p_value, estimate, way * error, 1 - level) for way in (-1, 1))
    count = f"all {len(signs)} sign vectors" if whole else f"{len(signs)} draws"
    name = {"rademacher": "Rademacher", "webb": "Webb"}[kind]
    return WildBootstrap(
        term=term,
        null=null,
        estimate=estimate,
        statistic=(estimate - null) / error,
        p_value=p_value(null),
        low=low,
        high=high,
        level=level,
        statistics=lines.statistics(null),
        clusters=groups,
        draws=len(signs),
        rule=f"wild cluster restricted bootstrap by {specification.clusters}, G = {groups}, "
        f"{name} weights, {count}, t by CR1, two-sided, ties count"
        + ("" if whole else ", the data counted as one draw"),
    )


def _lines(parts: Design, column: int, signs: np.ndarray, factor: float) -> tuple[_Lines, _Lines]:
    """The draws' lines, and the data's own.

    With x the term without everything else, u(r) = y - r x the restricted residuals and s a draw's
    signs, the estimate less r is sum_g s_g x_g'u_g / x'x and cluster g's score is
    s_g x_g'u_g - x_g'Q_g sum_h s_h Q_h'u_h: the second part is what the refit takes out.
    """
    others = np.delete(np.arange(parts.right.shape[1]), column)
    left = parts.right[:, others]
    target = np.column_stack([parts.outcome, parts.right[:, column]])
    if len(others):
        target = target - left @ np.linalg.lstsq(left, target)[0]
    outcome, own = target.T
    length = float(own @ own)
    carried = parts.sums(parts.basis * own[:, None])
    tops, scores = [], []
    for residual in (outcome, own):
        direct = parts.sums(own * residual)
        refit = parts.sums(parts.basis * residual[:, None])
        tops.append((direct / length, direct))
        scores.append(refit)
    squares = np.empty((3, len(signs)))
    at_once = max(1, _ROWS // len(parts.starts))
    for start in range(0, len(signs), at_once):
        some = signs[start : start + at_once]
        first, second = (
            some * top[1] - (some @ refit) @ carried.T
            for top, refit in zip(tops, scores, strict=True)
        )
        squares[:, start : start + at_once] = [
            np.einsum("dg,dg->d", one, two)
            for one, two in ((first, first), (first, second), (second, second))
        ]
    squares *= factor / length**2
    draws = _Lines(signs @ tops[0][0], signs @ tops[1][0], *squares)
    fitted = parts.sums(own * parts.residual)
    zero = np.zeros(1)
    square = np.array([factor * float(fitted @ fitted) / length**2])
    return draws, _Lines(np.array([outcome @ own / length]), np.ones(1), square, zero, zero)


def _share(statistics: np.ndarray, real: float, whole: bool) -> float:
    as_far = int(np.count_nonzero(np.abs(statistics) >= abs(real) * (1 - _SAME)))
    if whole:
        return as_far / len(statistics)
    return (1 + as_far) / (1 + len(statistics))


def _end(p_value: Callable[[float], float], estimate: float, step: float, alpha: float) -> float:
    """The value furthest from the estimate, along ``step``, that is not rejected."""
    inside, outside = 0.0, 1.0
    for _ in range(_DOUBLINGS):
        if p_value(estimate + outside * step) <= alpha:
            break
        inside, outside = outside, 2 * outside
    else:
        return float(np.copysign(np.inf, step))
    for _ in range(_HALVINGS):
        middle = (inside + outside) / 2
        if p_value(estimate + middle * step) <= alpha:
            outside = middle
        else:
            inside = middle
    return estimate + inside * step


def _every_sign(groups: int) -> np.ndarray:
    codes = np.arange(2**groups)[:, None] >> np.arange(groups) & 1
    return np.asarray(2.0 * codes - 1)


def _draw(kind: str, shape: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    signs = 2.0 * rng.integers(0, 2, shape) - 1
    return signs if kind == "rademacher" else signs * WEBB[rng.integers(0, 3, shape)]
