"""How strongly must something unmeasured move both ends of a path to bring it to zero?

A path b from m to y is what least squares gives if the errors of the equations of m and of y are
unrelated. If a common cause gives them the correlation rho, the path is

    b(rho) = b - s_y/s_m rho sqrt((1 - r^2) / (1 - rho^2)),   b = r s_y/s_m,

s the residual deviations of y and m on all else, r their correlation: the partial correlation of
m and y. So the path, and every product of paths that holds it, is zero at rho = r.

References
----------
Imai, Keele and Yamamoto (2010), Statistical Science 25(1), theorem 4 and section 5.2.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..specification import Specification, SpecificationError
from .sensitivity import robustness


@dataclass(frozen=True, slots=True)
class CommonCause:
    """A path and the correlation of errors that undoes it.

    Parameters
    ----------
    path : the coefficient if the errors are unrelated
    rho : correlation of the errors at which it is zero; its square is the product of the shares of
        both residual variances that the common cause explains
    """

    path: float
    rho: float

    def path_at(self, rho: float | np.ndarray) -> np.ndarray:
        """The path if the errors' correlation is ``rho``.

        Raises
        ------
        SpecificationError
            A correlation outside (-1, 1).
        """
        given = np.asarray(rho, dtype=float)
        if (np.abs(given) >= 1).any():
            raise SpecificationError(f"correlations lie between -1 and 1; {rho} does not")
        scale = self.path / self.rho if self.rho else 0.0
        return np.asarray(self.path - scale * given * np.sqrt((1 - self.rho**2) / (1 - given**2)))


def common_cause(frame: pd.DataFrame, specification: Specification, term: str) -> CommonCause:
    """The path of ``term`` in an equation, and what would undo it.

    Raises
    ------
    SpecificationError
        The term has no coefficient, and all of `take_sample`.
    """
    known = robustness(frame, specification, term)
    return CommonCause(known.estimate, float(np.sign(known.estimate) * np.sqrt(known.partial_r2)))
