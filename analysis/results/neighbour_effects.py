"""What goes with the area's own social capital, and what with that of its neighbours?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from ...models.association.cross_section import cross_section
from ...models.estimate import Estimate
from ...models.spatial.impacts import EFFECTS, impacts, impacts_of_lags
from ...models.spatial.moran import nearest_neighbours, neighbours_within
from ...models.spatial.spatial_models import (
    common_factor_test,
    durbin_error,
    lags_of_x,
    spatial_model,
)
from ...models.spatial.spatial_moments import error_by_moments, spatial_two_stage
from ...models.specification import NotEstimable as Inestimable
from ...models.specification import Specification
from ..quantities import Coefficient, NotEstimable, Number, PriceDifference, PValue, percent_effect
from ..reasons import EffectInEveryStep, Reason, Refused
from ..spatial_views import AREA, Ground, View

NEAREST = 6
BAND = 1500.0
"""Metres between centres: about three areas across in a city of this density."""
LIMIT = 0.05
"""A p from which on the neighbours' terms are said to carry something of their own."""
MODELS = {"lags": "SLX", "errors": "SDEM", "durbin": "Durbin"}
"""SLX: lags of the measures. SDEM: the same, errors of neighbours alike. Durbin: prices alike."""


@dataclass(frozen=True, slots=True)
class Inside:
    """The lag and error models inside Durbin's, by likelihood and without."""

    lag_rho: Coefficient | NotEstimable
    error_lambda: Coefficient | NotEstimable
    two_stage_rho: Coefficient | NotEstimable
    moments_lambda: Number | NotEstimable
    common_factor_p: PValue | NotEstimable
    lag_only_p: PValue | NotEstimable

    @property
    def more_than_errors(self) -> bool:
        """Whether the neighbours' terms are more than errors that are alike."""
        return isinstance(self.common_factor_p, PValue) and self.common_factor_p.p < LIMIT

    @property
    def more_than_prices(self) -> bool:
        """Whether they are more than prices that go together."""
        return isinstance(self.lag_only_p, PValue) and self.lag_only_p.p < LIMIT

    def holds(self, planted: Number) -> bool:
        """Whether the interval of the error model holds what was planted."""
        found = self.error_lambda
        if isinstance(found, NotEstimable) or found.low is None or found.high is None:
            return False
        return found.low <= planted.number <= found.high


@dataclass(frozen=True, slots=True)
class Effects:
    """Direct, indirect and total effects.

    Parameters
    ----------
    found : of each measure in its last view, by all models, and by Durbin in the view before:
        ``term, model, view, last, effect, estimate, ci_low, ci_high`` in logs
    refused : why a model of a view could not be had
    rho : Durbin's coefficient of likeness, by view
    estimates : of every model and view
    """

    found: pd.DataFrame
    refused: Mapping[tuple[str, str], Refused]
    rho: Mapping[str, Coefficient | NotEstimable]
    estimates: tuple[Estimate, ...]

    def of(self, term: str, model: str, view: str) -> dict[str, PriceDifference] | Refused:
        """The effects of a measure by one model, by name."""
        if (model, view) in self.refused:
            return self.refused[model, view]
        own = self.found.query("term == @term and model == @model and view == @view")
        return {
            row["effect"]: PriceDifference(
                row["estimate"],
                row["ci_low"],
                row["ci_high"],
                label="adjusted",
                specification=f"spatial.{model}.{view}",
            )
            for row in own.to_dict("records")
        }

    def wide(self) -> pd.DataFrame:
        """One row a measure, model and view, in per cent."""
        return wide(self.found, ("model", "view"))


@dataclass(slots=True)
class _Collected:
    """What the models of both views add to."""

    parts: list[pd.DataFrame] = field(default_factory=list)
    refused: dict[tuple[str, str], Refused] = field(default_factory=dict)
    rho: dict[str, Coefficient | NotEstimable] = field(default_factory=dict)
    estimates: list[Estimate] = field(default_factory=list)


def effects(ground: Ground, roots: np.ndarray, rng: np.random.Generator) -> Effects:
    """Least squares, and with lags of the terms, with errors alike, and with prices alike."""
    made = _Collected()
    for view in ground.views:
        made.parts.append(_least_squares(ground.rows, view))
        for model in MODELS:
            try:
                found = _by_model(ground, view, model, roots, rng, made)
            except Inestimable as fault:
                made.refused[model, view.key] = Refused(str(fault))
            else:
                made.parts.append(found.assign(model=model, view=view.key))
        if ("durbin", view.key) in made.refused:
            why = made.refused["durbin", view.key]
            made.rho[view.key] = NotEstimable(why, unit="number")
    shown = _shown(pd.concat(made.parts, ignore_index=True), ground)
    return Effects(shown, made.refused, made.rho, tuple(made.estimates))


