"""Where and when services were coproduced: transcribed sites, and the areas they lie in."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from ..errors import DataError, first_values
from ..reading import Reading, pick, read_text_table, require_codes, require_unique
from .area_tables import LSOA, WARD, gathered

_SITES = {
    "place": "place",
    "organisation": "organisation",
    "description_as_published": "description",
    "start": "start",
    "end": "end",
    "source_url": "source_url",
}
_AREAS = ("place", "geography", "code", "name", "basis")
_CODES = {"ward22": WARD, "lsoa21": LSOA}


def coproduction_sites(path: Path) -> Reading:
    """Neighbourhood agencies and programmes, one row a place and organisation.

    Returns columns ``place, organisation, description, start_earliest, start_latest, end,
    source_url``; the years are missing where no page gives them. A start of "1994-1996" is
    known to lie between the two. A row of the file that names several places, parted by
    semicolons, gives one row for each. Source: the pages named in each row.
    """
    frame = pick(read_text_table(path), path, _SITES)
    start, end = frame["start"].str.strip(), frame["end"].str.strip()
    with gathered() as check:
        with check():
            year = "a year, or two years with a hyphen, or blank"
            require_codes(frame.assign(start=start), path, "start", "([0-9]{4}(-[0-9]{4})?)?", year)
        with check():
            require_codes(frame.assign(end=end), path, "end", "([0-9]{4})?", "a year or blank")
        with check():
            require_unique(frame, path, ["place", "organisation"])
    years = start.str.split("-", expand=True).reindex(columns=[0, 1])
    frame["start_earliest"] = pd.to_numeric(years[0], errors="coerce")
    frame["start_latest"] = pd.to_numeric(years[1], errors="coerce").fillna(frame["start_earliest"])
    frame["end"] = pd.to_numeric(end, errors="coerce")
    _require_order(frame, path)
    columns = ["place", "organisation", "description", "start_earliest", "start_latest", "end"]
    tidy = frame.assign(place=frame["place"].str.split(r"\s*;\s*", regex=True)).explode("place")
    return Reading.of(tidy[[*columns, "source_url"]].reset_index(drop=True), frame)


def place_areas(path: Path) -> Reading:
    """The statistical areas that stand for a place, one row a place and area.

    Returns columns ``place, geography, code, name, basis``; geography is ``ward22`` or
    ``lsoa21``, basis says how firm the match is. A place without a row is not placed.
    Source: this project's table, or the data folder's own.
    """
    frame = pick(read_text_table(path), path, {name: name for name in _AREAS})
    with gathered() as check:
        with check():
            require_codes(frame, path, "geography", "|".join(_CODES), " or ".join(_CODES))
        for geography, code in _CODES.items():
            with check():
                rows = frame[frame["geography"] == geography]
                require_codes(rows, path, "code", *code)
        with check():
            require_unique(frame, path, ["place", "code"])
    return Reading.of(frame, frame)


def _require_order(frame: pd.DataFrame, path: Path) -> None:
    backwards = (frame["start_latest"] < frame["start_earliest"]) | (
        frame["end"] < frame["start_earliest"]
    )
    if backwards.any():
        raise DataError(
            f"{path.name}, columns 'start' and 'end': {int(backwards.sum())} rows end before they "
            f"start: {first_values(frame.loc[backwards, 'organisation'].tolist())}. "
            "Correct the years."
        )
