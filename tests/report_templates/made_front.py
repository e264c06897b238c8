"""What summary and recommendations ask, from records made by hand."""

from dataclasses import make_dataclass, replace
from typing import Any

import numpy as np
from made_chapter import Printed
from made_report import estimate

from neighbourhood_equity.analysis.quantities import (
    Coefficient,
    Count,
    Money,
    NotEstimable,
    Number,
    PriceDifference,
    PValue,
    Ratio,
    Share,
    Year,
)
from neighbourhood_equity.analysis.reasons import NothingCaptured, Refused
from neighbourhood_equity.analysis.results.controlled_inference import (
    ControlledInference,
    MeasureInference,
)
from neighbourhood_equity.analysis.results.cross_section import AtStep, CrossSection, MeasureSteps
from neighbourhood_equity.analysis.results.equity_links import LINKS, EquityLinks, Link
from neighbourhood_equity.analysis.results.equity_loop import EquityLoop, LoopStep
from neighbourhood_equity.analysis.results.equity_multiplier import (
    EquityMultiplier,
    InnerGain,
    InnerMultiplier,
)
from neighbourhood_equity.analysis.results.specification_curve import (
    MeasureCurve,
    SpecificationCurve,
)
from neighbourhood_equity.analysis.study import Step
from neighbourhood_equity.data.measures import measure
from neighbourhood_equity.report_templates.exhibits import Figure

NAMES = ("civic_assets", "connectedness", "engagement")
ALONE = Step(name="alone", title="Each measure alone", separately=True)
WARD = Step(name="ward", title="plus the ward", controls=["owned"], effects=["ward22"])
TENURE = Step(name="tenure", title="plus tenure", controls=["owned"])
SHOWN = (
    *("valuing.path", "case_effects.results", "case_studies.verdicts", "equity_model.cycle"),
    *("equity_model.links", "equity_model.break_even", "equity_account.holders"),
    *("practice_research.places", "social_capital.headlines", "house_prices.map_areas"),
)


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


def steps(column, held, held_step=WARD, first=ALONE, equal=("tenure",)) -> MeasureSteps:
    alone = {"alone": AtStep(first, difference(9.0))}
    return MeasureSteps(measure(column), alone, held, held_step, equal, refused())


def section(*measures: MeasureSteps, clusters="place_or_ward") -> CrossSection:
    fitted = estimate()
    asked = replace(fitted.specification, clusters=clusters)
    counts = (Count(number) for number in (600, 5, 10, 70, 9000))
    return CrossSection(measures, *counts, last=replace(fitted, specification=asked), weights=None)


def study_of(*held, coproduction=None, **more) -> CrossSection:
    """The cross-section of a study with so many measures of social capital."""
    capital = (steps(name, one) for name, one in zip(NAMES, held, strict=False))
    recorded = difference(-4.0, 9.0) if coproduction is None else coproduction
    return section(*capital, steps("coproduction_recorded", recorded, TENURE), **more)


def inference(**p: float | None) -> ControlledInference:
    """The family's p of each measure; None for one that is none of it."""
    tested = {name: value for name, value in p.items() if value is not None}
    return ControlledInference(
        tuple(
            MeasureInference(
                measure(name),
                *(refused() for _ in range(8)),
                p_romano_wolf=None if value is None else PValue(value, 999, label="adjusted"),
            )
            for name, value in p.items()
        ),
        *(Share(80), Share(5), Count(60), Count(70), Count(999), Number(20.0)),
        family=Count(len(tested)),
        held_equal=(),
        wards_level="ward22",
        clusters_level="place_or_ward",
    )


def curves(*names: str) -> SpecificationCurve:
    every = (
        MeasureCurve(
            measure(name), *(refused() for _ in range(3)), Share(80.0), refused(), refused()
        )
        for name in names
    )
    return SpecificationCurve(tuple(every), Count(999), 99, (), (), None, "ward22")


