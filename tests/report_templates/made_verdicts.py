"""Answers of a made city, from estimates and checks chosen by hand."""

from dataclasses import make_dataclass
from typing import Any

import numpy as np

from neighbourhood_equity.analysis.decision import Decision
from neighbourhood_equity.analysis.quantities import (
    Coefficient,
    Count,
    Money,
    NotEstimable,
    PriceDifference,
    PValue,
    Share,
    Year,
)
from neighbourhood_equity.analysis.reasons import Refused
from neighbourhood_equity.analysis.results.verdicts import Verdicts
from neighbourhood_equity.analysis.verdicts import Check, Verdict
from neighbourhood_equity.data.measures import measure

RANGE = (2.0, 7.0)
SMALL, LARGE = PriceDifference(0.03), PriceDifference(0.2)
"""Least differences that a design would show: inside the range that would matter, or beyond it."""


def refused(words="its data were lost", **more) -> NotEstimable:
    return NotEstimable(Refused(words), **more)


def difference(percent, reach=0.5, label="adjusted") -> PriceDifference:
    log = float(np.log1p(percent / 100))
    return PriceDifference(log, log - reach / 100, log + reach / 100, label=label)


def deviations(value, reach=0.01, label="adjusted") -> Coefficient:
    return Coefficient(value, value - reach, value + reach, label=label)


def record(**fields: Any) -> Any:
    """A frozen record of these fields."""
    return make_dataclass("Made", fields, frozen=True)(**fields)


def passed(key: str = "family", *, yes: bool = True) -> Check:
    """A check, passed or not."""
    return Check(key, PValue(0.01 if yes else 0.4), yes)


def verdict(key: str, headline: Any, *checks: Check, model=True, sees=SMALL, **more) -> Verdict:
    """An answer about prices."""
    beside = more.get("beside", ())
    return Verdict(key, model, headline, checks, beside, sees, RANGE)


def answered(key: str, answer: str, **more: Any) -> Verdict:
    """A question with this answer."""
    made = {
        "supported": (difference(4.0, 1.0), passed()),
        "contradicted": (difference(-4.0, 1.0), passed()),
        "mixed": (difference(3.0, 1.0), passed(yes=False)),
        "ruled out": (difference(-0.5, 2.0), passed(yes=False)),
        "open": (difference(1.0, 9.0), passed(yes=False)),
        "refused": (refused(),),
    }[answer]
    beside = (difference(-10.0, 5.0),) if answer == "mixed" else ()
    return verdict(key, *made, beside=beside, **more)


def link(key: str, headline: Any, *checks: Check) -> Verdict:
    return Verdict(key, True, headline, checks)


def verdicts(**answers: str) -> Verdicts:
    """Those of a study like Birmingham's, some of them changed by the key of the question."""
    given = {
        "engagement": "ruled out",
        "civic_assets": "open",
        "connectedness": "mixed",
        "coproduction_recorded": "open",
        "programmes": "open",
        **answers,
    }
    made = {
        key: answered(
            key,
            answer,
            model=key not in ("civic_assets", "connectedness"),
            sees=LARGE if key in ("coproduction_recorded", "programmes") else SMALL,
        )
        for key, answer in given.items()
    }
    return Verdicts(
        measures=tuple(made[key] for key in ("civic_assets", "connectedness", "engagement")),
        recorded=(made["coproduction_recorded"],),
        links=(
            link("outcomes", deviations(0.1, 0.4), passed(yes=False)),
            link("social_capital", deviations(0.0, 0.1), passed(yes=False)),
            link("asset_values", difference(2.0, 3.0), passed(yes=False)),
        ),
        programmes=made["programmes"],
    )


def decided() -> Any:
    low, high = (Share(end) for end in RANGE)
    return record(
        plausible_low=low,
        plausible_high=high,
        decision=Decision(),
        outcome=measure("log_dated_price"),
    )


def typical_home(asked: Verdicts) -> Any:
    return record(
        price=Money(250_000),
        year=Year(2024),
        plausible_low=Money(5_000),
        plausible_high=Money(17_500),
        differences={
            one.key: Money(1_000, -2_000, 4_000)
            for one in asked.about_prices
            if not isinstance(one.headline, NotEstimable)
        },
    )


def with_verdicts(asked: Verdicts) -> dict[str, Any]:
    """Every result that the pages on the answers ask."""
    effect = asked.programmes.headline
    together = record(effect=effect, p=PValue(0.4), rise=Share(12.0), fall=Share(11.0))
    return {
        "verdicts": asked,
        "decided": decided(),
        "typical_home": typical_home(asked),
        "case_effects": record(overall=effect, together=together, places=Count(2)),
    }
