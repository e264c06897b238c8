"""What can be wrong with an input, said so that a person can mend it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence

from .. import NeighbourhoodEquityError


class InputError(NeighbourhoodEquityError):
    """A fault that a user can mend: found, expected, what to do. Shown without a traceback."""

    def __init__(self, faults: str | Sequence[str]) -> None:
        self.faults: tuple[str, ...] = (faults,) if isinstance(faults, str) else tuple(faults)
        super().__init__("\n".join(self.faults))

    def __reduce__(self) -> tuple[type[InputError], tuple[tuple[str, ...]]]:
        return type(self), (self.faults,)


class DataError(InputError):
    """One or more faults of a data file, all those found in it at once."""


def first_values(values: Sequence[object], most: int = 4) -> str:
    """The first few offending values, and how many more there are.

    Examples
    --------
    >>> first_values(["a", "b", "c", "d", "e"], most=3)
    "'a', 'b', 'c' and 2 more"
    """
    shown = ", ".join(repr(value) for value in list(values)[:most])
    more = len(values) - most
    return f"{shown} and {more} more" if more > 0 else shown


def did_you_mean(name: str, known: Iterable[str], most: int = 1) -> str:
    """The known names that are near a mistyped one, as the sentence that follows a message.

    Examples
    --------
    >>> did_you_mean("ownd", ["owned", "flats"])
    " Did you mean 'owned'?"
    """
    close = difflib.get_close_matches(name, list(known), n=most)
    return f" Did you mean {' or '.join(map(repr, close))}?" if close else ""
