"""A treated unit beside its weighted donors, from a table of units and times.

The comparators are those of `synthetic_control` and `synthetic_did`, which take arrays; here they
take columns by name and give weights by unit and gaps by time. `SyntheticComparison.placebos`
makes the same comparison for units where nothing happened, which is the inference there is.

References
----------
Abadie, Diamond and Hainmueller (2010), JASA 105: placebos in space, and the ratio of the root mean
square gap after the start to that before.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import numpy as np
import pandas as pd
from pandas.api.types import is_numeric_dtype

from ..frames import column_faults, near, require_frame
from ..record import Record, as_text
from ..specification import SpecificationError, require_word
from .placebos import detectable_by_rank, placebo_interval, rank_p
from .synthetic_control import (
    Comparator,
    Comparison,
    augmented_synthetic_control,
    synthetic_control,
)
from .synthetic_did import synthetic_did

Form = Literal["plain", "intercept", "augmented"]
WEIGHS = 0.005
"""A donor of less weight is not counted among those that weigh."""


@dataclass(frozen=True, slots=True, eq=False)
class Paths:
    """The outcome of treated units and donors.

    Parameters
    ----------
    outcome, unit, time : columns they were read from
    treated : mean over the treated units, by time
    donors : a column a donor, by time
    names : the treated units
    start : first time of treatment
    """

    outcome: str
    unit: str
    time: str
    treated: pd.Series
    donors: pd.DataFrame
    names: tuple[Hashable, ...]
    start: Any

    @property
    def before(self) -> int:
        """Number of times before the start."""
        return int((self.treated.index < self.start).sum())


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Placebos(Record):
    """The comparison made for donors, each in turn with the other donors as its own.

    Parameters
    ----------
    method : the comparator in words
    effects, misfits, ratios : by unit, the treated one first: mean gap after the start, root mean
        square gap before it, and the root mean square gap after over that before
    """

    method: str
    effects: pd.Series
    misfits: pd.Series
    ratios: pd.Series

    @property
    def p_value(self) -> float:
        """Share of all units with an effect as large in size, the treated one among them."""
        return rank_p(float(self.effects.iloc[0]), self.effects.iloc[1:].to_numpy())

    @property
    def p_ratio(self) -> float:
        """The same of the ratios, which bear units that fit badly; NaN where one has no misfit."""
        if not np.isfinite(self.ratios).all():
            return float("nan")
        return rank_p(float(self.ratios.iloc[0]), self.ratios.iloc[1:].to_numpy())

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Effects that the placebos do not rule out (see `placebo_interval`)."""
        effects = self.effects.to_numpy()
        return placebo_interval(float(effects[0]), effects[1:], level)

    def tidy(self) -> pd.DataFrame:
        """One row a unit, the treated one first."""
        parts = {"effect": self.effects, "misfit": self.misfits, "ratio": self.ratios}
        return pd.DataFrame(parts).rename_axis("unit").reset_index()

    def glance(self, level: float = 0.95) -> pd.DataFrame:
        """One row: effect, p values, interval, and the fall and rise that could be found."""
        low, high = self.interval(level)
        fall, rise = detectable_by_rank(self.effects.iloc[1:].to_numpy(), level)
        return pd.DataFrame(
            {
                "estimate": [float(self.effects.iloc[0])],
                "p_value": [self.p_value],
                "p_ratio": [self.p_ratio],
                "ci_low": [low],
                "ci_high": [high],
                "detectable_fall": [fall],
                "detectable_rise": [rise],
                "placebos": [len(self.effects) - 1],
            }
        )

    def heading(self) -> str:
        return f"{self.method}: {self.effects.index[0]} and {len(self.effects) - 1} placebos"

    def notes(self) -> Sequence[str]:
        low, high = self.interval()
        return (
            f"effect {as_text(float(self.effects.iloc[0]))}, not ruled out by the placebos: "
            f"{as_text(low)} to {as_text(high)}",
            f"p {as_text(self.p_value)} by the size of the effect, {as_text(self.p_ratio)} by its "
            "ratio to the misfit",
        )


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class SyntheticComparison(Record):
    """A treated unit, or the mean of several, beside its weighted donors.

    Parameters
    ----------
    method : the comparator in words
    paths : the outcomes
    comparison : weights and gap as arrays
    comparator : what made it
    """

    method: str
    paths: Paths
    comparison: Comparison
    comparator: Comparator

    @property
    def effect(self) -> float:
        """Mean gap from the start on, in the outcome's unit."""
        return self.comparison.effect()

    @property
    def misfit(self) -> float:
        """Root mean square gap before the start."""
        return self.comparison.misfit

    @property
    def weights(self) -> pd.Series:
        """Weight of each donor, heaviest first."""
        weights = pd.Series(self.comparison.weights, self.paths.donors.columns, name="weight")
        return weights.sort_values(ascending=False, kind="stable")

    @property
    def gap(self) -> pd.Series:
        """Treated less comparator, by time."""
        return pd.Series(self.comparison.gap, self.paths.treated.index, name="gap")

    def tidy(self) -> pd.DataFrame:
        """One row a time: the outcome, the comparator's, the gap, and whether treated by then."""
        treated, gap = self.paths.treated, self.gap
        parts = {"outcome": treated, "comparator": treated - gap, "gap": gap}
        started = treated.index >= self.paths.start
        return pd.DataFrame(parts).assign(treated=started).rename_axis("time").reset_index()

    def glance(self) -> pd.DataFrame:
        """One row: effect, misfit, how many donors weigh, times before and after the start."""
        before, times = self.paths.before, len(self.paths.treated)
        return pd.DataFrame(
            {
                "label": ["synthetic_control"],
                "method": [self.method],
                "outcome": [self.paths.outcome],
                "estimate": [self.effect],
                "misfit": [self.misfit],
                "donors": [self.paths.donors.shape[1]],
                "weighing": [int((self.comparison.weights > WEIGHS).sum())],
                "before": [before],
                "after": [times - before],
            }
        )

    def placebos(self) -> Placebos:
        """The same comparison for every donor, the treated unit left out of all of them.

        Raises
        ------
        SpecificationError
            Several treated units, whose mean strays less than single units do; one donor.
        """
        names, donors = self.paths.names, self.paths.donors
        if len(names) > 1:
            raise SpecificationError(
                f"placebos of single units do not tell how far the mean of {len(names)} strays; "
                "compare each treated unit on its own"
            )
        if donors.shape[1] < 2:
            raise SpecificationError("one donor leaves none for its own placebo; give two or more")
        made = {names[0]: self.comparison}
        for name in donors.columns:
            others = donors.drop(columns=name).to_numpy()
            made[name] = self.comparator(donors[name].to_numpy(), others, self.paths.before)
        effects = {name: each.effect() for name, each in made.items()}
        misfits = {name: each.misfit for name, each in made.items()}
        ratios = {name: _ratio(each) for name, each in made.items()}
        return Placebos(self.method, pd.Series(effects), pd.Series(misfits), pd.Series(ratios))

    def heading(self) -> str:
        paths = self.paths
        who = ", ".join(map(str, paths.names[:3])) + (", …" if len(paths.names) > 3 else "")
        return f"{self.method}: {paths.outcome} of {who} from {paths.time} {paths.start}"

    def notes(self) -> Sequence[str]:
        heaviest = self.weights.head(5)
        heavy = [f"{name} {share:.2f}" for name, share in heaviest.items() if share > WEIGHS]
        return (
            f"effect {as_text(self.effect)} (mean gap from the start on), misfit before "
            f"{as_text(self.misfit)}",
            f"{self.paths.donors.shape[1]} donors, heaviest: {', '.join(heavy)}",
            "placebos() says how far chance alone goes",
        )


