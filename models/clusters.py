"""Rows put together by cluster."""

from __future__ import annotations

import numpy as np


def by_cluster(codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The order (n,) that sorts rows by cluster, and where each cluster then starts, (G,)."""
    order = np.argsort(codes, kind="stable")
    return order, np.flatnonzero(np.diff(codes[order], prepend=-1))


def cluster_sums(values: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """Sums of rows (n, ...) by cluster, (G, ...), every code from 0 to G-1 being in use.

    >>> cluster_sums(np.array([1.0, 2.0, 4.0]), np.array([1, 0, 1])).tolist()
    [2.0, 5.0]
    """
    order, starts = by_cluster(codes)
    return np.asarray(np.add.reduceat(values[order], starts, axis=0))
