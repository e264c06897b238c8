"""How much of an association runs through the stations in between?

Stations in causal order x_1, ..., x_k. Each is regressed on all before it, with the same rows,
weights, controls and absorbed effects:

    x_j = sum over i < j of b_ji x_i + Z'g_j + e_j.

A route from the first to the last is worth the product of its paths b. The routes add up, exactly,
to the coefficient of x_1 alone in the equation of x_k: total = direct + indirect; with one station
in between, c - c' = ab.

The products are effects only if no two stations share a cause beyond the controls (sequential
ignorability), which no number here can show; see `common_cause`. The intervals are percentiles of
a bootstrap over clusters: a product of paths is skewed, and no interval of it is symmetric.

References
----------
Wright (1934): paths. Blau and Duncan (1967): chains. Imai, Keele and Yamamoto (2010), Statistical
Science 25(1): what identifies them. MacKinnon, Lockwood and Williams (2004): percentile intervals
of products. Fuller (1987): moments less the error of measurement.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import combinations, pairwise

import numpy as np
import pandas as pd

from ..clusters import cluster_sums
from ..inference.cluster_bootstrap import (
    MOST_LOST,
    Bootstrapped,
    bootstrapped,
    cluster_moments,
    resampled,
    with_variation,
)
from ..measurement.errors_in_variables import corrected_inverse, error_left
from ..sample import Sample, take_sample
from ..specification import Specification, SpecificationError

Quantity = Callable[[np.ndarray], np.ndarray]
"""From paths (..., k, k) to one number each, (...)."""


@dataclass(frozen=True, slots=True)
class PathModel:
    """Paths between k stations, first to last.

    Parameters
    ----------
    stations : k names, cause before effect
    paths : (k, k), row the station reached, column the station left; zero on and above the diagonal
    draws : (D, k, k) of the bootstrap
    lost : draws in which a station did not vary, left out
    n, clusters : rows and clusters drawn from
    dropped : rows not used, by reason
    """

    stations: tuple[str, ...]
    paths: np.ndarray
    draws: np.ndarray
    lost: int
    n: int
    clusters: int
    dropped: Mapping[str, int] = field(default_factory=dict)

    def measure(self, quantity: Quantity, level: float = 0.95) -> Bootstrapped:
        """A function of the paths, with the interval of its draws."""
        return bootstrapped(float(quantity(self.paths)), quantity(self.draws), self.clusters, level)

    def route(self, *stations: str, level: float = 0.95) -> Bootstrapped:
        """The product of the paths along a route.

        Raises
        ------
        SpecificationError
            A route of fewer than two stations, or not in the order of the model.
        """
        places = [self.stations.index(name) for name in stations if name in self.stations]
        if len(places) < len(stations) or len(places) < 2 or places != sorted(set(places)):
            raise SpecificationError(
                f"the route {' -> '.join(stations)} is no part of {' -> '.join(self.stations)}"
            )
        return self.measure(lambda paths: _product(paths, places), level)

    @property
    def direct(self) -> Bootstrapped:
        """First to last, all stations in between held equal."""
        return self.measure(lambda paths: paths[..., -1, 0])

    @property
    def indirect(self) -> Bootstrapped:
        """First to last by all routes with a station in between."""
        return self.measure(lambda paths: _total(paths) - paths[..., -1, 0])

    @property
    def total(self) -> Bootstrapped:
        """First to last by all routes: the coefficient with no station in between held equal."""
        return self.measure(_total)

    @property
    def share_indirect(self) -> Bootstrapped:
        """Indirect over total; without sense where the two differ in sign or the total is small."""
        return self.measure(lambda paths: 1 - paths[..., -1, 0] / _total(paths))

    def routes(self) -> tuple[tuple[str, ...], ...]:
        """All routes from the first station to the last, the direct one first."""
        first, *between, last = self.stations
        inner = (some for size in range(len(between) + 1) for some in combinations(between, size))
        return tuple((first, *some, last) for some in inner)


def path_model(
    frame: pd.DataFrame,
    specification: Specification,
    rng: np.random.Generator,
    *,
    draws: int = 999,
    error_variance: Mapping[str, float] | None = None,
) -> PathModel:
    """Paths by least squares, equation by equation.

    Parameters
    ----------
    frame : one row an observation, with the specification's columns
    specification : its regressors, in this order, and then its outcome are the stations; absorbed
        effects must lie inside clusters, so that a cluster drawn twice keeps its own
    rng, draws : of the bootstrap over clusters
    error_variance : variance of the measurement error of a station, in its unit squared, by name;
        taken out where the station explains another, and taken as known

    Raises
    ------
    SpecificationError
        No cluster is named, an effect that crosses clusters, a station that is not one, as much
        error as variation, more than `MOST_LOST` of the draws without variation, and all of
        `take_sample`.
    """
    errors = dict(error_variance or {})
    stations = (*specification.regressors, specification.outcome)
    sample = take_sample(frame, specification)
    _refuse_unless(specification, sample, stations, errors)
    assert sample.clusters is not None
    k = len(stations)
    moments = cluster_moments(_columns(sample, k), sample.weights, sample.clusters)
    left = cluster_sums(error_left(sample), sample.clusters) if errors else np.zeros(len(moments))
    for name, variance in errors.items():
        place = stations.index(name)
        moments[:, place, place] -= variance * left
    _require_signal(specification, sample, errors)
    drawn = resampled(moments, draws, rng)
    explaining = [place for place in range(drawn.shape[-1]) if place != k - 1]
    usable = with_variation(drawn[:, explaining][:, :, explaining])
    lost = draws - int(usable.sum())
    if lost > MOST_LOST * draws:
        raise SpecificationError(
            f"specification {specification.name}: in {lost} of {draws} draws of clusters a station "
            "does not vary; it varies in too few clusters for an interval"
        )
    return PathModel(
        stations=stations,
        paths=_paths(moments.sum(axis=0), k),
        draws=_paths(drawn[usable], k),
        lost=lost,
        n=len(sample.rows),
        clusters=len(moments),
        dropped=sample.dropped,
    )


def _columns(sample: Sample, k: int) -> np.ndarray:
    """Stations, controls and, without absorbed effects, a constant, (n, p)."""
    right = sample.within_right
    columns = [right[:, : k - 1], sample.within_outcome[:, None], right[:, k - 1 :]]
    if not sample.effects:
        columns.append(np.ones((len(right), 1)))
    return np.hstack(columns)


def _paths(moments: np.ndarray, k: int) -> np.ndarray:
    """Paths (..., k, k) from moments (..., p, p) whose first k columns are the stations."""
    paths = np.zeros((*moments.shape[:-2], k, k))
    rest = list(range(k, moments.shape[-1]))
    for reached in range(1, k):
        used = [*range(reached), *rest]
        left = moments[..., used, :][..., used]
        solved = np.linalg.solve(left, moments[..., used, reached, None])
        paths[..., reached, :reached] = solved[..., :reached, 0]
    return paths


def _product(paths: np.ndarray, places: list[int]) -> np.ndarray:
    steps = [paths[..., reached, left] for left, reached in pairwise(places)]
    return np.asarray(np.prod(steps, axis=0))


def _total(paths: np.ndarray) -> np.ndarray:
    """First to last by all routes: an entry of (I - B)^-1."""
    return np.asarray(np.linalg.inv(np.eye(paths.shape[-1]) - paths)[..., -1, 0])


def _refuse_unless(
    specification: Specification,
    sample: Sample,
    stations: tuple[str, ...],
    errors: Mapping[str, float],
) -> None:
    faults = []
    if sample.clusters is None:
        faults.append("a bootstrap over clusters needs a cluster column")
    else:
        for name, codes in zip(specification.effects, sample.effects, strict=True):
            pairs = np.unique(np.column_stack([codes, sample.clusters]), axis=0)
            if len(pairs) > codes.max() + 1:
                faults.append(
                    f"the effect {name} crosses clusters of {specification.clusters}: a draw of "
                    "clusters would change what it takes out"
                )
    faults += [f"{name} is no station" for name in errors if name not in stations]
    if faults:
        raise SpecificationError(f"specification {specification.name}: {'; '.join(faults)}")


def _require_signal(
    specification: Specification, sample: Sample, errors: Mapping[str, float]
) -> None:
    """Refuses error as large as what the other terms leave of a station."""
    if errors:
        raw = sample.within_right.T @ (sample.weights[:, None] * sample.within_right)
        error = np.array([errors.get(term, 0.0) for term in sample.terms])
        corrected_inverse(specification, sample, raw, error_left(sample).sum() * error)
