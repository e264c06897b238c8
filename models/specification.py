"""What is to be estimated: one frozen record that every estimator takes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

Label = Literal["described", "adjusted", "did", "iv", "synthetic_control", "simulated"]
Variance = Literal["classical", "robust", "clustered", "bias_reduced"]
CLUSTERED = ("clustered", "bias_reduced")


class SpecificationError(ValueError):
    """A specification that cannot be estimated as written; the message says all that is wrong."""


@dataclass(frozen=True, slots=True)
class Specification:
    """An estimating equation in words of columns.

    Parameters
    ----------
    name : unique dotted name, such as ``valuing.cross_section.controlled``
    title : what it estimates, for the reader of a table
    outcome : column of the outcome
    regressors : columns whose coefficients are of interest
    controls : columns held equal
    effects : columns whose categories are absorbed; for a panel, entity then time
    weights : column of analytic weights, or None
    clusters : column that names the cluster of a row, or None
    variance : rule of the variance; "clustered" (CR1) and "bias_reduced" (CR2) need ``clusters``
    label : the identification label that every result of it carries
    """

    name: str
    title: str
    outcome: str
    regressors: tuple[str, ...]
    controls: tuple[str, ...] = ()
    effects: tuple[str, ...] = ()
    weights: str | None = None
    clusters: str | None = None
    variance: Variance = "clustered"
    label: Label = "adjusted"

    def __post_init__(self) -> None:
        faults = []
        if not self.regressors:
            faults.append("no regressor is named")
        for name in ("regressors", "controls", "effects"):
            faults += _list_faults(name, getattr(self, name))
        twice = sorted(set(self.regressors) & set(self.controls))
        if twice:
            faults.append(f"{', '.join(twice)} stand among the regressors and the controls")
        if self.outcome in self.terms:
            faults.append(f"the outcome {self.outcome} is also on the right-hand side")
        if self.variance in CLUSTERED and not self.clusters:
            faults.append("the variance is clustered but no cluster column is named")
        if self.variance not in get_args(Variance):
            faults.append(
                f"variance {self.variance!r} is not one of {', '.join(get_args(Variance))}"
            )
        if self.label not in get_args(Label):
            faults.append(f"label {self.label!r} is not one of {', '.join(get_args(Label))}")
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
