"""Case studies as comparisons: each place, its donors and its placebo places, by stated rules."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..data import coproduction, tables
from ..models.synthetic_control import Comparator, Comparison
from .inputs import Inputs

INSIDE = 0.25
"""A sector stands for a place if a quarter of its postcodes lie there: fewer would be strangers."""
NEIGHBOUR = 1500.0
"""Metres between centres below which a sector is a neighbour and so no donor."""
DONOR_SALES = 20
"""Sales that a donor needs in every year."""
PLACE_SALES = 20
"""Sales that a place needs in every year, its sectors together."""
LEAST_BEFORE = 5
"""Years with prices up to the start; fewer fit any path."""
LEAST_DONORS = 20


class NoComparison(Exception):
    """Why a place cannot be compared, in words for the report."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A place, true or placebo: its outcome (T,) and the columns of its donors."""

    sectors: tuple[str, ...]
    outcome: np.ndarray
    donors: np.ndarray


@dataclass(frozen=True, slots=True)
class CaseDesign:
    """What a case study compares.

    Parameters
    ----------
    place : name
    years : (T,) calendar years
    before : number of years up to and with the year of the start
    ended : year in which the programme ended, or None
    pool : names of all donors
    outcomes : (T, J) log mean price of the donors
    true : the place itself
    placebos : as many neighbouring donors as the place has sectors, one trial around each donor
    sales : least number of sales of the place in a year
    """

    place: str
    years: np.ndarray
    before: int
    ended: int | None
    pool: tuple[str, ...]
    outcomes: np.ndarray
    true: Trial
    placebos: tuple[Trial, ...]
    sales: int

    def compare(self, comparator: Comparator, trial: Trial) -> Comparison:
        """A comparator at work on one trial."""
        return comparator(trial.outcome, self.outcomes[:, trial.donors], self.before)

    def windows(self) -> dict[str, slice]:
        """Years after the start that are averaged: while the programme ran, and afterwards."""
        last = len(self.years)
        stop = last if self.ended is None else int(np.searchsorted(self.years, self.ended, "right"))
        spans = {"running": slice(self.before, stop), "afterwards": slice(stop, last)}
        return {name: span for name, span in spans.items() if span.start < span.stop}


@dataclass(frozen=True, slots=True)
class _Sectors:
    """The city's sectors by year: worth and sales (T, sectors), and distances between centres."""

    worth: pd.DataFrame
    sales: pd.DataFrame
    distance: pd.DataFrame


def case_designs(inputs: Inputs, most: int) -> tuple[list[CaseDesign], dict[str, str]]:
    """The designs of up to ``most`` places, and why each of the other recorded places has none."""
    sectors = _sectors(inputs)
    shares = tables.sector_places(inputs.folder, inputs.rules)
    ends = _ends(inputs)
    designs: list[CaseDesign] = []
    refused: dict[str, str] = {}
    columns = inputs.places[["place", "began", "status"]]
    for place, began, status in columns.itertuples(index=False, name=None):
        if status != "dated":
            refused[place] = REASONS[status]
        elif len(designs) == most:
            refused[place] = f"it is left out for space: {most} dated places fill the figures"
        else:
            try:
                designs.append(_design(place, int(began), ends.get(place), sectors, shares))
            except NoComparison as reason:
                refused[place] = str(reason)
    return designs, refused


REASONS = {
    "before the data": "coproduction began before or as the price data begin, so no earlier path "
    "can be compared",
    "undated": "the year of the start is not recorded",
    "not located": "the record does not say which small areas the place covers",
    "not counted": "the study does not count it as a neighbourhood programme",
}


def _sectors(inputs: Inputs) -> _Sectors:
    panel = inputs.sectors.assign(worth=inputs.sectors["mean_price"] * inputs.sectors["sales"])
    worth, sales = (
        panel.pivot(index="year", columns="sector", values=column).fillna(0.0)
        for column in ("worth", "sales")
    )
    names = list(sales.columns)
    centres = inputs.folder.read("sector_share").set_index("sector").loc[names]
    points = centres[["easting", "northing"]].to_numpy(float)
    apart = np.linalg.norm(points[:, None] - points[None], axis=2)
    return _Sectors(worth, sales, pd.DataFrame(apart, names, names))


def _ends(inputs: Inputs) -> dict[str, int]:
    """The last year in which each place's programmes are recorded to have ended."""
    events = tables.place_events(inputs.folder)
    events = events[events["kind"] != coproduction.SERVICE]
    ends = events.groupby("place")["end_year"].max().dropna()
    return {str(place): int(year) for place, year in ends.items()}


