"""Rows of an estimation in the order of their neighbours, and the spatial lags of columns.

With analytic weights D the errors of y = rho W y + X b + e have variance s2 D^-1. In the starred
columns D^(1/2) y, D^(1/2) X and the matrix W* = D^(1/2) W D^(-1/2) the errors have one variance and
|I - rho W*| = |I - rho W|, so every formula for equal variances holds for them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import sparse

from ..frames import column_faults
from ..sample import Sample, take_sample
from ..specification import Specification, SpecificationError
from ..tolerance import LENGTH
from .moran import Neighbours

LAG = "lag_"


@dataclass(frozen=True, slots=True)
class SpatialSample:
    """A sample with its weights matrix.

    Parameters
    ----------
    sample : rows, terms, weights
    matrix : (n, n) row-standardised weights W in the order of the rows
    starred_matrix : (n, n) W*
    base : (n, q) constant, or columns that span the dummies of the absorbed effect
    """

    sample: Sample
    matrix: sparse.csr_array
    starred_matrix: sparse.csr_array
    base: np.ndarray

    def starred(self, columns: np.ndarray) -> np.ndarray:
        """Columns times the square root of the analytic weights."""
        root = np.sqrt(self.sample.weights)
        return np.asarray(columns * (root if columns.ndim == 1 else root[:, None]))

    @property
    def outcome(self) -> np.ndarray:
        """(n,) starred outcome."""
        return self.starred(self.sample.outcome)

    @property
    def design(self) -> np.ndarray:
        """(n, q + k) starred base and terms."""
        return self.starred(np.column_stack([self.base, self.sample.right]))

    @property
    def has_effects(self) -> bool:
        return bool(self.sample.effects)


def spatial_sample(
    frame: pd.DataFrame, specification: Specification, neighbours: Neighbours, code: str
) -> SpatialSample:
    """Complete rows, one an area, and the weights between them.

    Parameters
    ----------
    frame : one row an area, with the specification's columns
    specification : at most one absorbed effect
    neighbours : of exactly the areas whose rows are complete
    code : column of the areas' codes

    Raises
    ------
    SpecificationError
        See `take_sample`; areas of the sample and of the neighbours that differ; codes that stand
        twice; two absorbed effects.
    """
    sample = take_sample(frame, specification)
    order = _order(sample.rows, code, neighbours, specification.name)
    matrix = sparse.csr_array(neighbours.weights.sparse)[order][:, order]
    if len(sample.effects) > 1:
        raise SpecificationError(
            f"specification {specification.name}: a spatial model absorbs one effect, not "
            f"{len(sample.effects)}"
        )
    base = np.ones((len(order), 1))
    if sample.effects:
        base = np.eye(int(sample.effects[0].max()) + 1)[sample.effects[0]]
    root = np.sqrt(sample.weights)
    starred = sparse.csr_array(sparse.diags_array(root) @ matrix @ sparse.diags_array(1 / root))
    return SpatialSample(sample, matrix, starred, base)


def with_lags(
    frame: pd.DataFrame, specification: Specification, neighbours: Neighbours, code: str
) -> tuple[pd.DataFrame, Specification]:
    """The frame with a column ``lag_x``, the neighbours' mean of x, for every term x.

    Returns
    -------
    frame, specification
        The specification's regressors and controls with their lags behind them.
    """
    terms = list(specification.terms)
    order = _order(frame, code, neighbours, specification.name)
    matrix = sparse.csr_array(neighbours.weights.sparse)[order][:, order]
    lags = pd.DataFrame(
        matrix @ frame[terms].to_numpy(float), frame.index, [LAG + term for term in terms]
    )
    lagged = replace(
        specification,
        regressors=_behind(specification.regressors),
        controls=_behind(specification.controls),
    )
    return frame.assign(**dict(lags.items())), lagged  # type: ignore[arg-type]


def with_lagged_effects(spatial: SpatialSample) -> SpatialSample:
    """The sample with the neighbours' share of each absorbed category among its base.

    In the Durbin model a level that belongs to a ward is not the ward's alone: it is in its
    neighbours' outcomes. Without the lags of the dummies those of the terms stand in for them.
    """
    if not spatial.has_effects:
        return spatial
    columns = np.column_stack([spatial.base, spatial.matrix @ spatial.base])
    left, size, _ = np.linalg.svd(columns, full_matrices=False)
    return replace(spatial, base=left[:, size > LENGTH * size[0]])


def _behind(terms: tuple[str, ...]) -> tuple[str, ...]:
    return (*terms, *(LAG + term for term in terms))


def _order(frame: pd.DataFrame, code: str, neighbours: Neighbours, name: str) -> np.ndarray:
    """Where each row stands among the neighbours."""
    if faults := column_faults(frame, (code,)):
        raise SpecificationError(f"specification {name}: {faults[0]}")
    place = {each: i for i, each in enumerate(neighbours.codes)}
    rows = [str(each) for each in frame[code]]
    if len(set(rows)) < len(rows):
        raise SpecificationError(f"specification {name}: an area has more than one row")
    if set(rows) != set(place):
        raise SpecificationError(
            f"specification {name}: {len(set(rows) - set(place))} areas have no neighbours and "
            f"{len(set(place) - set(rows))} neighbours have no complete row; make the neighbours "
            "of the areas in the sample"
        )
    return np.array([place[row] for row in rows])
