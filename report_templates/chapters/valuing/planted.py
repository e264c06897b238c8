"""What was planted in a simulated city, beside what was found."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from ....analysis.quantities import NotEstimable, PriceDifference
from ....analysis.results.cross_section import CrossSection
from ....analysis.results.panel import SectorPanel
from ....analysis.results.planted_truth import PlantedEffect, PlantedTruth
from ...exhibits import Body, Column, TableBody
from .columns import in_percent

INSIDE = {True: "yes", False: "no"}


def exhibits(
    planted_truth: PlantedTruth | None, cross_section: CrossSection, panel: SectorPanel
) -> Iterator[Body]:
    """One table, of a simulated city alone."""
    if planted_truth is None:
        return
    found: dict[str, tuple[str, PriceDifference | NotEstimable]] = {
        **{one.key: (one.measure.words, one.held) for one in cross_section.social_capital},
        **{
            one.key: (f"{one.measure.words}, directly", one.held)
            for one in cross_section.coproduction
        },
    }
    start = ("Start of coproduction, in all (panel)", panel.weighted)
    yield TableBody(
        "planted_truth.effects",
        pd.DataFrame(_row(one, *found.get(one.key, start)) for one in planted_truth.every),
        (
            Column("measure", "Effect"),
            Column("planted", "Planted", "percent1"),
            Column("found", "Found", "interval_percent1"),
            Column("inside", "Planted value inside the interval?"),
        ),
        shows=(planted_truth,),
    )


def _row(
    one: PlantedEffect, words: str, found: PriceDifference | NotEstimable
) -> dict[str, object]:
    return {
        "measure": words,
        "planted": one.planted.value,
        **in_percent(found, "found"),
        "inside": INSIDE[one.inside],
    }
