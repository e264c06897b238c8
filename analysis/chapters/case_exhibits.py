"""Exhibits of the case-study evaluations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from ...report_templates.exhibits import Column, Figure, Table
from ..comparisons import DONOR_SALES, NEIGHBOUR, CaseResult
from ..findings import percent_effect

HEAVIEST = 4
"""Donors printed for each place."""
LABEL = "Label: synthetic control."


def results(frame: pd.DataFrame, source: str) -> Table:
    """Every estimator's effect of every place and period."""
    return Table(
        "case_effects.results",
        "Effects of the dated programmes by four estimators",
        frame,
        (
            Column("estimator", "Estimator"),
            Column("effect", "Effect", "interval_percent1"),
            Column("p", "Rank p, gap", "number3"),
            Column("ratio_p", "Rank p, ratio", "number3"),
            Column("donors", "Donors", "count"),
            Column("fall", "Least fall seen", "percent0"),
            Column("rise", "Least rise seen", "percent0"),
        ),
        "Difference in the mean price of homes sold, per cent, with 95% interval; postcode sectors",
        "Interval: the effect less the ends of the middle 95% of placebo effects. Rank p: share of "
        "the place and its placebo places with a gap as large, or with as large a ratio of the "
        "root mean square gap after the start to that before; a dash where most places are "
        "fitted exactly before it. Least fall and rise: what the rank test at the 5% level finds "
        f"four times in five. {LABEL}",
        source,
        group_by="place",
    )


def checks(frame: pd.DataFrame, source: str) -> Table:
    """False start, donors left out, similar donors."""
    return Table(
        "case_effects.checks",
        "How far the effects depend on start and donors",
        frame,
        (
            Column("place", "Place"),
            Column("running", "As found", "percent1"),
            Column("false_start", "False start", "percent1"),
            Column("false_start_p", "Its rank p", "number3"),
            Column("without_lowest", "One donor less: lowest", "percent1"),
            Column("without_highest", "highest", "percent1"),
            Column("alike", "Donors of like price", "percent1"),
        ),
        "Difference in price while the programme ran, per cent; synthetic "
        "difference-in-differences",
        "False start: two years early, years from the true start cut off; nothing should be "
        "found. One donor less: without each of the ten that weigh most. Like price: the thirty "
        f"donors nearest in mean price before the start. {LABEL}",
        source,
    )


def refusals(reasons: Mapping[str, str], source: str) -> Table:
    """The recorded places without an estimate."""
    frame = pd.DataFrame(
        [
            {"place": place, "reason": f"{reason[0].upper()}{reason[1:]}"}
            for place, reason in reasons.items()
        ],
        columns=["place", "reason"],
    )
    return Table(
        "case_effects.refusals",
        "Recorded places without an estimate",
        frame,
        (Column("place", "Place"), Column("reason", "Why no effect can be estimated")),
        "Judged by the record and the numbers of sales, before any estimate was made",
        "A place needs a dated start, years of prices before it, and sales in every year.",
        source,
    )


def donors(cases: Sequence[Mapping[str, CaseResult]], source: str) -> Table:
    """The donors that weigh most in each comparator."""
    frames = []
    for case in cases:
        first = next(iter(case.values()))
        design = first.design
        free = case["free_level"].found.weights
        order = np.argsort(-free)[:HEAVIEST]
        frames.append(
            pd.DataFrame(
                {
                    "place": design.place.split(" (")[0],
                    "donor": [design.pool[index] for index in order],
                    "free": 100 * free[order],
                    "did": 100 * first.found.weights[order],
                    "price": np.exp(design.outcomes[: design.before, order].mean(axis=0)),
                    "own": np.exp(design.true.outcome[: design.before].mean()),
                }
            )
        )
    return Table(
        "case_effects.donors",
        "The donors that weigh most",
        pd.concat(frames, ignore_index=True),
        (
            Column("donor", "Postcode sector"),
            Column("free", "Synthetic control", "percent1"),
            Column("did", "Synthetic difference", "percent1"),
            Column("price", "Donor's price before", "pounds"),
            Column("own", "Place's price before", "pounds"),
        ),
        "Share of the comparator, per cent; mean of yearly prices up to the start, pounds",
        "Synthetic control with the level left free. Synthetic difference-in-differences spreads "
        f"its weight over many more donors. {LABEL}",
        source,
        group_by="place",
    )


