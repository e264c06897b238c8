"""A model's message as a clause of the report."""

from __future__ import annotations

import re

from ..data.measures import measures
from ..models.specification import NotEstimable

COLUMNS = {
    "ward22": "ward",
    "ward22s": "wards",
    "msoa21": "middle area",
    "lsoa21": "small area",
    "place_or_ward": "place or ward",
    "exposure": "the share of a sector in places that have started",
    "log_price": "the log of the mean price",
}
"""Words of the columns that no study may choose; the others are declared."""
ABOUT = (
    "specification|path|decomposition of|system|index|reliability|factor model|ranks|"
    "variance shares|neighbours|Moran|beta convergence|sigma convergence"
)
"""What the models name before the fault."""


def first_reason(fault: NotEstimable) -> str:
    """The first of the reasons that a model gives, in words: the others most often follow."""
    return in_words(str(fault).split("; ")[0])


def in_words(message: str) -> str:
    """A message without dotted names, columns by their words.

    Examples
    --------
    >>> in_words("specification a.b: owned is an instrument and also a control")
    'homes owned is an instrument and also a control'
    >>> in_words("specification a.b: owned.between does not vary within ward22")
    'homes owned (between wards) does not vary within ward'
    """
    clause = re.sub(rf"^({ABOUT})( [\w.]+)*: ", "", message)
    clause = re.sub(r"\b(\w+)\.between\b", r"\1 (between wards)", clause)
    clause = re.sub(r"\b(\w+)\.within\b", r"\1 (inside wards)", clause)
    clause = re.sub(r"\blag_(\w+)", r"the neighbours' \1", clause)
    known = {name: one.words for name, one in measures().items()} | COLUMNS
    longest = sorted(map(re.escape, known), key=len, reverse=True)
    return re.sub(
        rf"\b({'|'.join(longest)})\b",
        lambda match: known[match[0]][:1].lower() + known[match[0]][1:],
        clause,
    )
