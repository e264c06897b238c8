"""What a case study compares: a place, its donors and its placebo places, by stated rules."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..data import tables
from ..data.catalogue import DataFolder
from ..data.tables import PlaceRules
from ..models.programmes.matched_placebos import matched_units
from ..models.programmes.synthetic_control import Comparator, Comparison
from .reasons import (
    LeftOutForSpace,
    NoPrePeriod,
    NoSectorInside,
    NotCounted,
    NotLocated,
    NoYearAfter,
    NoYearRunning,
    Reason,
    StartUnknown,
    TooFewDonors,
    TooFewSales,
    TooFewYearsBefore,
)

NEIGHBOUR = 1500.0
"""Metres between centres below which a sector is a neighbour and so no donor."""
DONOR_SALES = 20
"""Sales that a donor needs in every year."""
PLACE_SALES = 20
"""Sales that a place needs in every year, its sectors together."""
LEAST_BEFORE = 5
"""Years with prices up to the start; fewer fit any path."""
LEAST_DONORS = 20
MATCHED = 40
"""Placebo places nearest in price and sales that an effect is held against; 39 reach 95%."""
RECORDED = ("before the data", "undated", "dated")
"""Statuses of the places that no comparator may hold."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A place, true or placebo.

    Parameters
    ----------
    outcome : (T,) log mean price
    donors : their columns
    sales : of a mean year up to the start
    """

    sectors: tuple[str, ...]
    outcome: np.ndarray
    donors: np.ndarray
    sales: float


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
    matched : positions of the placebos nearest to the place in price and sales up to the start
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
    matched: np.ndarray
    sales: int

    def compare(self, comparator: Comparator, trial: Trial) -> Comparison:
        """A comparator at work on one trial."""
        return comparator(trial.outcome, self.outcomes[:, trial.donors], self.before)

    @property
    def began(self) -> int:
        """The year of the start."""
        return int(self.years[self.before - 1])

    def windows(self) -> dict[str, slice]:
        """Years after the start that are averaged: while the programme ran, and afterwards."""
        last = len(self.years)
        stop = last if self.ended is None else int(np.searchsorted(self.years, self.ended, "right"))
        spans = {"running": slice(self.before, stop), "afterwards": slice(stop, last)}
        return {name: span for name, span in spans.items() if span.start < span.stop}


@dataclass(frozen=True, slots=True)
class SectorMarket:
    """The city's sectors: pounds paid and sales (years, sectors), distances, shares in places.

    A sector stands for a place if at least the share ``inside`` of its postcodes lies there.
    """

    paid: pd.DataFrame
    sales: pd.DataFrame
    distance: pd.DataFrame
    shares: pd.DataFrame
    inside: float

    def own_sectors(self, place: str) -> tuple[str, ...]:
        """The sectors that stand for a place."""
        return own_sectors(self.shares, place, self.sales.columns, self.inside)


def sector_market(
    sectors: pd.DataFrame, folder: DataFolder, rules: PlaceRules, inside: float
) -> SectorMarket:
    """The market of a sector panel, see `data.tables.sector_panel`."""
    panel = sectors.assign(paid=sectors["mean_price"] * sectors["sales"])
    paid, sales = (
        panel.pivot(index="year", columns="sector", values=column).fillna(0.0)
        for column in ("paid", "sales")
    )
    names = list(sales.columns)
    centres = folder.read("sector_share").set_index("sector").loc[names]
    points = centres[["easting", "northing"]].to_numpy(float)
    apart = np.linalg.norm(points[:, None] - points[None], axis=2)
    shares = tables.sector_places(folder, rules)
    return SectorMarket(paid, sales, pd.DataFrame(apart, names, names), shares, inside)


def case_designs(
    places: pd.DataFrame,
    wanted: Collection[str],
    ends: Mapping[str, int],
    market: SectorMarket,
    first_year: int,
) -> dict[str, CaseDesign | Reason]:
    """The design of each recorded place, or why it has none.

    Parameters
    ----------
    places : see `data.tables.places`
    wanted : those that there is room for
    ends : the year in which a place's programmes ended, where they did
    first_year : of the prices
    """
    hopeless: Mapping[str, Reason] = {
        "before the data": NoPrePeriod(first_year),
        "undated": StartUnknown(),
        "not located": NotLocated(),
        "not counted": NotCounted(),
    }
    designs: dict[str, CaseDesign | Reason] = {}
    columns = places[["place", "began", "status"]]
    for place, began, status in columns.itertuples(index=False, name=None):
        if status in hopeless:
            designs[place] = hopeless[status]
        elif place not in wanted:
            designs[place] = LeftOutForSpace(len(wanted))
        else:
            designs[place] = case_design(place, int(began), ends.get(place), market)
    return designs


def case_design(
    place: str, began: int, ended: int | None, market: SectorMarket
) -> CaseDesign | Reason:
    """The design of a place and a year of start, or why it has none."""
    own = list(market.own_sectors(place))
    if not own:
        return NoSectorInside(market.inside)
    fewest = int(market.sales[own].sum(axis=1).min())
    if fewest < PLACE_SALES:
        return TooFewSales(fewest, PLACE_SALES)
    years = market.sales.index.to_numpy()
    before = int((years <= began).sum())
    if before < LEAST_BEFORE:
        return TooFewYearsBefore(before, LEAST_BEFORE)
    if before == len(years):
        return NoYearAfter()
    if ended is not None and ended <= began:
        return NoYearRunning()
    pool = _apart(market, own, _free(market))
    if len(pool) < LEAST_DONORS:
        return TooFewDonors(len(pool), LEAST_DONORS)
    paid, sales = market.paid[pool].to_numpy(), market.sales[pool].to_numpy()
    yearly = float(market.sales[own].sum(axis=1).iloc[:before].mean())
    true = Trial(tuple(own), _pooled(market, own), np.arange(len(pool)), yearly)
    placebos = _placebos(market, pool, len(own), before)
    return CaseDesign(
        place=place,
        years=years,
        before=before,
        ended=ended,
        pool=tuple(pool),
        outcomes=np.log(paid / sales),
        true=true,
        placebos=placebos,
        matched=_matched(true, placebos, before),
        sales=fewest,
    )


def own_sectors(
    shares: pd.DataFrame, place: str, known: Collection[str], inside: float
) -> tuple[str, ...]:
    """The known sectors with at least a share inside a place, see `data.tables.sector_places`."""
    own = shares[(shares["place"] == place) & (shares["share"] >= inside)]
    return tuple(str(sector) for sector in own["sector"] if sector in known)


def _free(market: SectorMarket) -> list[str]:
    """Sectors with sales enough that touch no recorded place."""
    counted = market.shares["status"].isin(RECORDED)
    touched = market.shares[counted & (market.shares["share"] > tables.BRUSH)]
    enough = market.sales.columns[(market.sales >= DONOR_SALES).all()]
    return [str(name) for name in enough if name not in set(touched["sector"])]


def _apart(market: SectorMarket, own: list[str], others: list[str]) -> list[str]:
    """Those of the others that are neither the own sectors nor their neighbours."""
    far = (market.distance.loc[own, others] >= NEIGHBOUR).all()
    return [name for name in others if far[name] and name not in own]


def _pooled(market: SectorMarket, own: list[str]) -> np.ndarray:
    """Log of the mean price of all sales in some sectors."""
    paid, sales = market.paid[own].sum(axis=1), market.sales[own].sum(axis=1)
    return np.asarray(np.log((paid / sales).to_numpy()))


def _placebos(market: SectorMarket, pool: list[str], size: int, before: int) -> tuple[Trial, ...]:
    distance = market.distance.loc[pool, pool].to_numpy()
    paid, sales = market.paid[pool].to_numpy(), market.sales[pool].to_numpy()
    trials: dict[tuple[int, ...], Trial] = {}
    for seed in range(len(pool)):
        members = tuple(sorted(np.argsort(distance[seed], kind="stable")[:size]))
        chosen = list(members)
        outcome = np.log(paid[:, chosen].sum(axis=1) / sales[:, chosen].sum(axis=1))
        donors = np.flatnonzero((distance[chosen] >= NEIGHBOUR).all(axis=0))
        names = tuple(pool[index] for index in chosen)
        yearly = float(sales[:before, chosen].sum(axis=1).mean())
        trials.setdefault(members, Trial(names, outcome, donors, yearly))
    return tuple(trials.values())


def _matched(true: Trial, placebos: tuple[Trial, ...], before: int) -> np.ndarray:
    traits = pd.DataFrame([_traits(trial, before) for trial in placebos])
    number = min(MATCHED, len(placebos))
    nearest = matched_units(traits, _traits(true, before), list(traits.columns), number)
    return np.sort(nearest.index.to_numpy())


def _traits(trial: Trial, before: int) -> dict[str, float]:
    """What chance effects depend on: the level of prices, and the number of sales."""
    return {
        "log_price": float(trial.outcome[:before].mean()),
        "log_sales": float(np.log(trial.sales)),
    }
