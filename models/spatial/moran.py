"""Are neighbours alike?

I = (n / sum w) sum_ij w_ij z_i z_j / sum_i z_i^2 with z the values less their mean and w the
row-standardised queen contiguity. It describes; likeness has many causes. The p value is that of
values dealt at random over the areas, by permutation; z is the analytic one under randomisation.

References
----------
Moran (1950). Cliff and Ord (1981): mean and variance under randomisation. Rey and Anselin (2007):
PySAL, whose libpysal and esda do the work.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..record import Numbers
from ..specification import SpecificationError
from ..tolerance import LENGTH

if TYPE_CHECKING:
    import geopandas as gpd


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Row-standardised neighbours of n areas.

    Parameters
    ----------
    codes : n area codes, in the order of the weights
    weights : libpysal ``W`` with transformation "r"
    joined : areas that had no neighbour, joined to their nearest
    """

    codes: tuple[str, ...]
    weights: Any
    joined: int

    def __post_init__(self) -> None:
        sums = np.asarray(self.weights.sparse.sum(axis=1)).ravel()
        if len(sums) != len(self.codes):
            raise SpecificationError(f"{len(self.codes)} codes for {len(sums)} rows of weights")
        if off := int((np.abs(sums - 1) > LENGTH).sum()):
            raise SpecificationError(
                f"the weights of {off} of {len(sums)} areas do not add up to one; standardise the "
                'rows (transform "r") and join areas without neighbours to their nearest'
            )


@dataclass(frozen=True, slots=True, repr=False)
class Moran(Numbers):
    """Moran's I.

    Parameters
    ----------
    statistic, expected : I and its mean when nothing is alike, -1 / (n - 1)
    z : (I - expected) over its standard deviation under randomisation
    p_value : two-sided analytic, from z
    p_permutation : two-sided, (1 + permutations with I as far from ``expected``) over (1 + all)
    n, joined, permutations : areas, islands joined, permutations
    """

    statistic: float
    expected: float
    z: float
    p_value: float
    p_permutation: float
    n: int
    joined: int
    permutations: int

    def heading(self) -> str:
        return "Moran's I"


def queen_neighbours(areas: gpd.GeoDataFrame) -> Neighbours:
    """Areas that share a border or a corner; an island gets its nearest area, both ways.

    Parameters
    ----------
    areas : columns code and geometry, in a projected reference system
    """
    from libpysal.weights import Queen

    plain = _plain(areas)
    with _quiet():
        return _joined(Queen.from_dataframe(plain, use_index=False, silence_warnings=True), plain)


def nearest_neighbours(areas: gpd.GeoDataFrame, k: int = 6) -> Neighbours:
    """The k areas with the nearest centres; one may be a neighbour without the other.

    Parameters
    ----------
    areas : columns code and geometry, in a projected reference system
    k : number of neighbours
    """
    from libpysal.weights import KNN

    plain = _plain(areas)
    with _quiet():
        return _joined(KNN.from_array(_centres(plain), k=k, silence_warnings=True), plain)


def neighbours_within(areas: gpd.GeoDataFrame, metres: float) -> Neighbours:
    """Areas with centres so near; an area with none gets its nearest, both ways.

    Parameters
    ----------
    areas : columns code and geometry, in a projected reference system in metres
    metres : distance of centres up to which areas are neighbours
    """
    from libpysal.weights import DistanceBand

    plain = _plain(areas)
    with _quiet():
        band = DistanceBand.from_array(_centres(plain), threshold=metres, silence_warnings=True)
        return _joined(band, plain)


def _plain(areas: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    codes = areas["code"]
    if codes.nunique() < len(codes) or len(codes) < 3:
        raise SpecificationError(f"neighbours: {len(codes)} areas, codes must be unique, 3 or more")
    return areas.reset_index(drop=True)


def _centres(plain: gpd.GeoDataFrame) -> np.ndarray:
    return np.column_stack([plain.centroid.x, plain.centroid.y])


def _joined(weights: Any, plain: gpd.GeoDataFrame) -> Neighbours:
    """Islands joined to their nearest area, rows adding up to one."""
    from libpysal.weights import KNN, attach_islands

    joined = len(weights.islands)
    if joined:
        nearest = KNN.from_array(_centres(plain), k=1, silence_warnings=True)
        weights = attach_islands(weights, nearest, silence_warnings=True)
    weights.transform = "r"
    return Neighbours(tuple(str(code) for code in plain["code"]), weights, joined)


@contextmanager
def _quiet() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="The weights matrix is not")
        yield


def moran(
    values: np.ndarray,
    neighbours: Neighbours,
    rng: np.random.Generator,
    permutations: int = 999,
) -> Moran:
    """Moran's I of values in the order of ``neighbours.codes``.

    Parameters
    ----------
    values : (n,) finite
    rng : generator of the permutations

    Raises
    ------
    SpecificationError
        Values of another number than areas, not finite, or all equal.
    """
    import esda

    values = np.asarray(values, dtype=float)
    if values.shape != (len(neighbours.codes),):
        raise SpecificationError(f"Moran: {values.shape} values, {len(neighbours.codes)} areas")
    if not np.isfinite(values).all() or np.ptp(values) == 0:
        raise SpecificationError("Moran: values must be finite and vary")
    fit = esda.Moran(values, neighbours.weights, permutations=0)
    # esda permutes from NumPy's global state, so the permutations are made here.
    centred = values - values.mean()
    dealt = rng.permuted(np.tile(centred, (permutations, 1)), axis=1)
    lagged = (neighbours.weights.sparse @ dealt.T).T
    drawn = (dealt * lagged).sum(axis=1) / (centred @ centred)
    distance = abs(fit.I - fit.EI)
    # An equal arrangement counts as far, whatever rounding says.
    far = int((np.abs(drawn - fit.EI) >= distance * (1 - 1e-12)).sum())
    return Moran(
        statistic=float(fit.I),
        expected=float(fit.EI),
        z=float(fit.z_rand),
        p_value=float(fit.p_rand),
        p_permutation=(far + 1) / (permutations + 1),
        n=len(values),
        joined=neighbours.joined,
        permutations=permutations,
    )
