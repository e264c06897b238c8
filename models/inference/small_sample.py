"""The small-sample rule of a variance: its factor, its reference distribution, its words."""

from __future__ import annotations

from dataclasses import dataclass

from ..sample import Sample
from ..specification import Specification


@dataclass(frozen=True, slots=True)
class SmallSampleRule:
    """What stands under a table.

    Parameters
    ----------
    df : degrees of freedom of the t reference
    clusters : number of clusters G, or None where the variance is not clustered
    words : the rule with its factor and reference distribution
    """

    df: float
    clusters: int | None
    words: str


def small_sample_rule(
    specification: Specification, sample: Sample, parameters: int, counted: str
) -> SmallSampleRule:
    """The rule of a variance with ``parameters`` = K, of which ``counted`` says what is in it."""
    n = len(sample.rows)
    sizes = f"N = {n}, K = {parameters} ({counted})"
    if specification.variance == "clustered":
        groups = sample.cluster_count or 0
        words = (
            f"clustered by {specification.clusters}, CR1: factor G/(G-1) x (N-1)/(N-K), "
            f"G = {groups}, {sizes}; t with {groups - 1} degrees of freedom"
        )
        return SmallSampleRule(float(groups - 1), groups, words)
    kind = {
        "classical": "classical: residual sum of squares over N-K",
        "robust": "robust to heteroskedasticity, HC1: factor N/(N-K)",
    }[specification.variance]
    df = n - parameters
    return SmallSampleRule(float(df), None, f"{kind}, {sizes}; t with {df} degrees of freedom")
