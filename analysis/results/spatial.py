"""Space: are neighbours' errors alike, what that does to the intervals, and what spills over.

The cross-section (`cross_section`) treats areas as unrelated across a border. Here the likeness of
neighbours' errors is tested, intervals allow for it at every distance, and models let prices go
with the neighbours' social capital.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from ...data.catalogue import DataFolder
from ...data.measures import Measure, measure
from ...data.simulated_city import Truth
from ...models.estimate import Estimate
from ...models.spatial.spatial_models import eigenvalues
from ..equations import no_place
from ..graph import result
from ..quantities import Coefficient, Count, NotEstimable, Number, PriceDifference
from ..reasons import Reason
from ..spatial_views import VIEWS, Ground, View, ground_of, views_of
from ..study import Study
from .neighbour_effects import (
    BAND,
    NEAREST,
    Effects,
    Inside,
    Neighbouring,
    effects,
    inside,
    neighbouring,
    no_inside,
)
from .neighbour_errors import CUT_OFFS, Likeness, Reach, likeness, no_likeness, reach


@dataclass(frozen=True, slots=True)
class Impacts:
    """In the area itself, in all others, everywhere."""

    direct: PriceDifference | NotEstimable
    indirect: PriceDifference | NotEstimable
    total: PriceDifference | NotEstimable


@dataclass(frozen=True, slots=True)
class InSpace:
    """One measure.

    Parameters
    ----------
    conley, widest : with the least sure of Conley's errors, and its kilometres
    lags, errors, durbin : effects by model: lags alone; errors alike as well; prices alike as well
    rules_with_total : rules of who is a neighbour under which the total can be told from zero
    """

    measure: Measure
    conley: PriceDifference | NotEstimable
    widest: Number | NotEstimable
    lags: Impacts
    errors: Impacts
    durbin: Impacts
    rules_with_total: Count | NotEstimable

    @property
    def key(self) -> str:
        return self.measure.column


@dataclass(frozen=True, slots=True)
class Spatial:
    """The cross-section over space, or why it bears none.

    Parameters
    ----------
    joined : areas without a neighbour, which got their nearest
    neighbours : mean number
    nearest, band : other rules: so many nearest; kilometres between centres
    views : without effects, and with the most held equal
    """

    INLINE: ClassVar = ("likeness", "measures", "inside")
    areas: Count | NotEstimable
    joined: Count | NotEstimable
    neighbours: Number | NotEstimable
    nearest: int
    band: float
    views: tuple[View, ...]
    furthest: Number
    likeness: Likeness
    curves: pd.DataFrame | NotEstimable
    intervals: pd.DataFrame | NotEstimable
    measures: tuple[InSpace, ...]
    rho: Mapping[str, Coefficient | NotEstimable]
    inside: Inside
    rules: Count | NotEstimable
    effects: pd.DataFrame | NotEstimable
    weights: pd.DataFrame | NotEstimable
    planted: Number | None
    estimates: tuple[Estimate, ...]

    def held_equal(self, view: str) -> tuple[str, ...]:
        """Titles of what a view holds equal."""
        return next((one.held_equal for one in self.views if one.key == view), ())

    @property
    def reached(self) -> bool:
        """Whether errors that reach over a distance could be had."""
        return not isinstance(self.curves, NotEstimable)

    @property
    def clusters(self) -> str | None:
        """Column by which the errors of the cross-section are clustered."""
        return self.views[0].specification.clusters if self.views else None

    @property
    def neighbours_found(self) -> tuple[InSpace, ...]:
        """Measures of the neighbours with which an area's own price differs."""
        return tuple(one for one in self.measures if one.lags.indirect.found)

    @property
    def social_capital(self) -> tuple[InSpace, ...]:
        """Of the measures of social capital."""
        return tuple(one for one in self.measures if one.measure.role == "social_capital")

    @property
    def coproduction(self) -> tuple[InSpace, ...]:
        """Of the measures of coproduction."""
        return tuple(one for one in self.measures if one.measure.role == "coproduction")


