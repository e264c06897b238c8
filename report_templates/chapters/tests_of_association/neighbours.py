"""Neighbouring areas: whether errors are alike, and what goes with the neighbours."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pandas as pd

from ....analysis.quantities import NotEstimable
from ....analysis.results.spatial import Spatial
from ....data.measures import measure
from ...exhibits import Body, Column, Missing, TableBody
from ...formats import listed

TESTS = {
    "moran": "Moran's I of the residuals",
    "robust_error": "Errors alike, allowing for prices",
    "robust_lag": "Prices alike, allowing for errors",
}
MODELS = {
    "least_squares": "Least squares",
    "lags": "SLX",
    "errors": "SDEM",
}
EFFECTS = tuple(
    Column(effect, effect.capitalize(), "interval_percent1")
    for effect in ("direct", "indirect", "total")
)


def exhibits(spatial: Spatial) -> Iterator[Body | Missing]:
    """The tests and the effects, or why there are none."""
    tests = spatial.likeness.tests
    yield (
        Missing("spatial.tests", tests)
        if isinstance(tests, NotEstimable)
        else _tests(spatial, tests)
    )
    effects = spatial.effects
    yield (
        Missing("spatial.effects", effects)
        if isinstance(effects, NotEstimable)
        else _effects(spatial, effects)
    )


def _tests(spatial: Spatial, tests: pd.DataFrame) -> TableBody:
    held = {view.key: f"Held equal: {listed(view.held_equal)}" for view in spatial.views}
    return TableBody(
        "spatial.tests",
        tests.assign(view=tests["view"].map(held), test=tests["test"].map(TESTS)).dropna(
            subset=["test"]
        ),
        (
            Column("test", "Test"),
            Column("value", "Value", "number2"),
            Column("expected", "Expected if not alike", "number2"),
            Column("p", "p", "number3"),
        ),
        shows=(spatial,),
        group_by="view",
    )


def _effects(spatial: Spatial, effects: pd.DataFrame) -> TableBody:
    frame = _by_measure(spatial, effects)
    return TableBody(
        "spatial.effects",
        frame.assign(model=frame["model"].map(MODELS)).dropna(subset=["model"]),
        (Column("model", "Model"), Column("held", "Held equal"), *EFFECTS),
        shows=(spatial,),
        group_by="measure",
    )


def _by_measure(spatial: Spatial, frame: pd.DataFrame) -> pd.DataFrame:
    """Rows of the measures only, in their order, with words for measure and view."""
    terms = spatial.views[0].specification.regressors
    order = {term: place for place, term in enumerate(terms)}
    kept = frame[frame["term"].isin(terms)]
    ordered = kept.sort_values("term", key=lambda names: names.map(order), kind="stable")
    ordered = ordered.assign(measure=_words(ordered["term"])).reset_index(drop=True)
    if "view" not in ordered.columns:
        return ordered
    return ordered.assign(
        held=ordered["view"].map({view.key: view.step.title for view in spatial.views})
    )


def _words(terms: Iterable[str]) -> list[str]:
    return [measure(term).words for term in terms]
