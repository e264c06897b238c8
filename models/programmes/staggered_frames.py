"""Starts at different times, from a table of units and times: Callaway and Sant'Anna's effects.

`staggered` estimates every start's effect in every period; here they come with their periods, and
the means over them (`aggregation`) and the test of the periods before (`pre_trends`) are asked
of the record.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..estimate import Estimate, tidy_terms
from ..frames import column_faults, require_frame
from ..record import Record, as_text
from ..specification import SpecificationError, require_word
from .aggregation import aggregate, event_study
from .pre_trends import PreTrendTest, pre_test
from .staggered import Adoption, Control, GroupTime, group_time, staggered_panel


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Staggered(Record):
    """The effect of each start in each period.

    Parameters
    ----------
    found : the effects with their influence functions
    """

    found: GroupTime

    def tidy(self, level: float = 0.95) -> pd.DataFrame:
        """One row a start and period: ``start, time``, then the columns of `Estimate.tidy`."""
        found = self.found
        influence = found.widened_each(found.groups, found.influence)
        covariance = found.covariance(influence)
        terms = [
            f"{time - start:+d}" for start, time in zip(found.groups, found.times, strict=True)
        ]
        rows = tidy_terms(terms, found.effects, covariance, found.panel.df, level)
        rows.insert(0, "start", found.groups)
        rows.insert(1, "time", found.times)
        return rows

    def glance(self) -> pd.DataFrame:
        """One row: the mean over all, and what it rests on."""
        return self.means().glance()

    def means(self) -> Estimate:
        """The four means over all effects after the start; "simple" is over all of them."""
        return aggregate(self.found)

    def event_study(self, first: int, last: int) -> Estimate:
        """The mean effect by periods since the start, one term a period."""
        return event_study(self.found, first, last)

    def pre_test(self) -> PreTrendTest:
        """That all effects before the start are zero."""
        return pre_test(self.found)

    def heading(self) -> str:
        return self.found.panel.adoption.title

    def notes(self) -> Sequence[str]:
        mean = self.means()["simple"]
        panel = self.found.panel
        ends = f"{as_text(mean.ci_low)} to {as_text(mean.ci_high)}"
        return (
            f"mean over all after the start {as_text(mean.estimate)} ({ends})",
            f"{panel.treated_clusters} of {panel.cluster_count} clusters treated",
            self.means().variance_rule,
        )


def staggered_of(
    frame: pd.DataFrame,
    outcome: str,
    *,
    unit: str,
    time: str,
    first: str,
    covariates: Sequence[str] = (),
    control: Control = "never",
    clusters: str | None = None,
) -> Staggered:
    """Group-time effects of units that start at different times and do not stop.

    Parameters
    ----------
    frame : one row a unit and time
    outcome, unit, time : its columns
    first : column of the first treated time, 0 or missing for units that never start
    covariates, control, clusters : as of `Adoption`

    Raises
    ------
    SpecificationError, StaggeredError
        Columns or numbers that are missing, and all of `staggered_panel`.
    """
    require_word("control", control, Control)
    require_frame(frame)
    named = (outcome, unit, time, first, *covariates, *([clusters] if clusters else []))
    if faults := column_faults(frame, named):
        raise SpecificationError(f"staggered starts: {faults[0]}")
    texts = [
        name
        for name in (outcome, time, first, *covariates)
        if not np.issubdtype(frame[name].to_numpy().dtype, np.number)
    ]
    if texts:
        raise SpecificationError(f"staggered starts: {', '.join(texts)} must hold numbers")
    title = f"{outcome} by start (Callaway and Sant'Anna)"
    adoption = Adoption(
        name=f"{outcome} by {first}",
        title=title,
        unit=unit,
        time=time,
        first=first,
        outcome=outcome,
        covariates=tuple(covariates),
        control=control,
        clusters=clusters,
    )
    return Staggered(group_time(staggered_panel(frame, adoption)))
