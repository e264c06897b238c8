"""Every specification that was declared beforehand, and one test of them together.

The analyst's choices (controls, effects, weights, which areas) are crossed; each crossing is
estimated. The joint test asks whether a curve like this would be usual if the term, given all
controls and effects, had nothing to do with the outcome: the term's residual on everything is
permuted within blocks and put back on its fit, so that each specification keeps whatever its
missing controls do to it, and the whole curve is estimated again.

References
----------
Simonsohn, Simmons and Nelson (2020), Nature Human Behaviour 4. Freedman and Lane (1983):
permuting residuals where other columns are held equal.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd
from scipy import stats

from ..absorb import absorb
from ..clusters import by_cluster
from ..covariance import small_sample_factor
from ..frames import column_faults, require_frame
from ..sample import complete_rows, without_singletons
from ..specification import Specification, SpecificationError
from ..tolerance import least_length

_SAME = 1e-12
"""Share of the largest median by which two distances are one, whatever rounding says."""


@dataclass(frozen=True, slots=True)
class Universe:
    """The declared choices; every combination is a specification.

    Parameters
    ----------
    term, outcome, clusters : columns
    controls, effects : by name in words, the columns of each choice
    weights : by name in words, a column or None
    size, minimums : rows are used where column ``size`` is at least each minimum in turn
    """

    term: str
    outcome: str
    clusters: str
    controls: Mapping[str, tuple[str, ...]]
    effects: Mapping[str, tuple[str, ...]]
    weights: Mapping[str, str | None]
    size: str
    minimums: tuple[float, ...]

    def __len__(self) -> int:
        return len(self.controls) * len(self.effects) * len(self.weights) * len(self.minimums)

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that any specification uses."""
        chosen = [name for options in (self.controls, self.effects) for name in _flat(options)]
        weights = [name for name in self.weights.values() if name]
        names = (self.outcome, self.term, self.clusters, self.size, *chosen, *weights)
        return tuple(dict.fromkeys(names))


@dataclass(frozen=True, slots=True)
class JointTest:
    """The curve beside the curves of permuted terms.

    Parameters
    ----------
    estimated, refused : specifications with and without an estimate
    median, usual : median estimate, and the mean of the permuted curves' medians
    share_same_sign : share of estimates with the sign of the median
    share_apart : share with that sign and a 95% interval that leaves out zero
    p_median, p_share_apart : shares of permutations with a median as far from the mean of all
        medians, and with at least that share apart on their side; the data count as one of them
    p_median_low, p_median_high : 95% interval of the p that all permutations would give
    permutations, interval_permutations : number behind the p of the median, and of the intervals
    curve : all estimates, as `specification_curve`
    """

    estimated: int
    refused: int
    median: float
    usual: float
    share_same_sign: float
    share_apart: float
    p_median: float
    p_share_apart: float
    p_median_low: float
    p_median_high: float
    permutations: int
    interval_permutations: int
    curve: pd.DataFrame


@dataclass(frozen=True, slots=True)
class _Curve:
    """Estimates by specification and column, the data's first, and the first columns' errors."""

    choices: pd.DataFrame
    estimates: np.ndarray
    errors: np.ndarray
    df: np.ndarray


def specification_curve(frame: pd.DataFrame, universe: Universe) -> pd.DataFrame:
    """All estimates of the universe, smallest first.

    Returns
    -------
    DataFrame
        ``controls, effects, weights, minimum, estimate, std_error, ci_low, ci_high, p_value, n,
        clusters``: least squares with CR1, as `cross_section`. A specification inside whose
        effects the term does not vary, or whose rows or clusters are too few, has NaN, last; rows
        that a minimum leaves empty make none.

    Raises
    ------
    SpecificationError
        Columns that are not there; no specification with an estimate.
    """
    rows = _complete(frame, universe)
    term = rows[universe.term].to_numpy(dtype=float)[:, None]
    return _tidy(_curve(rows, universe, term, 1))


