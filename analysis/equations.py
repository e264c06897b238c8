"""From a study's steps to specifications, and the terms that a step cannot estimate."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from ..data.circularity import require_no_circularity
from ..data.reference_tables import variables
from ..models.estimate import Estimate
from ..models.specification import Specification
from .study import CrossSection, Step, Study, StudyError

FEW = 5
"""An association inside wards is not asked of fewer wards than this: it would be theirs alone."""
WORDS = {
    "ward22": "ward",
    "msoa21": "middle area",
    "place_or_ward": "place, and by ward outside places",
}


@dataclass(frozen=True, slots=True)
class Equation:
    """One equation of a step; ``refused`` names the terms left out of it, with the reason."""

    step: Step
    specification: Specification
    refused: dict[str, str]


def check_variables(study: Study) -> None:
    """Every column of cross-section and loop is declared, no control a result of the treatments.

    Raises
    ------
    DataError
        A regressor built from the same inputs as the outcome.
    StudyError
        Unknown columns, and controls declared downstream of coproduction, social capital or price
        (a bad control hides part of what is asked), all at once.
    """
    declared = variables().set_index("column")
    section = study.cross_section
    columns = [section.outcome, *section.social_capital, *section.coproduction]
    controls = list(dict.fromkeys(name for step in section.steps for name in step.controls))
    faults = [
        *_undeclared("cross_section", [*columns, *controls], declared),
        *_results("cross_section", controls, declared),
    ]
    sides = (study.loop.price, study.loop.social_capital)
    held = list(dict.fromkeys(name for side in sides for name in side.controls))
    named = [one.column for side in sides for one in side.instruments]
    faults += [
        *_undeclared("loop", dict.fromkeys([*held, *named]), declared),
        *_results("loop", held, declared),
    ]
    if faults:
        raise StudyError(faults)
    require_no_circularity(section.outcome, columns[1:], controls)


def _undeclared(where: str, names: Iterable[str], declared: pd.DataFrame) -> list[str]:
    return [
        f"{where}: '{name}' is not a declared column.{_close(name, declared.index)} "
        f"Allowed: {', '.join(declared.index)}."
        for name in names
        if name not in declared.index
    ]


def _results(where: str, controls: Iterable[str], declared: pd.DataFrame) -> list[str]:
    """Controls that are results of what the model asks about."""
    causes = declared["downstream_of"].reindex(list(controls)).fillna("")
    return [
        f"{where}: '{name}' is a result of {cause} and cannot be held equal. "
        "Leave it out of the controls."
        for name, cause in causes.items()
        if cause
    ]


def _close(name: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(name, list(known), n=1)
    return f" Did you mean '{close[0]}'?" if close else ""


def equations(section: CrossSection, areas: pd.DataFrame) -> Iterator[Equation]:
    """Each step's equations: one, or one a regressor where the step takes them separately."""
    regressors = (*section.social_capital, *section.coproduction)
    for step in section.steps:
        refused = hardly_varying(areas, regressors, step.effects)
        moving = [name for name in regressors if name not in refused]
        for group in [(name,) for name in moving] if step.separately else [tuple(moving)]:
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
                refused,
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
        weights=weights or section.weights,
        clusters=section.clusters,
        variance="bias_reduced",
    )


def by_ward(section: CrossSection, asked: Specification) -> Specification:
    """The same equation with errors clustered by ward, CR1, for rules that work on whole wards."""
    return replace(asked, clusters=section.wards, variance="clustered")


def hardly_varying(
    areas: pd.DataFrame, columns: Sequence[str], effects: Sequence[str]
) -> dict[str, str]:
    """The columns that vary inside fewer than `FEW` categories of an effect, with the reason.

    Examples
    --------
    >>> frame = pd.DataFrame({"ward22": [*"aabbccddee"], "x": [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]})
    >>> hardly_varying(frame.assign(y=range(10)), ["x", "y"], ["ward22"])
    {'x': 'it differs between areas of the same ward in 0 wards, and at least 5 are asked for'}
    """
    still = {}
    for effect in effects:
        word = WORDS.get(effect, effect)
        for column in columns:
            varying = int((areas.groupby(effect)[column].nunique() > 1).sum())
            if varying < FEW:
                wards = f"{varying} {word}{'' if varying == 1 else 's'}"
                still[column] = (
                    f"it differs between areas of the same {word} in {wards}, "
                    f"and at least {FEW} are asked for"
                )
    return still


def last_step(section: CrossSection, areas: pd.DataFrame, column: str) -> Step:
    """The last step, the most held equal, in which a column still varies."""
    return next(
        step
        for step in reversed(section.steps)
        if column not in hardly_varying(areas, [column], step.effects)
    )


def held_equal(section: CrossSection, step: Step) -> str:
    """What a step holds equal, in words: the titles of the steps up to it that add something."""
    added = [
        one.title.removeprefix("plus ")
        for one in section.steps[: section.steps.index(step) + 1]
        if one.controls or one.effects
    ]
    return ", ".join(added) if added else "nothing"


def rule_in_short(estimate: Estimate) -> str:
    """The variance rule as the note of a table says it; the annex prints it in full."""
    df, kind = f"{estimate.df:.0f}", "CR1"
    if estimate.reference is not None:
        of = [estimate.df_of(term) for term in estimate.specification.regressors]
        df, kind = f"{min(of):.0f} to {max(of):.0f}", "CR2"
        df = df if len(of) > 1 else f"{of[0]:.0f}"
    return (
        f"Variance clustered by {WORDS.get(estimate.specification.clusters or '', 'sector')}, "
        f"{kind}, t with {df} degrees of freedom"
    )
