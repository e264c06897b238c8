"""Which of the things held equal took the association away?

The raw coefficient less the controlled one is, exactly, the sum over blocks of controls of (their
slope on the term) times (their coefficients): a split that does not depend on the order in which
blocks are added.

References
----------
Gelbach (2016), When do covariates matter? Journal of Labor Economics 34(2).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import stats

from ..absorb import absorb
from ..clusters import cluster_sums
from ..covariance import cluster_factor, require_rule
from ..design import design
from ..frames import takes_frame, terms_of
from ..record import Record, as_text
from ..sample import Sample, take_sample
from ..specification import Specification, SpecificationError


@dataclass(frozen=True, slots=True, repr=False)
class Decomposition(Record):
    """Raw less controlled coefficient, by block.

    Parameters
    ----------
    term, raw, controlled : the coefficient alone and with everything held equal
    blocks : index the blocks and ``total``; columns ``estimate, std_error, ci_low, ci_high,
        share`` (of raw less controlled)
    df, clusters, n : of the t reference, G-1; G; rows
    rule : the variance rule in words
    """

    term: str
    raw: float
    controlled: float
    blocks: pd.DataFrame
    df: float
    clusters: int
    n: int
    rule: str

    def tidy(self) -> pd.DataFrame:
        """One row a block, then their total."""
        return self.blocks.rename_axis("block").reset_index()

    def heading(self) -> str:
        raw, controlled = as_text(self.raw), as_text(self.controlled)
        return f"{self.term}: {raw} alone, {controlled} with everything held equal"

    def notes(self) -> Sequence[str]:
        return (f"{self.n:,} rows, {self.clusters:,} clusters", self.rule)


@takes_frame
def gelbach(
    frame: pd.DataFrame,
    specification: Specification,
    term: str,
    blocks: Mapping[str, Sequence[str]],
    level: float = 0.95,
) -> Decomposition:
    """Split the raw coefficient less the controlled one over blocks.

    Parameters
    ----------
    specification : the controlled equation; its effects are a block each if named in ``blocks``
    blocks : by name, columns among the terms or effects; together all of them but ``term``

    Returns
    -------
    Decomposition
        Errors from the summed influence of each cluster on a block's part, factor G/(G-1), which
        carries the error of both regressions.

    Raises
    ------
    SpecificationError
        Blocks that are not the rest of the equation, more than one effect, and all of
        `take_sample`.
    """
    require_rule(specification, "the decomposition", ("clustered",))
    blocks = {
        name: [term for column in columns for term in terms_of(column, specification.terms)]
        for name, columns in blocks.items()
    }
    _require_partition(specification, term, blocks)
    sample = take_sample(frame, specification)
    if sample.clusters is None:
        raise SpecificationError(f"{specification.name} names no cluster for the errors")
    alone = replace(specification, regressors=(term,), controls=(), effects=())
    short = take_sample(sample.rows, alone)
    weights, raw_term = sample.weights, short.within_right[:, 0]
    length = float(weights @ raw_term**2)
    raw = float(weights @ (raw_term * short.within_outcome)) / length
    parts = design(sample)
    influence = _influence(sample, parts.coefficients)
    estimates, effects_of = {}, {}
    for name, columns in blocks.items():
        fitted, noise = _block(sample, parts.coefficients, influence, columns, raw_term / length)
        fitted = fitted - np.average(fitted, weights=weights)
        estimates[name] = float(weights @ (raw_term * fitted)) / length
        left = fitted - raw_term * estimates[name]
        effects_of[name] = noise + weights * raw_term * left / length
    groups = int(sample.clusters.max()) + 1
    effects_of["total"] = np.sum(list(effects_of.values()), axis=0)
    estimates["total"] = float(sum(estimates.values()))
    table = _table(estimates, effects_of, sample.clusters, level)
    return Decomposition(
        term=term,
        raw=raw,
        controlled=float(parts.coefficients[sample.terms.index(term)]),
        blocks=table,
        df=groups - 1.0,
        clusters=groups,
        n=len(sample.rows),
        rule=f"clustered by {specification.clusters}, influence of both regressions, factor "
        f"G/(G-1), G = {groups}; t with {groups - 1} degrees of freedom",
    )


def _block(
    sample: Sample,
    coefficients: np.ndarray,
    influence: np.ndarray,
    columns: Sequence[str],
    scaled_term: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """A block's part of each row's fit, and each row's influence through its coefficients.

    ``scaled_term`` times the weights turns a fitted column into its slope on the raw term.
    """
    named = [sample.terms.index(name) for name in columns if name in sample.terms]
    fitted = sample.right[:, named] @ coefficients[named]
    loading = np.zeros(len(coefficients))
    loading[named] = (sample.weights * scaled_term) @ sample.right[:, named]
    noise = influence @ loading
    if len(named) < len(columns):
        rest = sample.outcome - sample.right @ coefficients
        outside = absorb(rest[:, None], sample.effects, sample.weights).values[:, 0]
        fitted = fitted + rest - outside
        # The effects are means of what the terms leave: their slope on the raw term moves with the
        # terms' coefficients and with the mean error of each category.
        means = sample.right - sample.within_right
        noise = noise - influence @ ((sample.weights * scaled_term) @ means)
        left = absorb(scaled_term[:, None], sample.effects, sample.weights).values[:, 0]
        carried = scaled_term - left
        noise = noise + sample.weights * carried * outside
    return fitted, noise


def _influence(sample: Sample, coefficients: np.ndarray) -> np.ndarray:
    """Each row's influence on the coefficients, (n, k)."""
    weighted = sample.weights[:, None] * sample.within_right
    residual = sample.within_outcome - sample.within_right @ coefficients
    bread = np.linalg.inv(sample.within_right.T @ weighted)
    return np.asarray((weighted * residual[:, None]) @ bread)


def _table(
    estimates: Mapping[str, float],
    effects_of: Mapping[str, np.ndarray],
    clusters: np.ndarray,
    level: float,
) -> pd.DataFrame:
    groups = int(clusters.max()) + 1
    sums = cluster_sums(np.column_stack(list(effects_of.values())), clusters)
    squares = cluster_factor(groups) * (sums**2).sum(axis=0)
    error = pd.Series(np.sqrt(squares), index=list(effects_of))
    estimate = pd.Series(estimates)
    reach = stats.t.ppf(0.5 + level / 2, groups - 1) * error
    return pd.DataFrame(
        {
            "estimate": estimate,
            "std_error": error,
            "ci_low": estimate - reach,
            "ci_high": estimate + reach,
            "share": estimate / estimate["total"],
        }
    ).rename_axis("block")


def _require_partition(
    specification: Specification, term: str, blocks: Mapping[str, Sequence[str]]
) -> None:
    named = sorted(column for columns in blocks.values() for column in columns)
    rest = sorted({*specification.terms, *specification.effects} - {term})
    faults = []
    if term not in specification.terms:
        faults.append(f"{term} is not among the terms")
    if named != rest:
        faults.append(f"the blocks hold {', '.join(named)}, the rest is {', '.join(rest)}")
    if "total" in blocks:
        faults.append("no block may be called total")
    if len(specification.effects) > 1:
        faults.append("one absorbed effect can be a block, not several")
    if faults:
        raise SpecificationError(f"decomposition of {specification.name}: {'; '.join(faults)}")