def joint_test(
    frame: pd.DataFrame,
    universe: Universe,
    null: Specification,
    within: str,
    rng: np.random.Generator,
    permutations: int = 1999,
    interval_permutations: int = 199,
) -> JointTest:
    """Whether the curve is unusual when the term has nothing to do with the outcome.

    Parameters
    ----------
    null : the equation that holds most equal, with ``universe.term`` among its regressors; the
        term's residual on the rest of it is what is permuted
    within : column of the blocks within which residuals change places
    rng : generator of the permutations
    interval_permutations : as many of them, at most all, have errors estimated too, which takes
        most of the time
    """
    rows = _complete(frame, universe)
    terms = _permuted(rows, universe.term, null, within, rng, permutations)
    with_errors = 1 + min(interval_permutations, permutations)
    curve = _curve(rows, universe, terms, with_errors)
    kept = np.isfinite(curve.estimates[:, 0])
    estimates, errors, df = curve.estimates[kept], curve.errors[kept], curve.df[kept]
    medians = np.median(estimates, axis=0)
    signs = np.where(medians < 0, -1.0, 1.0)
    reach = stats.t.ppf(0.975, df)[:, None] * errors
    apart = (signs * estimates)[:, :with_errors] > reach
    shares = apart.mean(axis=0)
    # Missing controls pull the permuted curves too, so their centre is not zero; the data count as
    # one of them, as they do in the p value.
    distance = np.abs(medians - medians.mean())
    as_far = int((distance[1:] >= distance[0] - _SAME * np.abs(medians).max()).sum())
    low, high = _interval(as_far, permutations)
    return JointTest(
        estimated=int(kept.sum()),
        refused=int((~kept).sum()),
        median=float(medians[0]),
        usual=float(medians[1:].mean()),
        share_same_sign=float((signs[0] * estimates[:, 0] > 0).mean()),
        share_apart=float(shares[0]),
        p_median=(1 + as_far) / (1 + permutations),
        p_share_apart=float((1 + (shares[1:] >= shares[0]).sum()) / with_errors),
        p_median_low=low,
        p_median_high=high,
        permutations=permutations,
        interval_permutations=with_errors - 1,
        curve=_tidy(curve),
    )


def _interval(successes: int, trials: int) -> tuple[float, float]:
    """Clopper and Pearson's interval of a share."""
    failures = trials - successes
    low = stats.beta.ppf(0.025, successes, failures + 1) if successes else 0.0
    high = stats.beta.ppf(0.975, successes + 1, failures) if failures else 1.0
    return float(low), float(high)


def _permuted(
    rows: pd.DataFrame,
    term: str,
    null: Specification,
    within: str,
    rng: np.random.Generator,
    permutations: int,
) -> np.ndarray:
    """The term, then its fit plus residuals that changed places, (n, 1 + permutations)."""
    controls = tuple(name for name in null.terms if name != term)
    if term not in null.terms:
        raise SpecificationError(f"{null.name} does not hold the term {term}")
    values = rows[term].to_numpy(dtype=float)
    weights = np.ones(len(rows))
    codes = tuple(pd.factorize(rows[name])[0] for name in null.effects)
    columns = rows[[term, *controls]].to_numpy(dtype=float)
    taken = absorb(columns, codes, weights).values
    residual = taken[:, 0]
    if controls:
        residual = residual - taken[:, 1:] @ np.linalg.lstsq(taken[:, 1:], residual)[0]
    blocks = pd.factorize(rows[within])[0]
    keys = rng.random((permutations, len(rows)))
    home = np.argsort(blocks, kind="stable")
    drawn = np.argsort(blocks + keys, axis=-1)
    shuffled = np.empty_like(keys)
    shuffled[:, home] = residual[drawn]
    return np.column_stack([values, ((values - residual) + shuffled).T])


def _curve(rows: pd.DataFrame, universe: Universe, terms: np.ndarray, with_errors: int) -> _Curve:
    """Every specification for every column of ``terms``, with the first columns' errors."""
    records, estimates, errors, df = [], [], [], []
    place = {name: index for index, name in enumerate(dict.fromkeys(_flat(universe.controls)))}
    sets = {name: [place[one] for one in names] for name, names in universe.controls.items()}
    for part in _parts(rows, universe, terms):
        for name, held in sets.items():
            points, error = np.full(terms.shape[1], np.nan), np.full(with_errors, np.nan)
            if part.groups > 1 and part.n > part.parameters(held):
                points[:with_errors], error = part.fit(held, with_errors)
                points[with_errors:] = part.points(held, with_errors)
            estimates.append(points)
            errors.append(error)
            df.append(part.groups - 1.0)
            records.append({"controls": name, **part.choice, "n": part.n, "clusters": part.groups})
    curve = _Curve(pd.DataFrame(records), np.array(estimates), np.array(errors), np.array(df))
    if not np.isfinite(curve.estimates[:, 0]).any():
        raise SpecificationError(f"{universe.term}: no specification of the universe has a value")
    return curve


