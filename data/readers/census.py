"""Census tables of households by LSOA (2021), long layout."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from ..errors import DataError, first_values
from ..reading import Reading, pick, read_text_table, require_codes, require_unique, to_numbers
from .area_tables import LSOA, gathered, require_between

_TENURE = {
    "Owned: Owns outright": "owned_outright",
    "Owned: Owns with a mortgage or loan": "owned_mortgage",
    "Shared ownership: Shared ownership": "shared_ownership",
    "Social rented: Rents from council or Local Authority": "social_council",
    "Social rented: Other social rented": "social_other",
    "Private rented: Private landlord or letting agency": "private_landlord",
    "Private rented: Other private rented": "private_other",
    "Lives rent free": "rent_free",
}
_ACCOMMODATION = {
    "Detached": "detached",
    "Semi-detached": "semi_detached",
    "Terraced": "terraced",
    "In a purpose-built block of flats or tenement": "purpose_built_flat",
    "Part of a converted or shared house, including bedsits": "converted_house",
    "Part of another converted building, for example, former school, church or warehouse": (
        "converted_building"
    ),
    "In a commercial building, for example, in an office building, hotel or over a shop": (
        "commercial_building"
    ),
    "A caravan or other mobile or temporary structure": "caravan",
}


def census_2021_tenure(path: Path) -> Reading:
    """Households by tenure, one row an LSOA (2021).

    Returns columns ``lsoa21, households, owned_outright, owned_mortgage, shared_ownership,
    social_council, social_other, private_landlord, private_other, rent_free``; all but the
    first two are shares (0-1) of households. Source: Census 2021, table TS054.
    """
    return _shares(path, "tenure", _TENURE)


def census_2021_accommodation(path: Path) -> Reading:
    """Households by accommodation type, one row an LSOA (2021).

    Returns columns ``lsoa21, households, detached, semi_detached, terraced, purpose_built_flat,
    converted_house, converted_building, commercial_building, caravan``; all but the first two
    are shares (0-1) of households. Source: Census 2021, table TS044.
    """
    return _shares(path, "type", _ACCOMMODATION)


def census_households(path: Path) -> Reading:
    """Households of each LSOA (2021) at every census, carried there by a third party.

    Returns columns ``lsoa21, year, households``: fractions of households where an area of the
    census was divided by its postcodes, zero where nobody lived. The table's other counts (owners,
    persons of a certain age) are not read.
    """
    raw = read_text_table(path)
    columns = {"lsoa21": "lsoa21", "year": "year", "total_households": "households"}
    frame = pick(raw, path, columns)
    with gathered() as check:
        with check():
            require_codes(frame, path, "lsoa21", *LSOA)
        with check():
            require_codes(frame, path, "year", "[12][0-9]{3}", "a year")
        with check():
            frame = to_numbers(frame, path, ["households"])
            require_between(frame, path, ["households"], 0, math.inf)
        with check():
            require_unique(frame, path, ["lsoa21", "year"])
    return Reading.of(frame.astype({"year": int}), raw)


def _shares(path: Path, category: str, names: Mapping[str, str]) -> Reading:
    """Turn one row an area and category into one row an area."""
    layout = {"lsoa21_code": "lsoa21", "total_households": "households", category: "category"}
    frame = pick(read_text_table(path), path, {**layout, "n": "n"})
    with gathered() as check:
        with check():
            require_codes(frame, path, "lsoa21", *LSOA)
        with check():
            _require_known(frame, path, category, names)
        with check():
            frame = to_numbers(frame, path, ["households", "n"])
        with check():
            require_unique(frame, path, ["lsoa21", "category"])
    _require_whole(frame, path, names)
    counts = frame.pivot(index="lsoa21", columns="category", values="n")[list(names)]
    households = frame.groupby("lsoa21")["households"].first()
    wide = counts.rename(columns=dict(names)).div(households, axis=0)
    wide.insert(0, "households", households)
    return Reading.of(wide.rename_axis(columns=None).reset_index(), frame)


def _require_known(frame: pd.DataFrame, path: Path, column: str, names: Mapping[str, str]) -> None:
    unknown = sorted(set(frame["category"]) - set(names))
    if unknown:
        raise DataError(
            f"{path.name}, column '{column}': unknown {first_values(unknown)}. "
            f"Expected {first_values(list(names), len(names))}. Has the table another layout?"
        )


def _require_whole(frame: pd.DataFrame, path: Path, names: Mapping[str, str]) -> None:
    """Every area has every category once, one positive total, and counts that sum to it."""
    areas = frame.groupby("lsoa21")
    total, sums = areas["households"].first(), areas["n"].sum()
    faults = [
        f"{path.name}: {len(bad)} of {len(total)} areas {what}: {first_values(bad)}. {mend}"
        for what, wrong, mend in (
            (
                f"lack one of the {len(names)} categories",
                areas.size() != len(names),
                "Expected one row for each category, zeros included; download the table again.",
            ),
            (
                "have several totals, or a total of no households",
                (areas["households"].nunique() != 1) | (total <= 0),
                "Expected one positive 'total_households' an area.",
            ),
            (
                "have counts that do not sum to 'total_households'",
                sums != total,
                "Expected every household in one category; correct these areas.",
            ),
            (
                "have a negative count",
                areas["n"].min() < 0,
                "Expected counts of zero or more in column 'n'; correct these areas.",
            ),
        )
        if (bad := total.index[wrong].tolist())
    ]
    if faults:
        raise DataError(faults)
