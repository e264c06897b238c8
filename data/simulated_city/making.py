"""From a seed to a model of the city, its files and its truth."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from .area_files import write_coproduction, write_covariates, write_social_capital
from .area_prices import reference_floor_area
from .geography import Floats, make_areas
from .layout import Model, name_model
from .place_files import write_geography
from .postcodes import make_postcodes
from .price_files import write_prices, write_single_sales
from .process import make_process
from .sales import PER_SQM, make_dwellings, make_sales
from .truth import (
    CITY,
    DISTRICT,
    DOMAINS,
    EXPOSURE_RULE,
    PLANTED,
    VERSION,
    CitySize,
    PlaceTruth,
    Planted,
    Truth,
)


def make_model(
    seed: int, size: CitySize, plant: Planted = PLANTED
) -> tuple[Model, np.random.Generator]:
    """The whole city, and the generator from which its files draw what is left to draw."""
    rng = np.random.default_rng(seed)
    areas = make_areas(size, rng)
    postcodes = make_postcodes(areas, size, rng)
    city = make_process(areas, size, plant, rng)
    dwellings = make_dwellings(city, postcodes, size, rng)
    sales = make_sales(city, postcodes, dwellings, size, plant, rng)
    return name_model(size, areas, postcodes, city, dwellings, sales, rng), rng


def write_model(
    folder: Path, model: Model, rng: np.random.Generator, *, single_sales: bool = True
) -> None:
    """Every data file of the city; those of single sales, the slowest, on request."""
    if single_sales:
        write_single_sales(folder / "prices", model, rng)
    write_prices(folder / "prices", model)
    write_geography(folder / "geography", model, rng)
    write_covariates(folder / "covariates", model, rng)
    write_social_capital(folder / "social_capital", model, rng)
    write_coproduction(folder / "coproduction", model, rng)


def truth_of(model: Model, seed: int, plant: Planted = PLANTED) -> Truth:
    """The planted effects in the units of a study."""
    links = model.city.links
    return Truth(
        version=VERSION,
        seed=seed,
        city=CITY,
        district=DISTRICT,
        size=model.size,
        social_capital_on_price=dict(zip(DOMAINS, plant.social_capital, strict=True)),
        coproduction_on_price=plant.coproduction,
        coproduction_total=model.city.total_effect,
        coproduction_on_outcome=links.outcome_effect,
        outcome_on_social_capital=_by_domain(links.outcome_on_social),
        coproduction_on_social_capital=_by_domain(links.total_on_social),
        coproduction_on_social_capital_direct=_by_domain(links.direct_on_social),
        deprivation_on_price=plant.deprivation,
        owned_share_on_price=plant.owned_share,
        property_type_on_price_per_sqm=PER_SQM,
        reference_floor_area=reference_floor_area(model),
        spatial_rho=plant.spatial_rho,
        exposure_rule=EXPOSURE_RULE,
        places=_places(model),
    )


def _by_domain(values: Floats) -> dict[str, float]:
    return dict(zip(DOMAINS, values.tolist(), strict=True))


def _places(model: Model) -> tuple[PlaceTruth, ...]:
    places = model.city.places
    return tuple(
        PlaceTruth(
            name=name,
            lsoa21=tuple(model.lsoa21[i] for i in np.flatnonzero(places.of_area == place)),
            started=int(places.started[place]),
            published_start=places.published[place],
        )
        for place, name in enumerate(model.place_name)
    )
