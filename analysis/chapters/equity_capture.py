"""The last step of the cycle: what a loop would multiply, what would pay, and who could take it."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from ...data.reference_tables import capture_routes, published_benchmarks
from ...models.loop.break_even import break_even_effect
from ...models.loop.instrumented_loop import instrumented_gain
from ...models.loop.loop_multiplier import (
    LoopGain,
    UnboundedLoopError,
    multiplier,
    rounds_to_reach,
)
from ...models.specification import SpecificationError
from ...report_templates.exhibits import Column, Table
from ...report_templates.formats import format_unit
from ..book import Book, ChapterNotes
from ..inputs import Inputs
from ..quantities import percent_effect
from ..results.equity_loop import STEPS, structural_equation

SHARES = (0.01, 0.05, 0.1)
"""Scenario shares of a rise that are captured: declared, because no route publishes one."""
RETURNED = "Land value gained for each dollar spent, Richmond"
"""The published benchmark from which the scenarios of worth for a pound are taken."""
COSTS = (500, 1000, 5000, 10_000)
"""Scenario costs in pounds a home."""
SCENARIO = "scenario, not an estimate"
NO_RECORD = "no record here shows that a rise in worth was captured and spent on coproduction"
NOT_IDENTIFIED = "the loop between prices and social capital is not identified"


def quote_loop(inputs: Inputs, book: Book, notes: ChapterNotes) -> None:
    """Refuse the multiplier of the whole cycle; give that of the inner loop where it exists."""
    identified = book.results["equity_loop"].both
    notes.refuse("further_coproduction", "percent", NO_RECORD, "described")
    reasons = [NO_RECORD] if identified else [NOT_IDENTIFIED, NO_RECORD]
    notes.refuse("multiplier", "ratio", ", and ".join(reasons))
    if not identified:
        for name in ("inner_gain", "inner_multiplier"):
            notes.refuse(name, "number", NOT_IDENTIFIED, "iv")
        return
    section = inputs.study.cross_section
    areas = inputs.areas[inputs.areas["sales"] >= section.minimum_sales]
    links = [structural_equation(inputs.study, key) for key in STEPS]
    try:
        gain = instrumented_gain(areas, links, np.random.default_rng(inputs.study.seed))
    except SpecificationError:
        reason = "draws of wards do not keep the variation that its instruments need"
        for name in ("inner_gain", "inner_multiplier"):
            notes.refuse(name, "number", reason, "iv")
        return
    _quote_gain(gain, notes)


def _quote_gain(gain: LoopGain, notes: ChapterNotes) -> None:
    notes.quote("inner_gain", gain.estimate, "number", label="iv", interval=(gain.low, gain.high))
    notes.quote("inner_gain.at_least_one", 100 * gain.at_least_one, "percent", label="iv")
    try:
        found = multiplier(gain)
    except UnboundedLoopError:
        reason = (
            "the interval of the loop's gain reaches one or leaves the range in which a loop dies "
            "out, and the data do not exclude an endless one"
        )
        notes.refuse("inner_multiplier", "number", reason, "iv")
        return
    notes.quote(
        "inner_multiplier", found.estimate, "number", label="iv", interval=(found.low, found.high)
    )
    notes.quote("inner_multiplier.delta_error", found.std_error, "number", label="iv")


def show_scenarios(notes: ChapterNotes) -> None:
    """Gain and multiplier for laid-down worth and capture, marked as scenarios."""
    low, high = _returned()
    rows = [_scenario(worth, share) for worth in (low, high, 2 * high) for share in SHARES]
    notes.quote("scenarios.worth_low", low, "pounds")
    notes.quote("scenarios.worth_high", high, "pounds")
    notes.quote("scenarios.endless", sum(math.isnan(row["multiplier"]) for row in rows), "count")
    frame = pd.DataFrame(rows).assign(label=SCENARIO)
    notes.book.show(
        Table(
            "equity_model.scenarios",
            "What a loop would multiply if all of it were known: scenarios",
            frame,
            (
                Column("worth", "Worth gained for £1", "pounds"),
                Column("share", "Share captured", "percent0"),
                Column("gain", "Gain of a round", "number2"),
                Column("multiplier", "Multiplier", "number2"),
                Column("rounds", "Rounds to 90%", "count"),
                Column("label", "Label"),
            ),
            "Pounds that come back for one pound in one round, and in all rounds together; a dash "
            "where the rounds would never end",
            f"Nothing here is estimated. Worth for a pound: the published range of Richmond "
            f"(Virginia), and twice its upper end; shares are declared. {SCENARIO.capitalize()}.",
            "Rossi-Hansberg, Sarte and Owens (2010); own scenarios",
        )
    )


def _returned() -> tuple[float, float]:
    benchmarks = published_benchmarks()
    row = benchmarks[benchmarks["effect"] == RETURNED]
    return float(row["low"].iloc[0]), float(row["high"].iloc[0])


def _scenario(worth: float, share: float) -> dict[str, float]:
    row = {"worth": worth, "share": 100 * share, "gain": worth * share}
    try:
        found = multiplier(LoopGain.assumed(worth * share)).estimate
    except UnboundedLoopError:
        return {**row, "multiplier": math.nan, "rounds": math.nan}
    return {**row, "multiplier": found, "rounds": rounds_to_reach(worth * share)}


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


def show_routes(notes: ChapterNotes) -> None:
    """The ways of capture that exist, and what is known of the share each can take."""
    routes = capture_routes()
    known = routes["share_high"].notna()
    notes.quote("routes", len(routes), "count")
    notes.quote("routes.known", int(known.sum()), "count")
    notes.quote("routes.positive", int((routes["share_high"] > 0).sum()), "count")
    unseen = routes.loc[~routes["verified"], "route"].str.lower()
    notes.book.show(
        Table(
            "equity_model.routes",
            "Ways to capture a rise in worth, as the law stands",
            routes.assign(part=np.where(known, "none", "not known")),
            (
                Column("route", "Route"),
                Column("levied_by", "Levied by"),
                Column("base", "On"),
                Column("part", "Share of a rise"),
                Column("limit", "What limits it"),
            ),
            "Share of a rise in the worth of existing homes that can reach the neighbourhood",
            "Not known: no share is published, and none is assumed outside the scenarios. Not "
            f"verified at the source: {', '.join(unseen)}.",
            "data/reference/capture_routes.csv, each row with its legal basis and source",
        )
    )
