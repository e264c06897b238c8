"""The rows on which an association is followed as controls enter.

Rows that a later step lacks a control for would make the first step's coefficient that of another
set of places; on the rows of all steps the change from step to step is the controls' alone.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from ..sample import complete_rows, without_singletons
from ..specification import Specification, SpecificationError


def common_rows(
    frame: pd.DataFrame, steps: Sequence[Specification]
) -> tuple[pd.DataFrame, dict[str, int]]:
    """The rows that are complete for all steps, and the others counted by reason.

    Raises
    ------
    SpecificationError
        No step, steps of different outcomes or weights, missing columns.
    """
    _require_path(frame, steps)
    columns = dict.fromkeys(column for step in steps for column in step.columns)
    effects = tuple(dict.fromkeys(effect for step in steps for effect in step.effects))
    complete, dropped = complete_rows(frame, columns)
    common, lone = without_singletons(complete, effects)
    if lone:
        dropped[f"alone in their {' or '.join(effects)}"] = lone
    return common, dropped


def _require_path(frame: pd.DataFrame, steps: Sequence[Specification]) -> None:
    if not steps:
        raise SpecificationError("a path of associations needs at least one step")
    faults = []
    for word, values in (
        ("outcome", {step.outcome for step in steps}),
        ("weights", {step.weights or "none" for step in steps}),
    ):
        if len(values) > 1:
            faults.append(f"the steps differ in {word}: {', '.join(sorted(values))}")
    missing = {column for step in steps for column in step.columns} - set(frame.columns)
    if missing:
        faults.append(f"the frame has no column {', '.join(sorted(missing))}")
    if faults:
        raise SpecificationError(f"path {steps[0].name} to {steps[-1].name}: {'; '.join(faults)}")
