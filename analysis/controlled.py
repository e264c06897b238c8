"""The fully controlled equation of the cross-section, and what the sensitivity parts share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..models.specification import NotEstimable, Specification
from .book import ChapterNotes
from .equations import WORDS, by_ward, held_equal, require_clusters, specification, untold
from .findings import Unit
from .inputs import Inputs
from .study import CrossSection


@dataclass(frozen=True, slots=True)
class Controlled:
    """The fully controlled equation, its rows, and the measures it can tell something about."""

    section: CrossSection
    areas: pd.DataFrame
    specification: Specification
    terms: tuple[str, ...]
    blocks: Mapping[str, tuple[str, ...]]
    """By the title of the step that adds them: columns held equal."""

    def names(self, *results: str) -> tuple[str, ...]:
        """What the findings of each measure are called that hold these results."""
        return tuple(f"{term}.{result}" for term in self.terms for result in results)

    @property
    def by_ward(self) -> Specification:
        """The same equation with errors clustered by ward, CR1."""
        return by_ward(self.section, self.specification)

    def in_words(self, rule: str) -> str:
        """A rule of inference as a sentence, its cluster column in words."""
        for column in (self.section.clusters, self.section.wards):
            rule = rule.replace(f"by {column}", f"by {WORDS.get(column, column)}")
        return sentence(rule)


def controlled(inputs: Inputs, notes: ChapterNotes) -> Controlled:
    """The last step as one equation; measures that hardly vary inside its effects are refused.

    Raises
    ------
    NotEstimable
        All of them are, or the clusters are too few.
    """
    section = inputs.study.cross_section
    areas = inputs.areas[inputs.areas["sales"] >= section.minimum_sales]
    require_clusters(section, areas)
    step = section.steps[-1]
    every = (*section.social_capital, *section.coproduction)
    refused = untold(section, areas, every, step.effects)
    for term in every:
        if term in refused:
            notes.refuse(f"{term}.controlled", "percent", refused[term])
            notes.refuse_part(term, refused[term])
    terms = tuple(term for term in every if term not in refused)
    if not terms:
        raise NotEstimable(
            f"with {held_equal(section, step)} held equal, no measure differs between areas enough"
        )
    notes.quote("held_equal", held_equal(section, step), "text", label="adjusted")
    return Controlled(
        section=section,
        areas=areas,
        specification=specification(
            section, step, "sensitivity.controlled", step.title, section.outcome, terms
        ),
        terms=terms,
        blocks=blocks_by_step(section),
    )


def blocks_by_step(section: CrossSection) -> dict[str, tuple[str, ...]]:
    """What each step adds to those before it, by the step's title."""
    blocks: dict[str, tuple[str, ...]] = {}
    seen: set[str] = set()
    for step in section.steps:
        added = tuple(name for name in (*step.controls, *step.effects) if name not in seen)
        if added:
            blocks[sentence(step.title.removeprefix("plus "))] = added
            seen.update(added)
    return blocks


def sentence(words: str) -> str:
    """Words with a capital at the start."""
    return words[:1].upper() + words[1:]


def lower(words: str) -> str:
    """Words with a small letter at the start."""
    return words[:1].lower() + words[1:]


def quote_finite(
    notes: ChapterNotes,
    name: str,
    value: float,
    unit: Unit,
    interval: tuple[float, float] | None = None,
) -> None:
    """A finding, or a refusal where the number does not exist; an endless interval is left out."""
    if not np.isfinite(value):
        notes.refuse(name, unit, "its equation has no finite solution")
        return
    ends = interval if interval and np.isfinite(interval).all() else None
    notes.quote(name, float(value), unit, label="adjusted", interval=ends)
