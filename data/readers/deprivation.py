"""English Indices of Deprivation (Ministry of Housing and its predecessors), one row an LSOA."""

from __future__ import annotations

from pathlib import Path

from ..reading import Reading
from .area_tables import LSOA, Column, read_areas, require_percent

_LSOAS_2019 = 32_844
"""LSOAs (2011) in England: the lowest rank of the 2019 index."""
_MOST_DEPRIVED = " Rank (where 1 is most deprived)"
# Health, crime and most sub-domains are standardised to mean 0 and spread 1.
_Z = 6.0


def imd_2010(path: Path) -> Reading:
    """Index of Multiple Deprivation 2010: overall and seven domain scores by LSOA (2001).

    Returns columns ``lsoa01, imd, income, employment, health, education, barriers, crime,
    living_environment``; higher is more deprived; income and employment are shares 0-1.
    Source: English Indices of Deprivation 2010.
    """
    return read_areas(
        path,
        ("LSOA CODE", "lsoa01"),
        LSOA,
        {
            "IMD SCORE": Column("imd", 0, 100),
            "INCOME SCORE": Column("income", 0, 1),
            "EMPLOYMENT SCORE": Column("employment", 0, 1),
            "HEALTH DEPRIVATION AND DISABILITY SCORE": Column("health", -_Z, _Z),
            "EDUCATION SKILLS AND TRAINING SCORE": Column("education", 0, 100),
            "BARRIERS TO HOUSING AND SERVICES SCORE": Column("barriers", 0, 100),
            "CRIME AND DISORDER SCORE": Column("crime", -_Z, _Z),
            "LIVING ENVIRONMENT SCORE": Column("living_environment", 0, 100),
        },
    )


def imd_2015(path: Path) -> Reading:
    """Index of Multiple Deprivation 2015: overall score and six sub-domain scores by LSOA (2011).

    Returns columns ``lsoa11, imd, children, adult_skills, geographical_barriers, wider_barriers,
    indoors, outdoors``; higher is more deprived. Source: English Indices of Deprivation 2015,
    file 7.
    """
    return read_areas(
        path,
        ("LSOA code (2011)", "lsoa11"),
        LSOA,
        {
            "Index of Multiple Deprivation (IMD) Score": Column("imd", 0, 100),
            "Children and Young People Sub-domain Score": Column("children", -_Z, _Z),
            "Adult Skills Sub-domain Score": Column("adult_skills", 0, 1),
            "Geographical Barriers Sub-domain Score": Column("geographical_barriers", -_Z, _Z),
            "Wider Barriers Sub-domain Score": Column("wider_barriers", -_Z, 2 * _Z),
            "Indoors Sub-domain Score": Column("indoors", -_Z, _Z),
            "Outdoors Sub-domain Score": Column("outdoors", -_Z, _Z),
        },
    )


def imd_2019(path: Path) -> Reading:
    """Index of Multiple Deprivation 2019: ranks of the index and its domains by LSOA (2011).

    Returns columns ``lsoa11`` and ``imd_rank, income_rank, employment_rank, education_rank,
    health_rank, crime_rank, barriers_rank, living_environment_rank``; rank 1 is the most
    deprived in England. Source: English Indices of Deprivation 2019, file 2.
    """
    domains = {
        "Index of Multiple Deprivation (IMD)": "imd",
        "Income": "income",
        "Employment": "employment",
        "Education, Skills and Training": "education",
        "Health Deprivation and Disability": "health",
        "Crime": "crime",
        "Barriers to Housing and Services": "barriers",
        "Living Environment": "living_environment",
    }
    return read_areas(
        path,
        ("LSOA code (2011)", "lsoa11"),
        LSOA,
        {
            domain + _MOST_DEPRIVED: Column(f"{ours}_rank", 1, _LSOAS_2019)
            for domain, ours in domains.items()
        },
    )


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
