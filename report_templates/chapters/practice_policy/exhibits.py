"""The table of Section 2's second part."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from ....analysis.results.community_assets import COMMUNITY, COUNCIL, OTHERS, CommunityAssets
from ...exhibits import Body, Column, TableBody

RUN_BY = {
    COUNCIL: "Libraries run by the council",
    COMMUNITY: "Libraries run by a community",
    OTHERS: "Libraries run by others",
}


def exhibits(community_assets: CommunityAssets) -> Iterator[Body]:
    """Libraries by who runs them, and sports clubs."""
    assets = {RUN_BY[who]: number for who, number in community_assets.run_by.items()}
    assets["Community amateur sports clubs"] = community_assets.clubs.number
    yield TableBody(
        "practice_policy.assets",
        pd.DataFrame({"asset": list(assets), "number": list(assets.values())}),
        (Column("asset", "Asset"), Column("number", "Number", "count")),
        shows=(community_assets,),
    )
