"""The starts by every estimator, and by years since the start."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import numpy as np
import pandas as pd

from ....analysis.quantities import NotEstimable, PriceDifference, percent_effect
from ....analysis.results.event_study import EventStudy
from ....analysis.results.staggered import Effect, Staggered
from ...exhibits import Body, Column, FigureBody, Missing, TableBody
from ...formats import format_number
from ..valuing.columns import in_percent

MEANS = {
    "simple": "All years after all starts",
    "group": "Each start's years, then starts",
    "dynamic": "Each year since the start, then years",
    "calendar": "Each calendar year, then years",
}
PEERS = {
    "sun_abraham": "Sun and Abraham",
    "imputation": "Imputation",
    "two_stage": "Two-stage",
    "two_way": "Two-way fixed effects",
}
COMPARED = {
    "treated_vs_never": "Started against never started",
    "earlier_vs_later": "Started against not yet started",
    "later_vs_earlier": "Started against started before",
}
Row = Mapping[str, object]


def exhibits(staggered: Staggered) -> Iterator[Body | Missing]:
    """The table of estimators and the event study, or why there is none."""
    if isinstance(staggered.main.effect, NotEstimable):
        yield Missing("staggered.estimates", staggered.main.effect)
    else:
        yield _estimates(staggered)
    if isinstance(staggered.events.pre.p, NotEstimable):
        yield Missing("staggered.event_study", staggered.events.pre.p)
    else:
        yield _event_study(staggered)


def _estimates(staggered: Staggered) -> TableBody:
    planted = (Column("planted", "Planted", "percent1"),) if staggered.main.planted else ()
    return TableBody(
        "staggered.estimates",
        pd.DataFrame(list(_rows(staggered))),
        (
            Column("estimator", "Estimator"),
            Column("effect", "Effect", "interval_percent1"),
            Column("detectable", "Least effect seen", "percent1"),
            Column("places", "Treated places", "count"),
            Column("weight", "Weight", "percent1"),
            *planted,
        ),
        shows=(staggered,),
        group_by="part",
    )


def _rows(staggered: Staggered) -> Iterator[Row]:
    means = "Callaway and Sant'Anna, means of group-time effects"
    yield from (_row(means, MEANS[name], one) for name, one in staggered.means.items())
    yield from (_row("Other estimators", PEERS[name], one) for name, one in staggered.peers.items())
    for kind, comparison in staggered.bacon.items():
        if comparison.effect and not isinstance(comparison.weight, NotEstimable):
            heading = "What the two-way estimate is a mean of (Goodman-Bacon)"
            row = _row(heading, COMPARED[kind], Effect(comparison.effect))
            yield {**row, "weight": comparison.weight.value}
    yield from _by_share(staggered)
    edges = [0.0, staggered.ring_inner.value, staggered.ring_outer.value]
    ends = [format_number(edge, "number1") for edge in edges]
    for one, inner, outer in zip(staggered.ring.values(), ends[:-1], ends[1:], strict=True):
        title = f"{inner} to {outer} km from a treated sector"
        yield _row("Spillover: sectors in no place", title, one)


def _by_share(staggered: Staggered) -> Iterable[Row]:
    ends = [format_number(end, "percent0") for end in (staggered.brush, staggered.share.value)]
    titles = {"partly": f"{' to '.join(ends)} inside", "whole": "Wholly inside, in proportion"}
    doses = {"partly": staggered.dose.partly, "whole": staggered.dose.whole}
    return [
        _row("By how much of the sector lies inside", titles[name], one)
        for name, one in doses.items()
        if isinstance(one.effect, PriceDifference)
    ]


def _row(part: str, estimator: str, one: Effect) -> Row:
    return {
        "part": part,
        "estimator": estimator,
        **in_percent(one.effect, "effect"),
        "weight": np.nan,
        "places": one.places,
        "detectable": one.detectable and one.detectable.value,
        "planted": one.planted and one.planted.value,
    }


def _event_study(staggered: Staggered) -> FigureBody:
    return FigureBody(
        "staggered.event_study",
        "lines",
        _path(staggered.events),
        shows=(staggered,),
        options={
            "x_label": "Years since the first treated year",
            "y_label": "Per cent",
            "y_format": "number0",
            "emphasis": ["Found"],
            "events": [(-1.0, "last year before")],
        },
    )


def _path(events: EventStudy) -> pd.DataFrame:
    """By years since the start with the band, zero in the year before it; and what was planted."""
    assert events.estimate
    since = [int(term) for term in events.estimate.terms]
    low, high = events.band
    lines = {
        "Found": {
            "x": since,
            "y": _percent(events.estimate.coefficients),
            "low": _percent(low),
            "high": _percent(high),
        }
    }
    if events.planted:
        lines["Planted"] = {"x": since, "y": _percent(events.planted)}
    base = {"x": [-1], "y": [0.0], "low": [0.0], "high": [0.0]}
    parts = [pd.DataFrame(one).assign(series=name) for name, one in lines.items()]
    parts += [pd.DataFrame(base).assign(series=name) for name in lines]
    every = pd.concat(parts, ignore_index=True).sort_values(["series", "x"])
    return every[["x", "y", "low", "high", "series"]]


def _percent(logs: Iterable[float]) -> list[float]:
    return [percent_effect(float(value)) for value in logs]
