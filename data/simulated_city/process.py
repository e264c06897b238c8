"""How a simulated city comes about: deprivation, coproduction, outcomes, social capital, prices."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import identity
from scipy.sparse.linalg import spsolve

from .geography import Areas, Flags, Floats, Ints
from .truth import CitySize, Planted

TENURES = {
    "Owned: Owns outright": (0.30, -0.45),
    "Owned: Owns with a mortgage or loan": (0.28, -0.30),
    "Shared ownership: Shared ownership": (0.012, 0.0),
    "Social rented: Rents from council or Local Authority": (0.13, 0.75),
    "Social rented: Other social rented": (0.09, 0.60),
    "Private rented: Private landlord or letting agency": (0.17, 0.15),
    "Private rented: Other private rented": (0.015, 0.0),
    "Lives rent free": (0.003, 0.0),
}
"""Share of households in an area of mean deprivation, and how its log moves with deprivation."""

DWELLINGS = {
    "Detached": ("D", 0.12, -0.55, -2.0),
    "Semi-detached": ("S", 0.35, -0.15, -1.0),
    "Terraced": ("T", 0.30, 0.20, 0.3),
    "In a purpose-built block of flats or tenement": ("F", 0.18, 0.25, 2.0),
    "Part of a converted or shared house, including bedsits": ("F", 0.03, 0.0, 1.5),
    "Part of another converted building, for example, former school, church or warehouse": (
        "F",
        0.008,
        0.0,
        1.0,
    ),
    "In a commercial building, for example, in an office building, hotel or over a shop": (
        "F",
        0.008,
        0.0,
        1.0,
    ),
    "A caravan or other mobile or temporary structure": ("O", 0.002, 0.0, 0.0),
}
"""Land Registry type, share, and how its log moves with deprivation and with centrality."""

_PATH = {
    1995: 440, 1997: 485, 1999: 590, 2001: 740, 2003: 1130, 2005: 1440, 2007: 1640, 2008: 1560,
    2009: 1400, 2011: 1410, 2013: 1430, 2015: 1590, 2017: 1820, 2019: 2010, 2020: 2100, 2021: 2290,
    2022: 2520, 2023: 2540, 2024: 2600, 2025: 2640,
}  # fmt: skip
"""City-wide price in pounds a square metre at mid-year: a plausible path, no published series."""


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """The places of coproduction; the ones with a known start inside the data come first."""

    of_area: Ints
    """Index of the place of each small area, -1 for none."""
    started: Ints
    """Year of the true start; before the data for the places without an estimable start."""
    published: list[int | None]


@dataclass(frozen=True, slots=True, eq=False)
class Links:
    """From coproduction through outcomes to social capital, standardised within the city."""

    outcome: Floats
    """(n,) higher is better."""
    social: Floats
    """(n, 3) social capital of 2023 by domain."""
    outcome_effect: float
    """Of coproduction on the outcome."""
    outcome_on_social: Floats
    """(3,) with coproduction held equal."""
    direct_on_social: Floats
    """(3,) of coproduction, with the outcome held equal."""

    @property
    def total_on_social(self) -> Floats:
        """(3,) of coproduction, through the outcome or not."""
        return self.direct_on_social + self.outcome_on_social * self.outcome_effect


@dataclass(frozen=True, slots=True, eq=False)
class Housing:
    """Households of the census by tenure and accommodation."""

    households: Ints
    tenure: Ints
    """(n, 8) in the order of `TENURES`."""
    accommodation: Ints
    """(n, 8) in the order of `DWELLINGS`."""


@dataclass(frozen=True, slots=True, eq=False)
class City:
    """Everything the process has made, by small area of 2021 (index 0..n-1)."""

    deprivation: Floats
    parent: Ints
    """Number of the small area of 2011; the halves of a split one share it."""
    split: Flags
    places: Places
    links: Links
    housing: Housing
    log_price: Floats
    """(n, years) log pounds a square metre of a terraced house, less the city's path."""
    total_effect: float
    """Of an active programme on log price, social capital included."""


