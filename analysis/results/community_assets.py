"""The community assets that public lists record: libraries by who runs them, and sports clubs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ...data import tables
from ...data.catalogue import DataFolder
from ..graph import result
from ..quantities import Count

COUNCIL, COMMUNITY, OTHERS = "LA", "CR", "others"
"""Who runs a library, in the words of the list of libraries; `OTHERS` are all else."""


@dataclass(frozen=True, slots=True)
class CommunityAssets:
    """Open libraries and active clubs of the city.

    Parameters
    ----------
    unplaced : libraries and clubs whose postcode is not known
    run_by : how many libraries who runs, the most first
    """

    libraries: Count
    libraries_by_communities: Count
    clubs: Count
    unplaced: Count
    run_by: Mapping[str, int]


@result(prefix="practice_policy")
def community_assets(folder: DataFolder) -> CommunityAssets:
    """Count libraries by who runs them, and sports clubs."""
    libraries, clubs = tables.open_libraries(folder), tables.active_clubs(folder)
    named = libraries["operation"].isin([COUNCIL, COMMUNITY])
    run_by = libraries["operation"].where(named, OTHERS).value_counts()
    return CommunityAssets(
        libraries=Count(len(libraries)),
        libraries_by_communities=Count(int(run_by.get(COMMUNITY, 0))),
        clubs=Count(len(clubs)),
        unplaced=Count(int(libraries["easting"].isna().sum() + clubs["easting"].isna().sum())),
        run_by={str(who): int(number) for who, number in run_by.items()},
    )