@result()
def spatial(study: Study, areas: pd.DataFrame, folder: DataFolder, truth: Truth | None) -> Spatial:
    """Residuals, Conley errors, spatial models and other neighbours, for both views."""
    section = study.cross_section
    asked = (*section.social_capital, *section.coproduction)
    planted = None if truth is None else Number(truth.spatial_rho, label="simulated")
    sold = areas[areas["sales"] >= section.minimum_sales]
    views = views_of(section, sold)
    if isinstance(views, Reason):
        return nothing_in_space(views, asked, planted)
    ground = ground_of(views, sold, folder)
    roots, rng = eigenvalues(ground.queen), np.random.default_rng(study.seed)
    reached, found = reach(ground), effects(ground, roots, rng)
    others = neighbouring(ground, found, rng)
    refused, at_last = (
        no_place(section, ground.rows, asked, view.specification.effects) for view in views
    )
    return Spatial(
        areas=Count(len(ground.rows)),
        joined=Count(ground.queen.joined),
        neighbours=Number(float(ground.queen.weights.mean_neighbors)),
        nearest=NEAREST,
        band=BAND / 1000,
        views=views,
        furthest=Number(CUT_OFFS[-1] / 1000),
        likeness=likeness(ground),
        curves=NotEstimable(reached) if isinstance(reached, Reason) else reached.curves,
        intervals=NotEstimable(reached) if isinstance(reached, Reason) else reached.intervals,
        measures=tuple(
            _nowhere(term, refused[term])
            if term in refused
            else _in_space(term, ground, reached, found, at_last.get(term, others))
            for term in asked
        ),
        rho=found.rho,
        inside=inside(ground, roots),
        rules=NotEstimable(others, unit="count")
        if isinstance(others, Reason)
        else Count(len(others.rules)),
        effects=found.wide(),
        weights=NotEstimable(others) if isinstance(others, Reason) else others.effects,
        planted=planted,
        estimates=found.estimates,
    )


def _in_space(
    term: str,
    ground: Ground,
    reached: Reach | Reason,
    found: Effects,
    others: Neighbouring | Reason,
) -> InSpace:
    view = ground.last_view(term).key
    lags, errors, durbin = (
        _impacts(found.of(term, model, view)) for model in ("lags", "errors", "durbin")
    )
    return InSpace(
        measure(term),
        NotEstimable(reached) if isinstance(reached, Reason) else reached.conley[term],
        NotEstimable(reached, unit="number")
        if isinstance(reached, Reason)
        else reached.widest[term],
        lags,
        errors,
        durbin,
        NotEstimable(others, unit="count")
        if isinstance(others, Reason)
        else Count(others.with_total(term), label="adjusted"),
    )


def _impacts(found: Mapping[str, PriceDifference] | Reason) -> Impacts:
    if isinstance(found, Reason):
        none = NotEstimable(found)
        return Impacts(none, none, none)
    return Impacts(**found)


def _nowhere(term: str, why: Reason) -> InSpace:
    none, number, count = (NotEstimable(why, unit=unit) for unit in ("percent", "number", "count"))
    nothing = Impacts(none, none, none)
    return InSpace(measure(term), none, number, nothing, nothing, nothing, count)


def nothing_in_space(why: Reason, asked: tuple[str, ...], planted: Number | None) -> Spatial:
    """The cross-section bears no look at neighbours, and why."""
    none, number, count = (NotEstimable(why, unit=unit) for unit in ("percent", "number", "count"))
    return Spatial(
        areas=count,
        joined=count,
        neighbours=number,
        nearest=NEAREST,
        band=BAND / 1000,
        views=(),
        furthest=Number(CUT_OFFS[-1] / 1000),
        likeness=no_likeness(why),
        curves=none,
        intervals=none,
        measures=tuple(_nowhere(term, why) for term in asked),
        rho=dict.fromkeys(VIEWS, number),
        inside=no_inside(why),
        rules=count,
        effects=none,
        weights=none,
        planted=planted,
        estimates=(),
    )
