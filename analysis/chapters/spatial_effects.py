"""Section 3, space: what goes with the area's own social capital, and what with the neighbours'."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from ...data.reference_tables import words_of
from ...models.association.cross_section import cross_section
from ...models.spatial.impacts import EFFECTS, impacts, impacts_of_lags
from ...models.spatial.moran import Neighbours, nearest_neighbours, neighbours_within
from ...models.spatial.spatial_models import (
    common_factor_test,
    durbin_error,
    eigenvalues,
    lags_of_x,
    spatial_model,
)
from ...models.spatial.spatial_moments import error_by_moments, spatial_two_stage
from ...models.specification import Specification
from ...report_templates.exhibits import Column, Table
from ..book import ChapterNotes
from ..inputs import Inputs
from ..quantities import percent_effect

AREA = "lsoa21"
NEAREST = 6
BAND = 1500.0
"""Metres between centres: about three areas across in a city of this density."""
INSIDE = (
    "lag_rho",
    "error_lambda",
    "two_stage_rho",
    "moments_lambda",
    "common_factor_p",
    "lag_only_p",
)
MODELS = {
    "least_squares": "Least squares",
    "lags": "SLX",
    "errors": "SDEM",
    "durbin": "Durbin",
}
"""SLX: lags of the measures. SDEM: the same, errors of neighbours alike. Durbin: prices alike."""


@dataclass(frozen=True, slots=True)
class View:
    """One equation of the cross-section: its step as tables head it, what it holds equal."""

    key: str
    step: str
    title: str
    specification: Specification


def last_view(views: Sequence[View], term: str) -> View:
    """The view with the most held equal in which a measure still varies."""
    return next(view for view in reversed(views) if term in view.specification.regressors)


def add_effects(
    rows: pd.DataFrame,
    shapes: pd.DataFrame,
    queen: Neighbours,
    views: Sequence[View],
    inputs: Inputs,
    notes: ChapterNotes,
) -> None:
    """Direct, indirect and total effects, the models inside Durbin, and other neighbours."""
    rng = np.random.default_rng(inputs.study.seed)
    roots = eigenvalues(queen)
    rhos, parts = {}, []
    for view in views:
        mine = [term for term in view.specification.regressors if last_view(views, term) is view]
        parts.append(_least_squares(rows, view))
        with notes.part(*(f"{term}.lags" for term in mine)):
            lags = notes.fitted(lags_of_x(rows, _named(view, "lags"), queen, AREA))
            parts.append(impacts_of_lags(lags).assign(model="lags", view=view.key))
        with notes.part(*(f"{term}.errors" for term in mine)):
            errors = durbin_error(rows, _named(view, "errors"), queen, AREA, roots)
            found = impacts_of_lags(notes.fitted(errors))
            parts.append(found.assign(model="errors", view=view.key))
        with notes.part(f"rho.{view.key}", *(f"{term}.durbin" for term in mine)):
            named = _named(view, "durbin")
            fit = spatial_model(rows, named, queen, AREA, "durbin", roots, "adjusted")
            notes.fitted(fit.estimate)
            notes.coefficient(f"rho.{view.key}", fit.estimate, "rho")
            rhos[view.key] = fit.rho
            parts.append(impacts(fit, rng).assign(model="durbin", view=view.key))
    _inside(rows, queen, roots, views[0], notes)
    shown = _shown(pd.concat(parts, ignore_index=True), views)
    _quote(shown, notes)
    _show_effects(shown, views, notes)
    last = views[-1]
    counts = (f"{term}.rules_with_total" for term in last.specification.regressors)
    with notes.part("weights", "rules", *counts):
        notes.value(f"rho.{last.key}")
        others = {
            f"{NEAREST} nearest": nearest_neighbours(shapes, NEAREST),
            f"Within {BAND / 1000:.1f} km": neighbours_within(shapes, BAND),
        }
        here = shown[(shown["model"] == "durbin") & (shown["view"] == last.key)]
        first = here.assign(rule="Border or corner", rho=rhos[last.key])
        _other_neighbours(rows, first, others, last, rng, notes)


def _named(view: View, model: str) -> Specification:
    return replace(
        view.specification,
        name=f"spatial.{model}.{view.key}",
        title=f"{MODELS[model]}: {view.title}",
    )


def _least_squares(rows: pd.DataFrame, view: View) -> pd.DataFrame:
    table = cross_section(rows, view.specification).tidy()
    kept = table[["term", "estimate", "std_error", "ci_low", "ci_high"]]
    return kept.assign(effect="direct", model="least_squares", view=view.key)


def _shown(found: pd.DataFrame, views: Sequence[View]) -> pd.DataFrame:
    """Each measure in its last view by all models, and by Durbin in the view before."""
    kept = []
    for term in views[0].specification.regressors:
        own = found[found["term"] == term]
        last = own["view"] == last_view(views, term).key
        kept.append(own[last].assign(last=True))
        kept.append(own[~last & (own["model"] == "durbin")].assign(last=False))
    return pd.concat(kept, ignore_index=True)


def _quote(found: pd.DataFrame, notes: ChapterNotes) -> None:
    quoted = found[found["last"] & (found["model"] != "least_squares")]
    for row in quoted.to_dict("records"):
        notes.quote(
            f"{row['term']}.{row['model']}.{row['effect']}",
            percent_effect(row["estimate"]),
            "percent",
            label="adjusted",
            interval=(percent_effect(row["ci_low"]), percent_effect(row["ci_high"])),
            specification=f"spatial.{row['model']}.{row['view']}",
        )


def _wide(found: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
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


def _by_measure(frame: pd.DataFrame, terms: Sequence[str]) -> pd.DataFrame:
    """Rows of the terms only, in their order, with the words of the measure."""
    order = {term: place for place, term in enumerate(terms)}
    kept = frame[frame["term"].isin(terms)]
    ordered = kept.sort_values("term", key=lambda names: names.map(order), kind="stable")
    return ordered.assign(measure=ordered["term"].map(words_of)).reset_index(drop=True)


EFFECT_COLUMNS = tuple(
    Column(effect, effect.capitalize(), "interval_percent1") for effect in EFFECTS
)
MEASURE = (
    "Difference in price per square metre, per cent, with 95% interval, for one standard deviation "
    "more of the measure (coproduction: recorded against not): in the area itself (direct), in "
    "all others (indirect), everywhere (total)"
)
HELD = "Held equal: as the steps of the path above are called, each with those before it."
DRAWS = (
    "Durbin: adjusted score, which counts the coefficients and levels beside rho; with ward "
    "effects the neighbours' wards are held equal too; intervals from 2,000 draws of its normal "
    "distribution"
)


def _show_effects(found: pd.DataFrame, views: Sequence[View], notes: ChapterNotes) -> None:
    terms = views[0].specification.regressors
    titles = {view.key: view.step for view in views}
    frame = _by_measure(_wide(found, ["model", "view"]), terms)
    frame = frame.assign(model=frame["model"].map(MODELS), held=frame["view"].map(titles))
    notes.book.show(
        Table(
            "spatial.effects",
            "The area's own social capital, and that of its neighbours",
            frame,
            (Column("model", "Model"), Column("held", "Held equal"), *EFFECT_COLUMNS),
            MEASURE,
            f"{HELD} Neighbours share a border or a corner. SLX adds the neighbours' means of all "
            "measures and controls, SDEM to that errors alike, Durbin prices alike. Least squares "
            "and SLX: clustered by place, and by ward outside places, CR2. SDEM: adjusted score "
            "(restricted likelihood). "
            f"{DRAWS}. Label: adjusted.",
            notes.source_line,
            group_by="measure",
        )
    )


def _other_neighbours(
    rows: pd.DataFrame,
    first: pd.DataFrame,
    neighbours: dict[str, Neighbours],
    view: View,
    rng: np.random.Generator,
    notes: ChapterNotes,
) -> None:
    """The Durbin effects under each rule of who is a neighbour."""
    parts = [first]
    for name, matrix in neighbours.items():
        fit = spatial_model(rows, view.specification, matrix, AREA, score="adjusted")
        parts.append(impacts(fit, rng).assign(rule=name, rho=fit.rho))
    terms = view.specification.regressors
    frame = _by_measure(_wide(pd.concat(parts), ["rule", "rho"]), terms)
    for term in terms:
        total = frame.loc[frame["term"] == term]
        changes = (total["total_low"] > 0) | (total["total_high"] < 0)
        notes.quote(f"{term}.rules_with_total", int(changes.sum()), "count", label="adjusted")
    notes.quote("rules", len(parts), "count")
    notes.book.show(
        Table(
            "spatial.weights",
            "The same with other neighbours",
            frame,
            (Column("rule", "Neighbours"), *EFFECT_COLUMNS, Column("rho", "rho", "number2")),
            MEASURE,
            f"Held equal: {view.title}. {DRAWS}. An area without a neighbour gets its nearest. "
            "rho: likeness of neighbouring prices that the model leaves unexplained. Label: "
            "adjusted.",
            notes.source_line,
            group_by="measure",
        )
    )


def _inside(
    rows: pd.DataFrame, queen: Neighbours, roots: np.ndarray, view: View, notes: ChapterNotes
) -> None:
    """The lag and error models inside Durbin, by likelihood and without."""
    if view.specification.effects:
        reason = "a likelihood takes no absorbed effect, and every step of the study has one"
        for name in INSIDE:
            notes.refuse(name, "number", reason)
        return
    with notes.part(*INSIDE):
        spec = replace(view.specification, name="spatial.inside")
        durbin, lag, error = (
            spatial_model(rows, spec, queen, AREA, form, roots)
            for form in ("durbin", "lag", "error")
        )
        notes.coefficient("lag_rho", lag.estimate, "rho")
        notes.coefficient("error_lambda", error.estimate, "lambda")
        notes.coefficient("two_stage_rho", spatial_two_stage(rows, spec, queen, AREA), "rho")
        notes.quote(
            "moments_lambda", error_by_moments(rows, spec, queen, AREA), "number", label="adjusted"
        )
        notes.quote("common_factor_p", common_factor_test(durbin, error).p_value, "p")
        notes.quote("lag_only_p", common_factor_test(durbin, lag).p_value, "p")
