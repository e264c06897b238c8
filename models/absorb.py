"""Take the means of categories out of columns, exactly, and count the parameters that costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from .tolerance import SQUARE


@dataclass(frozen=True, slots=True)
class Absorbed:
    """Columns without the means of the categories.

    Parameters
    ----------
    values : (n, m) array, weighted residuals on the dummies of all effects
    parameters : rank of those dummies, the number of parameters they use
    """

    values: np.ndarray
    parameters: int


def absorb(values: np.ndarray, effects: Sequence[np.ndarray], weights: np.ndarray) -> Absorbed:
    """Residuals of a weighted regression on the dummies of every effect, without making them.

    The effect with most categories is taken out by its means. What is left of the dummies of the
    others is one small system (a Schur complement), solved once; the answer is that of the
    regression with dummies (Frisch, Waugh, Lovell), not an iteration towards it.

    Parameters
    ----------
    values : (n, m) array
    effects : arrays (n,) of category codes from 0; none means a constant
    weights : (n,) positive weights
    """
    codes = sorted(effects, key=lambda code: -int(code.max()))
    first = _dummies(codes[0] if codes else np.zeros(len(values), dtype=int))
    totals = first.T @ weights
    weighted = weights[:, None] * values
    if len(codes) < 2:
        return Absorbed(values - first @ ((first.T @ weighted) / totals[:, None]), len(totals))
    others = sparse.hstack([_dummies(code) for code in codes[1:]]).tocsr()
    scale = 1 / np.sqrt(others.T @ weights)
    weighted_others = others.multiply(weights[:, None]).tocsr()
    crossed = first.T @ weighted_others
    means = sparse.diags_array(1 / totals) @ crossed
    system = (others.T @ weighted_others - crossed.T @ means).toarray()
    roots, vectors = np.linalg.eigh(scale[:, None] * system * scale)
    # Roots of the scaled cross-product lie in [0, 1]; those of redundant categories are zero.
    kept = roots > SQUARE
    vectors = scale[:, None] * vectors[:, kept]
    target = others.T @ weighted - means.T @ (first.T @ weighted)
    rest = values - others @ (vectors @ ((vectors.T @ target) / roots[kept, None]))
    residual = rest - first @ ((first.T @ (weights[:, None] * rest)) / totals[:, None])
    return Absorbed(residual, len(totals) + int(kept.sum()))


def _dummies(code: np.ndarray) -> sparse.csr_array:
    rows = len(code)
    return sparse.csr_array((np.ones(rows), code, np.arange(rows + 1)), (rows, code.max() + 1))
