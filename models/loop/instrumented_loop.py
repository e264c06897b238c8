"""What is the gain of a loop, each link of which has instruments of its own?

Every link is estimated by two stages on the rows that all links have. With X the regressors, Z
the instruments and all exogenous columns, and M the sums of products of one draw of clusters,

    b = (M_xz M_zz^-1 M_zx)^-1 M_xz M_zz^-1 M_zy,

so that the links of a draw are joint, and so is their product. Coverage of the gain's interval is
in ``docs/loop_simulation.md``, with strong instruments. With weak ones no interval from draws of an
estimate can be trusted; ask for the Anderson-Rubin sets of the links first.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ..inference.cluster_bootstrap import MOST_LOST, cluster_moments, resampled, with_variation
from ..sample import complete_rows
from ..specification import SpecificationError
from .identification import identified_sample
from .loop_multiplier import LoopGain, loop_gain
from .simultaneous import StructuralEquation


def instrumented_gain(
    frame: pd.DataFrame,
    equations: Sequence[StructuralEquation],
    rng: np.random.Generator,
    draws: int = 4999,
) -> LoopGain:
    """Product of the links' coefficients, with its draws over clusters.

    Parameters
    ----------
    frame : one row an observation
    equations : one a link, with one endogenous regressor each, no absorbed effects, and the same
        weights and clusters

    Raises
    ------
    SpecificationError
        Equations that do not fit together, draws that lose an instrument's variation, and all of
        `identified_sample`.
    """
    _require_one_frame(equations)
    columns = dict.fromkeys(
        name
        for one in equations
        for name in (*one.specification.columns, *one.instruments.excluded)
    )
    rows, _ = complete_rows(frame, columns)
    for one in equations:
        identified_sample(rows, one.specification, one.instruments)
    spec = equations[0].specification
    numbers = [name for name in columns if name not in (spec.clusters, spec.weights)]
    values = np.column_stack([rows[numbers].to_numpy(dtype=float), np.ones(len(rows))])
    weights = rows[spec.weights].to_numpy(dtype=float) if spec.weights else np.ones(len(rows))
    moments = cluster_moments(values, weights, pd.factorize(rows[spec.clusters])[0])
    drawn = resampled(moments, draws, rng)
    drawn = drawn[with_variation(drawn)]
    if len(drawn) < (1 - MOST_LOST) * draws:
        raise SpecificationError(
            f"in {draws - len(drawn)} of {draws} draws of clusters a column does not vary"
        )
    links = [
        [_link(sums, one, [*numbers, ""]) for one in equations]
        for sums in (moments.sum(axis=0)[None], drawn)
    ]
    found, again = (np.stack(link, axis=-1) for link in links)
    return loop_gain(found[0], again, len(moments))


def _link(moments: np.ndarray, equation: StructuralEquation, columns: list[str]) -> np.ndarray:
    """The coefficient (D,) of the endogenous regressor; the last column is the constant."""
    (moved,), spec = equation.instruments.endogenous, equation.specification
    held = [columns.index(name) for name in spec.terms if name != moved]
    held.append(len(columns) - 1)
    x = [columns.index(moved), *held]
    z = [*(columns.index(name) for name in equation.instruments.excluded), *held]
    across = moments[:, z, :][:, :, x]
    first = np.linalg.solve(moments[:, z, :][:, :, z], across)
    outcome = moments[:, z, columns.index(spec.outcome), None]
    turned = first.transpose(0, 2, 1)
    return np.asarray(np.linalg.solve(turned @ across, turned @ outcome)[:, 0, 0])


def _require_one_frame(equations: Sequence[StructuralEquation]) -> None:
    faults = []
    for one in equations:
        name = one.specification.name
        if len(one.instruments.endogenous) != 1:
            faults.append(f"{name} has {len(one.instruments.endogenous)} endogenous regressors")
        if one.specification.effects:
            faults.append(f"{name} absorbs effects")
        if not one.specification.clusters:
            faults.append(f"{name} names no clusters")
    if len({(one.specification.weights, one.specification.clusters) for one in equations}) > 1:
        faults.append("weights or clusters differ between the links")
    if faults:
        raise SpecificationError(f"the loop cannot be put together: {'; '.join(faults)}")