def _design(
    place: str, began: int, ended: int | None, sectors: _Sectors, shares: pd.DataFrame
) -> CaseDesign:
    known = set(sectors.sales.columns)
    inside = shares[(shares["place"] == place) & (shares["share"] >= INSIDE)]
    own = [str(sector) for sector in inside["sector"] if sector in known]
    if not own:
        raise NoComparison("no postcode sector with prices lies in the place by a quarter or more")
    fewest = int(sectors.sales[own].sum(axis=1).min())
    if fewest < PLACE_SALES:
        raise NoComparison(f"in one year only {fewest} homes were sold there")
    years = sectors.sales.index.to_numpy()
    before = int((years <= began).sum())
    if before < LEAST_BEFORE:
        raise NoComparison(f"only {before} years of prices lie before the end of its first year")
    touched = shares[shares["status"].isin(["before the data", "undated", "dated"])]
    theirs = set(touched.loc[touched["share"] > tables.BRUSH, "sector"])
    enough = sectors.sales.columns[(sectors.sales >= DONOR_SALES).all()]
    free = [str(name) for name in enough if name not in theirs]
    pool = _apart(sectors, own, free)
    if len(pool) < LEAST_DONORS:
        raise NoComparison(f"only {len(pool)} other sectors can be compared with it")
    worth, sales = sectors.worth[pool].to_numpy(), sectors.sales[pool].to_numpy()
    return CaseDesign(
        place=place,
        years=years,
        before=before,
        ended=ended,
        pool=tuple(pool),
        outcomes=np.log(worth / sales),
        true=Trial(tuple(own), _pooled(sectors, own), np.arange(len(pool))),
        placebos=_placebos(sectors, pool, len(own)),
        sales=fewest,
    )


def _apart(sectors: _Sectors, own: list[str], others: list[str]) -> list[str]:
    """Those of the others that are neither the own sectors nor their neighbours."""
    far = (sectors.distance.loc[own, others] >= NEIGHBOUR).all()
    return [name for name in others if far[name] and name not in own]


def _pooled(sectors: _Sectors, own: list[str]) -> np.ndarray:
    """Log of the mean price of all sales in some sectors."""
    worth, sales = sectors.worth[own].sum(axis=1), sectors.sales[own].sum(axis=1)
    return np.asarray(np.log((worth / sales).to_numpy()))


def _placebos(sectors: _Sectors, pool: list[str], size: int) -> tuple[Trial, ...]:
    distance = sectors.distance.loc[pool, pool].to_numpy()
    worth, sales = sectors.worth[pool].to_numpy(), sectors.sales[pool].to_numpy()
    trials: dict[tuple[int, ...], Trial] = {}
    for seed in range(len(pool)):
        members = tuple(sorted(np.argsort(distance[seed], kind="stable")[:size]))
        chosen = list(members)
        outcome = np.log(worth[:, chosen].sum(axis=1) / sales[:, chosen].sum(axis=1))
        donors = np.flatnonzero((distance[chosen] >= NEIGHBOUR).all(axis=0))
        names = tuple(pool[index] for index in chosen)
        trials.setdefault(members, Trial(names, outcome, donors))
    return tuple(trials.values())


@dataclass(frozen=True, slots=True)
class CaseResult:
    """One comparator's answer for one place, with that of every placebo place."""

    design: CaseDesign
    found: Comparison
    placebos: tuple[Comparison, ...]

    def effects(self, span: slice) -> np.ndarray:
        """Placebo effects over some years."""
        return np.array([placebo.effect(span) for placebo in self.placebos])

    def ratios(self, span: slice) -> tuple[float, np.ndarray]:
        """Root mean square gap over some years as a multiple of that before the start."""
        return _ratio(self.found, span), np.array([_ratio(each, span) for each in self.placebos])


def _ratio(comparison: Comparison, span: slice) -> float:
    after = float(np.sqrt(np.mean(comparison.gap[span] ** 2)))
    return after / max(comparison.misfit, 1e-12)


def evaluate(design: CaseDesign, comparator: Comparator) -> CaseResult:
    """A comparator on the place and on each of its placebo places."""
    return CaseResult(
        design,
        design.compare(comparator, design.true),
        tuple(design.compare(comparator, trial) for trial in design.placebos),
    )
