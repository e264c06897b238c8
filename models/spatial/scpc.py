"""How sure is an estimate when errors may go together over any distance?

Conley's variance has to be told where likeness ends, and is too small where likeness is strong.
Spatial-correlation principal components (SCPC) start from the strongest likeness that is to be
guarded against: errors with correlation exp(-c d), d their distance, whose mean over all pairs is
a declared number. The terms w_i that the estimate is a mean of are laid along the q patterns that
such errors vary in most, r_1 to r_q, at right angles to a constant:

    estimate / error,    error^2 = sum_j (r_j'w)^2 / (q n).

The critical value is the smallest at which no c up to the declared one rejects too often, and q
makes the interval shortest where errors are independent. In a regression likeness of the errors
meets that of the regressor: the critical value then also holds if the terms are the regressor's
sizes times such errors, with what the other columns take out of them.

References
----------
Müller and Watson (2022), Econometrica 90(6): the method. Müller and Watson (2023), Journal of
Business and Economic Statistics 41(4): regressions. Numbers of the authors' Stata command are in
``tests/reference/test_scpc.py``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import linalg, optimize, special, stats

from ..absorb import absorb
from ..frames import takes_frame
from ..record import Record, reasons
from ..sample import Sample
from ..specification import Specification, SpecificationError
from .placed import EASTING_NORTHING, Metric, distances, placed_sample

AVERAGE_CORRELATION = 0.03
"""The authors' choice of the mean correlation of all pairs that is guarded against."""
_LEAST_CORRELATION = 1e-5
_STEP = 1.2
_STEEPEST = 5000.0
"""Decay over the largest distance beyond which errors count as independent."""
_FEWEST = 5
_ANGLES = np.sin((np.arange(200) + 0.5) * np.pi / 400) ** 2


@dataclass(frozen=True, slots=True)
class ScpcTerm:
    """A regressor: its coefficient, and what it has to be held against."""

    term: str
    estimate: float
    std_error: float
    statistic: float
    critical: float
    p_value: float
    ci_low: float
    ci_high: float


@dataclass(frozen=True, slots=True, repr=False)
class Scpc(Record):
    """A fitted specification with errors of SCPC; ``found["x"]`` is one of its regressors.

    Parameters
    ----------
    specification : what was asked
    terms : one a regressor
    components : q, the number of patterns the error is measured along
    average_correlation : mean correlation of all pairs of errors that is guarded against
    halves_over : distance over which the correlation guarded against falls by half, in the unit of
        the coordinates or in kilometres
    n : rows used
    level : of the intervals
    dropped : rows not used, by reason
    """

    specification: Specification
    terms: tuple[ScpcTerm, ...]
    components: int
    average_correlation: float
    halves_over: float
    n: int
    level: float
    dropped: Mapping[str, int]

    def __getitem__(self, term: str) -> ScpcTerm:
        found = {each.term: each for each in self.terms}
        if term not in found:
            raise SpecificationError(f"no regressor {term} among {', '.join(found)}")
        return found[term]

    def tidy(self) -> pd.DataFrame:
        """One row a regressor; ``critical`` is what the statistic has to exceed."""
        return pd.DataFrame(self.terms)

    def heading(self) -> str:
        return f"{self.specification.title or self.specification.name}, errors of any spatial reach"

    def notes(self) -> Sequence[str]:
        rule = (
            f"SCPC with q = {self.components}: right for errors whose correlation is at most "
            f"{self.average_correlation:g} in the mean of all pairs"
        )
        left = f"not used: {reasons(self.dropped)}" if self.dropped else ""
        return (f"{self.n:,} rows", rule, left)


