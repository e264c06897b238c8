"""Sectors against themselves, against others, and over the long run.

The panel (`panel`) holds each sector's own level equal. Correlated random effects say what that
leaves out: the comparison between sectors, and whether it gives the same answer. Long differences
set the means of the last years against those of the first, so that no year has to be timed well.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import pandas as pd

from ...data.simulated_city import Truth
from ...data.tables import BRUSH
from ...models.association.correlated_effects import correlated_effects
from ...models.association.group_means import BETWEEN, WITHIN
from ...models.association.long_differences import long_differences
from ...models.estimate import Estimate
from ...models.specification import NotEstimable as Inestimable
from ...models.specification import Specification
from ..graph import result
from ..quantities import Count, NotEstimable, PriceDifference, PValue, Year
from ..reasons import NoSector, Reason, Refused, TooFewDatedPlaces
from ..study import Study
from .panel import FEW_PLACES

START = "log_price_at_start"
HALF = 0.5
"""Share of a sector's postcodes inside a dated place from which its prices describe the place."""
LIMIT = 0.05
"""A p from which on the comparisons within and between are said to differ."""
VARIANTS = ("weighted", "unweighted")
LONG = {"long": "Change alone", "long_from_start": "plus price at the start"}
Difference = PriceDifference | NotEstimable


@dataclass(frozen=True, slots=True)
class Growth:
    """How far mean prices rose over all years in some sectors, and in how many."""

    INLINE: ClassVar = ("rise",)
    rise: Difference
    sectors: Count


@dataclass(frozen=True, slots=True)
class SectorChanges:
    """What the start of a programme goes with, by three comparisons of the same sectors.

    Parameters
    ----------
    places : with a start inside the data
    sectors, sectors_inside : not left out; of them those that lie in such places
    window : years whose mean stands for an end of the data
    within, between : by how sectors weigh: after the start against before; inside against outside
    hausman_p : that both are one number
    long, long_from_start : change over all years, and with the price at the start held equal
    planted : in a simulated city
    weights : column by which sectors weigh, but where each is equal
    estimates : those of the table, none where there are too few places
    """

    places: Count
    sectors: Count
    sectors_inside: Count
    window: Count
    growth_inside: Growth
    growth_outside: Growth
    first_until: Year
    last_from: Year
    within: Mapping[str, Difference]
    between: Mapping[str, Difference]
    hausman_p: Mapping[str, PValue | NotEstimable]
    long: Difference
    long_from_start: Difference
    planted: PriceDifference | None
    weights: str | None
    estimates: tuple[Estimate, ...]

    @property
    def placed(self) -> bool:
        """Whether a test says that places were of another kind before their start."""
        return any(isinstance(one, PValue) and one.p <= LIMIT for one in self.hausman_p.values())

    def estimate_of(self, difference: PriceDifference) -> Estimate:
        """The equation that a difference was estimated with."""
        return next(
            one for one in self.estimates if one.specification.name == difference.specification
        )


@result(prefix="within_between")
def sector_changes(
    study: Study, sectors: pd.DataFrame, places: pd.DataFrame, truth: Truth | None
) -> SectorChanges:
    """Correlated random effects and long differences, or why there are none; and growth."""
    kept = sectors[~sectors["excluded"]]
    dated = int((places["status"] == "dated").sum())
    window, years = study.prices.window, np.sort(kept["year"].unique())
    found = _found(kept, study, dated)
    inside, outside = _growth(kept, years, window)
    term = study.panel.treatment
    return SectorChanges(
        places=Count(dated),
        sectors=Count(int(kept["sector"].nunique())),
        sectors_inside=Count(int(kept.loc[kept["ever_exposed"] > BRUSH, "sector"].nunique())),
        window=Count(window),
        growth_inside=inside,
        growth_outside=outside,
        first_until=Year(int(years[window - 1])),
        last_from=Year(int(years[-window])),
        within={key: _difference(found, key, term + WITHIN) for key in VARIANTS},
        between={key: _difference(found, key, term + BETWEEN) for key in VARIANTS},
        hausman_p={key: _hausman(found, key) for key in VARIANTS},
        long=_difference(found, "long", term),
        long_from_start=_difference(found, "long_from_start", term),
        planted=PriceDifference(truth.coproduction_total, label="simulated") if truth else None,
        weights=study.panel.weights,
        estimates=() if isinstance(found, Reason) else tuple(found.values()),
    )


Found = Mapping[str, Estimate] | Reason
"""The equations by name, or why there are none."""


def _found(kept: pd.DataFrame, study: Study, dated: int) -> Found:
    if dated < FEW_PLACES:
        return TooFewDatedPlaces(dated, FEW_PLACES)
    try:
        return {**_correlated(kept, study), **_long(kept, study)}
    except Inestimable as fault:
        return Refused(str(fault))


def _specification(study: Study, name: str, title: str) -> Specification:
    section = study.panel
    return Specification(
        name=f"within_between.{name}",
        title=title,
        outcome=section.outcome,
        regressors=(section.treatment,),
        controls=(START,) if name == "long_from_start" else (),
        effects=("sector", "year"),
        weights=section.weights,
        clusters=section.clusters,
    )


def _correlated(kept: pd.DataFrame, study: Study) -> dict[str, Estimate]:
    title = "Sectors by year, correlated random effects"
    asked = {key: _specification(study, f"correlated.{key}", f"{title}, {key}") for key in VARIANTS}
    asked["unweighted"] = replace(asked["unweighted"], weights=None)
    return {key: correlated_effects(kept, one) for key, one in asked.items()}


def _long(kept: pd.DataFrame, study: Study) -> dict[str, Estimate]:
    window = study.prices.window
    early = kept[kept["year"] < kept["year"].min() + window]
    rows = kept.assign(**{START: kept["sector"].map(early.groupby("sector")["log_price"].mean())})
    return {
        name: long_differences(
            rows, _specification(study, name, f"Sectors, long differences. {words}"), window
        )
        for name, words in LONG.items()
    }


def _difference(found: Found, name: str, term: str) -> Difference:
    if isinstance(found, Reason):
        return NotEstimable(found)
    return PriceDifference.of(found[name], term)


def _hausman(found: Found, name: str) -> PValue | NotEstimable:
    if isinstance(found, Reason):
        return NotEstimable(found, unit="p")
    estimate = found[name]
    return PValue(
        estimate.diagnostics["hausman_p"],
        label="adjusted",
        specification=estimate.specification.name,
    )


def _growth(kept: pd.DataFrame, years: np.ndarray, window: int) -> tuple[Growth, Growth]:
    """Growth of mean prices over all years, in sectors half inside a dated place and in others."""
    first, last = (
        kept[kept["year"].isin(at)].groupby("sector")["log_price"].mean()
        for at in (years[:window], years[-window:])
    )
    change = (last - first).dropna()
    share = kept.groupby("sector")["ever_exposed"].first().reindex(change.index)
    return _rise(change[share >= HALF]), _rise(change[share <= BRUSH])


def _rise(change: pd.Series) -> Growth:
    if change.empty:
        return Growth(NotEstimable(NoSector(), label="described"), Count(0))
    described = ("log_price", "ever_exposed")
    return Growth(PriceDifference(float(change.mean()), columns=described), Count(len(change)))
