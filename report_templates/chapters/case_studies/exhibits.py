"""The tables and figures of the case studies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from ....analysis.quantities import percent_effect
from ....analysis.results.case_effects import (
    FREE_LEVEL,
    HEADLINE,
    CaseEffects,
    NoEffect,
    PeriodEffect,
    PlaceEffect,
)
from ....analysis.results.case_later import CaseLater
from ....analysis.results.case_pages import CaseFacts, CaseMaps, CasePrices
from ....analysis.results.case_studies import CasePlace, CaseStudies
from ...events import happened_words
from ...exhibits import Body, Column, TableBody
from ...reasons import reason_words
from ..valuing.columns import in_percent
from . import places
from .places import Evaluated

HEAVIEST = 3
"""Donors printed for each place."""
ESTIMATORS = {
    HEADLINE: "Synthetic difference-in-differences",
    FREE_LEVEL: "Synthetic control, level left free",
    "augmented": "The same, ridge-augmented",
    "level": "Synthetic control, level matched",
}
HELD = (
    Column("p", "Rank p", "number3"),
    Column("fall", "Fall seen", "percent0"),
    Column("rise", "Rise seen", "percent0"),
)


def exhibits(
    case_studies: CaseStudies,
    case_effects: CaseEffects,
    case_later: CaseLater,
    case_facts: CaseFacts,
    case_maps: CaseMaps,
    case_prices: CasePrices,
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
                Column("effect", "Change", "interval_percent1"),
                *HELD,
            ),
            shows=(case_later,),
        )
    evaluated = Evaluated(case_effects, case_later)
    yield from places.exhibits(case_studies, case_facts, case_maps, case_prices, evaluated)


def _effects(case_effects: CaseEffects) -> Iterator[Body]:
    estimated = case_effects.estimated
    p, *least = HELD
    yield TableBody(
        "case_effects.results",
        pd.concat(map(_results, estimated), ignore_index=True),
        (
            Column("estimator", "Estimator"),
            Column("effect", "Effect", "interval_percent1"),
            p,
            Column("ratio_p", "Ratio p", "number3"),
            *least,
        ),
        shows=(case_effects,),
        group_by="place",
    )
    yield TableBody(
        "case_effects.checks",
        _checks(estimated),
        (
            Column("place", "Place"),
            Column("running", "As found", "percent1"),
            Column("false_start", "False start", "percent1"),
            Column("false_start_p", "Its rank p", "number3"),
            Column("without_lowest", "One donor less: lowest", "percent1"),
            Column("without_highest", "highest", "percent1"),
            Column("alike", "Donors of like price", "percent1"),
        ),
        shows=(case_effects,),
    )
    yield TableBody(
        "case_effects.donors",
        pd.concat(map(_donors, estimated), ignore_index=True),
        (
            Column("donor", "Postcode sector"),
            Column("free", "Synthetic control", "percent1"),
            Column("did", "Synthetic difference", "percent1"),
            Column("price", "Donor's price before", "pounds"),
            Column("own", "Place's price before", "pounds"),
        ),
        shows=(case_effects,),
        group_by="place",
    )


def _verdicts(case_studies: CaseStudies, case_effects: CaseEffects) -> pd.DataFrame:
    """The recorded places by whether the effect of their start is estimated, or why not."""
    chosen = [one.key for one in case_studies.chosen]
    recorded = sorted(
        case_effects.recorded,
        key=lambda one: chosen.index(one.key) if one.key in chosen else len(chosen),
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
            held = change.held
            yield {
                "event": f"{place.of.name}, {event.year.year}: {happened_words(event.happened)}",
                "until": change.until.year,
                **in_percent(held.effect, "effect"),
                "p": held.p.value,
                "fall": held.fall.value,
                "rise": held.rise.value,
            }


def _results(one: PlaceEffect) -> pd.DataFrame:
    """Every estimator's effect of the place in each period, effects in per cent."""
    periods = [(one.running, "while it ran")]
    if isinstance(one.afterwards, PeriodEffect):
        periods.append((one.afterwards, "afterwards"))
    return pd.concat(
        pd.DataFrame(
            {
                "place": f"{one.name}, {period.first_year} to {period.last_year} ({when})",
                "estimator": found["estimator"].map(ESTIMATORS),
                "effect": found["effect"].map(percent_effect),
                "effect_low": found["low"].map(percent_effect),
                "effect_high": found["high"].map(percent_effect),
                "p": found["p"],
                "ratio_p": found["ratio_p"],
                "fall": -found["fall"].map(percent_effect),
                "rise": found["rise"].map(percent_effect),
            }
        )
        for period, when in periods
        for found in (period.estimators,)
    )


def _checks(estimated: Sequence[PlaceEffect]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "place": one.name,
            "running": one.running.effect.value,
            "false_start": one.checks.false_start.effect.value,
            "false_start_p": one.checks.false_start.p.value,
            "without_lowest": one.checks.without_lowest.value,
            "without_highest": one.checks.without_highest.value,
            "alike": one.checks.alike.value,
        }
        for one in estimated
    )


def _donors(one: PlaceEffect) -> pd.DataFrame:
    """The donors that weigh most, with their prices before the start."""
    heaviest = one.weights.sort_values(FREE_LEVEL, ascending=False).head(HEAVIEST)
    return pd.DataFrame(
        {
            "place": one.name,
            "donor": heaviest["donor"],
            "free": 100 * heaviest[FREE_LEVEL],
            "did": 100 * heaviest[HEADLINE],
            "price": np.exp(heaviest["log_price"]),
            "own": np.exp(one.paths.place[: one.before.value].mean()),
        }
    )
