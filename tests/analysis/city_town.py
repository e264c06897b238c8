"""A simulated town as a study reads it, and the row that an estimator leaves of one effect."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from neighbourhood_equity.analysis.equations import equations
from neighbourhood_equity.analysis.inputs import TRUTH, Inputs, open_folder, read_inputs
from neighbourhood_equity.analysis.study import Study, find_study, read_study
from neighbourhood_equity.data import geography
from neighbourhood_equity.data.simulated_city import PLANTED, CitySize, Planted, Truth, make_city
from neighbourhood_equity.models.specification import Specification

NONE = replace(
    PLANTED,
    social_capital=(0.0, 0.0, 0.0),
    coproduction=0.0,
    coproduction_on_outcome=0.0,
    coproduction_on_social_capital=(0.0, 0.0, 0.0),
    outcome_on_social_capital=(0.0, 0.0, 0.0),
)
LINKS = replace(PLANTED, social_capital=(0.0, 0.0, 0.0), coproduction=0.0)
"""Coproduction moves outcomes and social capital, and nothing of it moves prices."""
DRAWS = 999
NOMINAL = 0.05


class Row(NamedTuple):
    """What an estimator says of one effect; ``p`` is NaN where the interval is the test.

    ``level`` is the size that a test at 5% can have: ranks among few cannot have every size.
    """

    estimator: str
    effect: str
    planted: float
    estimate: float
    low: float
    high: float
    p: float = np.nan
    level: float = NOMINAL


@dataclass(frozen=True)
class Town:
    """A town as a study reads it."""

    inputs: Inputs
    truth: Truth

    def rng(self, purpose: str) -> np.random.Generator:
        """A generator of its own for each purpose, so that none depends on what ran before."""
        return np.random.default_rng([self.truth.seed, *purpose.encode()])

    @property
    def terms(self) -> tuple[str, ...]:
        section = self.inputs.study.cross_section
        return (*section.social_capital, *section.coproduction)

    @property
    def planted(self) -> dict[str, float]:
        """On price, all measures held equal."""
        return {
            **self.truth.social_capital_on_price,
            "coproduction_recorded": self.truth.coproduction_on_price,
        }

    @cached_property
    def steps(self) -> dict[str, Specification]:
        """The equations of the cross-section by step."""
        found = equations(self.inputs.study.cross_section, self.areas)
        return {one.step.name: one.specification for one in found if not one.step.separately}

    @cached_property
    def shapes(self) -> pd.DataFrame:
        boundaries = self.inputs.folder.read("boundaries_lsoa21").set_index("code")
        return boundaries.loc[list(self.areas["lsoa21"])].reset_index()

    @cached_property
    def areas(self) -> pd.DataFrame:
        """Areas with enough sales."""
        section = self.inputs.study.cross_section
        return self.inputs.areas[self.inputs.areas["sales"] >= section.minimum_sales]

    @property
    def sectors(self) -> pd.DataFrame:
        """Sectors by year that touch no place with an early or unknown start."""
        return self.inputs.sectors[~self.inputs.sectors["excluded"]]

    @cached_property
    def placed(self) -> pd.DataFrame:
        """`areas` with their centres."""
        centres = geography.centroids(self.shapes)
        return self.areas.assign(
            easting=centres["easting"].to_numpy(), northing=centres["northing"].to_numpy()
        )


def study_of(size: CitySize) -> Study:
    """The simulated study, for a city of another size and without single sales."""
    study = read_study(find_study("simulated_city"))
    expected = {"lsoa21": size.areas, "msoa21": size.middle_areas, "ward22": size.wards}
    return study.model_copy(
        update={
            "geography": study.geography.model_copy(update={"expected": expected}),
            "prices": study.prices.model_copy(update={"small_areas": "sectors"}),
        }
    )


def make_town(folder: Path, seed: int, size: CitySize, plant: Planted) -> Town:
    """Write a city and read it again."""
    study = study_of(size)
    make_city(folder, seed, size, plant, single_sales=False)
    inputs = read_inputs(study, open_folder(study, folder))
    return Town(inputs, Truth.read(folder / TRUTH))


def rows_of(estimator: str, tidy: pd.DataFrame, planted: Mapping[str, float]) -> Iterator[Row]:
    """The rows of a tidy table for the effects with a planted value."""
    for row in tidy[tidy["term"].isin(planted)].itertuples():
        ends = (row.ci_low, row.ci_high)
        yield Row(estimator, row.term, planted[row.term], row.estimate, *ends)