def synthetic_control_of(
    frame: pd.DataFrame,
    outcome: str,
    *,
    unit: str,
    time: str,
    treated: Hashable | Sequence[Hashable],
    start: Any,
    form: Form = "plain",
) -> SyntheticComparison:
    """Synthetic control on outcomes only.

    Parameters
    ----------
    frame : one row a unit and time, every unit at every time
    outcome, unit, time : its columns; every unit that is not treated is a donor
    treated : a unit, or a list of units that start together and are taken as their mean
    start : first time of treatment
    form : "plain", Abadie, Diamond and Hainmueller's; "intercept" leaves the level free and fits
        the path about its mean before the start; "augmented", Ben-Michael, Feller and Rothstein's,
        takes the misfit out by a ridge regression

    Raises
    ------
    SpecificationError
        Columns, units or a start that are not there; a unit twice at a time; missing values.
    """
    require_word("form", form, Form)
    comparator: Comparator = augmented_synthetic_control
    if form != "augmented":
        comparator = partial(synthetic_control, intercept=form == "intercept")
    named = {"plain": "synthetic control", "intercept": "synthetic control with an intercept"}
    paths = _paths(frame, outcome, unit, time, treated, start)
    return _compared(named.get(form, "augmented synthetic control"), paths, comparator)


def synthetic_did_of(
    frame: pd.DataFrame,
    outcome: str,
    *,
    unit: str,
    time: str,
    treated: Hashable | Sequence[Hashable],
    start: Any,
) -> SyntheticComparison:
    """Synthetic difference in differences: weighted donors and weighted earlier times.

    Parameters and errors as in `synthetic_control_of`; two times before the start at least.
    """
    paths = _paths(frame, outcome, unit, time, treated, start)
    return _compared("synthetic difference in differences", paths, synthetic_did)


