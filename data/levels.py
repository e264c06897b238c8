"""Sizes of area and time by which rows are grouped: a level knows its name, vintage and source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Level:
    """One way to group the rows of a table, by the column that holds its codes."""

    column: str
    singular: str
    plural: str
    full: str
    """As a caption names it, with its vintage."""
    source: str
    """Id of the catalogued source of the grouping."""
    clusters: str = ""
    """As a note names errors clustered by it, where that differs from the singular."""

    def count(self, number: int) -> str:
        """So many of them: "1 ward", "69 wards"."""
        return f"{number:,} {self.singular if number == 1 else self.plural}"

    @property
    def clustered(self) -> str:
        """What errors are clustered by."""
        return self.clusters or self.singular


LEVELS: Mapping[str, Level] = {
    level.column: level
    for level in (
        Level(
            "lsoa21",
            "small area",
            "small areas",
            "lower layer super output areas (2021)",
            "boundaries_lsoa21",
        ),
        Level(
            "msoa21",
            "middle area",
            "middle areas",
            "middle layer super output areas (2021)",
            "lsoa21_msoa21",
        ),
        Level("ward22", "ward", "wards", "wards (2022)", "lsoa21_ward22"),
        Level(
            "place_or_ward",
            "place or ward",
            "places or wards",
            "recorded places, and wards (2022) outside them",
            "lsoa21_ward22",
            clusters="place, and by ward outside places",
        ),
        Level("sector", "postcode sector", "postcode sectors", "postcode sectors", "sector_share"),
        Level(
            "district",
            "postcode district",
            "postcode districts",
            "postcode districts",
            "sector_share",
        ),
        Level("year", "year", "years", "calendar years", ""),
    )
}

OF_AREAS = ("place_or_ward", "ward22", "msoa21", "lsoa21")
"""Columns by which the rows of the table of areas can be grouped, the areas themselves at last."""


def level(column: str) -> Level:
    """The level of a column.

    Raises
    ------
    KeyError
        No level has this column.
    """
    return LEVELS[column]
