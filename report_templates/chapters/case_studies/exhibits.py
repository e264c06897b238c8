"""The tables and figures of the case studies."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from ....analysis.case_records import ALIKE, EARLIER, HeldEffect, Ranked
from ....analysis.quantities import PriceDifference
from ....analysis.results.case_effects import (
    CaseEffects,
    NoEffect,
    PeriodEffect,
    PlaceEffect,
)
from ....analysis.results.case_later import CaseLater
from ....analysis.results.case_pages import CaseFacts, CaseMaps
from ....analysis.results.case_studies import CasePlace, CaseStudies
from ....analysis.results.place_paths import PlacePaths
from ...events import happened_words
from ...exhibits import Body, Column, TableBody
from ...reasons import reason_words
from ..valuing.columns import in_percent
from . import places
from .places import Evaluated

LEAST = (
    Column("fall", "Least fall seen", "percent0"),
    Column("rise", "Least rise seen", "percent0"),
)
P = Column("p", "Rank p", "number2")


def exhibits(
    case_studies: CaseStudies,
    case_effects: CaseEffects,
    case_later: CaseLater,
    case_facts: CaseFacts,
    case_maps: CaseMaps,
    place_paths: PlacePaths,
) -> Iterator[Body]:
    """Verdicts, effects and their checks, later events; and those of each place's pages."""
    yield TableBody(
        "case_studies.verdicts",
        _verdicts(case_studies, case_effects),
        (Column("verdict", "Is it estimated?"), Column("places", "Recorded places")),
        shows=(case_effects,),
    )
    if case_effects.estimated:
        yield from _effects(case_effects)
    if case_later.events.value:
        yield TableBody(
            "case_later.results",
            pd.DataFrame(_changes(case_later)),
            (
                Column("event", "Event"),
                Column("until", "Up to", "year"),
                *LEAST,
                Column("effect", "Change", "interval_percent1"),
                P,
                Column("false_start", "False start", "percent1"),
            ),
            shows=(case_later,),
        )
    evaluated = Evaluated(case_effects, case_later, place_paths)
    yield from places.exhibits(case_studies, case_facts, case_maps, evaluated)


def _effects(case_effects: CaseEffects) -> Iterator[Body]:
    estimated = case_effects.estimated
    yield TableBody(
        "case_effects.results",
        pd.concat(map(_results, estimated), ignore_index=True),
        (
            Column("held", "Held against"),
            *LEAST,
            Column("effect", "Effect", "interval_percent1"),
            P,
        ),
        shows=(case_effects,),
        group_by="place",
    )
    yield TableBody(
        "case_effects.checks",
        pd.DataFrame(row for one in estimated for row in _checks(one)),
        (
            Column("check", "What is changed"),
            Column("effect", "Effect", "interval_percent1"),
            P,
        ),
        shows=(case_effects,),
        group_by="place",
    )


def _verdicts(case_studies: CaseStudies, case_effects: CaseEffects) -> pd.DataFrame:
    """The recorded places by whether the effect of their start is estimated, or why not."""
    chosen = [one.key for one in case_studies.chosen]
    recorded = sorted(
        case_effects.recorded,
        key=lambda one: (
            isinstance(one, NoEffect),
            chosen.index(one.key) if one.key in chosen else len(chosen),
        ),
    )
    by: dict[str, list[str]] = {}
    for one in recorded:
        verdict = f"No: {reason_words(one.running.reason)}" if isinstance(one, NoEffect) else "Yes"
        by.setdefault(verdict, []).append(_dated(one.of))
    rows = [{"verdict": verdict, "places": ", ".join(places)} for verdict, places in by.items()]
    return pd.DataFrame(rows, columns=["verdict", "places"])


def _dated(place: CasePlace) -> str:
    return place.name if place.began is None else f"{place.name} ({place.began})"


def _changes(case_later: CaseLater) -> Iterator[dict[str, object]]:
    for place in case_later.places:
        for event, change in place.compared:
            yield {
                "event": f"{place.of.name}, {event.year.year}: {happened_words(event.happened)}",
                "until": change.until.year,
                **_held(change.held),
                "false_start": change.checks.false_start.effect.value,
            }


def _results(one: PlaceEffect) -> pd.DataFrame:
    """The place's effect in each period, against three sets of placebo places."""
    periods = [(one.running, "while it ran")]
    if isinstance(one.afterwards, PeriodEffect):
        periods.append((one.afterwards, "afterwards"))
    return pd.DataFrame(
        {
            "place": f"{one.name}, {period.first_year} to {period.last_year} ({when})",
            "held": words,
            **_held(held),
        }
        for period, when in periods
        for words, held in (
            (f"The {one.matched.value} placebo places most like it", period),
            (f"All {one.placebos.value} placebo places", period.all_placebos),
            ("All, for its number of sales", period.by_sales),
        )
    )


def _held(held: HeldEffect) -> dict[str, object]:
    return {
        **in_percent(held.effect, "effect"),
        "p": held.p.value,
        "fall": held.fall.value,
        "rise": held.rise.value,
    }


def _checks(one: PlaceEffect) -> Iterator[dict[str, object]]:
    """The effect while the programme ran, with one thing changed a row."""
    checks, false = one.checks, one.checks.false_start
    named: list[tuple[str, HeldEffect | Ranked | PriceDifference]] = [
        ("As found", one.running),
        (f"A false start, {EARLIER} years early", false),
        ("Without one donor, at the lowest", checks.without_lowest),
        ("Without one donor, at the highest", checks.without_highest),
        (f"The {ALIKE} donors of most similar price", checks.alike),
        ("The lowest of the estimators", one.running.lowest),
        ("The highest of the estimators", one.running.highest),
    ]
    named += [
        (f"Sectors {unit.share.value:.0f}% inside: {', '.join(unit.sectors)}", unit.effect)
        for unit in one.units
        if isinstance(unit.effect, HeldEffect)
    ]
    for words, found in named:
        yield {
            "place": one.name,
            "check": words,
            **in_percent(found.effect if isinstance(found, Ranked) else found, "effect"),
            "p": found.p.value if isinstance(found, Ranked) else np.nan,
        }