def price_path(months_since_1995: Ints) -> Floats:
    """Log of the city-wide price a square metre, by month."""
    years = np.array(list(_PATH)) + 0.5
    return np.asarray(
        np.interp(1995 + (months_since_1995 + 0.5) / 12, years, np.log(list(_PATH.values())))
    )


def standardised(values: Floats) -> Floats:
    """Mean 0 and standard deviation 1 over the rows."""
    return np.asarray((values - values.mean(axis=0)) / values.std(axis=0))


def make_process(areas: Areas, size: CitySize, plant: Planted, rng: np.random.Generator) -> City:
    """Run the structural equations once."""
    smooth = _smooth_field(areas.centres, rng) + 0.5 * standardised(areas.centrality)
    rough = standardised(smooth) + rng.normal(0, 0.45, size.areas)
    places = _make_places(areas, size, rough, rng)
    parent, split = _split_areas(areas, places, rng)
    deprivation = standardised((np.bincount(parent, rough) / np.bincount(parent))[parent])
    active = (places.of_area >= 0).astype(float)
    ward_factor = rng.normal(size=size.wards)
    links = _make_links(areas, deprivation, active, ward_factor, plant, rng)
    housing = _make_housing(areas, deprivation, rng)

    beta = np.asarray(plant.social_capital)
    total = float(plant.coproduction + beta @ links.total_on_social)
    owned = standardised(housing.tenure[:, :3].sum(axis=1) / housing.households)
    ward = 0.7 * ward_factor + np.sqrt(1 - 0.7**2) * rng.normal(size=size.wards)
    before = (
        plant.deprivation * deprivation
        + plant.owned_share * owned
        + plant.ward_sd * ward[areas.ward]
        + (links.social - np.multiply.outer(active, links.total_on_social)) @ beta
        + _spatial_error(areas, plant, rng)
    )
    years = np.arange(size.first_year, size.last_year + 1)
    begun = years > places.started[places.of_area][:, None]
    log_price = (
        before[:, None]
        + total * (active[:, None] * begun)
        + rng.normal(0, plant.shock_sd, (size.areas, size.years))
    )
    return City(deprivation, parent, split, places, links, housing, log_price, total)


def _make_links(
    areas: Areas,
    deprivation: Floats,
    active: Floats,
    ward_factor: Floats,
    plant: Planted,
    rng: np.random.Generator,
) -> Links:
    """The outcome and social capital; ``ward_factor`` also moves prices, so wards matter."""
    n = len(deprivation)
    raw_outcome = (
        plant.coproduction_on_outcome * active
        + plant.deprivation_on_outcome * deprivation
        + rng.normal(0, 0.8, n)
    )
    outcome = standardised(raw_outcome)
    ward_parts = 0.3 * (ward_factor[:, None] + rng.normal(size=(len(ward_factor), 3)))
    raw_social = (
        plant.deprivation_on_social_capital * deprivation[:, None]
        + ward_parts[areas.ward]
        + rng.normal(0, 0.7, (n, 3))
        + np.multiply.outer(active, plant.coproduction_on_social_capital)
        + np.multiply.outer(outcome, plant.outcome_on_social_capital)
    )
    unit = raw_social.std(axis=0)
    return Links(
        outcome=outcome,
        social=standardised(raw_social),
        outcome_effect=float(plant.coproduction_on_outcome / raw_outcome.std()),
        outcome_on_social=np.asarray(plant.outcome_on_social_capital) / unit,
        direct_on_social=np.asarray(plant.coproduction_on_social_capital) / unit,
    )


def _smooth_field(centres: Floats, rng: np.random.Generator, scale: float = 2500.0) -> Floats:
    """A smooth random surface over the city: correlation falls over ``scale`` metres."""
    waves = rng.normal(0, 1 / scale, (2, 200))
    return np.asarray(np.cos(centres @ waves + rng.uniform(0, 2 * np.pi, 200)).sum(axis=1) / 10)


