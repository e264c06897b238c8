"""Which rows carry a coefficient, and what is left of it without them?

A coefficient is the slope on what the other columns leave of its term, x~ (Frisch, Waugh, Lovell).
A row's partial leverage is its share of the sum of squares of x~, by weight: the share of what is
known of the coefficient that this row alone tells. Where a few rows hold much of it, they decide.

References
----------
Cook and Weisberg (1982), Residuals and Influence in Regression, section 2.2.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from ..association.cross_section import cross_section
from ..estimate import Estimate
from ..frames import near, takes_frame
from ..sample import take_sample
from ..specification import Specification, SpecificationError

LEVERAGE = "partial_leverage"
SHARE = 0.05
"""Share of the rows left out."""


@takes_frame
def partial_leverage(frame: pd.DataFrame, specification: Specification, term: str) -> pd.Series:
    """Each row's partial leverage for a term, under the frame's index; they sum to one.

    Raises
    ------
    SpecificationError
        No such term, and all of `take_sample`.
    """
    sample = take_sample(frame, specification)
    if term not in sample.terms:
        raise SpecificationError(
            f"no term {term}{near(term, sample.terms)} among {', '.join(sample.terms)}"
        )
    right = np.sqrt(sample.weights)[:, None] * sample.within_right
    index = sample.terms.index(term)
    others = np.linalg.qr(np.delete(right, index, axis=1))[0]
    own = right[:, index] - others @ (others.T @ right[:, index])
    return pd.Series(own**2 / (own @ own), sample.rows.index, name=LEVERAGE)


@takes_frame
def without_leverage(
    frame: pd.DataFrame, specification: Specification, term: str, share: float = SHARE
) -> Estimate:
    """The equation without the rows of most partial leverage for a term.

    Parameters
    ----------
    share : of the rows used that are left out, rounded up to whole rows; among ``dropped`` of the
        estimate

    Raises
    ------
    SpecificationError
        A share outside 0 to 1, an index with a name twice, and all of `partial_leverage` and
        `cross_section`, which the rows that stay may no longer bear.
    """
    if not 0 < share < 1 or not frame.index.is_unique:
        raise SpecificationError(
            f"specification {specification.name}: a share of {share:g} of the rows is left out; it "
            "lies between 0 and 1, and the index names every row once"
        )
    leverage = partial_leverage(frame, specification, term)
    left_out = leverage.nlargest(int(np.ceil(share * len(leverage) - 1e-9))).index
    kept = cross_section(frame.drop(index=left_out), specification)
    return replace(kept, dropped={**kept.dropped, "with most partial leverage": len(left_out)})
