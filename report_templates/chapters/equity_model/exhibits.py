"""The tables and figures of the Neighbourhood Equity Model."""

from __future__ import annotations

from collections.abc import Iterator

from ....analysis.results.equity_chain import EquityChain
from ....analysis.results.equity_links import EquityLinks
from ...exhibits import Body, Missing
from .chain_exhibits import chain_table, links_table


def exhibits(equity_links: EquityLinks, equity_chain: EquityChain) -> Iterator[Body | Missing]:
    """The links, and the routes along them."""
    yield links_table(equity_links)
    yield chain_table(equity_chain)
