"""What is planted in a simulated city: its size, its coefficients and the record of its truth."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

VERSION = 4
"""Raised whenever the same seed gives other bytes, so that no old city is reused."""

CITY = "Simulated City"
DISTRICT = "E08900001"
DOMAINS = ("civic_assets", "connectedness", "engagement")
EXPOSURE_RULE = "exposed from the year after the year of the start"


@dataclass(frozen=True, slots=True)
class CitySize:
    """How large a city is made; the sizes not given follow from these."""

    areas: int = 640
    """Lower layer areas of 2021."""
    middle_areas: int = 130
    wards: int = 69
    sales: int = 300_000
    first_year: int = 1995
    last_year: int = 2024

    def __post_init__(self) -> None:
        if not 3 * self.wards <= self.areas or not 2 * self.middle_areas <= self.areas:
            raise ValueError("a city needs at least 3 areas a ward and 2 a middle area")
        if self.first_year > 1998 or self.last_year < 2012:
            raise ValueError("the years must span 1998 to 2012, in which the programmes start")

    @property
    def sectors(self) -> int:
        """Postcode sectors: as many as middle areas, but not the same."""
        return self.middle_areas

    @property
    def postcodes(self) -> int:
        """Live postcodes."""
        return 19 * self.areas

    @property
    def dwellings(self) -> int:
        """Dwellings that may be sold, some of them several times."""
        return self.sales * 5 // 6

    @property
    def places(self) -> int:
        """Places whose programme starts at a known date inside the data."""
        return max(4, round(self.areas / 53))

    @property
    def years(self) -> int:
        """Number of years with sales."""
        return self.last_year - self.first_year + 1


FULL = CitySize()
SMALL = CitySize(areas=120, middle_areas=24, wards=13, sales=20_000)


@dataclass(frozen=True, slots=True)
class Planted:
    """The coefficients of the process, before standardisation within the city."""

    social_capital: tuple[float, float, float] = (0.02, 0.03, 0.015)
    """Log points of price a standard deviation of each domain, in the order of `DOMAINS`."""
    coproduction: float = 0.03
    """Log points of price of an active programme, social capital held equal."""
    coproduction_on_outcome: float = 0.5
    coproduction_on_social_capital: tuple[float, float, float] = (0.4, 0.35, 0.5)
    outcome_on_social_capital: tuple[float, float, float] = (0.25, 0.2, 0.15)
    deprivation: float = -0.12
    """Log points of price a standard deviation of deprivation: the confounder of levels."""
    deprivation_on_social_capital: float = -0.5
    deprivation_on_outcome: float = -0.4
    owned_share: float = 0.06
    """Log points of price a standard deviation of the share of owner-occupiers."""
    ward_sd: float = 0.08
    spatial_rho: float = 0.5
    spatial_sd: float = 0.07
    shock_sd: float = 0.03
    dwelling_sd: float = 0.22


PLANTED = Planted()


@dataclass(frozen=True, slots=True)
class PlaceTruth:
    """One place of coproduction: its areas, its true start, and the start that is published."""

    name: str
    lsoa21: tuple[str, ...]
    started: int
    published_start: int | None


@dataclass(frozen=True, slots=True)
class Truth:
    """The planted effects of a city in the units in which a study estimates them.

    Social capital is measured in standard deviations over all areas of the sign-flipped domain
    score of the Community Needs Index, the outcome in standard deviations of the sign-flipped
    crime score of the Indices of Deprivation 2025, prices in log points.
    """

    version: int
    seed: int
    city: str
    district: str
    size: CitySize
    social_capital_on_price: Mapping[str, float]
    """Log points a standard deviation of each domain, the others held equal."""
    coproduction_on_price: float
    """Log points of an active programme, social capital held equal (cross-section)."""
    coproduction_total: float
    """Log points of an active programme with all that it does through social capital: what the
    panel recovers, and the cross-section without social capital."""
    coproduction_on_outcome: float
    """Standard deviations of the outcome."""
    outcome_on_social_capital: Mapping[str, float]
    """Standard deviations of a domain a standard deviation of the outcome, programme held equal."""
    coproduction_on_social_capital: Mapping[str, float]
    """Standard deviations of a domain, all that a programme does, through the outcome or not."""
    coproduction_on_social_capital_direct: Mapping[str, float]
    """As above with the outcome held equal."""
    deprivation_on_price: float
    """Log points a standard deviation of deprivation (income deprivation is linear in it)."""
    owned_share_on_price: float
    """Log points a standard deviation of the share owned (outright, with a mortgage, or shared)."""
    property_type_on_price_per_sqm: Mapping[str, float]
    """Log points against a terraced house."""
    reference_floor_area: float
    """Square metres of the dwelling whose prices ``truth_area_prices.csv.gz`` holds: terraced, not
    new, freehold."""
    spatial_rho: float
    exposure_rule: str
    places: tuple[PlaceTruth, ...] = field(default=())

    def write(self, path: Path) -> None:
        """The record as JSON."""
        path.write_text(json.dumps(asdict(self), indent=2) + "\n", encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> Truth:
        """The record that `write` wrote; a city folder holds it as ``truth.json``."""
        record: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        record["size"] = CitySize(**record["size"])
        record["places"] = tuple(
            PlaceTruth(**{**place, "lsoa21": tuple(place["lsoa21"])}) for place in record["places"]
        )
        return cls(**record)
