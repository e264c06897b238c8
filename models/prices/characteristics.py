"""What a dwelling is like, coded so that the reference dwelling is zero in every column."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from ..specification import SpecificationError


def _usual_references() -> dict[str, Hashable]:
    return {"property_type": "T", "new_build": False, "tenure": "F"}


@dataclass(frozen=True, slots=True)
class Characteristics:
    """The characteristics held equal, and the dwelling at which prices are read.

    Parameters
    ----------
    references : column of categories -> its category of the reference dwelling; by default a
        terraced house, not new, freehold
    floor_area : column of floor areas in square metres, NaN where unknown; or None
    reference_floor_area : of the reference dwelling, in square metres; by default the geometric
        mean of those known
    """

    references: Mapping[str, Hashable] = field(default_factory=_usual_references)
    floor_area: str | None = None
    reference_floor_area: float | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns without which a sale has no place in the regression."""
        return tuple(self.references)


@dataclass(frozen=True, slots=True, eq=False)
class CodedSales:
    """Characteristics as numbers.

    Parameters
    ----------
    terms : k names, such as ``property_type=D``
    values : (n, k) array, zero for the reference dwelling
    """

    terms: tuple[str, ...]
    values: np.ndarray


def coded_sales(sales: pd.DataFrame, characteristics: Characteristics) -> CodedSales:
    """Dummies against the reference categories and the log of floor area over the reference's.

    A sale whose floor area is unknown is kept: it gets zero for the log and an intercept of its
    own by category of the first column of references (a detached house of unknown size is priced
    against a terrace of unknown size). Nothing is filled in. The size that is missing must tell
    nothing about the price beyond that category, and sales without it are then noisier, not biased.

    Parameters
    ----------
    sales : one row a sale, without missing categories
    characteristics : what is coded

    Raises
    ------
    SpecificationError
        A reference category that no sale has; floor areas that are all unknown or not positive.
    """
    faults, named = [], dict[str, np.ndarray]()
    first: list[str] = []
    for column, reference in characteristics.references.items():
        codes, levels = pd.factorize(sales[column], sort=True)
        if reference not in levels:
            found = ", ".join(map(str, levels[:5]))
            faults.append(f"no sale has the reference {column} = {reference} (found: {found})")
        new = {
            f"{column}={level}": codes == number
            for number, level in enumerate(levels)
            if level != reference
        }
        named |= new
        first = first or list(new)
    if characteristics.floor_area:
        area = sales[characteristics.floor_area].to_numpy(dtype=float, na_value=np.nan)
        if np.isnan(area).all() or (area <= 0).any():
            faults.append(f"{characteristics.floor_area} must be above zero, and known somewhere")
        else:
            named |= _size(area, characteristics.reference_floor_area, named, first)
    if faults:
        raise SpecificationError(f"characteristics: {'; '.join(faults)}")
    values = np.empty((len(sales), len(named)), order="F")
    for number, column_values in enumerate(named.values()):
        values[:, number] = column_values
    return CodedSales(tuple(named), values)


def _size(
    area: np.ndarray, reference: float | None, named: Mapping[str, np.ndarray], first: list[str]
) -> dict[str, np.ndarray]:
    unknown = np.isnan(area)
    logs = np.log(np.where(unknown, 1.0, area))
    base = logs[~unknown].mean() if reference is None else np.log(reference)
    columns = {"log floor area": np.where(unknown, 0.0, logs - base)}
    if unknown.any():
        columns["floor area unknown"] = unknown
        columns |= {f"floor area unknown, {term}": unknown & named[term] for term in first}
    return columns
