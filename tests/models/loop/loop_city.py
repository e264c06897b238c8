"""A made city with known paths: coproduction, outcomes, social capital, prices, and back.

    O = a C + e_O
    S = b O + d P + q z_S + v
    P = c S + g O + p z_P + u

C is set by place; prices feed back on social capital, so L = c d. All errors have a part that the
areas of a ward share, and v and u are related besides: least squares is wrong for b, c and d.
Without feedback and without the common cause it is right.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

WARDS, AREAS = 69, 10
COLUMNS = ("c", "o", "s", "p", "z_s", "z_p", "one")


@dataclass(frozen=True)
class Paths:
    """The planted paths; ``feedback`` is d, from prices to social capital."""

    outcomes: float = 0.5
    social: float = 0.4
    price: float = 0.6
    feedback: float = 0.5
    outcome_on_price: float = 0.1
    common: float = 0.6
    """Share of the deviation of v and u that a common cause makes up."""

    @property
    def chain(self) -> float:
        """Product of the paths C to O to S to P."""
        return self.outcomes * self.social * self.price

    @property
    def gain(self) -> float:
        """Of the loop between social capital and prices."""
        return self.price * self.feedback


def make_city(
    paths: Paths, rng: np.random.Generator, treated_wards: int | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Columns (n, 7) in the order of `COLUMNS`, and the ward of each row.

    ``treated_wards``: how many wards have coproduction, in all their areas; by default every area
    has some, more in some wards than in others.
    """
    ward = np.repeat(np.arange(WARDS), AREAS)
    rows = len(ward)

    def noise(shared: float) -> np.ndarray:
        own = np.sqrt(1 - shared**2) * rng.normal(size=rows)
        return np.asarray(shared * rng.normal(size=WARDS)[ward] + own)

    if treated_wards is None:
        coproduction = noise(0.7)
    else:
        chosen = rng.choice(WARDS, treated_wards, replace=False)
        coproduction = np.isin(ward, chosen).astype(float)
    z_s, z_p = noise(0.3), noise(0.3)
    common = rng.normal(size=rows)
    outcomes = paths.outcomes * coproduction + noise(0.4)
    own = np.sqrt(1 - paths.common**2)
    v, u = (own * noise(0.4) + paths.common * common for _ in "vu")
    to_social = paths.social * outcomes + 0.7 * z_s + v
    to_price = paths.outcome_on_price * outcomes + 0.7 * z_p + u
    social = (to_social + paths.feedback * to_price) / (1 - paths.gain)
    price = paths.price * social + to_price
    columns = [coproduction, outcomes, social, price, z_s, z_p, np.ones(rows)]
    return np.column_stack(columns), ward


def fitted(moments: np.ndarray, outcome: str, right: str, instruments: str) -> np.ndarray:
    """Coefficients (..., k) of as many instruments as regressors, from moments (..., p, p).

    Names are given in one text, apart by blanks; the constant is added to both lists.
    """
    y = COLUMNS.index(outcome)
    x, z = (
        [COLUMNS.index(name) for name in (*text.split(), "one")] for text in (right, instruments)
    )
    left = moments[..., z, :][..., x]
    return np.asarray(np.linalg.solve(left, moments[..., z, y, None])[..., :-1, 0])


def estimated(moments: np.ndarray) -> np.ndarray:
    """The paths (..., 4): a by least squares; b, c and d by instruments."""
    a = fitted(moments, "o", "c", "c")[..., 0]
    b, d = np.moveaxis(fitted(moments, "s", "o p z_s", "o z_p z_s")[..., :2], -1, 0)
    c = fitted(moments, "p", "s o z_p", "z_s o z_p")[..., 0]
    return np.stack([a, b, c, d], axis=-1)
