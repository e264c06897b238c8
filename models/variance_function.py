"""How the error of a mean falls with the number behind it, where only means are published.

e_c^2 = a + b / n_c + error, by least squares weighted by n_c, with a and b not negative. b is the
variance of a single value about its cell, so b / n is the sampling variance of a cell's mean; a is
what stays however many values there are: the cell's own departure from the model.

References
----------
Wolter (2007), Introduction to Variance Estimation, chapter 7: generalised variance functions.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import nnls

from .specification import SpecificationError, require_numbers


@dataclass(frozen=True, slots=True)
class VarianceFunction:
    """Variances in squared units of the residuals.

    Parameters
    ----------
    constant : a, of a cell about the model
    per_value : b, of one value about its cell
    """

    constant: float
    per_value: float

    def of_mean(self, counts: np.ndarray) -> np.ndarray:
        """Sampling variance of the mean of ``counts`` values, an array of the same shape.

        Raises
        ------
        SpecificationError
            Residuals that do not fall with the counts tell no variance of a value.
        """
        if self.per_value == 0:
            raise SpecificationError("the error of the means does not fall with their counts")
        return self.per_value / counts

    def of_cell(self, counts: np.ndarray) -> np.ndarray:
        """Variance of the means of ``counts`` values about the model, the cells' own included."""
        return self.constant + self.per_value / counts


def variance_function(residuals: np.ndarray, counts: np.ndarray) -> VarianceFunction:
    """Fit the function to residuals of cells.

    Parameters
    ----------
    residuals : (n,) of the cells' means about a model of them
    counts : (n,) number of values behind each mean, positive and not all alike

    Raises
    ------
    SpecificationError
        Counts that are not positive or all alike; residuals that are missing or all zero.
    """
    require_numbers("residuals", residuals)
    require_numbers("counts", counts)
    if (counts <= 0).any():
        raise SpecificationError("a variance function needs a positive count behind every mean")
    if np.ptp(counts) == 0:
        raise SpecificationError("a variance function needs counts that differ")
    weight = np.sqrt(counts)
    design = np.column_stack([np.ones(len(counts)), 1 / counts]) * weight[:, None]
    (constant, per_value), _ = nnls(design, residuals**2 * weight)
    if constant == per_value == 0:
        raise SpecificationError("a variance function needs residuals that are not all zero")
    return VarianceFunction(float(constant), float(per_value))
