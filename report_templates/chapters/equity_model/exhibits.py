"""The tables and figures of the Neighbourhood Equity Model."""

from __future__ import annotations

from collections.abc import Iterator

from ....analysis.results.capture import CaptureRoutes, CaptureScenarios
from ....analysis.results.equity_chain import EquityChain
from ....analysis.results.equity_cycle import EquityCycle
from ....analysis.results.equity_links import EquityLinks
from ....analysis.results.equity_loop import EquityLoop
from ...exhibits import Body, Missing
from .capture_exhibits import routes_table, scenarios_table
from .chain_exhibits import chain_table, links_table
from .cycle_exhibits import cycle_figure
from .loop_exhibits import loop_tables


def exhibits(
    equity_links: EquityLinks,
    equity_chain: EquityChain,
    equity_loop: EquityLoop,
    equity_cycle: EquityCycle,
    capture_scenarios: CaptureScenarios,
    capture_routes: CaptureRoutes,
) -> Iterator[Body | Missing]:
    """The cycle, the links, the routes along them, the loop, and what could be captured."""
    yield cycle_figure(equity_cycle, equity_links)
    yield links_table(equity_links)
    yield chain_table(equity_chain)
    yield from loop_tables(equity_loop)
    yield scenarios_table(capture_scenarios)
    yield routes_table(capture_routes)
