"""Covariates, social capital and coproduction of a simulated city, in the publishers' layouts."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd

from .geography import Floats, Ints
from .layout import Model
from .names import club_name
from .process import DWELLINGS, TENURES
from .truth import CITY, DISTRICT
from .writing import write_table

_ENGLAND = 33_755
"""Number of 2021 small areas in England, among which the publishers rank."""

_LIBRARY_COLUMNS = (
    "reporting", "name", "address1", "address2", "address3", "authority", "postcode", "uprn",
    "type", "statutory_10", "statutory_16", "statutory_19", "statutory_21", "statutory_22",
    "statutory_23", "operation_16", "operation_19", "operation_21", "operation_22", "operation_23",
    "closed", "opened", "operating_organisation", "department", "new_build_22", "co_located",
    "co_located_archives", "co_located_artscentre", "co_located_carehome_hostel",
    "co_located_catering_bars_pub", "co_located_civic", "co_located_community",
    "co_located_faithbuildings", "co_located_health", "co_located_hotel",
    "co_located_industrial_business", "co_located_library", "co_located_museum",
    "co_located_retail", "co_located_schools_colleges", "co_located_universities_highereducation",
    "co_located_other", "co_located_other_text", "monday", "tuesday", "wednesday", "thursday",
    "friday", "saturday", "sunday", "hours", "staffed_hours", "automated",
)  # fmt: skip

_HEADLINES = (
    ("NI 1", "People from different backgrounds get on well together", 71),
    ("NI 2", "Feel they belong to their immediate neighbourhood", 56),
    ("NI 3", "Took part in civic life in the last year", 13),
    ("NI 4", "Feel they can influence decisions in their local area", 30),
    ("NI 5", "Satisfied with local area as a place to live", 73),
    ("NI 6", "Gave unpaid help at least once a month", 20),
)


_OPERATION = {"LA": "LA", "community": "CR", "closed": "Closed"}
"""The publisher's code of who runs a library."""


def write_covariates(folder: Path, model: Model, rng: np.random.Generator) -> None:
    """All files of the folder ``covariates``."""
    city = model.city
    first = np.unique(city.parent, return_index=True)[1]
    deprivation = city.deprivation[first]
    codes = np.array(model.lsoa11)[first]
    write_table(
        folder / "imd_2019_overall_income_employment_scores_lsoa11_simulated.csv",
        {
            "lsoa": codes,
            "overall_local_score": (34 + 13 * deprivation).clip(min=1).round(3),
            # Linear in deprivation, so that who holds it equal holds the confounder equal; the
            # slopes leave the least deprived of thousands of areas above zero.
            "income_score": (24 + 4.2 * deprivation).round(4),
            "employment_score": (16 + 2.6 * deprivation + rng.normal(0, 0.5, len(first))).round(3),
        },
    )
    _write_imd_2025(folder / "imd_2025_lsoa21_simulated.csv", model, rng)
    for table, column, names, counts in (
        ("TS054_tenure", "tenure", TENURES, city.housing.tenure),
        ("TS044_accommodation_type", "type", DWELLINGS, city.housing.accommodation),
    ):
        path = folder / f"census_2021_{table}_lsoa21_simulated.csv.gz"
        _write_census(path, model, column, names, counts)
    ages = rng.poisson(np.linspace(26, 9, 91), (len(first), 91))
    people = pd.DataFrame(ages, columns=[*map(str, range(90)), "90+"])
    people.insert(0, "lsoa11_name", np.array(model.lsoa11_name)[first])
    people.insert(1, "lsoa11_code", codes)
    people.insert(2, "total_population", ages.sum(axis=1))
    write_table(folder / "population_mid2020_single_year_lsoa11_simulated.csv.gz", people)


