"""Appendix 1, the evaluations: dated programmes against synthetic comparators, with placebos."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from ...data.record_checks import place_key
from ...data.simulated_city import Truth
from ...models.programmes.placebos import (
    POWER,
    backdated,
    leave_one_out,
    minimum_detectable,
    placebo_interval,
    rank_p,
)
from ...models.programmes.synthetic_control import (
    Comparator,
    augmented_synthetic_control,
    synthetic_control,
)
from ...models.programmes.synthetic_did import synthetic_did
from ..book import Book, ChapterNotes
from ..comparisons import (
    DONOR_SALES,
    LEAST_BEFORE,
    NEIGHBOUR,
    CaseDesign,
    CaseResult,
    Window,
    case_designs,
    evaluate,
    mean_effect,
)
from ..inputs import TRUTH, Inputs
from ..plausible import LARGE
from ..quantities import percent_effect
from . import case_exhibits
from .case_studies import case_places, short_name, verdicts

SOURCES = ("coproduction_sites", "sector_prices", "sector_share")
HEADLINE = "synthetic_did"
"""The years before are few, so weights that are penalised come first."""
ESTIMATORS: dict[str, tuple[str, Comparator]] = {
    HEADLINE: ("Synthetic difference-in-differences", synthetic_did),
    "free_level": (
        "Synthetic control, level left free",
        partial(synthetic_control, intercept=True),
    ),
    "augmented": ("The same, ridge-augmented", augmented_synthetic_control),
    "level": ("Synthetic control, level matched", synthetic_control),
}
EARLIER = 2
"""Years by which the false start precedes the true one."""
ALIKE = 30
"""Donors nearest in price before the start, for the check with similar donors only."""
DRAWS = 5000


def compute(inputs: Inputs, book: Book) -> None:
    """Effects with placebos of each place that can be compared; refusals of all others."""
    notes = book.chapter("case_effects", SOURCES)
    chosen = case_places(inputs)
    designs, refused = case_designs(inputs, chosen)
    book.show(verdicts(inputs, refused, notes.source_line))
    _rules(notes)
    notes.quote("estimated", " ".join(place_key(design.place) for design in designs), "text")
    notes.quote("places", len(designs), "count")
    notes.quote("refused", sum(place in refused for place in chosen), "count")
    for place, reason in refused.items():
        notes.refuse(f"{place_key(place)}.running", "percent", reason, "synthetic_control")
    if not designs:
        notes.refuse("together", "percent", "no place can be compared", "synthetic_control")
        return
    results = {
        design.place: {name: evaluate(design, how) for name, (_, how) in ESTIMATORS.items()}
        for design in designs
    }
    heads = [results[design.place][HEADLINE] for design in designs]
    book.cases |= {place_key(head.design.place): head for head in heads}
    for design in designs:
        _place(design, results[design.place], notes)
    _together(heads, inputs.study.seed, notes)
    if inputs.study.simulated:
        _planted(inputs, heads, notes)
    _show(results, heads, notes)


def _rules(notes: ChapterNotes) -> None:
    notes.quote("plausible", LARGE, "percent")
    notes.quote("neighbour", NEIGHBOUR / 1000, "number")
    notes.quote("donor_sales", DONOR_SALES, "count")
    notes.quote("least_before", LEAST_BEFORE, "count")
    notes.quote("earlier", EARLIER, "count")
    notes.quote("alike", ALIKE, "count")
    notes.quote("power", 100 * POWER, "percent")


def quote_window(name: str, window: Window, notes: ChapterNotes) -> None:
    """An effect with interval, rank p, and the least fall and rise that would be seen."""
    low, high = window.interval
    notes.quote(
        name,
        percent_effect(window.effect),
        "percent",
        interval=(percent_effect(low), percent_effect(high)),
        label="synthetic_control",
    )
    notes.quote(f"{name}.p", window.p, "p")
    notes.quote(f"{name}.fall", -percent_effect(window.fall), "percent")
    notes.quote(f"{name}.rise", percent_effect(window.rise), "percent")


def _place(design: CaseDesign, results: dict[str, CaseResult], notes: ChapterNotes) -> None:
    key = place_key(design.place)
    began = int(design.years[design.before - 1])
    notes.quote(f"{key}.name", short_name(design.place), "text")
    notes.quote(f"{key}.began", began, "year")
    notes.quote(f"{key}.before", design.before, "count")
    notes.quote(f"{key}.sectors", len(design.true.sectors), "count")
    notes.quote(f"{key}.donors", len(design.pool), "count")
    notes.quote(f"{key}.placebos", len(design.placebos), "count")
    notes.quote(f"{key}.fewest_sales", design.sales, "count")
    for name, span in design.windows().items():
        quote_window(f"{key}.{name}", results[HEADLINE].window(span), notes)
        others = [percent_effect(result.found.effect(span)) for result in results.values()]
        notes.quote(f"{key}.{name}.lowest", min(others), "percent")
        notes.quote(f"{key}.{name}.highest", max(others), "percent")
    if "afterwards" in design.windows():
        notes.quote(f"{key}.ended", int(design.ended or 0), "year")
    else:
        notes.refuse(
            f"{key}.afterwards",
            "percent",
            "no end is recorded inside the data",
            "synthetic_control",
        )
    quote_checks(key, design, notes)


def quote_checks(key: str, design: CaseDesign, notes: ChapterNotes) -> None:
    """False start, donors left out one by one, and donors of a similar price only."""
    span = next(iter(design.windows().values()))
    outcomes, true, how = design.outcomes, design.true, ESTIMATORS[HEADLINE][1]

    def false_start(outcome: np.ndarray, donors: np.ndarray) -> float:
        return backdated(how, outcome, outcomes[:, donors], design.before, EARLIER)

    found = false_start(true.outcome, true.donors)
    others = [false_start(trial.outcome, trial.donors) for trial in design.placebos]
    notes.quote(f"{key}.false_start", percent_effect(found), "percent")
    notes.quote(f"{key}.false_start.p", rank_p(found, np.array(others)), "p")
    without = leave_one_out(how, true.outcome, outcomes, design.before, span)
    notes.quote(f"{key}.without_lowest", percent_effect(float(without.min())), "percent")
    notes.quote(f"{key}.without_highest", percent_effect(float(without.max())), "percent")
    level = outcomes[: design.before].mean(axis=0)
    apart = np.abs(level - true.outcome[: design.before].mean())
    nearest = np.sort(np.argsort(apart)[:ALIKE])
    alike = how(true.outcome, outcomes[:, nearest], design.before).effect(span)
    notes.quote(f"{key}.alike", percent_effect(alike), "percent")


def _together(heads: list[CaseResult], seed: int, notes: ChapterNotes) -> None:
    """The mean effect of all places while their programmes ran, against means of placebos."""
    draws = np.random.default_rng(seed).random((DRAWS, len(heads)))
    effect, placebos = mean_effect(heads, "running", draws)
    fall, rise = minimum_detectable(placebos)
    interval = placebo_interval(effect, placebos)
    quote_window(
        "together", Window(effect, interval, rank_p(effect, placebos), np.nan, fall, rise), notes
    )


def _planted(inputs: Inputs, heads: list[CaseResult], notes: ChapterNotes) -> None:
    """What the planted effect comes to in each place, whose sectors lie in it in part only."""
    total = Truth.read(inputs.folder.root / TRUTH).coproduction_total
    rows = inputs.sectors.assign(weighted=inputs.sectors["exposure"] * inputs.sectors["sales"])
    true, inside = [], 0
    for head in heads:
        own = rows[rows["sector"].isin(head.design.true.sectors)].groupby("year")
        exposure = (own["weighted"].sum() / own["sales"].sum()).to_numpy()
        span = head.design.windows()["running"]
        effect = total * float(exposure[span].mean() - exposure[: head.design.before].mean())
        low, high = head.window(span).interval
        inside += int(low <= effect <= high)
        true.append(effect)
        notes.quote(
            f"{place_key(head.design.place)}.planted",
            percent_effect(effect),
            "percent",
            label="simulated",
        )
    notes.quote(
        "together.planted", percent_effect(float(np.mean(true))), "percent", label="simulated"
    )
    notes.quote("planted_inside", inside, "count", label="simulated")


def _show(
    results: dict[str, dict[str, CaseResult]], heads: list[CaseResult], notes: ChapterNotes
) -> None:
    rows = []
    for place, own in results.items():
        for window, span in own[HEADLINE].design.windows().items():
            for name, result in own.items():
                rows.append(_row(place, window, span, name, result))
    notes.book.show(case_exhibits.results(pd.DataFrame(rows), notes.source_line))
    notes.book.show(case_exhibits.checks(_check_rows(heads, notes), notes.source_line))
    notes.book.show(case_exhibits.donors(list(results.values()), notes.source_line))


def _row(
    place: str, window: str, span: slice, name: str, result: CaseResult
) -> dict[str, float | str]:
    found, years = result.window(span), result.design.years[span]
    when = {"running": "while it ran", "afterwards": "afterwards"}[window]
    return {
        "place": f"{short_name(place)}, {years[0]} to {years[-1]} ({when})",
        "estimator": ESTIMATORS[name][0],
        "effect": percent_effect(found.effect),
        "effect_low": percent_effect(found.interval[0]),
        "effect_high": percent_effect(found.interval[1]),
        "p": found.p,
        "ratio_p": found.ratio_p,
        "fall": -percent_effect(found.fall),
        "rise": percent_effect(found.rise),
    }


def _check_rows(heads: list[CaseResult], notes: ChapterNotes) -> pd.DataFrame:
    names = (
        "running",
        "false_start",
        "false_start.p",
        "without_lowest",
        "without_highest",
        "alike",
    )
    return pd.DataFrame(
        [
            {
                "place": short_name(head.design.place),
                **{
                    name.replace(".", "_"): notes.value(f"{place_key(head.design.place)}.{name}")
                    for name in names
                },
            }
            for head in heads
        ]
    )
