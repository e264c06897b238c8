"""Census tables of households by LSOA (2021), long or as Nomis gives them."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping
from itertools import islice
from pathlib import Path

import pandas as pd

from ..errors import DataError, first_values
from ..opening import file_text
from ..reading import (
    Reading,
    pick,
    read_text_table,
    require_codes,
    require_unique,
    require_years,
    to_numbers,
)
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
_ALL = "Total: All households"
_NOMIS_CODE = frozenset({"geography code", "mnemonic"})
"""What the column of codes is called in Nomis's bulk files, and in its queries."""
_NOTE = 2
"""Fields of a note below the areas of a query."""
_TITLES = 12
"""Lines among which the header is looked for."""
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
    return _shares(path, "tenure", _TENURE, "Tenure of household: ")


def census_2021_accommodation(path: Path) -> Reading:
    """Households by accommodation type, one row an LSOA (2021).

    Returns columns ``lsoa21, households, detached, semi_detached, terraced, purpose_built_flat,
    converted_house, converted_building, commercial_building, caravan``; all but the first two
    are shares (0-1) of households. Source: Census 2021, table TS044.
    """
    return _shares(path, "type", _ACCOMMODATION, "Accommodation type: ")


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
            require_years(frame, path, "year")
        with check():
            frame = to_numbers(frame, path, ["households"])
            require_between(frame, path, ["households"], 0, math.inf)
        with check():
            require_unique(frame, path, ["lsoa21", "year"])
    return Reading.of(frame.astype({"year": int}), raw)


def _shares(path: Path, category: str, names: Mapping[str, str], variable: str) -> Reading:
    """Turn one row an area and category into one row an area, or read it as Nomis gives it."""
    head, areas, others = _nomis_table(path)
    if head:
        frame = _long(pd.DataFrame(areas, columns=_plain(head, variable)), path, names)
        wide = _wide(frame, path, category, names)
        lost = {"lines of titles and notes": others} if others else {}
        return Reading(wide, len(areas) + others, len(areas), lost)
    layout = {"lsoa21_code": "lsoa21", "total_households": "households", category: "category"}
    frame = pick(read_text_table(path), path, {**layout, "n": "n"})
    return Reading.of(_wide(frame, path, category, names), frame)


def _nomis_table(path: Path) -> tuple[list[str], list[list[str]], int]:
    """Header and areas of a table in a layout of Nomis, and the number of its other lines.

    The bulk file has one header; a query has lines of titles above its own and notes below the
    areas. Without a header of either kind all is empty.
    """
    lines = (line for line in csv.reader(io.StringIO(file_text(path))) if any(line))
    for above, head in enumerate(islice(lines, _TITLES)):
        if not _NOMIS_CODE.isdisjoint(head):
            below = list(lines)
            areas = [line for line in below if len(line) > _NOTE]
            if cut := [line[0] for line in areas if len(line) != len(head)]:
                raise DataError(
                    f"{path.name}: {len(cut)} of {len(areas)} areas have not the {len(head)} "
                    f"fields of the header: {first_values(cut)}. Download the table again."
                )
            return head, areas, above + len(below) - len(areas)
    return [], [], 0


def _plain(head: list[str], variable: str) -> list[str]:
    """Names of columns as queries give them: without the variable before, in the bulk file."""
    return ["code" if name in _NOMIS_CODE else name.removeprefix(variable) for name in head]


def _long(table: pd.DataFrame, path: Path, names: Mapping[str, str]) -> pd.DataFrame:
    """One row an area and category, as the long layout is."""
    wide = pick(
        table, path, {"code": "lsoa21", _ALL: "households", **{name: name for name in names}}
    )
    return wide.melt(["lsoa21", "households"], var_name="category", value_name="n")


def _wide(frame: pd.DataFrame, path: Path, category: str, names: Mapping[str, str]) -> pd.DataFrame:
    with gathered() as check:
        with check():
            require_codes(frame, path, "lsoa21", "[EW]01[0-9]{6}", "an LSOA code")
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
    return wide.rename_axis(columns=None).reset_index()


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