def _write_imd_2025(path: Path, model: Model, rng: np.random.Generator) -> None:
    """Indices of Deprivation 2025: the crime score is the outcome, with the sign turned."""
    deprivation, n = model.city.deprivation, model.size.areas

    def related(level: float, slope: float, noise: float) -> Floats:
        return level + slope * deprivation + rng.normal(0, noise, n)

    scores = {
        "Index of Multiple Deprivation (IMD)": ("Score", related(34, 13, 3).clip(1)),
        "Income": ("Score (rate)", related(0.30, 0.08, 0.01).clip(0.01)),
        "Employment": ("Score (rate)", related(0.16, 0.04, 0.01).clip(0.01)),
        "Education, Skills and Training": ("Score", related(34, 9, 5).clip(0.5)),
        "Health Deprivation and Disability": ("Score", related(0.4, 0.6, 0.3)),
        "Crime": ("Score", -model.city.links.outcome),
        "Barriers to Housing and Services": ("Score", related(26, -1, 5).clip(0.5)),
        "Living Environment": ("Score", related(38, 5, 8).clip(0.5)),
    }
    table: dict[str, object] = {
        "LSOA code (2021)": model.lsoa21,
        "LSOA name (2021)": model.lsoa21_name,
        "Local Authority District code (2024)": DISTRICT,
        "Local Authority District name (2024)": CITY,
    }
    for name, (suffix, values) in scores.items():
        rank = _rank(values)
        table[f"{name} {suffix}"] = values.round(4)
        table[f"{name} Rank (where 1 is most deprived)"] = rank
        decile = f"{name} Decile (where 1 is most deprived 10% of LSOAs)"
        table[decile] = 1 + (rank - 1) * 10 // _ENGLAND
    write_table(path, table)


def _rank(values: Floats) -> Ints:
    """Rank from the highest, spread over all areas of England."""
    place = np.empty(len(values), dtype=np.int64)
    place[np.argsort(-values, kind="stable")] = np.arange(len(values))
    return 1 + place * _ENGLAND // len(values)


def _write_census(
    path: Path, model: Model, column: str, names: Iterable[str], counts: Ints
) -> None:
    n, kinds = counts.shape
    households = np.repeat(model.city.housing.households, kinds)
    write_table(
        path,
        {
            "lsoa21_code": np.repeat(model.lsoa21, kinds),
            "total_households": households,
            column: list(names) * n,
            "n": counts.ravel(),
            "prop": counts.ravel() / households,
        },
    )


def write_social_capital(folder: Path, model: Model, rng: np.random.Generator) -> None:
    """All files of the folder ``social_capital``."""
    need = (100 - 20 * model.city.links.social).round(2)
    overall = need.sum(axis=1).round(2)
    table: dict[str, object] = {
        "lsoa21_code": model.lsoa21,
        "lsoa21_name": model.lsoa21_name,
        "Community Needs Index 2023 Score": overall,
        "Community Needs Index 2023 Rank": _rank(overall),
    }
    for k, name in enumerate(("Civic Assets", "Connectedness", "Active and Engaged Community")):
        table[f"{name} Domain Score"] = need[:, k]
        table[f"{name} Domain Rank"] = _rank(need[:, k])
    table["Left Behind Area?"] = (overall > np.quantile(overall, 0.9)) & (
        model.city.deprivation > 0.5
    )
    write_table(folder / "cni2023_lsoa21_simulated.csv", table)
    _write_turnout(folder / "local_election_2022_ward_turnout_simulated.csv", model, rng)
    write_table(
        folder / "national_indicator_headlines_simulated.csv",
        {
            "indicator": [number for number, _, _ in _HEADLINES],
            "measure": [measure for _, measure, _ in _HEADLINES],
            "area": CITY,
            "period": 2008,
            "percent": [percent for _, _, percent in _HEADLINES],
            "survey": "simulated",
            "source_url": "",
            "note": "simulated: no survey was made",
        },
    )


