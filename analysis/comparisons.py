"""Case studies as comparisons: each place, its donors and its placebo places, by stated rules."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from ..data import coproduction, tables
from ..models.programmes.placebos import (
    joint_placebos,
    minimum_detectable,
    placebo_interval,
    rank_p,
    shared_donors,
)
from ..models.programmes.synthetic_control import Comparator, Comparison
from ..models.specification import NotEstimable
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
FIRST_YEARS = 5
"""Years after a later event that are averaged, fewer if another event follows sooner."""
EXACT = 1e-3
"""A fit before the start with less than this log-point error is exact: its ratio says nothing."""


class NoComparison(NotEstimable):
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
class _Ground:
    """The city's sectors: worth and sales by year (T, sectors), distances, shares in places."""

    worth: pd.DataFrame
    sales: pd.DataFrame
    distance: pd.DataFrame
    shares: pd.DataFrame


def case_designs(inputs: Inputs, wanted: Sequence[str]) -> tuple[list[CaseDesign], dict[str, str]]:
    """The designs of the ``wanted`` places, and why each other recorded place has none."""
    ground = _ground(inputs)
    ends = _ends(inputs)
    designs: list[CaseDesign] = []
    refused: dict[str, str] = {}
    columns = inputs.places[["place", "began", "status"]]
    for place, began, status in columns.itertuples(index=False, name=None):
        if status != "dated":
            refused[place] = REASONS[status]
        elif place not in wanted:
            refused[place] = f"it is left out for space: {len(wanted)} places have pages here"
        else:
            try:
                designs.append(_design(place, int(began), ends.get(place), ground))
            except NoComparison as reason:
                refused[place] = str(reason)
    return designs, refused


@dataclass(frozen=True, slots=True)
class LaterEvent:
    """What is recorded to have begun or ended in a place some years after its first start.

    Parameters
    ----------
    place : name
    year : of the event
    words : what happened, for a sentence
    until : last year averaged after it
    """

    place: str
    year: int
    words: str
    until: int


def later_events(inputs: Inputs, place: str) -> list[LaterEvent]:
    """The dated events after a place's first start, those of one year together.

    They are the starts of further programmes and, where the first start cannot be estimated, the
    end of the programme that was first.
    """
    own = _programmes(inputs).query("place == @place")
    status = inputs.places.set_index("place")["status"].get(place)
    began, last = own["start_year"].min(), inputs.study.period.last_year
    first = (own["start_year"] == began) & (status != "dated")
    over = own[first & (own["end_year"] <= last)]
    further = own["start_year"].between(began, last, inclusive="right")
    more = own[further & (own["date_certainty"] == "year")]
    happened: dict[int, list[str]] = {}
    for year, organisation in zip(over["end_year"], over["organisation"], strict=True):
        happened.setdefault(int(year), []).append(f"{organisation} ended")
    for year, kind, organisation in zip(
        more["start_year"], more["kind"], more["organisation"], strict=True
    ):
        happened.setdefault(int(year), []).append(_began(kind, organisation))
    years = sorted(happened)
    return [
        LaterEvent(place, year, "; ".join(happened[year]), min(year + FIRST_YEARS, until, last))
        for year, until in zip(years, [*years[1:], last], strict=False)
    ]


def undated_events(inputs: Inputs, place: str) -> list[str]:
    """What is recorded of a place without the year in which it began."""
    own = tables.place_events(inputs.folder).query("place == @place")
    return [str(name) for name in own.loc[own["start_year"].isna(), "organisation"]]


def later_designs(
    inputs: Inputs, events: Sequence[LaterEvent]
) -> list[tuple[LaterEvent, CaseDesign | NoComparison]]:
    """The design of each event, or why it has none."""
    ground = _ground(inputs)
    pairs: list[tuple[LaterEvent, CaseDesign | NoComparison]] = []
    for event in events:
        try:
            pairs.append((event, _design(event.place, event.year, event.until, ground)))
        except NoComparison as reason:
            pairs.append((event, reason))
    return pairs


def _began(kind: str, organisation: str) -> str:
    if kind == "asset transfer":
        return f"a building was handed to {organisation}"
    return f"{organisation} began"


def _programmes(inputs: Inputs) -> pd.DataFrame:
    events = tables.place_events(inputs.folder)
    return events[events["kind"] != coproduction.SERVICE]


RECORDED = ("before the data", "undated", "dated")
"""Statuses of the places that no comparator may hold."""
REASONS = {
    "before the data": "coproduction began before or as the price data begin, so no earlier path "
    "can be compared",
    "undated": "the year of the start is not recorded",
    "not located": "the record does not say which small areas the place covers",
    "not counted": "the study does not count it as a neighbourhood programme",
}


def _ground(inputs: Inputs) -> _Ground:
    panel = inputs.sectors.assign(worth=inputs.sectors["mean_price"] * inputs.sectors["sales"])
    worth, sales = (
        panel.pivot(index="year", columns="sector", values=column).fillna(0.0)
        for column in ("worth", "sales")
    )
    names = list(sales.columns)
    centres = inputs.folder.read("sector_share").set_index("sector").loc[names]
    points = centres[["easting", "northing"]].to_numpy(float)
    apart = np.linalg.norm(points[:, None] - points[None], axis=2)
    shares = tables.sector_places(inputs.folder, inputs.rules)
    return _Ground(worth, sales, pd.DataFrame(apart, names, names), shares)


