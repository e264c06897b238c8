"""A table at the door of an estimator: is it one, has it the columns, which are categories?

Categories become a column of zeros and ones a level, the first level left out, named
``column[level]`` as formulas name them; numbers pass as they are.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import wraps
from typing import Any, TypeVar, cast

import numpy as np
import pandas as pd
from pandas.api.types import is_object_dtype, is_string_dtype

from .specification import Specification, SpecificationError

F = TypeVar("F", bound=Callable[..., Any])


def near(word: object, words: Iterable[object]) -> str:
    """A hint at the word that may have been meant, or nothing.

    >>> near("tenur", ["tenure", "price"])
    ' (did you mean tenure?)'
    """
    close = difflib.get_close_matches(str(word), [str(each) for each in words], n=1)
    return f" (did you mean {close[0]}?)" if close else ""


def require_frame(frame: object) -> None:
    """Refuse what is no DataFrame."""
    if not hasattr(frame, "columns"):
        raise SpecificationError(
            f"a {type(frame).__name__} stands where a DataFrame is needed; give the whole table, "
            "and its columns by name"
        )


def column_faults(frame: pd.DataFrame, columns: Iterable[str]) -> list[str]:
    """The columns that a frame lacks, each with the one that may have been meant; or nothing."""
    missing = [column for column in dict.fromkeys(columns) if column not in frame.columns]
    if not missing:
        return []
    named = ", ".join(f"{column}{near(column, frame.columns)}" for column in missing)
    return [f"the frame has no column {named}"]


def is_category(column: pd.Series) -> bool:
    """Whether a column holds categories or texts, not numbers or dates."""
    kind = column.dtype
    return isinstance(kind, pd.CategoricalDtype) or is_object_dtype(kind) or is_string_dtype(kind)


def coded(frame: pd.DataFrame, specification: Specification) -> tuple[pd.DataFrame, Specification]:
    """The frame and specification with each control that holds categories as its dummies.

    Levels are those of rows that have all columns, in their order where the column is ordered or
    categorical, else sorted. A row without the category has no dummy either.

    Raises
    ------
    SpecificationError
        A text column that holds numbers, or one level alone.
    """
    chosen = [name for name in specification.controls if name in frame and is_category(frame[name])]
    if not chosen:
        return frame, specification
    used = frame[[name for name in specification.columns if name in frame]].notna().all(axis=1)
    faults, dummies = list[str](), dict[str, dict[str, pd.Series]]()
    for name in chosen:
        levels = _levels(frame.loc[used, name])
        if fault := _level_fault(name, frame[name], levels):
            faults.append(fault)
        known = frame[name].isin(levels)
        dummies[name] = {
            f"{name}[{level}]": (frame[name] == level).astype(float).where(known)
            for level in levels[1:]
        }
    if faults:
        raise SpecificationError(f"specification {specification.name}: {'; '.join(faults)}")
    controls = [
        column for name in specification.controls for column in dummies.get(name, {name: None})
    ]
    columns = {column: values for each in dummies.values() for column, values in each.items()}
    return frame.assign(**columns), replace(specification, controls=tuple(controls))


def terms_of(column: str, terms: Sequence[str]) -> list[str]:
    """The dummies of a column of categories among some terms, or the column itself.

    >>> terms_of("kind", ["rooms", "kind[flat]", "kind[house]"])
    ['kind[flat]', 'kind[house]']
    """
    return [term for term in terms if term.startswith(f"{column}[")] or [column]


def _levels(column: pd.Series) -> list[object]:
    if isinstance(column.dtype, pd.CategoricalDtype):
        return list(column.cat.remove_unused_categories().cat.categories)
    return sorted(column.unique(), key=str)


def _level_fault(name: str, column: pd.Series, levels: list[object]) -> str:
    if len(levels) < 2:
        return f"{name} holds one category alone" if levels else f"{name} holds no category"
    if isinstance(column.dtype, pd.CategoricalDtype):
        return ""
    if np.isfinite(pd.to_numeric(pd.Series(levels), errors="coerce")).all():
        return (
            f"{name} holds {column.dtype} whose values are numbers; make it numbers, or a "
            "categorical column if they are categories"
        )
    return ""


def takes_frame(estimator: F) -> F:
    """Make an estimator refuse what is no frame, and take controls that hold categories."""

    @wraps(estimator)
    def checked(
        frame: pd.DataFrame, specification: Specification, *args: Any, **options: Any
    ) -> Any:
        require_frame(frame)
        return estimator(*coded(frame, specification), *args, **options)

    return cast(F, checked)
