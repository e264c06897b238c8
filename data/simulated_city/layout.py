"""The publishers' codes and names for the parts of a simulated city."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .geography import Areas
from .names import area_names
from .postcodes import Postcodes
from .process import City
from .sales import Dwellings, Sales
from .truth import CITY, CitySize


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """A whole city before it is written, with its codes and names."""

    size: CitySize
    areas: Areas
    postcodes: Postcodes
    city: City
    dwellings: Dwellings
    sales: Sales
    lsoa21: list[str]
    lsoa21_name: list[str]
    lsoa11: list[str]
    """Code of 2011 of each area of 2021 (the halves of a split one share it)."""
    lsoa11_name: list[str]
    msoa: list[str]
    msoa_name: list[str]
    ward: list[str]
    ward_name: list[str]
    place_name: list[str]


def name_model(
    size: CitySize,
    areas: Areas,
    postcodes: Postcodes,
    city: City,
    dwellings: Dwellings,
    sales: Sales,
    rng: np.random.Generator,
) -> Model:
    """Give the parts of a city their codes and names."""
    names = area_names(size.wards + len(city.places.started), rng)
    msoa_name = [f"{CITY} {number + 1:03d}" for number in range(size.middle_areas)]
    seen = [0] * size.middle_areas
    lsoa21_name = []
    for middle in areas.middle:
        lsoa21_name.append(f"{msoa_name[middle]}{chr(ord('A') + seen[middle])}")
        seen[middle] += 1
    lsoa21 = [f"E019{number + 1:05d}" for number in range(size.areas)]
    first = np.unique(city.parent, return_index=True)[1][city.parent]
    lsoa11 = [f"E0195{first[i] + 1:04d}" if city.split[i] else lsoa21[i] for i in range(size.areas)]
    return Model(
        size, areas, postcodes, city, dwellings, sales,
        lsoa21=lsoa21,
        lsoa21_name=lsoa21_name,
        lsoa11=lsoa11,
        lsoa11_name=[lsoa21_name[i] for i in first],
        msoa=[f"E029{number + 1:05d}" for number in range(size.middle_areas)],
        msoa_name=msoa_name,
        ward=[f"E059{number + 1:05d}" for number in range(size.wards)],
        ward_name=names[: size.wards],
        place_name=names[size.wards :],
    )  # fmt: skip