@takes_frame
def scpc(
    frame: pd.DataFrame,
    specification: Specification,
    average_correlation: float = AVERAGE_CORRELATION,
    *,
    coordinates: tuple[str, str] = EASTING_NORTHING,
    metric: Metric = "plane",
    level: float = 0.95,
) -> Scpc:
    """Least squares, weighted and with absorbed effects, with errors of SCPC for its regressors.

    Parameters
    ----------
    frame : one row an observation, with the specification's columns and the coordinates
    specification : as for `cross_section`; its own variance rule and clusters are set aside
    average_correlation : mean correlation of all pairs of errors to be guarded against
    coordinates, metric : where the rows are, and how far apart; see `ConleyRule`
    level : of the intervals

    Raises
    ------
    SpecificationError
        See `placed_sample`; fewer than five rows; all rows at one point; an average correlation
        outside 0.001 to 0.99.
    """
    if not 0.001 <= average_correlation <= 0.99:
        raise SpecificationError(
            f"an average correlation of {average_correlation:g} cannot be guarded against; "
            "choose one from 0.001 to 0.99, such as 0.03"
        )
    sample, places = placed_sample(frame, specification, coordinates, metric)
    apart = distances(places, metric)
    furthest = float(apart.max())
    if len(places) < _FEWEST or furthest == 0:
        raise SpecificationError(
            f"specification {specification.name}: {len(places)} rows, the furthest {furthest:g} "
            f"apart; SCPC needs {_FEWEST} rows or more in different places"
        )
    apart = apart / furthest
    decays = _decays(apart, average_correlation)
    fits = [_Fit.of(sample, index) for index in range(len(specification.regressors))]
    plain, conditional, components = _chosen(apart, decays, fits, average_correlation)
    patterns = _patterns(apart, decays[0], components)[:, 1:]
    size = components + 1
    every = [[root[:size, :size] for root in roots] for roots in (plain, *conditional)]
    terms = [
        fit.term(patterns, (every[0], own), level) for fit, own in zip(fits, every[1:], strict=True)
    ]
    return Scpc(
        specification,
        tuple(terms),
        components,
        average_correlation,
        furthest * float(np.log(2)) / float(decays[0]),
        len(places),
        level,
        sample.dropped,
    )


@dataclass(frozen=True, slots=True)
class _Fit:
    """A regressor free of the other columns, and the fit's residual, times the root of weights."""

    sample: Sample
    name: str
    estimate: float
    own: np.ndarray
    residual: np.ndarray
    basis: np.ndarray

    @classmethod
    def of(cls, sample: Sample, index: int) -> _Fit:
        root = np.sqrt(sample.weights)
        right, outcome = root[:, None] * sample.within_right, root * sample.within_outcome
        basis = np.linalg.qr(right)[0]
        others = np.linalg.qr(np.delete(right, index, axis=1))[0]
        own = right[:, index] - others @ (others.T @ right[:, index])
        estimate = float(own @ outcome / (own @ own))
        return cls(
            sample, sample.terms[index], estimate, own, outcome - basis @ (basis.T @ outcome), basis
        )

    def moved(self, patterns: np.ndarray) -> np.ndarray:
        """The patterns' counterparts in errors that the regressor multiplies."""
        root = np.sqrt(self.sample.weights)[:, None]
        signed = np.sign(self.own)[:, None] * patterns[:, 1:]
        left = root * absorb(signed / root, self.sample.effects, self.sample.weights).values
        left = left - self.basis @ (self.basis.T @ left)
        moved = np.column_stack([np.abs(self.own) * patterns[:, 0], self.own[:, None] * left])
        return np.asarray(moved / np.linalg.norm(self.own))

    def term(
        self, patterns: np.ndarray, forms: tuple[list[np.ndarray], list[np.ndarray]], level: float
    ) -> ScpcTerm:
        """The regressor against the larger of the critical values of both forms."""
        rows, components = patterns.shape
        terms = rows * self.own * self.residual / (self.own @ self.own)
        error = float(np.linalg.norm(patterns.T @ terms) / np.sqrt(components * rows))
        statistic = self.estimate / error
        critical = max(_critical(form, 1 - level) for form in forms)
        p_value = max(
            _rejection(root, statistic**2 / components) for form in forms for root in form
        )
        reach = critical * error
        return ScpcTerm(
            self.name,
            self.estimate,
            error,
            statistic,
            critical,
            p_value,
            self.estimate - reach,
            self.estimate + reach,
        )


def _decays(apart: np.ndarray, average_correlation: float) -> np.ndarray:
    """Decays from the declared correlation to next to none, each a fifth steeper."""
    pairs = apart[np.triu_indices(len(apart), 1)]

    def steepness(average: float) -> float:
        def over(log_decay: float) -> float:
            return float(np.exp(-np.exp(log_decay) * pairs).mean()) - average

        ends = np.log([1e-6, _STEEPEST])
        return float(np.exp(optimize.brentq(over, *ends))) if over(ends[1]) < 0 else _STEEPEST

    mildest, steepest = steepness(average_correlation), steepness(_LEAST_CORRELATION)
    steps = max(2, int(np.ceil(np.log(steepest / mildest) / np.log(_STEP))))
    return np.asarray(mildest * _STEP ** np.arange(steps))


