"""Whether the controlled associations differ between poorer and richer places, or with owning."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import pandas as pd
from scipy import stats

from ...data.measures import Measure, measure
from ...models.association.cross_section import cross_section as least_squares
from ...models.estimate import Estimate
from ...models.specification import NotEstimable as Inestimable
from ..controlled import Controlled, controlled, told
from ..graph import result
from ..quantities import NotEstimable, PriceDifference
from ..reasons import NotHeldEqual, Reason, Refused
from ..study import Study

POORER = "income_deprivation"
MODERATORS = (POORER, "owned")
QUARTERS = (0.25, 0.75)


@dataclass(frozen=True, slots=True)
class Moderated:
    """A measure's association where a moderator is low and high, and the gap between the two."""

    INLINE: ClassVar = ("named",)
    moderator: Measure
    named: Mapping[str, PriceDifference | NotEstimable]
    """``by_owned`` for the gap, ``by_owned_low`` and ``by_owned_high``."""
    estimate: Estimate | None = None

    @property
    def gap(self) -> PriceDifference | NotEstimable:
        return self.named[f"by_{self.moderator.column}"]

    @property
    def low(self) -> PriceDifference | NotEstimable:
        """At the lower quartile of the moderator."""
        return self.named[f"by_{self.moderator.column}_low"]

    @property
    def high(self) -> PriceDifference | NotEstimable:
        """At the upper quartile."""
        return self.named[f"by_{self.moderator.column}_high"]


@dataclass(frozen=True, slots=True)
class MeasureModerators:
    """One measure's association by each moderator in turn."""

    INLINE: ClassVar = ("by",)
    measure: Measure
    by: tuple[Moderated, ...]

    @property
    def key(self) -> str:
        return self.measure.column

    @property
    def told(self) -> tuple[Moderated, ...]:
        """The moderators by which it could be had."""
        return tuple(one for one in self.by if told(one.gap))


@dataclass(frozen=True, slots=True)
class Moderators:
    """Every association, let differ between places."""

    INLINE: ClassVar = ("measures",)
    measures: tuple[MeasureModerators, ...]

    @property
    def told(self) -> tuple[MeasureModerators, ...]:
        """The measures that could be had by any moderator."""
        return tuple(one for one in self.measures if one.told)

    @property
    def gaps(self) -> int:
        """How many comparisons of high with low could be made."""
        return len(self._made)

    @property
    def gaps_found(self) -> int:
        """In how many of them the two differ, each taken by itself."""
        return sum(one.gap.found for one in self._made)

    @property
    def more_in_poorer(self) -> bool:
        """Whether a measure goes with higher prices in poorer areas than in others."""
        asked = (one.gap for one in self._made if one.moderator.column == POORER)
        return any(gap.found and (gap.value or 0) > 0 for gap in asked)

    @property
    def _made(self) -> tuple[Moderated, ...]:
        return tuple(by for one in self.told for by in one.told)

    @property
    def estimates(self) -> tuple[Estimate, ...]:
        """Every equation."""
        every = (one.estimate for measure in self.measures for one in measure.by)
        return tuple(estimate for estimate in every if estimate)


@result(prefix="sensitivity")
def moderators(study: Study, areas: pd.DataFrame) -> Moderators:
    """The last step with a product of each measure and each moderator, one at a time."""
    chosen = controlled(study.cross_section, areas)
    return Moderators(
        tuple(
            MeasureModerators(
                measure(column), tuple(_moderated(chosen, column, name) for name in MODERATORS)
            )
            for column in chosen.measures
        )
    )


def _moderated(chosen: Controlled, column: str, moderator: str) -> Moderated:
    name = f"by_{moderator}"
    why: Reason | None = chosen.refused.get(column)
    if why is None and moderator not in chosen.step.controls:
        why = NotHeldEqual((moderator,))
    found = why or _fitted(chosen, column, moderator)
    if isinstance(found, Reason):
        refused = (f"{name}{end}" for end in ("", "_low", "_high"))
        return Moderated(measure(moderator), {one: NotEstimable(found) for one in refused})
    product = _product(column, moderator)
    low, high = (float(chosen.areas[moderator].quantile(share)) for share in QUARTERS)
    return Moderated(
        measure(moderator),
        {
            name: _combined(found, {product: high - low}),
            f"{name}_low": _combined(found, {column: 1.0, product: low}),
            f"{name}_high": _combined(found, {column: 1.0, product: high}),
        },
        found,
    )


def _product(column: str, moderator: str) -> str:
    return f"{column}_by_{moderator}"


def _fitted(chosen: Controlled, column: str, moderator: str) -> Estimate | Refused:
    product = _product(column, moderator)
    base = chosen.specification
    asked = replace(
        base,
        name=f"sensitivity.{column}.by_{moderator}",
        title=f"{measure(column).words} by {measure(moderator).in_sentence}",
        regressors=(*base.regressors, product),
    )
    rows = chosen.areas.assign(**{product: chosen.areas[column] * chosen.areas[moderator]})
    try:
        return least_squares(rows, asked)
    except Inestimable as fault:
        return Refused(str(fault))


def _combined(estimate: Estimate, shares: Mapping[str, float]) -> PriceDifference:
    """A sum of coefficients with its interval."""
    loading = np.array([shares.get(term, 0.0) for term in estimate.terms])
    error = float(np.sqrt(loading @ estimate.covariance @ loading))
    df = estimate.df_of_contrast(shares)
    value, reach = float(loading @ estimate.coefficients), float(stats.t.ppf(0.975, df)) * error
    return PriceDifference(
        value,
        value - reach,
        value + reach,
        error,
        df,
        estimate.variance_rule,
        label=estimate.specification.label,
        specification=estimate.specification.name,
    )
