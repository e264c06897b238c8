"""Did the worth of homes grow because prices rose, homes were added, or they stand elsewhere?

With dwellings D_c and prices P_c of cells c (neighbourhood and type) in two periods, the Bennet
indicator splits the change of sum_c D_c P_c without a remainder:

    price  = sum_c mean(D_c) (P_c1 - P_c0)
    volume = (N_1 - N_0) sum_c mean(P_c) mean(s_c)
    mix    = mean(N) sum_c mean(P_c) (s_c1 - s_c0)

where N is the number of all dwellings, s_c = D_c / N, and means are over the two periods. Volume is
what more homes of the same mix would have added; mix is the move of homes between cells. It needs
no logarithms, so an empty cell is no difficulty. All is computed in whole numbers and fractions,
and is exact.

References
----------
Bennet (1920), The theory of measurement of changes in cost of living, JRSS 83(3).
Diewert (2005), Index number theory using differences rather than ratios, AJES 64(1).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from ..specification import SpecificationError


@dataclass(frozen=True, slots=True)
class GrowthSplit:
    """The change of worth between two periods and its three parts, in pounds.

    Parameters
    ----------
    first, last : worth in whole pounds
    price, volume, mix : exact parts of ``last - first``
    """

    first: int
    last: int
    price: Fraction
    volume: Fraction
    mix: Fraction

    def __post_init__(self) -> None:
        gap = self.rise - self.price - self.volume - self.mix
        if gap != 0:
            raise SpecificationError(f"the parts miss the rise by {float(gap):g} pounds")

    @property
    def rise(self) -> int:
        """Change of worth in pounds."""
        return self.last - self.first

    @property
    def whole(self) -> tuple[int, int, int]:
        """Price, volume and mix in whole pounds that sum to the rise: largest remainders."""
        parts = (self.price, self.volume, self.mix)
        floors = [part.numerator // part.denominator for part in parts]
        order = sorted(range(3), key=lambda i: floors[i] - parts[i])
        for i in order[: self.rise - sum(floors)]:
            floors[i] += 1
        return floors[0], floors[1], floors[2]


def whole_prices(parts: Sequence[GrowthSplit], total: GrowthSplit) -> list[int]:
    """Price parts of groups in whole pounds that sum to the total's: largest remainders.

    Parameters
    ----------
    parts : the splits of groups of cells
    total : the split of all those cells together

    Raises
    ------
    SpecificationError
        Groups whose cells are not those of the total.
    """
    if sum(part.price for part in parts) != total.price:
        raise SpecificationError("the price parts of the groups do not sum to the total's")
    floors = [part.price.numerator // part.price.denominator for part in parts]
    order = sorted(range(len(parts)), key=lambda i: floors[i] - parts[i].price)
    for i in order[: total.whole[0] - sum(floors)]:
        floors[i] += 1
    return floors


def growth_split(
    dwellings: tuple[np.ndarray, np.ndarray], pounds: tuple[np.ndarray, np.ndarray]
) -> GrowthSplit:
    """Split the growth of worth between two periods.

    Parameters
    ----------
    dwellings : (c,) whole numbers in the first and in the last period
    pounds : (c,) whole pounds a dwelling in both, given for empty cells too

    Raises
    ------
    SpecificationError
        Arrays of unequal length, or numbers that are not whole or are negative.
    """
    (d0, d1), (p0, p1) = (
        tuple(_whole(what, each) for each in pair)
        for what, pair in (("dwellings", dwellings), ("prices", pounds))
    )
    if len({len(each) for each in (d0, d1, p0, p1)}) != 1:
        raise SpecificationError("dwellings and prices of both periods must name the same cells")
    cells = list(zip(d0, d1, p0, p1, strict=True))
    volume, mix = _quantity(cells, sum(d0), sum(d1))
    return GrowthSplit(
        first=sum(a * p for a, _, p, _ in cells),
        last=sum(b * q for _, b, _, q in cells),
        price=Fraction(sum((a + b) * (q - p) for a, b, p, q in cells), 2),
        volume=volume,
        mix=mix,
    )


def _quantity(
    cells: list[tuple[int, int, int, int]], n0: int, n1: int
) -> tuple[Fraction, Fraction]:
    """Volume and mix, over one denominator; without homes in a period there is no mix to change."""
    if n0 == 0 or n1 == 0:
        return Fraction(sum((p + q) * (b - a) for a, b, p, q in cells), 2), Fraction(0)
    volume = (n1 - n0) * sum((p + q) * (a * n1 + b * n0) for a, b, p, q in cells)
    mix = (n0 + n1) * sum((p + q) * (b * n0 - a * n1) for a, b, p, q in cells)
    return Fraction(volume, 4 * n0 * n1), Fraction(mix, 4 * n0 * n1)


def _whole(what: str, numbers: np.ndarray) -> list[int]:
    if not np.issubdtype(numbers.dtype, np.integer) or (numbers < 0).any():
        raise SpecificationError(
            f"the {what} must be whole numbers of zero or more to be split exactly"
        )
    return [int(number) for number in numbers]
