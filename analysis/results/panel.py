"""Prices of postcode sectors after a recorded start, sectors and years held equal."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from ...data.tables import BRUSH
from ...models.association.panel import panel as two_way
from ...models.estimate import Estimate
from ...models.specification import NotEstimable as Inestimable
from ...models.specification import Specification
from ..graph import result
from ..quantities import Count, NotEstimable, PriceDifference, Year
from ..reasons import MeasuredOnce, Refused
from ..study import Study

FEW_PLACES = 10
"""With fewer dated places the clustered interval is not to be trusted, and the report says so."""


@dataclass(frozen=True, slots=True)
class SectorPanel:
    """The panel of postcode sectors by year, sectors of hazy places left out."""

    sectors: Count
    exposed_sectors: Count
    dated_places: Count
    few_places: Count
    first_year: Year
    last_year: Year
    excluded_sectors: Count
    weighted: PriceDifference | NotEstimable
    unweighted: PriceDifference | NotEstimable
    social_capital: NotEstimable
    estimates: tuple[Estimate, ...]
    """Of those that could be had: weighted by sales, each sector equal."""

    @property
    def enough_places(self) -> bool:
        """Whether there are dated places enough for the clustered interval to be trusted."""
        return self.dated_places.value >= self.few_places.value


@result(prefix="valuing.panel")
def panel(study: Study, sectors: pd.DataFrame, places: pd.DataFrame) -> SectorPanel:
    """The price after the year of a recorded start against before, beside sectors without one."""
    kept = sectors[~sectors["excluded"]]
    exposed = kept.loc[kept["ever_exposed"] > BRUSH, "sector"]
    specifications = [
        _specification(study, "weighted", study.panel.weights),
        _specification(study, "unweighted", None),
    ]
    found = [_fitted(kept, one) for one in specifications]
    weighted, unweighted = (_difference(one, study.panel.treatment) for one in found)
    return SectorPanel(
        sectors=Count(int(kept["sector"].nunique())),
        exposed_sectors=Count(int(exposed.nunique())),
        dated_places=Count(int((places["status"] == "dated").sum())),
        few_places=Count(FEW_PLACES),
        first_year=Year(int(kept["year"].min())),
        last_year=Year(int(kept["year"].max())),
        excluded_sectors=Count(int(sectors.loc[sectors["excluded"], "sector"].nunique())),
        weighted=weighted,
        unweighted=unweighted,
        social_capital=NotEstimable(MeasuredOnce()),
        estimates=tuple(one for one in found if isinstance(one, Estimate)),
    )


def _fitted(kept: pd.DataFrame, specification: Specification) -> Estimate | Refused:
    try:
        return two_way(kept, specification)
    except Inestimable as fault:
        return Refused(str(fault))


def _difference(found: Estimate | Refused, term: str) -> PriceDifference | NotEstimable:
    return PriceDifference.of(found, term) if isinstance(found, Estimate) else NotEstimable(found)


def _specification(study: Study, name: str, weights: str | None) -> Specification:
    section = study.panel
    return Specification(
        name=f"valuing.panel.{name}",
        title=f"Sectors by year, fixed effects, {name}",
        outcome=section.outcome,
        regressors=(section.treatment,),
        effects=("sector", "year"),
        weights=weights,
        clusters=section.clusters,
    )
