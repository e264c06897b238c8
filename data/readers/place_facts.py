"""Dated facts of recorded places, written by those who know them."""

from __future__ import annotations

from pathlib import Path

from ..errors import DataError
from ..reading import Reading, pick, read_text_table, require_codes, require_unique, to_numbers

_COLUMNS = ("place", "year_from", "year_to", "fact", "source", "verified")


def place_facts(path: Path) -> Reading:
    """What happened in a place, one row a fact.

    Returns
    -------
    Reading
        ``place, year_from, year_to`` (missing: not known, or not over), ``fact`` (what could move
        prices without coproduction opens with "Confounder:"), ``source`` (pages), ``verified``
        (whether the page was opened).
    """
    raw = read_text_table(path)
    frame = pick(raw, path, {name: name for name in _COLUMNS})
    require_codes(frame, path, "verified", "yes|no", "yes or no")
    for column in ("place", "fact", "source"):
        require_codes(frame, path, column, r"(?s).*\S.*", "words")
    require_unique(frame, path, ["place", "year_from", "fact"])
    frame = to_numbers(frame, path, ["year_from", "year_to"], blank=("",))
    if (frame["year_to"] < frame["year_from"]).any():
        raise DataError(f"{path.name}: a year_to lies before its year_from. Exchange the two.")
    frame["verified"] = frame["verified"] == "yes"
    return Reading(frame, len(raw), len(frame))
