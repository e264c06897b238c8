"""Neighbouring areas: tests, how sure distance leaves each association, and spillovers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pandas as pd

from ....analysis.quantities import NotEstimable
from ....analysis.results.spatial import Spatial
from ....data.levels import level
from ....data.measures import measure
from ...exhibits import Body, Column, FigureBody, Missing, TableBody
from ...formats import format_number, listed

TESTS = {
    "moran": "Moran's I of the residuals",
    "error": "Errors alike (LM error)",
    "lag": "Prices alike (LM lag)",
    "robust_error": "Errors alike, allowing for prices",
    "robust_lag": "Prices alike, allowing for errors",
    "sarma": "Either",
}
KERNELS = {"bartlett": "Conley, Bartlett", "uniform": "Conley, uniform"}
MODELS = {
    "least_squares": "Least squares",
    "lags": "SLX",
    "errors": "SDEM",
    "durbin": "Durbin",
}
EFFECTS = tuple(
    Column(effect, effect.capitalize(), "interval_percent1")
    for effect in ("direct", "indirect", "total")
)


def exhibits(spatial: Spatial) -> Iterator[Body | Missing]:
    """The tests, the curves with their widest intervals, and the effects; or why there are none."""
    tests = spatial.likeness.tests
    yield (
        Missing("spatial.tests", tests)
        if isinstance(tests, NotEstimable)
        else _tests(spatial, tests)
    )
    curves, intervals = spatial.curves, spatial.intervals
    if isinstance(curves, NotEstimable) or isinstance(intervals, NotEstimable):
        why = curves if isinstance(curves, NotEstimable) else intervals
        assert isinstance(why, NotEstimable)
        yield from (Missing(name, why) for name in ("spatial.curves", "spatial.widest"))
    else:
        yield _curves(spatial, curves)
        yield _widest(spatial, intervals)
    effects, weights = spatial.effects, spatial.weights
    yield (
        Missing("spatial.effects", effects)
        if isinstance(effects, NotEstimable)
        else _effects(spatial, effects)
    )
    yield (
        Missing("spatial.weights", weights)
        if isinstance(weights, NotEstimable)
        else _weights(spatial, weights)
    )


def _tests(spatial: Spatial, tests: pd.DataFrame) -> TableBody:
    held = {view.key: f"Held equal: {listed(view.held_equal)}" for view in spatial.views}
    return TableBody(
        "spatial.tests",
        tests.assign(view=tests["view"].map(held), test=tests["test"].map(TESTS)),
        (
            Column("test", "Test"),
            Column("value", "Value", "number2"),
            Column("expected", "Expected if not alike", "number2"),
            Column("p", "p", "number3"),
        ),
        shows=(spatial,),
        group_by="view",
    )


def _curves(spatial: Spatial, curves: pd.DataFrame) -> FigureBody:
    clustered = f"Clustered by {level(spatial.clusters or '').singular}"
    kept = curves[curves["term"].isin(spatial.views[-1].specification.regressors)]
    frame = pd.DataFrame(
        {
            "x": kept["cut_off"] / 1000,
            "y": 100 * kept["std_error"],
            "series": kept["series"].map(KERNELS | {"clustered": clustered}),
            "panel": _words(kept["term"]),
        }
    ).dropna(subset=["y"])
    return FigureBody(
        "spatial.curves",
        "lines",
        frame,
        shows=(spatial,),
        options={
            "x_label": "Cut-off (kilometres)",
            "y_label": "Percentage points",
            "y_format": "number2",
            "emphasis": [KERNELS["bartlett"], clustered],
        },
    )


def _widest(spatial: Spatial, intervals: pd.DataFrame) -> TableBody:
    return TableBody(
        "spatial.widest",
        _by_measure(spatial, intervals),
        (
            Column("held", "Held equal"),
            Column("clustered", "Clustered", "interval_percent1"),
            Column("conley", "Conley, widest", "interval_percent1"),
            Column("kilometres", "Cut-off (km)", "number1"),
        ),
        shows=(spatial,),
        group_by="measure",
    )


def _effects(spatial: Spatial, effects: pd.DataFrame) -> TableBody:
    frame = _by_measure(spatial, effects)
    return TableBody(
        "spatial.effects",
        frame.assign(model=frame["model"].map(MODELS)),
        (Column("model", "Model"), Column("held", "Held equal"), *EFFECTS),
        shows=(spatial,),
        group_by="measure",
    )


def _weights(spatial: Spatial, weights: pd.DataFrame) -> TableBody:
    rules = {
        "queen": "Border or corner",
        "nearest": f"{spatial.nearest} nearest",
        "within": f"Within {format_number(spatial.band, 'number1')} km",
    }
    frame = _by_measure(spatial, weights)
    return TableBody(
        "spatial.weights",
        frame.assign(rule=frame["rule"].map(rules)),
        (Column("rule", "Neighbours"), *EFFECTS, Column("rho", "rho", "number2")),
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
