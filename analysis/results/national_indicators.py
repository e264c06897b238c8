"""The National Indicators that touch social capital, and the answers that could be found."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from ...data.catalogue import DataFolder
from ...data.reference_tables import national_indicator_definitions
from ..graph import result
from ..quantities import Count


@dataclass(frozen=True, slots=True)
class NationalIndicators:
    """The set of 2008 as defined, and its headline values for whole areas."""

    indicators: Count
    headlines: Count
    definitions: pd.DataFrame
    values: pd.DataFrame


@result(prefix="social_capital")
def national_indicators(folder: DataFolder) -> NationalIndicators:
    """Definitions and headline values."""
    definitions = national_indicator_definitions()
    values = folder.read("national_indicators").sort_values(["area", "period", "indicator"])
    return NationalIndicators(Count(len(definitions)), Count(len(values)), definitions, values)
