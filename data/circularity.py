"""Is an indicator built from the same inputs as another variable of a specification?

An index that holds turnout goes with turnout by construction. What each source is built from is
declared in the catalogue; an input that is itself a catalogued source counts with its own inputs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from .catalogue import catalogue
from .errors import DataError
from .reference_tables import variables

Role = Literal["outcome", "regressor", "control"]


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two variables of a specification and the inputs that both are built from."""

    first: str
    first_role: Role
    second: str
    second_role: Role
    inputs: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """The overlap in words, for a report or a message."""
        *rest, last = (_words(name) for name in self.inputs)
        shared = f"{', '.join(rest)} and {last}" if rest else last
        return (
            f"The {self.first_role} '{self.first}' and the {self.second_role} '{self.second}' are "
            f"both built from {shared}, so they go together by construction."
        )


def inputs_of(name: str) -> frozenset[str]:
    """What a variable is built from; a source without declared inputs is its own.

    Parameters
    ----------
    name : a column of ``variables.csv``, or the catalogue's id of a source

    Raises
    ------
    DataError
        The name is neither.
    """
    declared = _declared()
    if name not in declared and name not in catalogue():
        raise DataError(
            f"'{name}' is neither a declared variable nor a source of the catalogue. Declare what "
            "it is built from before it is used."
        )
    source = catalogue()[declared.get(name, name)]
    return _expanded(source.column_inputs.get(name, source.built_from) or (source.id,))


@cache
def _declared() -> dict[str, str]:
    """The source of each declared variable."""
    declared = variables()
    return dict(zip(declared["column"], declared["source_id"], strict=True))


def shared_inputs(
    outcome: str, regressors: Sequence[str], controls: Sequence[str] = ()
) -> list[Overlap]:
    """Pairs across the roles of a specification that share inputs.

    Regressors are not compared with each other, nor controls.

    Parameters
    ----------
    outcome, regressors, controls : columns of ``variables.csv`` or ids of the catalogue

    Returns
    -------
    overlaps of outcome and regressor, then regressor and control, then outcome and control
    """
    terms: dict[Role, tuple[str, ...]] = {
        "outcome": (outcome,),
        "regressor": tuple(regressors),
        "control": tuple(controls),
    }
    pairs: tuple[tuple[Role, Role], ...] = (
        ("outcome", "regressor"),
        ("regressor", "control"),
        ("outcome", "control"),
    )
    return [
        Overlap(first, one, second, other, tuple(sorted(shared)))
        for one, other in pairs
        for first in terms[one]
        for second in terms[other]
        if (shared := inputs_of(first) & inputs_of(second))
    ]


def require_no_circularity(
    outcome: str, regressors: Sequence[str], controls: Sequence[str] = ()
) -> list[str]:
    """Refuse an outcome explained by what it is built from; warn of shared inputs elsewhere.

    Returns
    -------
    sentences on controls that share inputs with a regressor (they take away part of what is asked)
    or with the outcome

    Raises
    ------
    DataError
        The outcome shares inputs with a regressor; every such pair is told.
    """
    overlaps = shared_inputs(outcome, regressors, controls)
    circular = [o for o in overlaps if o.second_role == "regressor"]
    if circular:
        raise DataError(
            [f"{o.sentence} Leave one out or measure it from other data." for o in circular]
        )
    return [overlap.sentence for overlap in overlaps]


def _expanded(inputs: Sequence[str]) -> frozenset[str]:
    """Inputs with those that are catalogued sources replaced by what they are built from."""
    found: set[str] = set()
    for name in inputs:
        source = catalogue().get(name)
        found |= _expanded(source.built_from) if source and source.built_from else {name}
    return frozenset(found)


def _words(name: str) -> str:
    source = catalogue().get(name)
    return f"'{source.title}'" if source else name
