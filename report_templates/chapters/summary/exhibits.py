"""The one chart of the Summary: each question about prices with its estimate and its answer."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from ....analysis.quantities import NotEstimable
from ....analysis.results.decided import Decided
from ....analysis.results.verdicts import Verdicts
from ....analysis.verdicts import Verdict
from ...exhibits import Body, FigureBody
from ...formats import format_unit
from ...tables import sentence
from ...verdict_words import ANSWERS, subject_words

MODEL, AMENITIES = "What the model speaks of", "Amenities, which do not test it"


def exhibits(verdicts: Verdicts, decided: Decided) -> Iterator[Body]:
    """A row a question, what tests the model first, before the range that would matter."""
    low, high = decided.plausible_low, decided.plausible_high
    words = " to ".join(format_unit(end.value, "percent", 0) for end in (low, high))
    yield FigureBody(
        "summary.answers",
        "coefficients",
        pd.DataFrame(_row(one) for one in verdicts.about_prices),
        shows=tuple(one.headline for one in verdicts.about_prices),
        options={
            "x_label": "Difference in price, per cent",
            "bands": ((low.value, high.value, f"{words}: what would matter"),),
        },
    )


def _row(one: Verdict) -> dict[str, object]:
    headline = one.headline
    return {
        "panel": MODEL if one.tests_the_model else AMENITIES,
        "row": f"{sentence(subject_words(one))}: {ANSWERS[one.answer]}",
        "estimate": headline.value,
        "low": None if isinstance(headline, NotEstimable) else headline.low,
        "high": None if isinstance(headline, NotEstimable) else headline.high,
        "label": headline.label,
    }
