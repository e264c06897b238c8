"""The index of social capital and price, as measured and with the error of the index taken out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import pandas as pd

from ...data.circularity import require_no_circularity
from ...data.tables import standardised
from ...models.association.cross_section import cross_section
from ...models.estimate import Estimate
from ...models.measurement.errors_in_variables import errors_in_variables
from ...models.measurement.simex import simex
from ...models.specification import NotEstimable as Inestimable
from ...models.specification import Specification
from ..equations import added, by_ward, specification, too_few_clusters
from ..graph import result
from ..quantities import Count, NotEstimable, Number, PriceDifference
from ..reasons import LittleLeft, Reason, Refused
from ..study import Step, Study
from .capital_by_ward import INDEX
from .social_index import SocialIndex

METHODS = ("naive", "corrected", "simex")
"""As measured; errors in variables; simulation and extrapolation."""
LEAST_LEFT = 0.3
"""Simulation adds error and extrapolates back to none; from less signal than this it runs wild."""
DRAWS = 400


@dataclass(frozen=True, slots=True)
class IndexAtStep:
    """The association of the index with price at one step, by method."""

    INLINE: ClassVar = ("differences",)
    step: Step
    held_equal: tuple[str, ...]
    """Titles of the steps up to this one that hold something equal."""
    differences: Mapping[str, PriceDifference | NotEstimable]
    estimates: tuple[Estimate, ...]

    @property
    def naive(self) -> PriceDifference | NotEstimable:
        return self.differences["naive"]

    @property
    def corrected(self) -> PriceDifference | NotEstimable:
        return self.differences["corrected"]

    def left(self, method: str) -> float | None:
        """The share of the index's remaining variation that is not error, if the method says."""
        name = f"{self.step.name}.{method}"
        for one in self.estimates:
            if one.specification.name.endswith(name):
                return one.diagnostics.get(f"reliability_left_{INDEX}")
        return None


@dataclass(frozen=True, slots=True)
class IndexPrices:
    """All steps in which the measures stand together.

    Parameters
    ----------
    index : by the step's name
    circular_controls : inputs that the index shares with what the last step holds equal
    """

    index: Mapping[str, IndexAtStep]
    circular_controls: Count

    @property
    def steps(self) -> tuple[IndexAtStep, ...]:
        return tuple(self.index.values())

    @property
    def first(self) -> IndexAtStep:
        """With the least held equal."""
        return self.steps[0]

    @property
    def last(self) -> IndexAtStep:
        """With the most held equal."""
        return self.steps[-1]

    @property
    def made(self) -> tuple[Estimate, ...]:
        return tuple(estimate for at in self.steps for estimate in at.estimates)


@result(prefix="social_capital")
def index_prices(study: Study, areas: pd.DataFrame, social_index: SocialIndex) -> IndexPrices:
    """Naive and corrected associations of the index with price, for each step of Section 3."""
    section = study.cross_section
    sold = areas[areas["sales"] >= section.minimum_sales]
    sold = sold.assign(**{INDEX: sold["lsoa21"].map(standardised(social_index.values))})
    rng = np.random.default_rng(study.seed)
    error, few = social_index.index_error, too_few_clusters(section, sold)
    why_not = error.reason if isinstance(error, NotEstimable) else few
    noise = error.number**2 if isinstance(error, Number) else np.nan
    steps = [step for step in section.steps if not step.separately]
    circular = require_no_circularity(
        section.outcome, section.social_capital, section.steps[-1].controls
    )
    return IndexPrices(
        index={step.name: _at(study, step, sold, noise, rng, why_not) for step in steps},
        circular_controls=Count(len(circular)),
    )


def _at(
    study: Study,
    step: Step,
    sold: pd.DataFrame,
    noise: float,
    rng: np.random.Generator,
    why_not: Reason | None,
) -> IndexAtStep:
    section = study.cross_section
    name = f"social_capital.index.{step.name}"
    equation = specification(section, step, name, step.title, section.outcome, [INDEX])
    asked = by_ward(section, equation)
    found = {method: why_not or _fitted(method, sold, asked, noise, rng) for method in METHODS}
    columns = tuple(section.social_capital)
    return IndexAtStep(
        step,
        added(section, step),
        {
            method: replace(PriceDifference.of(one, INDEX), columns=columns)
            if isinstance(one, Estimate)
            else NotEstimable(one)
            for method, one in found.items()
        },
        tuple(one for one in found.values() if isinstance(one, Estimate)),
    )


def _fitted(
    method: str, sold: pd.DataFrame, asked: Specification, noise: float, rng: np.random.Generator
) -> Estimate | Reason:
    own = replace(asked, name=f"{asked.name}.{method}", title=f"{asked.title} ({method})")
    try:
        if method == "naive":
            return cross_section(sold, own)
        corrected = errors_in_variables(sold, own, error_variance={INDEX: noise})
        if method == "corrected":
            return corrected
        left = corrected.diagnostics[f"reliability_left_{INDEX}"]
        if left < LEAST_LEFT:
            return LittleLeft(left, LEAST_LEFT)
        return simex(sold, own, {INDEX: noise}, rng, draws=DRAWS)
    except Inestimable as fault:
        return Refused(str(fault))