def paths(heads: Sequence[CaseResult], source: str) -> Figure:
    """Each place against its synthetic comparator."""
    frames = []
    for head in heads:
        design, name = head.design, head.design.place.split(" (")[0]
        for series, logs in (
            ("Comparator", design.true.outcome - head.found.gap),
            ("The place", design.true.outcome),
        ):
            frames.append(
                pd.DataFrame(
                    {"x": design.years, "y": np.exp(logs), "series": series, "panel": name}
                )
            )
    return Figure(
        "case_effects.paths",
        "The places and what they are compared with",
        "lines",
        pd.concat(frames, ignore_index=True),
        "Mean price of homes sold, pounds, logarithmic scale; postcode sectors; yearly",
        "Comparator: synthetic difference-in-differences, shifted to the place's level in the "
        f"years that weigh before the start. Not mix-adjusted. {LABEL}",
        source,
        alt="Small charts, one a place: its mean price in colour and its comparator in grey, with "
        "the start and end of the programme marked.",
        options={
            "y_label": "Pounds",
            "y_format": "pounds",
            "log_y": True,
            "emphasis": ["The place"],
            "panel_events": _events(heads),
        },
    )


def gaps(heads: Sequence[CaseResult], beyond: int, source: str) -> Figure:
    """Each place's gap within the range of its placebo places."""
    frames = []
    for head in heads:
        years, name = head.design.years, head.design.place.split(" (")[0]
        placebos = np.array([placebo.gap for placebo in head.placebos])
        low, middle, high = (
            _percent(np.quantile(placebos, q, axis=0)) for q in (0.025, 0.5, 0.975)
        )
        for series, line, ends in (
            ("Placebo places: middle and 95% of them", middle, (low, high)),
            ("The place", _percent(head.found.gap), (np.nan, np.nan)),
        ):
            frames.append(
                pd.DataFrame(
                    {
                        "x": years,
                        "y": line,
                        "low": ends[0],
                        "high": ends[1],
                        "series": series,
                        "panel": name,
                    }
                )
            )
    title = (
        f"In {beyond} of {len(heads)} places the gap is among the largest of the placebo places"
        if beyond
        else "No place parts from its comparator more than placebo places do"
    )
    return Figure(
        "case_effects.gaps",
        title,
        "lines",
        pd.concat(frames, ignore_index=True),
        "Place less comparator, per cent; postcode sectors; yearly",
        "Placebo places: as many neighbouring donors as the place has sectors, one around each "
        f"donor, treated as if the programme had been there. Donors: {DONOR_SALES} sales in every "
        f"year, {NEIGHBOUR / 1000:.1f} km or more away, in no recorded place. {LABEL}",
        source,
        alt="Small charts, one a place: the gap between place and comparator in colour, over a "
        "grey band that holds ninety-five in a hundred of the placebo gaps.",
        options={
            "y_label": "Per cent",
            "y_format": "number0",
            "emphasis": ["The place"],
            "panel_events": _events(heads),
        },
    )


def _percent(logs: np.ndarray) -> np.ndarray:
    return np.array([percent_effect(float(value)) for value in logs])


def _events(heads: Sequence[CaseResult]) -> dict[str, list[tuple[float, str]]]:
    events = {}
    for head in heads:
        design = head.design
        marks = [(float(design.years[design.before - 1]), "start")]
        if "afterwards" in design.windows():
            marks.append((float(design.ended or 0), "end"))
        events[design.place.split(" (")[0]] = marks
    return events
