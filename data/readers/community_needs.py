"""Community Needs Index (OCSI and Local Trust): higher scores mean higher need."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ..reading import Reading
from .area_tables import LSOA, Column, read_areas, require_no_ranks

_LOW, _HIGH = -10.0, 1_000.0
"""England's scores run from -3.5 to 251; its ranks to 33,755."""


def cni_2023(path: Path) -> Reading:
    """Community Needs Index 2023: overall and three domain scores by LSOA (2021).

    Returns columns ``lsoa21, name, need, need_civic_assets, need_connectedness,
    need_engagement`` as published: index scores without unit, high score is high need.
    Source: OCSI and Local Trust, Community Needs Index 2023.
    """
    return _scores(
        path,
        ("lsoa21_code", "lsoa21"),
        LSOA,
        {
            "Community Needs Index 2023 Score": Column("need", _LOW, _HIGH),
            "Civic Assets Domain Score": Column("need_civic_assets", _LOW, _HIGH),
            "Connectedness Domain Score": Column("need_connectedness", _LOW, _HIGH),
            "Active and Engaged Community Domain Score": Column("need_engagement", _LOW, _HIGH),
        },
        {"lsoa21_name": "name"},
    )


def _scores(
    path: Path,
    key: tuple[str, str],
    code: tuple[str, str],
    scores: Mapping[str, Column],
    names: Mapping[str, str],
) -> Reading:
    reading = read_areas(path, key, code, scores, names)
    require_no_ranks(reading.frame, path, [column.name for column in scores.values()])
    return reading
