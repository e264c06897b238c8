"""Can an equation be told apart from the other equations behind the same data?

y = X b + W'g + u with X related to u. The order condition asks for at least as many excluded
instruments Z as there are columns in X; the rank condition asks that Z moves X in as many
directions, once W is held equal. Both are checked here, before anything is estimated. That Z is
unrelated to u cannot be checked: it is what the reason given for an instrument must carry.

References
----------
Koopmans, Rubin and Leipnik (1950): order and rank. Wooldridge (2010), chapters 5 and 9.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from ..sample import Sample, take_sample
from ..specification import Specification, SpecificationError

# A canonical correlation below this is none: far above rounding, far below any first stage.
_NO_CORRELATION = 1e-8


class IdentificationError(SpecificationError):
    """An equation that its instruments do not identify; the message says all that is wrong."""


@dataclass(frozen=True, slots=True)
class Instruments:
    """What an equation needs beside its specification.

    Parameters
    ----------
    endogenous : the regressors that are related to the error, m of them
    excluded : columns that move them and stand in the equation nowhere else, q of them
    """

    endogenous: tuple[str, ...]
    excluded: tuple[str, ...]

    def __post_init__(self) -> None:
        for name in ("endogenous", "excluded"):
            if isinstance(getattr(self, name), list):
                object.__setattr__(self, name, tuple(getattr(self, name)))


@dataclass(frozen=True, slots=True)
class IdentifiedSample:
    """The rows of an equation that passed both conditions.

    Every column is times the root of its row's weight. Without absorbed effects the last of the
    exogenous columns is the constant; with them, all columns are without the effects' means.

    Parameters
    ----------
    specification : with the label "iv"
    instruments : as declared
    sample : its terms are those of the equation, without the instruments
    outcome : (n,)
    endogenous, exogenous, excluded : (n, m), (n, k) and (n, q)
    """

    specification: Specification
    instruments: Instruments
    sample: Sample
    outcome: np.ndarray
    endogenous: np.ndarray
    exogenous: np.ndarray
    excluded: np.ndarray

    @property
    def exogenous_terms(self) -> tuple[str, ...]:
        """Names of the exogenous columns."""
        terms = [name for name in self.sample.terms if name not in self.instruments.endogenous]
        return (*terms, *(() if self.sample.effects else ("constant",)))

    @property
    def terms(self) -> tuple[str, ...]:
        """Names of all coefficients: the specification's terms, then the constant if any."""
        return (*self.sample.terms, *(() if self.sample.effects else ("constant",)))


@dataclass(frozen=True, slots=True)
class Partialled:
    """An equation without what its exogenous columns explain; all columns root-weighted.

    Parameters
    ----------
    outcome : (n,)
    endogenous : (n, m)
    instruments : (n, q), orthonormal
    parameters : number of parameters taken out, effects and constant among them
    clusters : (n,) codes, or None
    robust : whether errors may differ in variance; always so with clusters
    """

    outcome: np.ndarray
    endogenous: np.ndarray
    instruments: np.ndarray
    parameters: int
    clusters: np.ndarray | None
    robust: bool

    @property
    def df(self) -> int:
        """Rows less the parameters of the first stage, n - L - q."""
        return len(self.outcome) - self.parameters - int(self.instruments.shape[1])


def identification_faults(specification: Specification, instruments: Instruments) -> list[str]:
    """What makes an equation impossible to identify whatever the data, each fault a clause."""
    faults = []
    endogenous, excluded = instruments.endogenous, instruments.excluded
    if text := [columns for columns in (endogenous, excluded) if isinstance(columns, str)]:
        return [f"instruments hold the text {text[0]!r} where a tuple of columns is needed"]
    if not endogenous:
        faults.append("no endogenous regressor is named")
    if strangers := [name for name in endogenous if name not in specification.regressors]:
        faults.append(f"{', '.join(strangers)} is named as endogenous and is no regressor")
    if twice := sorted(name for name, times in Counter(excluded).items() if times > 1):
        faults.append(f"{', '.join(twice)} stands twice among the instruments")
    other = {
        "the outcome": (specification.outcome,),
        "a control": specification.controls,
        "a regressor": specification.regressors,
        "an absorbed effect": specification.effects,
    }
    for what, columns in other.items():
        if both := [name for name in excluded if name in columns]:
            faults.append(f"{', '.join(both)} is an instrument and also {what} of the equation")
    usable = set(excluded) - {specification.outcome, *specification.terms, *specification.effects}
    if len(usable) < len(endogenous):
        faults.append(
            f"order condition: {_count(len(usable), 'usable instrument')} for "
            f"{_count(len(endogenous), 'endogenous regressor')}, and at least as many are needed"
        )
    return faults


