"""What was estimated: coefficients, their variance and everything a reviewer asks next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy import stats

from .specification import Specification

TIDY_COLUMNS = ("term", "estimate", "std_error", "statistic", "df", "p_value", "ci_low", "ci_high")


def tidy_terms(
    terms: Sequence[str],
    coefficients: np.ndarray,
    covariance: np.ndarray,
    df: float | np.ndarray,
    level: float,
) -> pd.DataFrame:
    """One row a term, the columns of `TIDY_COLUMNS`; ``df`` is one for all or (k,)."""
    error = np.sqrt(np.diag(covariance))
    statistic = coefficients / error
    reach = stats.t.ppf(0.5 + level / 2, df) * error
    return pd.DataFrame(
        {
            "term": terms,
            "estimate": coefficients,
            "std_error": error,
            "statistic": statistic,
            "df": df,
            "p_value": 2 * stats.t.sf(np.abs(statistic), df),
            "ci_low": coefficients - reach,
            "ci_high": coefficients + reach,
        },
        columns=list(TIDY_COLUMNS),
    )


@dataclass(frozen=True, slots=True)
class Estimate:
    """A fitted specification.

    Parameters
    ----------
    specification : what was asked
    terms : k names
    coefficients : (k,) array, in the outcome's unit per unit of the term
    covariance : (k, k) array
    df : degrees of freedom of the t reference (``numpy.inf`` for the normal); the smallest where
        each term has its own
    n : rows used
    clusters : number of clusters, or None
    r_squared : share of the outcome's variance, after absorbed effects where there are any
    variance_rule : the rule with its small-sample correction, in words for a table's note
    dropped : rows not used, by reason
    diagnostics : named extra numbers
    own_df : (k,) degrees of freedom by term, where the rule gives each its own
    """

    specification: Specification
    terms: tuple[str, ...]
    coefficients: np.ndarray
    covariance: np.ndarray
    df: float
    n: int
    clusters: int | None
    r_squared: float
    variance_rule: str
    dropped: Mapping[str, int] = field(default_factory=dict)
    diagnostics: Mapping[str, float] = field(default_factory=dict)
    own_df: np.ndarray | None = None

    def __post_init__(self) -> None:
        k = len(self.terms)
        if self.coefficients.shape != (k,) or self.covariance.shape != (k, k):
            raise ValueError(f"{k} terms need ({k},) coefficients and a ({k}, {k}) covariance")

    def tidy(self, level: float = 0.95) -> pd.DataFrame:
        """One row a term: estimate, standard error, t, df, p and the interval at ``level``."""
        df = self.df if self.own_df is None else self.own_df
        return tidy_terms(self.terms, self.coefficients, self.covariance, df, level)

    def df_of(self, *terms: str) -> float:
        """Degrees of freedom of a sum of these terms: the smallest of theirs."""
        if self.own_df is None:
            return self.df
        return float(min(self.own_df[self.terms.index(term)] for term in terms))

    def glance(self) -> pd.DataFrame:
        """One row: sample, fit, variance rule, what was dropped, the label."""
        spec = self.specification
        return pd.DataFrame(
            {
                "specification": [spec.name],
                "label": [spec.label],
                "outcome": [spec.outcome],
                "n": [self.n],
                "clusters": [self.clusters],
                "r_squared": [self.r_squared],
                "variance_rule": [self.variance_rule],
                "dropped": ["; ".join(f"{rows} {why}" for why, rows in self.dropped.items())],
                **{name: [value] for name, value in self.diagnostics.items()},
            }
        )
