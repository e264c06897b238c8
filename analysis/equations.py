"""From a study's steps to specifications, and the terms that a step cannot estimate."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from ..data.measures import Measure, measure
from ..models.specification import Specification
from .reasons import HardlyVaries, LoneCluster, Reason, SameEverywhere, TooFewClusters
from .study import CrossSection, Step, Study
from .study_columns import TOGETHER

RECORD = "record of coproduction"
"""Stands in a chapter's list of sources for those that hold the record in this run."""
FEW = 5
"""An association inside wards is not asked of fewer wards than this: it would be theirs alone."""


def together(section: CrossSection) -> Measure:
    """The study's measures of social capital as one; of a study with one, that measure."""
    if len(section.social_capital) > 1:
        return measure(TOGETHER)
    return replace(measure(section.social_capital[0]), column=TOGETHER)


@dataclass(frozen=True, slots=True)
class Equation:
    """One equation of a step, of the terms that vary in it."""

    step: Step
    specification: Specification


def columns_of(study: Study) -> list[str]:
    """Every column of the area table that cross-section and loop name, each once."""
    section = study.cross_section
    sides = (study.loop.price, study.loop.social_capital)
    return list(
        dict.fromkeys(
            [
                section.outcome,
                *section.social_capital,
                *section.coproduction,
                *(name for step in section.steps for name in step.controls),
                *(name for side in sides for name in side.controls),
                *(one.column for side in sides for one in side.instruments),
            ]
        )
    )


def equations(section: CrossSection, areas: pd.DataFrame) -> Iterator[Equation]:
    """Each step's equations: one, or one a regressor where the step takes them separately.

    A step in which no regressor varies has none.
    """
    regressors = (*section.social_capital, *section.coproduction)
    for step in section.steps:
        refused = no_place(section, areas, regressors, step.effects)
        moving = [name for name in regressors if name not in refused]
        groups = [(name,) for name in moving] if step.separately else [tuple(moving)]
        for group in filter(None, groups):
            suffix = f".{group[0]}" if step.separately else ""
            yield Equation(
                step,
                specification(
                    section,
                    step,
                    f"valuing.cross_section.{step.name}{suffix}",
                    step.title,
                    section.outcome,
                    group,
                ),
            )


def specification(
    section: CrossSection,
    step: Step,
    name: str,
    title: str,
    outcome: str,
    regressors: Sequence[str],
    weights: str | None = None,
) -> Specification:
    """An equation with what the step holds equal."""
    return Specification(
        name=name,
        title=title,
        outcome=outcome,
        regressors=tuple(regressors),
        controls=tuple(step.controls),
        effects=tuple(step.effects),
        weights=weights or section.weights or None,
        clusters=section.clusters,
        variance="bias_reduced",
    )


def by_ward(section: CrossSection, asked: Specification) -> Specification:
    """The same equation with errors clustered by ward, CR1, for rules that work on whole wards."""
    return replace(asked, clusters=section.wards, variance="clustered")


def too_few_clusters(section: CrossSection, areas: pd.DataFrame) -> TooFewClusters | None:
    """Why errors clustered as the study says cannot be had, if they cannot."""
    clusters = int(areas[section.clusters].nunique())
    return TooFewClusters(section.clusters, clusters, FEW) if clusters < FEW else None


def still(areas: pd.DataFrame, columns: Sequence[str], effects: Sequence[str]) -> dict[str, Reason]:
    """The columns that vary nowhere, or inside fewer than `FEW` categories of an effect."""
    found: dict[str, Reason] = {
        column: SameEverywhere() for column in columns if areas[column].nunique() < 2
    }
    for effect in effects:
        for column in columns:
            varying = int((areas.groupby(effect)[column].nunique() > 1).sum())
            if varying < FEW and column not in found:
                found[column] = HardlyVaries(effect, varying, FEW)
    return found


def no_place(
    section: CrossSection, areas: pd.DataFrame, columns: Sequence[str], effects: Sequence[str]
) -> dict[str, Reason]:
    """The columns that an equation has no place for: they hardly vary, or in one cluster alone."""
    lone: dict[str, Reason] = {}
    for column in columns:
        ends = areas.groupby(section.clusters)[column].agg(["min", "max"])
        inside = (ends["min"] < ends["max"]).any()
        apart = len(ends) - ends["min"].value_counts().max()
        if not inside and apart == 1:
            lone[column] = LoneCluster(section.clusters)
    return still(areas, columns, effects) | lone


def last_told(section: CrossSection, areas: pd.DataFrame, column: str) -> Step | Reason:
    """The last step, the most held equal, in which a column can still be told, or why none is."""
    refused: Mapping[str, Reason] = {}
    for step in reversed(section.steps):
        if not (refused := no_place(section, areas, [column], step.effects)):
            return step
    return refused[column]


def added(section: CrossSection, step: Step) -> tuple[str, ...]:
    """The titles of the steps up to one that hold something equal."""
    return tuple(
        one.title.removeprefix("plus ")
        for one in section.steps[: section.steps.index(step) + 1]
        if one.controls or one.effects
    )
