"""Section 3: how strong something unmeasured must be to undo the controlled associations."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ...data.reference_tables import words_of
from ...models.inference.cluster_robust import leave_one_cluster_out
from ...models.robustness.sensitivity import Bound, bounds, oster, robustness
from ...models.specification import SpecificationError
from ...report_templates.exhibits import Column, Table
from ..book import ChapterNotes
from ..controlled import Controlled, lower, quote_finite
from ..quantities import percent_effect

BENCHMARKS = ("income_deprivation", "owned")
TIMES = (1.0, 2.0)
QUOTED = (
    *("value", "value_alpha", "partial_r2", "delta", "adjusted"),
    *("without_low", "without_high", "without_ward"),
)
"""What `undoing` quotes of each measure."""


def undoing(chosen: Controlled, notes: ChapterNotes) -> None:
    """Robustness values, Oster's numbers and the range without each ward in turn."""
    without = leave_one_cluster_out(chosen.areas, chosen.by_ward)
    names = chosen.areas.drop_duplicates("ward22").set_index("ward22")["ward22_name"]
    rows: list[dict[str, Any]] = []
    for term in chosen.terms:
        sure = robustness(chosen.areas, chosen.specification, term)
        selection = oster(chosen.areas, chosen.specification, term)
        low, high = float(without[term].min()), float(without[term].max())
        farthest = (without[term] - sure.estimate).abs().idxmax()
        rows.append(
            {
                "measure": words_of(term),
                "partial_r2": 100 * sure.partial_r2,
                "value": 100 * sure.value,
                "value_alpha": 100 * sure.value_alpha,
                "delta": selection.delta,
                "adjusted": percent_effect(selection.adjusted),
                "without_low": percent_effect(low),
                "without_high": percent_effect(high),
            }
        )
        for name in ("value", "value_alpha", "partial_r2"):
            notes.quote(f"{term}.{name}", float(rows[-1][name]), "percent", label="adjusted")
        quote_finite(notes, f"{term}.delta", selection.delta, "number")
        quote_finite(notes, f"{term}.adjusted", percent_effect(selection.adjusted), "percent")
        notes.quote(f"{term}.without_low", percent_effect(low), "percent", label="adjusted")
        notes.quote(f"{term}.without_high", percent_effect(high), "percent", label="adjusted")
        notes.quote(f"{term}.without_ward", str(names.loc[str(farthest)]), "text", label="adjusted")
    notes.quote("r_max", selection.r_max, "number")
    notes.quote("controlled_r2", selection.controlled_r2, "number")
    notes.book.show(
        Table(
            "sensitivity.undoing",
            "What would undo each association",
            pd.DataFrame(rows),
            (
                Column("measure", "Measure"),
                Column("partial_r2", "Partial R²", "percent1"),
                Column("value", "Robustness value", "percent1"),
                Column("value_alpha", "the same, significance", "percent1"),
                Column("delta", "Oster's delta", "number2"),
                Column("adjusted", "Estimate at delta one", "percent1"),
                Column("without_low", "Lowest without a ward", "percent1"),
                Column("without_high", "Highest without a ward", "percent1"),
            ),
            "Shares of residual variance, per cent; delta is a ratio; estimates in per cent of the "
            "price per square metre",
            f"Robustness values with classical errors, {sure.df:.0f} degrees of freedom, weighted; "
            "clustered errors are larger, so the second is an upper limit. Oster: R² of everything "
            f"{selection.r_max:.2f}, the lesser of one and 1.3 times the controlled R² of "
            f"{selection.controlled_r2:.2f}. Label: adjusted.",
            notes.source_line,
        )
    )


def under_confounders(chosen: Controlled, notes: ChapterNotes) -> None:
    """The estimate under a confounder as strong as named covariates, where the study holds them."""
    known = [name for name in BENCHMARKS if name in chosen.specification.controls]
    rows: list[dict[str, Any]] = []
    for term in chosen.terms:
        under: list[Bound] = []
        for name in known:
            under += _bound_rows(chosen, term, name, rows)
        worst = min(
            (bound for bound in under if bound.times == TIMES[0]),
            key=lambda bound: bound.estimate * np.sign(under[0].estimate or 1),
            default=None,
        )
        if worst is None:
            reason = "no named covariate bounds a confounder: each would explain the whole measure"
            notes.refuse(f"{term}.bound", "percent", reason)
            notes.quote(f"{term}.bound_by", "none", "text", label="adjusted")
            continue
        ends = (percent_effect(worst.low), percent_effect(worst.high))
        quote_finite(notes, f"{term}.bound", percent_effect(worst.estimate), "percent", ends)
        words = lower(words_of(worst.benchmark[0]))
        notes.quote(f"{term}.bound_by", words, "text", label="adjusted")
    notes.book.show(
        Table(
            "sensitivity.bounds",
            "The estimate if something unmeasured were as strong as what is measured",
            pd.DataFrame(rows),
            (
                Column("confounder", "As strong as"),
                Column("r2_term", "Of the measure", "percent1"),
                Column("r2_outcome", "Of the price", "percent1"),
                Column("percent", "Estimate then", "interval_percent1"),
            ),
            "Shares of residual variance that the confounder would explain; estimate in per cent "
            "of the price per square metre with 95% interval",
            "Bounds of Cinelli and Hazlett, classical errors. A dash: a confounder so strong would "
            "explain the whole measure. Label: adjusted.",
            notes.source_line,
            group_by="measure",
        )
    )


def _bound_rows(
    chosen: Controlled, term: str, name: str, rows: list[dict[str, Any]]
) -> list[Bound]:
    found = []
    for times in TIMES:
        row: dict[str, Any] = {
            "measure": words_of(term),
            "confounder": f"{words_of(name)}, {'once' if times == 1 else 'twice'}",
        }
        try:
            bound = bounds(chosen.areas, chosen.specification, term, (name,), (times,))[0]
        except SpecificationError:
            keys = ("r2_term", "r2_outcome", "percent", "percent_low", "percent_high")
            rows.append({**row, **dict.fromkeys(keys, float("nan"))})
            continue
        found.append(bound)
        rows.append(
            {
                **row,
                "r2_term": 100 * bound.r2_term,
                "r2_outcome": 100 * bound.r2_outcome,
                "percent": percent_effect(bound.estimate),
                "percent_low": percent_effect(bound.low),
                "percent_high": percent_effect(bound.high),
            }
        )
    return found