def _paths(
    frame: pd.DataFrame,
    outcome: str,
    unit: str,
    time: str,
    treated: Hashable | Sequence[Hashable],
    start: Any,
) -> Paths:
    require_frame(frame)
    _refuse(column_faults(frame, (outcome, unit, time)))
    names = tuple(treated) if isinstance(treated, list | tuple) else (treated,)
    _refuse(_row_faults(frame, outcome, unit, time) + _name_faults(frame[unit], unit, names))
    wide = frame.pivot(index=time, columns=unit, values=outcome).sort_index()
    _refuse(_gap_faults(wide, outcome) + _start_faults(wide.index, time, start))
    wide = wide.astype(float)
    donors = wide.drop(columns=list(names))
    return Paths(outcome, unit, time, wide[list(names)].mean(axis=1), donors, names, start)


def _row_faults(frame: pd.DataFrame, outcome: str, unit: str, time: str) -> list[str]:
    faults = []
    if not is_numeric_dtype(frame[outcome]):
        faults.append(f"{outcome} holds {frame[outcome].dtype} where numbers are needed")
    if lacking := int(frame[[unit, time]].isna().any(axis=1).sum()):
        faults.append(f"{lacking} rows lack their {unit} or {time}")
    if twice := int(frame.duplicated([unit, time]).sum()):
        faults.append(f"{twice} rows repeat the same {unit} and {time}; leave one row for each")
    return faults


def _name_faults(units: pd.Series, unit: str, names: Sequence[Hashable]) -> list[str]:
    if not names:
        return ["no treated unit is named"]
    known = set(units)
    faults = [f"no {unit} is {name}{near(name, known)}" for name in names if name not in known]
    if not faults and known == set(names):
        faults.append(f"every {unit} is treated, so none is left as a donor")
    return faults


def _gap_faults(wide: pd.DataFrame, outcome: str) -> list[str]:
    times, units = wide.index.tolist(), wide.columns.tolist()
    holes = [f"{units[unit]} at {times[time]}" for time, unit in np.argwhere(wide.isna())]
    if not holes:
        return []
    shown = ", ".join(holes[:4]) + (f" and {len(holes) - 4} more" if len(holes) > 4 else "")
    return [
        f"{outcome} is missing for {len(holes)} of {wide.size} units and times ({shown}); fill "
        "them in, or leave out the units or times that lack it"
    ]


def _start_faults(times: pd.Index, time: str, start: Any) -> list[str]:
    try:
        inside = times[0] < start <= times[-1]
    except TypeError:
        return [f"the start {start!r} is not of the kind of {time}, such as {times[0]!r}"]
    if inside:
        return []
    return [
        f"the start {start} must lie after the first {time}, {times[0]}, and not after the last, "
        f"{times[-1]}"
    ]


def _refuse(faults: Sequence[str]) -> None:
    if faults:
        raise SpecificationError(f"synthetic comparison: {'; '.join(faults)}")


def _compared(method: str, paths: Paths, comparator: Comparator) -> SyntheticComparison:
    donors = paths.donors.to_numpy()
    comparison = comparator(paths.treated.to_numpy(), donors, paths.before)
    return SyntheticComparison(method, paths, comparison, comparator)


def _ratio(comparison: Comparison) -> float:
    after = np.sqrt(np.mean(comparison.gap[comparison.before :] ** 2))
    return float(after / comparison.misfit) if comparison.misfit else float("nan")
