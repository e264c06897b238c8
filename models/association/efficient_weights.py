"""How much should an area's mean count? As much as its error allows.

Weights by the number of sales are right where all of an error is sampling and falls with the
number. Where areas also depart from the equation for reasons of their own, the error's variance is
a + b / n: weights by sales then count large areas too much and equal weights small ones. The
efficient weight is 1 / (a + b / n), with a and b, neither negative, from the squared residuals of
the equation with all rows alike. Where b is zero that is equal weights, where a is zero sales.

References
----------
Solon, Haider and Wooldridge (2015), Journal of Human Resources 50(2): what weights are for. Harvey
(1976), Econometrica 44(3): feasible weights from a variance function.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from ..frames import column_faults, takes_frame
from ..sample import complete_rows
from ..specification import Specification, SpecificationError
from ..variance_function import VarianceFunction, variance_function
from .cross_section import cross_section

WEIGHT = "efficient_weight"
"""Name of the weights' column, as `Specification.weights` wants it."""


@dataclass(frozen=True, slots=True)
class EfficientWeights:
    """Weights for an equation, and what they rest on.

    Parameters
    ----------
    function : variance of a row's error by its count, in squared units of the outcome
    weights : of the rows used, mean one, under the frame's index
    """

    function: VarianceFunction
    weights: pd.Series

    def join(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The frame with a column of the weights; missing where a row was not used."""
        return frame.assign(**{WEIGHT: self.weights})


@takes_frame
def efficient_weights(
    frame: pd.DataFrame, specification: Specification, counts: str
) -> EfficientWeights:
    """Weights inverse to the variance of each row's error.

    ``cross_section(found.join(frame), replace(specification, weights=WEIGHT))`` uses them.

    Parameters
    ----------
    frame : one row an observation, with an index that names each once
    specification : as for `cross_section`; its own weights are set aside
    counts : column of the number of values behind each row's outcome

    Raises
    ------
    SpecificationError
        No such column, an index with a name twice, and all of `cross_section` and
        `variance_function`.
    """
    faults = column_faults(frame, [counts])
    if not frame.index.is_unique:
        faults.append("the index names a row twice, so weights cannot be told apart")
    if faults:
        raise SpecificationError(f"specification {specification.name}: {'; '.join(faults)}")
    counted, _ = complete_rows(frame, [counts])
    fit = cross_section(counted, replace(specification, weights=None))
    assert fit.residuals is not None
    numbers = counted.loc[fit.residuals.index, counts].to_numpy(float)
    function = variance_function(fit.residuals.to_numpy(float), numbers)
    weights = 1 / function.of_cell(numbers)
    return EfficientWeights(
        function, pd.Series(weights / np.mean(weights), fit.residuals.index, name=WEIGHT)
    )
