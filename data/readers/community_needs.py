"""Community Needs Index (OCSI and Local Trust): higher scores mean higher need."""

from __future__ import annotations

from pathlib import Path

from ..reading import Reading
from .area_tables import LSOA, WARD, Column, read_areas

_ANY = float("inf")


def cni_2023(path: Path) -> Reading:
    """Community Needs Index 2023: overall and three domain scores by LSOA (2021).

    Returns columns ``lsoa21, name, need, need_civic_assets, need_connectedness,
    need_engagement`` as published: index scores without unit, high score is high need.
    Source: OCSI and Local Trust, Community Needs Index 2023.
    """
    return read_areas(
        path,
        ("lsoa21_code", "lsoa21"),
        LSOA,
        {
            "Community Needs Index 2023 Score": Column("need", -_ANY, _ANY),
            "Civic Assets Domain Score": Column("need_civic_assets", -_ANY, _ANY),
            "Connectedness Domain Score": Column("need_connectedness", -_ANY, _ANY),
            "Active and Engaged Community Domain Score": Column("need_engagement", -_ANY, _ANY),
        },
        {"lsoa21_name": "name"},
    )


def cni_2019(path: Path) -> Reading:
    """Community Needs Index 2019: overall and three domain scores by ward (2017).

    Returns columns ``ward17, name, need, need_civic_assets, need_connectedness,
    need_engagement`` as published: index scores without unit, high score is high need.
    Source: OCSI and Local Trust, Community Needs Index 2019.
    """
    return read_areas(
        path,
        ("ward17_code", "ward17"),
        WARD,
        {
            "Community Needs Index score": Column("need", -_ANY, _ANY),
            "Civic Assets score": Column("need_civic_assets", -_ANY, _ANY),
            "Connectedness score": Column("need_connectedness", -_ANY, _ANY),
            "Engaged community score": Column("need_engagement", -_ANY, _ANY),
        },
        {"ward17_name": "name"},
    )
