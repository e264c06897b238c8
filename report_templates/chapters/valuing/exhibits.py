"""The tables and figures of Section 3."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from ....analysis.quantities import NotEstimable, PriceDifference
from ....analysis.results.cross_section import CrossSection
from ....analysis.results.decided import Decided
from ....analysis.results.panel import SectorPanel
from ....analysis.results.planted_truth import PlantedTruth
from ....analysis.results.price_by_measure import CITY, PriceByMeasure
from ....analysis.results.verdicts import Verdicts
from ....data.levels import level
from ...exhibits import Body, FigureBody, Missing
from ...figures.scatter import AREA, TREND
from ...tables import sentence
from . import answers, planted
from .columns import in_percent

AXES = {"measure": "panel", "step": "row", "estimate_low": "low", "estimate_high": "high"}
"""A column of the path by what it is in the figure."""


def exhibits(
    cross_section: CrossSection,
    price_by_measure: PriceByMeasure,
    verdicts: Verdicts,
    decided: Decided,
    panel: SectorPanel,
    planted_truth: PlantedTruth | None,
) -> Iterator[Body | Missing]:
    """What is compared, how the associations change, how they fare, and what was planted."""
    yield answers.measures(cross_section, verdicts)
    yield _clouds(price_by_measure, cross_section)
    first = cross_section.measures[0].held
    if isinstance(first, NotEstimable) and not cross_section.last:
        for name in ("path", "between", "scorecard"):
            yield Missing(f"valuing.{name}", first)
    else:
        yield _path(cross_section)
        yield answers.between(cross_section, verdicts)
        yield answers.scorecard(cross_section, verdicts, decided.decision)
    yield from planted.exhibits(planted_truth, cross_section, panel)


def _path(cross_section: CrossSection) -> FigureBody:
    """Each association from nothing held equal to the most, which is the headline."""
    frame = pd.DataFrame(
        {
            "term": one.key,
            "measure": sentence(one.measure.in_sentence),
            "step": at.step.title,
            **in_percent(at.difference),
            "n": at.estimate.n,
            "df": at.estimate.df_of(one.key),
            "r_squared": at.estimate.diagnostics["r_squared_with_effects"],
            "label": at.difference.label if at.estimate.specification.controls else "described",
        }
        for one in cross_section.measures
        for at in one.made
        if at.estimate and isinstance(at.difference, PriceDifference)
    )
    return FigureBody(
        "valuing.path",
        "coefficients",
        frame.rename(columns=AXES),
        shows=(cross_section,),
        options={
            "x_label": "Difference in price per square metre (per cent)",
            "strong": True,
        },
    )


def _clouds(found: PriceByMeasure, cross_section: CrossSection) -> FigureBody:
    """Every area by its measure and its price, over the city and inside its wards."""
    frame = pd.concat(
        part.assign(panel=one.measure.words, row=_inside(one.level), part=kind)
        for one in found.clouds
        for kind, part in ((AREA, one.areas), (TREND, one.line))
    )
    return FigureBody(
        "valuing.clouds",
        "scatter",
        frame[["panel", "row", "part", "x", "y"]],
        shows=(cross_section.measures,),
        options={
            "x_label": "Standard deviations from the mean",
            "y_label": "Price from the mean (per cent)",
            "y_format": "number0",
        },
    )


def _inside(column: str) -> str:
    return "Over the whole city" if column == CITY else f"Inside {level(column).plural}"
