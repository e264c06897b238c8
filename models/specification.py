"""What is to be estimated: one frozen record that every estimator takes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, cast, get_args

import numpy as np

from .. import NeighbourhoodEquityError

Label = Literal["described", "adjusted", "did", "iv", "synthetic_control", "simulated"]
Variance = Literal["classical", "robust", "clustered", "bias_reduced"]
CLUSTERED: tuple[Variance, ...] = ("clustered", "bias_reduced")
RULES: dict[str, Variance] = {"HC1": "robust", "CR1": "clustered", "CR2": "bias_reduced"}
"""What each rule of ours is called in the literature."""
UNSAID: Final = cast(Variance, None)
"""No rule was asked: "clustered" where a cluster column is named, "robust" where none is."""


class NotEstimable(NeighbourhoodEquityError, ValueError):
    """What the data do not bear; the message says why, for a report to print."""


class SpecificationError(NotEstimable):
    """What was asked cannot be estimated as written; the message says all that is wrong."""


def word_faults(what: str, word: object, words: Any) -> list[str]:
    """The fault of an option ``word`` that is none of ``words``, a ``Literal``; or nothing.

    >>> word_faults("variance", "HC4", Literal["classical", "robust"])
    ["variance 'HC4' is not one of classical, robust"]
    """
    if word in get_args(words):
        return []
    return [f"{what} {word!r} is not one of {', '.join(get_args(words))}"]


def require_word(what: str, word: object, words: Any) -> None:
    """Refuse an option word that is none of ``words``, a ``Literal``."""
    if faults := word_faults(what, word, words):
        raise SpecificationError(faults[0])


def require_numbers(what: str, values: np.ndarray) -> None:
    """Refuse values that are missing or infinite, or none at all."""
    if not values.size:
        raise SpecificationError(f"there are no {what}")
    if lacking := int((~np.isfinite(values)).sum()):
        raise SpecificationError(
            f"{lacking} of {values.size} {what} are missing or infinite; leave none of them so"
        )


@dataclass(frozen=True, slots=True)
class Specification:
    """An estimating equation in words of columns; outcome and regressors are enough.

    Parameters
    ----------
    name : unique dotted name, such as ``valuing.cross_section.controlled``; by default the
        outcome on the regressors
    title : what it estimates, for the reader of a table
    outcome : column of the outcome
    regressors : columns whose coefficients are of interest
    controls : columns held equal; those of categories are coded as dummies (see `frames`)
    effects : columns whose categories are absorbed; for a panel, entity then time
    weights : column of analytic weights, or None
    clusters : column that names the cluster of a row, or None
    variance : rule of the variance; "clustered" (CR1) and "bias_reduced" (CR2) need ``clusters``,
        "robust" is HC1; by default "clustered" where clusters are named, else "robust"
    label : the identification label that every result of it carries
    """

    name: str = ""
    title: str = ""
    outcome: str = ""
    regressors: tuple[str, ...] = ()
    controls: tuple[str, ...] = ()
    effects: tuple[str, ...] = ()
    weights: str | None = None
    clusters: str | None = None
    variance: Variance = UNSAID
    label: Label = "adjusted"

    def __post_init__(self) -> None:
        faults = []
        if not self.outcome:
            faults.append("no outcome is named: write outcome=… and regressors=…")
        if not self.regressors:
            faults.append("no regressor is named")
        for name in ("regressors", "controls", "effects"):
            faults += _list_faults(name, getattr(self, name))
            if isinstance(getattr(self, name), list):
                object.__setattr__(self, name, tuple(getattr(self, name)))
        if self.variance is UNSAID:
            object.__setattr__(self, "variance", "clustered" if self.clusters else "robust")
        if not self.name:
            object.__setattr__(self, "name", f"{self.outcome} on {' and '.join(self.regressors)}")
        twice = sorted(set(self.regressors) & set(self.controls))
        if twice:
            faults.append(f"{', '.join(twice)} stand among the regressors and the controls")
        if self.outcome in self.terms:
            faults.append(f"the outcome {self.outcome} is also on the right-hand side")
        if self.variance in CLUSTERED and not self.clusters:
            faults.append("the variance is clustered but no cluster column is named")
        faults += word_faults("variance", self.variance, Variance)
        if written := RULES.get(self.variance):
            faults[-1] += f"; {self.variance} is written {written}"
        faults += word_faults("label", self.label, Label)
        if faults:
            raise SpecificationError(f"specification {self.name}: {'; '.join(faults)}")

    @property
    def terms(self) -> tuple[str, ...]:
        """Columns that get a coefficient: regressors, then controls."""
        return (*self.regressors, *self.controls)

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that a frame must hold."""
        named = (self.outcome, *self.terms, *self.effects)
        extra = (column for column in (self.weights, self.clusters) if column)
        return tuple(dict.fromkeys((*named, *extra)))


def _list_faults(name: str, columns: Sequence[str]) -> list[str]:
    if isinstance(columns, str):
        return [f"{name} is the text {columns!r} where a tuple of columns is needed"]
    repeated = sorted(column for column, times in Counter(columns).items() if times > 1)
    return [f"{', '.join(repeated)} stand twice among the {name}"] if repeated else []
