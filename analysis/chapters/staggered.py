"""Section 3, staggered starts: group-time effects, their peers, and how far to trust them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pandas as pd

from ...data.simulated_city import Truth
from ...data.tables import BRUSH
from ...models.estimate import Estimate
from ...models.inference.detectable import minimum_detectable
from ...models.programmes.honest import honest_bounds
from ...models.programmes.pre_trends import detectable_trend, event_pre_test
from ...models.programmes.staggered import (
    FEW,
    GroupTime,
    StaggeredError,
    StaggeredPanel,
    group_time,
)
from ...models.programmes.staggered_means import (
    aggregate,
    band_reach,
    event_study,
    per_unit,
)
from ...models.programmes.staggered_peers import (
    BACON,
    TERM,
    bacon,
    imputation,
    sun_abraham,
    two_stage,
    two_way,
)
from ..book import Book, ChapterNotes
from ..inputs import RECORD, TRUTH, Inputs
from ..plausible import LARGE
from ..quantities import percent_effect
from ..starts import RINGS, SHARE, Starts, read_starts
from . import staggered_exhibits as exhibits

SOURCES = ("sector_prices", RECORD)
FIRST, LAST = -5, 10
"""Years since the start that are shown: every start has them in the simulated city."""
HONEST = 5
"""Years after the start whose mean effect is bounded."""
MEANS = {
    "simple": "All years after all starts",
    "group": "Each start's years, then starts",
    "dynamic": "Each year since the start, then years",
    "calendar": "Each calendar year, then years",
}
PEERS: dict[str, tuple[str, Callable[[StaggeredPanel], Estimate]]] = {
    "sun_abraham": ("Sun and Abraham", sun_abraham),
    "imputation": ("Imputation", imputation),
    "two_stage": ("Two-stage", two_stage),
    "two_way": ("Two-way fixed effects", two_way),
}
SPILLOVER = "Spillover: sectors in no place"
CURVE = (
    "sectors of one start differ too little in their share, and the library's dose curve knows no "
    "clusters"
)


class Row(NamedTuple):
    """A line of the table: per cent, with what it rests on."""

    part: str
    estimator: str
    effect: float = np.nan
    effect_low: float = np.nan
    effect_high: float = np.nan
    weight: float = np.nan
    places: float = np.nan
    detectable: float = np.nan
    planted: float = np.nan


def compute(inputs: Inputs, book: Book) -> None:
    """Every estimator on the sectors of dated places; refusals in words where there are too few."""
    notes = book.chapter("staggered", inputs.cited(SOURCES))
    starts = read_starts(inputs)
    _numbers(starts, notes)
    if inputs.study.simulated:
        total = Truth.read(inputs.folder.root / TRUTH).coproduction_total
        starts = replace(starts, rows=starts.rows.assign(planted=total * starts.rows["exposure"]))
    try:
        panel = starts.panel("main", "Starts of coproduction, group-time effects", starts.treated)
    except StaggeredError as reason:
        _refused(starts, str(reason), notes)
        return
    found = group_time(panel)
    planted = _planted(starts, panel)
    rows = [
        *_means(found, planted, notes),
        *_peers(panel, planted, notes),
        *_bacon(panel, notes),
        *_dose(starts, notes),
        *_rings(starts, notes),
    ]
    _sample(panel, notes)
    notes.book.show(
        exhibits.estimates(pd.DataFrame(rows), panel, inputs.study.simulated, notes.source_line)
    )
    _events(found, planted, inputs.study.seed, notes)


def _numbers(starts: Starts, notes: ChapterNotes) -> None:
    """What counts as treated, and how many sectors and places that makes."""
    notes.quote("share", 100 * SHARE, "percent")
    notes.quote("few", FEW, "count")
    notes.quote("plausible", LARGE, "percent")
    notes.quote("ring_inner", RINGS[0] / 1000, "number")
    notes.quote("ring_outer", RINGS[1] / 1000, "number")
    treated = starts.sectors[starts.treated]
    notes.quote("sectors_treated", len(treated), "count")
    notes.quote("places_treated", int(treated["place"].nunique()), "count")
    notes.quote("sectors_partly", int((starts.sectors["share"] > 0).sum() - len(treated)), "count")
    notes.quote("sectors_near", int(starts.ring(0, RINGS[0]).sum()), "count")
    notes.quote("sectors_control", int(starts.ring(RINGS[0], np.inf).sum()), "count")


def _sample(panel: StaggeredPanel, notes: ChapterNotes) -> None:
    treated = panel.starts[panel.starts > 0]
    notes.quote("first_start", int(treated.min()), "year")
    notes.quote("last_start", int(treated.max()), "year")
    notes.quote("starts", len(np.unique(treated)), "count")
    notes.quote("lone_starts", panel.lone_starts, "count")
    notes.quote("clusters", panel.cluster_count, "count")
    notes.quote("already", panel.already, "count")


def _refused(starts: Starts, reason: str, notes: ChapterNotes) -> None:
    """Every estimate by name with the reason; the weights of the two-way mean need no error."""
    for name in (*MEANS, *PEERS, "dose.partly", "dose.whole", "ring.near", "ring.far"):
        notes.refuse(name, "percent", reason, "did")
    notes.refuse("dose.curve", "percent", CURVE, "did")
    _refuse_events(reason, notes)
    try:
        panel = starts.panel("weights", "Weights of the two-way mean", starts.treated, few=1)
    except StaggeredError as still:
        for kind in BACON:
            notes.refuse(f"bacon.{kind}.weight", "percent", str(still), "described")
        return
    weights = bacon(panel).weights
    for kind in BACON:
        notes.quote(f"bacon.{kind}.weight", 100 * weights.get(kind, 0.0), "percent")


def _planted(starts: Starts, panel: StaggeredPanel) -> GroupTime | None:
    """The same effects of the planted part of prices, which has no noise."""
    if "planted" not in starts.rows.columns:
        return None
    return group_time(starts.with_outcome(panel, "planted"))


def _row(
    part: str, title: str, name: str, estimate: Estimate, term: str, notes: ChapterNotes
) -> Row:
    """Quote one effect with the least one that would be seen; without an error, the point alone."""
    own = estimate.tidy().set_index("term").to_dict("index")[term]
    places = estimate.diagnostics.get("treated_clusters", np.nan)
    if not np.isfinite(own["std_error"]):
        value = percent_effect(own["estimate"])
        spec = estimate.specification
        notes.quote(name, value, "percent", label=spec.label, specification=spec.name)
        return Row(part, title, value, places=places)
    notes.effect(name, estimate, term)
    least = percent_effect(minimum_detectable(own["std_error"], estimate.df))
    notes.quote(f"{name}.detectable", least, "percent")
    effect, low, high = (
        percent_effect(own[column]) for column in ("estimate", "ci_low", "ci_high")
    )
    return Row(part, title, effect, low, high, places=places, detectable=least)


def _beside(row: Row, name: str, planted: float | None, notes: ChapterNotes) -> Row:
    """The row with the planted effect, in log points, quoted as well."""
    if planted is None:
        return row
    value = percent_effect(planted)
    notes.quote(f"{name}.planted", value, "percent", label="simulated")
    return row._replace(planted=value)


def _means(found: GroupTime, planted: GroupTime | None, notes: ChapterNotes) -> list[Row]:
    estimate = notes.fitted(aggregate(found))
    true = dict(zip(MEANS, aggregate(planted).coefficients, strict=True)) if planted else {}
    part = "Callaway and Sant'Anna, means of group-time effects"
    return [
        _beside(_row(part, title, name, estimate, name, notes), name, true.get(name), notes)
        for name, title in MEANS.items()
    ]


def _peers(panel: StaggeredPanel, planted: GroupTime | None, notes: ChapterNotes) -> list[Row]:
    """The other estimators, all of which weigh treated sector-years alike but the two-way one."""
    true = aggregate(planted).coefficients[0] if planted else None
    rows = []
    for name, (title, estimator) in PEERS.items():
        estimate = notes.fitted(estimator(panel))
        row = _row("Other estimators", title, name, estimate, TERM, notes)
        row = row._replace(places=float(panel.treated_clusters))
        rows.append(row if name == "two_way" else _beside(row, name, true, notes))
    return rows


def _bacon(panel: StaggeredPanel, notes: ChapterNotes) -> list[Row]:
    parts = bacon(panel)
    rows = []
    for kind, words in BACON.items():
        weight = 100 * parts.weights.get(kind, 0.0)
        notes.quote(f"bacon.{kind}.weight", weight, "percent")
        if kind in parts.effects:
            effect = percent_effect(parts.effects[kind])
            notes.quote(f"bacon.{kind}.effect", effect, "percent", label="did")
            title = f"{words[0].upper()}{words[1:]}"
            heading = "What the two-way estimate is a mean of (Goodman-Bacon)"
            rows.append(Row(heading, title, effect, weight=weight))
    return rows


def _dose(starts: Starts, notes: ChapterNotes) -> list[Row]:
    """Sectors partly inside; and the effect in proportion to the share inside."""
    notes.refuse("dose.curve", "percent", CURVE, "did")
    part = "By how much of the sector lies inside"
    low, high = 100 * BRUSH, 100 * SHARE
    rows = []
    try:
        panel = starts.panel("partly", "Sectors partly inside", starts.partly, "touched")
    except StaggeredError as reason:
        notes.refuse("dose.partly", "percent", str(reason), "did")
    else:
        estimate = notes.fitted(aggregate(group_time(panel)))
        planted = _planted(starts, panel)
        title = f"{low:.0f}% to {high:.0f}% inside"
        true = float(aggregate(planted).coefficients[0]) if planted else None
        row = _row(part, title, "dose.partly", estimate, "simple", notes)
        rows.append(_beside(row, "dose.partly", true, notes))
    touched = starts.sectors["share"] > BRUSH
    try:
        panel = starts.panel("whole", "Effect in proportion to the share", touched, "touched")
    except StaggeredError as reason:
        notes.refuse("dose.whole", "percent", str(reason), "did")
        return rows
    dose = group_time(starts.with_outcome(panel, "exposure"))
    estimate = notes.fitted(per_unit(group_time(panel), dose))
    row = _row(part, "Wholly inside, in proportion", "dose.whole", estimate, "dose", notes)
    planted = _planted(starts, panel)
    true = float(per_unit(planted, dose).coefficients[0]) if planted else None
    return [*rows, _beside(row, "dose.whole", true, notes)]


def _rings(starts: Starts, notes: ChapterNotes) -> list[Row]:
    """Sectors in no place but near one, as if they had started with it, against those beyond."""
    rows = []
    edges = {"near": (0.0, RINGS[0]), "far": RINGS}
    for name, (inner, outer) in edges.items():
        chosen = starts.ring(inner, outer)
        title = f"{inner / 1000:.1f} to {outer / 1000:.1f} km from a treated sector"
        try:
            panel = starts.panel(
                f"ring_{name}", title, chosen, "near_first", "near_place", beyond=RINGS[1]
            )
        except StaggeredError as reason:
            notes.refuse(f"ring.{name}", "percent", str(reason), "did")
            rows.append(Row(SPILLOVER, title))
            continue
        estimate = notes.fitted(aggregate(group_time(panel)))
        row = _row(SPILLOVER, title, f"ring.{name}", estimate, "simple", notes)
        true = 0.0 if "planted" in starts.rows.columns else None
        rows.append(_beside(row, f"ring.{name}", true, notes))
    return rows


def _events(found: GroupTime, planted: GroupTime | None, seed: int, notes: ChapterNotes) -> None:
    """The event study with its band, the pre-trend test with its power, the honest bounds."""
    try:
        events = event_study(found, FIRST, LAST)
        test, trend = event_pre_test(events), detectable_trend(events)
    except StaggeredError as reason:
        _refuse_events(str(reason), notes)
        return
    notes.fitted(events)
    notes.quote("pre.p", test.p, "p", label="did", specification=events.specification.name)
    notes.quote("pre.years", test.k, "count")
    notes.quote("pre.trend", percent_effect(trend), "percent", label="did")
    notes.quote("pre.trend_after", percent_effect(HONEST * trend), "percent", label="did")
    bounds = honest_bounds(events, HONEST, np.random.default_rng(seed))
    low, high = (percent_effect(end) for end in bounds.interval(0))
    effect = percent_effect(bounds.effect)
    notes.quote("honest.effect", effect, "percent", label="did", interval=(low, high))
    notes.quote("honest.years", HONEST, "count")
    notes.quote("honest.step", percent_effect(bounds.step), "percent")
    notes.quote("honest.breakdown", bounds.breakdown(), "number", label="did")
    notes.quote("honest.cautious", bounds.breakdown(cautious=True), "number", label="did")
    reach = band_reach(events.covariance, events.df, np.random.default_rng(seed))
    true = event_study(planted, FIRST, LAST) if planted else None
    notes.book.show(exhibits.event_study(events, reach, true, test.p, notes.source_line))


def _refuse_events(reason: str, notes: ChapterNotes) -> None:
    notes.refuse("pre.p", "p", reason, "did")
    notes.refuse("pre.trend", "percent", reason, "did")
    for name in ("breakdown", "cautious"):
        notes.refuse(f"honest.{name}", "number", reason, "did")
