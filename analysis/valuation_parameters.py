"""The parameters of the valuations in the money of one year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ..data.catalogue import DataFolder
from ..data.reference_tables import valuation_parameters
from ..models.specification import NotEstimable
from ..models.valuation.discounting import Schedule, uprate
from ..models.valuation.social_return import Range

Ends = tuple[float, float, float]
"""The low, the central and the high value."""


@dataclass(frozen=True, slots=True)
class Parameters:
    """Parameters by name, and the consumer prices by which their money is that of one year.

    Parameters
    ----------
    rows : by name, as `data.reference_tables.valuation_parameters` gives them
    cpi : mean of each year
    year : whose money it is
    """

    rows: Mapping[str, Mapping[str, Any]]
    cpi: Mapping[int, float]
    year: int

    def number(self, name: str) -> float:
        """A parameter's central value."""
        return float(self.rows[name]["value"])

    def range_of(self, name: str, whole: float = 1) -> Range:
        """A parameter's range, of percentages as shares where the ``whole`` is 100."""
        row = self.rows[name]
        return Range(row["low"] / whole, row["value"] / whole, row["high"] / whole)

    def pounds(self, name: str) -> Ends:
        """A parameter in the money of the year; all three are its value where it has no range.

        Raises
        ------
        NotEstimable
            The consumer prices do not hold a year.
        """
        row = self.rows[name]
        then = int(row["price_year"])
        if lacking := [str(year) for year in (then, self.year) if year not in self.cpi]:
            raise NotEstimable(f"the consumer prices hold no {' and no '.join(lacking)}")
        low, central, high = (
            uprate(
                float(row["value"] if pd.isna(row[part]) else row[part]),
                self.cpi[then],
                self.cpi[self.year],
            )
            for part in ("low", "value", "high")
        )
        return low, central, high

    @property
    def schedule(self) -> Schedule:
        """The discount rates, by the first year of each."""
        rates = {
            int(name.rsplit("_", 1)[1]): row["value"] / 100
            for name, row in self.rows.items()
            if row["kind"] == "discount rate"
        }
        return Schedule(tuple(rates), tuple(rates.values()))


def parameters(folder: DataFolder, year: int) -> Parameters:
    """All parameters, in the money of a year."""
    cpi = folder.read("cpi")
    rows = valuation_parameters().set_index("name").to_dict("index")
    return Parameters(
        {str(name): {str(key): value for key, value in row.items()} for name, row in rows.items()},
        {
            int(str(of)): float(mean)
            for of, mean in cpi.groupby(cpi["month"].dt.year)["cpi"].mean().items()
        },
        year,
    )