def _ends(inputs: Inputs) -> dict[str, int]:
    """The last year in which each place's programmes are recorded to have ended."""
    ends = _programmes(inputs).groupby("place")["end_year"].max().dropna()
    return {str(place): int(year) for place, year in ends.items()}


def _design(place: str, began: int, ended: int | None, ground: _Ground) -> CaseDesign:
    own = own_sectors(ground.shares, place, set(ground.sales.columns))
    if not own:
        raise NoComparison("no postcode sector with prices lies in the place by a quarter or more")
    fewest = int(ground.sales[own].sum(axis=1).min())
    if fewest < PLACE_SALES:
        raise NoComparison(f"in one year only {fewest} homes were sold there")
    years = ground.sales.index.to_numpy()
    before = int((years <= began).sum())
    if before < LEAST_BEFORE:
        raise NoComparison(f"only {before} years of prices lie before the end of its first year")
    if before == len(years):
        raise NoComparison("no year of prices follows it")
    pool = _apart(ground, own, _free(ground))
    if len(pool) < LEAST_DONORS:
        raise NoComparison(f"only {len(pool)} other sectors can be compared with it")
    worth, sales = ground.worth[pool].to_numpy(), ground.sales[pool].to_numpy()
    return CaseDesign(
        place=place,
        years=years,
        before=before,
        ended=ended,
        pool=tuple(pool),
        outcomes=np.log(worth / sales),
        true=Trial(tuple(own), _pooled(ground, own), np.arange(len(pool))),
        placebos=_placebos(ground, pool, len(own)),
        sales=fewest,
    )


def own_sectors(shares: pd.DataFrame, place: str, known: Collection[str]) -> list[str]:
    """The known sectors that stand for a place, see `data.tables.sector_places`."""
    inside = shares[(shares["place"] == place) & (shares["share"] >= INSIDE)]
    return [str(sector) for sector in inside["sector"] if sector in known]


def _free(ground: _Ground) -> list[str]:
    """Sectors with sales enough that touch no recorded place."""
    counted = ground.shares["status"].isin(RECORDED)
    touched = ground.shares[counted & (ground.shares["share"] > tables.BRUSH)]
    enough = ground.sales.columns[(ground.sales >= DONOR_SALES).all()]
    return [str(name) for name in enough if name not in set(touched["sector"])]


def _apart(ground: _Ground, own: list[str], others: list[str]) -> list[str]:
    """Those of the others that are neither the own sectors nor their neighbours."""
    far = (ground.distance.loc[own, others] >= NEIGHBOUR).all()
    return [name for name in others if far[name] and name not in own]


def _pooled(ground: _Ground, own: list[str]) -> np.ndarray:
    """Log of the mean price of all sales in some sectors."""
    worth, sales = ground.worth[own].sum(axis=1), ground.sales[own].sum(axis=1)
    return np.asarray(np.log((worth / sales).to_numpy()))


def _placebos(ground: _Ground, pool: list[str], size: int) -> tuple[Trial, ...]:
    distance = ground.distance.loc[pool, pool].to_numpy()
    worth, sales = ground.worth[pool].to_numpy(), ground.sales[pool].to_numpy()
    trials: dict[tuple[int, ...], Trial] = {}
    for seed in range(len(pool)):
        members = tuple(sorted(np.argsort(distance[seed], kind="stable")[:size]))
        chosen = list(members)
        outcome = np.log(worth[:, chosen].sum(axis=1) / sales[:, chosen].sum(axis=1))
        donors = np.flatnonzero((distance[chosen] >= NEIGHBOUR).all(axis=0))
        names = tuple(pool[index] for index in chosen)
        trials.setdefault(members, Trial(names, outcome, donors))
    return tuple(trials.values())


class Window(NamedTuple):
    """An effect over some years, in log points, with its reference to the placebo places."""

    effect: float
    interval: tuple[float, float]
    p: float
    ratio_p: float
    """Rank p of the ratio of gaps after and before, missing where those before are nought."""
    fall: float
    rise: float


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

    def window(self, span: slice) -> Window:
        """The effect over some years, held against the placebo places."""
        effect, placebos = self.found.effect(span), self.effects(span)
        ratio, ratios = self.ratios(span)
        exact = np.median([placebo.misfit for placebo in self.placebos]) < EXACT
        return Window(
            effect,
            placebo_interval(effect, placebos),
            rank_p(effect, placebos),
            np.nan if exact or self.found.misfit < EXACT else rank_p(ratio, ratios),
            *minimum_detectable(placebos),
        )


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


def mean_effect(
    results: Sequence[CaseResult], window: str, draws: np.ndarray
) -> tuple[float, np.ndarray]:
    """The places' mean effect over a window of each, and the means of placebos drawn for them.

    Parameters
    ----------
    draws : (R, places) uniform numbers in [0, 1)
    """
    spans = [result.design.windows()[window] for result in results]
    pairs = list(zip(results, spans, strict=True))
    weights = pd.concat(
        [pd.Series(one.found.weights, list(one.design.pool)) for one in results], axis=1
    )
    sizes = np.array([len(one.design.true.sectors) for one in results])
    spread = shared_donors(weights.fillna(0.0).to_numpy().T, sizes)
    placebos = joint_placebos([one.effects(span) for one, span in pairs], draws, spread)
    return float(np.mean([one.found.effect(span) for one, span in pairs])), placebos