def links(outcomes=None, social_capital=None, asset_values=None) -> EquityLinks:
    held = (outcomes or deviations(0.42), social_capital or deviations(0.2))
    stations = ("coproduction_recorded", "safety", "social_capital", "log_price_per_sqm")
    return EquityLinks(
        tuple(
            Link(
                key,
                title,
                measure(before),
                measure(after),
                one,
                *(refused(), None, None, refused(), Number(1.0)),
                estimates={} if isinstance(one, NotEstimable) else {"held": estimate()},
            )
            for (key, title), before, after, one in zip(
                LINKS.items(),
                stations[:-1],
                stations[1:],
                (*held, asset_values or difference(4.0)),
                strict=True,
            )
        ),
        ("tenure",),
    )


def loop(price, social_capital) -> EquityLoop:
    told = sum(not isinstance(one, NotEstimable) for one in (price, social_capital))
    return EquityLoop(
        (
            LoopStep("price", measure("social_capital"), price, None, None, None, None),
            LoopStep("social_capital", measure("log_price_per_sqm"), social_capital, *[None] * 4),
        ),
        *(Count(2), Count(told), Count(told), refused(), None),
    )


def cases(effect) -> Any:
    if isinstance(effect, NotEstimable):
        return record(overall=effect, together=effect, places=Count(0))
    together = record(effect=effect, p=PValue(0.4), rise=Share(12.0), fall=Share(11.0))
    return record(overall=effect, together=together, places=Count(2))


def front(**changes: Any) -> dict[str, Any]:
    """Every result that the two chapters ask, some of them changed."""
    captured = NotEstimable(NothingCaptured(), "ratio")
    none = refused("none is declared", unit="number", label="iv")
    made = {
        "cross_section": study_of(difference(1.0), difference(3.0), difference(0.2, 2.0)),
        "controlled_inference": inference(civic_assets=0.2, connectedness=0.01, engagement=0.9),
        "specification_curve": curves(*NAMES),
        "equity_links": links(),
        "equity_chain": record(product=difference(0.1)),
        "equity_loop": loop(refused("none is declared"), none),
        "equity_multiplier": EquityMultiplier(
            NotEstimable(NothingCaptured()),
            NotEstimable(NothingCaptured()),
            captured,
            InnerGain(none),
            InnerMultiplier(none),
        ),
        "case_effects": cases(difference(2.0, 8.0, label="synthetic_control")),
        "case_studies": record(start_effect=refused("nothing was measured before")),
        "staggered": record(main=record(effect=refused("there are too few", label="did"))),
        "panel": record(
            dated_places=Count(2), enough_places=False, social_capital=refused("measured once")
        ),
        "city_prices": record(
            rise=Ratio(4.7), real_rise=Ratio(2.4), first_year=Year(1995), last_year=Year(2024)
        ),
        "index_prices": record(last=record(corrected=difference(5.0))),
        "coproduction_record": record(places=Count(6), places_evaluated=Count(2)),
        "equity_account": record(
            total=Money(9e9),
            year=Year(2024),
            per_resident=Money(9e4),
            owner_share=Share(57.0),
            cheapest=record(owners=Share(43.0)),
            dearest=record(owners=Share(70.0)),
        ),
        "break_even": record(least_cost=record(cost=Money(500), tenth=PriceDifference(0.04))),
        "capture_routes": record(routes=Count(9), positive=Count(0)),
    }
    return made | changes


def text_of(chapter: str, **changes: Any) -> str:
    """The words of a chapter, from made records, some of them changed."""
    bodies = [*(record(id=name) for name in SHOWN), _cycle()]
    printed = Printed(front(**changes), bodies)
    template = chapter if "/" in chapter else f"{chapter}/text.md.j2"
    return printed.text(template, template.split("/")[0], lede=str, city="Middleham")


def _cycle() -> Figure:
    words = dict.fromkeys(("measure", "note", "source", "alt"), "")
    return Figure("equity_model.cycle", "The cycle", "cycle", None, **words)
