"""What is to be estimated: one frozen record that every estimator takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Label = Literal["described", "adjusted", "did", "iv", "synthetic_control", "simulated"]
Variance = Literal["classical", "robust", "clustered"]


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
    variance : rule of the variance; "clustered" needs ``clusters``
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
        twice = sorted(set(self.regressors) & set(self.controls))
        if twice:
            faults.append(f"{', '.join(twice)} stand among the regressors and the controls")
        if self.outcome in (*self.regressors, *self.controls):
            faults.append(f"the outcome {self.outcome} is also on the right-hand side")
        if self.variance == "clustered" and not self.clusters:
            faults.append("the variance is clustered but no cluster column is named")
        if self.label not in get_args(Label):
            faults.append(f"label {self.label!r} is not one of {', '.join(get_args(Label))}")
        if faults:
            raise SpecificationError(f"specification {self.name}: {'; '.join(faults)}")

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that a frame must hold."""
        named = (self.outcome, *self.regressors, *self.controls, *self.effects)
        extra = (column for column in (self.weights, self.clusters) if column)
        return tuple(dict.fromkeys((*named, *extra)))
