"""Simulated city only: what was planted beside what was found."""

from __future__ import annotations

import pandas as pd

from ...data.reference_tables import words_of
from ...data.simulated_city import Truth
from ...report_templates.exhibits import Column, Table
from ..book import Book
from ..inputs import TRUTH, Inputs
from ..quantities import percent_effect


def compute(inputs: Inputs, book: Book) -> None:
    """Put each planted effect beside its estimate, and count the intervals that hold it."""
    notes = book.chapter("planted_truth", ("lsoa_price_per_sqm", "sector_prices"))
    truth = Truth.read(inputs.folder.root / TRUTH)
    section = inputs.study.cross_section
    planted = {
        **{
            f"valuing.{name}.held": (words_of(name), truth.social_capital_on_price[name])
            for name in section.social_capital
        },
        f"valuing.{section.coproduction[0]}.held": (
            "Recorded coproduction, directly",
            truth.coproduction_on_price,
        ),
        "valuing.panel.weighted": (
            "Start of coproduction, in all (panel)",
            truth.coproduction_total,
        ),
    }
    rows = []
    for name, (words, effect) in planted.items():
        found = book.findings[name]
        assert found.ci_low is not None
        assert found.ci_high is not None
        true = percent_effect(effect)
        rows.append(
            {
                "measure": words,
                "planted": true,
                "found": found.value,
                "found_low": found.ci_low,
                "found_high": found.ci_high,
                "inside": "yes" if found.ci_low <= true <= found.ci_high else "no",
            }
        )
    frame = pd.DataFrame(rows)
    notes.quote("effects", len(frame), "count", label="simulated")
    notes.quote("inside", int((frame["inside"] == "yes").sum()), "count", label="simulated")
    book.show(
        Table(
            "planted_truth.effects",
            "What was planted and what was found",
            frame,
            (
                Column("measure", "Effect"),
                Column("planted", "Planted", "percent1"),
                Column("found", "Found", "interval_percent1"),
                Column("inside", "Planted value inside the interval?"),
            ),
            "Difference in price, per cent, with 95% interval; simulated city",
            "The city is made up and its effects are known. Label: simulated.",
            "The simulated city",
        )
    )
