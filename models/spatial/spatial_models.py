"""What goes with an area's own neighbourhood, and what with the neighbours'?

Durbin y = rho W y + X b + W X g + e, with the lag model (g = 0) and, by the common factor
g = -rho b, the error model y = X b + u, u = lambda W u + e inside it. Neither rho nor b alone is an
answer: direct, indirect and total are (`impacts`). rho is likeness of neighbours from any cause and
no measure of influence.

By maximum likelihood with the exact Jacobian, or by the adjusted score, which counts what is
estimated beside rho (`spatial_score`). With an effect absorbed only the second is given, and
Durbin has the neighbours' share of each category among its terms, as of any other column: without
them the error model with the same effect would not be inside it, and the neighbours' levels would
be read off the lags of the terms.

References
----------
Ord (1975): Jacobian by eigenvalues. Anselin (1988): information matrices. LeSage and Pace (2009):
Durbin model. Lee and Yu (2010): absorbed effects. Gibbons and Overman (2012): what rho cannot show.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd
from scipy import stats

from ..association.cross_section import cross_section
from ..estimate import Estimate
from ..frames import takes_frame
from ..record import Record
from ..specification import Specification, SpecificationError, require_word
from .moran import Neighbours
from .spatial_sample import SpatialSample, spatial_sample, with_lagged_effects, with_lags
from .spatial_score import Problem, Score, SpatialParts

Form = Literal["lag", "error", "durbin"]


@dataclass(frozen=True, slots=True, repr=False)
class SpatialFit(Record):
    """A fitted spatial model.

    Parameters
    ----------
    form : lag, error or durbin
    score : what rho makes zero
    estimate : coefficients; "rho" (error model: "lambda") last, "constant" first without effects
    rho : the spatial coefficient
    log_likelihood : with all constants, at rho
    plain_log_likelihood : of the same right-hand side with rho = 0
    eigenvalues : of W
    """

    form: Form
    score: Score
    estimate: Estimate
    rho: float
    log_likelihood: float
    plain_log_likelihood: float
    eigenvalues: np.ndarray

    def tidy(self, level: float = 0.95) -> pd.DataFrame:
        """The rows of `Estimate.tidy`."""
        return self.estimate.tidy(level)

    def heading(self) -> str:
        return f"Spatial {self.form} model by the {self.score}"

    def notes(self) -> Sequence[str]:
        return self.estimate.notes()


@dataclass(frozen=True, slots=True)
class RatioTest:
    """A likelihood ratio test: statistic, degrees of freedom, p value."""

    statistic: float
    df: int
    p_value: float


def eigenvalues(neighbours: Neighbours) -> np.ndarray:
    """Eigenvalues of the weights matrix, to be found once for all fits on it."""
    matrix = np.asarray(neighbours.weights.sparse.todense())
    counts = (matrix > 0).sum(axis=1)
    links = matrix * counts[:, None]
    if np.allclose(links, links.T):
        # Similar to a symmetric matrix: real eigenvalues, ten times as fast.
        root = np.sqrt(counts)
        return np.asarray(np.linalg.eigvalsh(links / root[:, None] / root))
    return np.asarray(np.linalg.eigvals(matrix))


@takes_frame
def spatial_model(
    frame: pd.DataFrame,
    specification: Specification,
    neighbours: Neighbours,
    code: str,
    form: Form = "durbin",
    values: np.ndarray | None = None,
    score: Score = "likelihood",
) -> SpatialFit:
    """Fit a spatial model.

    Parameters
    ----------
    frame : one row an area
    specification : weights are analytic; one effect may be absorbed if the score is adjusted; the
        variance is that of the score whatever the specification's rule
    neighbours : of exactly the areas of the complete rows
    code : column of the areas' codes
    form : "durbin" adds the spatial lag of every term, and of the dummies of the effect
    values : `eigenvalues` of the neighbours, if at hand
    score : "likelihood", or "adjusted" for what is estimated beside rho

    Raises
    ------
    SpecificationError
        See `spatial_sample` and `Problem.root`; a likelihood with an absorbed effect; as many
        columns as areas.
    """
    require_word("form", form, Form)
    require_word("score", score, Score)
    if form == "durbin":
        frame, specification = with_lags(frame, specification, neighbours, code)
    spatial = spatial_sample(frame, specification, neighbours, code)
    if spatial.has_effects and score == "likelihood":
        raise SpecificationError(
            f"specification {specification.name}: the likelihood of a spatial model takes no "
            "absorbed effect; ask for the adjusted score"
        )
    if form == "durbin":
        spatial = with_lagged_effects(spatial)
    if len(spatial.sample.rows) <= (columns := spatial.design.shape[1]):
        raise SpecificationError(
            f"specification {specification.name}: {len(spatial.sample.rows)} areas cannot carry "
            f"{columns} columns, of which {spatial.base.shape[1]} are levels and their lags"
        )
    roots = eigenvalues(neighbours) if values is None else values
    problem = Problem(spatial, form == "error", roots)
    parts = problem.parts(score)
    estimate = _estimate(spatial, specification, form, score, parts)
    at, plain = problem.log_likelihood(parts.rho), problem.log_likelihood(0.0)
    return SpatialFit(form, score, estimate, parts.rho, at, plain, roots)


def lags_of_x(
    frame: pd.DataFrame, specification: Specification, neighbours: Neighbours, code: str
) -> Estimate:
    """Least squares with the spatial lag of every term: the transparent spatial model (SLX)."""
    return cross_section(*with_lags(frame, specification, neighbours, code))


def durbin_error(
    frame: pd.DataFrame,
    specification: Specification,
    neighbours: Neighbours,
    code: str,
    values: np.ndarray | None = None,
) -> Estimate:
    """The spatial lag of every term, and errors u = lambda W u + e, by the adjusted score (SDEM).

    The terms of `lags_of_x` where errors of neighbours are alike, whatever border lies between.
    """
    lagged = with_lags(frame, specification, neighbours, code)
    return spatial_model(*lagged, neighbours, code, "error", values, "adjusted").estimate


def common_factor_test(durbin: SpatialFit, inside: SpatialFit) -> RatioTest:
    """Likelihood ratio of Durbin against the lag or the error model inside it.

    Against the error model it is the common-factor test: are the neighbours' values in the
    equation only because the errors are alike?
    """
    if durbin.form != "durbin" or inside.form == "durbin" or durbin.estimate.n != inside.estimate.n:
        raise SpecificationError("the ratio is of a Durbin model and one inside it, same areas")
    if "adjusted" in (durbin.score, inside.score):
        raise SpecificationError("a ratio of likelihoods is of fits by likelihood")
    df = len(durbin.estimate.terms) - len(inside.estimate.terms)
    return _ratio(durbin.log_likelihood - inside.log_likelihood, df)


def _ratio(difference: float, df: int) -> RatioTest:
    statistic = 2 * max(difference, 0.0)
    return RatioTest(statistic, df, float(stats.chi2.sf(statistic, df)))


def _estimate(
    spatial: SpatialSample,
    specification: Specification,
    form: Form,
    score: Score,
    parts: SpatialParts,
) -> Estimate:
    """The coefficients that a reader asks for: all but those of absorbed effects."""
    sample = spatial.sample
    n, columns = len(sample.rows), spatial.design.shape[1]
    skipped = spatial.base.shape[1] if spatial.has_effects else 0
    likely = score == "likelihood"
    centred = sample.outcome - np.average(sample.outcome, weights=sample.weights)
    total = float(sample.weights @ centred**2)
    terms = (*sample.terms, "lambda" if form == "error" else "rho")
    rule = (
        f"maximum likelihood, inverse information matrix, no small-sample factor, N = {n}"
        if likely
        else f"adjusted score, its variance over its slope, error variance over N-K, N = {n}, "
        f"K = {columns} ({skipped or 1} of them levels)"
    )
    return Estimate(
        specification=replace(specification, variance="classical", clusters=None),
        terms=terms if skipped else ("constant", *terms),
        coefficients=np.append(parts.coefficients, parts.rho)[skipped:],
        covariance=parts.covariance[skipped:, skipped:],
        df=np.inf,
        n=n,
        clusters=None,
        r_squared=1 - (n if likely else n - columns) * parts.variance / total,
        variance_rule=f"{rule}; normal reference",
        dropped=sample.dropped,
        diagnostics={"error_variance": parts.variance},
    )
