"""From a frame and a specification to the rows that can be estimated, or the reasons why not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from pandas.api.types import is_numeric_dtype

from .absorb import absorb
from .frames import column_faults
from .specification import CLUSTERED, Specification, SpecificationError
from .tolerance import COLLINEAR, still


@dataclass(frozen=True, slots=True)
class Sample:
    """The rows of an estimation as arrays.

    Parameters
    ----------
    rows : the n rows used, as they stand in the frame
    terms : k names, regressors then controls
    outcome, right : (n,) and (n, k) arrays
    within_outcome, within_right : the same without the means of the absorbed effects; where no
        effect is absorbed, without their weighted mean
    effects : arrays (n,) of category codes, one an absorbed effect
    absorbed : number of parameters that the effects use, the constant among them
    weights : (n,) analytic weights with mean one
    clusters : (n,) codes of the clusters, or None
    dropped : rows of the frame that are not used, by reason
    """

    rows: pd.DataFrame
    terms: tuple[str, ...]
    outcome: np.ndarray
    right: np.ndarray
    within_outcome: np.ndarray
    within_right: np.ndarray
    effects: tuple[np.ndarray, ...]
    absorbed: int
    weights: np.ndarray
    clusters: np.ndarray | None
    dropped: dict[str, int]

    def fitted(self, coefficients: np.ndarray) -> dict[str, pd.Series]:
        """The rows' fitted values, absorbed effects among them, and their residuals, by name."""
        residuals = self.within_outcome - self.within_right @ coefficients
        index = self.rows.index
        return {
            "fitted": pd.Series(self.outcome - residuals, index, name="fitted"),
            "residuals": pd.Series(residuals, index, name="residuals"),
        }

    @property
    def parameters(self) -> int:
        """Coefficients, absorbed effects and constant: the K of small-sample factors."""
        return len(self.terms) + self.absorbed

    @property
    def cluster_count(self) -> int | None:
        """Number of clusters, or None."""
        return None if self.clusters is None else int(self.clusters.max()) + 1


def take_sample(
    frame: pd.DataFrame, specification: Specification, absorbed: Sequence[str] | None = None
) -> Sample:
    """Complete rows of a frame, checked for all that would make the estimate meaningless.

    Parameters
    ----------
    frame : one row an observation
    specification : what is to be estimated
    absorbed : the effects to take out; all those of the specification if None

    Raises
    ------
    SpecificationError
        Missing columns, text where numbers are needed, infinite values, weights that are not
        positive; then, on complete rows: none or too few rows, one cluster, terms that do not
        vary or are combinations of others. All faults of a step at once.
    """
    effects = tuple(specification.effects if absorbed is None else absorbed)
    _refuse(specification, _column_faults(frame, specification))
    complete, dropped = complete_rows(frame, specification.columns)
    kept, lone = without_singletons(complete, effects)
    if lone:
        dropped[f"alone in their {' or '.join(effects)}"] = lone
    if kept.empty:
        reasons = (
            ", ".join(f"{rows} {why}" for why, rows in dropped.items()) or "the frame is empty"
        )
        _refuse(specification, [f"no row is left: {reasons}"])
    sample = _arrays(kept, specification, effects, dropped)
    _refuse(specification, _sample_faults(sample, specification, effects))
    return sample


def complete_rows(
    frame: pd.DataFrame, columns: Iterable[str]
) -> tuple[pd.DataFrame, dict[str, int]]:
    """Rows with a value in every column, and the others counted by the first one they lack."""
    left, dropped = frame, {}
    for column in columns:
        lacking = left[column].isna()
        if rows := int(lacking.sum()):
            dropped[f"without {column}"] = rows
            left = left.loc[~lacking]
    return left, dropped


def without_singletons(frame: pd.DataFrame, effects: Sequence[str]) -> tuple[pd.DataFrame, int]:
    """Rows that share each effect's category with another row, and the number of the others.

    A row alone in its category is fitted exactly: it says nothing about a coefficient, yet counts
    as a row and may count as a cluster (Correia 2015). Dropping one can leave another alone.
    """
    left = frame
    while effects:
        sizes = [
            left.groupby(effect, observed=True)[effect].transform("size") for effect in effects
        ]
        alone = np.any([(size == 1).to_numpy() for size in sizes], axis=0)
        if not alone.any():
            break
        left = left.loc[~alone]
    return left, len(frame) - len(left)


