"""Exhibits of the staggered starts."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...models.estimate import Estimate
from ...models.programmes.staggered import StaggeredPanel
from ...models.programmes.staggered_means import SEEN
from ...report_templates.exhibits import Column, Figure, Table
from ..quantities import percent_effect
from ..starts import RINGS, SHARE

LABEL = "Label: difference in differences."


def estimates(frame: pd.DataFrame, panel: StaggeredPanel, simulated: bool, source: str) -> Table:
    """Every estimator in one table."""
    planted = (Column("planted", "Planted", "percent1"),) if simulated else ()
    return Table(
        "staggered.estimates",
        "Prices after the starts, by estimators that allow for different years of start",
        frame,
        (
            Column("estimator", "Estimator"),
            Column("effect", "Effect", "interval_percent1"),
            Column("detectable", "Least effect seen", "percent1"),
            Column("places", "Treated places", "count"),
            Column("weight", "Weight", "percent1"),
            *planted,
        ),
        "Difference in mean price of homes sold, per cent, with 95% interval; postcode sectors by "
        "year, each sector equal",
        f"Treated: {100 * SHARE:.0f}% or more of the sector's postcodes inside. Controls: in no "
        f"place, {RINGS[0] / 1000:.1f} km or more from a treated sector ({RINGS[1] / 1000:.1f} km "
        f"for the rings). {_sentence(panel)} Sun and Abraham: no interval where a start has one "
        "place. Two-way: its own rule, CR1, t with G-1. Means by years since and by calendar "
        f"year: over those in which {SEEN} places or more are seen. Least effect "
        "seen: by a 5% test, four times in five. "
        f"{LABEL}",
        source,
        group_by="part",
    )


def _sentence(panel: StaggeredPanel) -> str:
    rule = panel.rule("Errors: influence functions")
    return f"{rule}."


def event_study(
    events: Estimate, reach: float, planted: Estimate | None, p: float, source: str
) -> Figure:
    """The effect by years since the start, with a band that holds all of it at once."""
    error = np.sqrt(np.diag(events.covariance))
    frame = pd.DataFrame(
        {
            "x": [int(term) for term in events.terms],
            "y": _percent(events.coefficients),
            "low": _percent(events.coefficients - reach * error),
            "high": _percent(events.coefficients + reach * error),
            "series": "Found",
        }
    )
    frames = [frame]
    if planted:
        frames.insert(
            0,
            pd.DataFrame(
                {"x": frame["x"], "y": _percent(planted.coefficients), "series": "Planted"}
            ),
        )
    bases = [
        pd.DataFrame({"x": [-1], "y": [0.0], "low": [0.0], "high": [0.0], "series": [name]})
        for name in (one["series"].iloc[0] for one in frames)
    ]
    outside = int(((frame["low"] > 0) | (frame["high"] < 0))[frame["x"] >= 0].sum())
    after = (
        f"in {outside} of {int((frame['x'] >= 0).sum())} years after it the band leaves out zero"
        if outside
        else "after it the band holds zero in every year"
    )
    before = (
        "Prices part before the start already"
        if p < 0.05
        else "No test finds prices parting before the start"
    )
    return Figure(
        "staggered.event_study",
        f"{before}; {after}",
        "lines",
        pd.concat([*frames, *bases], ignore_index=True).sort_values(["series", "x"]),
        "Difference from the last year before the start, per cent, against sectors in no place; by "
        "years since the first treated year",
        f"Callaway and Sant'Anna, every start against its last year before it. Band: 95% for all "
        f"years at once, {reach:.2f} standard errors either way. Errors {events.variance_rule}. "
        f"{LABEL}",
        source,
        alt="A line of the difference by years since the start, with a shaded band, zero at the "
        "year before the start; before it the band shows whether prices had parted already.",
        options={
            "x_label": "Years since the first treated year",
            "y_label": "Per cent",
            "y_format": "number0",
            "emphasis": ["Found"],
            "events": [(-1.0, "last year before")],
        },
    )


def _percent(logs: np.ndarray) -> np.ndarray:
    return np.array([percent_effect(float(value)) for value in logs])
