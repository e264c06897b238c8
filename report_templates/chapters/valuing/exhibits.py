"""The tables and figures of Section 3."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from ....analysis.quantities import NotEstimable, PriceDifference
from ....analysis.results.area_sizes import AreaSizes
from ....analysis.results.controlled_inference import ControlledInference
from ....analysis.results.cross_section import CrossSection
from ....analysis.results.decomposition import Split
from ....analysis.results.how_large import HowLarge
from ....analysis.results.moderators import Moderators
from ....analysis.results.panel import SectorPanel
from ....analysis.results.planted_truth import PlantedTruth
from ....analysis.results.sector_changes import SectorChanges
from ....analysis.results.spatial import Spatial
from ....analysis.results.specification_curve import SpecificationCurve
from ....analysis.results.staggered import Staggered
from ....analysis.results.undoing import Confounders, Undoing
from ....analysis.results.ward_slopes import WardSlopes
from ...exhibits import Body, Column, FigureBody, Missing, TableBody
from . import choices, headlines, planted, sensitivity, space, starts, within_between
from .columns import in_percent

AXES = {"measure": "panel", "step": "row", "estimate_low": "low", "estimate_high": "high"}
"""A column of the path by what it is in the figure."""


def exhibits(
    cross_section: CrossSection,
    panel: SectorPanel,
    spatial: Spatial,
    staggered: Staggered,
    sector_changes: SectorChanges,
    ward_slopes: WardSlopes,
    controlled_inference: ControlledInference,
    decomposition: Split,
    undoing: Undoing,
    confounders: Confounders,
    area_sizes: AreaSizes,
    moderators: Moderators,
    specification_curve: SpecificationCurve,
    planted_truth: PlantedTruth | None,
    how_large: HowLarge,
) -> Iterator[Body | Missing]:
    """All of the chapter, subject by subject."""
    yield from _section(cross_section, panel)
    yield from sensitivity.exhibits(controlled_inference, decomposition, undoing, confounders)
    yield from choices.exhibits(area_sizes, moderators, specification_curve)
    yield from space.exhibits(spatial)
    yield from starts.exhibits(staggered)
    yield from within_between.exhibits(sector_changes, ward_slopes)
    yield from planted.exhibits(planted_truth, cross_section, panel)
    yield headlines.table(how_large)


def _section(cross_section: CrossSection, panel: SectorPanel) -> Iterator[Body | Missing]:
    """The path of each association, as figure and table, and the panel of sectors."""
    first = cross_section.measures[0].held
    if isinstance(first, NotEstimable) and not cross_section.last:
        yield Missing("valuing.coefficients", first)
        yield Missing("valuing.path", first)
    else:
        yield from _associations(cross_section)
    if isinstance(panel.weighted, NotEstimable):
        yield Missing("valuing.panel", panel.weighted)
    else:
        yield TableBody(
            "valuing.panel",
            _panel(panel),
            (
                Column("variant", "Weights"),
                Column("estimate", "Difference in price", "interval_percent1"),
                Column("n", "Sectors by years", "count"),
                Column("clusters", "Sectors", "count"),
            ),
            shows=(panel,),
        )


def _associations(cross_section: CrossSection) -> Iterator[Body]:
    path = _path(cross_section)
    yield FigureBody(
        "valuing.coefficients",
        "coefficients",
        path.rename(columns=AXES)[["panel", "row", "estimate", "low", "high", "label"]],
        shows=(cross_section,),
        options={
            "x_label": "Difference in price per square metre (per cent)",
            "strong": True,
        },
    )
    yield TableBody(
        "valuing.path",
        path.drop(columns="label"),
        (
            Column("step", "Held equal"),
            Column("estimate", "Difference in price", "interval_percent1"),
            Column("r_squared", "R²", "number2"),
        ),
        shows=(cross_section,),
        group_by="measure",
    )


def _path(cross_section: CrossSection) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "term": one.key,
            "measure": one.measure.words,
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


def _panel(panel: SectorPanel) -> pd.DataFrame:
    differences = {
        one.specification: one
        for one in (panel.weighted, panel.unweighted)
        if isinstance(one, PriceDifference)
    }
    return pd.DataFrame(
        {
            "variant": "Weighted by sales" if of.specification.weights else "Each sector equal",
            **in_percent(differences[of.specification.name]),
            "n": of.n,
            "clusters": of.clusters,
        }
        for of in panel.estimates
    )
