"""Names from data that the report prints: whether its fonts can set them."""

from __future__ import annotations

import pandas as pd

from ..data.catalogue import DataFolder
from ..data.checks import Check
from ..data.errors import first_values
from .letters import cannot_be_set

PRINTED = (
    "lsoa21_ward22",
    "national_indicators",
    "libraries",
    "sports_clubs",
    "coproduction_sites",
    "coproduction_events",
    "survey",
)
"""The sources whose texts stand in tables, figures and sentences."""


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
