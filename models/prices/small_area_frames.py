"""Small areas from a table: areas by name, covariates by column, the constant put in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..frames import column_faults, require_frame
from ..record import Record, as_text
from ..specification import SpecificationError, require_word
from .small_area import Scale, SmallAreaEstimates, fay_herriot


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class SmallAreas(Record):
    """Predictions by area.

    Parameters
    ----------
    areas : names, in the order of the estimates
    terms : the constant, then the covariates
    estimates : the predictions as arrays
    """

    areas: pd.Index
    terms: tuple[str, ...]
    estimates: SmallAreaEstimates

    def tidy(self, level: float = 0.95) -> pd.DataFrame:
        """One row an area: `SmallAreaEstimates.tidy` with its name."""
        rows = self.estimates.tidy(level)
        rows.insert(0, "area", self.areas)
        return rows

    def heading(self) -> str:
        return f"{len(self.areas)} small areas (Fay and Herriot)"

    def notes(self) -> Sequence[str]:
        found = self.estimates
        named = zip(self.terms, found.coefficients, strict=True)
        return (
            f"variance of areas about the regression {as_text(found.variance_component)}; "
            f"direct estimates weigh {found.shrinkage.min():.2f} to {found.shrinkage.max():.2f}",
            ", ".join(f"{term} {as_text(float(value))}" for term, value in named),
        )


def fay_herriot_of(
    frame: pd.DataFrame,
    direct: str,
    variance: str,
    covariates: Sequence[str] = (),
    *,
    area: str,
    scale: Scale = "level",
) -> SmallAreas:
    """The area-level model of `fay_herriot`.

    Parameters
    ----------
    frame : one row an area
    direct, variance : columns of direct estimates and of their known sampling variances; missing
        for an area that is to be predicted
    covariates : columns, without missing values; the constant is put in
    area : column of the areas' names
    scale : "log" if the estimates are logarithms

    Raises
    ------
    SpecificationError
        Columns that are missing, an area twice, and all of `fay_herriot`.
    """
    require_word("scale", scale, Scale)
    require_frame(frame)
    faults = column_faults(frame, (direct, variance, *covariates, area))
    if not faults and (twice := int(frame[area].duplicated().sum())):
        faults.append(f"{twice} rows repeat the same {area}")
    if faults:
        raise SpecificationError(f"small areas: {'; '.join(faults)}")
    columns = [frame[name].to_numpy(float) for name in covariates]
    design = np.column_stack([np.ones(len(frame)), *columns])
    found = fay_herriot(
        frame[direct].to_numpy(float), frame[variance].to_numpy(float), design, scale
    )
    return SmallAreas(pd.Index(frame[area]), ("constant", *covariates), found)
