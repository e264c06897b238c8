"""The data of one run: the study, the folder, and the tidy tables made once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from ..data import geography, tables
from ..data.catalogue import DataFolder
from ..data.errors import DataError, first_values
from ..data.measures import DEVIATIONS, measure
from ..data.tables import PlaceRules
from .checks import MoreChecks, check_inputs, no_more
from .equations import RECORD as RECORD
from .equations import columns_of
from .study import Study, StudyError, own_folder
from .study_columns import TOGETHER

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
    """One row a 2021 LSOA, see `data.tables.area_table`, with the study's measures as one."""
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
    if study.simulated and not (root / TRUTH).is_file():
        raise StudyError(
            f"The study '{study.name}' is marked as simulated, but {root} holds no simulated city "
            f"({TRUTH} is not there). Set simulated = false in the study, or leave --data out."
        )
    return DataFolder(root, own_folder(study))


def _simulated_city(seed: int) -> Path:
    from ..data.simulated_city import cached_city

    return cached_city(seed)


def read_inputs(study: Study, folder: DataFolder, more: MoreChecks = no_more) -> Inputs:
    """Read, check and shape all that the chapters need.

    Parameters
    ----------
    more : checks of what will be done with the data, see `checks.check_inputs`

    Raises
    ------
    DataError
        Every check that failed; see `checks.check_inputs`.
    """
    failed = [check for check in check_inputs(study, folder, more) if check.stops]
    if failed:
        raise DataError(
            [f"{check.detail or 'not so'} (check: {check.sentence})" for check in failed]
        )
    return join_tables(study, folder)


def _areas(study: Study, folder: DataFolder, rules: PlaceRules) -> pd.DataFrame:
    areas = tables.area_table(folder, rules, study.geography.district)
    if lacking := [name for name in columns_of(study) if name not in areas]:
        raise StudyError(
            f"{first_values(lacking)} is declared, but the table of areas lacks it. Add the column "
            "to data/tables.py, or leave it out of the study."
        )
    measures = study.cross_section.social_capital
    scores = in_deviations(areas, measures)
    return scores.assign(**{TOGETHER: together(scores, measures)})


def together(scores: pd.DataFrame, measures: Sequence[str]) -> pd.Series:
    """Measures in standard deviations as one, each weighing the same: the z-score of their mean."""
    return tables.standardised(scores[list(measures)].mean(axis=1, skipna=False))


def in_deviations(areas: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """Areas with columns that count something put in standard deviations over the areas."""
    counts = [name for name in columns if measure(name).unit != DEVIATIONS]
    return areas.assign(**{name: tables.standardised(areas[name]) for name in counts})


def join_tables(study: Study, folder: DataFolder) -> Inputs:
    """The tables and boundaries of a folder whose checks have passed."""
    rules = PlaceRules(
        not_counted=frozenset(study.coproduction.not_counted),
        began_before_data=frozenset(study.coproduction.began_before_data),
        first_year=study.period.first_year,
    )
    return Inputs(
        study=study,
        folder=folder,
        rules=rules,
        areas=_areas(study, folder, rules),
        sectors=tables.sector_panel(
            folder, rules, study.period.last_year, study.geography.sector_share_at_least
        ),
        places=tables.places(folder, rules),
        shapes={
            level: geography.simplify_for_print(folder.read(f"boundaries_{level}"), VERTICES)
            for level in ("lsoa21", "ward22")
        },
    )