def _write_turnout(path: Path, model: Model, rng: np.random.Generator) -> None:
    """Ward turnout, which rises with engagement."""
    members = np.bincount(model.areas.ward)
    engagement = np.bincount(model.areas.ward, weights=model.city.links.social[:, 2]) / members
    turnout = (29 + 5 * engagement + rng.normal(0, 2, len(members))).clip(12, 70).round(1)
    electorate = members * rng.integers(1000, 1250, len(members))
    write_table(
        path,
        {
            "COUNTYNAME": "Simulated County",
            "County code": "",
            "County name": "",
            "Local authority code": DISTRICT,
            "Local authority name": CITY,
            "Ward code": model.ward,
            "Ward name": model.ward_name,
            "Vacancies": np.where(members > members.mean(), 2, 1),
            "Type": "MB",
            "Electorate": [f"{voters:,}" for voters in electorate],
            "Turnout (%)": turnout,
            "Total votes": [
                f"{round(v * t / 100):,}" for v, t in zip(electorate, turnout, strict=True)
            ],
        },
    )


def write_coproduction(folder: Path, model: Model, rng: np.random.Generator) -> None:
    """All files of the folder ``coproduction``."""
    names, places = model.place_name, model.city.places
    _write_libraries(folder / "ace_libraries_2023_simulated.csv", model, rng)
    _write_clubs(folder / "casc_simulated.csv", model, rng)
    starts = ["" if start is None else str(start) for start in places.published]
    write_table(
        folder / "coproduction_sites_simulated.csv",
        {
            "place": names,
            "organisation": [f"{name} Neighbourhood Partnership" for name in names],
            "description_as_published": [
                "simulated: residents and services plan and run neighbourhood work together"
                + ("" if start else "; the year of the start is not recorded")
                for start in starts
            ],
            "start": starts,
            "end": "",
            "source_url": "simulated",
        },
    )
    members = np.flatnonzero(places.of_area >= 0)
    members = members[np.argsort(places.of_area[members], kind="stable")]
    write_table(
        folder / "place_areas_simulated.csv",
        {
            "place": [names[places.of_area[i]] for i in members],
            "geography": "lsoa21",
            "code": [model.lsoa21[i] for i in members],
            "name": [model.lsoa21_name[i] for i in members],
            "basis": "simulated",
        },
    )


def _write_clubs(path: Path, model: Model, rng: np.random.Generator) -> None:
    """Community amateur sports clubs at postcodes all over the city."""
    clubs = max(8, model.size.areas // 13)
    chosen = rng.choice(int(model.postcodes.live.sum()), clubs, replace=False)
    write_table(
        path,
        {
            "id": [f"GB-CASC-{number + 1:08x}" for number in range(clubs)],
            "name": [club_name(_ward_name(model, p), i) for i, p in enumerate(chosen)],
            "postcode": [model.postcodes.name[p] for p in chosen],
            "active": rng.uniform(size=clubs) < 0.94,
        },
    )


def _write_libraries(path: Path, model: Model, rng: np.random.Generator) -> None:
    """One library in about half of the wards; a few closed, a few run by their community."""
    count = max(4, model.size.wards // 2)
    wards = np.sort(rng.choice(model.size.wards, count, replace=False))
    ward_of = model.areas.ward[model.postcodes.area[model.postcodes.live]]
    postcode = [int(rng.choice(np.flatnonzero(ward_of == ward))) for ward in wards]
    fate = rng.permutation(["community", "community", "closed"] + ["LA"] * (count - 3))
    table = dict.fromkeys(_LIBRARY_COLUMNS, [""] * count)
    table |= {
        "reporting": [CITY] * count,
        "name": [f"{model.ward_name[ward]} Library" for ward in wards],
        "authority": [CITY] * count,
        "postcode": [model.postcodes.name[p] for p in postcode],
        "type": ["Static Library"] * count,
        "statutory_23": ["Yes" if kind == "LA" else "No" for kind in fate],
        "operation_23": [_OPERATION[kind] for kind in fate],
        "closed": ["2017" if kind == "closed" else "" for kind in fate],
        "opened": [str(year) for year in rng.integers(1890, 1995, count)],
        "operating_organisation": [
            f"{model.ward_name[ward]} Community Trust" if kind == "community" else "-"
            for ward, kind in zip(wards, fate, strict=True)
        ],
    }
    write_table(path, table)


def _ward_name(model: Model, postcode: int) -> str:
    ward = int(model.areas.ward[model.postcodes.area[postcode]])
    return model.ward_name[ward]
