"""Section 3: how the associations with price change as controls enter, and prices after a start."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pandas as pd

from ...data.reference_tables import words_of
from ...data.tables import BRUSH
from ...models.association.association_path import common_rows
from ...models.association.cross_section import cross_section
from ...models.association.panel import panel
from ...models.estimate import Estimate
from ...models.specification import NotEstimable, Specification
from ...report_templates.exhibits import Column, Figure, Table
from ..book import Book, ChapterNotes, source_line
from ..equations import (
    Equation,
    equations,
    held_equal,
    require_clusters,
    rule_in_short,
    untold,
)
from ..findings import percent_effect
from ..inputs import RECORD, Inputs
from ..reasons import first_reason
from ..study import CrossSection, Step

CROSS_SECTION_SOURCES = (
    "lsoa_price_per_sqm",
    "cni_2023",
    RECORD,
    "imd_2019_scores",
    "census_2021_tenure",
    "census_2021_accommodation",
)
FEW_PLACES = 10
"""With fewer dated places the clustered interval is not to be trusted, and the report says so."""
PANEL_SOURCES = ("sector_prices", RECORD)


def compute(inputs: Inputs, book: Book) -> None:
    """Estimate the cross-section step by step, then the panel of sectors."""
    notes = book.chapter("valuing", inputs.cited(CROSS_SECTION_SOURCES))
    _cross_section(inputs, notes)
    _panel(inputs, book.chapter("valuing", inputs.cited(PANEL_SOURCES)))


def _cross_section(inputs: Inputs, notes: ChapterNotes) -> None:
    section = inputs.study.cross_section
    sold = inputs.areas[inputs.areas["sales"] >= section.minimum_sales]
    terms = (*section.social_capital, *section.coproduction)
    planned, refused = _planned(section, sold, terms)
    for name, reason in refused.items():
        notes.refuse(name, "percent", reason)
    common, dropped = sold, dict[str, int]()
    if planned:
        common, dropped = common_rows(sold, [equation.specification for equation in planned])
    estimates, rows = [], list[dict[str, object]]()
    for equation in planned:
        asked = equation.specification
        try:
            estimate = notes.fitted(replace(cross_section(common, asked), dropped=dropped))
        except NotEstimable as fault:
            for term in asked.regressors:
                notes.refuse(f"{term}.{equation.step.name}", "percent", first_reason(fault))
            continue
        estimates.append(estimate)
        for term in asked.regressors:
            notes.effect(f"{term}.{equation.step.name}", estimate, term)
            rows.append(_row(equation.step, estimate, term))
    notes.quote("areas", len(common), "count")
    notes.quote("areas_left_out", len(inputs.areas) - len(common), "count")
    notes.quote("minimum_sales", section.minimum_sales, "count")
    notes.quote("clusters", int(common[section.clusters].nunique()), "count")
    notes.quote("sales", int(sold["sales"].sum()), "count")
    for term in terms:
        _held(term, rows, section, notes)
    with notes.part("path", "coefficients"):
        if not rows:
            notes.value(f"{terms[0]}.held")
        order = {term: place for place, term in enumerate(dict.fromkeys(r["term"] for r in rows))}
        path = pd.DataFrame(rows).sort_values(
            "term", key=lambda names: names.map(order), kind="stable", ignore_index=True
        )
        _show_path(path, estimates[-1], notes)


def _planned(
    section: CrossSection, areas: pd.DataFrame, terms: Sequence[str]
) -> tuple[list[Equation], dict[str, str]]:
    """The equations of all steps, and why a term has no place in a step's."""
    try:
        require_clusters(section, areas)
    except NotEstimable as few:
        return [], {f"{term}.{step.name}": str(few) for step in section.steps for term in terms}
    refused = {
        f"{term}.{step.name}": reason
        for step in section.steps
        for term, reason in untold(section, areas, terms, step.effects).items()
    }
    return list(equations(section, areas)), refused


def _held(
    term: str, rows: Sequence[Mapping[str, object]], section: CrossSection, notes: ChapterNotes
) -> None:
    """A measure's last step with an estimate: what it holds equal, and how far it moved."""
    moved = {row["step"]: float(str(row["estimate"])) for row in rows if row["term"] == term}
    told = [step for step in section.steps if step.title in moved]
    step = told[-1] if told else section.steps[-1]
    notes.quote(f"{term}.held_equal", held_equal(section, step), "text", label="adjusted")
    notes.again(f"{term}.held", f"{term}.{step.name}")
    first = section.steps[0]
    if first in told:
        change = moved[step.title] - moved[first.title]
        notes.quote(f"{term}.change", change, "points", label="adjusted")
    else:
        notes.refuse(f"{term}.change", "points", "there is no estimate of it alone")


def _row(step: Step, estimate: Estimate, term: str) -> dict[str, object]:
    row = estimate.tidy().set_index("term").to_dict("index")[term]
    return {
        "term": term,
        "measure": words_of(term),
        "step": step.title,
        "estimate": percent_effect(row["estimate"]),
        "estimate_low": percent_effect(row["ci_low"]),
        "estimate_high": percent_effect(row["ci_high"]),
        "n": estimate.n,
        "df": estimate.df_of(term),
        "r_squared": estimate.diagnostics["r_squared_with_effects"],
    }


def _show_path(path: pd.DataFrame, last: Estimate, notes: ChapterNotes) -> None:
    note = (
        f"{last.n} areas with enough sales; the same areas in every row. Weights: number of sales. "
        f"Errors clustered by place, and by ward outside places, {last.clusters} clusters, CR2; t "
        f"with Satterthwaite degrees of freedom, {path['df'].min():.0f} to {path['df'].max():.0f}. "
        "Label: adjusted."
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
    treated = kept.loc[kept["ever_exposed"] > BRUSH]
    notes.quote("panel.sectors", int(kept["sector"].nunique()), "count")
    notes.quote("panel.exposed_sectors", int(treated["sector"].nunique()), "count")
    dated = inputs.places[inputs.places["status"] == "dated"]
    notes.quote("panel.dated_places", len(dated), "count")
    notes.quote("panel.few_places", FEW_PLACES, "count")
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
    notes.refuse(
        "panel.social_capital",
        "percent",
        "social capital is measured once, and a panel with area effects uses change alone",
    )
    with notes.part("panel.weighted", "panel.unweighted", "panel"):
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
        _show_panel(rows, len(dated), estimate, inputs, notes)


def _show_panel(
    rows: Sequence[Mapping[str, object]],
    dated: int,
    estimate: Estimate,
    inputs: Inputs,
    notes: ChapterNotes,
) -> None:
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
            f"{dated} places with a start inside the data. {rule_in_short(estimate)}. Label: "
            "adjusted. Sectors of places whose start is unknown or before the data are left out.",
            source_line(inputs.cited(PANEL_SOURCES)),
        )
    )
