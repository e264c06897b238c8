"""English Indices of Deprivation (Ministry of Housing and its predecessors), one row an LSOA."""

from __future__ import annotations

from pathlib import Path

from ..reading import Reading
from .area_tables import LSOA, Column, read_areas, require_percent

# Health, crime and most sub-domains are standardised to mean 0 and spread 1.
_Z = 6.0


def imd_2019_scores(path: Path) -> Reading:
    """Index of Multiple Deprivation 2019: overall score, income and employment by LSOA (2011).

    Returns columns ``lsoa11, imd, income, employment``; higher is more deprived; income and
    employment are percentages, as in the file. Source: mySociety's composite UK index, from
    English Indices of Deprivation 2019, file 5.
    """
    reading = read_areas(
        path,
        ("lsoa", "lsoa11"),
        LSOA,
        {
            "overall_local_score": Column("imd", 0, 100),
            "income_score": Column("income", 0, 100),
            "employment_score": Column("employment", 0, 100),
        },
    )
    for column in ("income", "employment"):
        require_percent(reading.frame, path, column)
    return reading


def imd_2025(path: Path) -> Reading:
    """Index of Multiple Deprivation 2025: overall and seven domain scores by LSOA (2021).

    Returns columns ``lsoa21, imd, income, employment, education, health, crime, barriers,
    living_environment``; higher is more deprived; income and employment are shares 0-1.
    Source: English Indices of Deprivation 2025, file 7.
    """
    return read_areas(
        path,
        ("LSOA code (2021)", "lsoa21"),
        LSOA,
        {
            "Index of Multiple Deprivation (IMD) Score": Column("imd", 0, 100),
            "Income Score (rate)": Column("income", 0, 1),
            "Employment Score (rate)": Column("employment", 0, 1),
            "Education, Skills and Training Score": Column("education", 0, 100),
            "Health Deprivation and Disability Score": Column("health", -_Z, _Z),
            "Crime Score": Column("crime", -_Z, _Z),
            "Barriers to Housing and Services Score": Column("barriers", 0, 100),
            "Living Environment Score": Column("living_environment", 0, 100),
        },
    )
