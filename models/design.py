"""A sample as one orthonormal basis, sorted by cluster: what cluster-wise algebra works on."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from .sample import Sample
from .specification import SpecificationError

# Singular values of dummies with unit columns: those below are redundant categories.
_REDUNDANT = 1e-8


@dataclass(frozen=True, slots=True)
class Design:
    """Columns times the root of the weights, effects taken out, rows sorted by cluster.

    Parameters
    ----------
    outcome, right : (n,) and (n, k)
    residual : (n,) of the least-squares fit
    coefficients, bread : (k,) and (k, k), the inverse of ``right.T @ right``
    basis : (n, r) orthonormal columns that span the terms and the dummies of every effect
    blocks : the rows of each of the G clusters
    """

    outcome: np.ndarray
    right: np.ndarray
    residual: np.ndarray
    coefficients: np.ndarray
    bread: np.ndarray
    basis: np.ndarray
    blocks: tuple[slice, ...]

    def sums(self, values: np.ndarray) -> np.ndarray:
        """Sums of rows by cluster, (G, ...)."""
        starts = [block.start for block in self.blocks]
        return np.asarray(np.add.reduceat(values, starts, axis=0))


def design(sample: Sample, clusters: np.ndarray | None = None) -> Design:
    """The design of a sample; ``clusters`` (n,) codes stand in for the sample's own.

    Raises
    ------
    SpecificationError
        No cluster is named.
    """
    codes = sample.clusters if clusters is None else clusters
    if codes is None:
        raise SpecificationError("a cluster-wise variance needs a cluster column")
    order = np.argsort(codes, kind="stable")
    edges = np.flatnonzero(np.diff(codes[order])) + 1
    starts = [0, *edges.tolist(), len(order)]
    root = np.sqrt(sample.weights[order])
    outcome = root * sample.within_outcome[order]
    right = root[:, None] * sample.within_right[order]
    own, upper = np.linalg.qr(right)
    inverse = np.linalg.inv(upper)
    coefficients = inverse @ (own.T @ outcome)
    return Design(
        outcome=outcome,
        right=right,
        residual=outcome - right @ coefficients,
        coefficients=coefficients,
        bread=inverse @ inverse.T,
        basis=np.column_stack([own, _effects_basis(sample, order, root)]),
        blocks=tuple(slice(start, end) for start, end in pairwise(starts)),
    )


def _effects_basis(sample: Sample, order: np.ndarray, root: np.ndarray) -> np.ndarray:
    """Orthonormal columns that span the root-weighted dummies of all effects, or the constant."""
    if not sample.effects:
        return np.asarray(root[:, None] / np.linalg.norm(root))
    dummies = [
        root[:, None] * (code[order][:, None] == np.arange(code.max() + 1))
        for code in sample.effects
    ]
    columns = np.column_stack([part / np.linalg.norm(part, axis=0) for part in dummies])
    if len(dummies) == 1:
        return np.asarray(columns)
    left, values, _ = np.linalg.svd(columns, full_matrices=False)
    return np.asarray(left[:, values > _REDUNDANT * values[0]])