def identified_sample(
    frame: pd.DataFrame, specification: Specification, instruments: Instruments
) -> IdentifiedSample:
    """The rows of an equation, after the order and the rank condition.

    Parameters
    ----------
    frame : one row an observation, with the specification's columns and the instruments
    specification : the equation; endogenous regressors stand among its regressors
    instruments : which regressors are endogenous, and the excluded instruments

    Raises
    ------
    IdentificationError
        An instrument that is also outcome, regressor, control or effect; too few instruments; all
        such faults at once. Then, on the data, instruments that do not move the endogenous
        regressors in enough directions.
    SpecificationError
        All of `take_sample`, the instruments counted among the terms.
    """
    _refuse(specification, identification_faults(specification, instruments))
    every = (*specification.regressors, *instruments.excluded)
    taken = take_sample(frame, replace(specification, regressors=every))
    found = _columns(taken, replace(specification, label="iv"), instruments)
    _refuse(specification, _rank_faults(partialled(found), instruments))
    return found


def partialled(found: IdentifiedSample) -> Partialled:
    """Outcome, endogenous regressors and instruments without what the exogenous columns explain."""
    sides = np.column_stack([found.outcome, found.endogenous, found.excluded])
    if found.exogenous.shape[1]:
        basis, _ = np.linalg.qr(found.exogenous)
        sides = sides - basis @ (basis.T @ sides)
    m = found.endogenous.shape[1]
    sample = found.sample
    return Partialled(
        outcome=sides[:, 0],
        endogenous=sides[:, 1 : m + 1],
        instruments=np.linalg.qr(sides[:, m + 1 :])[0],
        parameters=sample.parameters - m,
        clusters=sample.clusters if found.specification.variance == "clustered" else None,
        robust=found.specification.variance != "classical",
    )


def _columns(
    taken: Sample, specification: Specification, instruments: Instruments
) -> IdentifiedSample:
    outcome = taken.within_outcome if taken.effects else taken.outcome
    right = taken.within_right if taken.effects else taken.right
    root = np.sqrt(taken.weights)
    column = dict(zip(taken.terms, (root[:, None] * right).T, strict=True))
    named = {*instruments.endogenous, *instruments.excluded}
    exogenous = [column[name] for name in specification.terms if name not in named]
    if not taken.effects:
        exogenous.append(root)
    own = [taken.terms.index(name) for name in specification.terms]
    return IdentifiedSample(
        specification=specification,
        instruments=instruments,
        sample=replace(
            taken,
            terms=specification.terms,
            right=taken.right[:, own],
            within_right=taken.within_right[:, own],
        ),
        outcome=root * outcome,
        endogenous=np.column_stack([column[name] for name in instruments.endogenous]),
        exogenous=np.column_stack(exogenous) if exogenous else np.empty((len(root), 0)),
        excluded=np.column_stack([column[name] for name in instruments.excluded]),
    )


def _rank_faults(parts: Partialled, instruments: Instruments) -> list[str]:
    """The rank condition: m canonical correlations of regressors and instruments above zero."""
    basis, _ = np.linalg.qr(parts.endogenous)
    related = np.linalg.svd(parts.instruments.T @ basis, compute_uv=False) > _NO_CORRELATION
    if related.all():
        return []
    m = len(instruments.endogenous)
    moved = ", ".join(instruments.endogenous)
    return [
        f"rank condition: the instruments {', '.join(instruments.excluded)} move {moved} in "
        f"{related.sum()} of {m} directions once the controls are held equal"
    ]


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _refuse(specification: Specification, faults: list[str]) -> None:
    if faults:
        raise IdentificationError(f"specification {specification.name}: {'; '.join(faults)}")
