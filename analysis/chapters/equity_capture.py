"""What a programme would have to do to the price of homes to pay for itself."""

from __future__ import annotations

import pandas as pd

from ...models.loop.break_even import break_even_effect
from ...report_templates.exhibits import Column, Table
from ...report_templates.formats import format_unit
from ..book import Book, ChapterNotes
from ..quantities import percent_effect
from ..results.capture import SHARES

COSTS = (500, 1000, 5000, 10_000)
"""Scenario costs in pounds a home."""


def show_break_even(book: Book, notes: ChapterNotes) -> None:
    """The rise that pays for the dated programmes with a recorded cost, and for a cost a home."""
    rows = [row for slug in _slugs(book) if (row := _programme(book, slug, notes))]
    notes.quote("break_even.programmes", len(rows), "count")
    per_home = float(book.value("equity_account.per_dwelling"))
    scenarios = "Scenarios, at the city's mean worth of a home"
    for cost in COSTS:
        name = f"{format_unit(cost, 'pounds')} a home"
        rows.append({"group": scenarios, "what": name, **_needed(cost / per_home)})
    notes.quote("break_even.least_cost", COSTS[0], "pounds")
    least = _needed(COSTS[0] / per_home)["at_10"]
    notes.quote("break_even.least_cost.tenth", least, "percent")
    notes.book.show(
        Table(
            "equity_model.break_even",
            "How much dearer homes would have to become to pay for a programme",
            pd.DataFrame(rows),
            (
                Column("what", "Cost"),
                *(
                    Column(f"at_{_percent(share)}", f"{_percent(share)}% captured", "percent1")
                    for share in (1.0, *reversed(SHARES))
                ),
                *(
                    (Column("found", "Found while it ran", "interval_percent1"),)
                    if "found" in rows[0]
                    else ()
                ),
            ),
            "Rise in the price of homes, per cent, at which the part captured equals the cost; "
            "shares captured are scenarios",
            "Worth: all homes of the place in the year of the start, before. Cost: the recorded "
            "grant of the whole programme, in its own money, spent over years and never "
            "discounted. A captured share of 100% is all that owners gain, whoever they are. "
            "Found: synthetic difference-in-differences. Label: scenario, not an estimate.",
            "The account of this chapter; the comparisons of Appendix 1; own scenarios",
            group_by="group",
        )
    )


def _slugs(book: Book) -> list[str]:
    return str(book.findings["equity_account.attributed"].value).split()


def _percent(share: float) -> int:
    return round(100 * share)


def _needed(cost_to_worth: float) -> dict[str, float]:
    """Rises in per cent that pay for a cost, by the share captured."""
    return {
        f"at_{_percent(share)}": percent_effect(float(break_even_effect(cost_to_worth, 1.0, share)))
        for share in (1.0, *SHARES)
    }


def _programme(book: Book, slug: str, notes: ChapterNotes) -> dict[str, object] | None:
    account = {
        name: book.findings.get(f"equity_account.{slug}.{name}")
        for name in ("name", "began", "worth", "cost")
    }
    if any(one is None or not one.estimable for one in account.values()):
        return None
    name, began, worth, cost = (one.value for one in account.values() if one)
    row = _needed(float(cost or 0) / float(worth or 1))
    for share in (1.0, SHARES[-1]):
        notes.quote(
            f"break_even.{slug}.at_{_percent(share)}", row[f"at_{_percent(share)}"], "percent"
        )
    running = book.findings[f"case_effects.{slug}.running"]
    return {
        "group": "Programmes with a recorded cost",
        "what": f"{name}, {began}: {format_unit(cost, 'pounds')}",
        **row,
        "found": running.value,
        "found_low": running.ci_low,
        "found_high": running.ci_high,
    }
