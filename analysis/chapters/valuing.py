"""Section 3: how the association of social capital and coproduction with price changes as controls enter."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from ...data.reference_tables import words_of
from ...models.association_path import association_path
from ...models.estimate import Estimate
from ...models.panel import panel
from ...models.specification import Specification
from ...report_templates.exhibits import Column, Figure, Table
from ..book import Book, ChapterNotes, source_line
from ..findings import percent_effect
from ..inputs import Inputs
from ..study import Step

CROSS_SECTION_SOURCES = (
    "lsoa_price_per_sqm",
    "cni_2023",
    "coproduction_sites",
    "imd_2019_scores",
    "census_2021_tenure",
    "census_2021_accommodation",
)
PANEL_SOURCES = ("sector_prices", "coproduction_sites")


def compute(inputs: Inputs, book: Book) -> None:
    """Estimate the cross-section step by step, then the panel of sectors."""
    notes = book.chapter("valuing", CROSS_SECTION_SOURCES)
    _cross_section(inputs, notes)
    _panel(inputs, book.chapter("valuing", PANEL_SOURCES))


def specifications(inputs: Inputs) -> Iterator[tuple[Step, str, Specification]]:
    """Each step's equations: one, or one a regressor where the step takes them separately."""
    section = inputs.study.cross_section
    regressors = (*section.social_capital, *section.coproduction)
    for step in section.steps:
        for group in [(name,) for name in regressors] if step.separately else [regressors]:
            suffix = f".{group[0]}" if step.separately else ""
            yield (
                step,
                suffix,
                Specification(
                    name=f"valuing.cross_section.{step.name}{suffix}",
                    title=step.title,
                    outcome=section.outcome,
                    regressors=tuple(group),
                    controls=tuple(step.controls),
                    effects=tuple(step.effects),
                    weights=section.weights,
                    clusters=section.clusters,
                ),
            )


def _cross_section(inputs: Inputs, notes: ChapterNotes) -> None:
    section = inputs.study.cross_section
    areas = inputs.areas
    sold = areas[areas["sales"] >= section.minimum_sales]
    planned = list(specifications(inputs))
    estimates = [
        notes.fitted(one) for one in association_path(sold, [spec for _, _, spec in planned])
    ]
    rows = []
    for (step, _, spec), estimate in zip(planned, estimates, strict=True):
        for term in spec.regressors:
            notes.effect(f"{term}.{step.name}", estimate, term)
            rows.append(_row(step, estimate, term))
    path = pd.DataFrame(rows)
    last = estimates[-1]
    notes.quote("areas", last.n, "count")
    notes.quote("areas_left_out", len(areas) - last.n, "count")
    notes.quote("minimum_sales", section.minimum_sales, "count")
    notes.quote("clusters", last.clusters or 0, "count")
    notes.quote("sales", int(sold["sales"].sum()), "count")
    _change_findings(path, notes, section.steps)
    _show_path(path, last, notes)


def _row(step: Step, estimate: Estimate, term: str) -> dict[str, object]:
    row = estimate.tidy().set_index("term").loc[term]
    return {
        "term": term,
        "measure": words_of(term),
        "step": step.title,
        "estimate": percent_effect(row["estimate"]),
        "estimate_low": percent_effect(row["ci_low"]),
        "estimate_high": percent_effect(row["ci_high"]),
        "n": estimate.n,
        "r_squared": estimate.r_squared,
    }


def _change_findings(path: pd.DataFrame, notes: ChapterNotes, steps: list[Step]) -> None:
    """How far each association shrinks from alone to fully held equal, in percentage points."""
    first, last = steps[0].title, steps[-1].title
    for term, rows in path.groupby("term", sort=False):
        by_step = rows.set_index("step")["estimate"]
        notes.quote(
            f"{term}.change", float(by_step[last] - by_step[first]), "points", label="adjusted"
        )


