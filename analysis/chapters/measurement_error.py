"""Appendix 3, the error of the index carried into its association with price."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from ...data.circularity import require_no_circularity
from ...models.association.cross_section import cross_section
from ...models.estimate import Estimate
from ...models.measurement.errors_in_variables import errors_in_variables
from ...models.measurement.index_weights import Index
from ...models.measurement.reliability import Reliability
from ...models.measurement.simex import simex
from ...models.specification import NotEstimable, Specification, SpecificationError
from ...report_templates.exhibits import Column, Table
from ...report_templates.messages import first_reason
from ..book import Book, ChapterNotes
from ..equations import by_ward, require_clusters, rule_in_short, specification
from ..inputs import Inputs
from ..quantities import percent_effect
from ..study import Step

SOURCES = (
    "lsoa_price_per_sqm",
    "cni_2023",
    "imd_2019_scores",
    "census_2021_tenure",
    "census_2021_accommodation",
)
INDEX = "social_capital"
QUOTED = ("index", "error", "circular_controls")
"""What is quoted of the corrections, and their table."""
LITTLE_LEFT = "the error of the index leaves too little of it once this much is held equal"
_LEFT = f"reliability_left_{INDEX}"
LEAST_LEFT = 0.3
"""Simulation adds error and extrapolates back to none; from less signal than this it runs wild."""
DRAWS = 400


def compute(inputs: Inputs, index: Index, trust: Reliability, book: Book) -> None:
    """Naive and corrected associations of the index with price, for each step of Section 3."""
    notes = book.chapter("social_capital", SOURCES)
    section = inputs.study.cross_section
    sold = inputs.areas[inputs.areas["sales"] >= section.minimum_sales]
    require_clusters(section, sold)
    rng = np.random.default_rng(inputs.study.seed)
    steps = [step for step in section.steps if not step.separately]
    rows = [row for step in steps for row in _step(inputs, sold, step, index, rng, notes)]
    last = steps[-1]
    warnings = require_no_circularity(section.outcome, [INDEX], last.controls)
    notes.quote("circular_controls", len(warnings), "count")
    _show(pd.DataFrame(rows), trust, notes)


def _step(
    inputs: Inputs,
    sold: pd.DataFrame,
    step: Step,
    index: Index,
    rng: np.random.Generator,
    notes: ChapterNotes,
) -> list[dict[str, object]]:
    section = inputs.study.cross_section
    name = f"social_capital.index.{step.name}"
    equation = specification(section, step, name, step.title, section.outcome, [INDEX])
    asked = by_ward(section, equation)
    noise = float(index.standard_error**2)
    rows: list[dict[str, object]] = []
    for name, title in (
        ("naive", "As measured"),
        ("corrected", "Errors in variables"),
        ("simex", "Simulation and extrapolation"),
    ):
        try:
            estimate = _fit(name, sold, asked, noise, rng)
        except SpecificationError as fault:
            reason = first_reason(fault)
            if name != "naive":
                reason = LITTLE_LEFT
            notes.refuse(f"index.{step.name}.{name}", "percent", reason)
            rows.append({"step": step.title, "method": title})
            continue
        notes.effect(f"index.{step.name}.{name}", notes.fitted(estimate), INDEX)
        row = estimate.tidy().set_index("term").to_dict("index")[INDEX]
        rows.append(
            {
                "step": step.title,
                "method": title,
                "estimate": percent_effect(row["estimate"]),
                "estimate_low": percent_effect(row["ci_low"]),
                "estimate_high": percent_effect(row["ci_high"]),
                "left": estimate.diagnostics.get(_LEFT, np.nan),
                "rule": rule_in_short(estimate),
            }
        )
    return rows


def _fit(
    name: str, sold: pd.DataFrame, asked: Specification, noise: float, rng: np.random.Generator
) -> Estimate:
    own = replace(asked, name=f"{asked.name}.{name}", title=f"{asked.title} ({name})")
    if name == "naive":
        return cross_section(sold, own)
    if name == "corrected":
        return errors_in_variables(sold, own, error_variance={INDEX: noise})
    left = errors_in_variables(sold, own, error_variance={INDEX: noise}).diagnostics[_LEFT]
    if left < LEAST_LEFT:
        raise SpecificationError(f"{left:.2f} of what is left is not error: too far to extrapolate")
    return simex(sold, own, {INDEX: noise}, rng, draws=DRAWS)


def _show(table: pd.DataFrame, trust: Reliability, notes: ChapterNotes) -> None:
    if "rule" not in table:
        raise NotEstimable("the association of the index with price is not estimable at any step")
    notes.book.show(
        Table(
            "social_capital.error",
            "The index and price, as measured and corrected for the error of the index",
            table,
            (
                Column("method", "Method"),
                Column("estimate", "Difference in price", "interval_percent1"),
                Column("left", "Reliability left", "number2"),
            ),
            "Difference in price per square metre, per cent, for one standard deviation more of "
            "the index, with 95% interval; a dash where the correction cannot be had",
            f"Reliability {trust.omega:.2f} (omega), taken as known. Reliability left: the share "
            "of the index's remaining variation that is not error, once the rest is held equal. "
            f"{table['rule'].dropna().iloc[0]}. Label: adjusted; correcting an error identifies "
            "no effect.",
            notes.source_line,
            group_by="step",
        )
    )
