"""How much should an area's mean count? As much as its error allows.

Weights by the number of sales are right where all of an error is sampling and falls with the
number. Where areas also depart from the equation for reasons of their own, the error's variance is
a + b / n: weights by sales then count large areas too much and equal weights small ones. The
efficient weight is 1 / (a + b / n), with a and b, neither negative, of the normal likelihood, which
counts a squared residual by how sure it is: residuals and function are found in turn, from equal
weights on. Where b is zero the weights stay equal, where a is zero they are sales.

References
----------
Harvey (1976), Econometrica 44(3): weights from a variance function, by likelihood. Solon, Haider
and Wooldridge (2015), Journal of Human Resources 50(2): what weights are for.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import optimize

from ..absorb import absorb
from ..frames import column_faults, takes_frame
from ..sample import Sample, complete_rows, take_sample
from ..specification import Specification, SpecificationError
from ..variance_function import VarianceFunction

WEIGHT = "efficient_weight"
"""Name of the weights' column, as `Specification.weights` wants it."""
_ROUNDS = 20


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
        No such column, an index with a name twice; counts that are not positive or all alike; and
        all of `take_sample`.
    """
    faults = column_faults(frame, [counts])
    if not frame.index.is_unique:
        faults.append("the index names a row twice, so weights cannot be told apart")
    if not faults and not ((frame[counts] > 0) | frame[counts].isna()).all():
        faults.append(f"{counts} is not above zero in every row")
    if not faults and frame[counts].nunique() < 2:
        faults.append(f"{counts} does not vary, so neither do weights")
    if faults:
        raise SpecificationError(f"specification {specification.name}: {'; '.join(faults)}")
    counted, _ = complete_rows(frame, [counts])
    sample = take_sample(counted, replace(specification, weights=None))
    numbers = sample.rows[counts].to_numpy(float)
    weights = np.ones(len(numbers))
    for _ in range(_ROUNDS):
        function = _function(_residuals(sample, weights), numbers)
        weights = 1 / function.of_cell(numbers)
        weights = weights / weights.mean()
    return EfficientWeights(function, pd.Series(weights, sample.rows.index, name=WEIGHT))


def _residuals(sample: Sample, weights: np.ndarray) -> np.ndarray:
    """What the terms and effects of a sample leave of its outcome under other weights, (n,)."""
    columns = np.column_stack([sample.outcome, sample.right])
    within = absorb(columns, sample.effects, weights).values
    root = np.sqrt(weights)[:, None]
    shares = np.linalg.lstsq(root * within[:, 1:], root[:, 0] * within[:, 0])[0]
    return np.asarray(within[:, 0] - within[:, 1:] @ shares)


def _function(residuals: np.ndarray, counts: np.ndarray) -> VarianceFunction:
    """The likeliest function, by the share of its mean that is sampling."""
    sampling = (1 / counts) / np.mean(1 / counts)

    def scale(share: float) -> float:
        return float(np.mean(residuals**2 / (1 - share + share * sampling)))

    def deviance(share: float) -> float:
        return float(np.log(1 - share + share * sampling).mean() + np.log(scale(share)))

    share = float(optimize.minimize_scalar(deviance, bounds=(0, 1), method="bounded").x)
    share = min((0.0, share, 1.0), key=deviance)
    return VarianceFunction(
        scale(share) * (1 - share), scale(share) * share / float(np.mean(1 / counts))
    )