def _by_model(
    ground: Ground,
    view: View,
    model: str,
    roots: np.ndarray,
    rng: np.random.Generator,
    made: _Collected,
) -> pd.DataFrame:
    named = _named(view, model)
    if model == "durbin":
        fit = spatial_model(ground.rows, named, ground.queen, AREA, "durbin", roots, "adjusted")
        found = impacts(fit, rng)
        made.estimates.append(fit.estimate)
        made.rho[view.key] = Coefficient.of(fit.estimate, "rho")
        return found
    if model == "lags":
        estimate = lags_of_x(ground.rows, named, ground.queen, AREA)
    else:
        estimate = durbin_error(ground.rows, named, ground.queen, AREA, roots)
    found = impacts_of_lags(estimate)
    made.estimates.append(estimate)
    return found


def _named(view: View, model: str) -> Specification:
    held = ", ".join(view.held_equal) or "nothing"
    return replace(
        view.specification,
        name=f"spatial.{model}.{view.key}",
        title=f"{MODELS[model]}: {held}",
    )


def _least_squares(rows: pd.DataFrame, view: View) -> pd.DataFrame:
    table = cross_section(rows, view.specification).tidy()
    kept = table[["term", "estimate", "std_error", "ci_low", "ci_high"]]
    return kept.assign(effect="direct", model="least_squares", view=view.key)


def _shown(found: pd.DataFrame, ground: Ground) -> pd.DataFrame:
    """Each measure in its last view by all models, and by Durbin in the view before."""
    kept = []
    for term in ground.terms:
        own = found[found["term"] == term]
        last = own["view"] == ground.last_view(term).key
        kept.append(own[last].assign(last=True))
        kept.append(own[~last & (own["model"] == "durbin")].assign(last=False))
    return pd.concat(kept, ignore_index=True)


def wide(found: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    """One row a measure and key, with direct, indirect and total in per cent."""
    lines = []
    for group, part in found.groupby(["term", *keys], sort=False):
        line: dict[str, object] = dict(zip(["term", *keys], group, strict=True))
        for effect in EFFECTS:
            one = part[part["effect"] == effect]
            for source, end in (("estimate", ""), ("ci_low", "_low"), ("ci_high", "_high")):
                value = percent_effect(float(one[source].iloc[0])) if len(one) else np.nan
                line[f"{effect}{end}"] = value
        lines.append(line)
    return pd.DataFrame(lines)


@dataclass(frozen=True, slots=True)
class Neighbouring:
    """The Durbin effects under each rule of who is a neighbour.

    Parameters
    ----------
    effects : per cent: ``term, rule, rho, direct, indirect, total`` with ``_low, _high``
    rules : of who is a neighbour
    """

    effects: pd.DataFrame
    rules: tuple[str, ...]

    def with_total(self, term: str) -> int:
        """Rules under which a measure's total can be told from zero."""
        own = self.effects[self.effects["term"] == term]
        return int(((own["total_low"] > 0) | (own["total_high"] < 0)).sum())


def neighbouring(ground: Ground, found: Effects, rng: np.random.Generator) -> Neighbouring | Reason:
    """The last view by Durbin's model for a border or corner, the nearest, and all in reach."""
    view = ground.views[-1]
    rho = found.rho[view.key]
    if isinstance(rho, NotEstimable):
        return rho.reason
    here = found.found.query("model == 'durbin' and view == @view.key")
    try:
        parts = [here.assign(rule="queen", rho=rho.number), *_others(ground, view, rng)]
    except Inestimable as fault:
        return Refused(str(fault))
    frame = wide(pd.concat(parts), ("rule", "rho"))
    kept = frame[frame["term"].isin(view.specification.regressors)]
    return Neighbouring(kept, tuple(dict.fromkeys(kept["rule"])))


def _others(ground: Ground, view: View, rng: np.random.Generator) -> Iterator[pd.DataFrame]:
    for name, matrix in (
        ("nearest", nearest_neighbours(ground.shapes, NEAREST)),
        ("within", neighbours_within(ground.shapes, BAND)),
    ):
        fit = spatial_model(ground.rows, view.specification, matrix, AREA, score="adjusted")
        yield impacts(fit, rng).assign(rule=name, rho=fit.rho)


def inside(ground: Ground, roots: np.ndarray) -> Inside:
    """The models inside Durbin's, of the view without effects."""
    view = ground.views[0]
    if view.specification.effects:
        return no_inside(EffectInEveryStep())
    rows, queen = ground.rows, ground.queen
    spec = replace(view.specification, name="spatial.inside")
    try:
        durbin, lag, error = (
            spatial_model(rows, spec, queen, AREA, form, roots)
            for form in ("durbin", "lag", "error")
        )
        return Inside(
            lag_rho=Coefficient.of(lag.estimate, "rho"),
            error_lambda=Coefficient.of(error.estimate, "lambda"),
            two_stage_rho=Coefficient.of(spatial_two_stage(rows, spec, queen, AREA), "rho"),
            moments_lambda=Number(error_by_moments(rows, spec, queen, AREA), label="adjusted"),
            common_factor_p=PValue(common_factor_test(durbin, error).p_value),
            lag_only_p=PValue(common_factor_test(durbin, lag).p_value),
        )
    except Inestimable as fault:
        return no_inside(Refused(str(fault)))


def no_inside(why: Reason) -> Inside:
    """None of them can be had, and why."""
    number, p = NotEstimable(why, unit="number"), NotEstimable(why, unit="p")
    return Inside(number, number, number, number, p, p)
