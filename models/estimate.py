"""What was estimated: coefficients, their variance and everything a reviewer asks next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace

import numpy as np
import pandas as pd
from scipy import stats

from .covariance import Satterthwaite, VarianceRule
from .frames import near
from .record import Record, as_text, reasons
from .specification import Specification, SpecificationError

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


@dataclass(frozen=True, slots=True, repr=False)
class Coefficient(Record):
    """One term of an estimate, as its row in `Estimate.tidy`."""

    term: str
    estimate: float
    std_error: float
    statistic: float
    df: float
    p_value: float
    ci_low: float
    ci_high: float

    def tidy(self) -> pd.DataFrame:
        return pd.DataFrame([asdict(self)])

    def heading(self) -> str:
        return self.term

    def notes(self) -> Sequence[str]:
        return ()


@dataclass(frozen=True, slots=True, repr=False)
class Estimate(Record):
    """A fitted specification; ``estimate["x"]`` is one of its terms.

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
    rule : the same as a record, where it is one of `covariance`
    reference : degrees of freedom of each term and sum of terms, where the rule gives them
    fitted, residuals : of the rows used, under the frame's index, absorbed effects among what is
        fitted; None where the estimator keeps none
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
    rule: VarianceRule | None = None
    reference: Satterthwaite | None = None
    fitted: pd.Series | None = None
    residuals: pd.Series | None = None

    def __post_init__(self) -> None:
        k = len(self.terms)
        if self.coefficients.shape != (k,) or self.covariance.shape != (k, k):
            raise ValueError(f"{k} terms need ({k},) coefficients and a ({k}, {k}) covariance")

    def tidy(self, level: float = 0.95) -> pd.DataFrame:
        """One row a term: estimate, standard error, t, df, p and the interval at ``level``."""
        df = self.df if self.reference is None else self.reference.each
        return tidy_terms(self.terms, self.coefficients, self.covariance, df, level)

    def __getitem__(self, term: str) -> Coefficient:
        if term not in self.terms:
            raise SpecificationError(
                f"no term {term}{near(term, self.terms)} among {', '.join(self.terms)}"
            )
        row = self.tidy().iloc[self.terms.index(term)]
        return Coefficient(*(row[column] for column in TIDY_COLUMNS))

    def df_of(self, *terms: str) -> float:
        """Degrees of freedom of a sum of these terms."""
        return self.df_of_contrast(dict.fromkeys(terms, 1.0))

    def df_of_contrast(self, weights: Mapping[str, float]) -> float:
        """Degrees of freedom of a weighted sum of terms, by name."""
        if unknown := [term for term in weights if term not in self.terms]:
            raise SpecificationError(f"{', '.join(unknown)} not among {', '.join(self.terms)}")
        if self.reference is None:
            return self.df
        return self.reference.of(np.array([weights.get(term, 0.0) for term in self.terms]))

    def select(self, terms: Sequence[str]) -> Estimate:
        """The estimate with some of its terms, in the order given."""
        chosen = [self.terms.index(term) for term in terms]
        return replace(
            self,
            terms=tuple(terms),
            coefficients=self.coefficients[chosen],
            covariance=self.covariance[np.ix_(chosen, chosen)],
            reference=self.reference and self.reference.select(chosen),
        )

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
                "dropped": [reasons(self.dropped)],
                **{name: [value] for name, value in self.diagnostics.items()},
            }
        )

    def heading(self) -> str:
        spec = self.specification
        return f"{spec.title or spec.name} ({spec.label})"

    def notes(self) -> Sequence[str]:
        fit = f", R2 {as_text(self.r_squared)}" if np.isfinite(self.r_squared) else ""
        groups = "" if self.clusters is None else f", {self.clusters:,} clusters"
        left = f"not used: {reasons(self.dropped)}" if self.dropped else ""
        return (f"{self.n:,} rows{groups}{fit}", self.variance_rule, left)