def _patterns(apart: np.ndarray, decay: float, most: int) -> np.ndarray:
    """A constant and the first patterns of the centred correlations, of length one, (n, 1 + q)."""
    likeness = np.exp(-decay * apart)
    likeness -= likeness.mean(axis=0)
    likeness -= likeness.mean(axis=1)[:, None]
    rows = len(apart)
    vectors = linalg.eigh(likeness, subset_by_index=(rows - most, rows - 1))[1][:, ::-1]
    return np.column_stack([np.full(rows, rows**-0.5), vectors])


def _chosen(
    apart: np.ndarray, decays: np.ndarray, fits: Sequence[_Fit], average_correlation: float
) -> tuple[list[np.ndarray], list[list[np.ndarray]], int]:
    """Roots of the forms at every decay, of the patterns and of each fit's own, and q."""
    rows = len(apart)
    most = 10 if average_correlation >= 0.05 else 20 if average_correlation >= 0.01 else 60
    while True:
        most = min(most, rows - 1)
        patterns = _patterns(apart, float(decays[0]), most)
        columns = [patterns, *(fit.moved(patterns) for fit in fits)]
        roots: list[list[np.ndarray]] = [[] for _ in columns]
        for decay in decays:
            likeness = np.exp(-decay * apart)
            for own, column in zip(roots, columns, strict=True):
                own.append(_root(column.T @ likeness @ column))
        lengths = [_length(roots[0], components) for components in range(1, most + 1)]
        components = int(np.argmin(lengths)) + 1
        if components < most or most == rows - 1:
            return roots[0], roots[1:], components
        most = round(1.5 * most)


def _root(form: np.ndarray) -> np.ndarray:
    """The triangular root, whose leading blocks are roots of the form's."""
    rounding = np.finfo(float).eps * len(form) * float(np.trace(form))
    return np.asarray(np.linalg.cholesky(form + rounding * np.eye(len(form))))


def _length(roots: Sequence[np.ndarray], components: int) -> float:
    """Expected length of the interval, where errors are independent, in standard errors."""
    size = components + 1
    critical = _critical([root[:size, :size] for root in roots], 0.05)
    ratio = special.gammaln(size / 2) - special.gammaln(components / 2)
    return float(critical * np.exp(ratio) / np.sqrt(components))


def _critical(roots: Sequence[np.ndarray], size: float) -> float:
    """What the statistic exceeds with at most this chance at any decay."""
    components = len(roots[0]) - 1
    least = stats.t.isf(size / 2, components) ** 2 / components
    worst = 0
    while True:
        bound = _bound(roots[worst], size, least)
        chances = [_rejection(root, bound) for root in roots]
        highest = int(np.argmax(chances))
        if highest == worst or chances[highest] <= size:
            return float(np.sqrt(bound * components))
        worst, least = highest, bound


def _bound(root: np.ndarray, size: float, least: float) -> float:
    """The bound at which `_rejection` is ``size``, or ``least`` where that is enough."""

    def over(log_bound: float) -> float:
        return _rejection(root, float(np.exp(log_bound))) - size

    low = high = float(np.log(least))
    if over(low) <= 0:
        return least
    while over(high) > 0:
        high += 1
    return float(np.exp(optimize.brentq(over, low, high, xtol=1e-7)))


def _rejection(root: np.ndarray, bound: float) -> float:
    """Chance of z_0^2 > bound (z_1^2 + ... + z_q^2), for normal z with covariance root root'.

    The form has one positive root; in units of it z_0^2 > sum_j e_j z_j^2 with independent z. Given
    the sum S that is twice the normal's tail beyond S^1/2, or the mean over angles of
    exp(-S / 2 sin^2) (Craig 1991), whose expectation is a product.
    """
    signs = np.full(len(root), -bound)
    signs[0] = 1.0
    *negative, positive = np.linalg.eigvalsh(root.T @ (signs[:, None] * root))
    ratios = np.maximum(-np.array(negative) / positive, 0)
    return float(np.exp(-0.5 * np.log1p(ratios / _ANGLES[:, None]).sum(axis=1)).mean())
