"""Names from data: whether the fonts can set them, and whether a passage speaks of a known one."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from ..analysis.checks import MoreChecks
from ..data import tables
from ..data.catalogue import DataFolder
from ..data.checks import Check
from ..data.errors import DataError, first_values
from ..data.record_checks import check_names, place_key
from .letters import cannot_be_set
from .passages import ABOUT_A_PLACE
from .publisher_texts import PublisherTexts

PRINTED = (
    "lsoa21_ward22",
    "national_indicators",
    "libraries",
    "sports_clubs",
    "coproduction_sites",
    "coproduction_events",
    "dated_activity",
    "grants_360giving",
    "survey",
)
"""The sources whose texts stand in tables, figures and sentences."""


def check_printed(texts: PublisherTexts) -> MoreChecks:
    """The checks of what a page takes from the data, for a study with these texts."""
    return lambda folder: [*check_letters(folder), *_check_passages(texts, folder)]


def _check_passages(texts: PublisherTexts, folder: DataFolder) -> Iterable[Check]:
    """A passage about a place is about one on record."""
    about = [name for name in texts.passages if name.startswith(ABOUT_A_PLACE)]
    try:
        places = set(tables.programmes(folder)["place"]) if about else set()
    except DataError:  # told by the check of the record
        return []
    known = sorted(ABOUT_A_PLACE + place_key(place) for place in places)
    return check_names({"passages": about}, known, "about a place on record")


def check_letters(folder: DataFolder) -> list[Check]:
    """One check for each of these sources that has been read."""
    checks = []
    for source in (item.source for item in folder.provenance if item.source.id in PRINTED):
        faults = "; ".join(_faults(folder.read(source.id)))
        sentence = f"the texts of '{source.title}' can be set in the report's fonts"
        checks.append(Check(source.id, sentence, not faults, faults))
    return checks


def _faults(frame: pd.DataFrame) -> list[str]:
    texts = {
        column: [value for value in frame[column].unique() if isinstance(value, str)]
        for column in frame.select_dtypes(exclude=["number", "bool"])
    }
    return [
        f"column '{column}': the fonts cannot set {lacking}, as in "
        f"{first_values([value for value in values if cannot_be_set(value)])}. Write these in "
        "Latin letters"
        for column, values in texts.items()
        if (lacking := cannot_be_set("".join(values)))
    ]
