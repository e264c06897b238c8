"""Fictitious names: wards, places, streets and the people who run things there."""

from __future__ import annotations

import numpy as np

_FIRST = (
    "Larch", "Willow", "Rowan", "Elder", "Copper", "Silver", "Heather", "Otter", "Heron", "Barley",
    "Swallow", "Mallow", "Sorrel", "Juniper", "Sedge", "Teasel", "Campion", "Linnet", "Plover",
    "Yarrow", "Aspen", "Clover", "Tansy",
)  # fmt: skip
_SECOND = (
    "grove", "brook", "field", "ford", "mead", "wick", "bury", "hurst", "dene", "gate", "moor",
    "well", "bank", "croft",
)  # fmt: skip
_STREETS = (
    "ROAD", "STREET", "AVENUE", "LANE", "CLOSE", "DRIVE", "GROVE", "CRESCENT",
)  # fmt: skip
_CLUBS = (
    "Cricket Club", "Football Club", "Bowls Club", "Hockey Club", "Rugby Club", "Athletics Club",
)  # fmt: skip


def area_names(count: int, rng: np.random.Generator) -> list[str]:
    """Different names of wards and places, such as Larchgrove or Copperbrook."""
    names = [first + second for first in _FIRST for second in _SECOND if second[0] != first[-1]]
    return [names[i] for i in rng.permutation(len(names))[:count]]


def street_names(count: int, rng: np.random.Generator) -> list[str]:
    """Street names in capitals; several postcodes may share one."""
    first, second, kind = (
        rng.integers(0, len(words), count) for words in (_FIRST, _SECOND, _STREETS)
    )
    return [
        f"{_FIRST[i]}{_SECOND[j]} {_STREETS[k]}".upper()
        for i, j, k in zip(first, second, kind, strict=True)
    ]


def club_name(area: str, number: int) -> str:
    """The name of a sports club."""
    return f"{area} {_CLUBS[number % len(_CLUBS)]}"
