"""The tables and figures of the Neighbourhood Equity Model."""

from __future__ import annotations

from collections.abc import Iterator

from ....analysis.results.attribution import Attribution
from ....analysis.results.base_map import BaseMap
from ....analysis.results.break_even import BreakEven
from ....analysis.results.capture import CaptureRoutes
from ....analysis.results.case_effects import CaseEffects
from ....analysis.results.equity_account import EquityAccount
from ....analysis.results.equity_chain import EquityChain
from ....analysis.results.equity_cycle import EquityCycle
from ....analysis.results.equity_links import EquityLinks
from ....analysis.results.equity_loop import EquityLoop
from ....analysis.results.verdicts import Verdicts
from ...exhibits import Body, Missing
from .account_exhibits import account_exhibits, attribution_table
from .capture_exhibits import break_even_table, routes_table
from .chain_exhibits import chain_table, links_table
from .cycle_exhibits import cycle_figure
from .loop_exhibits import loop_tables


def exhibits(
    equity_links: EquityLinks,
    equity_chain: EquityChain,
    equity_loop: EquityLoop,
    equity_cycle: EquityCycle,
    capture_routes: CaptureRoutes,
    equity_account: EquityAccount,
    base_map: BaseMap,
    attribution: Attribution,
    break_even: BreakEven,
    case_effects: CaseEffects,
    verdicts: Verdicts,
) -> Iterator[Body | Missing]:
    """The cycle, its links and routes, the loop, what could be captured, and whose the equity is.

    What a city's records may not bear comes last: it alone is then missing.
    """
    yield cycle_figure(equity_cycle, equity_links, verdicts)
    yield links_table(equity_links, verdicts)
    if equity_chain.measurable(verdicts):
        yield chain_table(equity_chain)
    yield from loop_tables(equity_loop)
    yield routes_table(capture_routes)
    yield from account_exhibits(equity_account, base_map)
    if attribution.places:
        yield attribution_table(attribution)
    yield break_even_table(break_even, case_effects)