def _show_path(path: pd.DataFrame, last: Estimate, notes: ChapterNotes) -> None:
    note = (
        f"{last.n} areas with enough sales; the same areas in every row. Weights: number of sales. "
        f"{last.clusters} wards as clusters. {last.variance_rule}. Label: adjusted."
    )
    measure = (
        "Difference in price per square metre, per cent, for one standard deviation more of the "
        "measure (coproduction: for an area with a recorded programme against one without), "
        "with 95% interval"
    )
    notes.book.show(
        Table(
            "valuing.path",
            "Each association as more is held equal",
            path,
            (
                Column("step", "Held equal"),
                Column("estimate", "Difference in price", "interval_percent1"),
                Column("r_squared", "R²", "number2"),
            ),
            measure,
            note,
            notes.source_line,
            group_by="measure",
        )
    )
    frame = path.rename(
        columns={"measure": "panel", "step": "row", "estimate_low": "low", "estimate_high": "high"}
    )[["panel", "row", "estimate", "low", "high"]].assign(label="adjusted")
    notes.book.show(
        Figure(
            "valuing.coefficients",
            "How the associations change as controls enter",
            "coefficients",
            frame,
            measure,
            note,
            notes.source_line,
            alt=(
                "Four panels, one a measure. Points with intervals run from each measure alone at "
                "the top to all controls and ward effects at the bottom."
            ),
            options={"x_label": "Difference in price per square metre (per cent)"},
        )
    )


def _panel(inputs: Inputs, notes: ChapterNotes) -> None:
    section = inputs.study.panel
    kept = inputs.sectors[~inputs.sectors["excluded"]]
    treated = kept.loc[kept["ever_exposed"] > 0]
    notes.quote("panel.sectors", int(kept["sector"].nunique()), "count")
    notes.quote("panel.exposed_sectors", int(treated["sector"].nunique()), "count")
    dated = inputs.places[inputs.places["status"] == "dated"]
    notes.quote("panel.dated_places", len(dated), "count")
    notes.quote("panel.first_year", int(kept["year"].min()), "year")
    notes.quote("panel.last_year", int(kept["year"].max()), "year")
    notes.quote(
        "panel.excluded_sectors",
        int(inputs.sectors.loc[inputs.sectors["excluded"], "sector"].nunique()),
        "count",
    )
    variants = (
        ("weighted", section.weights, "Weighted by sales"),
        ("unweighted", None, "Each sector equal"),
    )
    rows = []
    for name, weights, title in variants:
        estimate = notes.fitted(
            panel(
                kept,
                Specification(
                    name=f"valuing.panel.{name}",
                    title=f"Sectors by year, two-way fixed effects. {title}",
                    outcome=section.outcome,
                    regressors=(section.treatment,),
                    effects=("sector", "year"),
                    weights=weights,
                    clusters=section.clusters,
                ),
            )
        )
        notes.effect(f"panel.{name}", estimate, section.treatment)
        row = estimate.tidy().iloc[0]
        rows.append(
            {
                "variant": title,
                "estimate": percent_effect(row["estimate"]),
                "estimate_low": percent_effect(row["ci_low"]),
                "estimate_high": percent_effect(row["ci_high"]),
                "n": estimate.n,
                "clusters": estimate.clusters,
            }
        )
    notes.refuse(
        "panel.social_capital",
        "percent",
        "social capital is measured once, and a panel with area effects uses change alone",
    )
    notes.book.show(
        Table(
            "valuing.panel",
            "Prices after a recorded start, sectors and years held equal",
            pd.DataFrame(rows),
            (
                Column("variant", "Weights"),
                Column("estimate", "Difference in price", "interval_percent1"),
                Column("n", "Sectors by years", "count"),
                Column("clusters", "Sectors", "count"),
            ),
            "Difference in mean price, per cent, between a sector wholly inside a place after the "
            "year of the recorded start and the same sector before, against other sectors",
            f"{len(dated)} places with a start inside the data. {estimate.variance_rule}. Label: "
            "adjusted. Sectors of places whose start is unknown or before the data are left out.",
            source_line(PANEL_SOURCES),
        )
    )