@dataclass(frozen=True, slots=True)
class _Part:
    """One choice of rows, weights and effects: columns without the effects, root-weighted.

    ``gram`` holds the products of the outcome and the controls, ``along`` theirs with the terms,
    and ``squares`` those of each term with itself.
    """

    choice: Mapping[str, object]
    outcome: np.ndarray
    terms: np.ndarray
    controls: np.ndarray
    least: np.ndarray
    absorbed: int
    starts: np.ndarray
    gram: np.ndarray
    along: np.ndarray
    squares: np.ndarray

    @property
    def n(self) -> int:
        return len(self.outcome)

    @property
    def groups(self) -> int:
        return len(self.starts)

    def parameters(self, held: Sequence[int]) -> int:
        """The term, the controls and the effects."""
        return 1 + len(held) + self.absorbed

    def points(self, held: Sequence[int], after: int) -> np.ndarray:
        """Estimates of the term columns from ``after`` on, from products alone."""
        controls = [1 + place for place in held]
        along, squares = self.along[:, after:], self.squares[after:]
        shares = np.linalg.pinv(self.gram[np.ix_(controls, controls)], hermitian=True)
        shares = shares @ along[controls]
        left = squares - np.einsum("kp,kp->p", along[controls], shares)
        left = np.where(left <= self.least[after:] ** 2, np.nan, left)
        return np.asarray((along[0] - self.gram[0, controls] @ shares) / left)

    def fit(self, held: Sequence[int], first: int) -> tuple[np.ndarray, np.ndarray]:
        """Estimates and CR1 errors of the first term columns with these columns of controls."""
        outcome, terms = self.outcome, self.terms[:, :first]
        if held:
            basis = np.linalg.qr(self.controls[:, held])[0]
            outcome = outcome - basis @ (basis.T @ outcome)
            terms = terms - basis @ (basis.T @ terms)
        squares = np.einsum("np,np->p", terms, terms)
        still = squares <= self.least[:first] ** 2
        squares = np.where(still, np.nan, squares)
        points = (outcome @ terms) / squares
        scores = terms * (outcome[:, None] - terms * points)
        sums = np.add.reduceat(scores, self.starts, axis=0)
        factor = small_sample_factor("CR1", self.n, self.parameters(held), self.groups)
        return points, np.sqrt(factor * np.einsum("gp,gp->p", sums, sums)) / squares


def _parts(rows: pd.DataFrame, universe: Universe, terms: np.ndarray) -> Iterator[_Part]:
    controls = list(dict.fromkeys(_flat(universe.controls)))
    numbers = rows[[universe.outcome, *controls]].to_numpy(dtype=float)
    for minimum, (effect, effects) in product(universe.minimums, universe.effects.items()):
        kept, _ = without_singletons(rows[rows[universe.size] >= minimum], effects)
        if kept.empty:
            continue
        places = np.flatnonzero(rows.index.isin(kept.index))
        cluster = pd.factorize(kept[universe.clusters])[0]
        order, starts = by_cluster(cluster)
        kept, places = kept.iloc[order], places[order]
        codes = [pd.factorize(kept[name])[0] for name in effects]
        columns = np.column_stack([numbers[places], terms[places]])
        cut = 1 + len(controls)
        for words, weight in universe.weights.items():
            values = np.ones(len(kept)) if weight is None else kept[weight].to_numpy(dtype=float)
            values = values / values.mean()
            taken = absorb(columns, codes, values)
            scaled = np.sqrt(values)[:, None] * taken.values
            held, varied = scaled[:, :cut], scaled[:, cut:]
            yield _Part(
                choice={"effects": effect, "weights": words, "minimum": minimum},
                outcome=held[:, 0],
                terms=varied,
                controls=held[:, 1:],
                least=least_length(columns[:, cut:], values),
                absorbed=taken.parameters,
                starts=starts,
                gram=held.T @ held,
                along=held.T @ varied,
                squares=np.einsum("np,np->p", varied, varied),
            )


def _tidy(curve: _Curve) -> pd.DataFrame:
    estimate, error = curve.estimates[:, 0], curve.errors[:, 0]
    reach = stats.t.ppf(0.975, curve.df) * error
    return curve.choices.assign(
        estimate=estimate,
        std_error=error,
        ci_low=estimate - reach,
        ci_high=estimate + reach,
        p_value=2 * stats.t.sf(np.abs(estimate / error), curve.df),
    ).sort_values("estimate", kind="stable", ignore_index=True)


def _complete(frame: pd.DataFrame, universe: Universe) -> pd.DataFrame:
    require_frame(frame)
    if faults := column_faults(frame, universe.columns):
        raise SpecificationError(f"{universe.term}: {faults[0]}")
    rows, _ = complete_rows(frame, universe.columns)
    return rows.reset_index(drop=True)


def _flat(options: Mapping[str, tuple[str, ...]]) -> list[str]:
    return [name for names in options.values() for name in names]
