"""The table of links, and that of the routes along them."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from ....analysis.quantities import NotEstimable, PriceDifference
from ....analysis.results.equity_chain import EquityChain, Route
from ....analysis.results.equity_links import INDEX, OUTCOME, Difference, EquityLinks, Link
from ....analysis.results.verdicts import Verdicts
from ....analysis.verdicts import Verdict
from ...exhibits import Body, Column, Missing, TableBody
from ...formats import format_unit
from ...verdict_words import ANSWERS

BETWEEN = {OUTCOME: "outcomes", INDEX: "social capital"}
"""The model's words for the stations between coproduction and prices."""


def links_table(equity_links: EquityLinks, verdicts: Verdicts) -> Body | Missing:
    """Each link with less and with all held equal, and the answer to its question."""
    made = equity_links.made
    if not made:
        refused = equity_links.links[0].held
        assert isinstance(refused, NotEstimable)
        return Missing("equity_model.links", refused)
    inside = (Column("inside", "All controls"),)
    return TableBody(
        "equity_model.links",
        pd.DataFrame([_link(one, verdicts.of_link(one.key)) for one in made]),
        (
            Column("link", "Link"),
            Column("alone", "Nothing held equal"),
            Column("held", "Chain's controls"),
            *(inside if any(one.inside for one in made) else ()),
            Column("answer", "Answer"),
        ),
        shows=(equity_links,),
    )


def _link(link: Link, verdict: Verdict) -> dict[str, object]:
    return {
        "link": f"{link.title}, {'%' if isinstance(link.held, PriceDifference) else 'sd'}",
        "alone": _size(link.alone),
        "held": _size(link.held),
        "inside": _size(link.inside) if link.inside else None,
        "answer": ANSWERS[verdict.answer],
    }


def _size(found: Difference) -> str | None:
    """An estimate with its interval, in the unit of the link."""
    if isinstance(found, NotEstimable):
        return None
    value, low, high = (
        format_unit(end, found.unit) for end in (found.value, found.low, found.high)
    )
    return f"{value} ({low.removesuffix('%')} to {high.removesuffix('%')})"


def chain_table(equity_chain: EquityChain) -> Body | Missing:
    """Routes through the stations; then all of them together, past them, and in all."""
    if isinstance(equity_chain.indirect, NotEstimable):
        return Missing("equity_model.chain", equity_chain.indirect)
    return TableBody(
        "equity_model.chain",
        pd.DataFrame(_routes(equity_chain)),
        (Column("route", "Route"), Column("estimate", "Price", "interval_percent1")),
        shows=(equity_chain,),
        group_by="kind",
    )


def _routes(chain: EquityChain) -> Iterator[dict[str, object]]:
    routes = [(_stations(one), one.difference) for one in chain.through]
    if isinstance(chain.corrected, PriceDifference):
        routes.append(("the first route, error of the index taken out", chain.corrected))
    for route, difference in routes:
        yield {
            "kind": "Routes through the stations",
            "route": route,
            **_ends("estimate", difference),
        }
    for route, sum_ in (
        ("all routes through a station", chain.indirect),
        ("directly", chain.direct),
        ("in all", chain.total),
    ):
        yield {"kind": "Coproduction to prices", "route": route, **_ends("estimate", sum_)}


def _stations(route: Route) -> str:
    between = (BETWEEN[one.column] for one in route.stations[1:-1])
    return ", ".join(("coproduction", *between, "prices"))


def _ends(name: str, difference: Difference) -> dict[str, float | None]:
    """What an ``interval_*`` column takes."""
    keys = (name, f"{name}_low", f"{name}_high")
    if isinstance(difference, NotEstimable):
        return dict.fromkeys(keys)
    return dict(zip(keys, (difference.value, difference.low, difference.high), strict=True))