def _refuse(specification: Specification, faults: Sequence[str]) -> None:
    if faults:
        raise SpecificationError(f"specification {specification.name}: {'; '.join(faults)}")


def _column_faults(frame: pd.DataFrame, specification: Specification) -> list[str]:
    faults = column_faults(frame, specification.columns)
    numbers = (specification.outcome, *specification.terms, specification.weights)
    for column in (name for name in dict.fromkeys(numbers) if name and name in frame.columns):
        if not is_numeric_dtype(frame[column]):
            faults.append(f"{column} holds {frame[column].dtype} where numbers are needed")
        elif rows := int(np.isinf(_numbers(frame[column])).sum()):
            faults.append(f"{column} is infinite in {rows} rows")
        elif column == specification.weights and (rows := int((frame[column] <= 0).sum())):
            faults.append(f"the weight {column} is zero or negative in {rows} rows")
    return faults


def _sample_faults(
    sample: Sample, specification: Specification, effects: Sequence[str]
) -> list[str]:
    faults = []
    if specification.variance in CLUSTERED and sample.cluster_count == 1:
        faults.append(f"all {len(sample.rows)} rows are in one cluster of {specification.clusters}")
    if len(sample.rows) <= sample.parameters:
        faults.append(f"{len(sample.rows)} rows cannot carry {sample.parameters} parameters")
    place = f" within {' and '.join(effects)}" if effects else ""
    within = np.column_stack([sample.within_outcome, sample.within_right])
    before = np.column_stack([sample.outcome, sample.right])
    constant = still(within, before, sample.weights)
    names = (specification.outcome, *sample.terms)
    faults += [f"{name} does not vary{place}" for name in np.array(names)[constant]]
    moving = np.flatnonzero(~constant[1:])
    columns = np.sqrt(sample.weights)[:, None] * sample.within_right[:, moving]
    columns = columns / np.linalg.norm(columns, axis=0)
    return faults + _collinear([sample.terms[index] for index in moving], columns, place)


def _collinear(terms: Sequence[str], columns: np.ndarray, place: str) -> list[str]:
    """Each term that is a combination of those before it, and of which; columns have length one."""
    faults, free = [], list[int]()
    # The triangle holds all lengths and angles of the columns, in k rows.
    triangle = np.asarray(np.linalg.qr(columns, mode="r"))
    for index, term in enumerate(terms):
        shares, *_ = np.linalg.lstsq(triangle[:, free], triangle[:, index])
        if np.linalg.norm(triangle[:, index] - triangle[:, free] @ shares) > COLLINEAR:
            free.append(index)
            continue
        parts = [terms[free[part]] for part in np.flatnonzero(np.abs(shares) > COLLINEAR)]
        faults.append(f"{term} is a combination of {' and '.join(parts)}{place}")
    return faults


def _arrays(
    frame: pd.DataFrame,
    specification: Specification,
    effects: Sequence[str],
    dropped: dict[str, int],
) -> Sample:
    terms = specification.terms
    outcome = _numbers(frame[specification.outcome])
    right = np.column_stack([_numbers(frame[term]) for term in terms])
    weights = np.ones(len(frame))
    if specification.weights:
        weights = _numbers(frame[specification.weights])
        weights = weights / weights.mean()
    codes = tuple(pd.factorize(frame[effect])[0] for effect in effects)
    within = absorb(np.column_stack([outcome, right]), codes, weights)
    cluster = specification.clusters
    return Sample(
        rows=frame,
        terms=terms,
        outcome=outcome,
        right=right,
        within_outcome=within.values[:, 0],
        within_right=within.values[:, 1:],
        effects=codes,
        absorbed=within.parameters,
        weights=weights,
        clusters=pd.factorize(frame[cluster])[0] if cluster else None,
        dropped=dropped,
    )


def _numbers(column: pd.Series) -> np.ndarray:
    return np.asarray(column.to_numpy(dtype=float, na_value=np.nan))
