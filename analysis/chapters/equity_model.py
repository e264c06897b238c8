"""The Neighbourhood Equity Model: what can be said of each link of the cycle so far."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from ...models.cross_section import cross_section
from ...models.estimate import Estimate
from ...report_templates.exhibits import Column, Figure, Format, Table
from ...report_templates.formats import format_number
from ..book import Book, ChapterNotes
from ..equations import held_equal, last_step, rule_in_short, specification
from ..findings import percent_effect
from ..inputs import RECORD, Inputs

SOURCES = (
    "lsoa_price_per_sqm",
    "cni_2023",
    RECORD,
    "imd_2019_scores",
    "imd_2025",
    "census_2021_tenure",
    "census_2021_accommodation",
)
# Each link: name, station before, station after, outcome, regressor, unit of the coefficient.
LINKS = (
    ("outcomes", "Coproduction", "Outcomes", "safety", "coproduction_recorded"),
    ("social_capital", "Outcomes", "Social capital", "social_capital", "safety"),
    ("asset_values", "Social capital", "Asset values", "log_price_per_sqm", "social_capital"),
)
STATIONS = {
    "outcomes": "coproduction->outcomes",
    "social_capital": "outcomes->social_capital",
    "asset_values": "social_capital->asset_values",
}
BY_DEFINITION = "equity is the worth of the homes, so this step is a definition and not an estimate"
NO_RECORD = "no record here shows that a rise in worth was captured and spent on coproduction"


def compute(inputs: Inputs, book: Book) -> None:
    """Estimate the three links that have data, refuse the two that have none, draw the cycle."""
    notes = book.chapter("equity_model", inputs.cited(SOURCES))
    rows = [_link(inputs, notes, *link) for link in LINKS]
    notes.refuse("equity", "percent", BY_DEFINITION)
    notes.refuse("further_coproduction", "percent", NO_RECORD)
    notes.refuse(
        "multiplier",
        "ratio",
        "a multiplier needs every link of the loop, and the last link has no data",
    )
    table = pd.DataFrame(rows)
    _show_links(table, notes)
    _show_cycle(table, notes)


def _link(
    inputs: Inputs,
    notes: ChapterNotes,
    name: str,
    before: str,
    after: str,
    outcome: str,
    regressor: str,
) -> dict[str, object]:
    section = inputs.study.cross_section
    sold = inputs.areas[inputs.areas["sales"] >= section.minimum_sales]
    step = last_step(section, sold, regressor)
    asked = specification(
        section,
        step,
        f"equity_model.{name}",
        f"{before} to {after.lower()}",
        outcome,
        [regressor],
        weights=None if outcome.startswith("log_price") else "households",
    )
    estimate = notes.fitted(cross_section(sold, asked))
    notes.quote(f"{name}.held_equal", held_equal(section, step), "text", label="adjusted")
    in_percent = outcome.startswith("log_")
    (notes.effect if in_percent else notes.coefficient)(name, estimate, regressor)
    spread = float(sold[outcome].std())
    return {
        "name": name,
        "link": f"{before} to {after.lower()}",
        "size": float(estimate.coefficients[0]) / spread,
        **_numbers(estimate, in_percent),
    }


def _numbers(estimate: Estimate, in_percent: bool) -> dict[str, object]:
    row = estimate.tidy().iloc[0]
    values = [float(row[key]) for key in ("estimate", "ci_low", "ci_high")]
    if in_percent:
        values = [percent_effect(value) for value in values]
    return {
        "estimate": values[0],
        "estimate_low": values[1],
        "estimate_high": values[2],
        "unit": "per cent" if in_percent else "standard deviations",
        "n": estimate.n,
        "clusters": estimate.clusters,
        "rule": rule_in_short(estimate),
    }


def _show_links(table: pd.DataFrame, notes: ChapterNotes) -> None:
    notes.book.show(
        Table(
            "equity_model.links",
            "The links of the model for which there are data",
            table,
            (
                Column("link", "Link"),
                Column("unit", "Unit"),
                Column("estimate", "Association", "interval_number2"),
                Column("n", "Areas", "count"),
                Column("clusters", "Wards", "count"),
            ),
            "Change in the second for one more of the first: a recorded programme against none, or "
            "one standard deviation; with 95% interval",
            f"Held equal: the most that Section 3 can for each link. {table['rule'].iloc[-1]}. "
            "Label: adjusted. Outcomes are measured by safety from crime.",
            notes.source_line,
        )
    )


def _show_cycle(table: pd.DataFrame, notes: ChapterNotes) -> None:
    rows = [
        {
            "link": STATIONS[row["name"]],
            "estimate": row["estimate"],
            "low": row["estimate_low"],
            "high": row["estimate_high"],
            "size": row["size"],
            "label": "adjusted",
            "text": _arrow_text(row),
        }
        for row in table.to_dict("records")
    ]
    for link, text in (
        ("asset_values->equity", "by definition"),
        ("equity->coproduction", "not estimable"),
    ):
        rows.append(
            {"link": link, "estimate": None, "low": None, "high": None, "label": "", "text": text}
        )
    frame = pd.DataFrame(rows).astype(dict.fromkeys(["estimate", "low", "high", "size"], float))
    notes.book.show(
        Figure(
            "equity_model.cycle",
            "The Neighbourhood Equity Model, with what can be said of each link",
            "cycle",
            frame,
            "Association with 95% interval; width: size in standard deviations of the second; "
            "dashed: adjusted; grey: not estimable",
            "Arrows carry the numbers of the table of links. None of them is a causal estimate.",
            notes.source_line,
            alt=(
                "A ring of five stations. Three arrows, dashed, carry adjusted associations; the "
                "step to equity is a definition; the step back to coproduction is grey."
            ),
        )
    )


def _arrow_text(row: Mapping[Hashable, Any]) -> str:
    unit: Format = "percent1" if row["unit"] == "per cent" else "number2"
    value, low, high = (
        format_number(row[key], unit) for key in ("estimate", "estimate_low", "estimate_high")
    )
    return f"{value} [{low} to {high}]"