def _make_places(
    areas: Areas, size: CitySize, deprivation: Floats, rng: np.random.Generator
) -> Places:
    """Contiguous clusters across ward borders, more likely where deprivation is high.

    Two places without a published start and one that began before the data follow the places with
    a start inside the data; all three were active throughout the years with sales.
    """
    of_area = np.full(size.areas, -1)
    count = size.places + 3
    place = 0
    for seed in rng.choice(
        size.areas, size.areas, replace=False, p=_shares(np.exp(0.7 * deprivation))
    ):
        cluster = _grow(areas, of_area, seed, int(rng.integers(8, 11)), deprivation, rng)
        if cluster is None:
            continue
        of_area[cluster] = place
        place += 1
        if place == count:
            break
    else:
        raise ValueError(f"only {place} of {count} places fit into {size.areas} areas")
    starts = 1999 + np.arange(size.places) * 11 // max(size.places - 1, 1)
    before = [1993, 1991, 1994]
    started = np.concatenate([rng.permutation(starts), before])
    published = [*map(int, started[: size.places]), 1993, None, None]
    return Places(of_area, started, published)


def _grow(
    areas: Areas,
    taken: Ints,
    seed: int,
    goal: int,
    deprivation: Floats,
    rng: np.random.Generator,
) -> list[int] | None:
    """A cluster of ``goal`` free areas that reaches into two wards, or None if there is none."""
    cluster: list[int] = []
    border = {int(seed)} if taken[seed] < 0 else set()
    while border and len(cluster) < goal:
        choices = sorted(border)
        touching = areas.neighbours[choices][:, cluster].sum(axis=1) if cluster else np.zeros(1)
        weight = np.exp(0.5 * deprivation[choices] + 1.0 * touching)
        chosen = int(rng.choice(choices, p=_shares(weight)))
        cluster.append(chosen)
        around = areas.neighbours.indices[
            areas.neighbours.indptr[chosen] : areas.neighbours.indptr[chosen + 1]
        ]
        border |= {int(area) for area in around if taken[area] < 0}
        border -= set(cluster)
    wards = np.bincount(areas.ward[cluster], minlength=1) if cluster else np.zeros(1)
    return cluster if len(cluster) == goal and (wards >= 2).sum() >= 2 else None


def _shares(weights: Floats) -> Floats:
    return np.asarray(weights / weights.sum())


def _split_areas(areas: Areas, places: Places, rng: np.random.Generator) -> tuple[Ints, Flags]:
    """Five areas of 2011 that were split in two: neighbours of one middle area and one place."""
    links = areas.neighbours.tocoo()
    fits = (
        (links.row < links.col)
        & (areas.middle[links.row] == areas.middle[links.col])
        & (places.of_area[links.row] == places.of_area[links.col])
    )
    pairs = np.column_stack([links.row, links.col])[fits]
    n = len(areas.centres)
    halves = np.zeros(n, dtype=bool)
    joined = np.arange(n)
    for first, second in rng.permutation(pairs):
        if halves.sum() == 10:
            break
        if not halves[[first, second]].any():
            halves[[first, second]] = True
            joined[second] = first
    return np.unique(joined, return_inverse=True)[1].astype(np.int64), halves


def _make_housing(areas: Areas, deprivation: Floats, rng: np.random.Generator) -> Housing:
    """Households, and households by tenure and by accommodation type."""
    n = len(deprivation)
    households = rng.integers(560, 760, n)
    middle = areas.centrality - areas.centrality.mean()
    tenure_log = [np.log(share) + slope * deprivation for share, slope in TENURES.values()]
    type_log = [
        np.log(share) + slope * deprivation + pull * middle
        for _, share, slope, pull in DWELLINGS.values()
    ]
    counts = []
    for logs in (tenure_log, type_log):
        weight = np.exp(np.column_stack(logs) + rng.normal(0, 0.3, (n, len(logs))))
        counts.append(rng.multinomial(households, weight / weight.sum(axis=1, keepdims=True)))
    return Housing(households, tenure=counts[0], accommodation=counts[1])


def _spatial_error(areas: Areas, plant: Planted, rng: np.random.Generator) -> Floats:
    """An error that neighbours share: (I - rho W) u = e with W by contiguity, rows summing to 1."""
    n = len(areas.centres)
    weights = areas.neighbours.multiply(1 / areas.neighbours.sum(axis=1)[:, None])
    error = spsolve((identity(n) - plant.spatial_rho * weights).tocsc(), rng.normal(size=n))
    return np.asarray(plant.spatial_sd * error / error.std())
