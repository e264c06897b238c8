"""What a column means: a measure knows its words, its source, its direction and its role."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from .reference_tables import variables

DEVIATIONS = "standard deviations"
"""Unit of a column that is a z-score over the areas of the city."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One column of the tables of a study, as ``reference/variables.csv`` declares it."""

    column: str
    words: str
    """As a heading writes it."""
    in_sentence: str
    """As the middle of a sentence writes it."""
    made_of: str
    """What its publisher counts in it; blank where the words say it."""
    unit: str
    source: str
    """Id of the catalogued source that it is drawn from."""
    role: str
    downstream_of: str
    """What of the model it is a result of; blank if of nothing."""
    higher_means: str
    note: str

    @property
    def key(self) -> str:
        """What names it in a path of findings."""
        return self.column


@cache
def measures() -> Mapping[str, Measure]:
    """All declared measures by column."""
    return {
        row["column"]: Measure(
            column=row["column"],
            words=row["words"],
            in_sentence=row["in_sentence"] or _in_sentence(row["words"]),
            made_of=row["made_of"],
            unit=row["unit"],
            source=row["source_id"],
            role=row["role"],
            downstream_of=row["downstream_of"],
            higher_means=row["higher_means"],
            note=row["note"],
        )
        for row in variables().to_dict("records")
    }


def measure(column: str) -> Measure:
    """The measure of a column.

    Raises
    ------
    KeyError
        The column is not declared.
    """
    return measures()[column]


def source_of(column: str) -> str:
    """The id of the source of a declared column; blank for a column that is not declared.

    What is made of a column has its source: a part of it (``owned.within``), the neighbours' mean
    (``lag_owned``).

    >>> source_of("owned.within") == source_of("lag_owned") == source_of("owned")
    True
    """
    found = measures().get(column.removeprefix("lag_").partition(".")[0])
    return found.source if found else ""


def _in_sentence(words: str) -> str:
    return words[:1].lower() + words[1:]
