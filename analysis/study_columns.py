"""Which columns a study may name, and where: a column in the wrong place is told with its key."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Annotated

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from ..data.levels import OF_AREAS
from ..data.measures import measures

TOGETHER = "social_capital"
"""The measures of a study as one; where it names this alone, Community Needs domains as one."""
OWN = "other"
"""Role of the columns that the report itself adds, which no study names."""


def _declared() -> list[str]:
    return [one.column for one in measures().values() if one.role != OWN]


def _of_role(role: str) -> list[str]:
    return [one.column for one in measures().values() if one.role == role]


def _log_prices() -> list[str]:
    return [name for name in _declared() if measures()[name].unit.startswith("log of ")]


def _one_of(allowed: Callable[[], Collection[str]]) -> AfterValidator:
    def check(column: str) -> str:
        names = list(allowed())
        if column in names:
            return column
        expected = ", ".join(f"'{name}'" for name in names)
        known = measures().get(column)
        words = f"({known.words}) cannot stand here. " if known else ""
        raise PydanticCustomError(
            "column",
            "{words}Input should be one of {expected}",
            {"words": words, "expected": expected},
        )

    return AfterValidator(check)


def _no_result(column: str) -> str:
    """A control that the model has as a result would hide part of what is asked."""
    cause = measures()[column].downstream_of
    if cause:
        raise ValueError(
            f"is a result of {cause} and cannot be held equal; leave it out of the controls"
        )
    return column


def why_none_named(role: str) -> str:
    """That a study asks of no column of a role, and of which it may."""
    allowed = ", ".join(_of_role(role))
    return f"is empty; the report asks what it goes with. Name one or more of {allowed}"


LogPrice = Annotated[str, _one_of(_log_prices)]
SocialCapital = Annotated[str, _one_of(lambda: _of_role("social_capital"))]
Coproduced = Annotated[str, _one_of(lambda: _of_role("coproduction"))]
Declared = Annotated[str, _one_of(_declared)]
Control = Annotated[Declared, AfterValidator(_no_result)]
Clusters = Annotated[str, _one_of(lambda: OF_AREAS)]
