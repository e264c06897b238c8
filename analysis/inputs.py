"""The data of one run: the study, the folder, and the tidy tables made once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from ..data import geography, tables
from ..data.catalogue import DataFolder
from ..data.checks import Check, check_folder
from ..data.errors import DataError
from ..data.tables import PlaceRules
from .names import check_letters
from .study import Study, StudyError

NEEDED = (
    "uk_hpi",
    "sector_prices",
    "sector_share",
    "lsoa_price_per_sqm",
    "district_year_price_per_sqm",
    "cpi",
    "postcode_lookup",
    "lsoa11_lsoa21",
    "lsoa21_ward22",
    "lsoa21_msoa21",
    "lsoa11_population",
    "code_point_open",
    "boundaries_lsoa21",
    "boundaries_ward22",
    "imd_2019_scores",
    "imd_2025",
    "census_2021_tenure",
    "census_2021_accommodation",
    "cni_2023",
    "ward_turnout_2022",
    "libraries",
    "sports_clubs",
    "national_indicators",
)
"""The sources that every report reads, beside a record of coproduction."""
RECORD = "record of coproduction"
"""Stands in a chapter's list of sources for those that hold the record in this run."""
SALES = ("price_paid", "epc_sales")
"""The sources that a report reads beside them if it measures prices from single sales."""
TRUTH = "truth.json"
VERTICES = 25
"""Vertices kept of a polygon: enough at the size of a page, and quick to typeset."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """What every chapter may read."""

    study: Study
    folder: DataFolder
    rules: PlaceRules
    areas: pd.DataFrame
    """One row a 2021 LSOA, see `data.tables.area_table`."""
    sectors: pd.DataFrame
    """One row a postcode sector and year, see `data.tables.sector_panel`."""
    places: pd.DataFrame
    """One row a recorded place, see `data.tables.places`."""
    shapes: Mapping[str, pd.DataFrame]
    """Boundaries at print resolution by level, "lsoa21" and "ward22"."""

    def cited(self, sources: Sequence[str]) -> tuple[str, ...]:
        """A chapter's sources, with those that hold the record of coproduction in its place."""
        read = {item.source.id for item in self.folder.provenance}
        record = (
            ("coproduction_events",)
            if "coproduction_events" in read
            else ("coproduction_sites", "place_areas")
        )
        return tuple(one for name in sources for one in (record if name == RECORD else (name,)))


def needed(study: Study) -> tuple[str, ...]:
    """The sources that a study's report reads."""
    return (*NEEDED, *SALES) if study.prices.small_areas == "sales" else NEEDED


def open_folder(study: Study, data: Path | None) -> DataFolder:
    """The data folder of a study: the one given, or the simulated city's own."""
    if data is None and not study.simulated:
        raise StudyError(
            f"The study '{study.name}' needs real data. Give the folder of the publishers' files "
            "with --data DIR; 'neighbourhood-equity data list' says which files it may hold."
        )
    root = data or _simulated_city(study.seed)
    if (root / TRUTH).is_file() and not study.simulated:
        raise StudyError(
            f"{root} holds a simulated city ({TRUTH} is there), but the study '{study.name}' is "
            "not marked as simulated. Give the real folder, or set simulated = true in the "
            "study."
        )
    return DataFolder(root)


def _simulated_city(seed: int) -> Path:
    from ..data.simulated_city import cached_city

    return cached_city(seed)


def read_inputs(study: Study, folder: DataFolder) -> Inputs:
    """Read, check and shape all that the chapters need.

    Raises
    ------
    DataError
        Every check that failed: a file that is not there or not readable, a count of areas that is
        not the study's, codes that are in no lookup.
    """
    _require_sound(study, folder)
    if folder.holds("survey"):
        folder.read("survey")
    rules = PlaceRules(
        not_counted=frozenset(study.coproduction.not_counted),
        began_before_data=frozenset(study.coproduction.began_before_data),
        first_year=study.period.first_year,
    )
    inputs = Inputs(
        study=study,
        folder=folder,
        rules=rules,
        areas=tables.area_table(folder, rules),
        sectors=tables.sector_panel(
            folder, rules, study.period.last_year, study.geography.sector_share_at_least
        ),
        places=tables.places(folder, rules),
        shapes={
            level: geography.simplify_for_print(folder.read(f"boundaries_{level}"), VERTICES)
            for level in ("lsoa21", "ward22")
        },
    )
    _require_passed(check_letters(folder))
    return inputs


def _require_sound(study: Study, folder: DataFolder) -> None:
    sources = needed(study)
    checks = check_folder(folder, study.geography.expected, sources, needed_only=True)
    _require_passed([check for check in checks if check.source in sources])


def _require_passed(checks: list[Check]) -> None:
    failed = [check for check in checks if not check.passed]
    if failed:
        raise DataError(
            [f"{check.detail or 'not so'} (check: {check.sentence})" for check in failed]
        )
