"""A sample sorted by cluster, with the orthonormal basis that cluster-wise algebra works on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from .absorb import absorb
from .clusters import by_cluster
from .sample import Sample
from .specification import SpecificationError
from .tolerance import LENGTH


@dataclass(frozen=True)
class Design:
    """Columns times the root of the weights, effects taken out, rows sorted by cluster.

    Parameters
    ----------
    outcome, right : (n,) and (n, k)
    residual : (n,) of the least-squares fit
    coefficients, bread : (k,) and (k, k), the inverse of ``right.T @ right``
    own : (n, k) orthonormal columns that span the terms
    root : (n,) of the weights
    effects : arrays (n,) of category codes
    starts : (G,) first row of each cluster
    """

    outcome: np.ndarray
    right: np.ndarray
    residual: np.ndarray
    coefficients: np.ndarray
    bread: np.ndarray
    own: np.ndarray
    root: np.ndarray
    effects: tuple[np.ndarray, ...]
    starts: np.ndarray

    @property
    def blocks(self) -> list[slice]:
        """The rows of each of the G clusters."""
        return [slice(*ends) for ends in pairwise([*self.starts.tolist(), len(self.outcome)])]

    def sums(self, values: np.ndarray) -> np.ndarray:
        """Sums of rows by cluster, (G, ...)."""
        return np.asarray(np.add.reduceat(values, self.starts, axis=0))

    @cached_property
    def basis(self) -> np.ndarray:
        """(n, r) orthonormal columns that span the terms and the effects' dummies across clusters.

        The dummies of an effect inside clusters are left out: the terms and residuals that
        cluster-wise algebra works on are at right angles to them in every cluster.
        """
        return np.column_stack([self.own, self._effects_basis()])

    def _effects_basis(self) -> np.ndarray:
        root = self.root[:, None]
        if not self.effects:
            return np.asarray(root / np.linalg.norm(root))
        inside = [code for code in self.effects if self._is_inside(code)]
        across = [code for code in self.effects if not self._is_inside(code)]
        if not across:
            return np.empty((len(root), 0))
        dummies = np.column_stack([code[:, None] == np.arange(code.max() + 1) for code in across])
        columns = dummies / np.sqrt(self.root**2 @ dummies)
        if inside:
            columns = absorb(columns, inside, self.root**2).values
        columns = root * columns
        if len(self.effects) == 1:
            return np.asarray(columns)
        left, values, _ = np.linalg.svd(columns, full_matrices=False)
        return np.asarray(left[:, values > LENGTH * values[0]])

    def _is_inside(self, code: np.ndarray) -> bool:
        """Whether each category lies in one cluster."""
        of_row = np.repeat(np.arange(len(self.starts)), np.diff([*self.starts, len(code)]))
        pairs = np.unique(code * len(self.starts) + of_row)
        return len(pairs) == int(code.max()) + 1


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
    order, starts = by_cluster(codes)
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
        own=own,
        root=root,
        effects=tuple(code[order] for code in sample.effects),
        starts=starts,
    )
