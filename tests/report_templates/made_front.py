"""What Summary, Recommendations and the closing page ask, from records made by hand."""

from typing import Any

from made_chapter import Printed
from made_verdicts import record, refused, verdicts, with_verdicts

from neighbourhood_equity.analysis.quantities import (
    Count,
    Money,
    PriceDifference,
    Share,
    Year,
)

SHOWN = (
    *("summary.answers", "case_effects.results", "equity_model.cycle", "equity_model.links"),
    *("equity_model.break_even", "equity_account.holders", "practice_research.places"),
    *("social_capital.headlines", "house_prices.map_areas"),
)


def front(**changes: Any) -> dict[str, Any]:
    """Every result that the three chapters ask, some of them changed."""
    made = {
        **with_verdicts(verdicts()),
        "equity_loop": record(both=False),
        "equity_multiplier": record(
            multiplier=refused("nothing was captured"),
            further_coproduction=refused("nothing was captured"),
        ),
        "case_studies": record(start_effect=refused("nothing was measured before")),
        "coproduction_record": record(
            places=Count(6), places_dated=Count(4), places_evaluated=Count(2)
        ),
        "equity_account": record(
            total=Money(9e9),
            year=Year(2024),
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
    printed = Printed(front(**changes), [record(id=name) for name in SHOWN])
    return printed.text(f"{chapter}/text.md.j2", chapter, lede=str, city="Middleham")
