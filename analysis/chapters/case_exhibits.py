"""Exhibits of the case-study evaluations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from ...report_templates.exhibits import Column, Table
from ..comparisons import CaseResult

HEAVIEST = 3
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
            Column("p", "Rank p", "number3"),
            Column("ratio_p", "Ratio p", "number3"),
            Column("fall", "Fall seen", "percent0"),
            Column("rise", "Rise seen", "percent0"),
        ),
        "Difference in the mean price of homes sold, per cent, with 95% interval; postcode sectors",
        "Interval: the effect less the ends of the middle 95% of placebo effects. Rank p: share of "
        "the place and its placebo places with a gap as large. Ratio p: with as large a ratio of "
        "the root mean square gap after the start to that before; a dash where most places are "
        "fitted exactly before it. Fall and rise seen: the least that the rank test at the 5% "
        f"level finds four times in five. {LABEL}",
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
